# SPDX-License-Identifier: Apache-2.0
"""Sending calls to Vocode over HTTP, and retrying those that are safe to retry.

The client imports this module with its first call.
"""

import random
import time
from typing import Literal

from requests.exceptions import InvalidURL, SSLError, Timeout

from vocode_pulumi import errors
from vocode_pulumi.api.answers import Json, Page, json_in, page_in
from vocode_pulumi.api.failures import error_of, named_in, reason_of, retry_after, secrets_in
from vocode_pulumi.api.wire import FAILURES, TooLarge, TooLate, Try, Wire
from vocode_pulumi.observing.tries import ApiTry
from vocode_pulumi.observing.waits import show_wait
from vocode_pulumi.settings import Settings

Retry = Literal["idempotent", "if_refused", "once"]
"""When a request may be sent again:

- ``idempotent``: after any error that may pass.
- ``if_refused``: only if Vocode did not carry it out.
- ``once``: never, because it spends money.
"""
TRANSIENT = frozenset({500, 502, 503, 504})
"""The 5xx that may pass in a moment."""
MAX_BACKOFF = 8.0
"""The longest wait in seconds before another try, if Vocode's answer does not ask for more."""


class Transport:
    """Requests to one Vocode account. Safe to share between threads.

    Args:
        settings: how to reach the account.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._wire = Wire(settings)

    def page(self, path: str, page: int, size: int, retry: Retry) -> Page:
        """Get a page of a list.

        Args:
            path: the path of the list.
            page: the page's number, from 1.
            size: how many items a page has.
            retry: when the request may be sent again.

        Raises:
            CallError: as :meth:`call`.
        """
        raw = self.call("GET", path, {"page": page, "size": size}, None, retry)
        try:
            return page_in(raw)
        except ValueError:
            what = "answered 200 with something that is not a page of a list"
            raise errors.UnreadableAnswer(
                f"GET {path}", 200, "", what, f"{self._check_address}. Run it again."
            ) from None

    def call(
        self,
        method: Literal["GET", "POST"],
        path: str,
        query: Json,
        body: Json | None,
        retry: Retry,
        send_before: float | None = None,
    ) -> Json:
        """Send a request, with retries, and return the answer.

        Args:
            method: the HTTP method.
            path: the path, such as ``/v1/numbers``.
            query: the query parameters.
            body: JSON; ``None`` for no body.
            retry: when the request may be sent again.
            send_before: the latest time of :mod:`vocode_pulumi.clock` to send it, in seconds; default
                ``None``: no limit.

        Raises:
            CallError: the call failed; :mod:`vocode_pulumi.errors` lists the kinds of errors.
        """
        key = self.settings.require_api_key()
        tries = 0
        while True:
            with ApiTry(method, path, query, tries + 1, key) as observed:
                try:
                    return self._send_once(
                        observed, method, path, query, body, retry == "once", send_before
                    )
                except errors.CallError as error:
                    if tries == self.settings.max_retries or not _may_be_repeated(error, retry):
                        raise
                    wait = min(_wait(error, tries), self.settings.max_retry_wait)
                    observed.failed_for_now(error, wait)
                    reason = f"{method} {path} again after {_kind_of(error)}"
            tries += 1
            show_wait(f"{reason} (retry {tries} of {self.settings.max_retries})", wait)
            time.sleep(wait)

    def _send_once(
        self,
        observed: ApiTry,
        method: str,
        path: str,
        query: Json,
        body: Json | None,
        buys: bool,
        send_before: float | None,
    ) -> Json:
        """Send a request without retries."""
        settings, call = self.settings, f"{method} {path}"
        nothing_spent = "Nothing was bought." if buys else ""
        spending_unknown = "Whether a number was bought is not known." if buys else ""
        this_try = Try(settings, send_before)
        try:
            answer = self._wire.ask(this_try, method, path, query, body)
        except TooLate:
            what = "was not sent: too much time had passed before it could be sent"
            late = errors.NotSent(call, what, "Run it again.", nothing_spent)
            late.lasting = True
            raise late from None
        except TooLarge:
            what = f"was answered with more than {settings.max_answer_size:g} MB, which was cut off"
            remedy = (
                f"{self._check_address}, or raise vocode:maxAnswerSize (VOCODE_MAX_ANSWER_SIZE)."
            )
            raise errors.UnreadableAnswer(call, 0, "", what, remedy, spending_unknown) from None
        except FAILURES as error:
            if not this_try.sent:
                raise self._not_sent(call, error, nothing_spent) from None
            if isinstance(error, Timeout) or "timed out" in str(error):
                longest = settings.connect_timeout + settings.read_timeout
                what = f"was not answered within {longest:g} s"
            else:
                what = f"was sent, but its answer was lost ({reason_of(error)})"
            raise errors.AnswerLost(call, what, "Run it again.", spending_unknown) from None
        observed.answered(answer.status, answer.headers)
        # ASSUMED: any 2xx means that the call was carried out. The API's document has only 200.
        if not 200 <= answer.status < 300:
            secrets = secrets_in(settings.require_api_key(), body)
            named = [*named_in(query), *named_in(body)]
            problem = error_of(call, named, answer, secrets, nothing_spent, spending_unknown, buys)
            if isinstance(problem, errors.ApiError):
                problem.retry_after = retry_after(answer.headers)
                problem.named = tuple(named)
            raise problem
        try:
            value = json_in(answer.content)
        except ValueError:
            value = ""
        if isinstance(value, dict):
            return value
        # The calls for steering pools answer 200 with any JSON. It is ignored.
        if value != "" and method == "POST" and not buys:
            return {}
        what = f"answered {answer.status} with something that is not {'an object' if value else 'JSON'}"
        remedy = f"{self._check_address}. Run it again."
        raise errors.UnreadableAnswer(call, answer.status, "", what, remedy, spending_unknown)

    @property
    def _check_address(self) -> str:
        return f"Check that {self.settings.base_url} is the API's address"

    def _not_sent(self, call: str, error: Exception, nothing_spent: str) -> errors.NotSent:
        base = self.settings.base_url
        if isinstance(error, InvalidURL):
            what = f"was not sent: {base} is not an address"
            remedy = "Check vocode:baseUrl or VOCODE_BASE_URL."
        else:
            what = f"could not reach {base} ({reason_of(error)})"
            remedy = "Check the network, vocode:baseUrl or VOCODE_BASE_URL, then run it again."
        problem = errors.NotSent(call, what, remedy, nothing_spent)
        problem.lasting = isinstance(error, ValueError | SSLError)
        return problem


def _may_be_repeated(error: errors.CallError, retry: Retry) -> bool:
    if retry == "once":
        return False
    if isinstance(error, errors.NotSent):
        return not error.lasting
    # ASSUMED: a call that was answered 429 was not carried out.
    if isinstance(error, errors.RateLimitError):
        return True
    passes = isinstance(error, errors.AnswerLost) or (
        isinstance(error, errors.ServerError) and error.status in TRANSIENT
    )
    return retry == "idempotent" and passes


def _kind_of(error: errors.CallError) -> str:
    """How a try failed, in a few words."""
    if isinstance(error, errors.RateLimitError):
        return "Vocode's rate limit (429)"
    if isinstance(error, errors.ApiError) and error.status:
        return f"the answer {error.status}"
    return "no connection" if isinstance(error, errors.NotSent) else "a lost answer"


def _wait(error: errors.CallError, tries: int) -> float:
    """Seconds before the next try: twice as long each time, and at least what Vocode asks for."""
    # Many threads that were refused at the same time must not all try again at the same time.
    jitter = random.random() / 4  # noqa: S311 (no secret)
    backoff = min(0.5 * 2 ** min(tries, 9), MAX_BACKOFF) + jitter if tries else 0.0
    asked = error.retry_after if isinstance(error, errors.ApiError) else None
    return max(backoff, asked or 0.0)
