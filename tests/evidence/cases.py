# SPDX-License-Identifier: Apache-2.0
"""What is run for `docs/evidence/machines.md`: a machine is killed or stopped at a step, or several work at once."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from tests.engine import machines, vault
from tests.engine.harness import BUY, CREDENTIAL
from tests.engine.machines import Machine, Point, StoreName, at, create_points
from tests.support.serving import InThread
from tests.support.waiting import until
from vocode_pulumi.sandbox import Sandbox

WORKERS = 4
"""The plugin makes so many purchases at the same time."""
SIZES = (1, 8)


@dataclass
class World:
    """What all cases share.

    Args:
        folder: for their files.
        engine_home: has `pulumi`'s own files.
        keys: variables by which `pulumi` finds the key of secrets.
        backend: makes an empty backend in a store.
    """

    folder: Path
    engine_home: Path
    keys: dict[str, str]
    backend: Callable[[StoreName], machines.Backend]


@dataclass(frozen=True)
class Case:
    """One case.

    Args:
        section: of the page.
        act: what the machine does, or what is special about several machines.
        point: where it is stopped.
        store: the kind of the store.
        many: how many numbers a stack declares.
        machines: how many machines there are at the same time.
    """

    section: str
    act: str
    point: str
    store: StoreName
    many: int
    machines: int = 1


@dataclass
class Outcome:
    """What a case led to.

    Args:
        declared: how many numbers the stacks have to pay for.
        paid: how many numbers were paid for.
        open: how many purchases have no known end.
        old_claims: how many numbers are in a state with a claim that is not the newest.
        longest: seconds of the longest run of another machine after the fault.
        runs: how many times `pulumi` changed a stack.
        wrong: what does not fit together in the end.
    """

    declared: int = 0
    paid: int = 0
    open: int = 0
    old_claims: int = 0
    longest: float = 0.0
    runs: int = 0
    wrong: list[str] = field(default_factory=list)


# Where a machine is killed or stopped.


def points(act: str, store: StoreName) -> dict[str, Point]:
    """The points of an act, in the order in which a run comes to them."""
    intent, take, holder, next_holder = (
        create_points(store, key)
        for key in (machines.INTENT, machines.TAKE, machines.HOLDER, machines.NEXT_HOLDER)
    )
    found: dict[str, Point] = {}

    def add(name: str, which: dict[str, Point], *whens: str) -> None:
        for when in whens:
            if when in which:
                found[f"{when} {name}" if when != "in" else f"while {name} is written"] = which[
                    when
                ]

    if act == "purchase":
        add("the intent", intent, "before", "in", "after")
        found["just before the last look at the clock"] = machines.BEFORE_LOOK_AT_CLOCK
        found["request sent"] = machines.REQUEST_SENT
        found["answer read"] = machines.ANSWER_READ
        add("the take", take, "before", "in")
        if store == "s3":
            add("the take", take, "after")
        add("the holder", holder, "in", "after")
        found["recorded by the engine"] = machines.LAST_BEGINS
    elif act == "replacement":
        add("the intent", intent, "after")
        found["request sent"] = machines.REQUEST_SENT
        add("the take", take, "in")
        add("the holder", holder, "after")
    elif act == "taking again":
        add("the next holder", next_holder, "before", "in", "after")
    elif act == "resolution of a purchase that was made":
        found["after the look"] = machines.RESOLVER_LOOKED
        found["decided"] = machines.RESOLVER_GIVES
        add("the take", take, "in")
        if store == "s3":
            add("the take", take, "after")
        add("the holder", holder, "in", "after")
    elif act == "resolution of a purchase that was not made":
        add('"not bought"', take, "before", "in", "after")
    if act in ("replacement", "release"):
        add('"cancelling"', next_holder, "before", "in", "after")
        found["cancelled at Vocode"] = machines.CANCELLED
    return found


ACTS = (
    "purchase",
    "replacement",
    "release",
    "taking again",
    "resolution of a purchase that was made",
    "resolution of a purchase that was not made",
)

AT_ONCE = ("different stacks", "one name in different projects", "maxNumbers too low")


def cases() -> Iterator[Case]:
    """All of them, in the order of the page."""
    for act in ACTS:
        for store in machines.STORES:
            for point in points(act, store):
                for many in SIZES if point != "recorded by the engine" else SIZES[1:]:
                    yield Case("killed", act, point, store, many)
    for act in ACTS:
        for store in machines.STORES:
            for point in points(act, store):
                if point != "recorded by the engine":
                    yield Case("stopped", act, point, store, 1, 2)
    for store in machines.STORES:
        yield Case("unfenced", "purchase", "after the last look at the clock", store, 1, 2)
    for act in AT_ONCE:
        for store in machines.STORES:
            for count in (2, 3):
                yield Case("at once", act, "every third answer lost", store, 6, count)
    for store in machines.STORES:
        yield Case("one stack", "its lock cancelled", "every third answer lost", store, 6, 2)


# Running a case.


def run(case: Case, world: World, name: str) -> dict[str, Any]:
    """Run one case; gives the case and its outcome."""
    folder = world.folder / name
    folder.mkdir()
    outcome = Outcome()
    with InThread(folder / "account", api_key=f"{CREDENTIAL}-api-key") as sandbox:
        backend = world.backend(case.store)
        first = machines.machine(folder, world.engine_home, sandbox, backend, world.keys)
        try:
            stacks = Runner(case, sandbox, first, folder, outcome).run()
            found = machines.count(stacks, sandbox, backend)
            outcome.paid, outcome.open, outcome.wrong = found.paid, found.open, found.unsettled
            outcome.old_claims = found.old_claims
            if any(CREDENTIAL in text for text in first.printed):
                outcome.wrong.append("a secret was printed")
        except Exception as error:  # noqa: BLE001 - one case that fails is a result too
            outcome.wrong.append(f"{type(error).__name__}: {error}"[-2000:])
    return {**asdict(case), **asdict(outcome)}


def numbers(many: int, inputs: str = "") -> str:
    """A program that declares numbers."""
    return f'[PhoneNumber(f"n{{at}}"{inputs}) for at in range({many})]'


def last_depends_on_others(many: int) -> str:
    """A program whose last number is bought when all others are recorded."""
    return f"""
        others = {numbers(many - 1)}
        PhoneNumber("last", opts=pulumi.ResourceOptions(depends_on=others))
    """


class Runner:
    """Runs one case."""

    def __init__(
        self, case: Case, sandbox: Sandbox, first: Machine, folder: Path, outcome: Outcome
    ) -> None:
        self.case = case
        self.sandbox = sandbox
        self.first = first
        self.folder = folder
        self.outcome = outcome

    def run(self) -> list[Machine]:
        """Run it; gives the stacks to be counted."""
        case = self.case
        if case.section == "at once":
            return self.at_once()
        if case.section == "one stack":
            return self.one_stack()
        before = self.prepare()
        point = (
            machines.LOOKED_AT_CLOCK
            if case.section == "unfenced"
            else points(case.act, case.store)[case.point]
        )
        command = "destroy" if case.act == "release" else "up"
        if case.section == "killed":
            return [self.killed(before, point, command)]
        return [self.stopped(before, point, command)]

    def prepare(self) -> Machine:
        """All that is before the run with the fault; gives the machine of that run."""
        case, first = self.case, self.first
        self.outcome.declared = case.many
        if case.point == "recorded by the engine":
            first.program(last_depends_on_others(case.many))
            return first
        first.program(numbers(case.many))
        match case.act:
            case "replacement":
                first.program(numbers(case.many, ', area_code="415"'))
                self.change(first)
                first.program(numbers(case.many, ', area_code="212"'))
                self.outcome.declared *= 2
            case "release":
                self.change(first)
            case "taking again":
                after = create_points(case.store, machines.HOLDER)["after"]
                return self.killed_once(first, after)
            case "resolution of a purchase that was made":
                return self.killed_once(first, machines.REQUEST_SENT)
            case "resolution of a purchase that was not made":
                after = create_points(case.store, machines.INTENT)["after"]
                return self.killed_once(first, after)
        return first

    def change(self, on: Machine, command: str = "up") -> None:
        """A run that has to succeed."""
        self.outcome.runs += 1
        on.up() if command == "up" else on.destroy()

    def killed_once(self, on: Machine, point: Point) -> Machine:
        """A run that is killed before the one that the case is about; gives the next machine."""
        self.outcome.runs += 1
        with at(point, on, self.folder / "killed-before", min(self.case.many, WORKERS)) as run:
            until(self.sandbox_is_idle)
            run.kill()
        other = on.thrown_away()
        other.unlock()
        return other

    def sandbox_is_idle(self) -> bool:
        """Whether every purchase that was sent is carried out."""
        sent = [one for one in self.sandbox.requests() if one["path"] == BUY["path"]]
        return len(self.sandbox.purchases()) >= len(sent)

    def fault_count(self) -> int:
        """How many workers come to the point."""
        case = self.case
        purchases = case.act == "purchase" and case.point != "recorded by the engine"
        return min(case.many, WORKERS) if purchases else 1

    def killed(self, on: Machine, point: Point, command: str) -> Machine:
        """Killed at the point, and finished by another machine."""
        self.outcome.runs += 2
        with at(point, on, self.folder / "step", self.fault_count(), command) as run:
            run.kill()
            other = on.thrown_away()
            other.unlock()
            with ThreadPoolExecutor(1) as pool:
                finished = pool.submit(self.finish, other, command)
                if run.relay is not None:
                    # The request arrives while the other machine is at work.
                    asked = len(self.sandbox.requests())
                    until(lambda: finished.done() or len(self.sandbox.requests()) > asked)
                    run.relay.let_go()
                finished.result()
        return other

    def finish(self, on: Machine, command: str) -> None:
        """The run of the other machine."""
        seconds = machines.timed(lambda: on.up() if command == "up" else on.destroy())
        self.outcome.longest = max(self.outcome.longest, round(seconds, 1))

    def stopped(self, on: Machine, point: Point, command: str) -> Machine:
        """Stopped at the point; another machine works; then it goes on, and then all is applied once more."""
        self.outcome.runs += 3
        with at(point, on, self.folder / "step", 1, command) as run:
            run.stop()
            stopped = time.monotonic()
            other = on.elsewhere()
            other.unlock()
            self.finish(other, command)
            until(lambda: time.monotonic() - stopped > machines.WINDOW + 1)
            run.go_on()
        other.unlock()
        other.up() if command == "up" else other.destroy()
        return other

    # Several machines at once.

    def lose_answers(self, purchases: int) -> None:
        """Every third answer to a purchase is lost."""
        for after in range(2, 2 * purchases, 3):
            self.sandbox.fault(**BUY, close="after", after=after)

    def at_once(self) -> list[Machine]:
        """Several machines, each with a stack of its own."""
        case, first = self.case, self.first
        first.program(numbers(case.many))
        stacks = [first]
        for number in range(1, case.machines):
            if case.act == "one name in different projects":
                other = first.elsewhere()
                project = other.folder / "Pulumi.yaml"
                project.write_text(project.read_text().replace("calls", f"calls{number}"))
                for settings in other.folder.glob("Pulumi.*.yaml"):
                    settings.unlink()
                other.pulumi("stack", "init", "dev", "--secrets-provider", vault.KEY)
            else:
                other = first.with_stack(f"dev{number}")
            stacks.append(other)
        self.outcome.declared = total = case.many * case.machines
        self.lose_answers(total)
        if case.act == "maxNumbers too low":
            self.outcome.declared = limit = total - case.many // 2
            for stack in stacks:
                stack.env["VOCODE_MAX_NUMBERS"] = str(limit)
        self.outcome.runs += 2 * case.machines
        with ThreadPoolExecutor(case.machines) as pool:
            list(pool.map(Machine.try_up, stacks))
        for stack in stacks:
            seconds = machines.timed(stack.try_up if case.act == "maxNumbers too low" else stack.up)
            self.outcome.longest = max(self.outcome.longest, round(seconds, 1))
        return stacks

    def one_stack(self) -> list[Machine]:
        """Two machines on one stack: somebody cancels the lock of the first."""
        case, first = self.case, self.first
        first.program(numbers(case.many))
        self.outcome.declared = case.many
        self.lose_answers(case.many)
        other = first.elsewhere()
        self.outcome.runs += 3
        with ThreadPoolExecutor(1) as pool:
            run = pool.submit(first.try_up)
            until(lambda: run.done() or len(self.sandbox.requests()) > 0)
            other.unlock()
            other.try_up()
            run.result()
        other.unlock()
        self.finish(other, "up")
        return [other]


def is_right(result: dict[str, Any]) -> bool:
    """Whether nothing is paid twice, open or left over, and no claim is old that must not be."""
    # A run that somebody else has finished writes its own state over theirs, with its own claim.
    # PostgreSQL has the holder already while the machine waits for its answer.
    holders = {"after the holder", "after the next holder"}
    if result["store"] == "postgres":
        holders |= {f"while the {what} is written" for what in ("take", "holder", "next holder")}
    may_be_old = result["section"] == "stopped" and result["point"] in holders
    return (
        not result["wrong"]
        and not result["open"]
        and result["paid"] == result["declared"]
        and (may_be_old or not result["old_claims"])
    )
