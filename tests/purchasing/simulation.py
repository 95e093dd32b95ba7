# SPDX-License-Identifier: Apache-2.0
"""The real code of purchases, step by step, in every order that chance finds.

Each run of the engine is a thread that stops before every call of the store, of Vocode or of the
engine's state. One thread goes on at a time, and chance says which, what becomes of the call, and
what the world does between two of them. Time is made up: it passes when everybody waits. So a seed is
one order of events, always the same.
"""

import random
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, cast

from vocode_pulumi import errors
from vocode_pulumi.api.client import Client
from vocode_pulumi.errors import CallError, VocodeError
from vocode_pulumi.purchasing import holding
from vocode_pulumi.purchasing.buying import Buyer, Order
from vocode_pulumi.purchasing.context import PurchasingContext
from vocode_pulumi.purchasing.ledger import Ledger
from vocode_pulumi.purchasing.objects import Holder, Released, is_open
from vocode_pulumi.purchasing.owner import Owner, StackId
from vocode_pulumi.purchasing.states import HeldNumber, State, StateNotReadable
from vocode_pulumi.purchasing.store import Body, MaybeCreated, Store
from vocode_pulumi.purchasing.stores.memory import MemoryStore
from vocode_pulumi.settings import Settings

URL = "http://account"
ME = "the-account"
PLACE = "simulated"


class Killed(BaseException):
    """The process is gone."""


@dataclass
class Number:
    """A number of the account."""

    digits: str
    buyer: str
    bought_at: float
    listed_at: float
    active: bool = True


@dataclass
class InTheAir:
    """A request that Vocode may still carry out."""

    buyer: str
    ask: str
    until: float


@dataclass
class Engine:
    """What the engine's state of one resource says."""

    current: HeldNumber | None = None
    to_delete: HeldNumber | None = None
    tainted: bool = False
    done: int = 0
    """How many of the goals are reached."""


@dataclass
class Faults:
    """How much may go wrong."""

    kills: int = 0
    lost_answers: int = 0
    lost_by_store: int = 0
    late_lists: int = 0
    zombies: int = 0
    stops: int = 0
    by_hand: int = 0


@dataclass
class Setup:
    """A situation.

    Args:
        asks: what each owner asks for: ``a`` an area code, ``*`` any.
        goals: what is done to each owner's resource, in order: ``up``, ``replace``, ``forget``,
            ``move N``, ``destroy``, ``release``, ``adopt N``, ``after N M`` (until owner N has reached
            goal M).
        faults: that may happen.
        most: ``vocode:maxNumbers``.
        together: whether a kill is of all runs at once.
        may_fail: whether a run may end with an error that names candidates.
    """

    asks: str
    goals: list[list[str]]
    faults: Faults
    most: int | None = None
    together: bool = False
    may_fail: bool = False


class World:
    """Everything outside of the code under test, and the order of events.

    Args:
        setup: the situation.
        seed: of the order.
        store: where the ledger is kept.
    """

    def __init__(self, setup: Setup, seed: int, store: Store | None = None) -> None:
        self.setup = setup
        self.chance = random.Random(seed)  # noqa: S311 - an order of events
        self.store = store or MemoryStore()
        self.faults = Faults(**vars(setup.faults))
        self.now = 1000.0
        self.numbers: dict[str, Number] = {}
        self.air: list[InTheAir] = []
        self.engines = [Engine() for _ in setup.asks]
        self.runs: list[Run] = []
        self.log: list[str] = []
        self.wrong: str | None = None
        self.is_for_a_person = False
        self.window = settings(setup.most)
        self.count = 0

    # What happens.

    def play(self, steps: int = 20_000) -> None:
        """Go on until all goals are reached.

        Raises:
            AssertionError: something happened that must not.
        """
        try:
            for _ in range(steps):
                if self.is_over():
                    break
                self.event()
                self.check_always()
            else:
                raise TimeoutError("it does not come to an end")
            self.check_at_the_end()
        finally:
            for run in self.runs:
                run.kill()

    def is_over(self) -> bool:
        """Whether all goals are reached, and nothing is under way."""
        return (
            not self.runs
            and not self.air
            and all(
                engine.done >= len(goals)
                for engine, goals in zip(self.engines, self.setup.goals, strict=True)
            )
        )

    def event(self) -> None:
        """One thing happens."""
        events: list[Callable[[], None]] = []
        ready = [run for run in self.runs if run.is_ready(self.now)]
        # What runs is more likely to go on than the world is to change.
        events += [run.go_on for run in ready] * 3
        if self.faults.kills and ready:
            events.append(self.kill)
        if self.faults.stops and ready:
            events.append(self.stop)
        events += [partial(self.land, request) for request in self.air]
        if self.faults.by_hand:
            events.append(self.somebody_buys)
        for owner in range(len(self.engines)):
            events += self.starts(owner)
        if not events or (not ready and self.chance.random() < 0.7):
            self.let_time_pass()
            return
        self.chance.choice(events)()

    def let_time_pass(self) -> None:
        """Until somebody can go on; sometimes while somebody could."""
        wakes = [run.wakes for run in self.runs if run.wakes > self.now]
        wakes += [request.until for request in self.air]
        self.now = min(wakes, default=self.now + 1.0)
        self.expire()

    def expire(self) -> None:
        """A request that had no effect in its time has none."""
        for request in [request for request in self.air if request.until <= self.now]:
            self.air.remove(request)
            self.log.append(f"the request of {request.buyer} does nothing")

    def kill(self) -> None:
        self.faults.kills -= 1
        victims = self.runs if self.setup.together else [self.chance.choice(self.runs)]
        for run in [*victims]:
            self.log.append(f"{run} is killed at {run.at}")
            if run.at.startswith("POST buy") and self.chance.random() < 0.5:
                self.send_into_the_air(run)
            run.kill()

    def stop(self) -> None:
        """A machine sleeps, and goes on at some later time."""
        self.faults.stops -= 1
        run = self.chance.choice([run for run in self.runs if run.is_ready(self.now)])
        whole = run.context.window.whole
        run.wakes = self.now + self.chance.choice([6.0, whole / 2, whole + 1, 2 * whole])
        self.log.append(f"{run} is stopped at {run.at} until {run.wakes:.0f}")

    def send_into_the_air(self, run: "Run") -> None:
        until = self.now + self.chance.uniform(0, run.context.window.effect)
        self.air.append(InTheAir(str(run), self.setup.asks[run.owner], until))

    def land(self, request: InTheAir) -> None:
        self.air.remove(request)
        if self.chance.random() < 0.3:
            self.log.append(f"the request of {request.buyer} does nothing")
            return
        self.buy(request.ask, request.buyer)

    def somebody_buys(self) -> None:
        self.faults.by_hand -= 1
        self.buy("a", "somebody")

    def buy(self, ask: str, buyer: str) -> Number:
        kind = ask if ask != "*" else self.chance.choice("ab")
        digits = f"1{ {'a': '415', 'b': '212'}[kind] }555{len(self.numbers):04}"
        late = 0.0
        if self.faults.late_lists and self.chance.random() < 0.5:
            self.faults.late_lists -= 1
            late = self.chance.uniform(0, self.window.settle_seconds * 0.99)
        made = Number(digits, buyer, self.now, self.now + late)
        self.numbers[digits] = made
        self.log.append(
            f"{buyer} buys {digits}" + (f", {late:.0f} s late in lists" if late else "")
        )
        return made

    # Runs of the engine.

    def starts(self, owner: int) -> list[Callable[[], None]]:
        """What may begin for an owner now."""
        engine, goals = self.engines[owner], self.setup.goals[owner]
        live = [run for run in self.runs if run.owner == owner]
        if engine.done >= len(goals):
            return []
        word, *args = goals[engine.done].split()
        if word == "after":
            reached = self.engines[int(args[0])].done >= int(args[1])
            return [lambda: self.reach(owner)] if reached and not live else []
        if live and (len(live) > 1 or not self.faults.zombies or word not in ("up", "replace")):
            return []
        if word == "forget":
            return [lambda: self.forget(owner)]
        if word == "move":
            return [lambda: self.move(owner, int(args[0]))]
        # A second run is a rare thing.
        if live and self.chance.random() < 0.8:
            return []
        return [lambda: self.start(owner, word, args)]

    def start(self, owner: int, goal: str, args: list[str]) -> None:
        engine = self.engines[owner]
        if any(run.owner == owner for run in self.runs):
            self.faults.zombies -= 1
        if goal == "replace" and engine.current and not engine.to_delete:
            engine.tainted = True
        run = Run(self, owner, engine.done, goal, args)
        self.runs.append(run)
        self.log.append(f"{run} starts ({goal})")
        run.start()

    def reach(self, owner: int, goal: int | None = None) -> None:
        engine = self.engines[owner]
        engine.done = max(engine.done, (engine.done if goal is None else goal) + 1)

    def forget(self, owner: int) -> None:
        self.engines[owner] = Engine(done=self.engines[owner].done + 1)
        self.log.append(f"the state of {owner} is set back")

    def move(self, owner: int, to: int) -> None:
        self.engines[to].current = self.engines[owner].current
        self.engines[owner] = Engine(done=self.engines[owner].done + 1)
        self.log.append(f"state move {owner} to {to}")

    # What must be so.

    def fail(self, what: str) -> None:
        raise AssertionError(what + "\n" + "\n".join(self.log[-200:]))

    def check_always(self) -> None:
        """What must be so at every moment."""
        if self.wrong:
            self.fail(self.wrong)
        given_up = {
            number
            for number in self.numbers
            if any(
                isinstance(one, Released)
                for one in Ledger(self.store).history(number).by_generation.values()
            )
        }
        held = [engine.current.number for engine in self.engines if engine.current]
        held = [number for number in held if number not in given_up]
        if len(set(held)) < len(held):
            self.fail("two stacks hold one number")
        active = sum(one.active for one in self.numbers.values())
        if self.setup.most is not None and active > self.setup.most:
            self.fail("more numbers than allowed")

    def check_at_the_end(self) -> None:
        """What must be so when all is done: paid is held, and the ledger says who holds it."""
        ledger = Ledger(self.store)
        found = ledger.attempts().by_key
        histories = ledger.histories(self.numbers)
        paid = {number for number, one in self.numbers.items() if one.active}
        held = {engine.current.number for engine in self.engines if engine.current}
        released = {number for number in paid if isinstance(histories[number].newest, Released)}
        strangers = {number for number in paid if self.numbers[number].buyer == "somebody"}
        if not self.setup.may_fail and paid - released != held - released:
            self.fail(f"paid {sorted(paid)}, held {sorted(held)}")
        if not self.is_for_a_person and len(paid) - len(held) > len(strangers):
            self.fail(f"paid {sorted(paid)}, held {sorted(held)}, by hand {sorted(strangers)}")
        open_ = [key for key, one in found.items() if is_open(one, histories)]
        if open_ and not self.setup.may_fail:
            self.fail(f"open attempts: {open_}")
        for engine in self.engines:
            newest = histories[engine.current.number].newest if engine.current else None
            # Of two runs of one stack at once the state may keep the older claim: a named limit.
            if (
                engine.current
                and engine.current.number not in released
                and not self.setup.faults.zombies
                and not (isinstance(newest, Holder) and newest.claim == engine.current.claim)
            ):
                self.fail(f"{engine.current} is not the newest holder: {newest}")
        owners: dict[str, str] = {}
        for number, history in histories.items():
            first = history.by_generation.get(0)
            if isinstance(first, Holder) and first.attempt:
                other = owners.setdefault(first.attempt, number)
                if other != number:
                    self.fail(f"one attempt holds {other} and {number}")


def settings(most: int | None) -> Settings:
    return Settings(
        api_key="key-of-the-simulation",
        base_url=URL,
        connect_timeout=1,
        read_timeout=4,
        settle_seconds=5,
        max_retries=2,
        max_retry_wait=1,
        max_numbers=most,
    )


class SimulatedStore(Store):
    """The store, as one run reaches it."""

    where = "the ledger"

    def __init__(self, run: "Run") -> None:
        self._run = run
        self._store = run.world.store

    def create(self, key: str, body: Body) -> bool:
        run, world = self._run, self._run.world
        run.stop(f"create {key}")
        what = "ok"
        if world.faults.lost_by_store:
            what = world.chance.choice(["ok", "ok", "ok", "lost before", "lost after"])
        if what != "ok":
            world.faults.lost_by_store -= 1
        if what == "lost before":
            raise MaybeCreated(self.where, "the answer was lost")
        done = self._store.create(key, body)
        run.note(f"{key} := {body['kind']}" + ("" if done else " exists"))
        if what == "lost after":
            raise MaybeCreated(self.where, "the answer was lost")
        return done

    def read(self, keys: Iterable[str]) -> dict[str, Body]:
        # Objects never change: what a list has shown can be read at any later time.
        return self._store.read(keys)

    def list(self, prefix: str) -> dict[str, float]:
        self._run.stop(f"list {prefix}")
        return self._store.list(prefix)

    def delete(self, keys: Iterable[str]) -> None:
        raise AssertionError

    def probe(self) -> None:
        raise AssertionError


class SimulatedVocode:
    """A client of the account, as one run reaches it."""

    def __init__(self, run: "Run") -> None:
        self._run = run
        self.settings = run.world.window

    def list(self, _path: str) -> list[dict[str, Any]]:
        self._run.stop("GET list")
        world = self._run.world
        return [
            item(one) for one in world.numbers.values() if one.active and one.listed_at <= world.now
        ]

    def user_id(self) -> str:
        self._run.stop("GET /v1/usage")
        return ME

    def get(self, path: str, phone_number: str) -> dict[str, Any]:
        self._run.stop(f"GET {phone_number}")
        one = self._run.world.numbers.get(phone_number)
        if one is None:
            raise errors.NotFoundError(path, 404, "Number not found", "answered 404", "")
        return item(one)

    def buy(self, _path: str, _body: Any, *, send_before: float) -> dict[str, Any]:
        run, world = self._run, self._run.world
        run.stop("POST buy")
        call = "POST /v1/numbers/buy"
        if world.now > send_before:
            raise errors.NotSent(call, "was not sent: too late", "")
        what = "ok"
        if world.faults.lost_answers:
            what = world.chance.choice(["ok", "ok", "done", "in the air", "429"])
        if what == "429":
            raise errors.RateLimitError(call, 429, "", "answered 429", "")
        if what == "in the air":
            world.faults.lost_answers -= 1
            world.send_into_the_air(run)
            run.note("the answer is lost, the request in the air")
            raise errors.AnswerLost(call, "was lost", "")
        made = world.buy(world.setup.asks[run.owner], str(run))
        if what == "done":
            world.faults.lost_answers -= 1
            run.note("the answer is lost")
            raise errors.AnswerLost(call, "was lost", "")
        return item(made)

    def cancel(self, number: str) -> None:
        run, world = self._run, self._run.world
        run.stop(f"cancel {number}")
        users = [
            at
            for at, engine in enumerate(world.engines)
            if engine.current
            and engine.current.number == number
            and (at != run.owner or engine.to_delete)
        ]
        if users:
            world.wrong = f"{number} is cancelled while {users} hold it"
        world.numbers[number].active = False
        run.note(f"cancels {number}")


def item(one: Number) -> dict[str, Any]:
    return {
        "number": one.digits,
        "user_id": ME,
        "active": one.active,
        "label": "",
        "inbound_agent": None,
        "telephony_provider": "vonage",
        "telephony_account_connection": None,
    }


class SimulatedStates:
    """What the engine's states say."""

    def __init__(self, run: "Run") -> None:
        self._run = run

    def own(self, stack: StackId) -> State:
        self._run.stop("export")
        return self._run.world_state(int(stack.name))

    def others(self, stack: StackId) -> Mapping[str, State | StateNotReadable]:
        self._run.stop("export of others")
        owners = range(len(self._run.world.engines))
        return {str(at): self._run.world_state(at) for at in owners if str(at) != stack.name}


class InLine(PurchasingContext):
    """Without threads of its own."""

    @staticmethod
    def in_background(what: Callable[[], Any], end: Any) -> None:
        end.set_result(what())


def urn(owner: int) -> str:
    return f"urn:pulumi:{owner}::project::pulumi-python:dynamic/vocode:PhoneNumber::number"


@dataclass(eq=False)
class Run:
    """A run of the engine over one owner's resource."""

    world: World
    owner: int
    goal: int
    word: str
    args: list[str]
    at: str = "start"
    wakes: float = 0.0
    _resume: threading.Event = field(default_factory=threading.Event)
    _stopped: threading.Event = field(default_factory=threading.Event)
    _dying: bool = False
    _is_free: bool = False
    _thread: threading.Thread | None = None

    def __post_init__(self) -> None:
        self.world.count += 1
        self.name = f"run {self.world.count} of {self.owner}"
        self._is_free = True
        self.context = InLine(
            cast(Client, SimulatedVocode(self)),
            Ledger(SimulatedStore(self)),
            PLACE,
            lambda _urn: ("first-house", "nobody"),
            lambda _urn, line: self.note(f"says: {line}"),
            SimulatedStates(self),
            self,
            self,
        )
        engine = self.world.engines[self.owner]
        self._current, self._to_delete, self._tainted = (
            engine.current,
            engine.to_delete,
            engine.tainted,
        )
        # The first look and the state belong to one moment: what comes between is a named limit.
        self.context.stack_at_start(self.shared_owner.stack)
        self.context.state_at_start(self.shared_owner.stack)
        self._is_free = False

    def __str__(self) -> str:
        return self.name

    @property
    def shared_owner(self) -> Owner:
        return Owner.of(PLACE, "organization", urn(self.owner))

    # The engine and the clock, as the code sees them.

    def is_running(self) -> bool:
        return True

    def now(self) -> float:
        return self.world.now

    def sleep(self, seconds: float) -> None:
        self.wakes = self.world.now + max(seconds, 0.001)
        self.stop("wait")

    # The thread.

    def start(self) -> None:
        self._thread = threading.Thread(target=self._live, daemon=True)
        self._thread.start()
        self._stopped.wait()

    def is_ready(self, now: float) -> bool:
        return now >= self.wakes

    def go_on(self) -> None:
        self._stopped.clear()
        self._resume.set()
        self._stopped.wait()

    def kill(self) -> None:
        self._dying = True
        if self._thread and self._thread.is_alive():
            self._resume.set()
            self._thread.join()
        if self in self.world.runs:
            self.world.runs.remove(self)

    def stop(self, at: str) -> None:
        if self._is_free:
            return
        self.at = at
        self._stopped.set()
        self._resume.wait()
        self._resume.clear()
        if self._dying:
            raise Killed

    def note(self, what: str) -> None:
        self.world.log.append(f"{self.world.now:7.1f} {self}: {what}")

    def _live(self) -> None:
        end = "ends"
        try:
            self.stop("start")
            self._do()
            self.world.reach(self.owner, self.goal)
        except Killed:
            return
        except VocodeError as error:
            end = f"ends with an error: {error}"
            if isinstance(error, errors.AmbiguousPurchase):
                self.world.is_for_a_person = True
                if not self.world.setup.may_fail:
                    self.world.wrong = str(error)
            if not isinstance(error, TOLERATED):
                self.world.wrong = repr(error)
            if isinstance(
                error, errors.TooManyNumbers | errors.NumberHeld | errors.AmbiguousPurchase
            ):
                # Nobody tries again.
                self.world.reach(self.owner, self.goal)
        except BaseException as error:  # noqa: BLE001 - the test shows it
            self.world.wrong = repr(error)
            end = repr(error)
        self.note(end)
        if self in self.world.runs:
            self.world.runs.remove(self)
        self._stopped.set()

    # What the engine does.

    def _do(self) -> None:
        match self.word:
            case "destroy":
                for held in (self._to_delete, self._current):
                    if held:
                        self._delete(held)
            case "release":
                if self._current:
                    holding.release(self.context, self._current.number)
            case "adopt":
                self._adopt(int(self.args[0]))
            case _:
                if self._to_delete:
                    self._delete(self._to_delete)
                elif self._current and not self._tainted:
                    self.context.saw_in_state(self._current.number)
                else:
                    self._create()

    def _create(self) -> None:
        ask = self.world.setup.asks[self.owner]
        inputs = {} if ask == "*" else {"area_code": {"a": "415", "b": "212"}[ask]}
        bought = Buyer(self.context, Order(self.shared_owner, inputs, inputs or None)).buy()
        if self._tainted and self._current and bought.number == self._current.number:
            self.world.wrong = f"{bought.number} is replaced by itself"
        self._record(bought.number, bought.claim)

    def _record(self, number: str, claim: str) -> None:
        self.stop("record")
        engine = self.world.engines[self.owner]
        held = HeldNumber(urn(self.owner), number, claim, ME)
        old = self._current if self._tainted else self._to_delete
        engine.current, engine.to_delete, engine.tainted = held, old, False
        self.note(f"records {number}")
        self._current, self._to_delete, self._tainted = held, old, False
        if old:
            self._delete(old)

    def _delete(self, held: HeldNumber) -> None:
        given = holding.StateClaim(held.number, self.shared_owner, held.claim)
        if holding.begin_cancelling(self.context, given) is None:
            cast(SimulatedVocode, self.context.client).cancel(held.number)
        self.stop("record the delete")
        engine = self.world.engines[self.owner]
        if engine.to_delete:
            engine.to_delete = None
        else:
            engine.current = None

    def _adopt(self, of: int) -> None:
        current = self.world.engines[of].current
        bought = [one for one in self.world.numbers.values() if one.active]
        number = current.number if current else bought[0].digits
        held = holding.take_over(
            self.context,
            self.shared_owner,
            number,
            "adopted",
            lambda: item(self.world.numbers[number]),
            retained=False,
        )
        self._record(number, held.claim)

    def world_state(self, owner: int) -> State:
        engine = self.world.engines[owner]
        return State(tuple(one for one in (engine.current, engine.to_delete) if one))


TOLERATED = (
    CallError,
    errors.LedgerError,
    errors.TooManyNumbers,
    errors.NumberHeld,
    errors.RunBesides,
    errors.AmbiguousPurchase,
    errors.StateNotAsked,
)
