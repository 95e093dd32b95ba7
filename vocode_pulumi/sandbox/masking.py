# SPDX-License-Identifier: Apache-2.0
"""What lists, errors and printed lines show of a request: no credentials, and only the start of a URL.

User info, path and query of a URL may be what proves who sends, as with many receivers of webhooks.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote, unquote_plus

MASK = "***"
CREDENTIALS = frozenset(
    {
        "api_key",
        "authorization",
        "openai_api_key",
        "signature_secret",
        "twilio_account_sid",
        "twilio_auth_token",
    }
)
"""The fields whose values are masked."""
URLS = frozenset({"url", "context_endpoint"})
"""The fields that are one URL. A value that is not one is masked."""
PARAMETERS = frozenset({"id", "phone_number", "page", "size", "sort_column", "sort_desc"})
"""The query parameters of the API. The value of any other parameter is masked."""
SHORTEST = 4
"""The fewest letters of a credential that is masked in texts. A shorter one would match by chance."""

_SCHEME = r"[A-Za-z][A-Za-z0-9+.-]*://"
_IN_TEXT = re.compile(rf'{_SCHEME}[^\s"<>]+')
_PARTS = re.compile(rf"({_SCHEME})([^/?#\\]*)(.*)", re.DOTALL)
_HOST = re.compile(r"(?:[\w.*-]+|\[[0-9A-Fa-f:.%]+\])(?::[0-9]*)?")
_AFTER_A_URL = ".,;:!?)}'"


def masked_url(url: str) -> str:
    """The scheme, host and port of a URL. The rest of it is masked."""
    parts = _PARTS.fullmatch(url)
    if not parts:
        return MASK if url else url
    scheme, authority, rest = parts.groups()
    _user, at, host = authority.rpartition("@")
    if not _HOST.fullmatch(host):
        return MASK
    return f"{scheme}{MASK if at else ''}{at}{host}{rest if rest in ('', '/') else f'/{MASK}'}"


def masked_text(text: str, credentials: Iterable[str] = ()) -> str:
    """A text in which each URL and each credential is masked.

    Args:
        text: any text.
        credentials: what is masked wherever the text has it.
    """
    for credential in sorted(credentials, key=len, reverse=True):
        if len(credential) >= SHORTEST:
            text = text.replace(credential, MASK)
    return _IN_TEXT.sub(_masked_match, text)


def masked(value: Any, credentials: Iterable[str] = ()) -> Any:
    """A JSON value in which credentials and URLs are masked.

    Args:
        value: any JSON value.
        credentials: what is masked wherever a text of the value has it.
    """
    if isinstance(value, dict):
        return {
            masked_text(name, credentials): _masked_field(name, item, credentials)
            for name, item in value.items()
        }
    if isinstance(value, list):
        return [masked(item, credentials) for item in value]
    return masked_text(value, credentials) if isinstance(value, str) else value


def masked_target(path: str, query: str, credentials: Iterable[str] = ()) -> str:
    """The path and the query of a request.

    Args:
        path: the path, decoded.
        query: the query, as it was sent.
        credentials: what is masked wherever it stands.
    """
    shown = masked_text(path, credentials)
    return f"{shown}?{_masked_query(query, credentials)}" if query else shown


def credentials_in(value: Any) -> Iterator[str]:
    """The credentials in a JSON value."""
    if isinstance(value, dict):
        for name, item in value.items():
            if name.lower() in CREDENTIALS and isinstance(item, str):
                yield item
            yield from credentials_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from credentials_in(item)


def _masked_field(name: str, value: Any, credentials: Iterable[str]) -> Any:
    if name.lower() in CREDENTIALS and value is not None:
        return MASK
    if name in URLS and isinstance(value, str):
        return masked_url(value)
    return masked(value, credentials)


def _masked_match(match: re.Match[str]) -> str:
    url = match[0].rstrip(_AFTER_A_URL)
    return masked_url(url) + match[0][len(url) :]


def _masked_query(query: str, credentials: Iterable[str]) -> str:
    return "&".join(_masked_parameter(part, credentials) for part in query.split("&"))


def _masked_parameter(part: str, credentials: Iterable[str]) -> str:
    name, equals, value = part.partition("=")
    if name not in PARAMETERS:
        name, value = (masked_text(unquote_plus(name)), MASK) if equals else (MASK, "")
        return f"{quote(name, safe='*:/')}{equals}{value}"
    plain = unquote_plus(value)
    shown = masked_text(plain, credentials)
    return part if shown == plain else f"{name}={quote(shown, safe='*:/')}"
