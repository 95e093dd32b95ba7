# SPDX-License-Identifier: Apache-2.0
"""The hidden inputs: what the provider adds to the inputs of a resource."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from vocode_pulumi.provider.exact_json import with_exact_json
from vocode_pulumi.provider.secret_paths import overlap
from vocode_pulumi.record import (
    DECLARED_NUMBERS,
    DEFAULT_ORGANIZATION,
    EXACT,
    ORGANIZATION,
    PREVIEW,
    RETAINED,
    SECRETS,
    URN,
    HiddenRecord,
    without_hidden,
)
from vocode_pulumi.schema.values import plain


class HiddenInputs(NamedTuple):
    """What the provider adds to the inputs of a resource.

    Args:
        urn: the resource's current URN.
        organization: Pulumi's organization.
        secrets: the paths of the inputs that the program gave as secrets.
        retained: whether the resource has ``retain_on_delete``.
        preview: whether the program runs in a preview.
        exact: JSON texts of values that the engine does not carry as they are, by their paths.
        declared_numbers: how many numbers the program declares; 0 if they have several providers, ``None`` if
            the inputs do not tell.
    """

    urn: str
    organization: str = DEFAULT_ORGANIZATION
    secrets: tuple[str, ...] = ()
    retained: bool = False
    preview: bool = False
    exact: Mapping[str, str] = {}
    declared_numbers: int | None = None

    @classmethod
    def of(cls, properties: Mapping[str, Any]) -> "HiddenInputs":
        """The hidden inputs among the inputs of the engine's call."""
        exact, declared = properties.get(EXACT), properties.get(DECLARED_NUMBERS)
        return cls(
            urn=str(properties.get(URN)),
            organization=str(properties.get(ORGANIZATION) or DEFAULT_ORGANIZATION),
            secrets=tuple(properties.get(SECRETS) or ()),
            retained=bool(properties.get(RETAINED)),
            preview=bool(properties.get(PREVIEW)),
            exact=exact if isinstance(exact, Mapping) else {},
            declared_numbers=None if declared is None else int(declared),
        )

    @classmethod
    def of_record(cls, record: HiddenRecord) -> "HiddenInputs":
        """The hidden inputs as they were when the resource's outputs were last written."""
        return cls(record.urn, record.organization, tuple(record.secrets))

    def have_secret_in(self, path: str) -> bool:
        """Whether an input is a secret, contains a secret, or is part of a secret."""
        return any(overlap(path, secret) for secret in self.secrets)


def declared_inputs(props: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs that the program declares, without hidden ones and with secrets in clear."""
    return without_hidden(plain(props))


def exact_inputs(props: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs that the program declares, with their nulls and large whole numbers."""
    return with_exact_json(declared_inputs(props), HiddenInputs.of(props).exact)
