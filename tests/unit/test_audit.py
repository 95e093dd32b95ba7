# SPDX-License-Identifier: Apache-2.0
"""An account against states and a ledger."""

from typing import Any
from unittest import mock

import pytest

from tests.support.states import EMPTY, exported, resource, urn
from vocode_pulumi.audit.collecting import (
    AuditError,
    read_ledger,
    read_states,
    require_each_once,
)
from vocode_pulumi.audit.comparing import Finding, LedgerRecord, Purchase, Resource, compare
from vocode_pulumi.audit.stacks import not_compared
from vocode_pulumi.cli.audit import _is_ours_to_cancel
from vocode_pulumi.cli.console import digits_in, fact_block, fact_lines, foreign_fact_lines
from vocode_pulumi.errors import VocodeError
from vocode_pulumi.purchasing.deadlines import PurchaseWindow
from vocode_pulumi.purchasing.ledger import Ledger
from vocode_pulumi.purchasing.objects import (
    Account,
    Ask,
    Attempt,
    AttemptKey,
    Cancelling,
    History,
    Holder,
    Holding,
    Intent,
    NotBought,
    Released,
    Take,
)
from vocode_pulumi.purchasing.owner import PERSON, Owner
from vocode_pulumi.purchasing.stack_names import StackName
from vocode_pulumi.purchasing.stores.memory import MemoryStore
from vocode_pulumi.terminal_text import count, wrapped

URL = "https://api.vocode.dev"
ME = Account(URL, "me", "the mark of my key")
ONE, TWO, THREE, FOUR = (f"1415555010{at}" for at in (1, 2, 3, 4))
NOTHING = LedgerRecord()


def off(account: dict[str, str], *states: str, record: LedgerRecord = NOTHING) -> list[Any]:
    """What is found, in short."""
    found = compare(account, [one for state in states for one in read_states(state)], record)
    return [
        (one.kind, one.number, [*map(str, one.resources)], one.cancellable)
        if one.resources
        else (one.kind, one.number, one.cancellable)
        for one in found
    ]


def held(number: str, name: str = "main") -> LedgerRecord:
    """A ledger in which a resource holds a number that was bought for it."""
    return LedgerRecord({number: Resource("calls/dev", urn(name))}, frozenset({number}))


def unfinished(*of: tuple[str, tuple[str, ...]]) -> LedgerRecord:
    """A ledger with purchases without a known end, for these names, not of those numbers."""
    return LedgerRecord(
        unfinished=tuple(
            Purchase(Resource("calls/dev", urn(name)), frozenset(before)) for name, before in of
        )
    )


def test_numbers_that_one_resource_each_holds_are_right() -> None:
    state = exported(resource("a", ONE), resource("b", TWO))
    assert off({ONE: "", TWO: ""}, state) == []
    assert off({ONE: "", TWO: ""}, exported(resource("a", ONE)), exported(resource("b", TWO))) == []


def test_a_number_that_no_stack_knows_is_an_orphan() -> None:
    assert off({TWO: "", ONE: ""}, EMPTY) == [("orphan", ONE, True), ("orphan", TWO, True)]
    (found,) = compare({ONE: "desk"}, read_states(EMPTY), NOTHING)
    assert found == Finding(
        "orphan",
        ONE,
        "desk",
        (),
        f'To keep it, put adopt="{ONE}" into a program and run `pulumi up`. To cancel it, run '
        "`vocode-pulumi audit --cancel-orphans`.",
        cancellable=True,
    )


def test_a_number_in_two_stacks_is_shared() -> None:
    states = exported(resource("a", ONE)), exported(resource("b c", ONE, "prod"))
    assert off({ONE: ""}, *states) == [("shared", ONE, ["calls/dev: a", "calls/prod: b c"], False)]
    (found,) = compare({ONE: ""}, read_states("".join(states)), NOTHING)
    assert f"`pulumi state delete {urn('a')}` or" in found.needs
    assert f"`pulumi state delete '{urn('b c', 'prod')}'`" in found.needs


def test_a_number_that_two_resources_of_a_stack_hold_is_shared() -> None:
    state = exported(resource("a", ONE), resource("b", ONE, delete=True))
    assert off({ONE: ""}, state) == [("shared", ONE, ["calls/dev: a", "calls/dev: b"], False)]


def test_a_number_of_a_stack_that_is_not_in_service_is_gone() -> None:
    assert off({}, exported(resource("a", ONE))) == [("gone", ONE, ["calls/dev: a"], False)]
    twice = exported(resource("a", ONE), resource("b", ONE))
    assert off({}, twice) == [("gone", ONE, ["calls/dev: a", "calls/dev: b"], False)]


def test_a_number_that_is_gone_is_bought_anew_but_cannot_be_adopted() -> None:
    adopted = resource("b", TWO, inputs={"adopt": TWO})
    bought, other = compare(
        {}, read_states(exported(resource("a", ONE, inputs={}), adopted)), NOTHING
    )
    assert "`pulumi up` then buys another" in bought.needs
    assert "take `adopt` out of the program" in other.needs


def test_of_a_number_that_is_somebodys_it_is_said_what_takes_it() -> None:
    needs = {}
    for bought in (frozenset({ONE}), frozenset[str]()):
        for retained in (frozenset({ONE}), frozenset[str]()):
            of_a = {ONE: Resource("calls/dev", urn("a"))}
            record = LedgerRecord(of_a, bought, retained=retained)
            (found,) = compare({ONE: ""}, read_states(EMPTY), record)
            needs[bool(bought), bool(retained)] = found.needs
    for (was_bought, stays), needed in needs.items():
        takes = "`pulumi up` there, which takes the number if the resource has no other" in needed
        cancels = f"`vocode-pulumi purchases --cancel {ONE}` to cancel it" in needed
        assert takes is cancels is was_bought
        assert (f"`vocode-pulumi release {ONE}` to let the number go" in needed) is not was_bought
        assert "Compare that stack too" in needed
        assert "`vocode-pulumi release --removed-stack NAME`" in needed
        on_purpose = "The resource has retain_on_delete" in needed
        assert on_purpose is ("the number stays on purpose" in needed) is stays


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


def test_a_number_that_the_ledger_says_somebody_holds_is_no_orphan() -> None:
    bought = held(ONE)
    assert off({ONE: ""}, EMPTY, record=bought) == [("held", ONE, ["calls/dev: main"], False)]
    assert off({ONE: ""}, exported(resource("main", ONE)), record=bought) == []
    assert off({}, EMPTY, record=bought) == []


@pytest.mark.parametrize("state", [EMPTY, exported(resource("main", ONE))], ids=["free", "held"])
def test_a_number_that_is_being_cancelled_and_in_service_is_told_of(state: str) -> None:
    record = LedgerRecord(cancelling={ONE: Resource("calls/dev", urn("main"))})
    assert off({ONE: ""}, state, record=record) == [("cancelling", ONE, ["calls/dev: main"], False)]
    (found,) = compare({ONE: "desk"}, read_states(state), record)
    assert found.label == "desk"
    assert found.needs.endswith(f"To keep it, run `vocode-pulumi release {ONE}`.")
    assert "--cancel-orphans" not in found.needs
    assert off({}, EMPTY, record=record) == []


def test_what_a_person_was_cancelling_is_offered_once_more() -> None:
    person = Resource(str(PERSON.stack), PERSON.urn)
    assert str(person) == "vocode-pulumi/audit: a person"
    (found,) = compare({ONE: ""}, read_states(EMPTY), LedgerRecord(cancelling={ONE: person}))
    assert (found.kind, found.cancellable) == ("cancelling", True)
    assert "`vocode-pulumi audit --cancel-orphans`" in found.needs


def test_an_orphan_that_an_unfinished_purchase_may_have_bought_must_not_be_cancelled() -> None:
    record = unfinished(("a", (ONE,)), ("b", (ONE,)))
    assert off({ONE: "", TWO: ""}, EMPTY, record=record) == [
        ("orphan", ONE, True),
        ("orphan", TWO, ["calls/dev: a", "calls/dev: b"], False),
        ("unfinished", None, ["calls/dev: a"], False),
        ("unfinished", None, ["calls/dev: b"], False),
    ]


def test_an_orphan_that_an_interrupted_create_may_have_bought_must_not_be_cancelled() -> None:
    state = exported(resource("main", ONE), creating=("main",))
    assert off({ONE: "", TWO: ""}, state) == [("orphan", TWO, ["calls/dev: main"], False)]
    assert off({ONE: ""}, state) == []
    assert off({ONE: "", TWO: ""}, state, record=unfinished(("main", ()))) == [
        ("orphan", TWO, ["calls/dev: main"], False),
        ("unfinished", None, ["calls/dev: main"], False),
    ]


def test_what_a_person_let_go_is_no_purchase_that_was_interrupted() -> None:
    state = exported(creating=("a",))
    record = LedgerRecord(unfinished=unfinished(("b", ())).unfinished, released=frozenset({ONE}))
    assert off({ONE: "", TWO: ""}, state, record=record)[:2] == [
        ("orphan", ONE, True),
        ("orphan", TWO, ["calls/dev: a", "calls/dev: b"], False),
    ]


def test_other_operations_that_were_interrupted_bought_nothing() -> None:
    updating = exported(creating=("main",)).replace("creating", "updating")
    agent = exported(creating=("main",)).replace("PhoneNumber", "Agent")
    assert off({ONE: ""}, updating, agent) == [("orphan", ONE, True)]


def test_findings_come_by_kind_and_then_by_number() -> None:
    state = exported(resource("a", "3"), resource("b", "3"), resource("c", "5"))
    record = LedgerRecord(
        {one: Resource("x", urn(one)) for one in ("9", "0")},
        frozenset(),
        {one: Resource("x", urn(one)) for one in ("8", "7")},
        unfinished(("x", ("1", "2"))).unfinished,
    )
    found = off(dict.fromkeys("9821073", ""), state, record=record)
    assert [one[:2] for one in found] == [
        ("orphan", "1"),
        ("orphan", "2"),
        ("held", "0"),
        ("held", "9"),
        ("cancelling", "7"),
        ("cancelling", "8"),
        ("unfinished", None),
        ("shared", "3"),
        ("gone", "5"),
    ]


def test_a_number_is_the_same_in_every_spelling() -> None:
    state = exported(resource("a", f"+{ONE}"), resource("b", "+1 (415) 555-0102", external=True))
    assert off({ONE: "", TWO: ""}, state) == [("orphan", TWO, ["calls/dev: b"], False)]


def test_states_follow_one_another() -> None:
    found = read_states(f"\n{exported(resource('a', ONE, 'prod'))}{EMPTY}{exported()}\n")
    assert [one.name for one in found] == ["calls/prod", None, None]
    (named,) = read_states(exported(resource("a", ONE, "prod")), "acme/calls/prod")
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
        read_states(text)


def test_a_stack_that_is_given_twice_is_an_error() -> None:
    state = exported(resource("a", ONE))
    with pytest.raises(AuditError, match=r"^dev and calls/dev are the same state"):
        require_each_once([*read_states(state, "dev"), *read_states(state)])
    require_each_once(read_states(EMPTY + EMPTY))
    require_each_once(
        read_states(state + exported(resource("a", ONE), time="2026-01-02T00:00:00Z"))
    )
    require_each_once(read_states(state + exported(resource("a", ONE, "prod"))))


# The ledger.


@pytest.fixture
def ledger() -> Ledger:
    return Ledger(MemoryStore())


def owner(name: str) -> Owner:
    return Owner.of("file:///home/me/a b", "organization", urn(name))


def begin(ledger: Ledger, name: str, account: Account = ME, *before: str) -> Attempt:
    of = owner(name)
    key = AttemptKey(of.stack.key, of.key, 1)
    listed = ledger.keep_list(account, before)
    attempt = Attempt(key, Intent(of, account, Ask(), listed, PurchaseWindow(10, 70, 10)))
    assert ledger.begin(key, attempt.intent)
    return attempt


def hold(ledger: Ledger, number: str, *holdings: Holding) -> None:
    for generation, holding in enumerate(holdings):
        assert ledger.hold(number, generation, holding)


def of(name: str) -> Resource:
    return Resource("calls/dev", urn(name))


def test_the_newest_object_of_a_number_says_whose_it_is(ledger: Ledger) -> None:
    adopted = Holder("c", "adopted", owner("a"), ME)
    bought = Holder("d", "bought", owner("b"), ME, "stack/owner/1")
    cancelling = Cancelling("c", owner("c"), ME)
    hold(ledger, ONE, adopted)
    hold(ledger, TWO, adopted, Released(ME), bought)
    hold(ledger, THREE, adopted, cancelling)
    hold(ledger, FOUR, bought, Released(ME))
    record = read_ledger(ledger, ME, [ONE, TWO, THREE, FOUR, "14155550105"])
    assert record == LedgerRecord(
        {ONE: of("a"), TWO: of("b")}, frozenset({TWO}), {THREE: of("c")}, released=frozenset({FOUR})
    )


def test_a_number_that_lists_do_not_show_yet_is_known_by_what_took_it(ledger: Ledger) -> None:
    attempt = begin(ledger, "main")
    holder = Holder("c", "bought", attempt.intent.owner, ME, str(attempt.key))
    ledger.step(attempt, Take(ONE, 0, guess=False), holder)
    hold(ledger, TWO, Holder("d", "adopted", owner("a"), ME))
    assert read_ledger(ledger, ME, []) == LedgerRecord({ONE: of("main")}, frozenset({ONE}))


def test_whoever_holds_a_number_of_this_account_holds_it_by_whatever_key(ledger: Ledger) -> None:
    hold(ledger, ONE, Holder("c", "adopted", owner("a"), Account("http://proxy", "you", "k")))
    assert read_ledger(ledger, ME, [ONE]).held == {ONE: of("a")}


def test_purchases_of_other_accounts_do_not_count(ledger: Ledger) -> None:
    begin(ledger, "mine", ME, TWO)
    begin(ledger, "my new key's", Account(URL, "me", "another mark"))
    begin(ledger, "my key's", Account(URL, None, ME.key))
    begin(ledger, "somebody's", Account(URL, None, "another mark"))
    begin(ledger, "yours", Account(URL, "you", "another mark"))
    begin(ledger, "elsewhere", Account(f"{URL}/other", "me", ME.key))
    ledger.step(begin(ledger, "over"), NotBought())

    def names(account: Account) -> list[str]:
        found = read_ledger(ledger, account, []).unfinished
        return sorted(str(one.resource).removeprefix("calls/dev: ") for one in found)

    assert names(ME) == ["mine", "my key's", "my new key's", "somebody's"]
    # Of an account without numbers nothing says whose it is, and caution costs nothing.
    assert names(Account(URL, None, ME.key)) == [*names(ME), "yours"]
    (mine,) = (one for one in read_ledger(ledger, ME, []).unfinished if one.resource == of("mine"))
    assert mine.before == {TWO}


def test_a_number_that_somebody_takes_while_it_is_looked_at_is_not_cancelled(
    ledger: Ledger,
) -> None:
    hold(ledger, ONE, Holder("c", "adopted", owner("a"), ME))
    with mock.patch.object(ledger, "history", return_value=History()):
        assert not _is_ours_to_cancel(ledger, ONE, ME)
        assert _is_ours_to_cancel(ledger, TWO, ME)


# What is printed.


@pytest.mark.parametrize("text", [ONE, f"+{ONE}", "+1 (415) 555-0101"])
def test_digits_are_understood_as_people_write_them(text: str) -> None:
    assert digits_in(text) == ONE


@pytest.mark.parametrize("text", ["", "main", "911", "\u0661" * 11])
def test_what_is_no_phone_number_is_an_error(text: str) -> None:
    with pytest.raises(VocodeError, match="is no phone number: give digits with the country code"):
        digits_in(text)


def test_what_is_to_be_typed_stays_on_one_line() -> None:
    assert wrapped("a bc d `e f g`, h i", "  ", 8).splitlines() == [
        "  a bc d",
        "  `e f g`,",
        "  h i",
    ]
    assert wrapped("a " + "b" * 9 + " c", width=8).splitlines() == ["a", "b" * 9, "c"]


def test_columns_are_counted_and_not_characters() -> None:
    assert wrapped("受付 受付", width=8).splitlines() == ["受付", "受付"]
    assert wrapped("e\u0301e\u0301 e\u0301", width=4).splitlines() == ["e\u0301e\u0301 e\u0301"]


def test_a_block_has_the_names_of_facts_before_their_lines() -> None:
    facts = [("label", ["a\x1b[31m\n"]), ("nothing", []), ("resource", ["x", "y"])]
    assert fact_block("orphan 1\n", facts).splitlines() == [
        "orphan 1\ufffd",
        "    label     a\ufffd[31m\ufffd",
        "    resource  x",
        "              y",
    ]


def test_a_text_behind_a_name_fits_a_page() -> None:
    assert fact_lines("word " * 20) == [" ".join(["word"] * 17), "word word word"]
    assert foreign_fact_lines("x" * 100) == ["x" * 86, "x" * 14]
    assert foreign_fact_lines("受" * 44) == ["受" * 43, "受"]
    assert foreign_fact_lines("a\nb") == ["a\ufffdb"]
    assert foreign_fact_lines("a label " + "x" * 100) == ["a label", "x" * 86, "x" * 14]
    assert foreign_fact_lines("") == []


def test_things_are_counted() -> None:
    assert [count(many, "number") for many in (0, 1, 2)] == ["0 numbers", "1 number", "2 numbers"]


@pytest.mark.parametrize(
    ("given", "project", "is_same"),
    [
        ("acme/calls/dev", "calls", True),
        ("acme/calls/dev", None, True),
        ("acme/texts/dev", "calls", False),
        ("other/calls/dev", "calls", False),
        # Two parts are an organization and a stack, never a project and a stack.
        ("acme/dev", "calls", True),
        ("acme/dev", "texts", False),
        ("calls/dev", "calls", False),
        ("dev", "calls", True),
        ("prod", "calls", False),
        # Outside of a project a short name could be a stack of any project.
        ("dev", None, False),
        ("acme/dev", None, False),
    ],
)
def test_a_stack_is_told_from_others_by_organization_project_and_name(
    given: str, project: str | None, is_same: bool
) -> None:
    listed = ["acme/calls/dev"]
    left = not_compared(listed, [StackName.of(given, project)], project)
    assert left == ([] if is_same else listed)


def test_a_name_that_stacks_of_two_organizations_have_says_neither() -> None:
    listed = ["acme/calls/dev", "me/calls/dev", "me/calls/prod"]

    def left(*given: str) -> list[str]:
        return not_compared(listed, [StackName.of(name, "calls") for name in given], "calls")

    assert left("dev", "prod") == ["acme/calls/dev", "me/calls/dev"]
    assert left("dev", "prod", "me/dev") == ["acme/calls/dev"]
    assert left("acme/dev", "me/dev", "prod") == []
