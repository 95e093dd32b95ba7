# SPDX-License-Identifier: Apache-2.0
"""Fingerprints of secrets, by which two can be compared and neither can be guessed. Pure.

They are HMACs under a key that is derived from the API key. Who has the fingerprint alone cannot try
values; who has another API key cannot compare, which is not the same as "different".
"""

import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Fingerprint:
    """What stands for a secret.

    Args:
        key: mark of the API key that it was made with.
        digest: of the secret.
    """

    key: str
    digest: str

    def to_json(self) -> dict[str, str]:
        """As it is kept."""
        return {"key": self.key, "digest": self.digest}

    @classmethod
    def from_json(cls, value: Any) -> "Fingerprint":
        """Out of what was kept.

        Raises:
            KeyError, TypeError: it was something else.
        """
        return cls(str(value["key"]), str(value["digest"]))


class Keyring:
    """Makes fingerprints with an API key.

    Args:
        api_key: of the account; it is kept nowhere.
    """

    def __init__(self, api_key: str) -> None:
        self._secret = _hmac(api_key.encode(), b"vocode-pulumi: fingerprints")
        self.mark = _hmac(api_key.encode(), b"vocode-pulumi: mark of the key").hex()[:16]

    def fingerprint(self, value: Any) -> Fingerprint:
        """The fingerprint of a value.

        Args:
            value: JSON.
        """
        text = json.dumps(value, sort_keys=True, separators=(",", ":"))
        return Fingerprint(self.mark, _hmac(self._secret, text.encode()).hex()[:32])

    def may_be(self, value: Any, kept: Fingerprint) -> bool:
        """Whether a value may be what a fingerprint was made of; one of another key may be of any."""
        return kept.key != self.mark or hmac.compare_digest(
            kept.digest, self.fingerprint(value).digest
        )


def may_be_same(one: Fingerprint, other: Fingerprint) -> bool:
    """Whether two fingerprints may be of one value."""
    return one.key != other.key or one.digest == other.digest


def _hmac(key: bytes, message: bytes) -> bytes:
    return hmac.new(key, message, hashlib.sha256).digest()
