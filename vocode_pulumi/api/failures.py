# SPDX-License-Identifier: Apache-2.0
"""Turning Vocode's answers and failed connections into errors.

Facts: https://docs.vocode.dev and the API's OpenAPI document. Assumptions beyond these are marked
``ASSUMED`` here and listed in ``docs/evidence/assumptions.md``.
"""

import html
import math
import re
from collections.abc import Iterable, Iterator, Mapping
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from vocode_pulumi import errors
from vocode_pulumi.api.answers import Answer, json_in
from vocode_pulumi.redaction import CREDENTIALS, cut, printable, redact
from vocode_pulumi.uuids import UUID

GONE = 404
"""ASSUMED: the status for an object that the account does not have, or not any more."""
UNCLEAR = frozenset({408, 409, 425, 499})
"""A purchase may have been made although one of these statuses is the answer: a gateway can send them, and so
can Vocode. ASSUMED: after every other 4xx nothing was bought."""

CHECK_ADDRESS = "Check vocode:baseUrl or VOCODE_BASE_URL: the API may not be there."
_REMEDIES: Mapping[tuple[int, ...], str] = {
    (400, 422): "Change what the program asks for, then run it again.",
    (409, 423): (
        "The account may have this already, or another run or person may be changing it. Wait until that is done, "
        "compare the account with the program, then run it again."
    ),
    (425, 499): "Wait a minute, then run it again.",
    (407,): "Check the user and the password of the proxy in HTTPS_PROXY, then run it again.",
    (410,): "It was there and is gone. Run `pulumi refresh`, or change what the program asks for.",
    (
        413,
        414,
        431,
    ): "The request is too large. Shorten the longest text in the program, then run it again.",
    (405, 406, 411, 415, 417, 421, 426): CHECK_ADDRESS,
}
"""What to do about the other 4xx, by their meaning in HTTP."""

NAMING = ("id", "phone_number", "area_code")
"""The fields whose value names what is asked for, whatever its form."""

SAYING = ("detail", "errors", "error", "error_description", "message", "msg", "reason")
"""The fields in which refusals have their words. The API's document names only ``detail``."""


def retry_after(headers: Mapping[str, str]) -> float | None:
    """The seconds in ``Retry-After``; ``None`` if the header is missing or cannot be read.

    A date is compared with the date of the answer, and not with this machine's clock. ASSUMED: both dates
    are of the same clock.
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
    named: list[str],
    answer: Answer,
    secrets: set[str],
    nothing_spent: str,
    spending_unknown: str,
    buys: bool,
) -> errors.CallError:
    """The error for an answer whose status is not 2xx.

    Args:
        call: method and path.
        named: what the request names (:func:`named_in`).
        answer: the answer.
        secrets: texts that must not be in the error.
        nothing_spent: the sentence "no money was spent". It is empty for a call that never spends money.
        spending_unknown: the sentence "it is not known whether money was spent". It is empty for a call
            that never spends money.
        buys: whether the call is a purchase.
    """
    status = answer.status
    detail = _detail(answer.content, secrets)
    words = detail or _other_words(answer.content, secrets)
    suffix = f": {words}" if words else ""
    what = f"answered {status}{_redirection(answer)}{suffix}".rstrip(".")
    run_again = "Run it again."
    set_address = "Set vocode:baseUrl or VOCODE_BASE_URL to where the API is now."
    # After one of the first four errors, Vocode may have carried out the call; after the others it has not.
    if status >= 500:
        return errors.ServerError(call, status, detail, what, run_again, spending_unknown)
    if buys and (status < 400 or status in UNCLEAR):
        remedy = set_address if 300 <= status < 400 else run_again
        return errors.UnclearAnswer(call, status, detail, what, remedy, spending_unknown)
    if status == 408:
        # A timeout, perhaps of a gateway: the request may have been carried out.
        return errors.AnswerLost(call, what, run_again)
    if status < 300:
        return errors.UnreadableAnswer(call, status, detail, what, run_again)
    if status < 400:
        # A redirect is not followed: the key must not be sent to another host.
        return errors.RequestError(call, status, detail, what, set_address)
    # ASSUMED: 402 and a 403 whose text has "plan" are about the plan; 401 and other 403 about the key.
    of_plan = status == 402 or (status == 403 and re.search(r"\bplan\b|upgrade", words, re.I))
    # ASSUMED: a refusal whose text has these words comes from the account, not from the program.
    is_trial = status < 404 and re.search(r"\btrial\b", words, re.I)
    is_regulated = re.search(r"\bregulatory\b|\bbundle\b", words, re.I)
    kind: type[errors.ApiError]
    if status == 429:
        kind = errors.RateLimitError
        remedy = "Wait a minute and run it again, or raise vocode:maxRetries."
    elif is_regulated:
        kind = errors.RequestError
        remedy = (
            "The carrier asks for documents before it sells such a number: complete them in the dashboard "
            "of Vocode, or of your own carrier, then run it again."
        )
    elif of_plan or is_trial:
        kind = errors.PlanError
        remedy = "Upgrade the account's plan in the Vocode dashboard, then run it again."
    elif status in (401, 403):
        kind = errors.AuthenticationError
        remedy = (
            "Check the key: `pulumi config set --secret vocode:apiKey`, or VOCODE_API_KEY "
            "(if both are set, the key of the stack is used). If the stack's key has changed, run a plain "
            "`pulumi up` first: `pulumi refresh`, `pulumi destroy` and `pulumi up --refresh` use the key of "
            "the last one."
        )
    elif status == GONE:
        kind = errors.NotFoundError
        refresh = "" if buys else ", or run `pulumi refresh`"
        what_to_check = f"{', '.join(_meant(named, words))}{refresh}."
        if detail in errors.NotFoundError.WORDS_OF_OTHERS:
            remedy = CHECK_ADDRESS + (f" If it is, check {what_to_check}" if named else "")
        else:
            remedy = f"Check {what_to_check}" if named else run_again
    else:
        kind = errors.RequestError
        remedy = _remedy(status)
    return kind(call, status, detail, what, remedy, nothing_spent)


def _remedy(status: int) -> str:
    remedies = (remedy for statuses, remedy in _REMEDIES.items() if status in statuses)
    return next(remedies, "Run it again. If Vocode still answers this, ask its support.")


def named_in(request: Any, name: str = "") -> Iterator[str]:
    """The objects and the area code that a request names, such as ``voice 4f1d…``.

    Args:
        request: the query or the body.
        name: the name of the value.
    """
    if isinstance(request, Mapping):
        for key, value in request.items():
            yield from named_in(value, str(key))
    elif isinstance(request, list):
        for value in request:
            yield from named_in(value, name)
    elif isinstance(request, str) and (name in NAMING or UUID.fullmatch(request)):
        yield f"{name} {request}"


def _meant(named: list[str], words: str) -> list[str]:
    """What Vocode's words are about; everything that the request names if they do not say."""
    said = set(re.findall("[a-z]{3,}", words.lower()))
    return [one for one in named if said & set(one.partition(" ")[0].split("_"))] or named


def _redirection(answer: Answer) -> str:
    """Where a redirect leads. Only scheme and host are named: the rest may hold a credential."""
    try:
        place = urlsplit(answer.headers.get("Location", ""))
        known = 300 <= answer.status < 400 and place.scheme and place.hostname
        port = f":{place.port}" if place.port else ""
    except ValueError:
        return ""
    return f" with a redirect to {place.scheme}://{place.hostname}{port}" if known else ""


def _detail(content: bytearray, secrets: set[str]) -> str:
    """Vocode's own words as one line.

    ASSUMED: ``detail`` may also be a string or missing. The API's document has only the list of a 422.
    """
    try:
        detail = json_in(content)["detail"]
    except (ValueError, KeyError, TypeError):
        return ""
    problems = detail if isinstance(detail, list) else [detail]
    return _one_line(map(_problem, problems), secrets)


def _other_words(content: bytearray, secrets: set[str]) -> str:
    """The words of a refusal in another form than the API's: a gateway's or a carrier's."""
    try:
        words = _words_in(json_in(content))
    except ValueError:
        words = _words_of_page(content)
    return _one_line(words, secrets)


def _one_line(words: Iterable[str], secrets: set[str]) -> str:
    line = " ".join("; ".join(dict.fromkeys(filter(None, words))).split())
    return printable(cut(redact(line, secrets)))


def _words_of_page(content: bytearray) -> Iterator[str]:
    """A plain text, or the title of an HTML page. Broken JSON and binary data have no words."""
    try:
        text = content.decode().strip()
    except UnicodeDecodeError:
        return
    if text.startswith("<"):
        title = re.search(r"<title[^>]*>([^<]*)</title>", text, re.I)
        yield html.unescape(title[1]) if title else ""
    elif not text.startswith(("{", "[")):
        yield text


def _words_in(refusal: Any) -> Iterator[str]:
    # Only fields that are known to have words are used: another one may repeat a credential.
    if isinstance(refusal, str):
        yield refusal
    elif isinstance(refusal, list):
        for item in refusal:
            yield from _words_in(item)
    elif isinstance(refusal, Mapping):
        title = refusal.get("title")
        said = [words for name in SAYING for words in _words_in(refusal.get(name))]
        said += _words_about_fields(refusal.get("errors"))
        words = "; ".join(dict.fromkeys(filter(None, said)))
        yield ": ".join(filter(None, (title if isinstance(title, str) else "", words)))


def _words_about_fields(problems: Any) -> Iterator[str]:
    """The words of ``{"area_code": ["has no numbers"]}``."""
    if isinstance(problems, Mapping):
        for name, words in problems.items():
            if name not in SAYING and isinstance(words, list):
                yield f"{name}: {'; '.join(_words_in(words))}"


def _problem(problem: Any) -> str:
    if not isinstance(problem, dict):
        return str(problem)
    place = problem.get("loc")
    steps = ".".join(map(str, place)) if isinstance(place, list) else ""
    words = str(problem.get("msg") or (steps and "; ".join(_words_in(problem))))
    return ": ".join(filter(None, (steps, words)))


def secrets_in(key: str, body: Any) -> set[str]:
    """The API key and every credential in a request's body. None of them may appear in an error."""
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
    """Why a request got no answer, in a few words."""
    text = str(error)
    for pattern, words in (
        (r"NameResolution|Name or service|getaddrinfo", "the name is not known"),
        (r"Connection refused", "connection refused"),
        (
            r"CERTIFICATE_VERIFY_FAILED",
            "its certificate is not trusted: REQUESTS_CA_BUNDLE names those to trust",
        ),
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
