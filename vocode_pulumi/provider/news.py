# SPDX-License-Identifier: Apache-2.0
"""Reports on unsettled purchases of the stack. They are looked up in the background.

The keys of the stack's attempts are listed once. They tell the newest attempt of each resource, and whether
it has only its intent. A resource whose newest attempt is the one in its hidden record has no news, and
nothing of it is read.
"""

import threading
from collections.abc import Callable
from concurrent import futures
from concurrent.futures import Future
from typing import TYPE_CHECKING, NamedTuple

from vocode_pulumi import clock
from vocode_pulumi.errors import VocodeError
from vocode_pulumi.record import HiddenRecord

if TYPE_CHECKING:
    from vocode_pulumi.purchasing.context import PurchasingContext
    from vocode_pulumi.purchasing.ledger import AttemptsFound
    from vocode_pulumi.purchasing.listed import ListedAttempts
    from vocode_pulumi.purchasing.objects import AttemptKey
    from vocode_pulumi.purchasing.owner import StackId

MAX_WAIT = 1.0
"""Seconds that all answers of a process together wait for lookups."""
MAX_WAIT_FOR_STATES = 15.0
"""The same limit if states have to be read, because the ledger and the engine differ on a number."""


class InState(NamedTuple):
    """A resource of the program as the state has it.

    Args:
        urn: its URN.
        number: digits.
        claim: the claim in its hidden record.
        attempt: the attempt in its hidden record.
    """

    urn: str
    number: str
    claim: str | None
    attempt: str | None


class News:
    """Finds a stack's unsettled purchases, and prints a message about each. Threads may share it.

    Args:
        first_look: returns what lists the stack's attempts; called in the background.
        purchases: returns what the purchases of this process share; called in the background, and only if
            something has to be read or bought.
        tell: prints a message in Pulumi's output.
    """

    def __init__(
        self,
        first_look: "Callable[[], PurchasingContext]",
        purchases: "Callable[[], PurchasingContext]",
        tell: Callable[[str, str], None],
    ) -> None:
        self._first_look = first_look
        self._purchases = purchases
        self._tell = tell
        self._lock = threading.Lock()
        self._lookup: Future[None] | None = None
        self._urn = self._organization = ""
        self._declared: int | None = None
        self._answered: set[str] = set()
        self._in_state: dict[str, InState] = {}
        self._not_compared: list[InState] = []
        self._differing: list[InState] = []
        self._context: PurchasingContext | None = None
        # None if all attempts of the stack are read.
        self._listed: ListedAttempts | None = None
        self._found: AttemptsFound | None = None
        self._lists_version_0_1 = False
        self._has_listed_version_0_1 = False
        self._told: set[AttemptKey] = set()
        self._wait_began: float | None = None
        self._max_wait = MAX_WAIT

    def begin_lookup(
        self, urn: str, organization: str, declared: int | None, *, is_new: bool
    ) -> None:
        """Begin the lookup in the background, at the first call.

        Args:
            urn: the URN of a resource of the stack.
            organization: Pulumi's organization.
            declared: how many numbers the program declares; 0 if that cannot be known, ``None`` if this
                resource does not tell.
            is_new: whether the resource is to be created.
        """
        with self._lock:
            self._declared = declared if self._declared is None else self._declared
            if is_new:
                self._answered.add(urn)
            if self._lookup is not None:
                return
            self._urn, self._organization = urn, organization
            self._begin(lambda: self._look_up(is_new))

    def saw_in_state(self, number: str, urn: str, record: HiddenRecord) -> None:
        """Remember that the state has a number for a resource of the program."""
        seen = InState(urn, number, record.claim, record.attempt)
        with self._lock:
            self._answered.add(urn)
            if self._in_state.get(urn) != seen:
                self._in_state[urn] = seen
                self._not_compared.append(seen)

    def wait(self) -> None:
        """Give the lookup a moment if the process may end with this answer, or if there is something to tell."""
        while (lookup := self._lookup_to_wait_for()) is not None:
            while not lookup.done():
                left = (self._wait_began or 0.0) + self._max_wait - clock.now()
                if left <= 0:
                    return
                futures.wait([lookup], timeout=min(left, 0.05))

    def _lookup_to_wait_for(self) -> "Future[None] | None":
        with self._lock:
            if self._lookup is None:
                return None
            if self._lookup.done():
                # The engine may have passed numbers after the lookup.
                if not self._has_work():
                    return None
                self._begin(self._report)
            elif not self._has_seen_program():
                return None
            self._wait_began = clock.now() if self._wait_began is None else self._wait_began
            return self._lookup

    def _has_seen_program(self) -> bool:
        """Whether the engine has passed every number that the program declares. The lock is held."""
        return self._declared is not None and len(self._answered) >= self._declared

    def _begin(self, what: Callable[[], None]) -> None:
        """Call a function in the background. The lock is held."""
        lookup = self._lookup = Future()

        def run() -> None:
            try:
                what()
            except (VocodeError, OSError):
                # A run that buys nothing must not fail because of its ledger. A purchase reports the error.
                self._context = None
            finally:
                lookup.set_result(None)

        threading.Thread(target=run, daemon=True).start()

    def _stack(self, context: "PurchasingContext") -> "StackId":
        return context.owner(self._urn, self._organization).stack

    def _look_up(self, buys: bool) -> None:
        """List the attempts of the stack, and report.

        Args:
            buys: whether the run buys: then all attempts are read anyway.
        """
        from vocode_pulumi.purchasing.listed import ListedAttempts

        if buys:
            self._read_whole_stack(self._purchases())
        else:
            context = self._first_look()
            stack = self._stack(context)
            listed = ListedAttempts(stack.key, context.steps_of_stack(stack))
            with self._lock:
                self._context, self._listed = context, listed
        self._report()

    def _read_whole_stack(self, context: "PurchasingContext") -> None:
        found = context.stack_at_start(self._stack(context)).attempts.result()
        with self._lock:
            self._context, self._listed, self._found = context, None, found
            self._differing, self._not_compared = [], [*self._in_state.values()]
        self._tell_of_open(context, found)

    def _report(self) -> None:
        """Read what is new, and print a message about each unsettled purchase."""
        while True:
            with self._lock:
                if not self._has_work():
                    return
                context, listed = self._context, self._listed
                differing, self._differing = self._differing, []
            if context is None:
                return
            if listed is None or self._read_what_differs(context, listed):
                for seen in differing:
                    self._tell_of_second_number(seen)

    def _has_work(self) -> bool:
        """Whether something has to be read or said. The lock is held, and nothing is read here."""
        context, listed = self._context, self._listed
        if context is None:
            return False
        new, self._not_compared = self._not_compared, []
        if listed is None:
            self._differing += [seen for seen in new if self._has_second_number(seen)]
            return bool(self._differing)
        for seen in new:
            owner = context.owner(seen.urn, self._organization)
            self._lists_version_0_1 |= seen.claim is None and not self._has_listed_version_0_1
            if listed.saw_in_state(owner.key, seen.attempt):
                self._differing.append(seen)
        if self._has_seen_program():
            listed.saw_whole_program()
        return (
            bool(self._differing)
            or listed.has_unread
            or listed.lacks_attempt_of_state
            or self._lists_version_0_1
        )

    def _read_what_differs(self, first: "PurchasingContext", listed: "ListedAttempts") -> bool:
        """Read the attempts that the state does not explain.

        Returns:
            ``False`` if all attempts of the stack were read instead: then every number is compared again.
        """
        from vocode_pulumi.purchasing.ledger import AttemptsFound

        stack = self._stack(first)
        if self._lists_version_0_1:
            # Only the states of version 0.1 have no claim.
            older = first.steps_of_version_0_1(stack)
            with self._lock:
                listed.add(older)
                self._lists_version_0_1, self._has_listed_version_0_1 = False, True
        with self._lock:
            unread = listed.take_unread()
        if not unread and not listed.lacks_attempt_of_state:
            return True
        context = self._purchases()
        is_elsewhere = context.ledger.where != first.ledger.where
        if is_elsewhere or listed.lacks_attempt_of_state or context.has_begun_with(stack):
            # In the last case this run may have written some of the listed attempts itself.
            self._read_whole_stack(context)
            return False
        new, found = context.read_attempts(unread), self._found or AttemptsFound()
        with self._lock:
            self._context = context
            self._found = AttemptsFound(
                {**found.by_key, **new.by_key}, {**found.highest_k, **new.highest_k}
            )
        self._tell_of_open(context, new)
        return True

    def _tell_of_open(self, context: "PurchasingContext", found: "AttemptsFound") -> None:
        from vocode_pulumi.purchasing.unsettled import open_purchases

        for purchase in open_purchases(context, found):
            if purchase.attempt.key in self._told:
                continue
            self._told.add(purchase.attempt.key)
            self._tell(
                "",
                f"{purchase} A `pulumi up` that creates it looks for what was bought before it buys; "
                "`vocode-pulumi purchases` settles it.",
            )

    def _has_second_number(self, seen: InState) -> bool:
        """Whether the newest attempt of a resource that was read took another number. Nothing is read here."""
        from vocode_pulumi.purchasing.unsettled import took_other_number

        context, found = self._context, self._found
        if context is None or found is None:
            return False
        return took_other_number(found, context.owner(seen.urn, self._organization), seen.number)

    def _tell_of_second_number(self, seen: InState) -> None:
        from vocode_pulumi.purchasing.unsettled import second_number

        context, found = self._context, self._found
        if context is None or found is None or not self._has_second_number(seen):
            return
        owner = context.owner(seen.urn, self._organization)
        self._max_wait = MAX_WAIT_FOR_STATES
        other = second_number(context, owner, found, seen.number)
        if other is not None:
            self._tell(
                seen.urn,
                f"{other} was bought for this resource as well, and no state has it: it costs money. A `pulumi "
                "up` that replaces this number takes it; otherwise "
                "`vocode-pulumi purchases` settles it.",
            )
