# SPDX-License-Identifier: Apache-2.0
"""The objects in the ledger. An object is created once and never changed.

===============================  =================================================================
key                              body
===============================  =================================================================
``lists/ID``                     a list of the account's numbers; several purchases may share it
``attempts/STACK/OWNER/K/0``     :class:`Intent`: the purchase that is about to be made
``attempts/STACK/OWNER/K/J``     a step: :class:`Take` a number, or :class:`NotBought`
``numbers/N/G``                  :class:`Holder`, :class:`Cancelling` or :class:`Released`; the
                                 highest generation G counts
``notes/I``                      :class:`Note`: where the ledger is now
===============================  =================================================================

Each body names its kind and the version of its form. A body of a newer version is an error.
"""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple, TypeVar

from vocode_pulumi.errors import VocodeError
from vocode_pulumi.purchasing.deadlines import PurchaseWindow
from vocode_pulumi.purchasing.fingerprints import Fingerprint
from vocode_pulumi.purchasing.owner import Owner
from vocode_pulumi.purchasing.store import Body, nonce

T = TypeVar("T")

VERSION = 1
"""The version of the form of the bodies."""

Act = Literal["bought", "taken again", "adopted", "linked", "imported", "found in an old ledger"]
"""How a resource came to hold a number."""
Trait = str | Fingerprint | None
"""One input of a purchase: clear text, a secret's fingerprint, or ``None`` if it was not given."""


class DamagedObject(VocodeError):
    """An object of the ledger is damaged, or a newer version wrote it."""


class AttemptKey(NamedTuple):
    """The key of an attempt: the ``k``-th attempt of an owner, counted from 1."""

    stack: str
    owner: str
    k: int

    def step(self, j: int) -> str:
        """The key of a step; step 0 is the intent."""
        return f"attempts/{self.stack}/{self.owner}/{self.k}/{j}"

    @property
    def of_owner(self) -> str:
        """The prefix of the keys of all attempts of this owner."""
        return f"attempts/{self.stack}/{self.owner}/"

    def next(self) -> "AttemptKey":
        """The key of the owner's next attempt."""
        return self._replace(k=self.k + 1)

    def __str__(self) -> str:
        return f"{self.stack}/{self.owner}/{self.k}"


@dataclass(frozen=True)
class Account:
    """The account that pays.

    Args:
        base_url: the URL of the API.
        user_id: Vocode's id of the account; ``None`` while no answer has named it.
        key: a mark that was made from the API key (:class:`.fingerprints.Keyring`).
    """

    base_url: str
    user_id: str | None
    key: str

    def is_same(self, other: "Account") -> bool:
        """Whether both are the same account: they have the same id or the same API key."""
        if self.base_url != other.base_url:
            return False
        by_id = self.user_id is not None and self.user_id == other.user_id
        by_key = bool(self.key) and self.key == other.key
        return by_id or by_key

    def may_be(self, other: "Account") -> bool:
        """Whether both may be the same account: an unknown id may be any id."""
        is_unknown = self.user_id is None or other.user_id is None
        return self.is_same(other) or (is_unknown and self.base_url == other.base_url)

    def __str__(self) -> str:
        return f"{self.user_id or 'of another key'} at {self.base_url}"


@dataclass(frozen=True)
class Ask:
    """What a purchase asks for.

    Args:
        area_code: three digits.
        telephony_provider: the carrier.
        telephony_account_connection: the id of the connection.
        inbound_agent: an agent's id, ``"none"``, ``"default"`` or ``"inline"``.
        whole: the fingerprint of the whole request; ``None`` in a ledger of version 0.1.
    """

    area_code: Trait = None
    telephony_provider: Trait = None
    telephony_account_connection: Trait = None
    inbound_agent: Trait = None
    whole: Fingerprint | None = None


@dataclass(frozen=True)
class Intent:
    """A purchase that is about to be made.

    Args:
        owner: the resource that buys.
        account: the account that pays.
        ask: what the purchase asks for.
        list_id: the id of the list of the account's numbers from before the purchase.
        window: how long the purchase may take, by the settings of the process that makes it.
    """

    owner: Owner
    account: Account
    ask: Ask
    list_id: str
    window: PurchaseWindow


@dataclass(frozen=True)
class Take:
    """The attempt bought a number.

    Args:
        number: digits.
        generation: the generation of the number's object that names the holder.
        guess: whether the resolver found the number; ``False`` if Vocode's answer named it.
    """

    number: str
    generation: int
    guess: bool


@dataclass(frozen=True)
class NotBought:
    """The attempt bought nothing."""


Step = Take | NotBought


@dataclass(frozen=True)
class Attempt:
    """A purchase as the ledger has it.

    Args:
        key: the attempt's key.
        intent: the purchase that was about to be made.
        steps: its outcomes, oldest first.
    """

    key: AttemptKey
    intent: Intent
    steps: tuple[Step, ...] = ()

    @property
    def newest(self) -> Step | None:
        """The last step; ``None`` if there is none yet."""
        return self.steps[-1] if self.steps else None

    @property
    def next_step(self) -> str:
        """The key of the step that comes next."""
        return self.key.step(len(self.steps) + 1)


@dataclass(frozen=True)
class Holder:
    """A resource holds a number; a :class:`Take` gives a number to an attempt, and not to a resource.

    Args:
        claim: a random id; the resource's hidden record has it too.
        act: how the resource came to hold the number.
        owner: the resource.
        account: the account that has the number.
        attempt: the attempt that bought the number, as :class:`AttemptKey` prints it.
        retained: whether the resource has ``retain_on_delete``.
    """

    claim: str
    act: Act
    owner: Owner
    account: Account
    attempt: str | None = None
    retained: bool = False


@dataclass(frozen=True)
class Cancelling:
    """A number is being cancelled, or is already cancelled.

    Args:
        claim: the claim that ends; ``None`` for a state without claims.
        owner: the resource that cancels.
        account: the account that has the number.
        ends_old_holder: whether the holder before it came from a ledger of version 0.1.
    """

    claim: str | None
    owner: Owner
    account: Account
    ends_old_holder: bool = False


@dataclass(frozen=True)
class Released:
    """A person has let a number go: the next adopt takes it."""

    account: Account


Holding = Holder | Cancelling | Released


@dataclass(frozen=True)
class History:
    """All that the ledger says about one number.

    Args:
        by_generation: the number's objects by their generation, oldest first.
    """

    by_generation: Mapping[int, Holding] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Whether the ledger knows the number."""
        return bool(self.by_generation)

    @property
    def newest(self) -> Holding | None:
        """The object that counts; ``None`` if there is none."""
        return self.by_generation[self.next - 1] if self.by_generation else None

    @property
    def next(self) -> int:
        """The generation of the next object."""
        return max(self.by_generation, default=-1) + 1

    @property
    def claims(self) -> frozenset[str]:
        """Every claim that a resource ever had on the number."""
        return frozenset(
            holding.claim for holding in self.by_generation.values() if isinstance(holding, Holder)
        )


UNKNOWN_NUMBER = History()
"""The history of a number that the ledger does not know."""


@dataclass(frozen=True)
class Note:
    """Where the ledger is.

    Args:
        moved_to: the path to which the ledger was moved; ``None`` if the ledger is here.
    """

    moved_to: str | None


def claim() -> str:
    """Make a new claim."""
    return nonce()


def number_key(number: str, generation: int) -> str:
    """The key of an object of a number."""
    return f"numbers/{number}/{generation}"


# What became of an attempt.

Outcome = Literal["open", "nothing", "unheld", "held", "void", "let go"]
"""The outcome of an attempt:

- ``open``: not known yet.
- ``nothing``: it bought nothing.
- ``unheld``: it took a number that has no holder yet.
- ``held``: its resource holds the number that it took.
- ``void``: it took a number that belongs to another attempt.
- ``let go``: its resource held the number, and does not hold it any more.
"""


def outcome(attempt: Attempt, histories: Mapping[str, History]) -> Outcome:
    """The outcome of an attempt.

    Args:
        attempt: the attempt.
        histories: the history of its number, by the number.
    """
    step = attempt.newest
    if step is None:
        return "open"
    if isinstance(step, NotBought):
        return "nothing"
    history = histories.get(step.number, UNKNOWN_NUMBER)
    if _names(history.newest, attempt):
        return "held"
    if any(_names(holding, attempt) for holding in history.by_generation.values()):
        return "let go"
    return "unheld" if history.next <= step.generation else "void"


def taken_numbers(attempts: Iterable[Attempt]) -> set[str]:
    """The numbers that attempts took."""
    return {step.number for attempt in attempts for step in attempt.steps if isinstance(step, Take)}


def is_open(attempt: Attempt, histories: Mapping[str, History]) -> bool:
    """Whether it is still unknown what an attempt bought."""
    return outcome(attempt, histories) in ("open", "void")


def _names(holding: Holding | None, attempt: Attempt) -> bool:
    return isinstance(holding, Holder) and holding.attempt == str(attempt.key)


# Bodies.


def body_of(value: Intent | Step | Holding | Note) -> Body:
    """The body of an object, with a new nonce."""
    head = {"v": VERSION, "nonce": nonce()}
    match value:
        case Intent():
            rest: dict[str, Any] = {
                "kind": "intent",
                "owner": _owner_body(value.owner),
                "account": _account_body(value.account),
                "ask": _ask_body(value.ask),
                "list": value.list_id,
                "window": [value.window.sending, value.window.effect, value.window.settling],
            }
        case Take():
            rest = {
                "kind": "take",
                "number": value.number,
                "generation": value.generation,
                "guess": value.guess,
            }
        case NotBought():
            rest = {"kind": "not bought"}
        case Holder():
            rest = {
                "kind": "holder",
                "claim": value.claim,
                "act": value.act,
                "owner": _owner_body(value.owner),
                "account": _account_body(value.account),
                "attempt": value.attempt,
                "retained": value.retained,
            }
        case Cancelling():
            rest = {
                "kind": "cancelling",
                "claim": value.claim,
                "owner": _owner_body(value.owner),
                "account": _account_body(value.account),
                "found": value.ends_old_holder,
            }
        case Released():
            rest = {"kind": "released", "account": _account_body(value.account)}
        case Note():
            rest = {"kind": "note", "moved_to": value.moved_to}
    return head | rest


def list_body(account: Account, numbers: Sequence[str]) -> Body:
    """The body of a list of an account's numbers."""
    kept = {"kind": "list", "account": _account_body(account), "numbers": sorted(numbers)}
    return {"v": VERSION, "nonce": nonce(), **kept}


def numbers_in_list(key: str, body: Body) -> frozenset[str]:
    """The numbers of a list.

    Raises:
        DamagedObject: the body is not a list.
    """
    found = _checked(key, body, "list").get("numbers")
    if not isinstance(found, list) or not all(isinstance(number, str) for number in found):
        raise DamagedObject(f"{key} is damaged: it has no numbers")
    return frozenset(found)


def account_in_list(key: str, body: Body) -> Account:
    """The account of a list.

    Raises:
        DamagedObject: the body is not a list.
    """
    return _read(key, lambda: _account(_checked(key, body, "list")["account"]))


def intent_in(key: str, body: Body) -> Intent:
    """Decode an intent.

    Raises:
        DamagedObject: the body is not an intent.
    """
    kept = _checked(key, body, "intent")
    return _read(
        key,
        lambda: Intent(
            _owner(kept["owner"]),
            _account(kept["account"]),
            _ask(kept["ask"]),
            str(kept["list"]),
            _window(kept["window"]),
        ),
    )


def step_in(key: str, body: Body) -> Step:
    """Decode a step of an attempt.

    Raises:
        DamagedObject: the body is not a step.
    """
    kept = _checked(key, body, "take", "not bought")
    if kept["kind"] == "not bought":
        return NotBought()
    return _read(
        key, lambda: Take(str(kept["number"]), int(kept["generation"]), bool(kept["guess"]))
    )


def holding_in(key: str, body: Body) -> Holding:
    """Decode an object of a number.

    Raises:
        DamagedObject: the body is not an object of a number.
    """
    kept = _checked(key, body, "holder", "cancelling", "released")

    def read() -> Holding:
        account = _account(kept["account"])
        if kept["kind"] == "released":
            return Released(account)
        owner = _owner(kept["owner"])
        if kept["kind"] == "cancelling":
            return Cancelling(kept["claim"], owner, account, bool(kept["found"]))
        return Holder(
            str(kept["claim"]),
            kept["act"],
            owner,
            account,
            kept["attempt"],
            bool(kept["retained"]),
        )

    return _read(key, read)


def note_in(key: str, body: Body) -> Note:
    """Decode a note.

    Raises:
        DamagedObject: the body is not a note.
    """
    moved_to = _read(key, lambda: _checked(key, body, "note")["moved_to"])
    if not isinstance(moved_to, str | None):
        raise DamagedObject(f"{key} is damaged: {moved_to!r} is no ledger")
    return Note(moved_to)


def _checked(key: str, body: Body, *kinds: str) -> Body:
    version = body.get("v")
    if isinstance(version, int) and version > VERSION:
        raise DamagedObject(
            f"a newer version of pulumi-vocode wrote {key} (its form is {version}, and this one knows "
            f"{VERSION}): upgrade pulumi-vocode"
        )
    if version != VERSION or body.get("kind") not in kinds:
        raise DamagedObject(f"{key} is damaged: it is not a {' or '.join(kinds)}")
    return body


def _read(key: str, read: Callable[[], T]) -> T:
    try:
        return read()
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise DamagedObject(f"{key} is damaged: {type(error).__name__} {error}") from error


def _owner_body(owner: Owner) -> dict[str, str]:
    return {"place": owner.stack.place, "organization": owner.stack.organization, "urn": owner.urn}


def _owner(kept: Mapping[str, Any]) -> Owner:
    return Owner.of(str(kept["place"]), str(kept["organization"]), str(kept["urn"]))


def _account_body(account: Account) -> dict[str, Any]:
    return {"base_url": account.base_url, "user_id": account.user_id, "key": account.key}


def _account(kept: Mapping[str, Any]) -> Account:
    user_id = kept["user_id"]
    return Account(str(kept["base_url"]), None if user_id is None else str(user_id), kept["key"])


def _window(kept: Sequence[Any]) -> PurchaseWindow:
    seconds = [float(part) for part in kept]
    # With NaN or infinity the purchase would never be over.
    if not all(0 <= part < math.inf for part in seconds):
        raise ValueError(f"{kept} are no seconds")
    return PurchaseWindow(*seconds)


_TRAITS = (
    "area_code",
    "telephony_provider",
    "telephony_account_connection",
    "inbound_agent",
    "whole",
)


def _ask_body(ask: Ask) -> dict[str, Any]:
    return {
        name: value.to_json() if isinstance(value, Fingerprint) else value
        for name in _TRAITS
        if (value := getattr(ask, name)) is not None
    }


def _ask(kept: Mapping[str, Any]) -> Ask:
    return Ask(
        **{
            name: Fingerprint.from_json(value) if isinstance(value, Mapping) else value
            for name, value in kept.items()
            if name in _TRAITS
        }
    )
