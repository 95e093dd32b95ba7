# SPDX-License-Identifier: Apache-2.0
"""Everything this package raises on purpose.

::

    VocodeError
    ├── ConfigError (ValueError)            a setting is missing or cannot be right
    ├── LedgerError                         the record of purchases cannot be used
    ├── TooManyNumbers                      a purchase would pass maxNumbers
    ├── UnfinishedPurchase                  whether a number was bought is not known
    ├── AmbiguousPurchase                   which number was bought is not known
    ├── OtherAccount                        a purchase was begun with another account's key
    ├── WrongAccount                        a resource is in another account than the key's
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
        ├── UnclearAnswer                           to a purchase: neither done nor refused
        └── UnreadableAnswer                        not the JSON that was to be expected

What a lookup raises in a program is a ``LookupFailed`` (:mod:`vocode_pulumi.lookups`), a
``VocodeError`` that ends the program with one line.

An expected error is one line: the call, the status, Vocode's own words, whether money was spent,
and what to do. No credential is ever part of it.
"""

from pathlib import Path


class VocodeError(Exception):
    """Base of every error of this package."""


class ConfigError(VocodeError, ValueError):
    """A setting is missing or cannot be right; the text names the stack key and the variable."""


class LedgerError(VocodeError):
    """The record of purchases cannot be read or written.

    Args:
        path: of its file.
        cause: what was in the way.
        money: whether money was spent.
    """

    def __init__(self, path: Path, cause: Exception, money: str = "Nothing was bought.") -> None:
        self.path = path
        self.cause = cause
        super().__init__(
            f"The record of purchases, {path}, cannot be used: {cause}. {money} Make "
            "room or mend its permissions, or name another file as vocode:ledger or VOCODE_LEDGER; "
            "a file that is broken may hold unfinished purchases, so compare the account with your "
            "stacks before you move it away: `VOCODE_LEDGER=other.sqlite vocode-pulumi audit "
            "--stack NAME`."
        )

    def about_money(self, money: str) -> "LedgerError":
        """The same error, saying whether money was spent."""
        return LedgerError(self.path, self.cause, money)


class TooManyNumbers(VocodeError):
    """The account would have more numbers than ``vocode:maxNumbers`` allows; nothing was bought.

    Args:
        count: numbers of the account, with purchases that are not known to be finished.
        most: numbers that it may have.
    """

    def __init__(self, count: int, most: int) -> None:
        super().__init__(
            f"The account has {count} numbers, unfinished purchases among them, and "
            f"vocode:maxNumbers (VOCODE_MAX_NUMBERS) allows {most}. Nothing was bought. Raise it, "
            "or release a number; `vocode-pulumi purchases` lists unfinished purchases."
        )


class CallError(VocodeError):
    """A call to Vocode did not give what it should.

    Attributes:
        call: method and path, such as ``POST /v1/numbers/buy``.
        what: what happened, with Vocode's own words where there were any.
        cure: what to do about it.
        money: whether money was spent; empty for a call that spends none.
    """

    def __init__(self, call: str, what: str, cure: str, money: str = "") -> None:
        self.call = call
        self.what = what
        self.cure = cure
        self.money = money
        super().__init__(self._text())

    def about_money(self, money: str) -> "CallError":
        """The same error, saying whether money was spent."""
        self.money = money
        self.args = (self._text(),)
        return self

    def _text(self) -> str:
        parts = (f"{self.call} {self.what}.", self.money, self.cure)
        return " ".join(part for part in parts if part)


class TransportError(CallError, ConnectionError):
    """No answer was read."""


class NotSent(TransportError):
    """No byte of the request was handed to a connection, so nothing was asked of Vocode.

    Attributes:
        lasting: whether it will be the same in a moment: the address is none, say.
    """

    lasting = False


class AnswerLost(TransportError):
    """The request went out and no whole answer came back: it may have been carried out."""


class ApiError(CallError):
    """Vocode answered, and the answer is no.

    Attributes:
        status: HTTP status of the answer; 0 of one that is too large.
        detail: Vocode's own words, with credentials taken out.
        retry_after: seconds after which Vocode wants to be asked again, if it says so.
    """

    retry_after: float | None = None

    def __init__(
        self, call: str, status: int, detail: str, what: str, cure: str, money: str = ""
    ) -> None:
        self.status = status
        self.detail = detail
        super().__init__(call, what, cure, money)


class AuthenticationError(ApiError, PermissionError):
    """The API key was refused (401, or 403 without a word about the plan)."""


class PlanError(ApiError, PermissionError):
    """The account's plan does not allow this (402, or a 403 that speaks of the plan)."""


class NotFoundError(ApiError, LookupError):
    """What was addressed, or referred to, is not in the account (404)."""

    @property
    def is_vocodes_own(self) -> bool:
        """Whether Vocode says so in its own words.

        A gateway has none, and what Vocode is made with says only "Not Found" of a wrong address.
        """
        return self.detail not in ("", "Not Found")


class RequestError(ApiError, ValueError):
    """Vocode does not accept what was asked (400, 409, 422 and other 4xx)."""


class RateLimitError(ApiError):
    """Still rate limited (429) after every retry that the settings allow."""


class ServerError(ApiError):
    """Vocode is broken (5xx) after every retry that is safe."""


class UnclearAnswer(ApiError):
    """The answer to a purchase says neither that it was made nor that it was refused.

    A redirect, a conflict or a time-out (1xx, 3xx, 408, 409, 425, 499) may be of something on the way,
    or come after the work.
    """


class UnreadableAnswer(ApiError):
    """The answer is not the JSON that the API's document promises, or larger than is allowed."""


class UnfinishedPurchase(VocodeError):
    """The answer to a purchase was lost, and no new number has appeared in the account yet.

    Args:
        lost: what happened to the purchase.
    """

    def __init__(self, lost: CallError) -> None:
        super().__init__(
            f"{lost.call} {lost.what}. Whether a number was bought is not known: none has appeared "
            "in the account yet. Nothing is bought again in this run. Run `pulumi up` again: it "
            "looks once more before it buys. `vocode-pulumi purchases` lists what is unfinished."
        )


class AmbiguousPurchase(VocodeError):
    """The answer to a purchase was lost, and it is not certain which number it bought.

    Args:
        urn: of the resource.
        candidates: digits of the numbers that may be it.
        certain: whether they all have what was asked for; if not, their agents differ from it.

    Attributes:
        candidates: the same, in order.
    """

    def __init__(self, urn: str, candidates: list[str], *, certain: bool) -> None:
        self.candidates = sorted(candidates)
        named = ", ".join(self.candidates)
        why = (
            f"any of the numbers that have appeared since may be what it bought: {named}"
            if certain
            else f"what has appeared since has another agent than was asked for: {named}"
        )
        super().__init__(
            f"The answer to an earlier POST /v1/numbers/buy was lost, and {why}. Nothing is bought "
            "again until it is settled. If one of them is this resource's, say which, "
            f"`vocode-pulumi purchases resolve '{urn}' NUMBER`, and run `pulumi up`. If none is, "
            f"`vocode-pulumi purchases forget '{urn}'` lets the next `pulumi up` buy."
        )


class OtherAccount(VocodeError):
    """An unfinished purchase was begun with another account's key; nothing was bought.

    Of an account that had no number yet, the key alone tells it.

    Args:
        urn: of the resource.
    """

    def __init__(self, urn: str) -> None:
        super().__init__(
            "An earlier purchase for this resource has no known end, and was made with the key of "
            "another account: what it bought cannot be looked for with this one. Nothing was "
            "bought. Use that account's key. If the account is the same and only its key is new, "
            f"say what was bought, `vocode-pulumi purchases resolve '{urn}' NUMBER`, or that "
            f"nothing was, `vocode-pulumi purchases forget '{urn}'`."
        )


class WrongAccount(VocodeError):
    """A resource is in another account than the one whose key is in use.

    Args:
        id_: of the resource at Vocode; of a number, its digits.
        account: Vocode's id of the account that has it.
        current: of the one whose key is in use.
    """

    def __init__(self, id_: str, account: str, current: str) -> None:
        super().__init__(
            f"{id_} is not in the account whose key is in use, {current}: it was made in the account "
            f"{account}. Nothing was changed. Use that account's key (vocode:apiKey or "
            "VOCODE_API_KEY). If this account is to have it instead, `pulumi state delete URN` "
            "makes the stack forget the other account's, which stays there."
        )


UNCERTAIN = (AnswerLost, ServerError, UnclearAnswer, UnreadableAnswer)
"""Errors after which the call may have been carried out all the same."""
