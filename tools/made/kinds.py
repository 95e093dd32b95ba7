# SPDX-License-Identifier: Apache-2.0
"""The resources of the package, as their modules define them."""

import functools
import importlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tools.places import ROOT
from vocode_pulumi.program.resource import VocodeResource
from vocode_pulumi.resources.objects import ADOPT, ObjectLifecycle
from vocode_pulumi.schema.shapes import Field, Record, Variants

PACKAGE = ROOT / "vocode_pulumi"


@dataclass(frozen=True)
class Kind:
    """A resource, and where it is.

    Args:
        resource: its class.
        path: of its file.
    """

    resource: Any
    path: Path

    @property
    def name(self) -> str:
        """``VectorDatabase``."""
        return str(self.resource.__name__)

    @property
    def page(self) -> str:
        """``vector-database``."""
        return re.sub("(?<!^)(?=[A-Z])", "-", self.name).lower()

    @property
    def module(self) -> str:
        """``vector_database``, in ``args`` and in ``resources``."""
        return self.path.stem

    @property
    def is_object(self) -> bool:
        """Whether it is one of the objects that an account has beside its numbers."""
        return issubclass(self.resource.provider.lifecycle, ObjectLifecycle)

    @property
    def collection(self) -> str:
        """``/v1/vector_databases``."""
        return str(self.resource.provider.lifecycle.collection)

    @property
    def plural(self) -> str:
        """``vector_databases``."""
        return self.collection.rpartition("/")[2]

    @property
    def shape(self) -> Record | Variants:
        """What is known of its inputs."""
        found: Record | Variants = self.resource.provider.lifecycle.shape()
        return found

    @property
    def records(self) -> list[Record]:
        """Each variant of its inputs."""
        return [*self.shape.records.values()] if isinstance(self.shape, Variants) else [self.shape]

    def fields(self) -> list[tuple[Field, bool]]:
        """Each input but `adopt`, and whether every variant has it."""
        found: dict[str, Field] = {}
        for record in self.records:
            for name, field in record.fields.items():
                found.setdefault(name, field)
        return [
            (field, all(name in record.fields for record in self.records))
            for name, field in found.items()
            if name != ADOPT.name
        ]


@functools.cache
def kinds() -> list[Kind]:
    """Every resource."""
    return [
        Kind(found, path)
        for path in sorted((PACKAGE / "resources").glob("*.py"))
        for module in [importlib.import_module(f"vocode_pulumi.resources.{path.stem}")]
        for found in vars(module).values()
        if isinstance(found, type)
        and issubclass(found, VocodeResource)
        and found.__module__ == module.__name__
        and "provider" in vars(found)
    ]


def objects() -> list[Kind]:
    """Those that an account has beside its numbers."""
    return [kind for kind in kinds() if kind.is_object]
