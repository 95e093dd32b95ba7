# SPDX-License-Identifier: Apache-2.0
"""Taking credentials and secrets out of texts."""

from collections.abc import Iterable
from contextvars import ContextVar

CREDENTIALS = frozenset(
    {"api_key", "signature_secret", "twilio_auth_token", "twilio_account_sid", "openai_api_key"}
)
"""Names under which answers and requests carry credentials."""

HIDDEN: ContextVar[frozenset[str]] = ContextVar("HIDDEN", default=frozenset())
"""What the program gave as secrets to the resource that calls are made for."""


def without(text: str, secrets: Iterable[str]) -> str:
    """A text of one line without secrets, which may have had more lines."""
    for secret in sorted((" ".join(one.split()) for one in secrets), key=len, reverse=True):
        text = text.replace(secret, "[secret]") if secret else text
    return text
