# SPDX-License-Identifier: Apache-2.0
"""Reports on unsettled purchases of the stack. They are looked up once, in the background."""

import threading
from collections.abc import Callable
from concurrent import futures
from concurrent.futures import Future
from contextlib import suppress
from typing import TYPE_CHECKING

from vocode_pulumi import clock
from vocode_pulumi.errors import VocodeError

if TYPE_CHECKING:
    from vocode_pulumi.purchasing.context import PurchasingContext
    from vocode_pulumi.purchasing.ledger import AttemptsFound

MAX_WAIT = 1.0
"""Seconds that all answers of a process together wait for the lookup."""
MAX_WAIT_FOR_STATES = 15.0
"""The same limit if states have to be read, because the ledger and the engine differ on a number."""


class News:
    """Finds a stack's unsettled purchases, and prints a message about each. Threads may share it.

    Args:
        purchases: returns what the purchases of this process share; called in the background.
        tell: prints a message in Pulumi's output.
    """

    def __init__(
        self, purchases: "Callable[[], PurchasingContext]", tell: Callable[[str, str], None]
    ) -> None:
        self._purchases = purchases
        self._tell = tell
        self._lock = threading.Lock()
        self._lookup: Future[None] | None = None
        self._in_state: dict[str, str] = {}
        self._found: tuple[PurchasingContext, AttemptsFound, str] | None = None
        self._wait_began: float | None = None
        self._max_wait = MAX_WAIT

    def begin_lookup(self, urn: str, organization: str) -> None:
        """Begin the lookup in the background, at the first call.

        Args:
            urn: the URN of a resource of the stack.
            organization: Pulumi's organization.
        """
        with self._lock:
            if self._lookup is not None:
                return
            lookup = self._lookup = Future()
        threading.Thread(
            target=self._look_up_and_report, args=(urn, organization, lookup), daemon=True
        ).start()

    def saw_in_state(self, number: str, urn: str) -> None:
        """Remember that the state has a number for a resource of the program."""
        with self._lock:
            self._in_state[urn] = number

    def wait(self) -> None:
        """Give the lookup a moment: the process may end with the engine's last call."""
        with self._lock:
            lookup = self._lookup
            if lookup is None:
                return
            self._wait_began = clock.now() if self._wait_began is None else self._wait_began
        while not lookup.done():
            left = self._wait_began + self._max_wait - clock.now()
            if left <= 0:
                return
            futures.wait([lookup], timeout=min(left, 0.05))
        # The engine may have passed numbers after the lookup.
        with suppress(VocodeError, OSError):
            self._compare()

    def _look_up_and_report(self, urn: str, organization: str, lookup: "Future[None]") -> None:
        try:
            self._report(self._purchases(), urn, organization)
        except (VocodeError, OSError):
            # A run that buys nothing must not fail because of its ledger. A purchase reports the error.
            pass
        finally:
            lookup.set_result(None)

    def _report(self, context: "PurchasingContext", urn: str, organization: str) -> None:
        from vocode_pulumi.purchasing.unsettled import open_purchases

        stack = context.owner(urn, organization).stack
        found = context.stack_at_start(stack).attempts.result()
        for purchase in open_purchases(context, found):
            self._tell(
                "",
                f"{purchase} A `pulumi up` that creates it looks for what was bought before it buys; "
                "`vocode-pulumi purchases` settles it.",
            )
        with self._lock:
            self._found = context, found, organization
        self._compare()

    def _compare(self) -> None:
        """Report a second number that was bought for a resource, for each number seen since last time."""
        from vocode_pulumi.purchasing.unsettled import second_number, took_other_number

        with self._lock:
            if self._found is None:
                return
            context, found, organization = self._found
            in_state, self._in_state = self._in_state, {}
        for urn, number in in_state.items():
            owner = context.owner(urn, organization)
            if not took_other_number(found, owner, number):
                continue
            self._max_wait = MAX_WAIT_FOR_STATES
            other = second_number(context, owner, found, number)
            if other is not None:
                self._tell(
                    urn,
                    f"{other} was bought for this resource as well, and no state has it: it costs money. A `pulumi "
                    "up` that replaces this number takes it; otherwise "
                    "`vocode-pulumi purchases` settles it.",
                )
