# SPDX-License-Identifier: Apache-2.0
"""Which ledger is opened: the one that the settings name, where that was moved, and what lies beside."""

import os
from pathlib import Path
from unittest import mock

import pytest

from tests.purchasing.desk import WINDOW, Clock, settings
from tests.purchasing.pieces import ME, URL, owner
from vocode_pulumi.api.client import Client
from vocode_pulumi.errors import ConfigError, LedgerError
from vocode_pulumi.purchasing import opening, version_0_1
from vocode_pulumi.purchasing.ledger import Ledger
from vocode_pulumi.purchasing.moving import move
from vocode_pulumi.purchasing.objects import Account, History, Holder, Note
from vocode_pulumi.purchasing.stores.with_older import StoreWithOlder
from vocode_pulumi.settings import Settings

N = "14155550100"
MINE = Account(URL, ME, "key")
HOLDER = Holder("claim", "bought", owner("a"), MINE)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def opened(named: Path, default: Path | None = None) -> Ledger:
    return opening.ledger_of_settings(settings(ledger=named, default_ledger=default or named))


def moved(source: Path, target: Path) -> None:
    move(
        opening.open_ledger(source), opening.open_ledger(target), WINDOW, Clock(), lambda *_of: None
    )


def test_the_ledger_that_is_named_is_opened_and_made_when_it_is_written(folder: Path) -> None:
    ledger = opened(folder / "ledger")
    assert ledger.where == str(folder / "ledger")
    assert not (folder / "ledger").exists()
    assert ledger.hold(N, 0, HOLDER)
    assert opened(folder / "ledger").history(N).newest == HOLDER


def test_a_note_is_followed_however_often_it_was_moved(folder: Path) -> None:
    opening.open_ledger(folder / "0").hold(N, 0, HOLDER)
    for at in range(3):
        moved(folder / str(at), folder / str(at + 1))
    for at in range(4):
        ledger = opened(folder / str(at))
        assert ledger.where == str(folder / "3")
        assert ledger.history(N).newest == HOLDER
        assert ledger.note() is None


def test_one_that_was_moved_back_is_where_it_was(folder: Path) -> None:
    moved(folder / "0", folder / "1")
    moved(folder / "1", folder / "0")
    for at in "01":
        assert opened(folder / at).where == str(folder / "0")


def test_a_circle_is_an_error(folder: Path) -> None:
    for at in range(3):
        opening.open_ledger(folder / str(at)).leave_note(Note(str(folder / str((at + 1) % 3))))
    with pytest.raises(LedgerError, match="it was moved round in a circle"):
        opened(folder / "0")


@pytest.mark.parametrize(("notes", "found"), [(9, True), (10, False)])
def test_a_way_that_is_not_a_circle_is_followed_a_long_way(
    folder: Path, notes: int, found: bool
) -> None:
    for at in range(notes):
        opening.open_ledger(folder / str(at)).leave_note(Note(str(folder / str(at + 1))))
    if found:
        assert opened(folder / "0").where == str(folder / str(notes))
    else:
        with pytest.raises(LedgerError):
            opened(folder / "0")


def test_the_default_one_is_read_beside_another_that_is_named(folder: Path) -> None:
    opening.open_ledger(folder / "default").hold(N, 0, HOLDER)
    ledger = opened(folder / "named", folder / "default")
    assert ledger.where == str(folder / "named")
    assert ledger.history(N).newest == HOLDER
    assert ledger.hold(N, 1, HOLDER)
    assert opening.open_ledger(folder / "named").history(N) == History({1: HOLDER})
    assert opening.open_ledger(folder / "default").history(N) == History({0: HOLDER})


def test_where_there_is_no_other_there_is_nothing_beside(folder: Path) -> None:
    assert not isinstance(opened(folder / "named", folder / "default").store, StoreWithOlder)
    assert not (folder / "default").exists()
    opening.open_ledger(folder / "named").hold(N, 0, HOLDER)
    assert not isinstance(opened(folder / "named", folder / "named").store, StoreWithOlder)
    # The same file by another spelling.
    assert not isinstance(opened(Path("named"), folder / "named").store, StoreWithOlder)


@pytest.mark.parametrize("named", ["default", "named"])
def test_what_was_moved_away_is_used_where_it_is_now_as_before(folder: Path, named: str) -> None:
    opening.open_ledger(folder / "default").hold(N, 0, HOLDER)
    moved(folder / "default", folder / "named")
    ledger = opened(folder / named, folder / "default")
    assert ledger.where == str(folder / "named")
    # Or no purchase would ever be made again on this machine.
    assert ledger.note() is None
    assert ledger.history(N).newest == HOLDER
    assert ledger.begin_housekeeping(60)


@pytest.mark.parametrize("content", ["no database\n" * 99, "SQLite format 3\0" + "x" * 4096])
def test_a_default_one_that_is_broken_is_no_obstacle_where_another_is_named(
    folder: Path, content: str
) -> None:
    broken = folder / "default"
    broken.write_text(content)
    ledger = opened(folder / "named", broken)
    assert ledger.hold(N, 0, HOLDER)
    assert not isinstance(ledger.store, StoreWithOlder)
    assert broken.read_text() == content
    with pytest.raises(LedgerError, match="default, cannot be used"):
        opened(broken)


def test_a_note_that_names_no_ledger_is_an_error(folder: Path) -> None:
    opening.open_ledger(folder / "ledger").store.create(
        "notes/0", {"v": 1, "kind": "note", "moved_to": 5}
    )
    with pytest.raises(LedgerError, match="notes/0 is damaged"):
        opened(folder / "ledger")


@pytest.mark.parametrize("read", [("VOCODE_LEDGER", True), ("vocode:ledger", False)])
def test_a_url_names_a_store_that_every_machine_reaches(read: tuple[str, bool]) -> None:
    name, is_variable = read

    def where(value: str | None, backend: str = "") -> Path | str:
        given = {} if value is None else {name: value}
        with mock.patch.dict(os.environ, {"PULUMI_BACKEND_URL": backend}):
            return opening.where_of_settings(
                Settings.load(environ=given) if is_variable else Settings.load(given.get, {})
            )

    s3 = "s3://calls/state?region=us-east-1"
    local = Settings.load(environ={}).ledger
    for backend in ("", "file:///states", "https://api.pulumi.com", s3):
        assert where("s3://other", backend) == "s3://other"
        assert where("postgres://db/x", backend) == "postgres://db/x"
        assert where("/a/file", backend) == Path("/a/file")
    for shared in (s3, "gs://calls", "azblob://calls", "postgres://db/x", "postgresql://db/x"):
        assert where(None, shared) == shared
        assert where("backend", shared) == shared
    for backend in ("file:///states", "https://api.pulumi.com"):
        assert where(None, backend) == local
        with pytest.raises(
            ConfigError, match=r'vocode:ledger \(VOCODE_LEDGER\) is "backend", but the state'
        ):
            where("backend", backend)
    with pytest.raises(ConfigError, match="has none of the schemes"):
        opening.open_ledger(where("file:///ledger"))


def test_the_place_of_a_state_beside_its_ledger_has_one_name_wherever_it_is() -> None:
    def place(backend: str, ledger: str | None = None) -> str:
        given = {"VOCODE_LEDGER": ledger} if ledger else {}
        with mock.patch.dict(os.environ, {"PULUMI_BACKEND_URL": backend}):
            return opening._place(opening.where_of_settings(Settings.load(environ=given)))

    assert place("s3://calls?region=x") == place("s3://copied/state") == "beside"
    assert place("s3://calls?region=x", "s3://calls?region=y") == "beside"
    assert place("s3://calls", "s3://other") == "s3:///calls"
    assert place("s3://calls", "/a/file") == "s3:///calls"
    assert place("file:///states") == "file:///states"


def test_what_a_process_shares_knows_the_place_and_what_version_0_1_called_things(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PULUMI_BACKEND_URL", f"file://{folder}/state?no_tmp_dir=true")
    client = Client(settings(ledger=folder / "ledger", default_ledger=folder / "ledger"))
    said: list[tuple[str, str]] = []
    context = opening.open_purchases(client, lambda *of: said.append(of))
    assert context.ledger.where == str(folder / "ledger")
    assert context.place == f"file://{folder}/state"
    assert context.client is client
    urn = owner("a").urn
    assert context.version_0_1_keys(urn) == version_0_1.keys(version_0_1.backend(), URL, urn)
    context.tell("urn", "line")
    assert said == [("urn", "line")]
