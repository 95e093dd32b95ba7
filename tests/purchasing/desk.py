# SPDX-License-Identifier: Apache-2.0
"""An account, a clock and engines' states that tests make up, around the real code of purchases."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from tests.purchasing.pieces import KEY, ME, URL, WINDOW, keyring, owner
from vocode_pulumi import errors
from vocode_pulumi.api.client import Client
from vocode_pulumi.purchasing.buying import Bought, Buyer, Order
from vocode_pulumi.purchasing.context import PurchasingContext
from vocode_pulumi.purchasing.deadlines import PurchaseWindow
from vocode_pulumi.purchasing.ledger import Ledger
from vocode_pulumi.purchasing.objects import (
    Account,
    Ask,
    Attempt,
    AttemptKey,
    Holder,
    Intent,
    claim,
)
from vocode_pulumi.purchasing.owner import Owner, StackId
from vocode_pulumi.purchasing.states import HeldNumber, State, StateNotReadable
from vocode_pulumi.purchasing.store import Store
from vocode_pulumi.purchasing.stores.memory import MemoryStore
from vocode_pulumi.settings import Settings

CALL = "POST /v1/numbers/buy"
__all__ = ["KEY", "ME", "URL", "WINDOW", "keyring", "owner"]


def settings(**values: Any) -> Settings:
    given: dict[str, Any] = {
        "api_key": KEY,
        "base_url": URL,
        "connect_timeout": 1,
        "read_timeout": 4,
        "settle_seconds": 5,
        "max_retries": 2,
        "max_retry_wait": 1,
    }
    return Settings(**{**given, **values})


class Clock:
    """Time passes when somebody waits."""

    def __init__(self) -> None:
        self.time = 1000.0
        self.at: list[tuple[float, Callable[[], object]]] = []

    def now(self) -> float:
        return self.time

    def sleep(self, seconds: float) -> None:
        self.pass_(max(seconds, 0.001))

    def pass_(self, seconds: float) -> None:
        """Let time pass, and let happen what is due."""
        end = self.time + seconds
        while due := sorted((one for one in self.at if one[0] <= end), key=lambda one: one[0]):
            self.at.remove(due[0])
            self.time = max(self.time, due[0][0])
            due[0][1]()
        self.time = end

    def after(self, seconds: float, what: Callable[[], object]) -> None:
        self.at.append((self.time + seconds, what))


@dataclass
class AccountInMemory:
    """What Vocode has."""

    clock: Clock
    user_id: str = ME
    numbers: dict[str, dict[str, Any]] = field(default_factory=dict)
    bought: list[str] = field(default_factory=list)
    lists: int = 0

    def add(self, digits: str, **more: Any) -> dict[str, Any]:
        item = {
            "number": digits,
            "id": f"id-{digits}",
            "user_id": self.user_id,
            "active": True,
            "label": "",
            "inbound_agent": None,
            "telephony_provider": "vonage",
            "telephony_account_connection": None,
            **more,
        }
        self.numbers[digits] = item
        return item

    def buy(self, area: str = "415", **more: Any) -> dict[str, Any]:
        item = self.add(f"1{area}555{len(self.numbers):04}", **more)
        self.bought.append(item["number"])
        return item


@dataclass
class Vocode:
    """A client of the account."""

    account: AccountInMemory
    settings: Settings
    outcomes: list[Any] = field(default_factory=list)
    sent: list[Any] = field(default_factory=list)
    cancelled: list[str] = field(default_factory=list)
    on_list: Callable[[], None] = lambda: None

    def list(self, _path: str) -> list[dict[str, Any]]:
        self.account.lists += 1
        listed = [
            {name: value for name, value in item.items() if name != "hidden_until"}
            for item in self.account.numbers.values()
            if item["active"] and item.get("hidden_until", 0) <= self.account.clock.now()
        ]
        self.on_list()
        return listed

    def user_id(self) -> str:
        return self.account.user_id

    def get(self, path: str, phone_number: str = "") -> dict[str, Any]:
        if phone_number not in self.account.numbers:
            raise errors.NotFoundError(f"GET {path}", 404, "Number not found", "answered 404", "")
        return self.account.numbers[phone_number]

    def buy(self, _path: str, body: Any, send_before: float) -> dict[str, Any]:
        self.sent.append(body)
        outcome = self.outcomes.pop(0) if self.outcomes else None
        if callable(outcome):
            outcome = outcome()
        if isinstance(outcome, BaseException):
            raise outcome
        if isinstance(outcome, dict):
            return outcome
        return self.account.buy((body or {}).get("area_code", "415"))

    def update(self, path: str, body: Any = None, *, phone_number: str) -> dict[str, Any]:
        assert path.endswith("/cancel")
        self.cancelled.append(phone_number)
        self.account.numbers[phone_number]["active"] = False
        return self.account.numbers[phone_number]


def lost() -> errors.AnswerLost:
    return errors.AnswerLost(CALL, "was sent, but its answer was lost", "")


@dataclass
class StatesInMemory:
    """What the engine's states say, by stack."""

    stacks: dict[str, State | StateNotReadable] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def has(self, of: Owner, number: str, claim_: str | None, account: str = ME) -> None:
        before = self.stacks.get(of.stack.qualified, State())
        held = HeldNumber(of.urn, number, claim_, account)
        assert isinstance(before, State)
        self.stacks[of.stack.qualified] = State((*before.numbers, held))

    def own(self, stack: StackId) -> State:
        self.asked.append(stack.qualified)
        found = self.stacks.get(stack.qualified, State())
        if isinstance(found, StateNotReadable):
            raise found
        return found

    def others(self, stack: StackId) -> Mapping[str, State | StateNotReadable]:
        self.asked.append("others")
        return {name: state for name, state in self.stacks.items() if name != stack.qualified}


class InLine(PurchasingContext):
    """Without threads of its own."""

    @staticmethod
    def in_background(what: Callable[[], Any], end: Any) -> None:
        try:
            end.set_result(what())
        except BaseException as error:  # noqa: BLE001 - whoever needs the result raises it
            end.set_exception(error)


class Desk:
    """Processes of one machine over one account and one ledger."""

    def __init__(self, store: Store | None = None) -> None:
        self.store = store or MemoryStore()
        self.clock = Clock()
        self.account = AccountInMemory(self.clock)
        self.states = StatesInMemory()
        self.engine_runs = True
        self.said: list[str] = []

    def is_running(self) -> bool:
        return self.engine_runs

    @property
    def ledger(self) -> Ledger:
        return Ledger(self.store)

    def process(self, of: AccountInMemory | None = None, **values: Any) -> InLine:
        """A process of its own."""
        wire = Vocode(of or self.account, settings(**values))
        return InLine(
            cast(Client, wire),
            self.ledger,
            "here",
            lambda _urn: ("first-house", "nobody"),
            lambda _urn, line: self.said.append(line),
            self.states,
            self,
            self.clock,
        )

    def buy(self, context: PurchasingContext, of: Owner, **inputs: Any) -> Bought:
        return Buyer(context, Order(of, inputs, inputs or None)).buy()

    def begin(
        self,
        context: PurchasingContext,
        of: Owner,
        *,
        k: int = 1,
        listed: tuple[str, ...] = (),
        account: Account | None = None,
        window: PurchaseWindow = WINDOW,
        **traits: Any,
    ) -> Attempt:
        """An attempt as a killed process leaves it."""
        whose = account or Account(URL, ME, context.keyring.mark)
        id_ = self.ledger.keep_list(whose, listed)
        ask = Ask(**traits, whole=context.keyring.fingerprint(traits or None))
        key = AttemptKey(of.stack.key, of.key, k)
        attempt = Attempt(key, Intent(of, whose, ask, id_, window))
        assert self.ledger.begin(key, attempt.intent)
        return attempt

    def hold(self, number: str, of: Owner, **more: Any) -> Holder:
        """A number that somebody holds."""
        values: dict[str, Any] = {"act": "adopted", "account": Account(URL, ME, "key"), **more}
        holder = Holder(claim(), owner=of, **values)
        ledger = self.ledger
        assert ledger.hold(number, ledger.history(number).next, holder)
        return holder


def vocode(context: PurchasingContext) -> Vocode:
    """The client of a process, to tell it what happens."""
    return cast(Vocode, context.client)
