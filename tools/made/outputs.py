# SPDX-License-Identifier: Apache-2.0
"""The outputs and constructors of resources, in their files."""

from collections.abc import Iterator
from pathlib import Path

from tools.made.blocks import with_block
from tools.made.kinds import Kind, objects
from tools.made.types import of_output
from vocode_pulumi.schema.shapes import Variants


def files() -> Iterator[tuple[Path, str]]:
    """Each file of a resource that an account has beside its numbers."""
    for kind in objects():
        yield kind.path, with_block(kind.path, _code(kind))


def _code(kind: Kind) -> str:
    outputs = [
        f"    {field.name}: pulumi.Output[{of_output(field, always=always)}]"
        for field, always in kind.fields()
    ]
    constructors = []
    if isinstance(kind.shape, Variants):
        constructors = [
            f"    @overload\n{_signature(f'Unpack[{kind.module}.{record.name}]')} ..."
            for record in kind.records
        ]
        last = _signature("Any")
    else:
        last = f"\n{_signature(f'Unpack[{kind.module}.{kind.shape.name}]')}"
    body = '        super().__init__(resource_name, {**inputs, "adopt": adopt}, opts)'
    return "\n".join([*outputs, "", *constructors, last, body])


def _signature(inputs: str) -> str:
    return (
        "    def __init__(self, resource_name: str, opts: pulumi.ResourceOptions | None = None, *, "
        f"adopt: pulumi.Input[str] | None = None, **inputs: {inputs}) -> None:"
    )
