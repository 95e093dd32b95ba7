# SPDX-License-Identifier: Apache-2.0
"""Fingerprints of secrets: they can be compared, and do not give the secret away. Pure.

A fingerprint is an HMAC with a key derived from the API key. Without the API key nobody can try values
against it. Two fingerprints of different API keys cannot be compared: the secrets may be equal.
"""

import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Fingerprint:
    """Stands in for a secret.

    Args:
        key: the mark of the API key that the fingerprint was made with.
        digest: the HMAC of the secret.
    """

    key: str
    digest: str

    def __str__(self) -> str:
        return f"{self.key}:{self.digest}"

    def to_json(self) -> dict[str, str]:
        """The fingerprint as the ledger keeps it."""
        return {"key": self.key, "digest": self.digest}

    @classmethod
    def from_json(cls, value: Any) -> "Fingerprint":
        """The fingerprint that the ledger kept.

        Raises:
            KeyError, TypeError: the value is not a fingerprint.
        """
        return cls(str(value["key"]), str(value["digest"]))


class Keyring:
    """Makes fingerprints with an API key.

    Args:
        api_key: the account's API key. The object keeps only keys and marks derived from it.
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
        """Whether a fingerprint may be of a value; with another API key it may be of any value."""
        return kept.key != self.mark or hmac.compare_digest(
            kept.digest, self.fingerprint(value).digest
        )


def may_be_same(one: Fingerprint, other: Fingerprint) -> bool:
    """Whether two fingerprints may be of the same value."""
    return one.key != other.key or one.digest == other.digest


def _hmac(key: bytes, message: bytes) -> bytes:
    return hmac.new(key, message, hashlib.sha256).digest()
