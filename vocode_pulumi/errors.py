# SPDX-License-Identifier: Apache-2.0
"""Everything this package raises on purpose.

::

    VocodeError
    ├── ConfigError (ValueError)            a setting is missing or cannot be right
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
        └── UnreadableAnswer                        not the JSON that was to be expected

An expected error is one line: the call, the status, Vocode's own words, whether money was spent,
and what to do. No credential is ever part of it.
"""


class VocodeError(Exception):
    """Base of every error of this package."""


class ConfigError(VocodeError, ValueError):
    """A setting is missing or cannot be right; the text names the stack key and the variable."""


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
        super().__init__(" ".join(part for part in (f"{call} {what}.", money, cure) if part))


class TransportError(CallError, ConnectionError):
    """No answer was read."""


class NotSent(TransportError):
    """No connection was made, so nothing was asked of Vocode."""


class AnswerLost(TransportError):
    """The request went out and no whole answer came back: it may have been carried out."""


class ApiError(CallError):
    """Vocode answered, and the answer is no.

    Attributes:
        status: HTTP status of the answer.
        detail: Vocode's own words, with credentials taken out.
    """

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


class RequestError(ApiError, ValueError):
    """Vocode does not accept what was asked (400, 409, 422 and other 4xx)."""


class RateLimitError(ApiError):
    """Still rate limited (429) after every retry that the settings allow."""


class ServerError(ApiError):
    """Vocode is broken (5xx) after every retry that is safe."""


class UnreadableAnswer(ApiError):
    """The answer is not the JSON that the API's document promises."""


UNCERTAIN = (AnswerLost, ServerError, UnreadableAnswer)
"""Errors after which the call may have been carried out all the same."""
