# SPDX-License-Identifier: Apache-2.0
"""A store in a bucket: Amazon S3, Google Cloud Storage or Azure Blob Storage.

Facts: https://developmentseed.org/obstore (``put`` with ``mode="create"``). On S3 that is the header
``If-None-Match: *``, on Google a generation, on Azure an ETag.
"""

import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, TypeVar

import obstore

from vocode_pulumi import clock
from vocode_pulumi.purchasing.store import (
    Body,
    MaybeCreated,
    Store,
    StoreFailed,
    decoded,
    encoded,
    nonce,
)
from vocode_pulumi.purchasing.stores.bucket_errors import (
    FAILURES,
    is_no_bucket,
    is_refusal,
    is_timeout,
    reason_of,
)

T = TypeVar("T")


READERS = 16
"""How many requests that read are made at the same time."""
PAUSES = (0.1, 0.4)
"""Seconds to wait before a reading that failed is tried again. A service may refuse one request of many."""


class ObjectStore(Store):
    """Objects in a bucket. Threads, processes and machines may share it.

    Args:
        bucket: the bucket and the prefix, as ``obstore`` opens them; it must not repeat requests.
        where: the URL of both, without credentials.
    """

    def __init__(self, bucket: Any, where: str) -> None:
        self._bucket = bucket
        self._where = where
        self._service_time: tuple[datetime, float] | None = None
        self._probing = threading.Lock()
        self._is_probed = False

    @property
    def where(self) -> str:
        return self._where

    def create(self, key: str, body: Body) -> bool:
        self.prepare()
        return self._create(key, encoded(body))

    def _create(self, key: str, text: str) -> bool:
        try:
            obstore.put(self._bucket, key, text.encode(), mode="create")
        except FAILURES as error:
            if is_refusal(error):
                raise self._failed(error, "write objects") from error
            # The service may have created the object, or a repetition on the way found it there.
            there = self._read_after(error, key)
            return there == text
        return True

    def _read_after(self, error: Exception, key: str) -> str:
        try:
            there = self._text(key)
        except StoreFailed as unread:
            raise MaybeCreated(self._where, unread.why) from error
        if there is None:
            raise MaybeCreated(self._where, reason_of(error, "write objects")) from error
        return there

    def read(self, keys: Iterable[str]) -> dict[str, Body]:
        wanted = [*dict.fromkeys(keys)]
        return {
            key: decoded(self._where, key, text)
            for key, text in zip(wanted, _side_by_side(self._text, wanted), strict=True)
            if text is not None
        }

    def list(self, prefix: str) -> dict[str, float]:
        chunks = self._read_patiently(
            lambda: [*obstore.list(self._bucket, prefix or None, chunk_size=1000)], "list objects"
        )
        made = {item["path"]: item["last_modified"] for chunk in chunks for item in chunk}
        now = self._now(made.values())
        return {key: max((now - at).total_seconds(), 0.0) for key, at in made.items()}

    def list_all(self, prefixes: Iterable[str]) -> dict[str, float]:
        lists = _side_by_side(self.list, [*prefixes])
        return {key: age for listed in lists for key, age in listed.items()}

    def delete(self, keys: Iterable[str]) -> None:
        wanted = [*keys]
        if not wanted:
            return
        try:
            obstore.delete(self._bucket, wanted if len(wanted) > 1 else wanted[0])
        except FileNotFoundError:
            # Google and Azure say so of an object that is gone already. The others may still be there.
            if len(wanted) > 1:
                for key in wanted:
                    self.delete([key])
        except FAILURES as error:
            raise self._failed(error, "delete objects") from error

    def probe(self) -> None:
        """Create a key twice: a service that ignores the condition would let both through."""
        key = f"probe/{nonce()}"
        first, created = self._create(key, encoded({"nonce": nonce()})), clock.now()
        second = self._create(key, encoded({"nonce": nonce()}))
        # Without it, ages are those of the newest listed object; see `_now`.
        with suppress(*FAILURES):
            self._service_time = obstore.head(self._bucket, key)["last_modified"], created
        # Nothing depends on it, and a signature of Azure may not allow it.
        with suppress(StoreFailed):
            self.delete([key])
        if not first or second:
            raise StoreFailed(
                self._where,
                "it created one key twice, so two machines could buy the same number twice. It does not heed "
                "conditions (If-None-Match); use another service",
            )
        self._is_probed = True

    def prepare(self) -> None:
        with self._probing:
            if not self._is_probed:
                self.probe()

    def _text(self, key: str) -> str | None:
        def read() -> str | None:
            try:
                return bytes(obstore.get(self._bucket, key).bytes()).decode()
            except FileNotFoundError as error:
                if is_no_bucket(error):
                    raise
                return None

        return self._read_patiently(read, "read objects")

    def _read_patiently(self, read: Callable[[], T], act: str) -> T:
        """Read; if the service refuses that for the moment, read again."""
        for pause in (*PAUSES, None):
            try:
                return read()
            except (*FAILURES, ValueError) as error:
                if pause is None or is_refusal(error) or is_timeout(error):
                    raise self._failed(error, act) from error
                clock.sleep(pause)
        raise AssertionError

    def _now(self, made: Iterable[datetime]) -> datetime:
        """The time by the clock of the service.

        This machine's clock may be wrong, so it does not count. The probe says how late it was at the
        service. Without that, the time is that of the newest listed object: ages are too small then, and
        housekeeping deletes less.

        Args:
            made: when the listed objects were created.
        """
        if self._service_time is None:
            return max(made, default=datetime.max)
        at, measured = self._service_time
        return at + timedelta(seconds=clock.now() - measured)

    def _failed(self, error: Exception, act: str) -> StoreFailed:
        return StoreFailed(self._where, reason_of(error, act))


def _side_by_side(call: Callable[[str], T], keys: list[str]) -> list[T]:
    """What a function returns for each key."""
    if len(keys) <= 1:
        return [*map(call, keys)]
    with ThreadPoolExecutor(min(READERS, len(keys))) as pool:
        return [*pool.map(call, keys)]
