# SPDX-License-Identifier: Apache-2.0
"""`vocode-pulumi audit` over an account and states on standard input."""

import json
import os
import pty
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.contract.shop import BUY, Shop
from tests.contract.terminal import (
    COMMAND,
    Done,
    at_a_terminal,
    called,
    environment,
    pulumi,
    refusal,
    vocode_pulumi,
)
from tests.purchasing.desk import owner
from tests.support.states import EMPTY, exported, resource, urn
from vocode_pulumi import errors
from vocode_pulumi.purchasing import holding
from vocode_pulumi.purchasing.objects import Cancelling, Holder, Released
from vocode_pulumi.purchasing.owner import PERSON
from vocode_pulumi.sandbox import Sandbox

CANCEL = "/v1/numbers/cancel"
ASKED = "It cannot be bought back. [y/N] "


def audit(shop: Shop, *args: str, stdin: str | bytes = EMPTY, **env: str) -> Done:
    return called(shop, "audit", *args, stdin=stdin, **({"PATH": without_stacks(shop)} | env))


def without_stacks(shop: Shop) -> str:
    """A PATH with a `pulumi` whose login has no stack."""
    folder = shop.path.parent / "no-stacks"
    folder.mkdir(exist_ok=True)
    return pulumi(folder, {})


def buy(shop: Shop, label: str = "") -> str:
    """Buy in the dashboard."""
    number = str(shop.account.call("POST", BUY["path"])["number"])
    if label:
        shop.account.call("POST", "/v1/numbers/update", {"label": label}, phone_number=number)
    return number


def in_service(shop: Shop) -> list[str]:
    return [one["number"] for one in shop.account.purchases() if one["active"]]


# What it says.


def test_an_account_that_is_as_its_stacks_are_is_one_line(shop: Shop) -> None:
    held = buy(shop)
    done = audit(shop, stdin=exported(resource("main", held)))
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "1 number, 1 stack: no findings.\n"
    assert audit(shop, stdin=exported(resource("main", held)) + EMPTY).stdout == (
        "1 number, 2 stacks: no findings.\n"
    )


def test_every_finding_is_a_block(shop: Shop) -> None:
    orphan, shared = buy(shop, "front desk"), buy(shop)
    states = exported(resource("a", shared), resource("b", "12125550100"))
    given = states + exported(resource("c", shared, "prod"))
    done = vocode_pulumi(shop, "audit", stdin=given, PATH=without_stacks(shop))
    assert (done.returncode, done.stderr) == (1, "")
    *blocks, summary = done.stdout.removesuffix("\n").split("\n\n")
    first, second, third = (one.splitlines() for one in blocks)
    assert first[:2] == [f"orphan {orphan}", "    label     front desk"]
    assert first[2].startswith(f'    To keep it, put adopt="{orphan}"')
    assert second[:3] == [
        f"shared {shared}",
        "    resource  calls/dev: a",
        "              calls/prod: c",
    ]
    assert third[:2] == ["gone 12125550100", "    resource  calls/dev: b"]
    assert third[-1].startswith("    Run `pulumi refresh`.")
    assert summary == "2 numbers, 2 stacks: 3 findings."


def test_a_block_fits_a_terminal_whatever_labels_and_resources_are_called(shop: Shop) -> None:
    label, name = "A long label " * 20, "a-long-name-" * 20
    shared = buy(shop, label)
    states = exported(resource(name, shared)) + exported(resource("c", shared, "prod"))
    printed = audit(shop, stdin=states).stdout
    lines = printed.splitlines()
    assert max(len(line) for line in lines if "`pulumi state delete" not in line) <= 100
    facts = [
        line[14:] for line in lines if line.startswith(("    label", "    resource", " " * 14))
    ]
    assert label.strip() in " ".join(facts)
    assert f"calls/dev:{name}calls/prod: c" in "".join(facts)


def test_what_is_to_be_typed_is_on_one_line_and_no_other_line_is_long(shop: Shop) -> None:
    shared = buy(shop)
    states = exported(resource("a b", shared)) + exported(resource("c", shared, "prod"))
    shop.die("main")
    done = audit(shop, stdin=states)
    command = f"`pulumi state delete '{urn('a b')}'`"
    assert sum(command in line for line in done.stdout.splitlines()) == 1
    for line in done.stdout.splitlines():
        assert len(line) <= 100 or line.strip().startswith("`pulumi state delete"), line


def test_the_page_shows_what_is_printed(shop: Shop, tmp_path: Path) -> None:
    numbers = {"14707702770": "", "15099142635": "try-out", "17267991387": "front desk"}
    items = [{"number": number, "label": label} for number, label in numbers.items()]
    shop.account.fault(path="/v1/numbers/list", body={"items": items[1:2], "has_more": False})
    shop.die(owner("support", "prod"))
    shop.account.fault(path="/v1/numbers/list", body={"items": items, "has_more": False})
    states = {
        "dev": exported(resource("main", "17267991387"), resource("fax", "19343269766")),
        "prod": exported(resource("sales", "17267991387", "prod")),
    }
    command = ("--stack", "dev", "--stack", "prod")
    done = audit(shop, *command, PATH=pulumi(tmp_path, states))
    page = (Path(__file__).parents[2] / "docs" / "operate" / "audit.md").read_text()
    assert f"$ vocode-pulumi audit {' '.join(command)}\n{done.stdout}```\n" in page


def test_the_same_as_a_document(shop: Shop) -> None:
    orphan = buy(shop, "front desk\n")
    done = audit(shop, "--json", stdin=exported(resource("b", "12125550100")) + EMPTY)
    assert (done.returncode, done.stderr) == (1, "")
    document = json.loads(done.stdout)
    assert [one.pop("needs") != "" for one in document["findings"]] == [True, True]
    assert document == {
        "base_url": shop.account.url,
        "account_id": shop.account.call("GET", "/v1/usage")["user_id"],
        "account": shop.account.url,
        "numbers": 1,
        "stacks": ["calls/dev", None],
        "not_compared": [],
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


def test_a_document_says_that_nothing_is_off(shop: Shop) -> None:
    done = audit(shop, "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["findings"] == []


def test_numbers_of_every_page_are_compared(shop: Shop) -> None:
    numbers = sorted(buy(shop) for _ in range(3))
    whole = shop.account.call("GET", "/v1/numbers/list")
    for at, one in enumerate(whole["items"]):
        shop.account.fault(
            path="/v1/numbers/list", body={**whole, "items": [one], "has_more": at < 2}
        )
    found = json.loads(audit(shop, "--json").stdout)["findings"]
    assert [one["number"] for one in found] == numbers


def test_a_number_that_a_list_does_not_show_yet_is_not_gone(shop: Shop) -> None:
    held, bought = buy(shop), shop.buy("other").number
    for _ in range(2):
        shop.account.fault(path="/v1/numbers/list", body={"items": []})
    assert audit(shop, stdin=exported(resource("a", held), resource("b", bought))).stdout == (
        "2 numbers, 1 stack: no findings.\n"
    )
    done = audit(shop, stdin=exported(resource("a", held)))
    assert f"held {bought}\n" in done.stdout


def test_a_number_that_is_cancelled_is_gone_also_where_a_list_shows_it(shop: Shop) -> None:
    held = buy(shop)
    whole = shop.account.call("GET", "/v1/numbers/list")
    shop.account.call("POST", CANCEL, phone_number=held)
    state = exported(resource("a", held))
    assert f"gone {held}\n" in audit(shop, stdin=state).stdout
    cancelled = [{**whole["items"][0], "active": False}]
    shop.account.fault(path="/v1/numbers/list", body={**whole, "items": cancelled})
    assert f"gone {held}\n" in audit(shop, stdin=state).stdout


def test_no_ledger_is_made_to_look_at(shop: Shop) -> None:
    audit(shop)
    assert not shop.path.exists()


# What cannot be compared.


@pytest.mark.parametrize("stdin", ["", " \n"])
def test_an_empty_pipe_is_not_an_empty_stack(shop: Shop, stdin: str) -> None:
    buy(shop)
    assert "Standard input is empty" in refusal(audit(shop, stdin=stdin))


@pytest.mark.parametrize(
    "stdin",
    ["{}", "[]", "error: no stack", EMPTY + "x", EMPTY[:-1], b"\xff", '{"deployment": "x"}'],
    ids=repr,
)
def test_what_is_no_state_is_refused(shop: Shop, stdin: str | bytes) -> None:
    line = refusal(audit(shop, stdin=stdin))
    assert line.startswith("Standard input is not the state of a stack")


def test_nothing_is_waited_for_at_a_terminal(shop: Shop) -> None:
    leader, terminal = pty.openpty()
    done = subprocess.run(
        [*COMMAND, "audit"],
        stdin=terminal,
        env=environment(shop),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    os.close(leader)
    os.close(terminal)
    assert "Name the stacks to compare with (--stack NAME)" in refusal(done)


def test_no_standard_input_at_all_is_as_an_empty_one(shop: Shop) -> None:
    done = subprocess.run(
        ["sh", "-c", '"$0" -m vocode_pulumi audit <&-', sys.executable],
        env=environment(shop),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "Standard input is empty" in refusal(done)


def test_a_stack_needs_a_pulumi(shop: Shop, tmp_path: Path) -> None:
    line = refusal(audit(shop, "--stack", "dev", PATH=str(tmp_path)))
    assert line == "`pulumi stack export --stack dev`: `pulumi` is not on PATH"


@pytest.mark.parametrize("printed", ["", "not a state", f"{EMPTY}{EMPTY}"])
def test_a_pulumi_that_prints_something_else_is_refused(
    shop: Shop, tmp_path: Path, printed: str
) -> None:
    line = refusal(audit(shop, "--stack", "dev", PATH=pulumi(tmp_path, {"dev": printed})))
    assert "`pulumi stack export --stack dev` printed something that is not one state" in line


@pytest.mark.parametrize("words", ["", "fatal\nit is broken\n"])
def test_a_pulumi_that_fails_is_quoted_in_one_line(shop: Shop, tmp_path: Path, words: str) -> None:
    path = pulumi(tmp_path, {"dev": words}, "exec 1>&2; trap 'exit 3' EXIT")
    line = refusal(audit(shop, "--stack", "dev", PATH=path))
    expected = words.splitlines()[-1] if words else "exit status 3"
    assert line.endswith(f"`pulumi stack export --stack dev`: {expected}")


def test_a_state_that_the_engine_is_writing_is_asked_for_again(shop: Shop, tmp_path: Path) -> None:
    cut = "[ -e now ] || { touch now; echo 'error: failed to load checkpoint: unexpected EOF' >&2; exit 255; }"
    path = pulumi(tmp_path, {"dev": EMPTY}, f"cd {shlex.quote(str(tmp_path))}", cut)
    done = audit(shop, "--stack", "dev", PATH=path)
    assert (done.returncode, done.stdout) == (0, "0 numbers, 1 stack: no findings.\n")
    assert (tmp_path / "now").exists()


def test_what_is_bought_while_stacks_are_read_is_no_orphan(shop: Shop, tmp_path: Path) -> None:
    code = (
        "import os, urllib.request as web\n"
        "request = web.Request(os.environ['VOCODE_BASE_URL'] + '/v1/numbers/buy', method='POST')\n"
        "request.add_header('Authorization', 'Bearer ' + os.environ['VOCODE_API_KEY'])\n"
        "web.urlopen(request)\n"
    )
    path = pulumi(
        tmp_path, {"dev": EMPTY}, f'[ "$2" = ls ] || {shlex.join([sys.executable, "-c", code])}'
    )
    done = audit(shop, "--stack", "dev", PATH=path)
    assert done.stdout == "0 numbers, 1 stack: no findings.\n"
    assert len(in_service(shop)) == 1


def test_what_is_finished_while_stacks_are_read_is_no_orphan(shop: Shop, tmp_path: Path) -> None:
    number = shop.buy("main").number
    path = pulumi(tmp_path, {"dev": EMPTY}, f"rm {shlex.quote(str(shop.path))}")
    assert f"held {number}\n" in audit(shop, "--stack", "dev", PATH=path).stdout


@pytest.mark.parametrize("args", [["--stack", ""], ["--json", "--cancel-orphans"]])
def test_arguments_that_cannot_be_meant_are_refused(shop: Shop, args: list[str]) -> None:
    done = audit(shop, *args)
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith("vocode-pulumi audit: error: argument")


def test_one_state_twice_is_refused(shop: Shop) -> None:
    state = exported(resource("a", "12125550100"))
    assert "calls/dev and calls/dev are the same state" in refusal(audit(shop, stdin=state * 2))


def test_without_a_key_nothing_is_compared(shop: Shop) -> None:
    assert "VOCODE_API_KEY is not set" in refusal(audit(shop, VOCODE_API_KEY=""))


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
    shop: Shop, fault: dict[str, Any], words: str
) -> None:
    shop.account.fault(path="/v1/numbers/list", times=9, **fault)
    assert words in refusal(audit(shop, "--json"))


@pytest.mark.parametrize(
    ("fault", "words"),
    [({"status": 500}, "answered 500"), ({"body": {}}, "that is not the number 12125550100")],
    ids=str,
)
def test_a_number_that_cannot_be_read_is_not_taken_for_gone(
    shop: Shop, fault: dict[str, Any], words: str
) -> None:
    shop.account.fault(path="/v1/numbers", times=9, **fault)
    assert words in refusal(audit(shop, stdin=exported(resource("a", "12125550100"))))


@pytest.mark.parametrize("broken", ["a file", "a folder", "a name that is too long"])
def test_a_ledger_that_cannot_be_read_is_one_line(shop: Shop, broken: str) -> None:
    path = shop.path
    if broken == "a file":
        path.write_text("not a database" * 99)
    elif broken == "a folder":
        path.mkdir()
    else:
        path = shop.path.parent / ("x" * 999)
    line = refusal(audit(shop, VOCODE_LEDGER=str(path)))
    assert f"The ledger of purchases, {path}, cannot be used" in line


# Unfinished purchases.


def test_a_number_that_the_ledger_says_somebody_holds_is_never_offered(shop: Shop) -> None:
    bought, adopted = shop.buy("main").number, buy(shop)
    shop.hold(adopted, owner("theirs", "prod"))
    done = audit(shop, "--cancel-orphans")
    assert done.returncode == 1
    assert f"held {bought}\n    resource  calls/dev: main\n" in done.stdout
    assert f"held {adopted}\n    resource  calls/prod: theirs\n" in done.stdout
    assert done.stdout.count("held ") == 2
    assert "Cancel" not in done.stderr
    assert f"`vocode-pulumi release {adopted}`" in done.stdout
    assert f"`vocode-pulumi release {bought}`" not in done.stdout
    both = exported(resource("main", bought), resource("theirs", adopted))
    assert audit(shop, stdin=both).returncode == 0


def test_a_number_that_was_released_is_an_orphan_to_adopt(shop: Shop) -> None:
    number = shop.buy("main").number
    holding.release(shop.process(), number)
    (found,) = json.loads(audit(shop, "--json").stdout)["findings"]
    assert (found["kind"], found["number"], found["cancellable"]) == ("orphan", number, True)
    assert found["needs"].startswith(f'To keep it, put adopt="{number}"')


@pytest.mark.parametrize("is_held", [True, False], ids=["held", "free"])
def test_a_number_that_is_being_cancelled_is_told_as_such_and_not_offered(
    shop: Shop, is_held: bool
) -> None:
    bought = shop.buy("main")
    ending = Cancelling(bought.claim, owner("main"), shop.process().account)
    assert shop.ledger.hold(bought.number, 1, ending)
    state = exported(resource("main", bought.number)) if is_held else EMPTY
    done = audit(shop, "--cancel-orphans", stdin=state)
    assert done.returncode == 1
    assert f"cancelling {bought.number}\n    resource  calls/dev: main\n" in done.stdout
    assert f"To keep it, run\n    `vocode-pulumi release {bought.number}`" in done.stdout
    assert "Cancel" not in done.stderr
    assert in_service(shop) == [bought.number]


def test_an_orphan_that_may_be_an_unfinished_purchase_is_not_offered(shop: Shop) -> None:
    before = buy(shop)
    shop.die("main")
    after = buy(shop)
    found = json.loads(audit(shop, "--json").stdout)["findings"]
    assert sorted((one["kind"], one["number"], one["cancellable"]) for one in found[:2]) == sorted(
        [("orphan", before, True), ("orphan", after, False)]
    )
    assert (found[2]["kind"], found[2]["number"]) == ("unfinished", None)
    assert found[2]["resources"] == [{"stack": "calls/dev", "urn": urn("main")}]
    with at_a_terminal(
        shop, "audit", "--cancel-orphans", stdin=EMPTY, PATH=without_stacks(shop)
    ) as session:
        assert f"Cancel {before}? {ASKED}" in session.until(ASKED)
        session.answer("y")
        assert session.end() == 1
    assert in_service(shop) == [after]


def test_purchases_of_another_account_make_no_orphan_doubtful(sandbox: Sandbox, shop: Shop) -> None:
    another = Shop(sandbox.another_account(f"another-{shop.account.api_key}"), shop.path)
    buy(another)
    another.die("theirs")
    number = buy(shop)
    (found,) = json.loads(audit(shop, "--json").stdout)["findings"]
    assert (found["kind"], found["number"], found["cancellable"]) == ("orphan", number, True)


def test_an_account_that_spells_numbers_with_a_plus_is_compared(shop: Shop) -> None:
    held, orphan = buy(shop), buy(shop)
    shop.account.spell(plus="everywhere")
    (found,) = json.loads(audit(shop, "--json", stdin=exported(resource("a", held))).stdout)[
        "findings"
    ]
    assert (found["kind"], found["number"]) == ("orphan", orphan)


# Cancelling.


def test_each_orphan_is_asked_for_and_a_yes_cancels_it(shop: Shop) -> None:
    numbers = sorted([buy(shop, 'the "desk"\n'), buy(shop), buy(shop)])
    held = buy(shop)
    with at_a_terminal(
        shop,
        "audit",
        "--cancel-orphans",
        stdin=exported(resource("main", held)),
        PATH=without_stacks(shop),
    ) as session:
        for number, word in zip(numbers, ("yes", "n", ""), strict=True):
            label = shop.account.call("GET", "/v1/numbers", phone_number=number)["label"]
            name = f'{number} ("the "desk"\ufffd")' if label else number
            assert session.until(ASKED).endswith(f"Cancel {name}? {ASKED}")
            session.answer(word)
        assert session.end() == 1
    assert f"{numbers[0]} is cancelled.\n" in session.printed
    assert session.printed.endswith("1 number cancelled, 2 findings left.\n")
    assert sorted(in_service(shop)) == sorted([*numbers[1:], held])

    with at_a_terminal(
        shop,
        "audit",
        "--cancel-orphans",
        stdin=exported(resource("main", held)),
        PATH=without_stacks(shop),
    ) as session:
        for _ in numbers[1:]:
            session.until(ASKED)
            session.answer("Y")
        assert session.end() == 0
    assert session.printed.endswith("2 numbers cancelled, 0 findings left.\n")
    assert in_service(shop) == [held]


def test_where_nobody_can_be_asked_nothing_is_cancelled(shop: Shop) -> None:
    number = buy(shop)
    done = audit(shop, "--cancel-orphans")
    assert done.returncode == 2
    assert done.stderr.startswith("vocode-pulumi: There is no terminal to ask at")
    assert in_service(shop) == [number]
    shop.account.call("POST", CANCEL, phone_number=number)
    assert audit(shop, "--cancel-orphans").returncode == 0


def test_what_is_gone_by_the_time_of_the_answer_is_left_alone(shop: Shop) -> None:
    number = buy(shop)
    with at_a_terminal(
        shop, "audit", "--cancel-orphans", stdin=EMPTY, PATH=without_stacks(shop)
    ) as session:
        session.until(ASKED)
        shop.account.call("POST", CANCEL, phone_number=number)
        shop.account.clear_requests()
        session.answer("y")
        assert session.end() == 0
    assert f"{number} is left alone" in session.printed
    assert [one for one in shop.account.requests() if one["method"] == "POST"] == []


def test_what_may_be_a_purchase_by_the_time_of_the_answer_is_left_alone(shop: Shop) -> None:
    number = buy(shop)
    with at_a_terminal(
        shop, "audit", "--cancel-orphans", stdin=EMPTY, PATH=without_stacks(shop)
    ) as session:
        session.until(ASKED)
        shop.account.fault(path="/v1/numbers/list", body={"items": []})
        shop.die("main")
        session.answer("y")
        assert session.end() == 1
    assert in_service(shop) == [number]


def test_a_cancellation_whose_answer_is_lost_is_done(shop: Shop) -> None:
    number = buy(shop)
    shop.account.fault(path=CANCEL, close="after")
    with at_a_terminal(
        shop, "audit", "--cancel-orphans", stdin=EMPTY, PATH=without_stacks(shop)
    ) as session:
        session.until(ASKED)
        session.answer("y")
        assert session.end() == 0
    assert f"{number} is cancelled." in session.printed
    assert in_service(shop) == []


def test_a_cancellation_that_fails_ends_it(shop: Shop) -> None:
    numbers = [buy(shop), buy(shop)]
    shop.account.fault(path=CANCEL, status=500, times=9)
    with at_a_terminal(
        shop, "audit", "--cancel-orphans", stdin=EMPTY, PATH=without_stacks(shop)
    ) as session:
        session.until(ASKED)
        session.answer("y")
        assert session.end() == 2
    assert "POST /v1/numbers/cancel answered 500" in session.printed
    assert in_service(shop) == numbers


def test_an_interrupted_question_is_a_no(shop: Shop) -> None:
    number = buy(shop)
    with at_a_terminal(
        shop, "audit", "--cancel-orphans", stdin=EMPTY, PATH=without_stacks(shop)
    ) as session:
        session.until(ASKED)
        session.press(b"\x03")
        assert session.end() == 130
    assert in_service(shop) == [number]


def test_the_end_of_input_is_a_no_to_all(shop: Shop) -> None:
    numbers = [buy(shop), buy(shop)]
    with at_a_terminal(
        shop, "audit", "--cancel-orphans", stdin=EMPTY, PATH=without_stacks(shop)
    ) as session:
        session.until(ASKED)
        session.press(b"\x04")
        assert session.end() == 1
    assert in_service(shop) == numbers


def test_nothing_is_cancelled_in_an_account_that_may_be_another(shop: Shop) -> None:
    number = buy(shop)
    done = audit(shop, "--cancel-orphans", stdin=exported(resource("a", "12125550100")))
    assert done.returncode == 2
    assert "None of the numbers that these stacks hold is in this account" in done.stderr
    assert in_service(shop) == [number]


# What the ledger says of a cancellation.


@pytest.mark.parametrize("was_released", [True, False])
def test_a_cancellation_is_written_down_before_it_is_made(shop: Shop, was_released: bool) -> None:
    number = buy(shop)
    if was_released:
        holding.release(shop.process(), number)
    shop.account.fault(path=CANCEL, status=500, times=9)
    with at_a_terminal(
        shop, "audit", "--cancel-orphans", stdin=EMPTY, PATH=without_stacks(shop)
    ) as session:
        session.until(ASKED)
        session.answer("y")
        assert session.end() == 2
    history = shop.ledger.history(number)
    newest = history.newest
    assert isinstance(newest, Cancelling)
    assert (newest.claim, newest.owner, newest.ends_old_holder) == (None, PERSON, False)
    assert newest.account.is_same(shop.process().account)
    assert history.next == (2 if was_released else 1)

    # It is in service, and nobody's to adopt.
    with pytest.raises(errors.NumberHeld, match=rf"being cancelled.*release {number}`"):
        holding.require_may_take(shop.process(), owner("main"), number, "adopted")
    shop.account.clear_faults()
    with at_a_terminal(
        shop, "audit", "--cancel-orphans", stdin=EMPTY, PATH=without_stacks(shop)
    ) as session:
        assert f"cancelling {number}" in session.until(ASKED)
        session.answer("y")
        assert session.end() == 0
    assert in_service(shop) == []
    assert shop.ledger.history(number).next == history.next


def test_a_number_whose_cancellation_was_ended_can_be_adopted(shop: Shop) -> None:
    number = buy(shop)
    assert shop.ledger.hold(number, 0, Cancelling(None, PERSON, shop.process().account))
    assert vocode_pulumi(shop, "release", number).returncode == 0
    process = shop.process()
    listed = shop.account.call("GET", "/v1/numbers", phone_number=number)
    holding.take_over(process, owner("main"), number, "adopted", lambda: listed, retained=False)
    newest = shop.ledger.history(number).newest
    assert isinstance(newest, Holder)
    assert newest.owner == owner("main")
    assert [*shop.ledger.history(number).by_generation.values()][1:2] == [Released(process.account)]


def test_a_number_that_was_cancelled_and_is_sold_again_is_bought(shop: Shop) -> None:
    number = buy(shop)
    with at_a_terminal(
        shop, "audit", "--cancel-orphans", stdin=EMPTY, PATH=without_stacks(shop)
    ) as session:
        session.until(ASKED)
        session.answer("y")
        assert session.end() == 0
    whole = shop.account.call("GET", "/v1/numbers", phone_number=number)
    shop.account.fault(**BUY, body={**whole, "active": True})
    bought = shop.buy("main")
    assert bought.number == number
    newest = shop.ledger.history(number).newest
    assert isinstance(newest, Holder)
    assert newest.claim == bought.claim


def test_what_is_adopted_at_the_moment_of_the_answer_is_left_alone(
    shop: Shop, tmp_path: Path
) -> None:
    number = buy(shop)
    adopt = f"""
from tests.contract.shop import Shop
from tests.purchasing.desk import owner
from vocode_pulumi.sandbox.client import SandboxClient
import pathlib
path = pathlib.Path({str(shop.path)!r})
shop = Shop(SandboxClient({shop.account.url!r}, {shop.account.api_key!r}), path)
shop.hold({number!r}, owner("theirs"))
"""
    # The last time that the state is read, somebody takes the number who is not in it yet.
    counted = f'[ "$(wc -l < {shlex.quote(str(tmp_path))}/asked)" != 1 ] ||'
    line = f"{counted} {shlex.join([sys.executable, '-c', adopt])}"
    path = pulumi(tmp_path, {"dev": EMPTY}, f"touch {shlex.quote(str(tmp_path))}/asked", line)
    done = audit(shop, "--stack", "dev", "--cancel-orphans", stdin="y\n", PATH=path)
    assert f"{number} is left alone" in done.stdout
    assert in_service(shop) == [number]
    assert isinstance(shop.ledger.history(number).newest, Holder)


# Stacks that it was not told of.


def of_stack(name: str, number: str) -> str:
    return exported(resource("main", number, name))


@pytest.mark.parametrize("compared", ["named", "piped"])
def test_a_stack_that_is_not_compared_is_told_and_its_numbers_are_not_offered(
    shop: Shop, tmp_path: Path, compared: str
) -> None:
    first, theirs = buy(shop), buy(shop)
    (shop.path.parent / "Pulumi.yaml").write_text("name: calls\nruntime: python\n")
    states = {"dev": of_stack("dev", first), "prod": of_stack("prod", theirs)}
    others = [f"organization/{name}" for name in ("calls/prod", "texts/dev", "calls/old")]
    stacks = ("organization/calls/dev", *others)
    path = pulumi(tmp_path, states, stacks=stacks)
    named = ("--stack", "dev") if compared == "named" else ()
    stdin = "" if compared == "named" else states["dev"]
    done = audit(shop, *named, stdin=stdin, PATH=path)
    assert done.stdout.startswith(f"orphan {theirs}")
    assert done.stdout.endswith("".join(f"\nnot compared: {name}" for name in others) + "\n")
    told = json.loads(audit(shop, *named, "--json", stdin=stdin, PATH=path).stdout)
    assert told["not_compared"] == others
    given = "y\n" if compared == "named" else stdin
    done = audit(shop, *named, "--cancel-orphans", stdin=given, PATH=path)
    assert done.returncode == 2
    assert "Nothing is cancelled: these stacks of the login may have the numbers: " in done.stderr
    assert ", ".join(others) in done.stderr
    assert ASKED not in done.stderr
    assert in_service(shop) == [first, theirs]


def test_a_stack_that_is_left_out_by_name_is_in_the_way_no_more(shop: Shop, tmp_path: Path) -> None:
    orphan = buy(shop)
    (shop.path.parent / "Pulumi.yaml").write_text("name: calls\nruntime: python\n")
    listed = ("acme/calls/dev", "acme/texts/dev", "acme/calls/old")
    path = pulumi(tmp_path, {"dev": EMPTY}, stacks=listed)
    left_out = ("--without", "acme/texts/dev", "--without", "old")
    for without in ((), left_out[:2], left_out[2:]):
        done = audit(shop, "--stack", "dev", *without, "--cancel-orphans", stdin="y\n", PATH=path)
        assert done.returncode == 2
        assert in_service(shop) == [orphan]
    done = audit(shop, "--stack", "dev", *left_out, "--cancel-orphans", stdin="y\n", PATH=path)
    assert "not compared" not in done.stdout
    assert in_service(shop) == []


def test_a_stack_is_not_both_compared_and_left_out(shop: Shop, tmp_path: Path) -> None:
    (shop.path.parent / "Pulumi.yaml").write_text("name: calls\nruntime: python\n")
    path, state = pulumi(tmp_path, {"dev": EMPTY}), of_stack("dev", buy(shop))
    for given, left_out in ((("--stack", "dev"), "acme/calls/dev"), ((), "dev")):
        done = audit(shop, *given, "--without", left_out, stdin=state, PATH=path)
        assert f"The stack {left_out} is both compared and left out" in refusal(done)


def test_all_stacks_reads_each_stack_of_the_login(shop: Shop, tmp_path: Path) -> None:
    first, second, orphan = buy(shop), buy(shop), buy(shop)
    states = {"acme/calls/dev": of_stack("dev", first), "acme/texts/dev": of_stack("x", second)}
    path = pulumi(tmp_path, states, stacks=(*states, "acme/broken/dev"))
    done = audit(shop, "--all-stacks", PATH=path)
    assert "acme/broken/dev" in refusal(done)
    without = ("--all-stacks", "--without", "acme/broken/dev")
    done = audit(shop, *without, "--cancel-orphans", stdin="y\n", PATH=path)
    assert "3 numbers, 2 stacks: 1 finding." in done.stdout
    assert in_service(shop) == [first, second]
    assert orphan not in in_service(shop)


def test_without_the_list_of_stacks_nothing_is_cancelled(shop: Shop, tmp_path: Path) -> None:
    number = buy(shop)
    line = '[ "$2" = ls ] && { echo "error: no backend" >&2; exit 255; }'
    path = pulumi(tmp_path, {"dev": EMPTY}, line)
    done = audit(shop, "--stack", "dev", "--cancel-orphans", stdin="y\n", PATH=path)
    assert done.returncode == 2
    assert "Nothing is cancelled: it is not known which other stacks" in done.stderr
    assert "no backend" in done.stderr
    assert in_service(shop) == [number]
    assert (
        json.loads(audit(shop, "--stack", "dev", "--json", PATH=path).stdout)["not_compared"]
        is None
    )
    assert "`pulumi stack ls --all`: no backend" in refusal(audit(shop, "--all-stacks", PATH=path))


def test_a_stack_that_appears_while_somebody_thinks_stops_the_cancellation(
    shop: Shop, tmp_path: Path
) -> None:
    number = buy(shop)
    here = shlex.quote(str(tmp_path))
    # The second list has another stack.
    line = (
        f'[ "$2" = ls ] && [ -e {here}/listed ] && {{ echo \'[{{"name": "acme/new/dev"}}]\'; exit 0; }}; '
        f'[ "$2" = ls ] && touch {here}/listed'
    )
    path = pulumi(tmp_path, {"dev": EMPTY}, line)
    done = audit(shop, "--stack", "dev", "--cancel-orphans", stdin="y\n", PATH=path)
    assert done.returncode == 2
    assert "acme/new/dev" in done.stderr
    assert in_service(shop) == [number]
