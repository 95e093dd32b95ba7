# SPDX-License-Identifier: Apache-2.0
"""Buying exactly once.

A purchase can neither be marked nor undone, and Pulumi records nothing of a create that did not
return. So a ledger keeps what the engine may not know yet: one row for each purchase that is not
known to be finished, written before money can be spent.

============================================  =====================================================
when                                          what is done
============================================  =====================================================
the owner has a row with a number             that number is taken, when it is still in service
the owner has a row without one               resolved, as below; none found: it was not bought, buy
the ledger cannot be read or written          nothing is bought: an error
the account would pass ``maxNumbers``         nothing is bought: an error
no connection, no name, no TLS; 429           nothing was bought: tried again within limits
4xx                                           nothing was bought: row dropped, an error
5xx, time-out, reset, cut, unreadable         not known: never sent again, resolved at once
answer read                                   its number goes into the row, and nothing raises any more
the process is killed                         the next create of the same owner finds the row
the engine shows that it knows the number     the row is dropped
============================================  =====================================================

To resolve is to list the account again while no other purchase of this ledger is under way.
Candidates are the numbers that are there now, were not there before, are not known to be another
resource's, and fit what was asked. One candidate is the number that was bought. So is any of
several, when as many purchases that asked for the same were lost. Of none there is another look for
some seconds. Everything else is an error that names the candidates.
"""

import fcntl
import json
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from vocode_pulumi.client import Client
from vocode_pulumi.errors import (
    UNCERTAIN,
    AmbiguousPurchase,
    CallError,
    LedgerError,
    NotFoundError,
    TooManyNumbers,
    UnfinishedPurchase,
    UnreadableAnswer,
)
from vocode_pulumi.models import PhoneNumber, id_of

BUY = "/v1/numbers/buy"
NUMBERS = "/v1/numbers"
LOOK_AGAIN = 0.5
"""Seconds between two looks at the account."""

Asked = dict[str, Any]
"""What tells a purchase from others; an inline agent, which may hold credentials, as ``"inline"``."""


@dataclass(frozen=True)
class Row:
    """A purchase that is not known to be finished.

    Args:
        owner: who buys: backend, account and the resource's URN.
        asked: what tells it from others.
        before: numbers that are not this purchase's.
        number: what was bought, once that is known.
        at: when the row was written, in seconds since 1970.
    """

    owner: str
    asked: Asked
    before: frozenset[str]
    number: str | None
    at: float


class Ledger:
    """A file of unfinished purchases, for all stacks of a machine. Threads and processes may share it.

    Args:
        path: of the file; it and its folder are made when they are missing, for their owner alone.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.path.touch(mode=0o600)
            with closing(sqlite3.connect(self.path, timeout=30, isolation_level=None)) as db:
                db.execute("PRAGMA synchronous=FULL")
                db.execute("BEGIN IMMEDIATE")
                db.execute(
                    "CREATE TABLE IF NOT EXISTS purchases (owner TEXT PRIMARY KEY, asked TEXT, "
                    "before TEXT NOT NULL, number TEXT, at REAL NOT NULL)"
                )
                yield db
                db.execute("COMMIT")
        except (sqlite3.Error, OSError) as error:
            raise LedgerError(
                f"The record of purchases, {self.path}, cannot be used: {error}. Nothing was "
                "bought. Make room or mend its permissions, or name another file as vocode:ledger "
                "or VOCODE_LEDGER; a file that is broken may hold unfinished purchases, so compare "
                "the account's numbers with your stacks before you move it away."
            ) from error

    @contextmanager
    def turn(self, *, alone: bool) -> Iterator[None]:
        """Purchases go on side by side; what resolves one goes alone."""
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock = os.open(f"{self.path}.lock", os.O_CREAT | os.O_RDWR, 0o600)
        except OSError as error:
            raise LedgerError(
                f"The record of purchases, {self.path}, cannot be used: {error}. Nothing was "
                "bought. Make room or mend its permissions, or name another file as vocode:ledger "
                "or VOCODE_LEDGER."
            ) from error
        try:
            fcntl.flock(lock, fcntl.LOCK_EX if alone else fcntl.LOCK_SH)
            yield
        finally:
            os.close(lock)

    def rows(self) -> list[Row]:
        """Every unfinished purchase, oldest first."""
        with self._open() as db:
            found = db.execute(
                "SELECT owner, asked, before, number, at FROM purchases ORDER BY at, owner"
            ).fetchall()
        return [
            Row(owner, json.loads(asked), frozenset(json.loads(before)), number, at)
            for owner, asked, before, number, at in found
        ]

    def row(self, owner: str) -> Row | None:
        """The owner's unfinished purchase."""
        return next((row for row in self.rows() if row.owner == owner), None)

    def begin(self, owner: str, asked: Asked, before: frozenset[str]) -> None:
        """Write down that a purchase is about to be made."""
        with self._open() as db:
            values = (owner, json.dumps(asked), json.dumps(sorted(before)), time.time())
            db.execute("INSERT INTO purchases VALUES (?, ?, ?, NULL, ?)", values)

    def bought(self, owner: str, number: str) -> None:
        """Write down what was bought."""
        with self._open() as db:
            db.execute("UPDATE purchases SET number = ? WHERE owner = ?", (number, owner))
            _not_for_others(db, number)

    def drop(self, owner: str) -> None:
        """Forget an owner's row."""
        with self._open() as db:
            db.execute("DELETE FROM purchases WHERE owner = ?", (owner,))

    def known(self, number: str) -> None:
        """The engine knows the number: its purchase is finished, and it is nobody else's."""
        if not self.path.exists():
            return
        with self._open() as db:
            db.execute("DELETE FROM purchases WHERE number = ?", (number,))
            _not_for_others(db, number)


def _not_for_others(db: sqlite3.Connection, number: str) -> None:
    open_rows = db.execute("SELECT owner, before FROM purchases WHERE number IS NULL").fetchall()
    for owner, before in open_rows:
        numbers = set(json.loads(before))
        if number not in numbers:
            content = json.dumps(sorted(numbers | {number}))
            db.execute("UPDATE purchases SET before = ? WHERE owner = ?", (content, owner))


class Purchases:
    """Purchases of one account.

    Args:
        client: of the account that pays; its settings say where the ledger is, how many numbers the
            account may have, and for how long a number may take to appear in lists.
    """

    def __init__(self, client: Client) -> None:
        self.client = client
        self.ledger = Ledger(client.settings.ledger)

    def buy(self, urn: str, body: dict[str, Any] | None) -> dict[str, Any]:
        """Buy one number for a resource, or give the one that was bought for it already.

        Args:
            urn: of the resource.
            body: ``area_code``, ``telephony_provider``, ``telephony_account_connection``,
                ``inbound_agent``, or ``None`` for a number of Vocode's choice.

        Returns:
            The number as Vocode describes it.

        Raises:
            CallError: it says whether a number was bought.
            LedgerError: the ledger cannot be used; nothing was bought.
            TooManyNumbers: ``maxNumbers`` would be passed; nothing was bought.
            UnfinishedPurchase: whether a number was bought is not known.
            AmbiguousPurchase: a number was bought, and it is not certain which.
        """
        self.client.settings.require_api_key()
        owner = self._owner(urn)
        row = self.ledger.row(owner)
        if row is not None:
            found = self._of(row)
            if found is not None:
                return found
            self.ledger.drop(owner)
        try:
            return self._purchase(owner, body)
        except UNCERTAIN as error:
            lost = self.ledger.row(owner)
            found = self._resolve(lost) if lost is not None else None
            if found is None:
                raise UnfinishedPurchase(error) from error
            return found

    def known(self, number: str) -> None:
        """The engine knows the number. A ledger that cannot be used is told when one buys."""
        with suppress(LedgerError):
            self.ledger.known(number)

    def settled(self, urn: str, number: str) -> None:
        """The resource has taken the number over, whatever a purchase of its own came to."""
        self.known(number)
        with suppress(LedgerError):
            self.ledger.drop(self._owner(urn))

    def _owner(self, urn: str) -> str:
        # Two backends may hold stacks of one name, and a sandbox is another account.
        return f"{os.environ.get('PULUMI_BACKEND_URL', '')} {self.client.settings.base_url} {urn}"

    def _of(self, row: Row) -> dict[str, Any] | None:
        """What an earlier run bought for the owner of a row."""
        if row.number is None:
            return self._resolve(row)
        try:
            answer = self.client.get(NUMBERS, phone_number=row.number)
        except NotFoundError:
            return None
        return None if answer.get("active") is False else answer

    def _purchase(self, owner: str, body: dict[str, Any] | None) -> dict[str, Any]:
        with self.ledger.turn(alone=self.client.settings.max_numbers is not None):
            try:
                before = [one["number"] for one in self.client.list(f"{NUMBERS}/list")]
            except CallError as error:
                raise error.about_money("Nothing was bought.") from error.__cause__
            limit = self.client.settings.max_numbers
            if limit is not None and len(before) >= limit:
                raise TooManyNumbers(
                    f"The account has {len(before)} numbers, and vocode:maxNumbers "
                    f"(VOCODE_MAX_NUMBERS) allows {limit}. Nothing was bought. Raise it, or "
                    "release a number."
                )
            self.ledger.begin(owner, _asked(body), frozenset(before))
            try:
                answer = self.client.create(BUY, body, buys=True)
                number = _number_in(answer)
            except UNCERTAIN:
                raise
            except CallError:
                self.ledger.drop(owner)
                raise
            self._keep(owner, number)
            return answer

    def _resolve(self, row: Row) -> dict[str, Any] | None:
        """Find out what a purchase bought whose answer was lost; ``None`` for nothing."""
        with self.ledger.turn(alone=True):
            end = time.monotonic() + self.client.settings.settle_seconds
            while True:
                rows = self.ledger.rows()
                row = next((one for one in rows if one.owner == row.owner), row)
                others = [one for one in rows if one.owner != row.owner]
                taken = row.before | {one.number for one in others if one.number}
                candidates = [
                    one["number"]
                    for one in self.client.list(f"{NUMBERS}/list")
                    if one["number"] not in taken and _fits(one, row.asked)
                ]
                if candidates or time.monotonic() >= end:
                    break
                time.sleep(LOOK_AGAIN)
            if not candidates:
                return None
            alike = [one for one in others if one.number is None and one.asked == row.asked]
            if len(candidates) > 1 + len(alike):
                raise AmbiguousPurchase(candidates)
            number = min(candidates)
            self._keep(row.owner, number)
            return self.client.get(NUMBERS, phone_number=number)

    def _keep(self, owner: str, number: str) -> None:
        # The number is in hand and the engine is about to record it, so a full disk is no error now.
        with suppress(LedgerError):
            self.ledger.bought(owner, number)


def _number_in(answer: dict[str, Any]) -> str:
    try:
        return PhoneNumber.model_validate(answer).number
    except ValidationError:
        raise UnreadableAnswer(
            f"POST {BUY}",
            200,
            "",
            "answered 200 without a number in it",
            "",
            "Whether a number was bought is not known.",
        ) from None


def _asked(body: dict[str, Any] | None) -> Asked:
    return {
        name: "inline" if isinstance(value, dict) else value for name, value in (body or {}).items()
    }


def _fits(number: dict[str, Any], asked: Asked) -> bool:
    """Whether a number of a list can be what was asked for."""
    agent, wanted = id_of(number.get("inbound_agent")), asked.get("inbound_agent")
    return (
        number.get("active") is not False
        and not number.get("label")
        and str(number["number"])[1:].startswith(asked.get("area_code") or "")
        and number.get("telephony_provider") in (None, asked.get("telephony_provider", "vonage"))
        and id_of(number.get("telephony_account_connection"))
        == asked.get("telephony_account_connection")
        and (agent is not None) >= (wanted is not None)
        and wanted in (None, "default", "inline", agent)
    )
