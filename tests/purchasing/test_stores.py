# SPDX-License-Identifier: Apache-2.0
"""The stores: what all of them keep, and what is the file's own."""

import json
import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from unittest import mock

import pytest

from tests.support.waiting import until
from vocode_pulumi.purchasing.store import Store, StoreFailed
from vocode_pulumi.purchasing.stores.memory import MemoryStore
from vocode_pulumi.purchasing.stores.sqlite import SqliteStore
from vocode_pulumi.testing.stores import StoreContract, body


class TestMemoryStore(StoreContract):
    @pytest.fixture(autouse=True)
    def objects(self) -> None:
        self.store = MemoryStore()

    def open(self) -> Store:
        return self.store

    def put(self, key: str, text: str) -> None:
        self.store._objects[key] = (text, 0)

    def stored(self, key: str) -> str | None:
        return self.store._objects.get(key, (None, 0))[0]


class TestSqliteStore(StoreContract):
    @pytest.fixture(autouse=True)
    def file(self, tmp_path: Path) -> None:
        self.path = tmp_path / "folder" / "ledger.sqlite"

    def open(self) -> Store:
        return SqliteStore(self.path)

    def put(self, key: str, text: str) -> None:
        SqliteStore(self.path).probe()
        with closing(sqlite3.connect(self.path)) as db, db:
            db.execute("INSERT INTO objects VALUES (?, ?, 0)", (key, text))

    def stored(self, key: str) -> str | None:
        with closing(sqlite3.connect(self.path)) as db:
            found = db.execute("SELECT body FROM objects WHERE key = ?", (key,)).fetchone()
            return str(found[0]) if found else None

    # What is the file's own.

    def test_to_look_makes_no_file(self) -> None:
        assert self.open().list("numbers/") == {}
        assert self.open().read(["numbers/1/0"]) == {}
        assert not self.path.exists()

    def test_a_file_without_content_is_a_ledger_without_objects(self) -> None:
        self.path.parent.mkdir()
        self.path.touch()
        assert self.open().list("numbers/") == {}
        assert self.open().create("numbers/1/0", body())

    def test_a_new_file_is_its_owners_alone_and_an_old_one_keeps_its_rights(self) -> None:
        self.open().create("numbers/1/0", body())
        assert stat.S_IMODE(self.path.stat().st_mode) == 0o600
        assert stat.S_IMODE(self.path.parent.stat().st_mode) == 0o700
        # Two users of one machine share it.
        self.path.chmod(0o660)
        self.open().create("numbers/1/1", body())
        assert stat.S_IMODE(self.path.stat().st_mode) == 0o660

    def test_what_several_threads_want_is_one_transaction(self) -> None:
        store = SqliteStore(self.path)
        store.probe()
        with (
            mock.patch.object(store, "_writing", wraps=store._writing) as opened,
            ThreadPoolExecutor(5) as pool,
        ):
            with store._writing_lock:
                done = [
                    pool.submit(store.create, f"numbers/{at}/0", body(at=at)) for at in range(5)
                ]
                until(lambda: len(store._waiting) == 5)
            assert [one.result() for one in done] == [True] * 5
        assert opened.call_count == 1
        assert len(store.list("numbers/")) == 5

    def test_what_is_not_on_disk_is_told_to_all_that_wait_for_it(self) -> None:
        store = SqliteStore(self.path)
        store.probe()

        def full(db: sqlite3.Connection) -> None:
            raise sqlite3.OperationalError("database or disk is full")

        with ThreadPoolExecutor(2) as pool:
            with store._writing_lock:
                first = pool.submit(store.create, "numbers/1/0", body())
                until(lambda: len(store._waiting) == 1)
                second = pool.submit(store._write, full)
                until(lambda: len(store._waiting) == 2)
            for one in (first, second):
                with pytest.raises(StoreFailed, match="disk is full"):
                    one.result()
        assert store.list("numbers/") == {}
        assert store.create("numbers/1/0", body())

    @pytest.mark.parametrize("content", ["no database\n" * 99, "SQLite format 3\0" + "x" * 4096])
    def test_a_file_that_is_none_of_ours_stays_as_it_is(self, content: str) -> None:
        self.path.parent.mkdir()
        self.path.write_text(content)
        for what in ATTEMPTS:
            with pytest.raises(StoreFailed, match=r"ledger\.sqlite"):
                what(self.open())
        assert self.path.read_text() == content

    def test_a_folder_and_a_pipe_are_no_ledger_and_stay_as_they_are(self) -> None:
        self.path.mkdir(parents=True)
        with pytest.raises(StoreFailed):
            self.open().create("numbers/1/0", body())
        self.path.rmdir()
        os.mkfifo(self.path, 0o644)
        with pytest.raises(StoreFailed, match="it is no file"):
            self.open().create("numbers/1/0", body())
        assert stat.S_IMODE(self.path.stat().st_mode) == 0o644

    def test_a_damaged_object_says_which(self) -> None:
        self.put("numbers/1/0", "[1")
        with pytest.raises(StoreFailed, match="numbers/1/0 is damaged"):
            self.open().read(["numbers/1/0"])

    def test_a_ledger_of_a_newer_version_says_so(self) -> None:
        self.open().probe()
        with closing(sqlite3.connect(self.path)) as db, db:
            db.execute("UPDATE ledger SET version = 99")
        for what in ATTEMPTS:
            with pytest.raises(StoreFailed, match=r"newer version of pulumi-vocode.*upgrade"):
                what(self.open())

    def test_a_name_that_sqlite_takes_for_memory_is_a_file(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        assert SqliteStore(Path(":memory:")).create("numbers/1/0", body())
        assert [*SqliteStore(Path(":memory:")).list("numbers/")] == ["numbers/1/0"]

    def test_what_was_created_outlives_a_kill(self) -> None:
        script = (
            "import os, sys; from pathlib import Path\n"
            "from vocode_pulumi.purchasing.stores.sqlite import SqliteStore\n"
            "SqliteStore(Path(sys.argv[1])).create('numbers/1/0', {'nonce': 'a'})\n"
            "os.kill(os.getpid(), 9)\n"
        )
        subprocess.run([sys.executable, "-c", script, str(self.path)], check=False)
        assert json.loads(self.stored("numbers/1/0") or "") == {"nonce": "a"}

    @pytest.mark.parametrize("how", ["full", "read-only"])
    def test_a_disk_that_cannot_be_written_is_an_error(self, how: str) -> None:
        self.open().probe()
        done = subprocess.run(
            [sys.executable, "-c", HINDERED, how, str(self.path)],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            timeout=60,
        )
        self.path.parent.chmod(0o700)
        assert str(self.path) in done.stdout
        if how == "read-only" and os.geteuid() == 0:
            assert "belongs to user 0, and this is user 65534" in done.stdout


ATTEMPTS: tuple[Callable[[Store], object], ...] = (
    lambda store: store.create("numbers/1/0", body()),
    lambda store: store.list("numbers/"),
    lambda store: store.read(["numbers/1/0"]),
    lambda store: store.probe(),
)

HINDERED = """
import os, resource, signal, sys
from pathlib import Path
from vocode_pulumi.purchasing.store import StoreFailed
from vocode_pulumi.purchasing.stores.sqlite import SqliteStore

how, path = sys.argv[1], Path(sys.argv[2])
if how == "full":
    # What a write beyond it gets is an error, as on a disk without room.
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
else:
    path.chmod(0o444)
    path.parent.chmod(0o555)
    if os.getuid() == 0:
        # The interpreter's own files may be root's alone.
        import vocode_pulumi.purchasing.store
        os.seteuid(65534)
try:
    SqliteStore(path).create("numbers/1/0", {"nonce": "a"})
except StoreFailed as error:
    os.write(1, str(error).encode())
"""
