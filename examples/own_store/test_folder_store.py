from pathlib import Path
from urllib.parse import quote

import pytest
from folder_store import open_folder

from vocode_pulumi.purchasing.store import Store, StoreFailed
from vocode_pulumi.testing import StoreContract


class TestFolderStore(StoreContract):
    @pytest.fixture(autouse=True)
    def empty_folder(self, tmp_path: Path) -> None:
        self.folder = tmp_path / "calls"
        self.folder.mkdir()

    def open(self) -> Store:
        return open_folder(f"folder://{quote(str(self.folder))}")

    def put(self, key: str, text: str) -> None:
        (self.folder / quote(key, safe="")).write_text(text, encoding="utf-8")

    def stored(self, key: str) -> str | None:
        file = self.folder / quote(key, safe="")
        return file.read_text(encoding="utf-8") if file.exists() else None

    def test_a_folder_that_is_not_mounted_is_no_empty_ledger(self) -> None:
        self.folder.rmdir()
        store = self.open()
        for call in (lambda: store.list(""), lambda: store.read(["numbers/1/0"]), store.probe):
            with pytest.raises(StoreFailed, match="there is no such folder"):
                call()
