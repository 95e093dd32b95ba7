# SPDX-License-Identifier: Apache-2.0
"""The results of lookups of objects."""

from collections.abc import Iterator
from pathlib import Path

from tools.made.blocks import with_block
from tools.made.kinds import PACKAGE, Kind, objects
from tools.made.types import is_credential, of_result

PATH = PACKAGE / "results.py"


def files() -> Iterator[tuple[Path, str]]:
    """The one file."""
    yield PATH, with_block(PATH, "\n\n".join(map(_code, objects())))


def public_names() -> list[str]:
    """The names of the module that the package has as well."""
    return ["NumberResult", "UsageResult", *(f"{kind.name}Result" for kind in objects())]


def _code(kind: Kind) -> str:
    fields = [
        f"    {field.name}: {of_result(field.shape)} | None = None"
        for field, _ in kind.fields()
        if not is_credential(field)
    ]
    summary = (
        f"The result of :func:`~vocode_pulumi.get_{kind.module}`. A field that the answer does not "
        "have is ``None``."
    )
    head = f'@dataclass(frozen=True, kw_only=True)\nclass {kind.name}Result(ObjectResult):\n    """{summary}"""\n'
    return "\n".join([head, *fields, ""])
