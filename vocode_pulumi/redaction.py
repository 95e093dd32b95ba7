# SPDX-License-Identifier: Apache-2.0
"""Taking credentials and secrets out of texts."""

from collections.abc import Iterable

CREDENTIALS = frozenset(
    {"api_key", "signature_secret", "twilio_auth_token", "twilio_account_sid", "openai_api_key"}
)
"""Names under which answers and requests carry credentials."""

LONGEST_DETAIL = 500
"""Letters of an answer's own words that an error repeats."""
CUT = "…"
"""The end of a text that was cut."""
SHORTEST = 4
"""Letters of the shortest text that is taken for a secret: a shorter one would be found by chance."""

_MASK = "[secret]"


def redact(text: str, secrets: Iterable[str]) -> str:
    """Replace each secret in a one-line text, and the beginning of one at which a text was cut.

    Args:
        text: one line.
        secrets: a secret of several lines is flattened to one line first.
    """
    flat = sorted((" ".join(secret.split()) for secret in secrets), key=len, reverse=True)
    for secret in flat:
        text = text.replace(secret, _MASK) if secret else text
    if CUT in text:
        for secret in flat:
            for length in range(len(secret) - 1, SHORTEST - 1, -1):
                text = text.replace(secret[:length] + CUT, _MASK + CUT)
    return text


def cut(text: str) -> str:
    """The beginning of an answer's own words, where they are long."""
    return text if len(text) <= LONGEST_DETAIL else text[:LONGEST_DETAIL] + CUT
