# SPDX-License-Identifier: Apache-2.0
"""Buying one number for a resource, step by step.

==============================================  ====================================================
the resource's last attempt                     what a create does
==============================================  ====================================================
none, bought nothing, or let its number go      buys a number with a new attempt
is open                                         finds out what it bought (:mod:`.resolving`)
took a number that has no holder yet            writes the holder down and returns the number
holds a number                                  reads the states of the login's stacks:

                                                - this stack has the number: this create is a forced
                                                  replacement, and buys another number
                                                - another stack has it: the number was moved there,
                                                  and this create buys another number
                                                - no stack has it: takes the number again and pays
                                                  nothing
                                                - a state cannot be read: an error, and nothing is
                                                  bought
==============================================  ====================================================
"""

from collections.abc import Mapping, Set
from concurrent.futures import Future
from dataclasses import dataclass, replace
from typing import Any, Literal

from vocode_pulumi import digits
from vocode_pulumi.api.absence import get_if_in_service
from vocode_pulumi.api.answers import Json
from vocode_pulumi.errors import (
    MAYBE_CARRIED_OUT,
    CallError,
    EngineGone,
    LedgerError,
    NotSent,
    RateLimitError,
    RunBesides,
    StateNotAsked,
    UnreadableAnswer,
)
from vocode_pulumi.observing.waits import result_of, show_wait
from vocode_pulumi.purchasing import deadlines
from vocode_pulumi.purchasing.account import begin_to_read_state, require_account_of_stack
from vocode_pulumi.purchasing.capping import Cap
from vocode_pulumi.purchasing.context import Listing, PurchasingContext
from vocode_pulumi.purchasing.fingerprints import Keyring
from vocode_pulumi.purchasing.ledger import TAKE_AND_HOLDER
from vocode_pulumi.purchasing.objects import (
    Ask,
    Attempt,
    AttemptKey,
    Cancelling,
    History,
    Holder,
    Intent,
    NotBought,
    Note,
    Released,
    Take,
    Trait,
    claim,
    outcome,
)
from vocode_pulumi.purchasing.owner import Owner
from vocode_pulumi.purchasing.resolving import Resolver
from vocode_pulumi.purchasing.states import StateNotReadable
from vocode_pulumi.record import name_in

BUY = "/v1/numbers/buy"
MAX_LOST_ANSWERS = 2
"""The most requests that one create sends if no answer says whether a number was bought."""
FIRST_WAIT = 0.5
"""Seconds to wait after the first request that Vocode refused or that was not sent. Each later wait is twice
as long."""
SECONDS_BETWEEN_READINGS = 0.5
"""Seconds until a new number that Vocode does not show yet is read again."""
SECONDS_BETWEEN_CHECKS = 1.0
"""Seconds until a number of an earlier attempt that Vocode does not show is read again."""
CHOOSING_INPUTS = ("area_code", "telephony_provider", "telephony_account_connection")
"""The inputs that say which number to buy."""


@dataclass(frozen=True)
class Order:
    """A number that a resource declares.

    Args:
        owner: the resource.
        inputs: ``area_code``, ``telephony_provider``, ``telephony_account_connection`` and
            ``inbound_agent``, as the program gives them.
        body: the body of the request; ``None`` if Vocode is to choose the number.
        secret: the names of the inputs that the program gave as secrets.
        retained: whether the resource has ``retain_on_delete``.
    """

    owner: Owner
    inputs: Mapping[str, Any]
    body: Json | None
    secret: Set[str] = frozenset()
    retained: bool = False

    def ask(self, keyring: Keyring) -> Ask:
        """What the ledger keeps of the order: fingerprints stand in for secrets and inline agents."""
        agent = self.inputs.get("inbound_agent")
        if isinstance(agent, Mapping):
            agent = "inline"
        traits: dict[str, Trait] = {
            name: keyring.fingerprint(value) if name in self.secret else value
            for name, value in (
                *((name, self.inputs.get(name)) for name in CHOOSING_INPUTS),
                ("inbound_agent", agent),
            )
            if isinstance(value, str)
        }
        return Ask(**traits, whole=keyring.fingerprint(self.body))


@dataclass(frozen=True)
class Bought:
    """A number that a resource has.

    Args:
        number: digits.
        answer: the number as Vocode describes it.
        claim: the claim by which the resource holds the number.
        attempt: the attempt that bought the number, as the ledger names it.
        is_named: whether Vocode's answer to the purchase named the number.
        is_as_declared: whether the number was bought with the inputs that the program has now.
    """

    number: str
    answer: Json
    claim: str
    attempt: str
    is_named: bool
    is_as_declared: bool


Verdict = Literal["recorded", "moved", "gone", "nobody's"]
"""Where a number is that an earlier attempt bought for the resource:

- ``recorded``: the stack's state has it for this resource.
- ``moved``: another resource holds it, or it stays in another account.
- ``gone``: it is not in service any more.
- ``nobody's``: it is in service, and no state has it.
"""


def preview_message(context: PurchasingContext, owner: Owner) -> str | None:
    """What `pulumi preview` says about a resource to be created that has an earlier purchase.

    Args:
        context: what the purchases of this process share.
        owner: the resource that is to be created.

    Returns:
        One line; ``None`` if `pulumi up` would simply buy a number.

    Raises:
        LedgerError: the ledger cannot be used.
    """
    found = context.stack_at_start(owner.stack).attempts.result()
    _, older_owner = context.version_0_1_keys(owner.urn)
    attempt = found.newest_of(owner.key) or found.newest_of(older_owner)
    if attempt is None:
        return None
    take = attempt.newest
    histories = context.ledger.histories([take.number] if isinstance(take, Take) else [])
    match outcome(attempt, histories), take:
        case (("open" | "void"), _):
            return (
                "a purchase for this resource was cut off: `pulumi up` looks for what it bought "
                "before it buys"
            )
        case "unheld", Take(number):
            return f"{number} was bought for this resource: `pulumi up` takes it"
        case "held", Take(number):
            return _message_for_held(context, owner, number, histories[number])
    return None


def _message_for_held(
    context: PurchasingContext, owner: Owner, number: str, history: History
) -> str:
    if context.was_seen_in_state(number):
        return _message_for_recorded(owner, number, context.urn_in_state(number))
    try:
        held = context.state_at_start(owner.stack).result().resource_with(number, history.claims)
        if held is not None:
            return _message_for_recorded(owner, number, held.urn)
        other = context.other_that_has(owner.stack, number, history)
    except StateNotReadable as error:
        return f"`pulumi up` would fail: {StateNotAsked(number, str(error))}"
    if other is not None:
        return (
            f"{number}, which was bought for this resource, is held by {other} now: `pulumi up` buys "
            "another number"
        )
    return (
        f"{number} was bought for this resource before, and no state has it: if it is still in service, "
        "`pulumi up` takes it again and pays nothing; if not, it buys another number"
    )


def _message_for_recorded(owner: Owner, number: str, urn: str | None) -> str:
    if urn in (None, owner.urn):
        return f"{number} is to be replaced: `pulumi up` buys another number"
    return f"{_moved_within_stack(number, urn)}: `pulumi up` buys another number"


def _moved_within_stack(number: str, urn: str) -> str:
    held_by = f"is held by {name_in(urn)!r} of this stack now"
    return f"{number}, which was bought for this resource, {held_by}"


class Buyer:
    """Buys one number, or returns the number that was already bought for the resource.

    Args:
        context: what the purchases of this process share.
        order: the number that the resource declares.
    """

    def __init__(self, context: PurchasingContext, order: Order) -> None:
        self._context = context
        self._order = order
        self._owner = order.owner
        self._cap = Cap(context)
        self._written_too_slowly = 0
        self._retries = 0
        self._has_waited = False
        self._lost_answers: list[CallError] = []

    def buy(self) -> Bought:
        """Repeat the steps of a purchase until the resource has a number.

        Raises:
            CallError: a call failed; the error says whether a number was bought.
            LedgerError: the ledger cannot be used. If a number was bought, the next run finds it.
            TooManyNumbers, EngineGone, RunBesides, StateNotAsked: nothing was bought.
            AmbiguousPurchase: a number was bought, and it is not certain which.
            OtherAccount, StackOfOtherAccount, PinnedAccount: nothing was bought.
        """
        context = self._context
        context.settings.require_api_key()
        owner = self._owner
        # The attempts as they were before this run changed anything: `_verdict` compares them with those of now.
        at_start = result_of(
            context.stack_at_start(owner.stack).attempts, "the ledger is being read"
        )
        _, older_owner = context.version_0_1_keys(owner.urn)
        if not at_start.knows(owner.key, older_owner):
            # If another run has begun an attempt since then, its key is taken, and this buys nothing.
            bought = self._buy_with_new_attempt(AttemptKey(owner.stack.key, owner.key, 1))
            if bought is not None:
                return bought
        while True:
            attempt, next_key = self._newest_attempt()
            if attempt is None:
                bought = self._buy_with_new_attempt(next_key)
                if bought is not None:
                    return bought
                continue
            histories = self._histories(attempt)
            match outcome(attempt, histories), attempt.newest:
                case (("open" | "void"), _):
                    resolver = Resolver(
                        self._context,
                        attempt.key,
                        self._owner.urn,
                        has_waited=self._has_waited,
                    )
                    take_and_holder = resolver.resolve()
                    self._has_waited = resolver.has_waited
                    if take_and_holder is not None:
                        return self._bought_earlier(attempt, *take_and_holder)
                case "nothing" | "let go", _:
                    if len(self._lost_answers) == MAX_LOST_ANSWERS:
                        raise self._lost_answers[-1].with_outcome(
                            "The provider looked for the number until the request could have no effect any "
                            "more: nothing was bought."
                        ) from self._lost_answers[-1].__cause__
                    bought = self._buy_with_new_attempt(next_key)
                    if bought is not None:
                        return bought
                case "unheld", Take() as take:
                    holder = self._holder("bought", attempt.key)
                    if self._context.ledger.hold(take.number, take.generation, holder):
                        return self._bought_earlier(attempt, take, holder)
                case "held", Take() as take:
                    bought = self._take_again_or_buy(
                        attempt,
                        take,
                        histories[take.number],
                        at_start.by_key.get(attempt.key),
                        next_key,
                    )
                    if bought is not None:
                        return bought

    # Which attempt.

    def _newest_attempt(self) -> tuple[Attempt | None, AttemptKey]:
        """The owner's newest attempt, and the key of the owner's next attempt."""
        stack, owner = self._owner.stack.key, self._owner.key
        own = self._context.attempts(f"attempts/{stack}/{owner}/")
        highest_k = own.highest_k.get(owner, 0)
        next_key = AttemptKey(stack, owner, highest_k + 1)
        if highest_k:
            return own.newest_of(owner), next_key
        # An attempt of version 0.1 counts while the owner has no newer one.
        older_stack, older_owner = self._context.version_0_1_keys(self._owner.urn)
        older = self._context.attempts(f"attempts/{older_stack}/{older_owner}/")
        return older.newest_of(older_owner), next_key

    def _histories(self, attempt: Attempt) -> dict[str, History]:
        """The history of the number that an attempt took, by its digits; empty if it took none."""
        newest = attempt.newest
        return self._context.ledger.histories([newest.number] if isinstance(newest, Take) else [])

    def _holder(self, act: Literal["bought", "taken again"], attempt: AttemptKey) -> Holder:
        return Holder(
            claim(), act, self._owner, self._context.account, str(attempt), self._order.retained
        )

    # A new attempt.

    def _buy_with_new_attempt(self, key: AttemptKey) -> Bought | None:
        """Buy with a new attempt; ``None`` if the ledger has to be read again."""
        context = self._context
        if not context.engine.is_running():
            raise EngineGone
        begin_to_read_state(context, self._owner.stack)
        listing = context.listing(fresh=self._cap.was_over_limit)
        require_account_of_stack(context, self._owner.stack)
        with self._cap.counting():
            begun = context.time.now()
            attempt = Attempt(key, self._intent(listing))
            # A note says that the ledger was moved. To save time it is read while the intent is written. A
            # purchase that misses the note is not lost: a move copies the ledger long enough after its note.
            note: Future[Note | None] = Future()
            context.in_background(context.ledger.note, note)
            if not context.ledger.begin(key, attempt.intent):
                return None
            context.remember_when_first_seen([key])
            self._require_not_moved(note.result(), attempt, begun)
            too_many = self._cap.error_if_too_many(attempt, listing)
        if too_many is not None:
            if self._record_nothing_bought(attempt, begun):
                self._cap.step_back(too_many, self._owner.urn)
            return None
        if not deadlines.may_begin_to_send(begun, context.time.now()):
            self._written_too_slowly += 1
            if self._record_nothing_bought(attempt, begun) and self._written_too_slowly > 1:
                raise LedgerError(
                    context.ledger.where,
                    f"it takes more than {deadlines.SEND_WITHIN:g} s to write a purchase down",
                )
            return None
        if not context.engine.is_running():
            self._record_nothing_bought(attempt, begun)
            raise EngineGone
        return self._send(attempt, listing, begun)

    def _require_not_moved(self, note: Note | None, attempt: Attempt, begun: float) -> None:
        """Check that no note says that the ledger was moved: other runs read the new one.

        Args:
            note: the newest note; ``None`` if there is none.
            attempt: the attempt. If the ledger was moved, this writes down that it bought nothing.
            begun: when this began to write the intent.

        Raises:
            LedgerError: the ledger was moved.
        """
        if note is not None and note.moved_to is not None:
            self._record_nothing_bought(attempt, begun)
            raise LedgerError(
                self._context.ledger.where,
                f"it was moved to {note.moved_to} at this moment; the next `pulumi up` goes there",
            )

    def _intent(self, listing: Listing) -> Intent:
        context = self._context
        ask = self._order.ask(context.keyring)
        return Intent(self._owner, context.account, ask, listing.id, context.window)

    def _send(self, attempt: Attempt, listing: Listing, begun: float) -> Bought | None:
        """Send the request of an attempt, and write down what the answer says.

        Returns:
            ``None`` if the ledger has to be read again.

        Raises:
            CallError: Vocode refused the purchase, or no more retry is left.
        """
        context = self._context
        try:
            answer = context.client.buy(
                BUY, self._order.body, send_before=begun + context.window.sending
            )
            number = self._number_in(answer, listing)
        except (NotSent, RateLimitError) as error:
            if self._record_nothing_bought(attempt, begun):
                self._wait_or_raise(error)
            return None
        except MAYBE_CARRIED_OUT as error:
            self._lost_answers.append(error)
            return None
        except CallError:
            self._record_nothing_bought(attempt, begun)
            raise
        if not deadlines.may_record_outcome(begun, context.time.now(), context.window):
            return None
        return self._take(attempt, number, answer)

    def _number_in(self, answer: Json, listing: Listing) -> str:
        """The number that Vocode's answer says was bought.

        Raises:
            UnreadableAnswer: the answer has no number, or the account had this number before.
        """
        number = digits.normal(answer.get("number"))
        problem = "without a number in it"
        if number is not None:
            if number not in listing.numbers:
                return number
            if isinstance(self._context.ledger.history(number).newest, Cancelling | Released):
                return number
            problem = f"with {number}, which was there before"
        raise UnreadableAnswer(f"POST {BUY}", 200, "", f"answered 200 {problem}", "")

    def _take(self, attempt: Attempt, number: str, answer: Json) -> Bought | None:
        """Write down the number that an answer named, and its holder.

        Returns:
            ``None`` if the ledger has to be read again: another run has written something else.

        Raises:
            LedgerError: the number could not be written down.
        """
        self._context.learn_account(answer.get("user_id"))
        ledger, holder = self._context.ledger, self._holder("bought", attempt.key)
        take = Take(number, generation=0, guess=False)
        try:
            written = ledger.step(attempt, take, holder)
            if written == 1:
                # Only the take was written: the number has a history, and the holder needs the next generation.
                history = ledger.history(number)
                if isinstance(history.newest, Cancelling | Released):
                    # Vocode sells a number again after it was cancelled.
                    attempt = Attempt(attempt.key, attempt.intent, (take,))
                    take = Take(number, history.next, guess=False)
                    written = ledger.step(attempt, take, holder)
        except LedgerError as error:
            raise error.with_outcome(
                f"{number} was bought, and could not be written down: the next `pulumi up` finds it, "
                "and buys nothing for it."
            ) from error.__cause__
        if written != TAKE_AND_HOLDER:
            return None
        return self._bought(attempt, take, holder, answer)

    def _record_nothing_bought(self, attempt: Attempt, begun: float) -> bool:
        """Write down that nothing was bought; ``False`` if it is too late to say so."""
        if not deadlines.may_record_outcome(begun, self._context.time.now(), self._context.window):
            return False
        return self._context.ledger.step(attempt, NotBought()) == 1

    def _wait_or_raise(self, error: NotSent | RateLimitError) -> None:
        """Wait before another attempt, after a request that Vocode refused or that was not sent.

        Args:
            error: the refusal. It is raised if no retry is left, or if waiting does not help.
        """
        settings = self._context.settings
        if self._retries == settings.max_retries or (isinstance(error, NotSent) and error.lasting):
            raise error
        retry_after = error.retry_after if isinstance(error, RateLimitError) else None
        wait = FIRST_WAIT * 2**self._retries if retry_after is None else retry_after
        self._retries += 1
        wait = min(wait, settings.max_retry_wait)
        after = (
            "Vocode's rate limit (429)" if isinstance(error, RateLimitError) else "no connection"
        )
        show_wait(
            f"buying again after {after} (retry {self._retries} of {settings.max_retries})", wait
        )
        self._context.time.sleep(wait)

    # What was bought before.

    def _bought_earlier(self, attempt: Attempt, take: Take, holder: Holder) -> Bought:
        """The number of an attempt whose answer was lost. It is read from Vocode, and a message says so."""
        self._say(
            f"{take.number} was bought for this resource by a request whose answer was lost; it is "
            "taken, and nothing is paid for it again"
        )
        return self._bought(attempt, take, holder, self._read_number(take.number))

    def _bought(self, attempt: Attempt, take: Take, holder: Holder, answer: Json) -> Bought:
        return Bought(
            take.number,
            answer,
            holder.claim,
            str(attempt.key),
            is_named=not take.guess,
            is_as_declared=self._is_as_declared(attempt),
        )

    def _is_as_declared(self, attempt: Attempt) -> bool:
        written, now = attempt.intent.ask, self._order.ask(self._context.keyring)
        if written.whole is None:
            # Version 0.1 kept no fingerprint of the whole request.
            return written == replace(now, whole=None) and written.inbound_agent != "inline"
        return written.whole == now.whole

    def _read_number(self, number: str) -> Json:
        """The number as Vocode describes it; only its digits if Vocode does not show it in time.

        Vocode may show a new number only seconds after the purchase.
        """
        end = self._context.time.now() + self._context.settings.settle_seconds
        while True:
            try:
                found = get_if_in_service(self._context.client, number)
                if found is not None:
                    return found
            except CallError:
                # The number is bought and held: the next refresh reads its other fields.
                return {"number": number}
            if self._context.time.now() >= end:
                return {"number": number}
            show_wait(
                "Vocode does not show the new number yet", self._context.settings.settle_seconds
            )
            self._context.time.sleep(SECONDS_BETWEEN_READINGS)

    def _take_again_or_buy(
        self,
        attempt: Attempt,
        take: Take,
        history: History,
        attempt_at_start: Attempt | None,
        next_key: AttemptKey,
    ) -> Bought | None:
        """Take the number of an attempt again, or buy another.

        Args:
            attempt: the resource's newest attempt.
            take: the number that it took.
            history: the history of that number.
            attempt_at_start: the same attempt before this run changed anything; ``None`` if it was not there.
            next_key: the key of another attempt.

        Returns:
            ``None`` if the ledger has to be read again.
        """
        number = take.number
        match self._verdict(attempt, number, history, attempt_at_start):
            case "recorded":
                self._say(f"{number} is to be replaced: another number is bought")
            case "moved":
                pass
            case "gone":
                self._say(
                    f"{number}, which was bought for this resource, is not in service any more: "
                    "another number is bought"
                )
            case "nobody's":
                holder = self._holder("taken again", attempt.key)
                if not self._context.ledger.hold(number, history.next, holder):
                    return None
                self._say(
                    f"{number} was bought for this resource before, and no state has it: it is taken "
                    "again, and nothing is paid"
                )
                return self._bought(attempt, take, holder, self._read_number(number))
        return self._buy_with_new_attempt(next_key)

    def _verdict(
        self, attempt: Attempt, number: str, history: History, attempt_at_start: Attempt | None
    ) -> Verdict:
        """Ask the states, and then Vocode, where a number is that an earlier attempt bought.

        Raises:
            RunBesides: another run of the stack has taken the number since this one began.
            StateNotAsked: a state cannot be read, and the number is in service.
        """
        context, stack = self._context, self._owner.stack
        if context.was_seen_in_state(number):
            return self._verdict_for_urn(context.urn_in_state(number), number)
        try:
            if attempt_at_start is not None and attempt_at_start.steps == attempt.steps:
                held = context.state_at_start(stack).result().resource_with(number, history.claims)
                if held is not None:
                    return self._verdict_for_urn(held.urn, number)
            elif context.states.own(stack).resource_with(number, history.claims):
                raise RunBesides(number)
            other = context.other_that_has(stack, number, history)
            if other is not None:
                self._say(
                    f"{number}, which was bought for this resource, is held by {other} now: another "
                    "number is bought"
                )
                return "moved"
        except StateNotReadable as error:
            verdict = self._verdict_of_vocode(number, history)
            if verdict == "nobody's":
                raise StateNotAsked(number, str(error)) from error
            return verdict
        return self._verdict_of_vocode(number, history)

    def _verdict_for_urn(self, urn: str | None, number: str) -> Verdict:
        """The verdict on a number that the stack's state has for the resource of a URN."""
        if urn in (None, self._owner.urn):
            return "recorded"
        self._say(f"{_moved_within_stack(number, urn)}: another number is bought")
        return "moved"

    def _verdict_of_vocode(self, number: str, history: History) -> Verdict:
        """Ask Vocode about a number that no state has, until it shows the number or had the time for it."""
        context, newest = self._context, history.newest
        account_of_number = context.account if newest is None else newest.account
        end = context.time.now() + context.settings.settle_seconds
        while get_if_in_service(context.client, number) is None:
            if not account_of_number.is_same(context.account):
                # The account of the key may not have been known yet: this asks for it.
                context.user_id()
                if not account_of_number.is_same(context.account):
                    self._say(
                        f"{number} was bought for this resource in another account, "
                        f"{account_of_number}: it stays there, and a number is bought in this one"
                    )
                    return "moved"
            if context.time.now() >= end:
                listed = context.list_account().numbers
                return "nobody's" if number in listed else "gone"
            show_wait(
                f"Vocode does not show {number}, which was bought for this resource",
                context.settings.settle_seconds,
            )
            context.time.sleep(SECONDS_BETWEEN_CHECKS)
        return "nobody's"

    def _say(self, line: str) -> None:
        self._context.tell(self._owner.urn, f"{line}.")
