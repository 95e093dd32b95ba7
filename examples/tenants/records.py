"""What the service keeps of each tenant: a folder with a file, and the settings of the stack."""

import json
import os
import shutil
from pathlib import Path

from pydantic import BaseModel, ConfigDict


class Create(BaseModel):
    model_config = ConfigDict(extra="forbid")

    prompt: str
    greeting: str = "Hello, how can I help?"
    area_code: str | None = None


class Change(BaseModel):
    model_config = ConfigDict(extra="forbid")

    prompt: str | None = None
    greeting: str | None = None


class Record(BaseModel):
    """A tenant: what it should have, and how far that is done.

    Args:
        wanted: what the stack declares.
        suspended: whether nobody should answer the number.
        run: what has begun and is not done; `None` if everything is as wanted.
        error: why it is not done; `None` while it goes on, or if the service was killed meanwhile.
        number: the digits, once they are known.
    """

    wanted: Create
    suspended: bool = False
    run: str | None = None
    error: str | None = None
    number: str | None = None


class Records:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def folder_of(self, name: str) -> Path:
        return self._folder / name

    def names(self) -> list[str]:
        return sorted(file.parent.name for file in self._folder.glob("*/tenant.json"))

    def find(self, name: str) -> Record | None:
        try:
            return Record(**json.loads(self._file(name).read_text()))
        except FileNotFoundError:
            return None

    def write(self, name: str, record: Record) -> None:
        self.folder_of(name).mkdir(exist_ok=True)
        # The file is whole at every moment, also if the service is killed.
        new = self._file(name).with_suffix(".new")
        with new.open("w") as file:
            file.write(record.model_dump_json(indent=2))
            file.flush()
            os.fsync(file.fileno())
        new.replace(self._file(name))

    def remove(self, name: str) -> None:
        self._file(name).unlink()
        shutil.rmtree(self.folder_of(name))

    def _file(self, name: str) -> Path:
        return self.folder_of(name) / "tenant.json"
