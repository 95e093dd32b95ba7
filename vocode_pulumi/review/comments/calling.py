# SPDX-License-Identifier: Apache-2.0
"""Calls to the API of a platform. The token is in no error."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.auth import AuthBase

from vocode_pulumi.redaction import cut, printable, redact
from vocode_pulumi.review.comments.request import CannotComment

_SECONDS = (10, 60)
"""To connect, and to wait for each part of an answer."""
_PAGE = 100
"""Items on a page: the most that GitHub and GitLab allow."""


class Api:
    """The API of a platform.

    Args:
        url: where it begins.
        header: the header of the token, and what is before the token in it.
        token: the token.
        remedy: what a job needs to be allowed to call.
    """

    def __init__(self, url: str, header: tuple[str, str], token: str, remedy: str) -> None:
        self._url = url.rstrip("/")
        self._auth = _Token(header[0], header[1] + token)
        self._token = token
        self._remedy = remedy

    def call(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Call, and read the JSON of the answer.

        Raises:
            CannotComment: there is no answer, or it is a refusal.
        """
        return self._read(method, path, self._answer(method, path, body))

    def pages(self, path: str) -> Iterator[Any]:
        """Every item of a list, whatever its length.

        Raises:
            CannotComment: as :meth:`call`.
        """
        page, more = 1, True
        while more:
            where = f"{path}{'&' if '?' in path else '?'}per_page={_PAGE}&page={page}"
            answer = self._answer("GET", where, None)
            items = self._read("GET", path, answer)
            if not isinstance(items, list):
                raise CannotComment(f"{_said('GET', path)} was answered with no list.")
            yield from items
            page, more = page + 1, "next" in answer.links

    def _answer(
        self, method: str, path: str, body: Mapping[str, Any] | None
    ) -> "requests.Response":
        try:
            # A redirect would take the token to another address.
            return requests.request(
                method,
                self._url + path,
                json=body,
                auth=self._auth,
                timeout=_SECONDS,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            host = urlsplit(self._url).hostname
            raise CannotComment(
                f"{host} did not answer {method} {path} ({type(error).__name__})."
            ) from None

    def _read(self, method: str, path: str, answer: "requests.Response") -> Any:
        said = _said(method, path or urlsplit(self._url).path)
        try:
            found = answer.json()
        except ValueError:
            found = None
        if not 200 <= answer.status_code < 300:
            words = found.get("message") or found.get("error") if isinstance(found, dict) else None
            why = f" ({self.words(words)})" if words else ""
            remedy = f" {self._remedy}" if answer.status_code in (401, 403, 404) else ""
            raise CannotComment(f"{said} was answered with {answer.status_code}{why}.{remedy}")
        if found is None:
            raise CannotComment(f"{said} was answered with something that is not JSON.")
        return found

    def words(self, words: Any) -> str:
        """What a platform says, in a line."""
        return redact(cut(printable(" ".join(str(words).split()))), [self._token])


def _said(method: str, path: str) -> str:
    return f"{method} {path.partition('?')[0]}"


class _Token(AuthBase):
    """Sets a header. Without it, `requests` would take what `~/.netrc` has for the host."""

    def __init__(self, name: str, value: str) -> None:
        self._name = name
        self._value = value

    def __call__(self, request: "requests.PreparedRequest") -> "requests.PreparedRequest":
        request.headers[self._name] = self._value
        return request


def variable(environ: Mapping[str, str], *names: str) -> str:
    """The first of some variables that is set.

    Raises:
        CannotComment: none is set.
    """
    for name in names:
        if value := environ.get(name, "").strip():
            return value
    raise CannotComment(f"{' or '.join(names)} is not set.")


def token(environ: Mapping[str, str], *names: str) -> str:
    """The token of the environment.

    Raises:
        CannotComment: there is none, or it holds a character that cannot be sent.
    """
    found = variable(environ, *names)
    if not (found.isascii() and found.isprintable() and " " not in found):
        raise CannotComment(f"{' or '.join(names)} holds a character that no token has.")
    return found
