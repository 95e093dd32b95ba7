# SPDX-License-Identifier: Apache-2.0
"""What the hidden inputs say of a resource."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from vocode_pulumi.provider.secret_paths import overlap
from vocode_pulumi.record import ORGANIZATION, PREVIEW, RETAINED, SECRETS, URN, HiddenRecord

DEFAULT_ORGANIZATION = "organization"
"""What Pulumi calls the one organization of a state that nobody hosts."""


class HiddenInputs(NamedTuple):
    """What the hidden inputs say of a resource.

    Args:
        urn: that it has now.
        organization: of Pulumi.
        secrets: the paths of the inputs that the program gave as secrets.
        retained: whether it has ``retain_on_delete``.
        preview: whether this is a preview, as far as the program said it.
    """

    urn: str
    organization: str = DEFAULT_ORGANIZATION
    secrets: tuple[str, ...] = ()
    retained: bool = False
    preview: bool = False

    @classmethod
    def of(cls, properties: Mapping[str, Any]) -> "HiddenInputs":
        """Out of the inputs that the engine hands over."""
        return cls(
            urn=str(properties.get(URN)),
            organization=str(properties.get(ORGANIZATION) or DEFAULT_ORGANIZATION),
            secrets=tuple(properties.get(SECRETS) or ()),
            retained=bool(properties.get(RETAINED)),
            preview=bool(properties.get(PREVIEW)),
        )

    @classmethod
    def of_record(cls, record: HiddenRecord) -> "HiddenInputs":
        """As they were when the outputs were last written."""
        organization = record.organization or DEFAULT_ORGANIZATION
        return cls(record.urn, organization, tuple(record.secrets))

    def have_secret_in(self, path: str) -> bool:
        """Whether an input is a secret, or has one in it, or lies within one."""
        return any(overlap(path, secret) for secret in self.secrets)
