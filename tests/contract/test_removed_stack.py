# SPDX-License-Identifier: Apache-2.0
"""`vocode-pulumi release --removed-stack` as a process: whose numbers it lets go or cancels, and whose not."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.contract.shop import Shop
from tests.contract.terminal import ROOT, Done, at_a_terminal, called, pulumi, refusal
from tests.support.states import EMPTY, exported, resource, urn
from vocode_pulumi.purchasing import holding
from vocode_pulumi.purchasing.objects import Cancelling, Holder, Released
from vocode_pulumi.purchasing.owner import Owner

HERE = "file:///here"
DEV = "organization/calls/dev"
PROD = "organization/calls/prod"
CANCEL = {"method": "POST", "path": "/v1/numbers/cancel"}
LET_GO = "They stay in service and cost money. [y/N] "
SURE = f"They cannot be bought back. Type {DEV} to cancel them: "


def of(
    name: str, stack: str = "dev", place: str = HERE, organization: str = "organization"
) -> Owner:
    return Owner.of(place, organization, urn(name, stack))


@pytest.fixture
def states(shop: Shop) -> dict[str, str]:
    """What `pulumi` exports, by the name of the stack: `dev` is gone."""
    (shop.path.parent / "Pulumi.yaml").write_text("name: calls\nruntime: python\n")
    return {PROD: EMPTY}


@pytest.fixture
def path(tmp_path: Path, states: dict[str, str]) -> Any:
    return lambda: pulumi(tmp_path, states, stacks=tuple(states))


def release(shop: Shop, path: Any, *args: str, stack: str = "dev", **env: str) -> Done:
    done = called(shop, "release", "--removed-stack", stack, *args, PATH=path(), **env)
    assert all(len(line) <= 100 for line in done.stdout.splitlines()), done.stdout
    return done


def newest(shop: Shop, number: str) -> Any:
    return shop.ledger.history(number).newest


def in_service(shop: Shop) -> list[str]:
    return sorted(one["number"] for one in shop.account.purchases() if one["active"])


# What it shows, and what it does.


def test_where_nobody_can_be_asked_it_shows_the_numbers_and_what_to_type(
    shop: Shop, path: Any
) -> None:
    first, second = sorted(shop.buy(of(name)).number for name in ("a", "b"))
    names = {newest(shop, number).owner.name: number for number in (first, second)}
    shop.account.call("POST", "/v1/numbers/update", {"label": "desk"}, phone_number=names["a"])
    for way in ((), ("--cancel",)):
        done = release(shop, path, *way)
        assert (done.returncode, done.stderr) == (1, "")
        head, rest = done.stdout.split(f"\n{first}\n")
        assert " ".join(head.split()) == (
            f"This login has no stack {DEV}. The ledger says that it holds 2 numbers, and no state of "
            f"this login has them. States that were read: {PROD}."
        )
        block = {number: f"    resource  {name}\n" for name, number in names.items()}
        block[names["a"]] += "    label     desk\n"
        assert rest.startswith(f"{block[first]}{second}\n{block[second]}")
        assert (
            f"    vocode-pulumi release --removed-stack {DEV} --yes\n"
            "To cancel them, which cannot be undone:\n"
            f"    vocode-pulumi release --removed-stack {DEV} --cancel --yes\n"
        ) in rest
        assert ("The states of other logins were not read." in rest) is bool(way)
    assert isinstance(newest(shop, first), Holder)
    assert in_service(shop) == [first, second]


@pytest.mark.parametrize("name", ["dev", "organization/dev", DEV])
def test_all_numbers_are_let_go_at_once(shop: Shop, path: Any, name: str) -> None:
    numbers = sorted(shop.buy(of(resource_name)).number for resource_name in ("a", "b"))
    theirs = shop.buy(of("c", "prod")).number
    done = release(shop, path, "--yes", stack=name)
    assert (done.returncode, done.stderr) == (0, "")
    for number in numbers:
        assert f"{number} is let go.\n" in done.stdout
        assert isinstance(newest(shop, number), Released)
        taken = holding.require_may_take(shop.process(), of("x", "prod"), number, "adopted")
        assert taken.next == 2
    assert isinstance(newest(shop, theirs), Holder)
    assert theirs not in done.stdout
    assert in_service(shop) == sorted([*numbers, theirs])
    done = release(shop, path, "--yes")
    assert done.returncode == 0
    assert "holds 0 numbers" in done.stdout


def test_all_numbers_are_cancelled(shop: Shop, path: Any) -> None:
    numbers = [shop.buy(of(name)).number for name in ("a", "b")]
    theirs = shop.buy(of("c", "prod")).number
    done = release(shop, path, "--cancel", "--yes")
    assert (done.returncode, done.stderr) == (0, "")
    for number in numbers:
        assert f"{number} is cancelled.\n" in done.stdout
        assert isinstance(newest(shop, number), Cancelling)
    assert in_service(shop) == [theirs]


def test_a_number_that_stays_on_purpose_is_let_go_and_never_cancelled(
    shop: Shop, path: Any
) -> None:
    number = shop.buy(of("a")).number
    kept = shop.buy(of("b")).number
    history = shop.ledger.history(kept)
    assert isinstance(history.newest, Holder)
    account = shop.process().account
    retained = Holder("x", "adopted", of("b"), account, history.newest.attempt, retained=True)
    assert shop.ledger.hold(kept, history.next, retained)
    done = release(shop, path, "--cancel", "--yes")
    assert done.returncode == 0
    assert "it stays on purpose (retain_on_delete): it is never cancelled" in done.stdout
    assert in_service(shop) == [kept]
    assert number not in in_service(shop)
    assert release(shop, path, "--yes").returncode == 0
    assert isinstance(newest(shop, kept), Released)


def test_a_cancellation_that_failed_is_made_again(shop: Shop, path: Any) -> None:
    shop.buy(of("a"))
    shop.account.fault(**CANCEL, status=500, times=5)
    done = release(shop, path, "--cancel", "--yes")
    assert done.returncode == 2
    assert "answered 500" in done.stderr
    shop.account.clear_faults()
    assert "its cancellation was begun" in release(shop, path).stdout
    assert release(shop, path, "--cancel", "--yes").returncode == 0
    assert in_service(shop) == []


def test_a_number_whose_cancellation_was_begun_can_be_let_go(shop: Shop, path: Any) -> None:
    number = shop.buy(of("a")).number
    shop.account.fault(**CANCEL, status=500, times=5)
    assert release(shop, path, "--cancel", "--yes").returncode == 2
    shop.account.clear_faults()
    done = release(shop, path, "--yes")
    assert f"{number} is being cancelled. Waiting" in " ".join(done.stdout.split())
    assert isinstance(newest(shop, number), Released)


# What it does not do.


def test_a_stack_that_exists_is_refused(shop: Shop, path: Any, states: dict[str, str]) -> None:
    number = shop.buy(of("a")).number
    for state in (exported(resource("a", number)), EMPTY):
        states[DEV] = state
        for way in ((), ("--cancel",)):
            line = refusal(release(shop, path, "--yes", *way))
            assert line.startswith(f"Nothing is changed: the stack {DEV} exists.")
    assert isinstance(newest(shop, number), Holder)
    assert in_service(shop) == [number]


def test_a_number_that_another_state_has_is_left_alone(
    shop: Shop, path: Any, states: dict[str, str]
) -> None:
    number, moved = shop.buy(of("a")).number, shop.buy(of("b")).number
    # Whatever claim that state has: another ledger may know of it.
    states[PROD] = exported(
        resource("b", moved, "prod", outputs={"__record": {"v": 1, "claim": "x"}})
    )
    done = release(shop, path, "--cancel", "--yes")
    assert done.returncode == 0
    assert f"{moved} is in the state of {PROD}: it is left alone.\n" in done.stdout
    assert in_service(shop) == [moved]
    assert isinstance(newest(shop, moved), Holder)
    assert number != moved


@pytest.mark.parametrize("what", ["the stack", "another", "the list"])
def test_a_state_that_cannot_be_read_is_in_the_way(
    shop: Shop, path: Any, states: dict[str, str], tmp_path: Path, what: str
) -> None:
    number = shop.buy(of("a")).number
    if what == "the list":
        line = '[ "$2" = ls ] && { echo "error: no permission" >&2; exit 255; }'
        given: Any = lambda: pulumi(tmp_path, states, line)  # noqa: E731
    else:
        states[DEV if what == "the stack" else PROD] = "error: no permission\n"
        given = path
    line = refusal(release(shop, given, "--cancel", "--yes"))
    assert line.startswith("Nothing is changed: the state of ")
    assert line.endswith("(no permission), and it may have these numbers.")
    assert in_service(shop) == [number]


def test_a_number_that_is_out_of_service_or_was_let_go_is_none_of_them(
    shop: Shop, path: Any
) -> None:
    gone, let_go, left = [shop.buy(of(name)).number for name in ("a", "b", "c")]
    shop.account.call("POST", "/v1/numbers/cancel", phone_number=gone)
    holding.release(shop.process(), let_go)
    done = release(shop, path, "--cancel", "--yes")
    assert "holds 1 number, and no state of this login has it" in " ".join(done.stdout.split())
    assert gone not in done.stdout
    assert in_service(shop) == [let_go]
    assert left not in in_service(shop)


def test_an_unfinished_purchase_is_told_and_left_alone(shop: Shop, path: Any) -> None:
    number = shop.die(of("a"), done=True)
    done = release(shop, path, "--cancel", "--yes")
    assert done.returncode == 1
    assert "a has an unfinished purchase: settle it with `vocode-pulumi purchases`." in done.stdout
    assert in_service(shop) == [number]


def test_numbers_of_another_account_are_told(shop: Shop, path: Any, sandbox: Any) -> None:
    number = shop.buy(of("a")).number
    other = sandbox.another_account(f"{shop.account.api_key}-other")
    done = release(shop, path, "--cancel", "--yes", VOCODE_API_KEY=other.api_key)
    assert done.returncode == 0
    assert f"{number} is in another account: use the key of that account.\n" in done.stdout
    assert in_service(shop) == [number]


def test_a_name_that_the_ledger_does_not_have_names_those_that_it_has(
    shop: Shop, path: Any
) -> None:
    shop.buy(of("a"))
    line = refusal(release(shop, path, "--yes", stack="calls/dev"))
    assert line == (
        f"Nothing is changed: the ledger {shop.path} has nothing of a stack calls/calls/dev. It has "
        f"something of {DEV}."
    )
    (shop.path.parent / "Pulumi.yaml").unlink()
    assert f"It has something of {DEV}." in refusal(release(shop, path, "--yes"))
    assert release(shop, path, "--yes", stack=DEV).returncode == 0


def test_a_name_that_two_stacks_have_is_asked_for_in_full(shop: Shop, path: Any) -> None:
    shop.buy(of("a", organization="acme"))
    shop.buy(of("a", organization="me"))
    line = refusal(release(shop, path, "--yes"))
    assert "calls/dev may be acme/calls/dev or me/calls/dev. Give the full name." in line
    assert release(shop, path, "--yes", stack="me/calls/dev").returncode == 0


def test_a_stack_of_another_login_is_refused(shop: Shop, path: Any) -> None:
    number = shop.buy(of("a", place="file:///there")).number
    line = refusal(release(shop, path, "--cancel", "--yes"))
    assert "the state of calls/dev was in file:///there, and this login has its states in" in line
    assert in_service(shop) == [number]


@pytest.mark.parametrize(
    "words",
    [(), ("14155550100", "--removed-stack", "dev"), ("14155550100", "--cancel"), ("1", "--yes")],
)
def test_what_does_not_go_together_is_refused(shop: Shop, words: tuple[str, ...]) -> None:
    done = called(shop, "release", *words)
    assert (done.returncode, done.stdout) == (2, "")


# At a terminal.


def test_the_page_shows_what_is_printed(shop: Shop, path: Any) -> None:
    numbers = sorted(shop.buy(of(name)).number for name in ("a", "b"))
    first, second = ((number, newest(shop, number).owner.name) for number in numbers)
    label = {"label": "front desk"}
    shop.account.call("POST", "/v1/numbers/update", label, phone_number=second[0])
    with at_a_terminal(shop, "release", "--removed-stack", "dev", PATH=path()) as session:
        session.until(LET_GO)
        session.answer("y")
        assert session.end() == 0
    page = (ROOT / "docs" / "operate" / "purchases.md").read_text()
    (shown,) = re.findall(r"--removed-stack dev\n(This login .*?)```", page, re.DOTALL)
    for told, real in (
        ("14707702770", first[0]),
        ("15099142635", second[0]),
        ("  support\n", f"  {first[1]}\n"),
        ("  main\n", f"  {second[1]}\n"),
        # The terminal shows what was typed.
        (f"{LET_GO}y\n", LET_GO),
    ):
        assert told in shown
        shown = shown.replace(told, real)
    assert session.printed == shown


@pytest.mark.parametrize("answer", ["y", "Yes"])
def test_a_person_is_asked_before_numbers_are_let_go(shop: Shop, path: Any, answer: str) -> None:
    number = shop.buy(of("a")).number
    with at_a_terminal(shop, "release", "--removed-stack", "dev", PATH=path()) as session:
        assert session.until(LET_GO).endswith(f"Let 1 number go? {LET_GO}")
        session.answer(answer)
        assert session.end() == 0
    assert isinstance(newest(shop, number), Released)


def test_a_person_types_the_name_of_the_stack_to_cancel(shop: Shop, path: Any) -> None:
    number = shop.buy(of("a")).number
    words = ("release", "--removed-stack", "dev", "--cancel")
    for answer in ("", "y", "dev"):
        with at_a_terminal(shop, *words, PATH=path()) as session:
            session.until(SURE)
            session.answer(answer)
            assert session.end() == 1
        assert session.printed.endswith("Nothing is changed.\n")
    assert in_service(shop) == [number]
    with at_a_terminal(shop, *words, PATH=path()) as session:
        session.until(SURE)
        session.answer(DEV)
        assert session.end() == 0
    assert in_service(shop) == []


def test_what_another_stack_has_by_then_is_left_alone(
    shop: Shop, path: Any, states: dict[str, str]
) -> None:
    number = shop.buy(of("a")).number
    with at_a_terminal(
        shop, "release", "--removed-stack", "dev", "--cancel", PATH=path()
    ) as session:
        session.until(SURE)
        states[PROD] = exported(resource("a", number, "prod"))
        path()
        session.answer(DEV)
        assert session.end() == 1
    assert session.printed.endswith(f"{number} is left alone: it was settled meanwhile.\n")
    assert in_service(shop) == [number]


def test_a_stack_that_is_there_again_by_then_stops_it(
    shop: Shop, path: Any, states: dict[str, str]
) -> None:
    number = shop.buy(of("a")).number
    with at_a_terminal(shop, "release", "--removed-stack", "dev", PATH=path()) as session:
        session.until(LET_GO)
        states[DEV] = exported(resource("a", number))
        path()
        session.answer("y")
        assert session.end() == 2
    assert f"the stack {DEV} exists" in session.printed
    assert isinstance(newest(shop, number), Holder)
