# SPDX-License-Identifier: Apache-2.0
"""What a provider's process shares, in memory: no ledger's file, no engine, no other stacks."""

from collections.abc import Callable, Mapping
from concurrent.futures import Future
from typing import TypeVar

from vocode_pulumi.api.client import Client
from vocode_pulumi.provider.news import News
from vocode_pulumi.provider.run import Run
from vocode_pulumi.purchasing.ledger import Ledger
from vocode_pulumi.purchasing.owner import StackId
from vocode_pulumi.purchasing.shared import Shared
from vocode_pulumi.purchasing.states import State, StateNotReadable
from vocode_pulumi.purchasing.stores.memory import MemoryStore
from vocode_pulumi.settings import Settings
from vocode_pulumi.testing.account import AccountInMemory

T = TypeVar("T")


class NoStates:
    """A backend without any state."""

    def own(self, stack: StackId) -> State:
        """The state of a stack."""
        return State()

    def others(self, stack: StackId) -> Mapping[str, State | StateNotReadable]:
        """The states of other stacks."""
        return {}


class ThisProcess:
    """The engine: this process, which runs."""

    def is_running(self) -> bool:
        """Whether it runs."""
        return True


class SharedInMemory(Shared):
    """Purchases without threads of their own."""

    @staticmethod
    def in_background(what: Callable[[], T], end: "Future[T]") -> None:
        """Do it now."""
        try:
            end.set_result(what())
        except BaseException as error:  # noqa: BLE001 - whoever needs the result raises it
            end.set_exception(error)


class NoNews(News):
    """An empty ledger has no news."""

    def look(self, urn: str, organization: str) -> None:
        """There is nothing to look for."""


class RunInMemory(Run):
    """What one run of a program shares.

    Args:
        settings: of the stack.
        account: that everything is made in.
    """

    def __init__(self, settings: Settings, account: AccountInMemory) -> None:
        super().__init__(settings, _to_nobody)
        self._client = Client(settings, account)
        self.news = NoNews(lambda: self.purchases, _to_nobody)

    @property
    def client(self) -> Client:
        """Calls to the account."""
        return self._client

    def open_purchases(self) -> Shared:
        """A ledger in which nothing stands."""
        return SharedInMemory(
            self._client,
            Ledger(MemoryStore()),
            "memory",
            lambda _urn: ("nobody", "nobody"),
            _to_nobody,
            NoStates(),
            ThisProcess(),
        )

    def clean_up(self) -> None:
        """There is nothing to clean up."""


def _to_nobody(_urn: str, _line: str) -> None:
    """Nobody runs Pulumi here."""
