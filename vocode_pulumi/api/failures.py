# SPDX-License-Identifier: Apache-2.0
"""What an answer means that is no success, and why there is none.

The one place that turns answers into errors.

Facts from https://docs.vocode.dev and the API's OpenAPI document. What neither says is marked
``ASSUMED`` here and listed in ``docs/evidence/assumptions.md``.
"""

import math
import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from typing import Any

from vocode_pulumi import errors
from vocode_pulumi.api.answers import Answer, json_in
from vocode_pulumi.redaction import CREDENTIALS, cut, redact

GONE = 404
"""ASSUMED status of an object that the account does not have (any more)."""
UNCLEAR = frozenset({408, 409, 425, 499})
"""Of 4xx, what may be said on the way to Vocode, or after the work. ASSUMED: after every other one
nothing was bought."""


def retry_after(headers: Mapping[str, str]) -> float | None:
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


def error_of(
    call: str,
    answer: Answer,
    secrets: set[str],
    nothing: str,
    unknown: str,
    buys: bool,
) -> errors.CallError:
    """What an answer means that is no success.

    Args:
        call: method and path.
        answer: to it.
        secrets: that must not be in the error.
        nothing: says that no money was spent; empty for a call that spends none.
        unknown: says that it is not known.
        buys: whether the call is a purchase.
    """
    status = answer.status
    detail = _detail(answer.content, secrets)
    said = f": {detail}" if detail else ""
    what = f"answered {status}{said}".rstrip(".")
    again = "Run it again."
    elsewhere = "Set vocode:baseUrl or VOCODE_BASE_URL to where the API is now."
    if status >= 500:
        return errors.ServerError(call, status, detail, what, again, unknown)
    if buys and (status < 400 or status in UNCLEAR):
        remedy = elsewhere if 300 <= status < 400 else again
        return errors.UnclearAnswer(call, status, detail, what, remedy, unknown)
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
        remedy = "Wait a minute and run it again, or raise vocode:maxRetries."
    elif of_plan:
        kind = errors.PlanError
        remedy = "Upgrade the account's plan in the Vocode dashboard, then run it again."
    elif status in (401, 403):
        kind = errors.AuthenticationError
        remedy = (
            "Check the key: `pulumi config set --secret vocode:apiKey`, or VOCODE_API_KEY "
            "(the stack's wins)."
        )
    elif status == GONE:
        kind = errors.NotFoundError
        remedy = (
            "Check the area code, and the ids that the program refers to."
            if buys
            else "Check the ids that the program refers to, or run `pulumi refresh`."
        )
    else:
        kind = errors.RequestError
        remedy = "Change what the program asks for, then run it again."
    return kind(call, status, detail, what, remedy, nothing)


def _detail(content: bytearray, secrets: set[str]) -> str:
    """Vocode's own words on one line: ``detail`` is a string, a list of problems, or missing."""
    try:
        detail = json_in(content)["detail"]
    except (ValueError, KeyError, TypeError):
        return ""
    # Only place and message: `input` may repeat a credential.
    problems = detail if isinstance(detail, list) else [detail]
    return cut(redact(" ".join("; ".join(map(_problem, problems)).split()), secrets))


def _problem(problem: Any) -> str:
    if not isinstance(problem, dict):
        return str(problem)
    place = problem.get("loc")
    steps = ".".join(map(str, place)) if isinstance(place, list) else ""
    return ": ".join(filter(None, (steps, str(problem.get("msg", "")))))


def secrets_in(key: str, body: Any) -> set[str]:
    """The key and every credential in a body, which must not appear in an error."""
    found = {key}
    if isinstance(body, dict):
        for name, value in body.items():
            if name in CREDENTIALS and isinstance(value, str) and value:
                found.add(value)
            else:
                found |= secrets_in(key, value)
    elif isinstance(body, list):
        for value in body:
            found |= secrets_in(key, value)
    return found


def reason_of(error: Exception) -> str:
    """Why no answer came, in a few words."""
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
