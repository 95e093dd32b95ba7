# SPDX-License-Identifier: Apache-2.0
"""The files of a program: finding them, and writing all of them or none."""

import contextlib
import os
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from vocode_pulumi.errors import VocodeError
from vocode_pulumi.redaction import printable_line

LARGEST = 2_000_000
"""Bytes of the largest file that is looked at."""
SHOWN = 3
"""How many files a refusal names."""
_OTHERS = {"node_modules", "__pycache__"}


class NotWritten(VocodeError):
    """Nothing was written."""


def files_of(folder: Path, *endings: str) -> dict[Path, bytes]:
    """The files of a project, by their paths from its folder.

    Hidden folders, virtual environments and packages of Node are no part of it.

    Args:
        folder: the project's.
        endings: of the names, such as ``.md``.
    """
    found = {}
    for path in sorted(_walk(folder)):
        if path.suffix.lower() in endings and path.stat().st_size <= LARGEST:
            with contextlib.suppress(OSError):
                found[path.relative_to(folder)] = path.read_bytes()
    return found


def _walk(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        here = Path(place)
        folders[:] = [
            name
            for name in folders
            if not name.startswith(".")
            and name not in _OTHERS
            and not (here / name / "pyvenv.cfg").exists()
        ]
        yield from (path for name in names if (path := here / name).is_file())


def require_clean(folder: Path, log: Path | None = None) -> None:
    """Raise if Git could not give back every file of a folder as it is now.

    Args:
        folder: the project's.
        log: the log that this command writes, which does not count; ``None`` for none.

    Raises:
        NotWritten: files of the folder are not committed, or it is in no repository.
    """
    try:
        done = subprocess.run(
            ["git", "status", "--porcelain", "--", ".", *_excluded(folder, log)],
            cwd=folder,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    except OSError:
        raise NotWritten(
            "Nothing is written: `git` cannot be run. --force writes anyway."
        ) from None
    if done.returncode:
        raise NotWritten(
            "Nothing is written: the program's folder is in no Git repository. --force writes anyway."
        )
    if done.stdout:
        raise NotWritten(
            f"Nothing is written: the program's folder has changes that are not committed ({_names(done.stdout)}). "
            "Commit them first, or give --force."
        )


def _excluded(folder: Path, log: Path | None) -> list[str]:
    if log is None:
        return []
    log, folder = log.resolve(), folder.resolve()
    if not log.is_relative_to(folder):
        return []
    return [f":(exclude,literal){log.relative_to(folder).as_posix()}"]


def _names(status: str) -> str:
    """The first files that Git says something about."""
    lines = [line[3:] for line in status.splitlines()]
    more = f" and {len(lines) - SHOWN} more" if len(lines) > SHOWN else ""
    return printable_line(", ".join(lines[:SHOWN])) + more


def write_all(folder: Path, new: Mapping[Path, bytes]) -> None:
    """Write files, each at once: all of them, or none if one cannot be written.

    Args:
        folder: the project's.
        new: the contents, by paths from the folder. Each file exists.

    Raises:
        NotWritten: a file cannot be written.
    """
    targets = {(folder / path).resolve(): content for path, content in new.items()}
    prepared: dict[Path, Path] = {}
    done: dict[Path, bytes] = {}
    target = folder
    try:
        for target, content in targets.items():
            prepared[target] = _beside(target, content)
        for target in targets:
            before = target.read_bytes()
            prepared[target].replace(target)
            done[target] = before
    except OSError as error:
        for written, before in done.items():
            _beside(written, before).replace(written)
        raise NotWritten(f"Nothing is written: {target}: {error.strerror}.") from None
    finally:
        _remove(prepared.values())


def _beside(target: Path, content: bytes) -> Path:
    """A temporary file in the folder of a file, with its mode."""
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(target.stat().st_mode & 0o7777)
    except OSError:
        _remove([Path(name)])
        raise
    return Path(name)


def _remove(paths: Iterable[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
