# SPDX-License-Identifier: Apache-2.0
"""The accounts of a server. The API key of a request decides which account answers.

The folder of the server is the folder of the first account. Each other account has a folder in it. The
file of the first account keeps digests of the keys, for a restart.
"""

import hashlib
import threading
import uuid
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from vocode_pulumi.sandbox.account import numbers
from vocode_pulumi.sandbox.account.behaviour import Account, Refused
from vocode_pulumi.sandbox.account.store import Store
from vocode_pulumi.sandbox.calls.conversations import Switchboard
from vocode_pulumi.sandbox.calls.egress import Egress
from vocode_pulumi.sandbox.http import bodies
from vocode_pulumi.sandbox.wire.models import PlanType

FIRST = "."
OTHERS = "accounts"
NOBODY = ""
"""The account of a key that was replaced."""

Key = Annotated[str, Field(pattern="^[!-~]+$")]
"""A key that fits into a header."""


class OneKey(BaseModel):
    """The key of an account."""

    model_config = ConfigDict(extra="forbid")

    api_key: Key


class ChangeOfKey(OneKey):
    """A key, and the key that replaces it."""

    new_api_key: Key


class Accounts:
    """The accounts of a server. All have the same plan.

    Args:
        folder: the folder of the first account. It has the folders of the others.
        api_key: the key of the first account. It replaces an earlier key, unless this key was itself
            replaced: then the replacement stays.
        plan: the plan of every account.
        egress: sends requests to webhooks and other receivers.
        every_number_has_an_agent: whether a purchase without an agent gives one, as in 2023.

    Attributes:
        first: the calls of the first account.
    """

    def __init__(
        self,
        folder: Path,
        api_key: str,
        plan: PlanType,
        egress: Egress,
        *,
        every_number_has_an_agent: bool,
    ) -> None:
        self._folder = folder
        self._given = _digest(api_key)
        self._plan = plan
        self._egress = egress
        self._every_number_has_an_agent = every_number_has_an_agent
        self._lock = threading.Lock()
        self.first = self._opened(FIRST)
        self._others: dict[str, Switchboard] = {}

    @property
    def store(self) -> Store:
        """The store of the first account. It also keeps what is common to all accounts."""
        return self.first.account.store

    def of(self, api_key: str) -> Switchboard | None:
        """The calls of the account that has a key."""
        name = self._name(_digest(api_key))
        return self._served(name) if name else None

    def add(self, api_key: str) -> Account:
        """Create the account of a key, or find it.

        Raises:
            Refused: the key was replaced by another.
        """
        digest = _digest(api_key)
        with self.store.transaction():
            name = self._name(digest)
            if name == NOBODY:
                raise Refused(409, "The key was changed for another")
            if name is None:
                name = f"{OTHERS}/{uuid.uuid4()}"
                (self._folder / OTHERS).mkdir(mode=0o700, exist_ok=True)
                self.store.give_key(digest, name)
        return self._served(name).account

    def rotate(self, api_key: str, new_api_key: str) -> Account:
        """Replace the key of an account.

        Raises:
            Refused: no account has the old key, or the new key is or was the key of an account.
        """
        old, new = _digest(api_key), _digest(new_api_key)
        with self.store.transaction():
            name = self._name(old)
            if not name:
                raise Refused(404, "No account has the key")
            if self._name(new) is not None:
                raise Refused(409, "The new key is or was the key of an account")
            self.store.give_key(old, NOBODY)
            self.store.give_key(new, name)
        return self._served(name).account

    def begin(self) -> None:
        """Set the key of the first account, and continue the calls of an earlier process."""
        if self.store.account_of(self._given) is None:
            self.store.drop_keys(FIRST)
        self.first.resume()
        for name in self.store.accounts():
            self._served(name)

    def stop(self) -> None:
        """Start no further step of a call."""
        for one in (self.first, *self._others.values()):
            one.stop()

    def _name(self, digest: str) -> str | None:
        """The account of a key; ``None`` if no account ever had the key."""
        known = self.store.account_of(digest)
        return FIRST if known is None and digest == self._given else known

    def _served(self, name: str) -> Switchboard:
        if name == FIRST:
            return self.first
        with self._lock:
            if name not in self._others:
                self._others[name] = self._opened(name)
                self._others[name].resume()
            return self._others[name]

    def _opened(self, name: str) -> Switchboard:
        account = Account(
            Store(self._folder / name),
            self._plan,
            numbers,
            bodies.complete,
            every_number_has_an_agent=self._every_number_has_an_agent,
        )
        return Switchboard(account, self._egress)


def _digest(api_key: str) -> str:
    return hashlib.sha256(api_key.encode()).hexdigest()
