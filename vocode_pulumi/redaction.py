# SPDX-License-Identifier: Apache-2.0
"""Taking credentials, secrets and control codes out of texts."""

import re
from collections.abc import Iterable

CREDENTIALS = frozenset(
    {"api_key", "signature_secret", "twilio_auth_token", "twilio_account_sid", "openai_api_key"}
)
"""The fields of answers and requests that are credentials."""

LONGEST_DETAIL = 500
"""The most letters of Vocode's own words that an error repeats."""
CUT = "…"
"""The end of a text that was cut."""
SHORTEST = 4
"""The fewest letters of a text that is redacted. A shorter text would match by chance."""

MASK = "[secret]"
"""What stands for a secret."""


def redact(text: str, secrets: Iterable[str]) -> str:
    """Replace each secret in a one-line text, also a secret whose end was cut off.

    Args:
        text: one line.
        secrets: a secret of several lines is flattened to one line first.
    """
    lines = {" ".join(secret.split()) for secret in secrets}
    flat = sorted(lines | {printable(line) for line in lines}, key=len, reverse=True)
    if any(flat):
        # In one pass, and not within a mask: a secret can be a word of it.
        every = "|".join(map(re.escape, filter(None, [MASK, *flat])))
        text = re.sub(every, MASK, text)
    if CUT in text:
        for secret in flat:
            for length in range(min(len(secret) - 1, len(text)), SHORTEST - 1, -1):
                text = text.replace(secret[:length] + CUT, MASK + CUT)
    return text


def cut(text: str) -> str:
    """Cut a text to :data:`LONGEST_DETAIL` letters."""
    return text if len(text) <= LONGEST_DETAIL else text[:LONGEST_DETAIL] + CUT


def printable(text: str) -> str:
    """A text from outside, with line breaks and control codes replaced."""
    if text.isprintable():
        return text
    return "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text
    )


def printable_line(text: str) -> str:
    """A line from outside, with control codes other than tabs replaced."""
    return "\t".join(map(printable, text.split("\t")))
