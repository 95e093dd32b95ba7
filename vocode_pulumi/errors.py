# SPDX-License-Identifier: Apache-2.0
"""Every error that this package raises on purpose.

::

    VocodeError
    ├── ConfigError (ValueError)            a setting is missing or cannot be right
    ├── LedgerError                         the ledger of purchases cannot be used
    ├── TooManyNumbers                      a purchase would pass maxNumbers
    ├── EngineGone                          the `pulumi` of this run has ended
    ├── RunBesides                          another run of the stack is at work
    ├── StateNotAsked                       which stack has a number cannot be found out
    ├── NothingToAdopt                      the account does not have the number of `adopt`
    ├── NumberHeld                          somebody else holds the number
    ├── UnsettledPurchases                  a destroy would leave purchases behind
    ├── AmbiguousPurchase                   which number was bought is not known
    ├── OtherAccount                        an unfinished purchase is of another account
    ├── StackOfOtherAccount                 the stack's numbers are in another account
    ├── PinnedAccount                       vocode:account names another account
    ├── WrongAccount                        the key is not of the account of a resource
    ├── TransportError (ConnectionError)    no answer was read
    │   ├── NotSent                         the request never left this machine
    │   └── AnswerLost                      it may have been carried out
    └── ApiError                            Vocode answered, and the answer is no
        ├── AuthenticationError (PermissionError)   401, 403: the key
        ├── PlanError (PermissionError)             402, 403: the plan
        ├── NotFoundError (LookupError)             404
        ├── RequestError (ValueError)               400, 409, 422: what was asked
        ├── RateLimitError                          429 to the end
        ├── ServerError                             5xx
        ├── UnclearAnswer                           an answer to a purchase that is neither yes nor no
        └── UnreadableAnswer                        not the JSON that the API promises

A lookup in a program raises ``LookupFailed`` (:mod:`vocode_pulumi.lookups`). It is a ``VocodeError``,
and ends the program with one line.

An expected error is one line. It names the call, the status, Vocode's own words, whether money was
spent, and what to do. It never holds a credential.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from vocode_pulumi import digits


class VocodeError(Exception):
    """Base of every error of this package."""


class InterruptedUpdate(VocodeError):
    """An update failed after it had created objects. The state has to keep their ids.

    Args:
        text: the text of the error.
        id_: the Pulumi id of the resource.
        outs: the outputs that the state is to have.
    """

    def __init__(self, text: str, id_: str, outs: Mapping[str, Any]) -> None:
        self.id = id_
        self.outs = outs
        super().__init__(text)


class ConfigError(VocodeError, ValueError):
    """A setting is missing or cannot be right; the text names the stack key and the variable."""


class LedgerError(VocodeError):
    """The ledger cannot be read or written.

    Args:
        where: the path or the URL of the ledger.
        why: why it cannot be used.
        money: a sentence that says whether money was spent.
    """

    def __init__(self, where: str, why: str, money: str = "Nothing was bought.") -> None:
        self.where = where
        self.why = why
        if self.is_shared:
            remedy = (
                "Check the address (vocode:ledger, or the backend of the state), the credentials of this run and "
                "what they may do: it lists, reads, writes and deletes there. Then run it again."
            )
        else:
            remedy = (
                "Make room, correct its permissions, or name another file as vocode:ledger or VOCODE_LEDGER. A "
                "damaged ledger may hold purchases that no stack has: before you move it away, compare the "
                "account with your stacks, `VOCODE_LEDGER=other.sqlite vocode-pulumi audit --stack NAME`."
            )
        super().__init__(
            f"The ledger of purchases, {where}, cannot be used: {why}. {money} {remedy}"
        )

    @property
    def is_shared(self) -> bool:
        """Whether the ledger is in a store that every machine reaches."""
        return "://" in self.where

    def with_outcome(self, money: str) -> "LedgerError":
        """The same error, saying whether money was spent."""
        return LedgerError(self.where, self.why, money)


class TooManyNumbers(VocodeError):
    """The account would have more numbers than ``vocode:maxNumbers`` allows; nothing was bought.

    Args:
        there: how many numbers the account has.
        others: how many purchases are unfinished, and numbers not listed yet.
        max_numbers: numbers that it may have.
    """

    def __init__(self, there: int, others: int, max_numbers: int) -> None:
        self.others = others
        besides = f" and {others} more are being bought" if others else ""
        super().__init__(
            f"The account has {there} numbers{besides}, and vocode:maxNumbers (VOCODE_MAX_NUMBERS) "
            f"allows {max_numbers}. Nothing was bought. Raise it, or release a number; `vocode-pulumi "
            "purchases` lists unfinished purchases."
        )


class EngineGone(VocodeError):
    """The `pulumi` that started this process has ended, so nobody would record a purchase."""

    def __init__(self) -> None:
        super().__init__(
            "The `pulumi` that started this run has ended. Nothing was bought. Run `pulumi up` again."
        )


class RunBesides(VocodeError):
    """Another run of the stack recorded a number for the resource; nothing was bought.

    Args:
        number: digits.
    """

    def __init__(self, number: str) -> None:
        super().__init__(
            f"Another run of this stack is at work: it has recorded {number} for this resource. "
            "Nothing was bought. Let one run end before the next begins, then run `pulumi up`."
        )


class StateNotAsked(VocodeError):
    """No state could be read to find out which stack has a number; nothing was bought.

    Args:
        number: digits.
        why: which state cannot be read, and why.
    """

    def __init__(self, number: str, why: str) -> None:
        self.number = number
        super().__init__(
            f"{number} was bought for this resource, and whether a stack has it cannot be found out: "
            f"{why}. Nothing was bought. Make that state readable and run `pulumi up` again; or, if "
            f'no other stack has {number}: `vocode-pulumi release {number}`, put adopt="{number}" '
            "into the program, then `pulumi up` (release alone would buy another)."
        )


class NothingToAdopt(VocodeError):
    """The account has no number in service with the digits of ``adopt``."""

    def __init__(self, number: str) -> None:
        super().__init__(
            f"GET /v1/numbers found no active number {number} in this account, so there is nothing to "
            f"adopt. Nothing was bought. Check the digits ({digits.country_code_first(number)}), and whose "
            "key is in use."
        )


class NumberHeld(VocodeError):
    """Somebody else holds the number; it stays theirs.

    Args:
        number: digits.
        by: who holds it.
        remedy: what is right.
    """

    def __init__(self, number: str, by: str, remedy: str) -> None:
        self.number = number
        super().__init__(f"{number} {by}. Nothing was bought or changed. {remedy}")


class UnsettledPurchases(VocodeError):
    """The stack has purchases that a person has to settle before a delete.

    Args:
        lines: one sentence for each purchase.
    """

    def __init__(self, lines: list[str]) -> None:
        super().__init__(
            "Nothing was cancelled or deleted: this stack has purchases that cost money and that its "
            f"state does not have. {' '.join(lines)} Settle them with `vocode-pulumi purchases`, then "
            "run the same command again."
        )


class CallError(VocodeError):
    """A call to Vocode failed.

    Attributes:
        call: method and path, such as ``POST /v1/numbers/buy``.
        what: what happened, with Vocode's own words where there were any.
        remedy: what to do about it.
        money: whether money was spent; empty for a call that spends none.
        name: the name of what the call is about; empty if only the call says it.
    """

    name = ""

    def __init__(self, call: str, what: str, remedy: str, money: str = "") -> None:
        self.call = call
        self.what = what
        self.remedy = remedy
        self.money = money
        super().__init__(self._text())

    def with_outcome(self, money: str) -> "CallError":
        """The same error, saying whether money was spent."""
        self.money = money
        self.args = (self._text(),)
        return self

    def naming(self, name: str) -> "CallError":
        """The same error, beginning with the name of what the call is about."""
        self.name = name
        self.args = (self._text(),)
        return self

    def _text(self) -> str:
        about = f"{self.name}: " if self.name else ""
        parts = (f"{about}{self.call} {self.what}.", self.money, self.remedy)
        return " ".join(part for part in parts if part)


class TransportError(CallError, ConnectionError):
    """No answer was read."""


class NotSent(TransportError):
    """No byte of the request was sent, so Vocode got no request.

    Attributes:
        lasting: whether a retry would fail too, for example because the address is invalid.
    """

    lasting = False


class AnswerLost(TransportError):
    """The request went out and no whole answer came back: it may have been carried out."""


class ApiError(CallError):
    """Vocode answered, and the answer is no.

    Attributes:
        status: HTTP status of the answer; 0 if the answer is too large.
        detail: Vocode's own words, with credentials taken out.
        retry_after: seconds until the next try, if Vocode's answer says so.
        named: what the request names, such as ``voice 4f1d…``.
    """

    retry_after: float | None = None
    named: tuple[str, ...] = ()

    def __init__(
        self, call: str, status: int, detail: str, what: str, remedy: str, money: str = ""
    ) -> None:
        self.status = status
        self.detail = detail
        super().__init__(call, what, remedy, money)


class AuthenticationError(ApiError, PermissionError):
    """The API key was refused (401, or 403 without a word about the plan)."""


class PlanError(ApiError, PermissionError):
    """The account's plan does not allow this (402, or a 403 that speaks of the plan)."""


class NotFoundError(ApiError, LookupError):
    """The account does not have the object, or an object that the request refers to (404)."""

    WORDS_OF_OTHERS = ("", "Not Found")
    """The ``detail`` of a 404 that a gateway or a wrong address answers. ASSUMED: a 404 with
    any other is Vocode's own."""

    @property
    def is_vocodes_own(self) -> bool:
        """Whether the 404 is from Vocode itself, not from a gateway or a wrong address.

        A gateway answers without Vocode's words. For a wrong address Vocode says only "Not Found".
        """
        return self.detail not in self.WORDS_OF_OTHERS


class RequestError(ApiError, ValueError):
    """Vocode does not accept what was asked (400, 409, 422 and other 4xx)."""


class RateLimitError(ApiError):
    """Still rate limited (429) after every retry that the settings allow."""


class ServerError(ApiError):
    """Vocode still fails (5xx) after every retry that is safe."""


class UnclearAnswer(ApiError):
    """The answer to a purchase does not say whether the number was bought.

    A redirect, a conflict or a timeout (1xx, 3xx, 408, 409, 425, 499) may come from a gateway, or after
    Vocode carried the request out.
    """


class UnreadableAnswer(ApiError):
    """The answer is not the JSON that the API's document promises, or it is too large."""


class AmbiguousPurchase(VocodeError):
    """The answer to a purchase was lost, and it is not certain which number it bought.

    Args:
        name: the name of the resource.
        candidates: digits of the numbers that it may have bought.

    Attributes:
        candidates: the candidates, sorted.
    """

    def __init__(self, name: str, candidates: Iterable[str]) -> None:
        self.candidates = sorted(candidates)
        named = ", ".join(self.candidates)
        super().__init__(
            f"The answer to an earlier POST /v1/numbers/buy for {name} was lost, and more numbers have "
            f"appeared since than purchases can explain: {named}. Nothing is bought until that is "
            "settled. Somebody bought numbers by hand: say which number is whose with `vocode-pulumi "
            'purchases`. To give a number to a program, put adopt="NUMBER" into it. Then run `pulumi up`.'
        )


class OtherAccount(VocodeError):
    """An unfinished purchase was made in another account; nothing was bought.

    Args:
        name: the name of the resource.
        theirs: the account of that purchase.
        mine: the account whose key is in use.
    """

    def __init__(self, name: str, theirs: str, mine: str) -> None:
        super().__init__(
            f"An earlier purchase for {name} has no known end, and was made in the account {theirs}. "
            f"The key in use is of the account {mine}, which cannot tell what was bought. Nothing was "
            "bought. Use the key of the other account. If the account is the same and only its key is new, "
            "settle the purchase with `vocode-pulumi purchases`, then run `pulumi up`."
        )


class StackOfOtherAccount(VocodeError):
    """The key in use is not of the account of the stack's numbers; nothing was bought.

    Args:
        theirs: the accounts of the stack's numbers.
        mine: the account whose key is in use.
    """

    def __init__(self, theirs: Iterable[str], mine: str) -> None:
        super().__init__(
            f"The numbers of this stack are in the account {', '.join(sorted(theirs))}, and the key in "
            f"use is of the account {mine}. Nothing was bought. Use the key of the first account "
            "(vocode:apiKey or VOCODE_API_KEY). If the second account is right, run `pulumi config set "
            f"vocode:account {mine}`."
        )


class PinnedAccount(VocodeError):
    """The key in use is not of the account that ``vocode:account`` names; nothing was changed.

    Args:
        pinned: the account that the setting names.
        mine: the account whose key is in use.
    """

    def __init__(self, pinned: str, mine: str) -> None:
        super().__init__(
            f"vocode:account (VOCODE_ACCOUNT) is {pinned}, and the key in use is of the account {mine}. "
            "Nothing was bought or changed. Use the key of the account in the setting, or correct the "
            "setting: `vocode-pulumi account` prints the account of a key."
        )


class WrongAccount(VocodeError):
    """The key in use is not of the account of a resource.

    Args:
        id_: the id of the resource at Vocode; the digits of a number.
        account: Vocode's id of the account that has the resource.
        current: Vocode's id of the account whose key is in use.
    """

    def __init__(self, id_: str, account: str, current: str) -> None:
        super().__init__(
            f"{id_} is not in the account whose key is in use, {current}: it was made in the account "
            f"{account}. Nothing was changed. Use the key of that account (vocode:apiKey or "
            "VOCODE_API_KEY). If the stack is to use this account, run `pulumi state delete URN`: the "
            "stack forgets the resource, which stays in the other account."
        )


MAYBE_CARRIED_OUT = (AnswerLost, ServerError, UnclearAnswer, UnreadableAnswer)
"""Errors after which the call may have been carried out all the same."""
