# SPDX-License-Identifier: Apache-2.0
"""Purchases, faults, kills, restarts, somebody else's purchases and late lists, in any order.

The account and its clock are made up here; the ledger is a real file. A stack is a process a run.
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast
from unittest import mock

import hypothesis.strategies as st
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from vocode_pulumi import errors, ledger, purchases
from vocode_pulumi.client import Client
from vocode_pulumi.config import Settings
from vocode_pulumi.ledger import Ledger, Owner, Row
from vocode_pulumi.purchases import Purchases, asked_in

SETTLE, READ, CONNECT = 5.0, 60.0, 10.0
CALL = "POST /v1/numbers/buy"
VOICE = {"type": "voice_vocode", "voice_id": "joe"}
KINDS: dict[str, Any] = {
    "any": None,
    "415": {"area_code": "415"},
    "a": {"inbound_agent": {"prompt": {"content": "a"}, "voice": VOICE}},
    "b": {"inbound_agent": {"prompt": "b", "voice": VOICE}},
}
URNS = {f"{stack}::{name}": stack for stack in ("one", "two") for name in ("x", "y", "z")}
"""Two stacks of one machine, three resources in each."""


class Killed(BaseException):
    """The process is gone."""


class Clock:
    """Time that passes only when somebody waits."""

    def __init__(self) -> None:
        self.now = 1_000_000.0
        self.due: list[tuple[float, Any]] = []

    def time(self) -> float:
        return self.now

    monotonic = time

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        ready = [one for one in self.due if one[0] <= self.now]
        self.due = [one for one in self.due if one[0] > self.now]
        for _, work in ready:
            work()


class Account:
    """What Vocode has, and what it does with the next purchase."""

    def __init__(self, clock: Clock, *, alike: bool) -> None:
        self.clock = clock
        self.alike = alike
        self.numbers: dict[str, dict[str, Any]] = {}
        self.outcomes: list[str] = []
        self.lag = 0.0
        self.strangers = 0
        self.broken_lists = 0
        self.since = 0.0
        """When it was last asked for a number, or somebody began to look for one."""

    def add(self, kind: str, whose: str) -> str:
        body = KINDS[kind] or {}
        number = f"1{body.get('area_code', '312')}{5550000 + len(self.numbers)}"
        agent = body.get("inbound_agent")
        self.numbers[number] = {
            "number": number,
            "user_id": "me",
            "active": True,
            "label": "",
            "inbound_agent": agent and {"id": f"agent-{number}", **agent},
            "kind": kind,
            "whose": whose,
            "listed": self.clock.now + self.lag,
            "made": self.clock.now,
        }
        return number

    def add_for_stranger(self, kind: str) -> None:
        number = self.add(kind, "stranger")
        if not self.alike:
            mark = (
                {"label": "theirs"} if len(self.numbers) % 2 else {"telephony_provider": "twilio"}
            )
            self.numbers[number] |= mark


class Wire:
    """A client of that account, for the resource that buys."""

    def __init__(self, account: Account, settings: Settings) -> None:
        self.account = account
        self.settings = settings
        self.buying = ""
        self.kind = "any"

    def get(self, path: str, phone_number: str = "") -> dict[str, Any]:
        if path == "/v1/usage":
            return {"user_id": "me"}
        return self.account.numbers[phone_number]

    require_gone = Client.require_gone

    def list(self, _path: str) -> list[dict[str, Any]]:
        if self.account.broken_lists:
            self.account.broken_lists -= 1
            raise errors.ServerError("GET /v1/numbers/list", 500, "", "answered 500", "")
        now = self.account.clock.now
        return [
            {**one, "inbound_agent": one["inbound_agent"] and one["inbound_agent"]["id"]}
            for one in self.account.numbers.values()
            if one["active"] and one["listed"] <= now
        ]

    def buy(self, _path: str, _body: Any) -> dict[str, Any]:
        try:
            return self._buy()
        finally:
            self.account.since = self.account.clock.now

    def _buy(self) -> dict[str, Any]:
        account, clock = self.account, self.account.clock
        outcome = account.outcomes.pop(0) if account.outcomes else "ok"
        what, _, work = outcome.partition(" ")
        for _ in range(account.strangers):
            account.add_for_stranger(self.kind)
        account.strangers = 0
        if what == "unsent":
            raise errors.NotSent(CALL, "could not reach", "")
        if what == "429":
            raise errors.RateLimitError(CALL, 429, "", "answered 429", "")
        if what == "422":
            raise errors.RequestError(CALL, 422, "", "answered 422", "")
        whose, kind = self.buying, self.kind
        if work == "late":
            clock.due.append((clock.now + READ - 1, lambda: account.add(kind, whose)))
        made = account.numbers[account.add(kind, whose)] if work in ("", "done") else None
        if what == "killed":
            raise Killed
        if what == "slow":
            clock.sleep(READ)
        if what in ("slow", "reset"):
            raise errors.AnswerLost(CALL, "was lost", "")
        if what in ("500", "504"):
            raise errors.ServerError(CALL, int(what), "", f"answered {what}", "")
        if what == "unreadable":
            raise errors.UnreadableAnswer(CALL, 200, "", "answered 200", "")
        if what == "empty":
            return {}
        return made or {}


OUTCOMES = [
    "ok",
    "unsent",
    "429",
    "422",
    *(f"{what} {work}" for what in ("reset", "504", "killed") for work in ("done", "not", "late")),
    *(
        f"{what} {work}"
        for what in ("500", "slow", "unreadable", "empty")
        for work in ("done", "not")
    ),
]
STEPS = ["begin before", "begin after", "bought before", "bought after", "state before"]


def may_be(number: dict[str, Any], row: Row) -> bool:
    """Whether a number can be what a row's purchase bought, by all that tells numbers apart."""
    return number["number"] not in row.before and row.asked in (
        {},
        asked_in(KINDS[number["kind"]]),
    )


class Machine(RuleBasedStateMachine):
    """Two stacks, one account, one ledger; what others buy can be told from what is asked for."""

    alike = False

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.clock = Clock()
        self.account = Account(self.clock, alike=self.alike)
        self.settings = Settings(
            api_key="k",
            base_url="http://sandbox",
            ledger=Path(self.folder.name) / "purchases.sqlite",
            settle_seconds=SETTLE,
            read_timeout=READ,
            connect_timeout=CONNECT,
            max_retries=2,
            max_retry_wait=1,
        )
        self.declared: dict[str, str] = {}
        self.state: dict[str, str] = {}
        self.shown: set[str] = set()
        self.failed: dict[str, errors.VocodeError] = {}
        self.excused: set[str] = set()
        self.mistaken: set[str] = set()

    def teardown(self) -> None:
        try:
            self.faults_stop()
        finally:
            self.folder.cleanup()

    # What a run is.

    @contextmanager
    def on_its_clock(self) -> Iterator[None]:
        real = Ledger.bought

        def bought(book: Ledger, owner: Owner, number: str) -> None:
            self.is_given(owner, number, book.rows())
            real(book, owner, number)

        with (
            mock.patch.object(purchases, "time", self.clock),
            mock.patch.object(ledger, "time", self.clock),
            mock.patch.object(Ledger, "bought", bought),
        ):
            yield

    @contextmanager
    def killed_at(self, step: str) -> Iterator[None]:
        name, _, when = step.partition(" ")
        if name in ("", "state"):
            yield
            return
        real = getattr(Ledger, name)

        def dies(*args: Any, **kwargs: Any) -> Any:
            if when == "before":
                raise Killed
            real(*args, **kwargs)
            raise Killed

        with mock.patch.object(Ledger, name, dies):
            yield

    def up(self, stack: str, step: str = "") -> None:
        """A `pulumi up`: what is in the state is shown, what is not is created."""
        wire = Wire(self.account, self.settings)
        process = Purchases(cast(Client, wire))
        with self.on_its_clock():
            for urn in self.declared:
                if URNS[urn] != stack:
                    continue
                if urn in self.state:
                    process.known(urn, self.state[urn])
                    self.shown.add(self.state[urn])
                    continue
                wire.buying, wire.kind = urn, self.declared[urn]
                self.failed.pop(urn, None)
                self.account.since = self.clock.now
                try:
                    with self.killed_at(step):
                        got = process.buy(urn, KINDS[wire.kind])
                    if step == "state before":
                        return
                    self.take(urn, got.answer["number"])
                except errors.VocodeError as error:
                    self.failed[urn] = error
                except Killed:
                    return

    def is_given(self, owner: Owner, number: str, rows: list[Row]) -> None:
        """A row gets its number, by what the ledger and the account's list show at this moment.

        What cannot be known: a lost purchase of ours did nothing, or does it only later, and
        somebody else bought what it asked for, meanwhile. Of purchases that may have bought each
        other's numbers one may have been given another's, so they and what is there of ours are
        counted.
        """
        if self.account.numbers[number]["whose"] != "stranger":
            return
        assert self.alike, "somebody else's number was taken"
        row = next(one for one in rows if one.owner == owner)
        assert may_be(self.account.numbers[number], row)
        # What a purchase bought that was over before this one's list was in it.
        rivals = [
            one
            for one in rows
            if one.number is None and one is not row and one.over >= row.at - SETTLE
        ]
        assert not any(
            one.at > row.over + SETTLE and may_be(self.account.numbers[number], one)
            for one in rivals
        ), "somebody else's number was taken, and a list after this one's time was without it"
        ours, lost = self.not_given(rows), [row]
        shown: list[dict[str, Any]] = []
        while more := [
            one
            for one in ours
            # Who looks waits until lists have what was made before, even beside a candidate.
            if (one["listed"] <= self.clock.now or one["made"] <= self.account.since)
            and one not in shown
            and any(may_be(one, other) for other in lost)
        ]:
            shown += more
            lost += [one for one in rivals if one not in lost and any(may_be(n, one) for n in more)]
        assert len(lost) > len(shown), (
            "somebody else's number was taken, and all of ours were there"
        )
        self.excused.add(number)

    def not_given(self, rows: list[Row]) -> list[dict[str, Any]]:
        """Numbers of ours that are in service, in no state and in no row."""
        given = {*self.state.values(), *(row.number for row in rows)}
        return [
            one
            for number, one in self.account.numbers.items()
            if one["whose"] != "stranger" and one["active"] and number not in given
        ]

    def take(self, urn: str, number: str) -> None:
        assert number not in self.state.values(), "two resources hold one number"
        if self.account.numbers[number]["whose"] == "stranger":
            assert number in self.excused
            self.mistaken.add(number)
        self.state[urn] = number

    # What happens.

    @rule(urn=st.sampled_from(sorted(URNS)), kind=st.sampled_from(sorted(KINDS)))
    def declare(self, urn: str, kind: str) -> None:
        self.declared.setdefault(urn, kind)

    @rule(
        stack=st.sampled_from(["one", "two"]),
        outcomes=st.lists(st.sampled_from(OUTCOMES), max_size=4),
        step=st.sampled_from(["", "", *STEPS]),
        lag=st.sampled_from([0.0, 0.0, 2.0, SETTLE]),
    )
    def a_run(self, stack: str, outcomes: list[str], step: str, lag: float) -> None:
        self.account.outcomes, self.account.lag = outcomes, lag
        self.up(stack, step)
        self.account.outcomes, self.account.lag = [], 0.0
        self.account.strangers = 0

    @rule(kind=st.sampled_from(sorted(KINDS)), lag=st.sampled_from([0.0, SETTLE]))
    def somebody_else_buys(self, kind: str, lag: float) -> None:
        self.account.lag = lag
        self.account.add_for_stranger(kind)
        self.account.lag = 0.0

    @rule()
    def somebody_else_is_about_to_buy(self) -> None:
        self.account.strangers = 1

    @rule()
    def the_next_list_fails(self) -> None:
        self.account.broken_lists = 1

    @rule(seconds=st.sampled_from([0.5, 3.0, 12.0, 100.0]))
    def time_passes(self, seconds: float) -> None:
        self.clock.sleep(seconds)

    @precondition(lambda self: set(self.state.values()) - self.shown)
    @rule(data=st.data())
    def the_checkpoint_is_put_back(self, data: st.DataObject) -> None:
        fresh = sorted(urn for urn, number in self.state.items() if number not in self.shown)
        del self.state[data.draw(st.sampled_from(fresh))]

    @precondition(lambda self: self.state)
    @rule(data=st.data())
    def one_is_destroyed(self, data: st.DataObject) -> None:
        urn = data.draw(st.sampled_from(sorted(self.state)))
        number = self.state.pop(urn)
        with self.on_its_clock():
            Purchases(cast(Client, Wire(self.account, self.settings))).known(urn, number)
        self.account.numbers[number]["active"] = False
        del self.declared[urn]

    @precondition(lambda self: self.ambiguous())
    @rule()
    def somebody_settles_it(self) -> None:
        """A person gives a number of ours to the resource, or says that there is none to come.

        What another resource still looks for is left to that one. A number that cannot be this
        purchase's may stay nobody's: what was bought late for a resource that had been given
        somebody else's.
        """
        for urn in self.ambiguous():
            error = cast(errors.AmbiguousPurchase, self.failed.pop(urn))
            assert error.candidates
            process = Purchases(cast(Client, Wire(self.account, self.settings)))
            rows = process.ledger.rows()
            lost = {row.owner.urn: row for row in rows if row.number is None}
            ours = {one["number"]: one for one in self.not_given(rows) if may_be(one, lost[urn])}
            mine = [
                number
                for number, one in ours.items()
                if number in error.candidates
                and (
                    one["whose"] == urn
                    or one["whose"] not in lost
                    or not may_be(one, lost[one["whose"]])
                )
            ]
            if mine:
                with self.on_its_clock():
                    process.taken_over(urn, mine[0])
                self.shown.add(mine[0])
                self.state[urn] = mine[0]
            elif not ours and not self.clock.due:
                process.ledger.drop(process.owner(urn))

    def ambiguous(self) -> list[str]:
        return [
            urn
            for urn, error in self.failed.items()
            if isinstance(error, errors.AmbiguousPurchase) and urn not in self.state
        ]

    # What must be so.

    @invariant()
    def no_declared_number_costs_twice(self) -> None:
        ours = {
            number
            for number, one in self.account.numbers.items()
            if one["whose"] != "stranger" and one["active"]
        }
        loose = ours - set(self.state.values())
        waiting = self.declared.keys() - self.state.keys()
        assert len(loose) <= len(waiting) + len(self.mistaken), (loose, waiting)

    def faults_stop(self) -> None:
        """It ends in the declared state, or in an error that names candidates."""
        self.account.outcomes, self.account.strangers, self.account.broken_lists = [], 0, 0
        for _ in range(6):
            for stack in ("one", "two"):
                self.up(stack)
            if self.state.keys() >= self.declared.keys():
                break
            assert all(
                isinstance(error, errors.AmbiguousPurchase | errors.UnfinishedPurchase)
                for error in self.failed.values()
            ), self.failed
            self.clock.sleep(READ)
            self.somebody_settles_it()
        assert self.state.keys() == self.declared.keys()
        for stack in ("one", "two"):
            self.up(stack)
        assert Ledger(self.settings.ledger).rows() == []
        # What is done late is done by now.
        self.clock.sleep(READ)
        self.no_declared_number_costs_twice()


class MachineWithLookalikes(Machine):
    """Others buy what we ask for, too."""

    alike = True


SETTINGS = settings(
    max_examples=100,
    stateful_step_count=50,
    deadline=None,
    # The same in every run: what a change breaks shows with that change.
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
    # A failure is shown as it is found: to make it shorter takes longer than a run may.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
Machine.TestCase.settings = SETTINGS
MachineWithLookalikes.TestCase.settings = SETTINGS
TestPurchases = Machine.TestCase
TestPurchasesWithLookalikes = MachineWithLookalikes.TestCase


def test_who_takes_a_number_that_may_be_anothers_leaves_it_the_doubt() -> None:
    machine = Machine()
    machine.declare(kind="415", urn="one::x")
    machine.declare(kind="415", urn="one::y")
    # The one's work is done after the other is bought, and the process dies before it knows either.
    lost = ["reset late", "unreadable done"]
    machine.a_run(stack="one", outcomes=lost, step="bought before", lag=0.0)
    machine.teardown()
    assert len(machine.account.numbers) == 2
