# SPDX-License-Identifier: Apache-2.0
"""Who may cancel a number, and who may take one over."""

from typing import Any
from unittest import mock

import pytest

from tests.purchasing.desk import ME, URL, WINDOW, AccountInMemory, Desk, owner, vocode
from vocode_pulumi import errors
from vocode_pulumi.purchasing.context import PurchasingContext
from vocode_pulumi.purchasing.holding import (
    StateClaim,
    TakenOver,
    begin_cancelling,
    release,
    take_over,
)
from vocode_pulumi.purchasing.ledger import Ledger
from vocode_pulumi.purchasing.objects import (
    Account,
    Cancelling,
    Holder,
    Released,
    Take,
)
from vocode_pulumi.purchasing.owner import PERSON, Owner
from vocode_pulumi.purchasing.states import StateNotReadable

A, B, THEIRS = owner("a"), owner("b"), owner("a", "prod")
N = "14155550100"
SOMEBODY = Account(URL, ME, "key")


@pytest.fixture
def desk() -> Desk:
    made = Desk()
    made.account.add(N)
    return made


def newest(desk: Desk) -> Any:
    return desk.ledger.history(N).newest


# Deleting.


def test_the_newest_claim_cancels_and_that_is_written_down_first(desk: Desk) -> None:
    holder = desk.hold(N, A)
    assert begin_cancelling(desk.process(), StateClaim(N, A, holder.claim)) is None
    assert newest(desk) == Cancelling(
        holder.claim, A, desk.process().account, ends_old_holder=False
    )
    assert desk.account.numbers[N]["active"]
    # What was cut off is cancelled again.
    assert begin_cancelling(desk.process(), StateClaim(N, A, holder.claim)) is None
    assert len(desk.ledger.history(N).by_generation) == 2


def test_the_claim_counts_and_not_the_name(desk: Desk) -> None:
    holder = desk.hold(N, A)
    moved = owner("renamed", "prod")
    assert begin_cancelling(desk.process(), StateClaim(N, moved, holder.claim)) is None


def test_a_claim_that_is_stale_never_cancels_whatever_made_it_stale(desk: Desk) -> None:
    first = desk.hold(N, A)
    for make_stale, by in (
        (lambda: desk.hold(N, THEIRS), "'a' of the stack calls/prod holds it now"),
        (
            lambda: desk.ledger.hold(N, 2, Cancelling("another", B, SOMEBODY)),
            f"{N} is not cancelled by this resource: 'b' of the stack calls/dev has begun to cancel it.",
        ),
        (
            lambda: desk.ledger.hold(N, 3, Cancelling(None, PERSON, SOMEBODY)),
            ": a person with `vocode-pulumi audit` has begun to cancel it.",
        ),
        (lambda: desk.ledger.hold(N, 4, Released(SOMEBODY)), "was released by hand"),
    ):
        make_stale()
        before = newest(desk)
        assert by in str(begin_cancelling(desk.process(), StateClaim(N, A, first.claim)))
        assert newest(desk) == before


def test_a_number_that_the_ledger_does_not_know_belongs_to_the_state_that_has_it(
    desk: Desk,
) -> None:
    assert begin_cancelling(desk.process(), StateClaim(N, A, "of another ledger")) is None
    desk = Desk()
    assert begin_cancelling(desk.process(), StateClaim(N, A, None)) is None
    assert newest(desk) == Cancelling(None, A, desk.process().account)
    assert begin_cancelling(desk.process(), StateClaim(N, A, None)) is None
    # Of somebody else's without a claim this says nothing.
    assert begin_cancelling(desk.process(), StateClaim(N, B, None)) is not None


def test_a_state_without_a_claim_cancels_only_what_was_found_under_its_own_name(
    desk: Desk,
) -> None:
    def found(of: str) -> None:
        desk.hold(N, A, act="found in an old ledger", attempt=of)

    found("first-house/somebody/1")
    assert "holds it now" in str(begin_cancelling(desk.process(), StateClaim(N, A, None)))
    found("first-house/nobody/1")
    assert begin_cancelling(desk.process(), StateClaim(N, A, None)) is None
    assert newest(desk).ends_old_holder
    assert begin_cancelling(desk.process(), StateClaim(N, A, None)) is None
    assert begin_cancelling(desk.process(), StateClaim(N, B, None)) is not None
    desk = Desk()
    desk.hold(N, A)
    assert "holds it now" in str(begin_cancelling(desk.process(), StateClaim(N, A, None)))


def test_an_ended_claim_of_another_kind_is_not_cancelled_again_without_one(desk: Desk) -> None:
    desk.ledger.hold(N, 0, Cancelling("a claim", A, SOMEBODY))
    assert "has begun to cancel it" in str(begin_cancelling(desk.process(), StateClaim(N, A, None)))


def test_a_number_that_this_process_has_read_is_cancelled_without_another_look(desk: Desk) -> None:
    context, holder = desk.process(), desk.hold(N, A)
    context.ledger.history(N)
    with mock.patch.object(desk.store, "list", side_effect=AssertionError):
        assert begin_cancelling(context, StateClaim(N, A, holder.claim)) is None
    assert isinstance(desk.ledger.history(N).newest, Cancelling)


def test_what_changed_since_this_process_read_it_counts(desk: Desk) -> None:
    context, holder = desk.process(), desk.hold(N, A)
    context.ledger.history(N)
    adopted = desk.hold(N, B)
    assert "holds it now" in str(begin_cancelling(context, StateClaim(N, A, holder.claim)))
    assert desk.ledger.history(N).newest == adopted


def test_who_is_overtaken_while_it_writes_looks_again(desk: Desk) -> None:
    holder = desk.hold(N, A)
    real = Ledger.hold
    faster: list[bool] = []

    def overtaken(ledger: Ledger, *of: Any) -> bool:
        if not faster:
            faster.append(True)
            desk.hold(N, THEIRS)
        return real(ledger, *of)

    with mock.patch.object(Ledger, "hold", overtaken):
        assert "'a' of the stack calls/prod holds it now" in str(
            begin_cancelling(desk.process(), StateClaim(N, A, holder.claim))
        )
    assert newest(desk).owner == THEIRS


def test_a_ledger_that_cannot_be_read_is_an_error_before_the_delete(desk: Desk) -> None:
    broken = errors.LedgerError("here", "no permission")
    with (
        mock.patch.object(Ledger, "histories", side_effect=broken),
        pytest.raises(errors.LedgerError),
    ):
        begin_cancelling(desk.process(), StateClaim(N, A, "claim"))


# Taking over.


def adopt(
    desk: Desk, of: Owner = A, context: PurchasingContext | None = None, act: Any = "adopted"
) -> TakenOver:
    return take_over(
        context or desk.process(),
        of,
        N,
        act,
        lambda: desk.account.numbers.get(N, {"number": N}),
        retained=False,
    )


def refused(desk: Desk, of: Owner = A, **more: Any) -> str:
    before = newest(desk)
    with pytest.raises(errors.NumberHeld, match="Nothing was bought or changed") as caught:
        adopt(desk, of, **more)
    assert newest(desk) == before
    return str(caught.value)


def test_what_nobody_has_is_taken(desk: Desk) -> None:
    held = adopt(desk)
    holder = newest(desk)
    assert (holder.claim, holder.act, holder.owner) == (held.claim, "adopted", A)
    assert holder.account == Account(URL, ME, desk.process().keyring.mark)
    assert held.attempt is None
    assert holder.attempt is None


def test_whether_the_resource_is_retained_is_written_down(desk: Desk) -> None:
    take_over(desk.process(), A, N, "adopted", dict, retained=True)
    assert newest(desk).retained


def test_what_another_stacks_state_has_is_refused_with_the_ways_that_are_right(
    desk: Desk,
) -> None:
    holder = desk.hold(N, THEIRS)
    desk.states.has(THEIRS, N, holder.claim)
    text = refused(desk)
    assert f"{N} is held by a of the stack organization/calls/prod" in text
    assert "pulumi state move" in text
    assert f"vocode-pulumi release {N}" in text
    # Also a state of version 0.1, of which the ledger knows nothing.
    desk = Desk()
    desk.account.add(N)
    desk.states.has(THEIRS, N, None)
    assert "organization/calls/prod" in refused(desk)


def test_what_was_released_is_taken_and_nobody_is_asked(desk: Desk) -> None:
    holder = desk.hold(N, THEIRS)
    desk.states.has(THEIRS, N, holder.claim)
    release(desk.process(), N)
    desk.begin(desk.process(), B)  # so that whose the stack is is known
    desk.states.asked.clear()
    held = adopt(desk)
    assert desk.states.asked == []
    assert newest(desk).claim == held.claim
    assert begin_cancelling(desk.process(), StateClaim(N, THEIRS, holder.claim)) is not None


def test_in_the_same_stack_the_new_claim_takes_over(desk: Desk) -> None:
    for of in (A, owner("another-name")):
        holder = newest(desk) or desk.hold(N, A)
        desk.states.stacks.clear()
        desk.states.has(A, N, holder.claim)
        held = adopt(desk, of)
        assert newest(desk).claim == held.claim != holder.claim
        assert begin_cancelling(desk.process(), StateClaim(N, A, holder.claim)) is not None


def test_what_was_moved_here_is_taken_though_the_ledger_names_the_other_stack(
    desk: Desk,
) -> None:
    holder = desk.hold(N, THEIRS)
    desk.states.has(A, N, holder.claim)
    assert adopt(desk).claim != holder.claim
    assert newest(desk).owner == A


def test_a_replacement_that_was_killed_follows_its_own_holder(desk: Desk) -> None:
    desk.hold(N, A)
    assert adopt(desk).claim == newest(desk).claim
    # Not where another stack's state has it by now.
    desk.states.has(THEIRS, N, newest(desk).claim)
    assert "organization/calls/prod" in refused(desk)


def test_an_import_file_that_is_written_again_keeps_the_claim_of_the_first(desk: Desk) -> None:
    first = adopt(desk, act="imported")
    assert newest(desk).act == "imported"
    assert adopt(desk, act="imported") == first
    assert len(desk.ledger.history(N).by_generation) == 1
    # Another resource gets a claim of its own, and so does an adoption.
    assert adopt(desk, B, act="imported") != first
    assert adopt(desk, B) != adopt(desk, B, act="imported")


def test_what_another_stacks_state_has_is_not_imported(desk: Desk) -> None:
    holder = desk.hold(N, THEIRS)
    desk.states.has(THEIRS, N, holder.claim)
    assert "is held by a of the stack organization/calls/prod" in refused(desk, act="imported")


def test_what_another_stack_held_last_and_no_state_has_is_for_a_person(desk: Desk) -> None:
    desk.hold(N, THEIRS)
    text = refused(desk)
    assert (
        "was last held by 'a' of the stack calls/prod. No state that this login can read has it now"
        in text
    )
    assert f"To take the number over, run `vocode-pulumi release {N}`, then `pulumi up`" in text
    # There is no state to move it from.
    assert "state move" not in text


def test_what_is_being_cancelled_is_refused_with_the_way_to_end_that(desk: Desk) -> None:
    desk.ledger.hold(N, 0, Cancelling("x", B, SOMEBODY))
    text = refused(desk)
    assert "is being cancelled by 'b' of the stack calls/dev" in text
    assert (
        f"If the number is still in service, run `vocode-pulumi release {N}`, then `pulumi up`."
        in text
    )
    # A link takes in what was cancelled before.
    assert adopt(desk, act="linked").claim == newest(desk).claim


def test_what_was_bought_for_a_sibling_is_the_siblings(desk: Desk) -> None:
    attempt = desk.begin(desk.process(), B, listed=())
    holder = Holder("claim", "bought", B, SOMEBODY, str(attempt.key))
    desk.ledger.step(attempt, Take(N, 0, guess=True), holder)
    context = desk.process()
    context.saw_in_program(B.urn)
    assert "was bought for 'b'. This program declares that resource too" in refused(
        desk, context=context
    )
    # Nobody declares it any more.
    assert adopt(desk).claim == newest(desk).claim


def test_a_state_that_cannot_be_read_is_an_error(desk: Desk) -> None:
    for name in (A.stack.qualified, "organization/calls/prod"):
        desk.states.stacks = {name: StateNotReadable(name, "no permission")}
        before = newest(desk)
        desk.begin(desk.process(), owner(name))
        if name == A.stack.qualified:
            desk.hold(N, A)
            before = newest(desk)
        with pytest.raises(errors.StateNotAsked, match="no permission"):
            adopt(desk)
        assert newest(desk) == before


def test_an_own_lost_purchase_that_fits_takes_the_number(desk: Desk) -> None:
    attempt = desk.begin(desk.process(), A, area_code="415")
    held = adopt(desk)
    assert held.attempt == str(attempt.key) == newest(desk).attempt
    assert newest(desk).claim == held.claim
    found = desk.ledger.attempts().by_key[attempt.key]
    assert found.steps == (Take(N, 0, guess=True),)


@pytest.mark.parametrize(
    "attempt", [{"area_code": "212"}, {"listed": (N,)}], ids=["another kind", "was there before"]
)
def test_an_own_lost_purchase_that_does_not_fit_stays_open(
    desk: Desk, attempt: dict[str, Any]
) -> None:
    begun = desk.begin(desk.process(), A, **attempt)
    assert adopt(desk).attempt is None
    assert desk.ledger.attempts().by_key[begun.key].steps == ()


def test_a_purchase_that_is_over_takes_no_number(desk: Desk) -> None:
    desk.account.numbers.clear()
    bought = desk.buy(desk.process(), A)
    desk.account.add(N)
    assert adopt(desk).attempt is None
    assert desk.ledger.history(bought.number).next == 1


def test_a_number_that_the_ledger_knows_is_no_lost_purchase(desk: Desk) -> None:
    desk.begin(desk.process(), A)
    desk.hold(N, A)
    assert adopt(desk).attempt is None


def test_who_is_overtaken_while_it_takes_over_looks_again(desk: Desk) -> None:
    real = Ledger.hold
    faster: list[bool] = []

    def overtaken(ledger: Ledger, *of: Any) -> bool:
        if not faster:
            faster.append(True)
            desk.states.has(THEIRS, N, desk.hold(N, THEIRS).claim)
        return real(ledger, *of)

    with (
        mock.patch.object(Ledger, "hold", overtaken),
        pytest.raises(errors.NumberHeld, match="organization/calls/prod"),
    ):
        adopt(desk)


def test_a_number_of_another_account_is_not_taken_into_the_stack(desk: Desk) -> None:
    desk.states.has(B, "12125550100", "x", account=ME)
    elsewhere = AccountInMemory(desk.clock, user_id="somebody else")
    context = desk.process(elsewhere, api_key="another key")
    with pytest.raises(errors.StackOfOtherAccount):
        take_over(context, A, N, "adopted", dict, retained=False)
    with pytest.raises(errors.PinnedAccount):
        adopt(desk, context=desk.process(account="somebody else"))
    assert newest(desk) is None


# Releasing.


def test_a_release_makes_every_claim_stale_and_is_done_once(desk: Desk) -> None:
    holder = desk.hold(N, A)
    release(desk.process(), N)
    release(desk.process(), N)
    assert newest(desk) == Released(desk.process().account)
    assert desk.ledger.history(N).next == 2
    assert begin_cancelling(desk.process(), StateClaim(N, A, holder.claim)) is not None
    assert desk.clock.now() == 1000


def test_a_release_of_what_nobody_holds_is_one_too(desk: Desk) -> None:
    release(desk.process(), N)
    assert newest(desk) == Released(desk.process().account)


def test_a_release_of_what_is_being_cancelled_waits_until_that_is_over(desk: Desk) -> None:
    desk.ledger.hold(N, 0, Cancelling("x", A, SOMEBODY))
    release(desk.process(), N)
    assert desk.clock.now() - 1000 == pytest.approx(WINDOW.whole)
    assert isinstance(newest(desk), Released)
    assert "is being cancelled. Waiting" in desk.said[0]


def test_who_is_overtaken_while_it_releases_looks_again(desk: Desk) -> None:
    desk.hold(N, A)
    real = Ledger.hold
    faster: list[bool] = []

    def overtaken(ledger: Ledger, *of: Any) -> bool:
        if not faster:
            faster.append(True)
            desk.hold(N, THEIRS)
        return real(ledger, *of)

    with mock.patch.object(Ledger, "hold", overtaken):
        release(desk.process(), N)
    assert isinstance(newest(desk), Released)
    assert desk.ledger.history(N).next == 3


def test_what_another_stack_has_is_moved_or_taken_over(desk: Desk) -> None:
    desk.states.has(THEIRS, N, "c")
    desk.hold(N, THEIRS)
    desk.states.has(THEIRS, N, newest(desk).claim)
    text = refused(desk)
    assert "To move the resource here with its number, run `pulumi state move` there." in text
    assert f"`vocode-pulumi release {N}`, then `pulumi up`" in text
    assert vocode(desk.process()).cancelled == []
