# SPDX-License-Identifier: Apache-2.0
"""A phone number of a Vocode account.

Facts: https://docs.vocode.dev (numbers) and the API's OpenAPI document, ``/v1/numbers``.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Unpack, cast

import pulumi

from vocode_pulumi import digits
from vocode_pulumi.api.absence import (
    NUMBERS,
    explain_not_found,
    get_if_in_service,
    require_released,
)
from vocode_pulumi.api.answers import Json, id_of, number_in
from vocode_pulumi.args.phone_number import PhoneNumberArgs
from vocode_pulumi.errors import (
    ConfigError,
    LedgerError,
    NotFoundError,
    NothingToAdopt,
    NumberHeld,
    PinnedAccount,
    StackOfOtherAccount,
    StateNotAsked,
    TooManyNumbers,
    VocodeError,
)
from vocode_pulumi.inline.answered import answered_forms, as_declared
from vocode_pulumi.inline.applying import as_sent
from vocode_pulumi.inline.bodies import create_body
from vocode_pulumi.inline.comparing import differs
from vocode_pulumi.inline.declared import declared_by
from vocode_pulumi.inline.owned import Owned, owned_by
from vocode_pulumi.inline.reading_back import read_back
from vocode_pulumi.provider.engine import VocodeProvider
from vocode_pulumi.provider.lifecycle import (
    ATTEMPT,
    CLAIM,
    DECLARED,
    INCOMPLETE,
    LIVE,
    OWNED,
    Lifecycle,
    State,
)
from vocode_pulumi.record import HiddenRecord, name_in
from vocode_pulumi.resources import adopting
from vocode_pulumi.resources.holders import declared_twice, require_free
from vocode_pulumi.resources.number import Number
from vocode_pulumi.schema import checking, reading, values
from vocode_pulumi.schema.marks import REPLACES
from vocode_pulumi.schema.shapes import Inputs, Reference

if TYPE_CHECKING:
    from vocode_pulumi.purchasing.buying import Bought, Order
    from vocode_pulumi.purchasing.holding import Taking

CHOOSING_INPUTS = ("area_code", "telephony_provider", "telephony_account_connection")
NO_AREA_CODE = re.compile("[01][0-9]{2}|[0-9]11|[0-9]9[0-9]")
"""Three digits that are no area code. Facts: the numbering plan of North America. ASSUMED: an ``area_code``
is of that plan; the API's document allows any text."""
CHANGED_IN_PLACE = ("label", "outbound_only", "example_context")


_AGENT = cast(Reference, reading.record_of(PhoneNumberArgs).fields["inbound_agent"].shape)


class PhoneNumberLifecycle(Lifecycle):
    """Buys, updates and cancels numbers."""

    args: ClassVar[Any] = PhoneNumberArgs
    takes_over: ClassVar[str] = "adopt"
    """The input that names an existing number."""

    @classmethod
    def normal(cls, inputs: Inputs) -> Inputs:
        number = digits.normal(inputs.get(cls.takes_over))
        return inputs if number is None else {**inputs, cls.takes_over: number}

    def cross_field_problems(self, olds: Inputs | None, news: Inputs) -> Iterator[checking.Problem]:
        hidden, before = self.hidden, olds or {}
        if NO_AREA_CODE.fullmatch(str(news.get("area_code"))):
            yield (
                "area_code",
                "is no area code of the US: none begins with 0 or 1, ends with 11 or has a 9 in the middle",
            )
        adopt = news.get("adopt")
        if adopt is not None:
            for name in CHOOSING_INPUTS:
                if name in news:
                    yield (
                        name,
                        "says what to buy, but `adopt` takes over a number that exists: "
                        "give one or the other",
                    )
            if news.get("inbound_agent") == "default":
                yield "inbound_agent", _NO_DEFAULT
        replaced = any(
            name in news and differs(news[name], before.get(name))
            for name, field in self.fields_of({}).items()
            if field.has(REPLACES)
        )
        if (
            olds is not None
            and news.get("inbound_agent") == "default"
            and olds.get("inbound_agent") != "default"
            and not replaced
        ):
            yield "inbound_agent", _NO_DEFAULT
        yield from self._taken_over_twice(news)
        self.program_declares(news)
        self.run.news.begin_lookup(
            hidden.urn, hidden.organization, hidden.declared_numbers, is_new=olds is None
        )
        if hidden.preview and olds is None:
            yield from self._preview_message(news)
            # A preview does not create it: this is the last call for it.
            self.run.news.wait()

    def _taken_over_twice(self, news: Inputs) -> Iterator[checking.Problem]:
        number, run, urn = news.get(self.takes_over), self.run, self.hidden.urn
        yield from declared_twice(run.claimants, self.takes_over, number, urn, "number")
        holder = run.declared_holders.resource_of(str(number))
        if holder is not None and holder != urn:
            yield self.takes_over, _taken_message(str(number), holder)

    def program_declares(self, inputs: Inputs) -> None:
        taken = inputs.get(self.takes_over)
        number = digits.normal(taken)
        if number is not None:
            self.run.program_takes_over(number, self._connection_in(inputs))
        elif values.is_unknown(taken):
            self.run.takes_over_unknown_number(self.hidden.urn)

    def _preview_message(self, news: Inputs) -> Iterator[checking.Problem]:
        """Print in a preview what `pulumi up` would do; yield a problem if it would fail."""
        # Imported here, because most previews create no number.
        from vocode_pulumi.purchasing import account, buying, holding

        run, hidden, number = self.run, self.hidden, news.get(self.takes_over)
        try:
            context = run.purchases
            owner = context.owner(hidden.urn, hidden.organization)
            if run.settings.api_key is not None:
                account.require_account_in_preview(context, owner.stack, run.accounts)
            if isinstance(number, str):
                act: Taking = "adopted" if self.takes_over == "adopt" else "linked"
                holding.require_may_take(context, owner, number, act)
                if act == "adopted":
                    yield from adopting.in_preview(
                        self,
                        number,
                        news,
                        name=number,
                        adopted=f"{number} is adopted, not bought",
                        nothing=str(NothingToAdopt(number)),
                        refusals=lambda live: self._adoption_problems(news, live),
                    )
            elif not values.is_unknown(number):
                line = buying.preview_message(context, owner)
                if line is not None:
                    self.tell(f"{line}.")
                if context.may_lose_ledger and run.is_first_message("ledger on a runner"):
                    self.tell(
                        f"The ledger of purchases, {context.ledger.where}, is on this runner's disk. If the disk is "
                        "thrown away and a run was killed, a number may be bought twice. Set vocode:ledger to a URL "
                        "that every runner reaches, or to a file that is kept.",
                        warning=True,
                    )
                run.count_purchase()
        except (NumberHeld, StateNotAsked) as error:
            yield self.takes_over, str(error)
        except (LedgerError, ConfigError) as error:
            if isinstance(error, LedgerError) and not error.is_shared:
                yield "", str(error)
            elif run.is_first_message("no ledger"):
                # A preview may run where nobody has credentials for the store.
                self.tell(f"`pulumi up` would fail: {error}", warning=True)
        except (TooManyNumbers, PinnedAccount, StackOfOtherAccount) as error:
            yield "", str(error)

    def _connection_in(self, props: Mapping[str, Any]) -> str | None:
        """The connection that a number is linked with; ``None`` for an adopted number."""
        return None

    def saw_in_state(self, id_: str) -> None:
        self.run.saw_in_state(digits.of(id_))

    def saw_in_state_and_program(self, id_: str, record: HiddenRecord) -> None:
        number, run, urn = digits.of(id_), self.run, self.hidden.urn
        run.saw_in_state(number, urn)
        run.holders.give(number, urn)
        run.declared_holders.give(number, urn)
        run.news.saw_in_state(number, urn, record)
        claimant = run.claimants.resource_of(number)
        if claimant is not None and claimant != urn:
            raise VocodeError(f"{self.takes_over}: {_taken_message(number, urn)}.")

    def create(self, inputs: Inputs) -> tuple[str, Inputs]:
        if "adopt" in inputs:
            return self._adopt(inputs)
        # Imported here, because only the provider's process buys.
        from vocode_pulumi.purchasing.buying import Buyer

        bought = Buyer(self.run.purchases, self._order(inputs)).buy()
        number, answer = bought.number, bought.answer
        self.run.holders.give(number, self.hidden.urn)
        self.run.was_just_bought(number)
        self.run.clean_up()
        # The number is paid for: from here on nothing may raise.
        claim_outputs: Inputs = {CLAIM: bought.claim, ATTEMPT: bought.attempt}
        outs: Inputs = {"number": number}
        try:
            if not bought.is_as_declared:
                inputs = _with_bought_values(inputs, number, answer)
                self.tell(
                    f"{number} was bought for this resource before, when the program declared it "
                    "otherwise. It is taken, not bought again, and gets the other inputs now. If one of them "
                    "needs another number, the next preview shows a replacement.",
                    warning=True,
                )
            declared = self.declared_in(inputs)
            owned = self._owned_by_purchase(bought, inputs)
            state = State(inputs, declared, {"inbound_agent": owned})
            outs = self.outputs(answer, state)
            before = outs | (self._sent_agent(inputs, outs) if bought.is_as_declared else {})
            if any(differs(value, before.get(name)) for name, value in inputs.items()):
                outs = self.update(number, State(before, declared, state.owned), inputs)
        except Exception as error:  # noqa: BLE001 - the number is paid for: no error may lose it
            reason = str(error) if isinstance(error, VocodeError) else repr(error)
            self.tell(
                f"{number} is bought and kept, but not all of its inputs are set yet: {reason} "
                "The next `pulumi up` finishes it; do not buy another.",
                warning=True,
            )
            outs[INCOMPLETE] = True
        return number, outs | claim_outputs

    def _sent_agent(self, inputs: Inputs, outs: Inputs) -> Inputs:
        """The output of the agent that a purchase has sent: as declared, where Vocode has it in another form."""
        name = "inbound_agent"
        field, wanted, read = self.fields_of(inputs)[name], inputs.get(name), outs.get(name)
        return {
            name: as_declared(field, read, wanted, answered_forms(field, wanted, read, None, {}))[0]
        }

    def _owned_by_purchase(self, bought: "Bought", inputs: Inputs) -> Owned | None:
        """The ids of the objects that the purchase created for an inline agent.

        If it is not certain that the number was bought with the declared inputs, its agent may be
        somebody else's. The number owns the agent only if the whole agent is as declared.
        """
        agent = bought.answer.get("inbound_agent")
        owned = owned_by(_AGENT, inputs.get("inbound_agent"), agent)
        if owned is None or (bought.is_as_declared and bought.is_named):
            return owned
        wanted = inputs.get("inbound_agent")
        field = self.fields_of(inputs)["inbound_agent"]
        current = read_back(field, declared_by(field, wanted), owned, agent, wanted)
        return None if differs(wanted, current) else owned

    def _order(self, inputs: Inputs) -> "Order":
        """The order for the purchase."""
        from vocode_pulumi.purchasing.buying import Order

        hidden = self.hidden
        return Order(
            self.run.purchases.owner(hidden.urn, hidden.organization),
            inputs,
            self._body(inputs),
            frozenset(name for name in inputs if hidden.have_secret_in(name)),
            hidden.retained,
        )

    def _body(self, inputs: Inputs) -> Inputs | None:
        """The body of the purchase; ``None`` if the inputs ask for nothing in particular."""
        body = {name: inputs[name] for name in CHOOSING_INPUTS if name in inputs}
        return {**body, **self.agent_in_body(inputs)} or None

    def agent_in_body(self, inputs: Inputs) -> Inputs:
        """The part of a purchase's or a link's body that says who answers."""
        agent = inputs.get("inbound_agent")
        return {} if agent in (None, "none") else {"inbound_agent": create_body(_AGENT, agent)}

    def _adopt(self, inputs: Inputs) -> tuple[str, Inputs]:
        number = inputs["adopt"]
        require_free(self.run.holders, number, self.hidden.urn, "number")
        answer = self.read(number)
        if answer is None:
            raise NothingToAdopt(number)
        for _, problem in self._adoption_problems(inputs, answer):
            raise VocodeError(f"{problem}.")
        claim_outputs = self._write_holder(number, "adopted", answer)
        self.run.holders.give(number, self.hidden.urn)
        declared = self.declared_in(inputs)
        outs = self.outputs(answer, State(inputs, {}, {}))
        outs = self.update(number, State(outs, {}, {}, adopts=True), inputs)
        return number, outs | claim_outputs | {DECLARED: declared}

    def _adoption_problems(self, inputs: Inputs, live: Json) -> Iterator[checking.Problem]:
        """An inline agent in place of an agent with a credential. Another agent may be given by its id."""
        agent = inputs.get("inbound_agent")
        inline = {} if _AGENT.as_inline(agent) is None else {"inbound_agent": agent}
        return adopting.problems(self.fields_of({}), inline, live, "number", inputs["adopt"])

    def _write_holder(self, number: str, act: "Taking", answer: Json) -> Inputs:
        """Write into the ledger that the resource holds a number from now on."""
        from vocode_pulumi.purchasing.holding import take_over

        context, hidden = self.run.purchases, self.hidden
        owner = context.owner(hidden.urn, hidden.organization)
        taken_over = take_over(
            context, owner, number, act, lambda: _as_listed(answer), retained=hidden.retained
        )
        return {CLAIM: taken_over.claim, ATTEMPT: taken_over.attempt}

    def read(self, id_: str) -> Any:
        return get_if_in_service(self.client, digits.of(id_))

    def read_for_refresh(self, id_: str, outs: Inputs) -> Any:
        number = digits.of(id_)
        settling = self.run.settling_of(number)
        while True:
            found = self.run.numbers.read(number, outs.get("agent_id"), outs.get("user_id"))
            if found is not None or settling.is_over():
                return found
            settling.wait()

    def _repeat_until_found(self, number: str, call: Callable[[], Json]) -> Json:
        """Make a call about a number; repeat it while Vocode may not know the new number yet."""
        settling = self.run.settling_of(number)
        while True:
            try:
                return call()
            except NotFoundError:
                if settling.is_over():
                    raise
                settling.wait()

    def _get(self, number: str) -> Json:
        return self._repeat_until_found(
            number, lambda: self.client.get(NUMBERS, phone_number=number)
        )

    def update(self, id_: str, state: State, inputs: Inputs) -> Inputs:
        outs, declared = state.outs, state.declared
        body: Inputs = {}
        for name in CHANGED_IN_PLACE:
            wanted = inputs.get(name)
            if wanted is None and name in declared:
                wanted = self.fields_of({})[name].default
            elif wanted is None:
                continue
            if differs(wanted, outs.get(name)):
                body[name] = wanted
        maps = {name: value for name, value in body.items() if isinstance(value, Mapping)}
        owned = state.owned.get("inbound_agent")
        wanted = inputs.get("inbound_agent")
        given = wanted is not None
        changed = (
            differs(wanted, outs.get("inbound_agent")) if given else "inbound_agent" in declared
        )
        is_inline = changed and _AGENT.as_inline(wanted) is not None
        is_read = is_inline or bool(maps.keys() & state.before.keys())
        live = self._get(id_) if is_read else {"inbound_agent": outs.get("agent_id")}
        body |= {
            name: as_sent(
                self.fields_of({})[name], True, value, live.get(name), state.before.get(name)
            )
            for name, value in maps.items()
        }
        if changed:
            if wanted == "default":
                raise VocodeError(f"inbound_agent {_NO_DEFAULT}.")
            target, owned = self.inline_updater(state).apply(
                _AGENT,
                declared.get("inbound_agent"),
                None if wanted == "none" else wanted,
                owned,
                live.get("inbound_agent"),
                state.before.get("inbound_agent"),
            )
            if owned is not None and owned["id"] != (state.owned.get("inbound_agent") or {}).get(
                "id"
            ):
                # If the call below fails, the resource remembers the new agent.
                state.owned["inbound_agent"] = owned
                declared["inbound_agent"] = self.declared_in(inputs)["inbound_agent"]
            if target != id_of(live.get("inbound_agent")):
                body["inbound_agent"] = target
        if body:
            answer = self._repeat_until_found(
                id_, lambda: self.client.update(f"{NUMBERS}/update", body, phone_number=id_)
            )
        else:
            answer = self._get(id_)
        live_outs = self.outputs(live, State(outs, declared, state.owned)) if is_read else {}
        previous = {**outs, **inputs}
        outs = self.outputs(
            answer, State(previous, self.declared_in(inputs), {"inbound_agent": owned})
        )
        return outs | {LIVE: live_outs}

    def delete(self, id_: str, outs: Inputs, record: HiddenRecord) -> None:
        # Imported here, because most runs delete nothing.
        from vocode_pulumi.purchasing.holding import StateClaim, begin_cancelling

        number, run = digits.of(id_), self.run
        # The record has the URN of the last update. After renames, two records may have the same URN.
        urn = run.declared_holders.resource_of(number) or record.urn
        why_kept = self._successor(number, urn, outs)
        if why_kept is None:
            owner = run.purchases.owner(record.urn, record.organization)
            why_kept = begin_cancelling(run.purchases, StateClaim(number, owner, record.claim))
        if why_kept is not None:
            self.tell(why_kept, urn=urn)
            return
        try:
            self._repeat_until_found(
                number, lambda: self.client.update(f"{NUMBERS}/cancel", phone_number=number)
            )
        except NotFoundError:
            require_released(self.client, number, record.account or outs.get("user_id"))
        self.tell_of_leftovers([*self.leftovers(outs, record.declared or {})])

    def _successor(self, number: str, urn: str, outs: Inputs) -> str | None:
        """Says that another resource of this run has, or may take over, a number whose resource is deleted."""
        holder = self.run.holders.resource_of(number)
        if holder is not None and holder != urn:
            return f"{number} is kept: {name_in(holder)!r} of this program holds it now."
        if self.run.may_be_taken_over(number, urn, self._connection_in(outs)):
            return f"{number} is kept: another resource of this program takes it over, or may take it over."
        return None

    def name_of(self, id_: str, declared: Inputs) -> str:
        label = f' ("{declared["label"]}")' if declared.get("label") else ""
        return f"{digits.of(id_)}{label}"

    def tell_that_it_is_gone(self, id_: str, outs: Inputs) -> None:
        self.tell(
            f"{self.name_of(id_, outs)} is not in service any more. {self._after_it_is_gone(outs)}",
            warning=True,
        )

    def _after_it_is_gone(self, outs: Inputs) -> str:
        if outs.get("adopt"):
            return "Take `adopt` out of the program: the number cannot be adopted any more."
        return "If the program still declares it, the next `pulumi up` buys another number."

    def raise_clearer_error(self, error: NotFoundError, id_: str, record: HiddenRecord) -> None:
        explain_not_found(self.client, error, NUMBERS, digits.of(id_), record.account)

    def outputs(self, answer: Any, state: State) -> Inputs:
        number, agent = number_in(answer), answer.get("inbound_agent")
        previous, declared = state.outs, state.declared
        owned = state.owned.get("inbound_agent")
        inbound_agent: Any = id_of(agent)
        if "inbound_agent" in declared:
            inbound_agent = read_back(
                self.fields_of({})["inbound_agent"],
                declared["inbound_agent"],
                owned,
                agent,
                previous.get("inbound_agent"),
            )
        return {
            "number": number,
            "number_id": answer.get("id"),
            "user_id": answer.get("user_id"),
            "active": answer.get("active", True),
            "agent_id": id_of(agent),
            "agent": _agent(agent),
            "webhook": _webhook(agent),
            "area_code": previous.get("area_code") or _area_code(number),
            "telephony_provider": answer.get("telephony_provider")
            or previous.get("telephony_provider"),
            "telephony_account_connection": id_of(answer.get("telephony_account_connection"))
            or previous.get("telephony_account_connection"),
            "inbound_agent": inbound_agent,
            **{name: _in_place(answer, previous, name) for name in CHANGED_IN_PLACE},
            "adopt": previous.get("adopt"),
            OWNED: {"inbound_agent": owned} if owned else {},
            DECLARED: declared,
        }

    def secret_outputs(self, outs: Inputs, declared: Mapping[str, Any]) -> Iterator[str]:
        yield from super().secret_outputs(outs, declared)
        agent, webhook = outs.get("agent") or {}, outs.get("webhook") or {}
        prompt = agent.get("prompt") or {}
        owned = (outs.get(OWNED) or {}).get("inbound_agent") or {}
        is_inline = agent.get("id") is not None and owned.get("id") == agent["id"]
        fields = declared["inbound_agent"] if is_inline else {}
        parts = owned["parts"] if is_inline else {}
        own = {name: part["id"] for name, part in parts.items() if isinstance(part, Mapping)}
        # Each text, its input, and whether it is a text of this resource's own inline objects.
        of_agent = [
            *((agent.get(name), name, name in fields) for name in ("name", "initial_message")),
            (prompt.get("content"), "prompt", own.get("prompt", "") == prompt.get("id")),
        ]
        of_webhook = (webhook.get("url"), "webhook", own.get("webhook", "") == webhook.get("id"))
        if any(map(self._is_secret, *zip(*of_agent, strict=True))):
            yield "agent"
        if self._is_secret(*of_webhook):
            yield "webhook"

    def _is_secret(self, text: Any, name: str, is_own: bool) -> bool:
        is_clear = is_own and not self.hidden.have_secret_in(f"inbound_agent.{name}")
        return bool(text) and not is_clear


class PhoneNumberProvider(VocodeProvider):
    """The engine's provider of numbers that are bought."""

    lifecycle = PhoneNumberLifecycle


_NO_DEFAULT = (
    'cannot be set to "default" on a number that exists: Vocode takes that word only when a number '
    'is bought. Give an agent\'s id, an inline agent, or "none"'
)


def _taken_message(number: str, urn: str) -> str:
    return (
        f"{number} is what {name_in(urn)!r} of this program has already: one number belongs to one "
        "resource. Take one of the two out, or give a renamed resource an alias"
    )


def _with_bought_values(inputs: Inputs, number: str, answer: Json) -> Inputs:
    """The inputs; those that only a purchase can set have the values of the number itself."""
    kept = {name: value for name, value in inputs.items() if name not in CHOOSING_INPUTS}
    real = {
        "area_code": _area_code(number),
        "telephony_provider": answer.get("telephony_provider"),
        "telephony_account_connection": id_of(answer.get("telephony_account_connection")),
    }
    return kept | {
        name: value for name, value in real.items() if name in inputs and value is not None
    }


def _as_listed(answer: Json) -> Json:
    """A number as a list has it: with ids in place of the objects that it refers to."""
    return {
        name: id_of(value) if isinstance(value, Mapping) and name != "example_context" else value
        for name, value in answer.items()
    }


def _in_place(answer: Json, previous: Inputs, name: str) -> Any:
    before = previous.get(name)
    found = answer.get(name, before)
    # A server may store an empty text as null.
    return "" if found is None and before == "" else found


def _area_code(number: str) -> str | None:
    """The area code of a number of the North American plan."""
    return number[1:4] if len(number) == 11 and number.startswith("1") else None


def _agent(agent: Any) -> Inputs | None:
    if not isinstance(agent, Mapping):
        return None
    prompt, voice = agent.get("prompt"), agent.get("voice")
    return {
        "id": id_of(agent),
        "name": agent.get("name"),
        "prompt": {"id": id_of(prompt), "content": prompt.get("content")}
        if isinstance(prompt, Mapping)
        else {"id": None, "content": prompt},
        "voice": {"id": id_of(voice), "type": voice.get("type")}
        if isinstance(voice, Mapping)
        else None,
        "actions": [
            {"id": id_of(action), "type": action.get("type")}
            for action in agent.get("actions") or []
            if isinstance(action, Mapping)
        ],
        "initial_message": agent.get("initial_message"),
    }


def _webhook(agent: Any) -> Inputs | None:
    webhook = agent.get("webhook") if isinstance(agent, Mapping) else None
    if not isinstance(webhook, Mapping):
        return None
    return {name: webhook.get(name) for name in ("id", "url", "method", "subscriptions")}


class PhoneNumber(Number, module="vocode", name="PhoneNumber"):
    """A phone number. It is bought when it is created, and cancelled when it is destroyed.

    ``None`` is the same as leaving an input out. An input that was never given is not managed: the
    value that Vocode chose or a person set stays. If an input is removed, the number returns to that
    input's default.

    Args:
        resource_name: the name in the program.
        opts: Pulumi's resource options. ``protect=True`` is for numbers that must not be lost.
        area_code: three digits of a US area code. A change buys another number. If it is removed,
            the number stays.
        telephony_provider: the carrier, ``"vonage"`` (Vocode's default) or ``"twilio"``. A change
            buys another number.
        telephony_account_connection: id of the connection to your own account at the carrier. A
            change buys another number.
        inbound_agent: who answers: the id of an agent, an inline agent, ``"default"`` (an agent that
            Vocode makes; only for a purchase) or ``"none"``. Changes in place.
        label: a name for people. Changes in place.
        outbound_only: whether callers cannot reach the number. Changes in place.
        example_context: a map of texts, to try out prompts with. Changes in place.
        adopt: digits of a number that the account has. It is taken over, and nothing is bought. A
            change takes over the other number and cancels this one.

    Raises:
        TypeError: a subclass has no type token of its own.
        ValueError: the options have ``import_``. Use ``adopt``.

    API: https://docs.vocode.dev, ``POST /v1/numbers/buy``, ``/update``, ``/cancel``,
    ``GET /v1/numbers``.
    """

    provider = PhoneNumberProvider()

    area_code: pulumi.Output[str | None]
    adopt: pulumi.Output[str | None]

    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        **inputs: Unpack[PhoneNumberArgs],
    ) -> None:
        super().__init__(resource_name, inputs, opts)
