# SPDX-License-Identifier: Apache-2.0
"""HTTP to Vocode.

Sessions, time-outs, retries of what is safe to retry, and the one place that turns answers into
errors. Loaded with the first call.

Facts from https://docs.vocode.dev and the API's OpenAPI document. What neither says is marked
``ASSUMED`` here and listed in ``docs/assumptions.md``.
"""

import json
import re
import ssl
from contextlib import suppress
from typing import Any, Literal

import requests
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    InvalidHeader,
    NewConnectionError,
)
from urllib3.util.retry import Retry

from vocode_pulumi import errors
from vocode_pulumi.config import Settings
from vocode_pulumi.models import CREDENTIALS, HIDDEN, Json, Page, page_in, without

Repeat = Literal["always", "refused", "never"]
"""When a request may be sent again: whatever became of it; when it was refused, so that nothing came of
it; never, since it spends money."""

GONE = 404
"""ASSUMED status of an object that the account does not have (any more)."""

_AFTER_WORK = frozenset({302, 303})
"""Redirects with which a server also answers a POST that it has carried out; after the others the same
request is to be sent elsewhere."""
_RETRIED = frozenset({429, 500, 502, 503, 504})


class _Bearer(AuthBase):
    """Sets the key as an ``auth`` of requests, so that a ``~/.netrc`` cannot take its place."""

    def __init__(self, key: str) -> None:
        self._key = key

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._key}"
        return request


class Transport:
    """Requests to one Vocode account. Safe to share between threads.

    Args:
        settings: how to reach the account.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        wait = settings.max_retry_wait
        common: dict[str, Any] = {
            "connect": settings.max_retries,
            "status": settings.max_retries,
            "redirect": 0,
            "other": 0,
            # Also keeps urllib3 from repeating a 503 with Retry-After that is on no list of ours.
            "total": None,
            "backoff_factor": 0.5,
            "backoff_max": min(8.0, wait),
            "backoff_jitter": min(0.25, wait),
            "retry_after_max": wait,
            "raise_on_status": False,
        }
        always = Retry(
            read=settings.max_retries,
            status_forcelist=_RETRIED,
            allowed_methods=frozenset({"GET", "POST"}),
            **common,
        )
        refused = Retry(
            read=False,
            status_forcelist=frozenset({429}),
            allowed_methods=frozenset({"GET", "POST"}),
            **common,
        )
        never = Retry(0, read=False, redirect=0, status=0, other=0, raise_on_status=False)
        # All ask by its pools, so that a thread has one connection, whatever it asks.
        self._shared = HTTPAdapter(pool_maxsize=8)
        # Proxies and certificates of the environment: once, and not for each call.
        self._environment = requests.Session().merge_environment_settings(
            settings.base_url, {}, None, None, None
        )
        self._sessions: dict[Repeat, requests.Session] = {
            "always": self._session(always),
            "refused": self._session(refused),
            "never": self._session(never),
        }

    def _session(self, retry: Retry) -> requests.Session:
        session = requests.Session()
        session.proxies = self._environment["proxies"]
        session.verify = self._environment["verify"]
        session.trust_env = False
        session.headers["Accept"] = "application/json"
        adapter = HTTPAdapter(max_retries=retry)
        adapter.poolmanager = self._shared.poolmanager
        adapter.proxy_manager = self._shared.proxy_manager
        session.mount("https://", adapter)
        session.mount("http://", adapter)
        return session

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
            raise errors.UnreadableAnswer(
                f"GET {path}",
                200,
                "",
                "answered 200 with something that is not a page of a list",
                f"Check that {self.settings.base_url} is the API's address. Run it again.",
            ) from None

    def call(
        self,
        method: Literal["GET", "POST"],
        path: str,
        query: Json,
        body: Json | None,
        repeat: Repeat,
    ) -> Json:
        """Ask Vocode.

        Args:
            method: of HTTP.
            path: such as ``/v1/numbers``.
            query: parameters.
            body: JSON; ``None`` for none.
            repeat: when it may be sent again.

        Raises:
            CallError: as drawn in :mod:`vocode_pulumi.errors`.
        """
        key = self.settings.require_api_key()
        call = f"{method} {path}"
        buys = repeat == "never"
        nothing = "Nothing was bought." if buys else ""
        unknown = "Whether a number was bought is not known." if buys else ""
        timeout = (self.settings.connect_timeout, self.settings.read_timeout)
        try:
            answer = self._sessions[repeat].request(
                method,
                self.settings.base_url + path,
                params=query,
                json=body,
                auth=_Bearer(key),
                timeout=timeout,
                allow_redirects=False,
            )
        except requests.exceptions.InvalidURL:
            raise errors.NotSent(
                call,
                f"was not sent: {self.settings.base_url} is not an address",
                "Check vocode:baseUrl or VOCODE_BASE_URL.",
                nothing,
            ) from None
        except (requests.RequestException, HTTPError) as error:
            if _was_not_sent(error):
                raise errors.NotSent(
                    call,
                    f"could not reach {self.settings.base_url} ({_reason(error)})",
                    "Check the network, vocode:baseUrl or VOCODE_BASE_URL, then run it again.",
                    nothing,
                ) from None
            if isinstance(error, requests.Timeout) or "timed out" in str(error).lower():
                what = f"was not answered within {timeout[1]:g} s"
            else:
                what = f"was sent, but its answer was lost ({_reason(error)})"
            raise errors.AnswerLost(call, what, "Run it again.", unknown) from None
        except ValueError as error:
            # Of a redirect, which requests reads although it is not to follow it.
            what = f"was sent, but its answer cannot be read ({type(error).__name__})"
            raise errors.AnswerLost(call, what, "Run it again.", unknown) from None
        if answer.status_code != 200:
            raise _error(call, answer, _secrets(key, body), nothing, unknown, buys)
        try:
            value = answer.json()
        except (ValueError, RecursionError):
            value = ""
        if not isinstance(value, dict):
            # Steering pools answer 200 with any JSON; nothing is read from that.
            if value != "" and method == "POST" and not buys:
                return {}
            raise errors.UnreadableAnswer(
                call,
                200,
                "",
                f"answered 200 with something that is not {'an object' if value else 'JSON'}",
                f"Check that {self.settings.base_url} is the API's address. Run it again.",
                unknown,
            )
        return value


def _error(
    call: str,
    answer: requests.Response,
    secrets: set[str],
    nothing: str,
    unknown: str,
    buys: bool,
) -> errors.CallError:
    status = answer.status_code
    detail = _detail(answer, secrets)
    said = f": {detail}" if detail else ""
    what = f"answered {status}{said}".rstrip(".")
    if status >= 500:
        return errors.ServerError(call, status, detail, what, "Run it again.", unknown)
    if status == 408:
        # A time-out, of a gateway as likely as not: like no answer at all.
        return errors.AnswerLost(call, what, "Run it again.", unknown)
    if 300 <= status < 400:
        # Not followed: a repeated POST could buy twice, and the key belongs to one host alone.
        cure = "Set vocode:baseUrl or VOCODE_BASE_URL to where the API is now."
        if buys and status in _AFTER_WORK:
            return errors.UnreadableAnswer(call, status, detail, what, cure, unknown)
        return errors.RequestError(call, status, detail, what, cure, nothing)
    if status < 400:
        return errors.UnreadableAnswer(call, status, detail, what, "Run it again.", unknown)
    # ASSUMED: 402 and a 403 that speaks of the plan are about the plan; 401 and other 403 the key.
    of_plan = status == 402 or (status == 403 and re.search(r"\bplan\b|upgrade", detail, re.I))
    kind: type[errors.ApiError]
    if status == 429:
        cure = "Wait a minute and run it again, or raise vocode:maxRetries."
        limited = errors.RateLimitError(call, status, detail, what, cure, nothing)
        with suppress(InvalidHeader):
            limited.retry_after = Retry().get_retry_after(answer.raw)
        return limited
    if of_plan:
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


def _detail(answer: requests.Response, secrets: set[str]) -> str:
    """Vocode's own words on one line: ``detail`` is a string, a list of problems, or missing."""
    try:
        detail = json.loads(answer.text)["detail"]
    except (ValueError, KeyError, TypeError, RecursionError):
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


def _was_not_sent(error: BaseException) -> bool:
    """Whether it failed before the request went out: no connection, no name, no TLS.

    What a proxy says is no proof by itself: urllib3 blames it for a lost answer as well.
    """
    if isinstance(error, NewConnectionError | ConnectTimeoutError):
        return True
    if isinstance(error, OSError) and str(error).startswith("Tunnel connection failed"):
        return True
    if isinstance(error, ssl.SSLError):
        return error.reason in ("CERTIFICATE_VERIFY_FAILED", "WRONG_VERSION_NUMBER")
    inner = [*error.args, *(getattr(error, name, None) for name in ("reason", "original_error"))]
    return any(isinstance(one, BaseException) and _was_not_sent(one) for one in inner)


def _reason(error: Exception) -> str:
    text = str(error)
    for pattern, words in (
        (r"NameResolution|Name or service|getaddrinfo", "the name is not known"),
        (r"Connection refused", "connection refused"),
        (r"CERTIFICATE_VERIFY_FAILED", "its certificate is not trusted"),
        (r"WRONG_VERSION_NUMBER", "no TLS there"),
        (r"ConnectTimeout|connect timeout", "no connection within the time-out"),
        (r"IncompleteRead|broken: Invalid", "the answer was cut off"),
        (r"RemoteDisconnected|reset by peer|Connection aborted", "the connection was closed"),
        (r"ProxyError", "the proxy cannot be reached"),
    ):
        if re.search(pattern, text):
            return words
    return type(error).__name__
