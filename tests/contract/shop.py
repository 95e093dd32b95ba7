# SPDX-License-Identifier: Apache-2.0
"""Processes that buy over HTTP in an account of a real sandbox, and what became of it."""

from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

from tests.contract.hasty import Hasty
from tests.purchasing.desk import StatesInMemory, owner
from vocode_pulumi.api.client import Client
from vocode_pulumi.purchasing.buying import Bought, Buyer, Order
from vocode_pulumi.purchasing.context import PurchasingContext
from vocode_pulumi.purchasing.ledger import Ledger
from vocode_pulumi.purchasing.objects import AttemptKey, Holder, NotBought, Step, Take, claim
from vocode_pulumi.purchasing.owner import Owner
from vocode_pulumi.purchasing.stores.sqlite import SqliteStore
from vocode_pulumi.sandbox.client import SandboxClient
from vocode_pulumi.settings import Settings

BUY: dict[str, Any] = {"method": "POST", "path": "/v1/numbers/buy"}
LIST: dict[str, Any] = {"method": "GET", "path": "/v1/numbers/list"}


class Engine:
    """A `pulumi` that runs."""

    def is_running(self) -> bool:
        return True


@dataclass
class Shop:
    """An account, and the ledger of those who buy in it.

    Args:
        account: of a sandbox.
        path: of the ledger.
    """

    account: SandboxClient
    path: Path
    states: StatesInMemory = field(default_factory=StatesInMemory)
    said: list[str] = field(default_factory=list)

    def process(self, **settings: Any) -> PurchasingContext:
        """A process of its own, as far as purchases can tell.

        Args:
            **settings: of :class:`Settings`.
        """
        given: dict[str, Any] = {
            "api_key": self.account.api_key,
            "base_url": self.account.url,
            "connect_timeout": 1,
            "read_timeout": 4,
            "settle_seconds": 2,
            "max_retry_wait": 0.05,
            "ledger": self.path,
        }
        return PurchasingContext(
            Client(Settings(**{**given, **settings})),
            self.ledger,
            "here",
            lambda _urn: ("first-house", "nobody"),
            lambda _urn, line: self.said.append(line),
            self.states,
            Engine(),
            Hasty(),
        )

    @property
    def ledger(self) -> Ledger:
        return Ledger(SqliteStore(self.path))

    def buy(
        self, name: str | Owner = "a", *, by: PurchasingContext | None = None, **inputs: Any
    ) -> Bought:
        """Create a number, in a process of its own or in one that is given."""
        of = owner(name) if isinstance(name, str) else name
        return Buyer(by or self.process(), Order(of, inputs, inputs or None)).buy()

    def die(self, name: str | Owner = "a", *, done: bool = False, **inputs: Any) -> str | None:
        """A process that was killed while its request was under way.

        Args:
            name: of the resource.
            done: whether the purchase was carried out.
            **inputs: of the resource.

        Returns:
            The number that was bought, if it was.
        """
        process, made = self.process(), []

        def dies(_path: str, body: Any, *_: Any, **__: Any) -> Any:
            if done:
                made.append(str(self.account.call("POST", BUY["path"], body)["number"]))
            raise KeyboardInterrupt

        with (
            mock.patch.object(process.client, "buy", dies),
            suppress(KeyboardInterrupt),
        ):
            self.buy(name, by=process, **inputs)
        return made[0] if made else None

    # What became of it.

    def sent(self) -> int:
        """How often a purchase was asked for."""
        return sum(one["path"] == BUY["path"] for one in self.account.requests())

    def lists(self) -> int:
        """How often a page of the list was asked for."""
        return sum(one["path"].startswith(LIST["path"]) for one in self.account.requests())

    def paid(self) -> list[str]:
        """What was bought, but by strangers."""
        return [one["number"] for one in self.account.purchases() if not one["stranger"]]

    def steps(self, of: Owner | None = None) -> dict[int, tuple[Step, ...]]:
        """What became of the attempts of one owner; default a's."""
        of = of or owner("a")
        found = self.ledger.attempts(f"attempts/{of.stack.key}/{of.key}/").by_key
        return {key.k: one.steps for key, one in found.items()}

    def took(self, bought: Bought, *, sent: int, guessed: bool = False) -> None:
        """See to it that it ended with this number, after so many requests, the others for nothing.

        The sandbox, the ledger and what the resource is given agree.
        """
        assert self.paid() == [bought.number]
        assert self.sent() == sent
        *before, (k, last) = self.steps().items()
        assert last == (Take(bought.number, 0, guess=guessed),)
        assert {steps for _, steps in before} <= {(NotBought(),)}
        holder = self.ledger.history(bought.number).newest
        assert isinstance(holder, Holder)
        of = owner("a")
        assert holder.claim == bought.claim
        assert (holder.act, holder.owner) == ("bought", of)
        assert holder.account.user_id in (None, self.account.call("GET", "/v1/usage")["user_id"])
        assert holder.attempt == bought.attempt == str(AttemptKey(of.stack.key, of.key, k))
        assert bought.is_named is not guessed

    def bought_nothing(self, *, attempts: int) -> None:
        """See to it that nothing was bought, and that the ledger says so."""
        assert self.paid() == []
        assert self.steps() == dict.fromkeys(range(1, attempts + 1), (NotBought(),))

    def hold(self, number: str, of: Owner) -> Holder:
        """Write down that somebody holds a number; gives what says so."""
        ledger, account = self.ledger, self.process().account
        holder = Holder(claim(), "adopted", of, account)
        assert ledger.hold(number, ledger.history(number).next, holder)
        return holder
