# SPDX-License-Identifier: Apache-2.0
"""Taking values over into the literals of a program. Pure."""

from collections.abc import Mapping
from pathlib import Path

import libcst as cst

from vocode_pulumi.pull.comparing import Changed, Declared, Row
from vocode_pulumi.pull.literals import with_literal
from vocode_pulumi.pull.spots import Program, Spot
from vocode_pulumi.pull.taking import Edit
from vocode_pulumi.pull.texts import Refused
from vocode_pulumi.record import TYPE_PREFIX, name_in
from vocode_pulumi.review.preview import Place


class Literals:
    """The literals of a program.

    Args:
        files: the Python files of the project.
        declared: what the program declares, by URN.
    """

    def __init__(self, files: Mapping[Path, bytes], declared: Mapping[str, Declared]) -> None:
        self._files = files
        self._program = Program(files)
        self._made_at: dict[tuple[str, Place], list[str]] = {}
        for urn, one in declared.items():
            if one.place is not None:
                self._made_at.setdefault((_kind_in(urn), one.place), []).append(name_in(urn))

    def edit(self, changed: Changed, row: Row) -> Edit:
        """The change of the literal that a value comes from.

        Args:
            changed: the resource.
            row: the value.

        Raises:
            Refused: the program has no literal for it, or the new value cannot be written as one.
        """
        spot = self._spot(changed, row)
        place = f"{spot.file.as_posix()}:{self._program.line(spot)}"
        try:
            _, code = with_literal(self._files[spot.file], spot, row.declared, row.there)
        except Refused as refused:
            key = self._key(spot)
            why = f"the program reads it from the configuration: `pulumi config set {key}`"
            raise Refused(f"{place}: {why if key else refused.why}") from None
        return Edit(
            spot.file,
            lambda content: with_literal(content, spot, row.declared, row.there)[0],
            self._program.line(spot),
            code,
        )

    def key_of_secret(self, changed: Changed, row: Row) -> str:
        """The key by which the program reads a secret from the stack's configuration; empty if that is not known."""
        try:
            return self._key(self._spot(changed, row))
        except Refused:
            return ""

    def _key(self, spot: Spot) -> str:
        """The key by which the program reads a value from the configuration; empty if that is not known."""
        source, node = self._program.expression(spot)
        if not (
            isinstance(node, cst.Call)
            and isinstance(node.func, cst.Attribute)
            and isinstance(node.func.value, cst.Name)
            and node.func.attr.value.startswith(("require", "get"))
            and node.args
        ):
            return ""
        config, key = source.assigned(node.func.value.value), source.literal(node.args[0].value)
        return key if _is_config_of_project(config) and isinstance(key, str) else ""

    def _spot(self, changed: Changed, row: Row) -> Spot:
        one, place = changed.seen.resource, changed.declared.place if changed.declared else None
        others = [*self._made_at.get((one.kind, place), ())] if place else []
        if one.name in others:
            others.remove(one.name)
        call = self._program.call(one.kind, one.name, place, others)
        return self._program.spot(call, row.steps)


def _is_config_of_project(node: cst.BaseExpression | None) -> bool:
    """Whether an expression is ``pulumi.Config()``."""
    if not isinstance(node, cst.Call) or node.args:
        return False
    name = node.func.attr if isinstance(node.func, cst.Attribute) else node.func
    return isinstance(name, cst.Name) and name.value == "Config"


def _kind_in(urn: str) -> str:
    return urn.split("::", 3)[2].rpartition("$")[2].removeprefix(TYPE_PREFIX)
