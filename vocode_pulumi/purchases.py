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
any other 4xx                                 nothing was bought: row dropped, an error
5xx, time-out, reset, cut, unreadable         not known: never sent again, resolved at once;
                                              none found: an error, row kept
answer read                                   its number goes into the row, and nothing raises any more
the process is killed                         the next create of the same owner finds the row
the engine shows that it knows the number     the row is dropped
============================================  =====================================================

To resolve is to list the account again while no other purchase of this ledger is under way.
Candidates are the numbers that are there now, were not there before, are nobody else's as far as
the ledger knows, and fit what was asked. When each of them can be the number of another unfinished
purchase, one is taken; of a single purchase that is its only candidate. More candidates, or one
whose agent is another than was asked for, are an error that names them. Lists may lack a number for
``settleSeconds``: so long others may still show up beside the first candidate, and none at all
counts as not bought only that long after the request must be over, ``readTimeout`` after it was sent.
"""

import hashlib
import json
import os
import re
import threading
import time
from collections.abc import Callable, Mapping, Set
from contextlib import suppress
from operator import itemgetter
from typing import Any, NamedTuple

from vocode_pulumi.client import Client
from vocode_pulumi.config import backend
from vocode_pulumi.errors import (
    UNCERTAIN,
    AmbiguousPurchase,
    CallError,
    LedgerError,
    NotSent,
    OtherAccount,
    RateLimitError,
    ServerError,
    TooManyNumbers,
    UnfinishedPurchase,
    UnreadableAnswer,
    VocodeError,
)
from vocode_pulumi.ledger import Asked, Ledger, Owner, Row, Snapshot
from vocode_pulumi.models import Json, id_of
from vocode_pulumi.numbers import NUMBERS, in_service

BUY = "/v1/numbers/buy"
LOOK_AGAIN = 0.5
"""Seconds between two looks at the account."""
PAUSE = 1.0
"""Seconds that may pass between the row and the request before the row is written again."""
FRESH = 60.0
"""Seconds for which purchases of one process share a list of the account's numbers."""
FINISHED = 500
"""ASSUMED to be the status with which Vocode itself gives up. Other 5xx may be a gateway's, and the
purchase behind it still under way."""

NOT_KNOWN = (
    "Whether an earlier POST /v1/numbers/buy for this resource bought a number is not known, and "
    "nothing is bought again before it is."
)


class Bought(NamedTuple):
    """A number that was bought for a resource.

    Args:
        answer: the number as Vocode describes it.
        asked: what was asked when it was bought, in this run or an earlier one.
    """

    answer: Json
    asked: Asked

    def is_for(self, body: Json | None) -> bool:
        """Whether a purchase with this body is what bought it."""
        return self.asked == asked_in(body)


class Purchases:
    """Purchases of one account. Safe to share between threads; one for a process lists less.

    Args:
        client: of the account that pays; its settings say where the ledger is, how many numbers the
            account may have, and for how long a number may take to appear in lists.
        tell: called with a URN and a line worth knowing for whoever waits.
    """

    def __init__(
        self, client: Client, tell: Callable[[str, str], None] = lambda _urn, _line: None
    ) -> None:
        self.client = client
        self.ledger = Ledger(client.settings.ledger, client.settings.settle_seconds)
        self._backend = backend()
        self._tell = tell
        self._lock = threading.Lock()
        self._shared: Snapshot | None = None
        self._held: set[str] = set()
        self._released: set[str] = set()
        self._known: set[tuple[str, str | None]] = set()

    def owner(self, urn: str) -> Owner:
        """The resource of a URN, as the ledger has it."""
        return Owner(self._backend, self.client.settings.base_url, urn)

    def buy(self, urn: str, body: Json | None) -> Bought:
        """Buy one number for a resource, or give the one that was bought for it already.

        Args:
            urn: of the resource.
            body: ``area_code``, ``telephony_provider``, ``telephony_account_connection``,
                ``inbound_agent``, or ``None`` for a number of Vocode's choice.

        Raises:
            CallError: it says whether a number was bought.
            LedgerError: the ledger cannot be used; nothing was bought.
            TooManyNumbers: ``maxNumbers`` would be passed; nothing was bought.
            UnfinishedPurchase: whether a number was bought is not known.
            AmbiguousPurchase: a number was bought, and it is not certain which.
            OtherAccount: an earlier purchase was made in another account; nothing was bought.
        """
        # Before anything is looked at or waited for.
        self.client.settings.require_api_key()
        owner = self.owner(urn)
        found = self.resolve(owner)
        if found is not None:
            return found
        asked = asked_in(body)
        try:
            return Bought(self._purchase(owner, asked, body), asked)
        except UnfinishedPurchase:
            until = time.time() + self.client.settings.settle_seconds
            try:
                found = self._look(owner, until, drop=False)
            except LedgerError as error:
                raise error.about_money(NOT_KNOWN) from error.__cause__
            if found is None:
                raise
            return found

    def resolve(self, owner: Owner) -> Bought | None:
        """Find out what an earlier run bought; ``None``, and the row dropped, for nothing.

        Raises:
            CallError, LedgerError, AmbiguousPurchase, OtherAccount: as :meth:`buy`.
        """
        row = self.ledger.row(owner)
        if row is not None and (owner.urn, row.number) in self._known:
            # The ledger could not be written when the engine showed it; now it is to be replaced.
            self.ledger.drop(owner)
            row = None
        if row is None:
            return None
        # A clock that was set back must not keep anybody waiting for longer than a request lasts.
        left = min(row.over - time.time(), self._longest()) + self.client.settings.settle_seconds
        return self._look(owner, time.time() + left, drop=True)

    def settle(self, owner: Owner, number: str) -> None:
        """Write down what a person says that an owner's purchase bought.

        Raises:
            VocodeError: the account has no such number in service, or another row names it.
            CallError, LedgerError: as :meth:`buy`.
        """
        with self.ledger.turn(alone=True):
            if any(row.number == number and row.owner != owner for row in self.ledger.rows()):
                raise VocodeError(f"{number} is another resource's, by the record of purchases.")
            if in_service(self.client, number) is None:
                raise VocodeError(
                    f"GET {NUMBERS} found no active number {number} in this account. Check the "
                    "digits (country code first), and whose key is in use."
                )
            self.ledger.bought(owner, number)

    # What the engine shows. A ledger that cannot be used is told of when somebody buys.

    def known(self, urn: str, number: str) -> str | None:
        """The engine knows the number as the resource's.

        Returns:
            Another number that was bought for the resource, by a run that did not end.
        """
        self._held.add(number)
        self._known.add((urn, number))
        with suppress(LedgerError):
            row = self.ledger.known(self.owner(urn), number)
            return row.number if row else None
        return None

    def taken_over(self, urn: str, number: str) -> None:
        """The resource has been given this number, whatever became of a purchase of its own."""
        self._held.add(number)
        with suppress(LedgerError):
            self.ledger.taken_over(self.owner(urn), number)

    def released(self, number: str) -> None:
        """The number was released, and may be bought again."""
        self._held.discard(number)
        self._released.add(number)

    def seen(self, urn: str, number: str) -> None:
        """The engine reads the number."""
        with suppress(LedgerError):
            self.ledger.seen(self.owner(urn), number)

    @property
    def _key(self) -> str:
        return self.client.settings.require_api_key()

    def _longest(self) -> float:
        """Seconds after which a request is ASSUMED to be over, whether or not its answer was read."""
        return self.client.settings.connect_timeout + self.client.settings.read_timeout

    def _purchase(self, owner: Owner, asked: Asked, body: Json | None) -> Json:
        with self.ledger.turn(alone=False):
            over, before = self._begin(owner, asked)
            try:
                answer = self._send(owner, body, over)
                number = self._new_number_in(answer, before)
            except UNCERTAIN as error:
                if _is_last_word(error):
                    with suppress(LedgerError):
                        self.ledger.sent(owner, time.time())
                raise UnfinishedPurchase(error) from error
            except CallError:
                with suppress(LedgerError):
                    self.ledger.drop(owner)
                raise
            self._keep(owner, number)
            return answer

    def _begin(self, owner: Owner, asked: Asked) -> tuple[float, frozenset[str]]:
        """Write down what is about to be bought; gives until when, and what was there before."""
        now = time.time()
        snapshot = self._snapshot(now - FRESH)
        while True:
            over, most = self._over(), self.client.settings.max_numbers
            try:
                lacking = self.ledger.begin(owner, asked, snapshot, self._held, over, most)
                if lacking is None:
                    return over, snapshot.numbers
                time.sleep(max(lacking - time.time(), 0))
            except TooManyNumbers:
                if snapshot.at >= now:
                    raise
            snapshot = self._snapshot(time.time())

    def _snapshot(self, since: float) -> Snapshot:
        """The account's numbers as they were at that time or later."""
        with self._lock:
            if self._shared is None or self._shared.at < since:
                at = time.time()
                try:
                    listed = self._listed()
                except CallError as error:
                    raise error.about_money("Nothing was bought.") from error.__cause__
                numbers = frozenset(one["number"] for one in listed)
                account = _account_of(listed) if listed else _mark(self._key)
                self._shared = Snapshot(numbers, account, at)
            return self._shared

    def _listed(self) -> list[Json]:
        listed = self.client.list(f"{NUMBERS}/list")
        for one in listed:
            if not isinstance(one.get("number"), str):
                raise UnreadableAnswer(
                    f"GET {NUMBERS}/list", 200, "", "answered 200 without a number in it", ""
                )
        return listed

    def _over(self) -> float:
        """When a request that is sent now, or within :data:`PAUSE`, must be over."""
        return time.time() + self._longest() + PAUSE

    def _send(self, owner: Owner, body: Json | None, over: float) -> Json:
        """Send the purchase: again only when it is certain that nothing came of it.

        Args:
            owner: who buys.
            body: of the request.
            over: when it must be over, as it was written down.
        """
        settings, attempt = self.client.settings, 0
        while True:
            if time.time() + self._longest() > over:
                # The process has slept, also the whole machine.
                over = self._over()
                self.ledger.sent(owner, over)
            try:
                return self.client.buy(BUY, body)
            except (NotSent, RateLimitError) as error:
                if attempt == settings.max_retries:
                    raise
                told = error.retry_after if isinstance(error, RateLimitError) else None
                wait = 0.5 * 2**attempt if told is None else told
                time.sleep(min(wait, settings.max_retry_wait))
                attempt += 1

    def _new_number_in(self, answer: Json, before: Set[str]) -> str:
        """The number that was bought, which from here on is held.

        Raises:
            UnreadableAnswer: there is none, or it was there before.
        """
        number = str(answer.get("number") or "")
        with self._lock:
            if not re.fullmatch(r"\+?[0-9]+", number):
                what = "without a number in it"
            elif number not in self._released and (number in before or number in self._held):
                what = f"with {number}, which was bought before"
            else:
                self._released.discard(number)
                self._held.add(number)
                return number
        raise UnreadableAnswer(f"POST {BUY}", 200, "", f"answered 200 {what}", "")

    def _look(self, owner: Owner, until: float, *, drop: bool) -> Bought | None:
        """Look for what was bought for the owner of a row until then.

        A candidate that shows up is taken only once others had the time to show up as well.

        Args:
            owner: of the row.
            until: in seconds since 1970.
            drop: whether to drop the row when there is nothing.

        Returns:
            ``None`` for nothing.
        """
        settle, told = self.client.settings.settle_seconds, False
        seen: float | None = None
        while True:
            with self.ledger.turn(alone=True):
                rows = self.ledger.rows()
                row = next((one for one in rows if one.owner == owner), None)
                if row is None:
                    return None
                try:
                    number, now = row.number, time.time()
                    end = min(row.over, now) + settle
                    if number is None:
                        free = self._free(row, rows)
                        candidates = [one for one in free if _may_be(one, row)]
                        seen = now if candidates and seen is None else seen
                        end = until if seen is None or not candidates else seen + settle
                        if candidates and now >= end:
                            number = self._choose(row, rows, free)
                            end = until
                        if number is not None:
                            self._keep(owner, number)
                            end = now + settle
                    if number is not None:
                        found = in_service(self.client, number)
                        if found is not None:
                            return Bought(found, row.asked)
                        listed = self._listed()
                        self._require_its_account(row, listed)
                        if now >= end:
                            call = f"GET {NUMBERS}"
                            self.client.require_gone(call, NUMBERS, number, None, listed)
                except CallError as error:
                    raise error.about_money(NOT_KNOWN) from error.__cause__
                if now >= end:
                    if drop:
                        self.ledger.drop(owner)
                    return None
            if end - now > settle + LOOK_AGAIN and not told:
                told = True
                self._tell(
                    owner.urn,
                    "An earlier purchase for this resource may still be under way, and nothing is "
                    "bought before that is certain: its number is waited for, up to "
                    f"{end - now:.0f} s.",
                )
            time.sleep(min(LOOK_AGAIN, end - now))

    def _free(self, row: Row, rows: list[Row]) -> list[Json]:
        """What the account has that is nobody's as far as is known."""
        listed = self._listed()
        self._require_its_account(row, listed)
        taken = self._held | {one.number for one in rows if one.number}
        return [one for one in listed if one["number"] not in taken]

    def _require_its_account(self, row: Row, listed: list[Json]) -> None:
        kept, account = row.account or "", _account_of(listed)
        if not kept or self._is_account(kept, account):
            return
        if not kept.startswith(_MARK):
            if not listed:
                account = str(self.client.get("/v1/usage").get("user_id") or "") or None
            if account in (None, kept):
                return
        raise OtherAccount(row.owner.urn)

    def _is_account(self, kept: str | None, account: str | None) -> bool:
        """Whether what a row keeps of its account is certain to be of this one."""
        if kept and kept.startswith(_MARK):
            return kept == _mark(self._key, bytes.fromhex(kept.split()[1]))
        return kept is not None and kept == account

    def _choose(self, row: Row, rows: list[Row], free: list[Json]) -> str | None:
        """Which of the free numbers is the row's; ``None`` for none, and while that is too early to say.

        What a later purchase may have bought is not this one's if it came after the list that the
        later one goes by, and this one's had to be in that list.

        A number may be another row's as well. If it is, this row's request may still be at work, and
        what it buys will be the other's: so that must fit what the other one asked for.
        """
        # What a purchase bought that was over before this one's list was in it.
        settle, account = self.client.settings.settle_seconds, _account_of(free)
        since = row.at - settle
        others = [
            one
            for one in rows
            if one.number is None
            and one.owner.api == row.owner.api
            and one.owner != row.owner
            and one.over >= since
        ]
        whole: dict[str, Json] = {}

        def can_be(number: Json, one: Row) -> bool:
            if not _may_be(number, one):
                return False
            digits = number["number"]
            if isinstance(one.asked.get("inbound_agent"), dict) and digits not in whole:
                whole[digits] = self.client.get(NUMBERS, phone_number=digits)
            return _is_like(whole.get(digits), one.asked)

        later = [
            one
            for one in others
            if one.at > row.over + settle and self._is_account(one.account, account)
        ]
        mine = [
            number
            for number in free
            if _may_be(number, row) and not any(can_be(number, one) for one in later)
        ]
        if not mine:
            return None
        sure = sorted((one for one in mine if can_be(one, row)), key=itemgetter("number"))
        rivals, unexplained = _involved(sure, others, free, can_be)
        early = False
        for number in sure:
            rest = [
                [at for at, rival in enumerate(rivals) if can_be(one, rival)]
                for one in unexplained
                if one is not number
            ]
            if not _each_has_its_own(rest):
                continue
            doubted = [one for one in rivals if can_be(number, one)]
            at_work = row.over > time.time()
            if at_work and not all(one.asked.items() <= row.asked.items() for one in doubted):
                early = True
                continue
            for one in doubted:
                if one.over < row.over:
                    self.ledger.sent(one.owner, row.over)
            return str(number["number"])
        if early:
            return None
        named = [str(one["number"]) for one in sure or mine]
        raise AmbiguousPurchase(row.owner.urn, named, certain=bool(sure))

    def _keep(self, owner: Owner, number: str) -> None:
        self._held.add(number)
        # The number is in hand and the engine is about to record it, so a full disk is no error now.
        with suppress(LedgerError):
            self.ledger.bought(owner, number)


def _account_of(listed: list[Json]) -> str | None:
    """Vocode's id of an account, as its numbers say it when they agree."""
    ids = {one.get("user_id") for one in listed}
    return str(ids.pop()) if len(ids) == 1 and None not in ids else None


_MARK = "key "


def _mark(key: str, salt: bytes | None = None) -> str:
    """What stands for an account without numbers: a salted digest of its key."""
    salt = salt or os.urandom(hashlib.blake2b.SALT_SIZE)
    return f"{_MARK}{salt.hex()} {hashlib.blake2b(key.encode(), salt=salt).hexdigest()}"


def _is_last_word(error: CallError) -> bool:
    """Whether an answer says that Vocode is done with the request."""
    if isinstance(error, ServerError):
        return error.status == FINISHED
    return isinstance(error, UnreadableAnswer)


def _involved(
    numbers: list[Json],
    rows: list[Row],
    free: list[Json],
    can_be: Callable[[Json, Row], bool],
) -> tuple[list[Row], list[Json]]:
    """The rows that some of the numbers may be of, all numbers that those may be, and so on."""
    found: list[Row] = []
    while True:
        more = [one for one in rows if one not in found and any(can_be(n, one) for n in numbers)]
        if not more:
            return found, numbers
        found += more
        numbers = [one for one in free if one in numbers or any(can_be(one, row) for row in more)]


def _each_has_its_own(options: list[list[int]]) -> bool:
    """Whether each can have one of its options without two having the same."""
    given: dict[int, int] = {}

    def gets_one(who: int, tried: set[int]) -> bool:
        for option in options[who]:
            if option not in tried:
                tried.add(option)
                if option not in given or gets_one(given[option], tried):
                    given[option] = who
                    return True
        return False

    return all(gets_one(who, set()) for who in range(len(options)))


# What was asked.


def asked_in(body: Json | None) -> Asked:
    """What the ledger keeps of the body of a purchase."""

    def kept(agent: Json) -> dict[str, str]:
        traits = {trait: _digest(text) for trait, (text, *_) in _traits(agent).items()}
        return {**traits, "whole": _digest(json.dumps(agent, sort_keys=True))}

    return {
        name: kept(value) if isinstance(value, dict) else value
        for name, value in (body or {}).items()
    }


def _traits(agent: Mapping[str, Any]) -> dict[str, list[str]]:
    """What one agent can be told from another by: each trait with the forms it may have.

    A prompt or voice is an id or an object; in answers of 2023 a prompt is its own text.
    """

    def forms(value: Any, name: str) -> list[str]:
        inner = [value.get(name), value.get("id")] if isinstance(value, Mapping) else [value]
        return [text for text in inner if isinstance(text, str)]

    found = {
        "prompt": forms(agent.get("prompt"), "content"),
        "voice": forms(agent.get("voice"), "type"),
        "name": forms(agent.get("name"), ""),
        "initial_message": forms(agent.get("initial_message"), ""),
    }
    return {trait: texts for trait, texts in found.items() if texts}


def _digest(text: str) -> str:
    # Enough to tell prompts apart, too little to guess one from.
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _may_be(number: Json, row: Row) -> bool:
    """Whether a number of a list can be what a row's purchase bought."""
    return number["number"] not in row.before and _fits(number, row.asked)


def _fits(number: Json, asked: Asked) -> bool:
    """Whether a number of a list can be what was asked for. What a list leaves out is not judged.

    ASSUMED: a number has the area code that it was bought with, and is Vonage's by default.
    """
    wanted, connection = asked.get("inbound_agent"), asked.get("telephony_account_connection")
    # Through one's own connection the carrier is the connection's.
    carrier = asked.get("telephony_provider") or (None if connection else "vonage")
    agent = id_of(number.get("inbound_agent"))
    return (
        number.get("active") is not False
        and not number.get("label")
        and str(number["number"])[1:].startswith(asked.get("area_code") or "")
        and (carrier is None or number.get("telephony_provider") in (None, carrier))
        and (
            connection is None
            or id_of(number.get("telephony_account_connection")) in (None, connection)
        )
        and (
            wanted is None
            or "inbound_agent" not in number
            or (
                agent is not None
                if wanted == "default" or isinstance(wanted, dict)
                else agent == wanted
            )
        )
    )


def _is_like(number: Json | None, asked: Asked) -> bool:
    """Whether the agent of a whole number is the inline one that was asked for."""
    wanted = asked.get("inbound_agent")
    agent = (number or {}).get("inbound_agent")
    if not isinstance(wanted, dict) or not isinstance(agent, Mapping):
        return True
    held = _traits(agent)
    return all(
        trait not in held or digest in map(_digest, held[trait]) for trait, digest in wanted.items()
    )
