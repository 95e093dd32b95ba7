# SPDX-License-Identifier: Apache-2.0
"""`vocode-pulumi audit` as a process, over an account and states on standard input."""

import fcntl
import json
import os
import pty
import shlex
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.states import EMPTY, exported, resource, urn
from vocode_pulumi.client import Client
from vocode_pulumi.config import Settings
from vocode_pulumi.errors import UnfinishedPurchase
from vocode_pulumi.ledger import Ledger, Owner, Snapshot
from vocode_pulumi.purchases import Purchases
from vocode_pulumi.sandbox import Sandbox

COMMAND = [sys.executable, "-m", "vocode_pulumi", "audit"]
CANCEL = "/v1/numbers/cancel"


def environment(account: Sandbox, **more: str) -> dict[str, str]:
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PULUMI_", "VOCODE_")) and not name.lower().endswith("_proxy")
    }
    return kept | {
        "VOCODE_API_KEY": account.api_key,
        "VOCODE_BASE_URL": account.url,
        "VOCODE_LEDGER": str(account.data / "purchases.sqlite"),
        "VOCODE_MAX_RETRIES": "1",
        "VOCODE_MAX_RETRY_WAIT": "0.01",
        **more,
    }


def audit(
    account: Sandbox, *args: str, stdin: str | bytes = EMPTY, **env: str
) -> subprocess.CompletedProcess[str]:
    """Run it where there is no terminal."""
    done = subprocess.run(
        [*COMMAND, *args],
        input=stdin if isinstance(stdin, bytes) else stdin.encode(),
        env=environment(account, **env),
        capture_output=True,
        start_new_session=True,
        timeout=60,
        check=False,
    )
    said = subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
    )
    assert "Traceback" not in said.stderr
    assert account.api_key not in said.stdout + said.stderr
    return said


def refusal(done: subprocess.CompletedProcess[str]) -> str:
    """The one line of a comparison that could not be made."""
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    return line


def buy(account: Sandbox, label: str = "") -> str:
    number = str(account.call("POST", "/v1/numbers/buy")["number"])
    if label:
        account.call("POST", "/v1/numbers/update", {"label": label}, phone_number=number)
    return number


def in_service(account: Sandbox) -> list[str]:
    return [one["number"] for one in account.purchases() if one["active"]]


def purchases(account: Sandbox) -> Purchases:
    """What buys with the ledger that the command reads."""
    return Purchases(
        Client(
            Settings(
                api_key=account.api_key,
                base_url=account.url,
                max_retry_wait=0.01,
                settle_seconds=0,
                ledger=account.data / "purchases.sqlite",
            )
        )
    )


def lose_a_purchase(account: Sandbox, name: str = "main") -> None:
    """A purchase of this machine that did nothing, and nobody knows it yet."""
    account.fault(method="POST", path="/v1/numbers/buy", close="before")
    with pytest.raises(UnfinishedPurchase):
        purchases(account).buy(urn(name), None)


# What it says.


def test_an_account_that_is_as_its_stacks_are_is_one_line(account: Sandbox) -> None:
    held = buy(account)
    done = audit(account, stdin=exported(resource("main", held)))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "1 number, 1 stack: nothing is off.\n"
    assert audit(account, stdin=exported(resource("main", held)) + EMPTY).stdout == (
        "1 number, 2 stacks: nothing is off.\n"
    )


def test_everything_that_is_off_is_a_line_of_a_table(account: Sandbox) -> None:
    orphan, shared = buy(account, "front desk"), buy(account)
    states = exported(resource("a", shared), resource("b", "12125550100"))
    done = audit(account, stdin=states + exported(resource("c", shared, "prod")))
    assert (done.returncode, done.stderr) == (1, "")
    head, *rows, blank, summary = done.stdout.splitlines()
    assert [row.split()[:2] for row in rows] == [
        ["orphan", orphan],
        ["shared", shared],
        ["gone", "12125550100"],
    ]
    at = head.index("LABEL")
    assert rows[0][at:].startswith("front desk")
    at = head.index("RESOURCE")
    assert rows[1][at:].startswith("calls/dev: a, calls/prod: c")
    at = head.index("WHAT IT NEEDS")
    assert rows[0][at:].startswith(f'adopt="{orphan}"')
    assert rows[2][at:].startswith("`pulumi refresh`")
    assert (blank, summary) == ("", "2 numbers, 2 stacks: 3 off.")


def test_the_page_shows_what_is_printed(account: Sandbox, tmp_path: Path) -> None:
    numbers = {"14707702770": "", "15099142635": "try-out", "17267991387": "front desk"}
    items = [{"number": number, "label": label} for number, label in numbers.items()]
    account.fault(path="/v1/numbers/list", body={"items": items, "has_more": False})
    Ledger(account.data / "purchases.sqlite").begin(
        Owner("", account.url, urn("support", "prod")),
        {},
        Snapshot(frozenset({"15099142635"}), None, time.time()),
        set(),
        over=0,
        most=None,
    )
    states = {
        "dev": exported(resource("main", "17267991387"), resource("fax", "19343269766")),
        "prod": exported(resource("sales", "17267991387", "prod")),
    }
    command = ("--stack", "dev", "--stack", "prod")
    done = audit(account, *command, PATH=pulumi(tmp_path, states))
    page = (Path(__file__).parents[2] / "docs" / "audit.md").read_text()
    assert f"$ vocode-pulumi audit {' '.join(command)}\n{done.stdout}```\n" in page


def test_the_same_as_a_document(account: Sandbox) -> None:
    orphan = buy(account, "front desk\n")
    done = audit(account, "--json", stdin=exported(resource("b", "12125550100")) + EMPTY)
    assert (done.returncode, done.stderr) == (1, "")
    document = json.loads(done.stdout)
    assert [one.pop("needs") != "" for one in document["findings"]] == [True, True]
    assert document == {
        "account": account.url,
        "numbers": 1,
        "stacks": ["calls/dev", None],
        "findings": [
            {
                "kind": "orphan",
                "number": orphan,
                "label": "front desk\n",
                "resources": [],
                "cancellable": True,
            },
            {
                "kind": "gone",
                "number": "12125550100",
                "label": None,
                "resources": [{"stack": "calls/dev", "urn": urn("b")}],
                "cancellable": False,
            },
        ],
    }


def test_a_document_says_that_nothing_is_off(account: Sandbox) -> None:
    done = audit(account, "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["findings"] == []


def test_numbers_of_every_page_are_compared(account: Sandbox) -> None:
    numbers = sorted(buy(account) for _ in range(3))
    whole = account.call("GET", "/v1/numbers/list")
    for at, one in enumerate(whole["items"]):
        account.fault(path="/v1/numbers/list", body={**whole, "items": [one], "has_more": at < 2})
    found = json.loads(audit(account, "--json").stdout)["findings"]
    assert [one["number"] for one in found] == numbers


def test_a_number_that_a_list_does_not_show_yet_is_not_gone(account: Sandbox) -> None:
    held, bought = buy(account), purchases(account).buy(urn("other"), None).answer["number"]
    for _ in range(2):
        account.fault(path="/v1/numbers/list", body={"items": []})
    assert audit(account, stdin=exported(resource("a", held), resource("b", bought))).stdout == (
        "2 numbers, 1 stack: nothing is off.\n"
    )
    done = audit(account, stdin=exported(resource("a", held)))
    assert f"unfinished  {bought}" in done.stdout


def test_a_number_that_is_cancelled_is_gone_also_where_a_list_shows_it(account: Sandbox) -> None:
    held = buy(account)
    whole = account.call("GET", "/v1/numbers/list")
    account.call("POST", CANCEL, phone_number=held)
    state = exported(resource("a", held))
    assert f"gone     {held}" in audit(account, stdin=state).stdout
    cancelled = [{**whole["items"][0], "active": False}]
    account.fault(path="/v1/numbers/list", body={**whole, "items": cancelled})
    assert f"gone     {held}" in audit(account, stdin=state).stdout


def test_no_ledger_is_made_to_look_at(account: Sandbox) -> None:
    audit(account)
    assert not (account.data / "purchases.sqlite").exists()


# What cannot be compared.


@pytest.mark.parametrize("stdin", ["", " \n"])
def test_an_empty_pipe_is_not_an_empty_stack(account: Sandbox, stdin: str) -> None:
    buy(account)
    assert "Standard input is empty" in refusal(audit(account, stdin=stdin))


@pytest.mark.parametrize(
    "stdin",
    ["{}", "[]", "error: no stack", EMPTY + "x", EMPTY[:-1], b"\xff", '{"deployment": "x"}'],
    ids=repr,
)
def test_what_is_no_state_is_refused(account: Sandbox, stdin: str | bytes) -> None:
    line = refusal(audit(account, stdin=stdin))
    assert line.startswith("vocode-pulumi: Standard input is not the state of a stack")


def test_nothing_is_waited_for_at_a_terminal(account: Sandbox) -> None:
    leader, terminal = pty.openpty()
    done = subprocess.run(
        COMMAND,
        stdin=terminal,
        env=environment(account),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    os.close(leader)
    os.close(terminal)
    assert "Name the stacks to compare with (--stack NAME)" in refusal(done)


def test_no_standard_input_at_all_is_as_an_empty_one(account: Sandbox) -> None:
    done = subprocess.run(
        ["sh", "-c", '"$0" -m vocode_pulumi audit <&-', sys.executable],
        env=environment(account),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "Standard input is empty" in refusal(done)


def test_a_stack_needs_a_pulumi(account: Sandbox, tmp_path: Path) -> None:
    line = refusal(audit(account, "--stack", "dev", PATH=str(tmp_path)))
    assert line.startswith("vocode-pulumi: `pulumi` cannot be run (No such file or directory)")


def pulumi(folder: Path, states: dict[str, str], *lines: str) -> str:
    """A PATH with a `pulumi` that prints the state of a stack, after it did that."""
    for name, text in states.items():
        (folder / f"--stack={name}").write_text(text)
    script = "\n".join(["#!/bin/sh", *lines, f'cat {shlex.quote(str(folder))}/"$3"'])
    (folder / "pulumi").write_text(script)
    (folder / "pulumi").chmod(0o755)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


@pytest.mark.parametrize("printed", ["", "not a state", f"{EMPTY}{EMPTY}"])
def test_a_pulumi_that_prints_something_else_is_refused(
    account: Sandbox, tmp_path: Path, printed: str
) -> None:
    line = refusal(audit(account, "--stack", "dev", PATH=pulumi(tmp_path, {"dev": printed})))
    assert "`pulumi stack export --stack dev` printed something else" in line


@pytest.mark.parametrize("words", ["", "fatal\nit is broken\n"])
def test_a_pulumi_that_fails_is_quoted_in_one_line(
    account: Sandbox, tmp_path: Path, words: str
) -> None:
    path = pulumi(tmp_path, {"dev": words}, "exec 1>&2; trap 'exit 3' EXIT")
    line = refusal(audit(account, "--stack", "dev", PATH=path))
    expected = words.splitlines()[-1] if words else "exit status 3"
    assert line.endswith(f"`pulumi stack export --stack dev`: {expected}")


def test_what_is_bought_while_stacks_are_read_is_no_orphan(
    account: Sandbox, tmp_path: Path
) -> None:
    code = (
        "import os, urllib.request as web\n"
        "request = web.Request(os.environ['VOCODE_BASE_URL'] + '/v1/numbers/buy', method='POST')\n"
        "request.add_header('Authorization', 'Bearer ' + os.environ['VOCODE_API_KEY'])\n"
        "web.urlopen(request)\n"
    )
    path = pulumi(tmp_path, {"dev": EMPTY}, shlex.join([sys.executable, "-c", code]))
    done = audit(account, "--stack", "dev", PATH=path)
    assert done.stdout == "0 numbers, 1 stack: nothing is off.\n"
    assert len(in_service(account)) == 1


def test_what_is_finished_while_stacks_are_read_is_no_orphan(
    account: Sandbox, tmp_path: Path
) -> None:
    number = purchases(account).buy(urn("main"), None).answer["number"]
    path = pulumi(
        tmp_path, {"dev": EMPTY}, f"rm {shlex.quote(str(account.data / 'purchases.sqlite'))}"
    )
    assert f"unfinished  {number}" in audit(account, "--stack", "dev", PATH=path).stdout


@pytest.mark.parametrize("args", [["--stack", ""], ["--json", "--cancel-orphans"]])
def test_arguments_that_cannot_be_meant_are_refused(account: Sandbox, args: list[str]) -> None:
    done = audit(account, *args)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith("vocode-pulumi audit: error: argument")


def test_one_state_twice_is_refused(account: Sandbox) -> None:
    state = exported(resource("a", "12125550100"))
    assert "calls/dev and calls/dev are the same state" in refusal(audit(account, stdin=state * 2))


def test_without_a_key_nothing_is_compared(account: Sandbox) -> None:
    assert "VOCODE_API_KEY is not set" in refusal(audit(account, VOCODE_API_KEY=""))


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        ({"status": 401, "body": {"detail": "no"}}, "answered 401: no"),
        ({"status": 500}, "answered 500"),
        ({"close": "before"}, "its answer was lost"),
        ({"body": "<html>"}, "not JSON"),
        ({"body": {"items": "x"}}, "not a page of a list"),
        ({"body": {"items": [{"id": "x"}]}}, "answered 200 without a number"),
    ],
    ids=str,
)
def test_an_account_that_cannot_be_read_is_one_line(
    account: Sandbox, fault: dict[str, Any], words: str
) -> None:
    account.fault(path="/v1/numbers/list", times=9, **fault)
    assert words in refusal(audit(account, "--json"))


@pytest.mark.parametrize(
    ("fault", "words"),
    [({"status": 500}, "answered 500"), ({"body": {}}, "that is not the number 12125550100")],
    ids=str,
)
def test_a_number_that_cannot_be_read_is_not_taken_for_gone(
    account: Sandbox, fault: dict[str, Any], words: str
) -> None:
    account.fault(path="/v1/numbers", times=9, **fault)
    assert words in refusal(audit(account, stdin=exported(resource("a", "12125550100"))))


@pytest.mark.parametrize("broken", ["a file", "a folder", "a name that is too long"])
def test_a_ledger_that_cannot_be_read_is_one_line(account: Sandbox, broken: str) -> None:
    path = account.data / "purchases.sqlite"
    if broken == "a file":
        path.write_text("not a database" * 99)
    elif broken == "a folder":
        path.mkdir()
    else:
        path = account.data / ("x" * 999)
    line = refusal(audit(account, VOCODE_LEDGER=str(path)))
    assert f"The record of purchases, {path}, cannot be used" in line


# Unfinished purchases.


def test_a_number_that_the_ledger_names_is_no_orphan(account: Sandbox) -> None:
    number = purchases(account).buy(urn("main"), None).answer["number"]
    done = audit(account, "--cancel-orphans")
    assert done.returncode == 1
    (row,) = done.stdout.splitlines()[1:-2]
    assert row.split()[:4] == ["unfinished", number, "calls/dev:", "main"]
    assert "Cancel" not in done.stderr
    assert audit(account, stdin=exported(resource("main", number))).returncode == 0


def test_an_orphan_that_may_be_an_unfinished_purchase_is_not_offered(account: Sandbox) -> None:
    before = buy(account)
    lose_a_purchase(account)
    after = buy(account)
    found = json.loads(audit(account, "--json").stdout)["findings"]
    assert sorted((one["kind"], one["number"], one["cancellable"]) for one in found[:2]) == sorted(
        [("orphan", before, True), ("orphan", after, False)]
    )
    assert (found[2]["kind"], found[2]["number"]) == ("unfinished", None)
    assert found[2]["resources"] == [{"stack": "calls/dev", "urn": urn("main")}]
    with at_a_terminal(account, EMPTY) as session:
        assert session.question() == f"Cancel {before}? It cannot be bought back. [y/N] "
        session.answer("y")
        assert session.end() == 1
    assert in_service(account) == [after]


# Cancelling.


@dataclass
class Session:
    """The command at a terminal of its own, which its standard input is not."""

    process: subprocess.Popen[str]
    terminal: int

    def question(self) -> str:
        """What is asked next."""
        assert self.process.stderr
        text = ""
        while not text.endswith("[y/N] "):
            one = self.process.stderr.read(1)
            assert one, text
            text += one
        return text

    def answer(self, text: str) -> None:
        os.write(self.terminal, f"{text}\n".encode())

    def end(self) -> int:
        """Wait for it; gives the exit status."""
        assert self.process.stdout
        assert self.process.stderr
        self.printed = self.process.stdout.read()
        self.errors = self.process.stderr.read()
        assert "Traceback" not in self.errors
        return self.process.wait()


@contextmanager
def at_a_terminal(account: Sandbox, state: str) -> Iterator[Session]:
    leader, terminal = pty.openpty()
    kept = account.data / "state.json"
    kept.write_text(state)
    try:
        with (
            kept.open() as stdin,
            subprocess.Popen(
                [*COMMAND, "--cancel-orphans"],
                stdin=stdin,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                env=environment(account),
                start_new_session=True,
                preexec_fn=lambda: fcntl.ioctl(terminal, termios.TIOCSCTTY, 0),
            ) as process,
        ):
            limit = threading.Timer(60, process.kill)
            limit.start()
            try:
                yield Session(process, leader)
            finally:
                limit.cancel()
                process.kill()
    finally:
        os.close(leader)
        os.close(terminal)


def test_each_orphan_is_asked_for_and_a_yes_cancels_it(account: Sandbox) -> None:
    numbers = sorted([buy(account, 'the "desk"\n'), buy(account), buy(account)])
    held = buy(account)
    with at_a_terminal(account, exported(resource("main", held))) as session:
        for number, word in zip(numbers, ("yes", "n", ""), strict=True):
            label = account.call("GET", "/v1/numbers", phone_number=number)["label"]
            name = f'{number} ("the "desk"\ufffd")' if label else number
            assert session.question() == f"Cancel {name}? It cannot be bought back. [y/N] "
            session.answer(word)
        assert session.end() == 1
    assert f"{numbers[0]} is cancelled.\n1 number cancelled, 2 still off.\n" in session.printed
    assert sorted(in_service(account)) == sorted([*numbers[1:], held])

    with at_a_terminal(account, exported(resource("main", held))) as session:
        for _ in numbers[1:]:
            session.question()
            session.answer("Y")
        assert session.end() == 0
    assert session.printed.endswith("2 numbers cancelled, 0 still off.\n")
    assert in_service(account) == [held]


def test_where_nobody_can_be_asked_nothing_is_cancelled(account: Sandbox) -> None:
    number = buy(account)
    done = audit(account, "--cancel-orphans")
    assert done.returncode == 2
    assert done.stderr.startswith("vocode-pulumi: There is no terminal to ask at")
    assert in_service(account) == [number]
    account.call("POST", CANCEL, phone_number=number)
    assert audit(account, "--cancel-orphans").returncode == 0


def test_what_is_gone_by_the_time_of_the_answer_is_left_alone(account: Sandbox) -> None:
    number = buy(account)
    with at_a_terminal(account, EMPTY) as session:
        session.question()
        account.call("POST", CANCEL, phone_number=number)
        account.clear_requests()
        session.answer("y")
        assert session.end() == 0
    assert f"{number} is left alone" in session.printed
    assert [one for one in account.requests() if one["method"] == "POST"] == []


def test_what_may_be_a_purchase_by_the_time_of_the_answer_is_left_alone(account: Sandbox) -> None:
    number = buy(account)
    with at_a_terminal(account, EMPTY) as session:
        session.question()
        account.fault(path="/v1/numbers/list", times=2, body={"items": []})
        lose_a_purchase(account)
        session.answer("y")
        assert session.end() == 1
    assert in_service(account) == [number]


def test_a_cancellation_whose_answer_is_lost_is_done(account: Sandbox) -> None:
    number = buy(account)
    account.fault(path=CANCEL, close="after")
    with at_a_terminal(account, EMPTY) as session:
        session.question()
        session.answer("y")
        assert session.end() == 0
    assert f"{number} is cancelled." in session.printed
    assert in_service(account) == []


def test_a_cancellation_that_fails_ends_it(account: Sandbox) -> None:
    numbers = [buy(account), buy(account)]
    account.fault(path=CANCEL, status=500, times=9)
    with at_a_terminal(account, EMPTY) as session:
        session.question()
        session.answer("y")
        assert session.end() == 2
    assert "POST /v1/numbers/cancel answered 500" in session.errors
    assert in_service(account) == numbers


def test_an_interrupted_question_is_a_no(account: Sandbox) -> None:
    number = buy(account)
    with at_a_terminal(account, EMPTY) as session:
        session.question()
        session.answer("\x03")
        assert session.end() == 130
    assert in_service(account) == [number]


def test_the_end_of_input_is_a_no_to_all(account: Sandbox) -> None:
    numbers = [buy(account), buy(account)]
    with at_a_terminal(account, EMPTY) as session:
        session.question()
        os.write(session.terminal, b"\x04")
        assert session.end() == 1
    assert session.errors.strip() == ""
    assert in_service(account) == numbers


def test_nothing_is_cancelled_in_an_account_that_may_be_another(account: Sandbox) -> None:
    number = buy(account)
    done = audit(account, "--cancel-orphans", stdin=exported(resource("a", "12125550100")))
    assert done.returncode == 2
    assert "None of the numbers that these stacks hold is in this account" in done.stderr
    assert in_service(account) == [number]
