# SPDX-License-Identifier: Apache-2.0
"""An account against states and a ledger."""

from typing import Any

import pytest

from tests.states import EMPTY, exported, resource, urn
from vocode_pulumi.audit import (
    AuditError,
    Finding,
    Purchase,
    Resource,
    compare,
    read,
    require_each_once,
    unfinished,
)
from vocode_pulumi.cli.console import count, table
from vocode_pulumi.ledger import Owner, Row

URL = "https://api.vocode.dev"
ONE, TWO = "14155550101", "14155550102"


def off(account: dict[str, str], *states: str, purchases: tuple[Purchase, ...] = ()) -> list[Any]:
    """What is found, in short."""
    found = compare(account, [one for state in states for one in read(state)], purchases)
    return [
        (one.kind, one.number, [*map(str, one.resources)], one.cancellable)
        if one.resources
        else (one.kind, one.number, one.cancellable)
        for one in found
    ]


def bought(number: str | None, *before: str, name: str = "main") -> Purchase:
    return Purchase(Resource("calls/dev", urn(name)), number, frozenset(before))


def test_numbers_that_one_resource_each_holds_are_right() -> None:
    state = exported(resource("a", ONE), resource("b", TWO))
    assert off({ONE: "", TWO: ""}, state) == []
    assert off({ONE: "", TWO: ""}, exported(resource("a", ONE)), exported(resource("b", TWO))) == []


def test_a_number_that_no_stack_knows_is_an_orphan() -> None:
    assert off({TWO: "", ONE: ""}, EMPTY) == [("orphan", ONE, True), ("orphan", TWO, True)]
    (found,) = compare({ONE: "desk"}, read(EMPTY), [])
    assert found == Finding(
        "orphan",
        ONE,
        "desk",
        (),
        f'adopt="{ONE}" in a program and `pulumi up`; or to cancel it, '
        "`vocode-pulumi audit --cancel-orphans`",
        cancellable=True,
    )


def test_a_number_in_two_stacks_is_shared() -> None:
    states = exported(resource("a", ONE)), exported(resource("b c", ONE, "prod"))
    assert off({ONE: ""}, *states) == [("shared", ONE, ["calls/dev: a", "calls/prod: b c"], False)]
    (found,) = compare({ONE: ""}, read("".join(states)), [])
    assert f"`pulumi state delete {urn('a')}` or" in found.needs
    assert f"`pulumi state delete '{urn('b c', 'prod')}'`" in found.needs


def test_a_number_that_two_resources_of_a_stack_hold_is_shared() -> None:
    state = exported(resource("a", ONE), resource("b", ONE, delete=True))
    assert off({ONE: ""}, state) == [("shared", ONE, ["calls/dev: a", "calls/dev: b"], False)]


def test_a_number_of_a_stack_that_is_not_in_service_is_gone() -> None:
    assert off({}, exported(resource("a", ONE))) == [("gone", ONE, ["calls/dev: a"], False)]
    twice = exported(resource("a", ONE), resource("b", ONE))
    assert off({}, twice) == [("gone", ONE, ["calls/dev: a", "calls/dev: b"], False)]


@pytest.mark.parametrize(
    "one",
    [
        resource("a", ONE, kind="pulumi-python:dynamic/vocode:LinkedNumber"),
        resource("a", ONE, kind="my:Office$pulumi-python:dynamic/vocode:PhoneNumber"),
        resource("a", ONE, delete=True),
        resource("a", ONE, protect=True, external=False),
    ],
    ids=lambda one: ",".join(map(str, one.values())),
)
def test_what_holds_a_number(one: dict[str, Any]) -> None:
    assert off({ONE: ""}, exported(one)) == []


@pytest.mark.parametrize(
    "one",
    [
        resource("a", ONE, kind="pulumi-python:dynamic/vocode:Agent"),
        resource("a", ONE, kind="pulumi-python:dynamic:Resource"),
        resource("a", ONE, custom=False),
        resource("a", None),
        resource("a", ""),
    ],
    ids=lambda one: ",".join(map(str, one.values())),
)
def test_what_holds_none(one: dict[str, Any]) -> None:
    assert off({ONE: ""}, exported(one)) == [("orphan", ONE, True)]


def test_a_number_that_is_only_read_is_an_orphan_that_must_not_be_cancelled() -> None:
    state = exported(resource("theirs", ONE, external=True))
    assert off({ONE: ""}, state) == [("orphan", ONE, ["calls/dev: theirs"], False)]
    assert off({}, state) == []
    assert off({ONE: ""}, state, exported(resource("a", ONE))) == []


def test_a_number_of_an_unfinished_purchase_is_no_orphan() -> None:
    purchases = (bought(ONE),)
    assert off({ONE: ""}, EMPTY, purchases=purchases) == [
        ("unfinished", ONE, ["calls/dev: main"], False)
    ]
    assert off({ONE: ""}, exported(resource("main", ONE)), purchases=purchases) == []
    assert off({}, EMPTY, purchases=purchases) == []


def test_an_orphan_that_an_unfinished_purchase_may_have_bought_must_not_be_cancelled() -> None:
    purchases = (bought(None, ONE, name="a"), bought(None, ONE, name="b"))
    assert off({ONE: "", TWO: ""}, EMPTY, purchases=purchases) == [
        ("orphan", ONE, True),
        ("orphan", TWO, ["calls/dev: a", "calls/dev: b"], False),
        ("unfinished", None, ["calls/dev: a"], False),
        ("unfinished", None, ["calls/dev: b"], False),
    ]


def test_an_orphan_that_an_interrupted_create_may_have_bought_must_not_be_cancelled() -> None:
    state = exported(resource("main", ONE), creating=("main",))
    assert off({ONE: "", TWO: ""}, state) == [("orphan", TWO, ["calls/dev: main"], False)]
    assert off({ONE: ""}, state) == []
    assert off({ONE: "", TWO: ""}, state, purchases=(bought(None),)) == [
        ("orphan", TWO, ["calls/dev: main"], False),
        ("unfinished", None, ["calls/dev: main"], False),
    ]


def test_other_operations_that_were_interrupted_bought_nothing() -> None:
    updating = exported(creating=("main",)).replace("creating", "updating")
    agent = exported(creating=("main",)).replace("PhoneNumber", "Agent")
    assert off({ONE: ""}, updating, agent) == [("orphan", ONE, True)]


def test_findings_come_by_kind_and_then_by_number() -> None:
    state = exported(resource("a", "3"), resource("b", "3"), resource("c", "5"))
    purchases = (bought(None, "1", "2"), bought("0"))
    found = off({"2": "", "1": "", "0": "", "3": ""}, state, purchases=purchases)
    assert [one[:2] for one in found] == [
        ("orphan", "1"),
        ("orphan", "2"),
        ("unfinished", "0"),
        ("unfinished", None),
        ("shared", "3"),
        ("gone", "5"),
    ]


def test_states_follow_one_another() -> None:
    found = read(f"\n{exported(resource('a', ONE, 'prod'))}{EMPTY}{exported()}\n")
    assert [one.name for one in found] == ["calls/prod", None, None]
    (named,) = read(exported(resource("a", ONE, "prod")), "acme/calls/prod")
    assert (named.name, named.holds[0][1].stack) == ("acme/calls/prod", "acme/calls/prod")


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n",
        "no state",
        "[]",
        "{}",
        '{"deployment": null}',
        '{"deployment": {"resources": {}}}',
        '{"version": 3, "checkpoint": {"latest": {}}}',
        EMPTY + "{",
        EMPTY[:-1],
    ],
)
def test_what_is_no_state_is_not_taken_for_an_empty_one(text: str) -> None:
    with pytest.raises(ValueError, match=r"Expecting|validation error"):
        read(text)


def test_a_stack_that_is_given_twice_is_an_error() -> None:
    state = exported(resource("a", ONE))
    with pytest.raises(AuditError, match=r"^dev and calls/dev are the same state"):
        require_each_once([*read(state, "dev"), *read(state)])
    require_each_once(read(EMPTY + EMPTY))
    require_each_once(read(state + exported(resource("a", ONE), time="2026-01-02T00:00:00Z")))
    require_each_once(read(state + exported(resource("a", ONE, "prod"))))


def test_purchases_of_other_accounts_do_not_count() -> None:
    def row(backend: str, api: str, name: str) -> Row:
        return Row(Owner(backend, api, urn(name)), None, {}, frozenset({TWO}), ONE, 0, 0)

    rows = [
        row("file:///home/me/a b", URL, "with a space"),
        row("", URL, "local"),
        row("", f"{URL}/other", "other"),
        row("", "http://127.0.0.1:8787", "sandbox"),
    ]
    assert [*unfinished(rows, URL)] == [
        Purchase(Resource("calls/dev", urn("with a space")), ONE, frozenset({TWO})),
        Purchase(Resource("calls/dev", urn("local")), ONE, frozenset({TWO})),
    ]


def test_a_table_is_aligned_and_shows_no_control_codes() -> None:
    rows = [("ab", "受付", "x"), ("a\x1b[31m\n", "e\u0301", "y"), ("a", "b", "long")]
    assert table(("A", "B", "C"), rows).splitlines() == [
        "A        B     C",
        "ab       受付  x",
        "a\ufffd[31m\ufffd  e\u0301     y",
        "a        b     long",
    ]


def test_things_are_counted() -> None:
    assert [count(many, "number") for many in (0, 1, 2)] == ["0 numbers", "1 number", "2 numbers"]
