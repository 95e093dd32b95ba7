# SPDX-License-Identifier: Apache-2.0
"""What version 0.1 left: every kind of row becomes an attempt, or the file stays as it was."""

import hashlib
import json
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.purchasing.desk import KEY, Desk, vocode
from tests.purchasing.pieces import ME, URL, WINDOW, owner
from vocode_pulumi.errors import LedgerError, OtherAccount
from vocode_pulumi.purchasing import opening, version_0_1
from vocode_pulumi.purchasing.context import PurchasingContext
from vocode_pulumi.purchasing.deadlines import PurchaseWindow
from vocode_pulumi.purchasing.holding import StateClaim, begin_cancelling
from vocode_pulumi.purchasing.ledger import Ledger
from vocode_pulumi.purchasing.objects import (
    Account,
    Ask,
    AttemptKey,
    Cancelling,
    History,
    Holder,
    NotBought,
    Take,
)
from vocode_pulumi.purchasing.owner import Owner
from vocode_pulumi.purchasing.stores.sqlite import SqliteStore

LEFT = Path(__file__).parents[1] / "fixtures" / "first_house" / "ledger.sql"
BACKEND = "file:///backend"
TYPE = "pulumi-python:dynamic/vocode:PhoneNumber"
N = "14155550100"

# Statements of version 0.1.
MAKE = (
    "CREATE TABLE IF NOT EXISTS purchases (backend TEXT, api TEXT, urn TEXT, "
    "account TEXT, asked TEXT NOT NULL, before TEXT NOT NULL, number TEXT, "
    "at REAL NOT NULL, over REAL NOT NULL, PRIMARY KEY (backend, api, urn))"
)
READ = "SELECT * FROM purchases WHERE TRUE ORDER BY at, urn"
WRITE = "INSERT INTO purchases VALUES (?, ?, ?, ?, ?, ?, NULL, ?, ?)"


def urn(name: str) -> str:
    return f"urn:pulumi:dev::calls::{TYPE}::{name}"


def row(**values: Any) -> tuple[Any, ...]:
    of: dict[str, Any] = {
        "backend": BACKEND,
        "api": URL,
        "urn": urn("a"),
        "account": ME,
        "asked": json.dumps({"area_code": "415"}),
        "before": json.dumps(["12125550100"]),
        "number": None,
        "at": 1.5,
        "over": 2.5,
        **values,
    }
    return tuple(of.values())


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "ledger.sqlite"


def left(file: Path, *rows: tuple[Any, ...]) -> Path:
    """A file as version 0.1 leaves it."""
    with closing(sqlite3.connect(file)) as db, db:
        db.execute(MAKE)
        db.executemany("INSERT INTO purchases VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        db.execute("PRAGMA user_version = 217888728")
    return file


def dumped(file: Path) -> list[str]:
    with closing(sqlite3.connect(file)) as db:
        return [*db.iterdump()]


def key_of(name: str) -> AttemptKey:
    return AttemptKey(*version_0_1.keys(BACKEND, URL, urn(name)), 1)


# Taking over.


def test_a_row_without_a_number_becomes_an_open_attempt(file: Path) -> None:
    ledger = opening.open_ledger(left(file, row()))
    (attempt,) = ledger.attempts().by_key.values()
    assert attempt.key == key_of("a")
    assert attempt.steps == ()
    intent = attempt.intent
    assert intent.owner == Owner.of(BACKEND, "organization", urn("a"))
    assert intent.account == Account(URL, ME, "")
    assert intent.ask == Ask(area_code="415")
    assert intent.window == PurchaseWindow(0, 0, 0)
    assert ledger.lists([intent.list_id])[intent.list_id] == {"12125550100"}
    assert ledger.lists_of(Account(URL, ME, "any key")) == {intent.list_id: {"12125550100"}}
    assert ledger.numbers() == []


@pytest.mark.parametrize("spelled", [N, f"+{N}", "+1 (415) 555-0100"])
def test_a_row_with_a_number_becomes_an_attempt_that_holds_it(file: Path, spelled: str) -> None:
    ledger = opening.open_ledger(left(file, row(number=spelled, before="[]")))
    (attempt,) = ledger.attempts().by_key.values()
    assert attempt.steps == (Take(N, 0, guess=False),)
    newest = ledger.history(N).newest
    assert isinstance(newest, Holder)
    assert newest == Holder(
        newest.claim,
        "found in an old ledger",
        attempt.intent.owner,
        Account(URL, ME, ""),
        str(attempt.key),
    )
    assert len(newest.claim) == 24


@pytest.mark.parametrize(
    ("asked", "ask"),
    [
        ({}, Ask()),
        (
            {
                "area_code": "415",
                "telephony_provider": "twilio",
                "telephony_account_connection": "connection",
                "inbound_agent": "agent",
            },
            Ask("415", "twilio", "connection", "agent"),
        ),
        ({"inbound_agent": {"prompt": "digest", "whole": "digest"}}, Ask(inbound_agent="inline")),
        ({"inbound_agent": "default"}, Ask(inbound_agent="default")),
    ],
    ids=str,
)
def test_what_was_asked_is_kept_as_far_as_it_was_kept(
    file: Path, asked: dict[str, Any], ask: Ask
) -> None:
    ledger = opening.open_ledger(left(file, row(asked=json.dumps(asked))))
    (attempt,) = ledger.attempts().by_key.values()
    assert attempt.intent.ask == ask


MARK = (
    f"key {'ab' * 16} " + hashlib.blake2b(KEY.encode(), salt=bytes.fromhex("ab" * 16)).hexdigest()
)


@pytest.mark.parametrize(
    ("account", "kept"),
    [(ME, Account(URL, ME, "")), (MARK, Account(URL, None, MARK)), (None, Account(URL, None, ""))],
    ids=["id", "mark", "nothing"],
)
def test_whose_it_is_is_kept_as_an_id_or_a_mark_of_the_key(
    file: Path, account: str | None, kept: Account
) -> None:
    ledger = opening.open_ledger(left(file, row(account=account)))
    (attempt,) = ledger.attempts().by_key.values()
    assert attempt.intent.account == kept


def test_a_mark_is_of_the_one_key_that_it_was_made_of() -> None:
    assert version_0_1.is_mark_of(MARK, KEY)
    assert not version_0_1.is_mark_of(MARK, "another key")
    for odd in (
        "",
        "key",
        "key ",
        "key zz digest",
        MARK.removeprefix("key "),
        MARK[:-1],
        f"{MARK} ",
        MARK.replace("ab", "a", 1),
        f"key {'ab' * 17} x",
        "the-account",
    ):
        assert not version_0_1.is_mark_of(odd, KEY), odd


def test_the_ledger_of_the_fixture_is_taken_over_whole(file: Path) -> None:
    with closing(sqlite3.connect(file)) as db:
        db.executescript(LEFT.read_text())
    ledger = opening.open_ledger(file)
    attempts = ledger.attempts().by_key
    url = "http://127.0.0.1:1"
    assert {one.intent.owner.name: one.steps for one in attempts.values()} == {
        "open": (),
        "bought": (Take("18028566968", 0, guess=False),),
        "resolved": (Take("19079702524", 0, guess=False),),
    }
    assert attempts.keys() == {
        AttemptKey(*version_0_1.keys(BACKEND, url, urn(name)), 1)
        for name in ("open", "bought", "resolved")
    }
    assert ledger.numbers() == ["18028566968", "19079702524"]
    (open_,) = (one for one in attempts.values() if not one.steps)
    assert len(ledger.lists([open_.intent.list_id])[open_.intent.list_id]) == 13
    # It is done once.
    before = dumped(file)
    assert Ledger(SqliteStore(file, version_0_1.convert)).attempts().by_key == attempts
    assert opening.open_ledger(file).begin_housekeeping(1)
    assert len(dumped(file)) == len(before) + 1


def test_two_rows_that_name_one_number_have_one_holder(file: Path) -> None:
    rows = [row(urn=urn(name), number=N, at=at) for at, name in enumerate("ab", 1)]
    ledger = opening.open_ledger(left(file, *rows))
    assert len(ledger.attempts().by_key) == 2
    newest = ledger.history(N).newest
    assert isinstance(newest, Holder)
    assert newest.attempt == str(key_of("a"))


# What is damaged.


@pytest.mark.parametrize(
    "damage",
    [
        {"asked": "{"},
        {"asked": "[]"},
        {"asked": "null"},
        {"asked": b"\xff"},
        {"before": "{"},
        {"before": "{}"},
        {"before": "5"},
        {"number": b"\xff"},
        {"urn": "no urn"},
        {"urn": ""},
        {"urn": None},
        {"urn": b"urn:pulumi:dev::calls::x::y"},
        {"account": b"x"},
        {"api": b"x"},
        {"backend": b"x"},
    ],
    ids=str,
)
def test_a_row_that_is_damaged_is_an_error_and_the_file_stays_as_it_was(
    file: Path, damage: dict[str, Any]
) -> None:
    rows = [row(urn=urn("first"), at=1.0), row(at=2.0, **damage), row(urn=urn("last"), at=3.0)]
    before = dumped(left(file, *rows))
    uses: list[Callable[[Ledger], object]] = [
        lambda ledger: ledger.attempts(),
        lambda ledger: ledger.history(N),
        lambda ledger: ledger.hold(N, 0, Cancelling(None, owner("a"), Account(URL, ME, ""))),
    ]
    for use in uses:
        with pytest.raises(LedgerError, match=r"ledger\.sqlite, cannot be used.*Nothing was"):
            use(opening.open_ledger(file))
        assert dumped(file) == before


def test_who_is_killed_while_it_is_taken_over_leaves_it_as_it_was(file: Path) -> None:
    before = dumped(left(file, *(row(urn=urn(str(at)), at=float(at)) for at in range(3))))
    script = (
        "import os, sys; from pathlib import Path\n"
        "from vocode_pulumi.purchasing import opening, version_0_1\n"
        "real, done = version_0_1._objects_of_row, []\n"
        "def objects(*row):\n"
        "    done.append(row)\n"
        "    if len(done) == 3: os.kill(os.getpid(), 9)\n"
        "    return real(*row)\n"
        "version_0_1._objects_of_row = objects\n"
        "opening.open_ledger(Path(sys.argv[1])).attempts()\n"
    )
    done = subprocess.run([sys.executable, "-c", script, str(file)], check=False)
    assert done.returncode == -9
    assert dumped(file) == before
    assert len(opening.open_ledger(file).attempts().by_key) == 3


# Version 0.1 on the same machine, afterwards.


@pytest.mark.parametrize("how", ["taken over", "made here"])
def test_version_0_1_fails_afterwards_instead_of_seeing_an_empty_ledger(
    file: Path, how: str
) -> None:
    if how == "taken over":
        left(file, row())
    ledger = opening.open_ledger(file)
    assert ledger.begin_housekeeping(1)
    with closing(sqlite3.connect(file)) as db:
        db.execute("BEGIN IMMEDIATE")
        db.execute(MAKE)
        found = db.execute(READ)
        assert found.fetchall() == []
        # A row of it has nine values, and no more.
        assert len(found.description) == 9 + 1
        with pytest.raises(sqlite3.OperationalError, match="10 columns but 9 values"):
            db.execute(WRITE, (BACKEND, URL, urn("b"), ME, "{}", "[]", 1.0, 2.0))


def test_a_file_that_version_0_1_made_and_left_empty_is_no_use_to_it_any_more(file: Path) -> None:
    ledger = opening.open_ledger(left(file))
    assert ledger.attempts().by_key == {}
    with closing(sqlite3.connect(file)) as db, pytest.raises(sqlite3.OperationalError):
        db.execute(WRITE, (BACKEND, URL, urn("b"), ME, "{}", "[]", 1.0, 2.0))


def test_a_table_of_that_name_that_is_not_its_own_is_left_alone(file: Path) -> None:
    with closing(sqlite3.connect(file)) as db, db:
        db.execute("CREATE TABLE purchases (a, b)")
        db.execute("INSERT INTO purchases VALUES (1, 2)")
    assert opening.open_ledger(file).begin_housekeeping(1)
    with closing(sqlite3.connect(file)) as db:
        assert db.execute("SELECT * FROM purchases").fetchall() == [(1, 2)]


# Where it looked for things.


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("file:///home/me/state/", "file:///home/me/state"),
        ("file://./state", "file://{here}/state"),
        ("file://~/state", "file://{here}/state"),
        ("file://~nobody-of-that-name/x", "file://~nobody-of-that-name/x"),
        ("s3://states?region=eu", "s3://states"),
        ("https://api.pulumi.com/", "https://api.pulumi.com"),
        ("postgres://me:secret@db.example.com:5432/x", "postgres://db.example.com:5432/x"),
        ("", ""),
    ],
)
def test_the_backend_is_spelled_as_version_0_1_spelled_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, kept: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    environ = {"PULUMI_BACKEND_URL": url, "PULUMI_HOME": "/nowhere"}
    assert version_0_1.backend(environ) == kept.format(here=tmp_path)


def test_each_stack_and_resource_has_keys_of_its_own_and_they_never_change() -> None:
    stack, of = version_0_1.keys(BACKEND, URL, urn("a"))
    assert stack == "bf511c6cb70af0c27fdd"
    assert of == "84db946e1b2506a8fad2"
    assert version_0_1.keys(BACKEND, URL, urn("b"))[0] == stack
    assert version_0_1.keys(BACKEND, URL, "urn:pulumi:dev::calls::::")[0] == stack
    others = [
        version_0_1.keys(BACKEND, URL, urn("b")),
        version_0_1.keys("", URL, urn("a")),
        version_0_1.keys(BACKEND, "http://else", urn("a")),
        version_0_1.keys(BACKEND, URL, urn("a").replace("dev", "prod")),
        version_0_1.keys(BACKEND, URL, urn("a").replace("calls", "call")),
    ]
    assert len({of, *(one for _, one in others)}) == 6
    assert len({stack, *(one for one, _ in others[1:])}) == 5


# What a run makes of it.


@pytest.fixture
def desk(file: Path) -> Desk:
    return Desk(SqliteStore(file, version_0_1.convert))


def process(desk: Desk, **values: Any) -> PurchasingContext:
    context = desk.process(**values)
    context.version_0_1_keys = lambda of: version_0_1.keys(BACKEND, URL, of)
    return context


A = owner("a")


def test_a_purchase_that_was_left_open_is_found_by_the_resource_that_made_it(
    desk: Desk, file: Path
) -> None:
    desk.account.add("12125550100")
    left(file, row())
    number = desk.account.buy()["number"]
    context = process(desk)
    bought = desk.buy(context, A, area_code="415")
    assert bought.number == number
    assert vocode(context).sent == []
    assert bought.attempt == str(key_of("a"))


def test_one_that_was_marked_by_its_key_is_of_the_account_of_that_key_alone(
    desk: Desk, file: Path
) -> None:
    left(file, row(account=MARK, before="[]"))
    with pytest.raises(OtherAccount):
        desk.buy(process(desk, api_key="another key"), A, area_code="415")
    number = desk.account.buy()["number"]
    assert desk.buy(process(desk), A, area_code="415").number == number


def test_a_number_that_was_left_is_taken_again_and_a_state_without_a_claim_may_cancel_it(
    desk: Desk, file: Path
) -> None:
    desk.account.add(N)
    left(file, row(number=N, before="[]"))
    context = process(desk)
    assert begin_cancelling(context, StateClaim(N, owner("b"), None)) is not None
    assert begin_cancelling(context, StateClaim(N, A, None)) is None
    newest = desk.ledger.history(N).newest
    assert newest == Cancelling(None, A, context.account, ends_old_holder=True)
    assert desk.ledger.history(N) != History({0: newest})


def test_what_the_state_has_of_version_0_1_is_replaced_and_not_taken_again(
    desk: Desk, file: Path
) -> None:
    desk.account.add(N)
    left(file, row(number=N, before="[]"))
    desk.states.has(A, N, None)
    assert desk.buy(process(desk), A).number != N


def test_an_old_purchase_that_bought_nothing_is_known_to_have_bought_nothing_once_it_is_over(
    desk: Desk, file: Path
) -> None:
    left(file, row(before="[]"))
    began = desk.clock.now()
    bought = desk.buy(process(desk), A, area_code="415")
    assert desk.clock.now() - began >= WINDOW.whole
    assert bought.attempt.startswith(A.stack.key)
    old = desk.ledger.attempts().by_key[key_of("a")]
    assert old.steps == (NotBought(),)
