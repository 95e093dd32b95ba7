# SPDX-License-Identifier: Apache-2.0
"""The one hidden output: what has to be remembered of a resource, and is for nobody's eyes.

Pulumi hides names that begin with two underscores. States of version 0.1 have four hidden outputs
instead, and no claim; they are read, and become a record with the resource's next update.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from vocode_pulumi.errors import VocodeError

RECORD = "__record"
"""The hidden output."""
VERSION = 1
"""Of its form."""

URN = "__urn"
"""Hidden input: the URN that the resource has now."""
ORGANIZATION = "__org"
"""Hidden input: Pulumi's organization of the stack."""
SECRETS = "__secrets"
"""Hidden input: the paths of the inputs that the program gave as secrets."""
RETAINED = "__retained"
"""Hidden input: whether the resource has ``retain_on_delete``."""
PREVIEW = "__preview"
"""Hidden input that goes no farther than to ``check``: whether this is a preview."""

_DECLARED = "__declared"
_UNMET = "__otherwise"
"""Hidden outputs of version 0.1."""

UNRECORDED = (URN, SECRETS, _DECLARED, _UNMET)
"""Hidden outputs of what has no record."""

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
    """What is remembered of a resource.

    Args:
        urn: that the resource had when its outputs were last written.
        organization: of Pulumi; ``None`` in states of version 0.1.
        declared: which inputs were declared (:data:`vocode_pulumi.inline.declared.Declared`); ``None`` for a
            resource that is only read.
        secrets: the paths of the inputs that the program gave as secrets, each with a fingerprint of
            its value where there was a key to make one.
        unmet: inputs that are not so although they are declared; the engine, which compares inputs
            with inputs, does not see that by itself.
        claim: by which the resource holds its number.
        attempt: that bought it, as the ledger names it.
        account: Vocode's id of the account that the resource is in.
    """

    urn: str = ""
    organization: str | None = None
    declared: Mapping[str, Any] | None = None
    secrets: Fingerprints = field(default_factory=dict)
    unmet: tuple[str, ...] = ()
    claim: str | None = None
    attempt: str | None = None
    account: str | None = None

    def to_output(self) -> dict[str, Any]:
        """As it is kept: what says nothing is left out."""
        kept = {
            "v": VERSION,
            "urn": self.urn,
            "organization": self.organization,
            "declared": None if self.declared is None else dict(self.declared),
            "secrets": dict(self.secrets) or None,
            "unmet": list(self.unmet) or None,
            "claim": self.claim,
            "attempt": self.attempt,
            "account": self.account,
        }
        return {name: value for name, value in kept.items() if value is not None}

    @classmethod
    def of(cls, outs: Mapping[str, Any]) -> "HiddenRecord":
        """Out of the outputs that Pulumi kept.

        Raises:
            NewerRecord: a newer version made it.
        """
        kept = outs.get(RECORD)
        if not isinstance(kept, Mapping):
            return cls._of_version_0_1(outs)
        if kept.get("v") != VERSION:
            raise NewerRecord(kept.get("v"))
        return cls(
            urn=str(kept.get("urn") or ""),
            organization=kept.get("organization"),
            declared=kept.get("declared"),
            secrets=kept.get("secrets") or {},
            unmet=tuple(kept.get("unmet") or ()),
            claim=kept.get("claim"),
            attempt=kept.get("attempt"),
            account=kept.get("account"),
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


HIDDEN_INPUTS = (URN, ORGANIZATION, RETAINED)
"""Hidden inputs whose change is no change of the resource. (One that becomes a secret is.)"""


def without_hidden(props: Mapping[str, Any], hidden: Iterable[str] = ()) -> dict[str, Any]:
    """The inputs that a program declares, and those hidden ones that are named."""
    return {
        name: value for name, value in props.items() if not name.startswith("__") or name in hidden
    }


def name_in(urn: str) -> str:
    """The name of a resource, in the program."""
    return urn.split("::", 3)[-1]
