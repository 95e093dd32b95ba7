# SPDX-License-Identifier: Apache-2.0
"""Moving a ledger. A note in the old one names the new one, since a refresh may use old settings."""

from vocode_pulumi.errors import VocodeError
from vocode_pulumi.purchasing.context import Clock, Tell
from vocode_pulumi.purchasing.deadlines import PurchaseWindow
from vocode_pulumi.purchasing.ledger import Ledger
from vocode_pulumi.purchasing.objects import Attempt, Note, Take, is_open, number_key, taken_numbers


def move(source: Ledger, target: Ledger, window: PurchaseWindow, time: Clock, tell: Tell) -> int:
    """Move the objects of a ledger to another ledger.

    First the objects are copied, so that the new ledger has all open purchases. Then a note in the old
    ledger sends every run to the new one, also a run that has already begun. After the note, this waits
    until earlier requests cannot take effect any more, and copies the outcomes of their purchases.

    Args:
        source: the old ledger.
        target: the new ledger.
        window: how long a purchase may take.
        time: a clock that also runs while the machine sleeps.
        tell: prints a message before the wait.

    Returns:
        How many objects of the old ledger the new one has.

    Raises:
        VocodeError: both ledgers are the same, or the new one has another purchase under the key of an
            open purchase.
        LedgerError: a ledger cannot be used.
    """
    if source.where == target.where:
        raise VocodeError(f"{source.where} is to be moved to where it is. Nothing was moved.")
    target.probe()
    _copy(source, target)
    source.leave_note(Note(target.where))
    if target.note() is not None:
        target.leave_note(Note(None))
    tell("", f"Waiting {window.whole:.0f} s, until no purchase that was begun there is under way.")
    time.sleep(window.whole)
    return _copy(source, target)


def _copy(source: Ledger, target: Ledger) -> int:
    attempts = source.attempts().by_key
    taken = taken_numbers(attempts.values())
    histories = source.histories(taken)
    open_ = [attempt for attempt in attempts.values() if is_open(attempt, histories)]
    _require_no_others(source, target, open_)
    keys = [f"lists/{attempt.intent.list_id}" for attempt in open_]
    for key, attempt in attempts.items():
        if attempt in open_ or any(isinstance(step, Take) for step in attempt.steps):
            keys += [key.step(j) for j in range(len(attempt.steps) + 1)]
    keys += [
        number_key(number, at)
        for number, history in source.histories(source.numbers()).items()
        for at in history.by_generation
    ]
    bodies = source.bodies(keys)
    return sum(target.copy(key, bodies[key]) for key in sorted(bodies, key=_copy_order))


def _require_no_others(source: Ledger, target: Ledger, open_: list[Attempt]) -> None:
    """Raise if the new ledger has another purchase under the key of an open purchase."""
    intents = source.bodies(attempt.key.step(0) for attempt in open_)
    in_target = target.bodies(intents)
    for attempt in open_:
        key = attempt.key.step(0)
        if key in in_target and in_target[key] != intents.get(key):
            raise VocodeError(
                f"The purchase for {attempt.intent.owner.name} of {attempt.intent.owner.stack} in "
                f"{source.where} has no known end, and {target.where} has another one of that name. "
                "Nothing was moved. Settle it with `vocode-pulumi purchases`, then move the ledger."
            )


def _copy_order(key: str) -> tuple[int, str, int]:
    """The order of copying: lists, intents, numbers, then steps.

    A run that reads the new ledger meanwhile finds a purchase open until its number is copied.
    """
    kind, _, rest = key.partition("/")
    head, _, last = rest.rpartition("/")
    at = int(last) if last.isdigit() else 0
    rank = {"lists": 0, "attempts": 3 if at else 1}.get(kind, 2)
    return rank, head, at
