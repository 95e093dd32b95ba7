# SPDX-License-Identifier: Apache-2.0
"""Moving a ledger: a note says where it is, since the settings of a refresh or destroy may be old."""

from vocode_pulumi.errors import VocodeError
from vocode_pulumi.purchasing.ledger import Ledger
from vocode_pulumi.purchasing.objects import Attempt, Note, Take, is_open, number_key
from vocode_pulumi.purchasing.over import Window
from vocode_pulumi.purchasing.shared import Clock, Tell


def move(source: Ledger, target: Ledger, window: Window, time: Clock, tell: Tell) -> int:
    """Move what matters of a ledger to another one.

    It is copied, so that whoever goes there finds all open purchases. A note in the old ledger then tells
    everybody to go there, also a run that has begun. This waits until no request that was begun before
    can take effect any more, and copies what has come of those.

    Args:
        source: the ledger that was used so far.
        target: the ledger that is used from now on.
        window: for how long a purchase may take effect.
        time: a clock that counts sleep.
        tell: says a line while this waits.

    Returns:
        How many objects were copied.

    Raises:
        VocodeError: both are the same, or the other one has something else where a purchase without a
            known end belongs.
        LedgerError: one of them cannot be used.
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
    found = source.attempts().attempts
    taken = {step.number for one in found.values() for step in one.steps if isinstance(step, Take)}
    histories = source.histories(taken)
    open_ = [attempt for attempt in found.values() if is_open(attempt, histories)]
    _require_no_others(source, target, open_)
    keys = [f"lists/{attempt.intent.listed}" for attempt in open_]
    for key, attempt in found.items():
        if attempt in open_ or any(isinstance(one, Take) for one in attempt.steps):
            keys += [key.step(j) for j in range(len(attempt.steps) + 1)]
    keys += [
        number_key(number, at)
        for number, history in source.histories(source.held_numbers()).items()
        for at in history.by_generation
    ]
    bodies = source.bodies(keys)
    return sum(target.copy(key, bodies[key]) for key in sorted(bodies, key=_order))


def _require_no_others(source: Ledger, target: Ledger, open_: list[Attempt]) -> None:
    """See to it that no purchase without a known end is left out because another has its key."""
    mine = source.bodies(attempt.key.step(0) for attempt in open_)
    there = target.bodies(mine)
    for attempt in open_:
        key = attempt.key.step(0)
        if key in there and there[key] != mine.get(key):
            raise VocodeError(
                f"The purchase for {attempt.intent.owner.name} of {attempt.intent.owner.stack} in "
                f"{source.where} has no known end, and {target.where} has another one of that name. "
                "Nothing was moved. Settle it with `vocode-pulumi purchases`, then move the ledger."
            )


def _order(key: str) -> tuple[int, str, int]:
    """Whoever looks meanwhile finds nothing that hangs in the air: a purchase is open to the last."""
    kind, _, rest = key.partition("/")
    head, _, last = rest.rpartition("/")
    at = int(last) if last.isdigit() else 0
    rank = {"lists": 0, "attempts": 3 if at else 1}.get(kind, 2)
    return rank, head, at
