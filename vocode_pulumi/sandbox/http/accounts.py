# SPDX-License-Identifier: Apache-2.0
"""The accounts of a server, told apart by their API keys.

The first account's folder is the server's, each other has a folder in it. Of keys that a restart has to
know, the first account's file keeps digests.
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
"""Whose a key is that was changed for another."""

Key = Annotated[str, Field(pattern="^[!-~]+$")]
"""What a header can carry."""


class OneKey(BaseModel):
    """The key of an account."""

    model_config = ConfigDict(extra="forbid")

    api_key: Key


class ChangeOfKey(OneKey):
    """A key, and the one that takes its place."""

    new_api_key: Key


class Accounts:
    """The accounts of a server; all have the same plan.

    Args:
        folder: of the first account, with those of the others in it.
        api_key: of the first account, in place of any that it had. Not when this key was changed for
            another: that one stays.
        plan: what each has paid for.
        egress: the way to webhooks.
        every_number_has_an_agent: as it was in 2023.

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
        """The first account's, which keeps also what is common to all."""
        return self.first.account.store

    def of(self, api_key: str) -> Switchboard | None:
        """The calls of the account that has a key."""
        name = self._name(_digest(api_key))
        return self._served(name) if name else None

    def add(self, api_key: str) -> Account:
        """Make the account that has a key, or find it.

        Raises:
            Refused: the key was changed for another.
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
        """Change an account's key for another.

        Raises:
            Refused: no account has the first one, or the other is or was some account's.
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
        """Take the first account's key, and go on with the calls that an earlier process left."""
        if self.store.account_of(self._given) is None:
            self.store.drop_keys(FIRST)
        self.first.resume()
        for name in self.store.accounts():
            self._served(name)

    def stop(self) -> None:
        """Begin nothing more in calls."""
        for one in (self.first, *self._others.values()):
            one.stop()

    def _name(self, digest: str) -> str | None:
        """Whose a key is; ``None`` when it never was anybody's."""
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
