# SPDX-License-Identifier: Apache-2.0
"""Which attempts of a stack have to be read, decided from the keys of its attempts and from its state."""

from vocode_pulumi.purchasing.ledger import StepsByAttempt
from vocode_pulumi.purchasing.objects import AttemptKey

ONLY_INTENT = [0]
"""The steps of an attempt whose end is not known."""


class ListedAttempts:
    """The attempts of a stack, of which only the keys are known.

    A resource needs no reading if its newest attempt is the one in its hidden record, and has an end: the
    number of that attempt is in the state.

    Args:
        stack: the stack's part of the keys.
        steps: which steps the attempts have.
    """

    def __init__(self, stack: str, steps: StepsByAttempt) -> None:
        self._stack = stack
        self._steps: dict[AttemptKey, list[int]] = {}
        self._newest: dict[str, AttemptKey] = {}
        self._in_state: set[str] = set()
        self._to_read: set[str] = set()
        self._read: set[str] = set()
        self.lacks_attempt_of_state = False
        """Whether a state names an attempt that the ledger does not have: the ledger was moved, or is another."""
        self.add(steps)

    def add(self, steps: StepsByAttempt) -> None:
        """Add attempts. One that has only its intent has to be read, whoever made it."""
        for key, js in steps.items():
            self._steps[key] = sorted(js)
            self._newest[key.owner] = max(key, self._newest.get(key.owner, key))
            if self._steps[key] == ONLY_INTENT:
                self._to_read.add(key.owner)

    def saw_in_state(self, owner: str, attempt: str | None) -> bool:
        """Whether a resource in the state has attempts that its hidden record does not explain.

        Args:
            owner: the owner's part of the keys.
            attempt: the attempt in the hidden record.
        """
        if attempt is not None:
            # A resource that was renamed has the attempt of another owner.
            stack, _, rest = attempt.partition("/")
            named = rest.rpartition("/")[0]
            if str(self._newest.get(named)) == attempt:
                self._in_state.add(named)
            elif stack == self._stack and named not in self._newest:
                self.lacks_attempt_of_state = True
        newest = self._newest.get(owner)
        if newest is None or str(newest) == attempt:
            return False
        self._to_read.add(owner)
        return True

    def saw_whole_program(self) -> None:
        """Every other owner is a resource that the program does not declare, or that no state has."""
        self._to_read |= self._newest.keys() - self._in_state

    @property
    def has_unread(self) -> bool:
        """Whether attempts have to be read."""
        return not self._to_read <= self._read

    def take_unread(self) -> StepsByAttempt:
        """The attempts that have to be read; they count as read from now on."""
        unread = self._to_read - self._read
        self._read |= unread
        return {key: js for key, js in self._steps.items() if key.owner in unread}
