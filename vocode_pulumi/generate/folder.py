# SPDX-License-Identifier: Apache-2.0
"""The folder of a generated program: its files, and what is kept from run to run."""

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from vocode_pulumi.errors import VocodeError

NAMES = "names.json"
"""The file with the name of each object, and with a hash of each file that was written."""
PROJECT = "Pulumi.yaml"


class ChangedByHand(VocodeError):
    """A file would be overwritten that a person has changed or written."""


class Folder:
    """The folder of a program.

    Args:
        path: the folder.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        kept: Any = {}
        if (path / NAMES).exists():
            try:
                kept = json.loads((path / NAMES).read_text(encoding="utf-8"))
                self.names: dict[str, str] = dict(kept["names"])
                self._hashes: dict[str, str] = dict(kept["files"])
            except (ValueError, KeyError, TypeError):
                raise VocodeError(
                    f"{NAMES} is damaged: put it back as it was, or remove it together with the program."
                ) from None
        else:
            self.names, self._hashes = {}, {}

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

    def write(self, files: Mapping[str, bytes], names: Mapping[str, str]) -> list[str]:
        """Write the program, and remove what an earlier run wrote and this one does not.

        Args:
            files: the bytes of each file, by its path.
            names: the name of each object, by id.

        Returns:
            The files whose bytes are others than before.

        Raises:
            ChangedByHand: a person has changed a file. Nothing is written.
        """
        before = {path: self._bytes(path) for path in {*files, *self._hashes}}
        foreign = sorted(
            path
            for path, found in before.items()
            if found is not None
            and found != files.get(path)
            and _hash(found) != self._hashes.get(path)
        )
        if foreign:
            raise ChangedByHand(
                f"{', '.join(foreign)}: somebody else wrote or changed this. Nothing is written. Move it away, or "
                "give another folder (--out)."
            )
        for path in self._hashes.keys() - files.keys():
            (self._path / path).unlink(missing_ok=True)
        changed = [path for path, text in files.items() if text != before[path]]
        for path in changed:
            file = self._path / path
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(files[path])
        kept = {
            "names": dict(sorted(names.items())),
            "files": {path: _hash(text) for path, text in sorted(files.items())},
        }
        text = json.dumps(kept, indent=2, ensure_ascii=False)
        (self._path / NAMES).write_text(f"{text}\n", encoding="utf-8")
        return changed

    def _bytes(self, path: str) -> bytes | None:
        file = self._path / path
        return file.read_bytes() if file.exists() else None


def _hash(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()
