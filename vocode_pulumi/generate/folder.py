# SPDX-License-Identifier: Apache-2.0
"""The folder of a generated program: its files, and what is kept from run to run."""

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
        path: the folder.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._kept = path / NAMES
        self.names: dict[str, str] = {}
        """The names that an earlier run gave, by the ids of the objects."""
        self._hashes: dict[str, str] = {}
        if self._kept.exists():
            try:
                kept = json.loads(self._kept.read_text(encoding="utf-8"))
                self.names, self._hashes = dict(kept["names"]), dict(kept["files"])
            except (ValueError, KeyError, TypeError):
                raise VocodeError(
                    f"{NAMES} is damaged: put it back as it was, or remove it together with the program."
                ) from None

    def begin_project(self) -> None:
        """Make the folder a project of Pulumi, if it is none."""
        self._path.mkdir(parents=True, exist_ok=True)
        file = self._path / PROJECT
        if not file.exists():
            name = "".join(
                letter if letter.isascii() and (letter.isalnum() or letter in "-_.") else "-"
                for letter in self._path.resolve().name
            )
            file.write_text(f"name: {name or 'vocode'}\nruntime: python\n", encoding="utf-8")

    def write(self, files: Mapping[str, bytes], names: Mapping[str, str]) -> None:
        """Write the program, and remove what an earlier run wrote and this one does not.

        A file that a person has changed stays as it is, unless this run has other bytes for it than the last one.
        A ``requirements.txt`` is written once, if there is none.

        Args:
            files: the bytes of each file, by its path.
            names: the name of each object, by id.

        Raises:
            ChangedByHand: a person has changed a file that would be overwritten. Nothing is written.
        """
        written = {path: text for path, text in files.items() if self._is_news(path, text)}
        removed = self._hashes.keys() - files.keys()
        foreign = sorted(
            path for path in {*written, *removed} if self._is_foreign(path, files.get(path))
        )
        if foreign:
            raise ChangedByHand(
                f"Nothing is written: {', '.join(foreign)} would lose what was changed or written there by hand. Move "
                "the file away and run this again, or give another folder (--out)."
            )
        for path in removed:
            (self._path / path).unlink(missing_ok=True)
        for path, content in written.items():
            file = self._path / path
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(content)
        if not (self._path / REQUIREMENTS).exists():
            text = requirements_file(self._path)
            (self._path / REQUIREMENTS).write_text(text, encoding="utf-8")
        kept = {
            "names": dict(sorted(names.items())),
            "files": {path: _hash(text) for path, text in sorted(files.items())},
        }
        self._kept.write_text(
            f"{json.dumps(kept, indent=2, ensure_ascii=False)}\n", encoding="utf-8"
        )

    def _is_news(self, path: str, text: bytes) -> bool:
        """Whether the last run wrote other bytes into a file, or the file is gone."""
        return _hash(text) != self._hashes.get(path) or not (self._path / path).exists()

    def _is_foreign(self, path: str, text: bytes | None) -> bool:
        """Whether a file has bytes that neither the last run wrote nor this one would write."""
        file = self._path / path
        if not file.exists():
            return False
        found = file.read_bytes()
        return found != text and _hash(found) != self._hashes.get(path)


def _hash(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()
