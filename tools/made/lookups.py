# SPDX-License-Identifier: Apache-2.0
"""The lookups of objects: for each kind `get_…` and `list_…`, and their twins for outputs."""

from collections.abc import Iterator
from pathlib import Path

from tools.made.blocks import with_block
from tools.made.kinds import PACKAGE, Kind, objects
from vocode_pulumi.schema.shapes import Variants

PATH = PACKAGE / "lookups" / "__init__.py"

CODE = '''
_{name} = Lookup("{noun}", "{plural}", results.{kind}Result, {module}.{kind}Args)


def get_{noun}(id: str) -> results.{kind}Result:
    """Read {a} {words}.

    Args:
        id: the id at Vocode.

    Raises:
        LookupFailed: the account has no such {words}, or the call failed.
    """
    return get(_{name}, id=id)


def get_{noun}_output(id: Input[str]) -> Output[results.{kind}Result]:
    """:func:`get_{noun}` for outputs."""
    return lifted(get_{noun}, id=id)


def list_{plural}({filters}) -> list[results.{kind}Result]:
    """Read every {words} of the account.
{told}
    Raises:
        LookupFailed: the call failed.
    """
    return list_all(_{name}{passed})


def list_{plural}_output({lifted}) -> Output[list[results.{kind}Result]]:
    """:func:`list_{plural}` for outputs."""
    return lifted(list_{plural}{passed})
'''


_OF_NUMBERS = [
    f"{name}{twin}"
    for name in ("get_number", "get_usage", "list_numbers")
    for twin in ("", "_output")
]


def files() -> Iterator[tuple[Path, str]]:
    """The one file."""
    modules = sorted(kind.module for kind in objects())
    constants = ", ".join(f"_{kind.module.upper()}" for kind in objects())
    head = f"""
from pulumi import Input, Output

from vocode_pulumi import results
from vocode_pulumi.args import {", ".join(modules)}
from vocode_pulumi.lookups.asking import Lookup, LookupFailed, get, lifted, list_all
from vocode_pulumi.lookups.numbers import {", ".join(_OF_NUMBERS)}

__all__ = {sorted(["LOOKUPS", *public_names()])}
"""
    tail = f"""
LOOKUPS = {{lookup.plural: lookup for lookup in ({constants})}}
\"\"\"The lookups of objects, by collection.\"\"\"
"""
    yield PATH, with_block(PATH, "\n\n".join([head, *map(_code, objects()), tail]))


def public_names() -> list[str]:
    """The names of the module that the package has as well."""
    names = ["LookupFailed", *_OF_NUMBERS]
    for kind in objects():
        both = (f"get_{kind.module}", f"list_{kind.plural}")
        names += [f"{name}{twin}" for name in both for twin in ("", "_output")]
    return names


def _code(kind: Kind) -> str:
    names = [field.name for field, always in kind.fields() if always]
    told = {}
    if isinstance(kind.shape, Variants):
        example = next(iter(kind.shape.records))
        told["type"] = f'only objects of this type, such as ``"{example}"``.'
    elif "name" in names:
        told["name"] = "only objects with this name."
    noun, words = kind.module, kind.module.replace("_", " ")
    return CODE.format(
        name=noun.upper(),
        noun=noun,
        plural=kind.plural,
        kind=kind.name,
        module=kind.module,
        words=words,
        a="an" if words[0] in "aeiou" else "a",
        filters="".join(f"*, {name}: str | None = None" for name in told),
        lifted="".join(f"*, {name}: Input[str] | None = None" for name in told),
        passed="".join(f", {name}={name}" for name in told),
        told="".join(f"\n    Args:\n        {name}: {text}\n" for name, text in told.items()),
    )
