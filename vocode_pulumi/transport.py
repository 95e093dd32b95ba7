# SPDX-License-Identifier: Apache-2.0
"""Calls to Vocode: retries of what is safe to retry, and what an answer means.

The one place that turns answers into errors. Loaded with the first call.

Facts from https://docs.vocode.dev and the API's OpenAPI document. What neither says is marked
``ASSUMED`` here and listed in ``docs/assumptions.md``.
"""

import math
import random
import re
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any, Literal

from requests.exceptions import InvalidURL, SSLError, Timeout

from vocode_pulumi import errors
from vocode_pulumi.config import Settings
from vocode_pulumi.models import CREDENTIALS, HIDDEN, Json, Page, json_in, page_in, without
from vocode_pulumi.wire import FAILURES, Answer, TooLarge, TooLate, Try, Wire

Repeat = Literal["always", "refused", "never"]
"""When a request may be sent again: whatever became of it; when it was refused, so that nothing came of
it; never, since it spends money."""

GONE = 404
"""ASSUMED status of an object that the account does not have (any more)."""
UNCLEAR = frozenset({408, 409, 425, 499})
"""Of 4xx, what may be said on the way to Vocode, or after the work. ASSUMED: after every other one
nothing was bought."""
PASSING = frozenset({500, 502, 503, 504})
"""Of 5xx, what may be over in a moment."""
LONGEST_BACKOFF = 8.0
"""Seconds before another try where Vocode says nothing of them."""


class Transport:
    """Requests to one Vocode account. Safe to share between threads.

    Args:
        settings: how to reach the account.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._wire = Wire(settings)

    def page(self, path: str, page: int, size: int, repeat: Repeat) -> Page:
        """A page of a list.

        Args:
            path: of the list.
            page: from 1.
            size: items of a page.
            repeat: when it may be asked for again.

        Raises:
            CallError: as :meth:`call`.
        """
        raw = self.call("GET", path, {"page": page, "size": size}, None, repeat)
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
        repeat: Repeat,
        send_before: float | None = None,
    ) -> Json:
        """Ask Vocode.

        Args:
            method: of HTTP.
            path: such as ``/v1/numbers``.
            query: parameters.
            body: JSON; ``None`` for none.
            repeat: when it may be sent again.
            send_before: the time of :mod:`vocode_pulumi.clock` from which on it is not sent; ``None``
                for none.

        Raises:
            CallError: as drawn in :mod:`vocode_pulumi.errors`.
        """
        self.settings.require_api_key()
        tries = 0
        while True:
            try:
                return self._ask(method, path, query, body, repeat == "never", send_before)
            except errors.CallError as error:
                if tries == self.settings.max_retries or not _may_be_repeated(error, repeat):
                    raise
                wait = min(_wait(error, tries), self.settings.max_retry_wait)
            time.sleep(wait)
            tries += 1

    def _ask(
        self,
        method: str,
        path: str,
        query: Json,
        body: Json | None,
        buys: bool,
        send_before: float | None,
    ) -> Json:
        """Ask once."""
        settings, call = self.settings, f"{method} {path}"
        nothing = "Nothing was bought." if buys else ""
        unknown = "Whether a number was bought is not known." if buys else ""
        this = Try(settings, send_before)
        try:
            answer = self._wire.ask(this, method, path, query, body)
        except TooLate:
            what = "was not sent: too much time had passed before it could be sent"
            late = errors.NotSent(call, what, "Run it again.", nothing)
            late.lasting = True
            raise late from None
        except TooLarge:
            what = f"was answered with more than {settings.max_answer_size:g} MB, which was cut off"
            cure = f"{self._check_address}, or raise vocode:maxAnswerSize (VOCODE_MAX_ANSWER_SIZE)."
            raise errors.UnreadableAnswer(call, 0, "", what, cure, unknown) from None
        except FAILURES as error:
            if not this.sent:
                raise self._not_sent(call, error, nothing) from None
            if isinstance(error, Timeout) or "timed out" in str(error):
                longest = settings.connect_timeout + settings.read_timeout
                what = f"was not answered within {longest:g} s"
            else:
                what = f"was sent, but its answer was lost ({_reason(error)})"
            raise errors.AnswerLost(call, what, "Run it again.", unknown) from None
        if not 200 <= answer.status < 300:
            secrets = _secrets(settings.require_api_key(), body)
            problem = _error(call, answer, secrets, nothing, unknown, buys)
            if isinstance(problem, errors.ApiError):
                problem.retry_after = _retry_after(answer.headers)
            raise problem
        try:
            value = json_in(answer.content)
        except ValueError:
            value = ""
        if isinstance(value, dict):
            return value
        # Steering pools answer 200 with any JSON; nothing is read from that.
        if value != "" and method == "POST" and not buys:
            return {}
        what = f"answered {answer.status} with something that is not {'an object' if value else 'JSON'}"
        cure = f"{self._check_address}. Run it again."
        raise errors.UnreadableAnswer(call, answer.status, "", what, cure, unknown)

    @property
    def _check_address(self) -> str:
        return f"Check that {self.settings.base_url} is the API's address"

    def _not_sent(self, call: str, error: Exception, nothing: str) -> errors.NotSent:
        base = self.settings.base_url
        if isinstance(error, InvalidURL):
            what = f"was not sent: {base} is not an address"
            cure = "Check vocode:baseUrl or VOCODE_BASE_URL."
        else:
            what = f"could not reach {base} ({_reason(error)})"
            cure = "Check the network, vocode:baseUrl or VOCODE_BASE_URL, then run it again."
        problem = errors.NotSent(call, what, cure, nothing)
        problem.lasting = isinstance(error, ValueError | SSLError)
        return problem


def _may_be_repeated(error: errors.CallError, repeat: Repeat) -> bool:
    if repeat == "never":
        return False
    if isinstance(error, errors.NotSent):
        return not error.lasting
    if isinstance(error, errors.RateLimitError):
        return True
    passes = isinstance(error, errors.AnswerLost) or (
        isinstance(error, errors.ServerError) and error.status in PASSING
    )
    return repeat == "always" and passes


def _wait(error: errors.CallError, tries: int) -> float:
    """Seconds before the next try: twice as long each time, and at least what Vocode asks for."""
    # What many threads were refused at once they do not all ask again at once.
    apart = random.random() / 4  # noqa: S311 (no secret)
    backoff = min(0.5 * 2 ** min(tries, 9), LONGEST_BACKOFF) + apart if tries else 0.0
    told = error.retry_after if isinstance(error, errors.ApiError) else None
    return max(backoff, told or 0.0)


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds after which Vocode wants to be asked again; ``None`` where that cannot be read.

    A date counts from that of the answer, so that this machine's clock may be wrong.
    """
    given = headers.get("Retry-After", "")
    try:
        seconds = float(given)
    except ValueError:
        try:
            sent = parsedate_to_datetime(headers.get("Date", ""))
            seconds = (parsedate_to_datetime(given) - sent).total_seconds()
        except (ValueError, TypeError, OverflowError):
            return None
    return max(seconds, 0.0) if math.isfinite(seconds) else None


def _error(
    call: str,
    answer: Answer,
    secrets: set[str],
    nothing: str,
    unknown: str,
    buys: bool,
) -> errors.CallError:
    status = answer.status
    detail = _detail(answer.content, secrets)
    said = f": {detail}" if detail else ""
    what = f"answered {status}{said}".rstrip(".")
    again = "Run it again."
    elsewhere = "Set vocode:baseUrl or VOCODE_BASE_URL to where the API is now."
    if status >= 500:
        return errors.ServerError(call, status, detail, what, again, unknown)
    if buys and (status < 400 or status in UNCLEAR):
        cure = elsewhere if 300 <= status < 400 else again
        return errors.UnclearAnswer(call, status, detail, what, cure, unknown)
    if status == 408:
        # A time-out, of a gateway as likely as not: like no answer at all.
        return errors.AnswerLost(call, what, again)
    if status < 300:
        return errors.UnreadableAnswer(call, status, detail, what, again)
    if status < 400:
        # Not followed: the key belongs to one host alone.
        return errors.RequestError(call, status, detail, what, elsewhere)
    # ASSUMED: 402 and a 403 that speaks of the plan are about the plan; 401 and other 403 the key.
    of_plan = status == 402 or (status == 403 and re.search(r"\bplan\b|upgrade", detail, re.I))
    kind: type[errors.ApiError]
    if status == 429:
        kind = errors.RateLimitError
        cure = "Wait a minute and run it again, or raise vocode:maxRetries."
    elif of_plan:
        kind = errors.PlanError
        cure = "Upgrade the account's plan in the Vocode dashboard, then run it again."
    elif status in (401, 403):
        kind = errors.AuthenticationError
        cure = (
            "Check the key: `pulumi config set --secret vocode:apiKey`, or VOCODE_API_KEY "
            "(the stack's wins)."
        )
    elif status == GONE:
        kind = errors.NotFoundError
        cure = (
            "Check the area code, and the ids that the program refers to."
            if buys
            else "Check the ids that the program refers to, or run `pulumi refresh`."
        )
    else:
        kind = errors.RequestError
        cure = "Change what the program asks for, then run it again."
    return kind(call, status, detail, what, cure, nothing)


def _detail(content: bytearray, secrets: set[str]) -> str:
    """Vocode's own words on one line: ``detail`` is a string, a list of problems, or missing."""
    try:
        detail = json_in(content)["detail"]
    except (ValueError, KeyError, TypeError):
        return ""
    # Only place and message: `input` may repeat a credential.
    problems = detail if isinstance(detail, list) else [detail]
    text = without(" ".join("; ".join(map(_problem, problems)).split()), secrets)
    return text if len(text) <= 500 else text[:500] + "…"


def _problem(problem: Any) -> str:
    if not isinstance(problem, dict):
        return str(problem)
    place = problem.get("loc")
    steps = ".".join(map(str, place)) if isinstance(place, list) else ""
    return ": ".join(filter(None, (steps, str(problem.get("msg", "")))))


def _secrets(key: str, body: Any) -> set[str]:
    """The key, every credential in a body, and secrets, as they must not appear in an error."""
    found = {key, *HIDDEN.get()}
    if isinstance(body, dict):
        for name, value in body.items():
            if name in CREDENTIALS and isinstance(value, str) and value:
                found.add(value)
            else:
                found |= _secrets(key, value)
    elif isinstance(body, list):
        for value in body:
            found |= _secrets(key, value)
    return found


def _reason(error: Exception) -> str:
    text = str(error)
    for pattern, words in (
        (r"NameResolution|Name or service|getaddrinfo", "the name is not known"),
        (r"Connection refused", "connection refused"),
        (r"CERTIFICATE_VERIFY_FAILED", "its certificate is not trusted"),
        (r"WRONG_VERSION_NUMBER", "no TLS there"),
        (r"timed out", "no connection within the time-out"),
        (r"IncompleteRead|broken: Invalid", "the answer was cut off"),
        (r"RemoteDisconnected|reset by peer|Connection aborted", "the connection was closed"),
        (r"ProxyError", "the proxy cannot be reached"),
        (r"SOCKS", "proxies that speak SOCKS are not understood"),
        (r"CA certificate bundle", "the file of trusted certificates is missing"),
        (r"JSON compliant", "what is asked for cannot be written as JSON"),
    ):
        if re.search(pattern, text):
            return words
    return type(error).__name__
