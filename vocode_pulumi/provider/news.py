# SPDX-License-Identifier: Apache-2.0
"""What a run says of purchases that it was not asked for: looked up in the background, once."""

import threading
from collections.abc import Callable
from concurrent import futures
from concurrent.futures import Future
from contextlib import suppress
from typing import TYPE_CHECKING

from vocode_pulumi import clock
from vocode_pulumi.errors import VocodeError

if TYPE_CHECKING:
    from vocode_pulumi.purchasing.ledger import AttemptsFound
    from vocode_pulumi.purchasing.shared import Shared

LONGEST = 1.0
"""Seconds that the answers of a process wait, all in all, for the list of purchases."""
LONGEST_OF_STATES = 15.0
"""The same where states have to be asked: the ledger has another number than the engine shows."""


class News:
    """Looks at a stack's purchases without an end, and says each in a line. Threads may share it.

    Args:
        purchases: gives what all purchases share; loaded in the background.
        tell: says a line to whoever runs Pulumi.
    """

    def __init__(self, purchases: "Callable[[], Shared]", tell: Callable[[str, str], None]) -> None:
        self._purchases = purchases
        self._tell = tell
        self._lock = threading.Lock()
        self._ended: Future[None] | None = None
        self._shown: dict[str, str] = {}
        self._found: tuple[Shared, AttemptsFound, str] | None = None
        self._began: float | None = None
        self._longest = LONGEST

    def look(self, urn: str, organization: str) -> None:
        """Begin to look, in the background, the first time that this is asked for.

        Args:
            urn: of a resource of the stack.
            organization: of Pulumi.
        """
        with self._lock:
            if self._ended is not None:
                return
            ended = self._ended = Future()
        threading.Thread(
            target=self._look_and_say, args=(urn, organization, ended), daemon=True
        ).start()

    def shows(self, number: str, urn: str) -> None:
        """The engine shows that the state has a number for a resource of the program."""
        with self._lock:
            self._shown[urn] = number

    def wait(self) -> None:
        """Give what is looked for a moment: with the last answer the process may end."""
        with self._lock:
            ended = self._ended
            if ended is None:
                return
            self._began = clock.now() if self._began is None else self._began
        while not ended.done():
            left = self._began + self._longest - clock.now()
            if left <= 0:
                return
            futures.wait([ended], timeout=min(left, 0.05))
        # What was shown after the look.
        with suppress(VocodeError, OSError):
            self._compare()

    def _look_and_say(self, urn: str, organization: str, ended: "Future[None]") -> None:
        try:
            self._say(self._purchases(), urn, organization)
        except (VocodeError, OSError):
            # A run that buys nothing must not fail for its ledger; one that buys says what is wrong.
            pass
        finally:
            ended.set_result(None)

    def _say(self, shared: "Shared", urn: str, organization: str) -> None:
        from vocode_pulumi.purchasing.unsettled import open_purchases

        stack = shared.owner(urn, organization).stack
        found = shared.look(stack).attempts.result()
        for one in open_purchases(shared, found):
            self._tell(
                "",
                f"{one} A `pulumi up` that creates it looks for what was bought before it buys; "
                "`vocode-pulumi purchases` settles it.",
            )
        with self._lock:
            self._found = shared, found, organization
        self._compare()

    def _compare(self) -> None:
        """Say which of the numbers that were shown since the last time have another beside them."""
        from vocode_pulumi.purchasing.unsettled import bought_besides, has_another

        with self._lock:
            if self._found is None:
                return
            shared, found, organization = self._found
            shown, self._shown = self._shown, {}
        for of, number in shown.items():
            owner = shared.owner(of, organization)
            if not has_another(found, owner, number):
                continue
            self._longest = LONGEST_OF_STATES
            other = bought_besides(shared, owner, found, number)
            if other is not None:
                self._tell(
                    of,
                    f"{other} was bought for this resource as well, and no state has it: it costs money. A `pulumi up` that replaces this number takes it; otherwise "
                    "`vocode-pulumi purchases` settles it.",
                )
