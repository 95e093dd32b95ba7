import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from vocode_pulumi.purchasing.store import (
    Body,
    MaybeCreated,
    Store,
    StoreFailed,
    decoded,
    encoded,
    nonce,
)


def open_folder(url: str) -> Store:
    """Open the store of a URL such as `folder:///mnt/calls`."""
    return FolderStore(url, Path(unquote(urlsplit(url).path)))


class FolderStore(Store):
    """A folder that every machine mounts, with one file for each object."""

    def __init__(self, url: str, folder: Path) -> None:
        self._url = url
        self._folder = folder

    @property
    def where(self) -> str:
        return self._url

    def create(self, key: str, body: Body) -> bool:
        text = encoded(body)
        with self._failing_as(MaybeCreated):
            whole = self._write_unnamed(text)
            try:
                # A link is made only if there is no file of that name, and the file is whole by then.
                os.link(whole, self._file(key))
            except FileExistsError:
                pass
            finally:
                whole.unlink()
            self._flush_names()
            return self._file(key).read_text(encoding="utf-8") == text

    def read(self, keys: Iterable[str]) -> dict[str, Body]:
        found = {}
        for key in keys:
            with self._failing_as(StoreFailed):
                try:
                    text = self._file(key).read_text(encoding="utf-8")
                except FileNotFoundError:
                    self._require_folder()
                    continue
            found[key] = decoded(self.where, key, text)
        return found

    def list(self, prefix: str) -> dict[str, float]:
        ages = {}
        with self._failing_as(StoreFailed):
            # The time of a new file is the time by the clock of whoever keeps the folder.
            clock = self._write_unnamed("")
            now = clock.stat().st_mtime
            clock.unlink()
            for file in self._folder.glob(f"{quote(prefix, safe='')}*"):
                # A file may be deleted meanwhile.
                with suppress(FileNotFoundError):
                    if not file.name.startswith("."):
                        ages[unquote(file.name)] = max(now - file.stat().st_mtime, 0.0)
        return ages

    def delete(self, keys: Iterable[str]) -> None:
        with self._failing_as(StoreFailed):
            for key in keys:
                self._file(key).unlink(missing_ok=True)

    def probe(self) -> None:
        key = f"probe/{nonce()}"
        first, second = (self.create(key, {"nonce": nonce()}) for _ in range(2))
        self.delete([key])
        if not first or second:
            raise StoreFailed(self.where, "it created one key twice")

    def _file(self, key: str) -> Path:
        return self._folder / quote(key, safe="")

    def _require_folder(self) -> None:
        # A folder that is not mounted is no empty ledger.
        if not self._folder.is_dir():
            raise NotADirectoryError("there is no such folder")

    def _write_unnamed(self, text: str) -> Path:
        """A new file that is no object: its name begins with a dot."""
        self._require_folder()
        file = self._folder / f".{nonce()}"
        with file.open("x", encoding="utf-8") as new:
            new.write(text)
            new.flush()
            os.fsync(new.fileno())
        return file

    def _flush_names(self) -> None:
        folder = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    @contextmanager
    def _failing_as(self, error: type[StoreFailed]) -> Iterator[None]:
        try:
            yield
        except OSError as why:
            raise error(self.where, str(why)) from why
