# SPDX-License-Identifier: Apache-2.0
"""The hidden record of a resource: what the package has to remember and users need not see.

The record is one output. Pulumi hides outputs whose names begin with two underscores. States of version
0.1 have four hidden outputs instead, and no claim. The resource's next update replaces them by a record.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from vocode_pulumi.errors import VocodeError

TYPE_PREFIX = "pulumi-python:dynamic/vocode:"
"""What Pulumi's type of every resource of this package begins with."""
RECORD = "__record"
"""The hidden output with the record."""
VERSION = 1
"""The version of the record's form."""

URN = "__urn"
"""Hidden input: the resource's current URN."""
ORGANIZATION = "__org"
"""Hidden input: Pulumi's organization of the stack, if it is not the default."""
DEFAULT_ORGANIZATION = "organization"
"""Pulumi's name of the organization in a backend without organizations, such as a folder."""
SECRETS = "__secrets"
"""Hidden input: the paths of the inputs that the program gave as secrets."""
EXACT = "__exact"
"""Hidden input: JSON texts of the values that the engine cannot carry as they are, by their paths."""
FINGERPRINTS = "__fingerprints"
"""Hidden input: a fingerprint of each secret input, by its path. A review tells by it which secrets change."""
RETAINED = "__retained"
"""Hidden input: whether the resource has ``retain_on_delete``."""
PREVIEW = "__preview"
"""Hidden input: whether this is a preview. Only ``check`` gets it."""
DECLARED_NUMBERS = "__numbers"
"""Hidden input of one number: how many numbers the program declares; 0 if they have several providers. Only
``check`` gets it."""

_DECLARED = "__declared"
_UNMET = "__otherwise"
"""Two of the hidden outputs of version 0.1."""

UNRECORDED = (URN, SECRETS, _DECLARED, _UNMET)
"""The hidden outputs of a resource without a record."""

Fingerprints = Mapping[str, str]


class NewerRecord(VocodeError):
    """A newer version of this package made the resource's hidden record."""

    def __init__(self, version: object) -> None:
        super().__init__(
            f"A newer version of pulumi-vocode made this resource's record (its form is {version}, and "
            f"this one knows {VERSION}). Nothing was changed. Upgrade pulumi-vocode."
        )


@dataclass(frozen=True)
class HiddenRecord:
    """The hidden record of a resource.

    Args:
        urn: the URN of the resource when its outputs were last written.
        organization: Pulumi's organization.
        declared: which inputs were declared (:data:`vocode_pulumi.inline.declared.Declared`); ``None`` for a
            resource that is only read.
        secrets: the paths of the inputs that the program gave as secrets, each with a fingerprint of its
            value. The fingerprint is empty if there was no API key.
        unmet: declared inputs that the object does not have yet; the engine cannot see them.
        claim: the claim by which the resource holds its number.
        attempt: the attempt that bought the number, as the ledger names it.
        answered: the forms in which Vocode stores declared values, by their paths
            (:mod:`vocode_pulumi.inline.answered`).
        interrupted: whether an update failed after it had created objects. The outputs are those from before it,
            and the ids and the declared inputs have the new objects too.
        account: Vocode's id of the account of the resource. It is the output ``user_id`` too, and is
            not kept twice.
    """

    urn: str = ""
    organization: str = DEFAULT_ORGANIZATION
    declared: Mapping[str, Any] | None = None
    secrets: Fingerprints = field(default_factory=dict)
    unmet: tuple[str, ...] = ()
    claim: str | None = None
    attempt: str | None = None
    answered: Mapping[str, Any] = field(default_factory=dict)
    interrupted: bool = False
    account: str | None = None

    def declared_among(self, outs: Mapping[str, Any]) -> dict[str, Any]:
        """The outputs of the declared inputs."""
        return {name: outs.get(name) for name in self.declared or {}}

    def to_output(self) -> dict[str, Any]:
        """The record as an output; fields that are empty or ``None`` are left out."""
        kept = {
            "v": VERSION,
            "urn": self.urn,
            "organization": _unless_default(self.organization),
            "declared": None if self.declared is None else dict(self.declared),
            "secrets": dict(self.secrets) or None,
            "unmet": list(self.unmet) or None,
            "claim": self.claim,
            "attempt": self.attempt,
            "answered": dict(self.answered) or None,
            "interrupted": self.interrupted or None,
        }
        return {name: value for name, value in kept.items() if value is not None}

    @classmethod
    def of(cls, outs: Mapping[str, Any]) -> "HiddenRecord":
        """The record in the outputs of a resource.

        Raises:
            NewerRecord: a newer version made the record.
        """
        kept = outs.get(RECORD)
        if not isinstance(kept, Mapping):
            return cls._of_version_0_1(outs)
        if kept.get("v") != VERSION:
            raise NewerRecord(kept.get("v"))
        return cls(
            urn=str(kept.get("urn") or ""),
            organization=kept.get("organization") or DEFAULT_ORGANIZATION,
            declared=kept.get("declared"),
            secrets=kept.get("secrets") or {},
            unmet=tuple(kept.get("unmet") or ()),
            claim=kept.get("claim"),
            attempt=kept.get("attempt"),
            answered=kept.get("answered") or {},
            interrupted=bool(kept.get("interrupted")),
            account=outs.get("user_id"),
        )

    @classmethod
    def _of_version_0_1(cls, outs: Mapping[str, Any]) -> "HiddenRecord":
        return cls(
            urn=str(outs.get(URN) or ""),
            declared=outs.get(_DECLARED),
            secrets=dict.fromkeys(outs.get(SECRETS) or (), ""),
            unmet=tuple(outs.get(_UNMET) or ()),
            account=outs.get("user_id"),
        )


def _unless_default(organization: str) -> str | None:
    return None if organization == DEFAULT_ORGANIZATION else organization


HIDDEN_INPUTS = (URN, ORGANIZATION, RETAINED)
"""The hidden inputs whose change does not change the resource. (A change of ``SECRETS`` does.)"""


def without_hidden(props: Mapping[str, Any], hidden: Iterable[str] = ()) -> dict[str, Any]:
    """The inputs that a program declares, and some hidden inputs.

    Args:
        props: all inputs.
        hidden: the names of the hidden inputs to keep; default: none.
    """
    return {
        name: value for name, value in props.items() if not name.startswith("__") or name in hidden
    }


def name_in(urn: str) -> str:
    """The resource's name in the program."""
    return urn.split("::", 3)[-1]
