# SPDX-License-Identifier: Apache-2.0
"""A store in a bucket: Amazon S3, Google Cloud Storage or Azure Blob Storage.

Facts: https://developmentseed.org/obstore (``put`` with ``mode="create"``). On S3 that is the header
``If-None-Match: *``, on Google a generation, on Azure an ETag.
"""

import re
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import obstore
from obstore import exceptions

from vocode_pulumi.purchasing.store import (
    Body,
    MaybeCreated,
    Store,
    StoreFailed,
    decoded,
    encoded,
    nonce,
)

READERS = 16
"""How many objects are read at the same time."""
_FAILURES = (exceptions.BaseError, OSError)
_NO_BUCKET = re.compile("NoSuchBucket|ContainerNotFound|The specified bucket does not exist")
_REFUSALS: dict[type[Exception], str] = {
    exceptions.UnauthenticatedError: "the credentials are refused",
    exceptions.PermissionDeniedError: "the credentials do not allow this",
    FileNotFoundError: "there is no such bucket or container",
}


class ObjectStore(Store):
    """Objects in a bucket. Threads, processes and machines may share it.

    Args:
        bucket: the bucket and the prefix, as ``obstore`` opens them; it must not repeat requests.
        where: the URL of both, without credentials.
    """

    def __init__(self, bucket: Any, where: str) -> None:
        self._bucket = bucket
        self._where = where
        self._created: tuple[str, datetime] | None = None
        self._is_probed = False

    @property
    def where(self) -> str:
        return self._where

    def create(self, key: str, body: Body) -> bool:
        self._probe_once()
        return self._create(key, encoded(body))

    def _create(self, key: str, text: str) -> bool:
        try:
            obstore.put(self._bucket, key, text.encode(), mode="create")
        except (*_REFUSALS,) as error:
            raise StoreFailed(self._where, _reason(error)) from error
        except _FAILURES as error:
            if _NO_BUCKET.search(str(error)):
                raise StoreFailed(self._where, _reason(error)) from error
            # The service may have created the object, or a repetition on the way found it there.
            there = self._read_after(error, key)
            return there == text
        self._created = key, datetime.now(UTC)
        return True

    def _read_after(self, error: Exception, key: str) -> str:
        try:
            there = self._text(key)
        except StoreFailed as unread:
            raise MaybeCreated(self._where, unread.why) from error
        if there is None:
            raise MaybeCreated(self._where, _reason(error)) from error
        return there

    def read(self, keys: Iterable[str]) -> dict[str, Body]:
        wanted = [*dict.fromkeys(keys)]
        if len(wanted) <= 1:
            texts = [*map(self._text, wanted)]
        else:
            with ThreadPoolExecutor(min(READERS, len(wanted))) as pool:
                texts = [*pool.map(self._text, wanted)]
        return {
            key: decoded(self._where, key, text)
            for key, text in zip(wanted, texts, strict=True)
            if text is not None
        }

    def list(self, prefix: str) -> dict[str, float]:
        try:
            chunks = [*obstore.list(self._bucket, prefix or None, chunk_size=1000)]
        except _FAILURES as error:
            raise StoreFailed(self._where, _reason(error)) from error
        found = [item for chunk in chunks for item in chunk]
        now = self._now() if found else datetime.now(UTC)
        return {
            item["path"]: max((now - item["last_modified"]).total_seconds(), 0.0) for item in found
        }

    def delete(self, keys: Iterable[str]) -> None:
        for key in keys:
            try:
                obstore.delete(self._bucket, key)
            except FileNotFoundError:
                continue
            except _FAILURES as error:
                raise StoreFailed(self._where, _reason(error)) from error

    def probe(self) -> None:
        """Create a key twice: a service that ignores the condition would let both through."""
        key = f"probe/{nonce()}"
        first, second = (self._create(key, encoded({"nonce": nonce()})) for _ in range(2))
        self.delete([key])
        if not first or second:
            raise StoreFailed(
                self._where,
                "it created one key twice, so two machines could buy the same number twice. It does not heed "
                "conditions (If-None-Match); use another service",
            )
        self._is_probed = True

    def _probe_once(self) -> None:
        if not self._is_probed:
            self.probe()

    def _text(self, key: str) -> str | None:
        try:
            return bytes(obstore.get(self._bucket, key).bytes()).decode()
        except FileNotFoundError:
            return None
        except (*_FAILURES, ValueError) as error:
            raise StoreFailed(self._where, _reason(error)) from error

    def _now(self) -> datetime:
        """The time by the clock of the service, as far as this process has created an object."""
        now = datetime.now(UTC)
        if self._created is None:
            return now
        key, created = self._created
        with suppress(*_FAILURES):
            now += obstore.head(self._bucket, key)["last_modified"] - created
        return now


def _reason(error: Exception) -> str:
    for kind, words in _REFUSALS.items():
        if isinstance(error, kind):
            return words
    if _NO_BUCKET.search(str(error)):
        return _REFUSALS[FileNotFoundError]
    # What follows the first line is for developers of the library.
    return str(error).partition("\n")[0] or type(error).__name__
