# SPDX-License-Identifier: Apache-2.0
"""The folder of a generated program: its files, and what one run keeps for the next one (``names.json``)."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

from vocode_pulumi.errors import VocodeError
from vocode_pulumi.generate.requirement import requirements_file

NAMES = "names.json"
"""The file with the name of each object, and with a hash of each file that was written."""
PROJECT = "Pulumi.yaml"
REQUIREMENTS = "requirements.txt"


class ChangedByHand(VocodeError):
    """A file would be overwritten that a person has changed or written."""


class Folder:
    """The folder of a program.

    Args:
        path: the folder. It need not exist.

    Raises:
        VocodeError: ``names.json`` cannot be read.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._names_file = path / NAMES
        self.names: dict[str, str] = {}
        """The names that an earlier run gave, by the ids of the objects."""
        self._hashes: dict[str, str] = {}
        """The hashes of the files that the last run wrote, by their paths in the folder."""
        if self._names_file.exists():
            try:
                kept = json.loads(self._names_file.read_text(encoding="utf-8"))
                self.names, self._hashes = dict(kept["names"]), dict(kept["files"])
            except (ValueError, KeyError, TypeError):
                raise VocodeError(
                    f"{NAMES} is damaged: put it back as it was, or remove it together with the program."
                ) from None

    def begin_project(self) -> None:
        """Make the folder, and a ``Pulumi.yaml`` in it if it has none."""
        self._path.mkdir(parents=True, exist_ok=True)
        file = self._path / PROJECT
        if not file.exists():
            name = "".join(
                letter if letter.isascii() and (letter.isalnum() or letter in "-_.") else "-"
                for letter in self._path.resolve().name
            )
            file.write_text(f"name: {name or 'vocode'}\nruntime: python\n", encoding="utf-8")

    def write(self, files: Mapping[str, bytes], names: Mapping[str, str]) -> None:
        """Write the program, and remove the files that the last run wrote and this one does not.

        A file is not written if the last run wrote the same bytes: then it may have changes by hand.
        A ``requirements.txt`` is written if there is none.

        Args:
            files: the bytes of each file, by its path in the folder.
            names: the name of each object, by id.

        Raises:
            ChangedByHand: a person has changed a file that would be overwritten. Nothing is written.
        """
        written = {
            path: content
            for path, content in files.items()
            if self._has_to_be_written(path, content)
        }
        removed = self._hashes.keys() - files.keys()
        changed = sorted(
            path
            for path in {*written, *removed}
            if self._has_changes_by_hand(path, files.get(path))
        )
        if changed:
            raise ChangedByHand(
                f"Nothing is written: {', '.join(changed)} would lose what was changed or written there by hand. Move "
                "the file away and run this again, or give another folder (--out)."
            )
        for path in removed:
            (self._path / path).unlink(missing_ok=True)
        for path, content in written.items():
            file = self._path / path
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(content)
        if not (self._path / REQUIREMENTS).exists():
            requirements = requirements_file(self._path)
            (self._path / REQUIREMENTS).write_text(requirements, encoding="utf-8")
        kept = {
            "names": dict(sorted(names.items())),
            "files": {path: _hash(content) for path, content in sorted(files.items())},
        }
        self._names_file.write_text(
            f"{json.dumps(kept, indent=2, ensure_ascii=False)}\n", encoding="utf-8"
        )

    def _has_to_be_written(self, path: str, content: bytes) -> bool:
        """Whether the last run wrote other bytes into a file, or the file is gone."""
        return _hash(content) != self._hashes.get(path) or not (self._path / path).exists()

    def _has_changes_by_hand(self, path: str, content: bytes | None) -> bool:
        """Whether a file has bytes that neither the last run wrote nor this one would write.

        Args:
            path: the path of the file in the folder.
            content: the bytes that this run would write; ``None`` if it would remove the file.
        """
        file = self._path / path
        if not file.exists():
            return False
        found = file.read_bytes()
        return found != content and _hash(found) != self._hashes.get(path)


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
