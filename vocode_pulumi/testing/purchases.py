# SPDX-License-Identifier: Apache-2.0
"""What the resources of a process share, in memory: without a ledger file, an engine or other stacks."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import TypeVar

from vocode_pulumi.api.client import Client
from vocode_pulumi.provider.news import News
from vocode_pulumi.provider.run import Run
from vocode_pulumi.purchasing.context import PurchasingContext
from vocode_pulumi.purchasing.ledger import Ledger
from vocode_pulumi.purchasing.owner import StackId
from vocode_pulumi.purchasing.states import State, StateNotReadable
from vocode_pulumi.purchasing.stores.memory import MemoryStore
from vocode_pulumi.settings import Settings
from vocode_pulumi.testing.account import AccountInMemory

T = TypeVar("T")


class NoStates:
    """A backend without states."""

    def own(self, stack: StackId) -> State:
        """The state of a stack: it is empty."""
        return State()

    def others(self, stack: StackId) -> Mapping[str, State | StateNotReadable]:
        """The states of other stacks: there are none."""
        return {}


class ThisProcess:
    """Stands in for the engine's process."""

    def is_running(self) -> bool:
        """Always true."""
        return True


class ContextInMemory(PurchasingContext):
    """What purchases share, without background threads."""

    @staticmethod
    def in_background(what: Callable[[], T], end: "Future[T]") -> None:
        """Call the function now."""
        try:
            end.set_result(what())
        except BaseException as error:  # noqa: BLE001 - end.result() raises it
            end.set_exception(error)


class NoNews(News):
    """Reports nothing: the ledger is empty."""

    def begin_lookup(
        self, urn: str, organization: str, declared: int | None, *, is_new: bool
    ) -> None:
        """Do nothing."""


class RunInMemory(Run):
    """What the resources of one run of a program share.

    Args:
        settings: the settings of the stack.
        account: the account in memory.
    """

    def __init__(self, settings: Settings, account: AccountInMemory) -> None:
        super().__init__(settings, _tell_nobody)
        self._client = Client(settings, account)
        self.news = NoNews(self._without_notes, lambda: self.purchases, _tell_nobody)

    @property
    def client(self) -> Client:
        """The client of the account."""
        return self._client

    def open_purchases(self) -> PurchasingContext:
        """Open an empty ledger."""
        return ContextInMemory(
            self._client,
            Ledger(MemoryStore()),
            "memory",
            lambda _urn: ("nobody", "nobody"),
            _tell_nobody,
            NoStates(),
            ThisProcess(),
        )

    def clean_up(self) -> None:
        """Do nothing: a ledger in memory needs no housekeeping."""


def _tell_nobody(_urn: str, _line: str) -> None:
    """Print nothing."""
