# SPDX-License-Identifier: Apache-2.0
"""The resources of a stack as its state has them, with their secrets. They stay in memory.

Facts: Pulumi's command ``stack export --show-secrets``.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vocode_pulumi.provider.secret_paths import SECRET_SIGNATURE
from vocode_pulumi.purchasing.states import StateNotReadable, exported_text, retry_transient
from vocode_pulumi.record import TYPE_PREFIX, name_in
from vocode_pulumi.schema.shapes import Inputs

SIGNATURE, _SECRET_TYPE = next(iter(SECRET_SIGNATURE.items()))
Steps = tuple[str, ...]
"""The names and indexes that lead to a value."""


@dataclass(frozen=True)
class Managed:
    """A resource that a stack manages.

    Args:
        urn: Pulumi's name of it.
        type: Pulumi's type of it.
        id: the object's id; for a number, its digits.
        inputs: its inputs, secrets in clear.
        outputs: its outputs, secrets in clear.
        secrets: where inputs and outputs are secret.
        settings: the inputs of the provider that the program gives it; ``None`` if that is the stack's own.
        is_protected: whether Pulumi refuses to delete it.
    """

    urn: str
    type: str
    id: str
    inputs: Inputs
    outputs: Inputs
    secrets: frozenset[Steps]
    settings: Mapping[str, Any] | None
    is_protected: bool = False

    @property
    def kind(self) -> str:
        """``PhoneNumber``, for example."""
        return self.type.removeprefix(TYPE_PREFIX)

    @property
    def name(self) -> str:
        """The name in the program."""
        return name_in(self.urn)


def read_state(stack: str) -> list[Managed]:
    """The resources of this package that a stack manages.

    Args:
        stack: the stack's name, as Pulumi's commands take it.

    Raises:
        StateNotReadable: the state cannot be read.
    """
    return retry_transient(lambda: managed_in(exported_text(stack, "--show-secrets"), stack))


def managed_in(text: str, stack: str) -> list[Managed]:
    """The resources of this package in an exported state.

    Args:
        text: the state as `pulumi stack export --show-secrets` prints it.
        stack: the stack's name, for the error.

    Raises:
        StateNotReadable: the text is not an exported state.
    """
    try:
        resources = json.loads(text)["deployment"].get("resources") or []
        providers = {
            one["urn"]: opened(one.get("inputs") or {})[0]
            for one in resources
            if one["type"].startswith("pulumi:providers:")
        }
        return [_managed(one, providers) for one in resources if _is_managed(one)]
    except (ValueError, KeyError, TypeError, AttributeError):
        why = "it is not the export of a state"
        raise StateNotReadable(stack, why, transient=True) from None


def _is_managed(resource: Mapping[str, Any]) -> bool:
    is_ours = resource["type"].startswith(TYPE_PREFIX) and bool(resource.get("id"))
    return is_ours and not resource.get("external") and not resource.get("delete")


def _managed(resource: Mapping[str, Any], providers: Mapping[str, Any]) -> Managed:
    inputs, secret_inputs = opened(resource.get("inputs") or {})
    outputs, secret_outputs = opened(resource.get("outputs") or {})
    provider = str(resource.get("provider") or "").rpartition("::")[0]
    is_own = name_in(provider).startswith("default")
    return Managed(
        urn=resource["urn"],
        type=resource["type"],
        id=str(resource["id"]),
        inputs=inputs,
        outputs=outputs,
        secrets=frozenset({*secret_inputs, *secret_outputs}),
        settings=None if is_own else providers.get(provider),
        is_protected=bool(resource.get("protect")),
    )


def opened(value: Any) -> tuple[Any, set[Steps]]:
    """A value with its secrets in clear, and where they are.

    Args:
        value: as a state has it, or as the provider gives it to the engine.
    """
    secrets: set[Steps] = set()

    def visit(value: Any, steps: Steps) -> Any:
        if isinstance(value, Mapping):
            if value.get(SIGNATURE) == _SECRET_TYPE:
                secrets.add(steps)
                inner = json.loads(value["plaintext"]) if "plaintext" in value else value["value"]
                return visit(inner, steps)
            return {name: visit(item, (*steps, name)) for name, item in value.items()}
        if isinstance(value, list):
            return [visit(item, (*steps, str(at))) for at, item in enumerate(value)]
        return value

    return visit(value, ()), secrets
