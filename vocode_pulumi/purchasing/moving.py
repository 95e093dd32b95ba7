# SPDX-License-Identifier: Apache-2.0
"""Moving a ledger: a note says where it is, since the settings of a refresh or destroy may be old."""

from vocode_pulumi.errors import LedgerError
from vocode_pulumi.purchasing.ledger import Ledger
from vocode_pulumi.purchasing.objects import Note, Take, is_open
from vocode_pulumi.purchasing.over import Window
from vocode_pulumi.purchasing.shared import Clock, Tell


def move(source: Ledger, target: Ledger, window: Window, time: Clock, tell: Tell) -> int:
    """Move what matters of a ledger to another one.

    A note in the old ledger tells everybody where to go, also a run that has begun. Then this waits until
    no request that was begun before can take effect any more, and copies.

    Args:
        source: the ledger that was used so far.
        target: the ledger that is used from now on.
        window: for how long a purchase may take effect.
        time: a clock that counts sleep.
        tell: says a line while this waits.

    Returns:
        How many objects were copied.

    Raises:
        LedgerError: one of them cannot be used, or both are the same.
    """
    if source.where == target.where:
        raise LedgerError(source.where, "it is to be moved to where it is", "Nothing was moved.")
    target.store.probe()
    source.leave_note(Note(target.where))
    if target.note() is not None:
        target.leave_note(Note(None))
    tell("", f"Waiting {window.whole:.0f} s, until no purchase that was begun there is under way.")
    time.sleep(window.whole)
    return _copy(source, target)


def _copy(source: Ledger, target: Ledger) -> int:
    store, found = source.store, source.attempts().attempts
    taken = {step.number for one in found.values() for step in one.steps if isinstance(step, Take)}
    histories = source.histories(taken)
    keys = [*store.list("numbers/")]
    for key, attempt in found.items():
        if is_open(attempt, histories):
            keys.append(f"lists/{attempt.intent.listed}")
        if is_open(attempt, histories) or any(isinstance(one, Take) for one in attempt.steps):
            keys += [key.step(j) for j in range(len(attempt.steps) + 1)]
    bodies = store.read(keys)
    # An attempt's steps, and a number's objects, in their order.
    return sum(target.store.create(key, bodies[key]) for key in sorted(bodies, key=_order))


def _order(key: str) -> tuple[str, int]:
    head, _, last = key.rpartition("/")
    return head, int(last) if last.isdigit() else 0
