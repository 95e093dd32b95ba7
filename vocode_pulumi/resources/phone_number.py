# SPDX-License-Identifier: Apache-2.0
"""A phone number of a Vocode account.

Facts: https://docs.vocode.dev (numbers) and the API's OpenAPI document, ``/v1/numbers``.
"""

import functools
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, TypedDict, Unpack, cast

import pulumi
from pulumi import Input

from vocode_pulumi import schema
from vocode_pulumi.errors import NotFoundError, VocodeError
from vocode_pulumi.inputs import DIGITS, AgentArgs
from vocode_pulumi.models import id_of, number_in
from vocode_pulumi.numbers import NUMBERS, in_service, numbers_of, require_released
from vocode_pulumi.parts import differs, owned_by, request, standing
from vocode_pulumi.provider import DECLARED, OWNED, URN, State, VocodeProvider, notify
from vocode_pulumi.resources.holders import HELD, declared_twice
from vocode_pulumi.resources.number import Number
from vocode_pulumi.schema import REPLACES, Default, Inputs, Part, Reference, Rule

if TYPE_CHECKING:
    from vocode_pulumi.purchases import Purchases

TO_BUY = ("area_code", "telephony_provider", "telephony_account_connection")
IN_PLACE = ("label", "outbound_only", "example_context")


class PhoneNumberArgs(TypedDict, total=False):
    """Inputs of :class:`PhoneNumber`."""

    area_code: Annotated[
        Input[str] | None, REPLACES, Rule(r"[0-9]{3}", 'three digits in quotes, such as "415"')
    ]
    telephony_provider: Annotated[Input[Literal["vonage", "twilio"]] | None, REPLACES]
    telephony_account_connection: Annotated[
        Input[str] | None, REPLACES, Part("/v1/account_connections")
    ]
    inbound_agent: Annotated[
        Input[str] | Input[AgentArgs] | None, Part("/v1/agents", words=("default", "none"))
    ]
    label: Annotated[Input[str] | None, Default("")]
    outbound_only: Annotated[Input[bool] | None, Default(False)]
    example_context: Annotated[Input[Mapping[str, Input[str]]] | None, Default(None)]
    adopt: Annotated[Input[str] | None, REPLACES, DIGITS]


_AGENT = cast(Reference, schema.record(PhoneNumberArgs).fields["inbound_agent"].shape)


class PhoneNumberProvider(VocodeProvider):
    """Buys, changes and releases numbers."""

    args: ClassVar[Any] = PhoneNumberArgs
    _purchases: "Purchases | None" = None
    repeats: ClassVar = {
        "agent": tuple(
            f"inbound_agent.{name}"
            for name in ("name", "prompt", "voice", "actions", "initial_message")
        ),
        "webhook": ("inbound_agent.webhook",),
    }

    def inspect(self, olds: Inputs, news: Inputs) -> Iterator[schema.Problem]:
        adopt = news.get("adopt")
        if adopt is not None:
            for name in TO_BUY:
                if name in news:
                    yield (
                        name,
                        "says what to buy, but `adopt` takes over a number that exists: "
                        "give one or the other",
                    )
            yield from declared_twice("adopt", adopt, str(news[URN]), "number")
            if news.get("inbound_agent") == "default":
                yield "inbound_agent", _NO_DEFAULT
        replaced = any(
            name in news and differs(news[name], olds.get(name))
            for name, field in self.fields.items()
            if field.has(REPLACES)
        )
        if (
            olds
            and news.get("inbound_agent") == "default"
            and olds.get("inbound_agent") != "default"
            and not replaced
        ):
            yield "inbound_agent", _NO_DEFAULT

    def known(self, id_: str, urn: str) -> None:
        HELD.give(id_, urn)
        self._show(urn, self.purchases.known(urn, id_))

    def _show(self, urn: str, other: str | None) -> None:
        # What this run has given to the resource replaces the number that is let go.
        if other is not None and HELD.of(other) != urn:
            notify(
                urn,
                f"{other} was bought for this resource as well, by a run that did not end, and costs "
                "money. A `pulumi up` that replaces this number takes it; if that is not wanted any "
                f"more, adopt={other!r} gives it to another resource.",
            )

    def is_held(self, id_: str) -> bool:
        return HELD.of(id_) is not None

    def seen(self, id_: str, urn: str) -> None:
        self.purchases.seen(urn, id_)

    @property
    def purchases(self) -> "Purchases":
        """What buys numbers, and remembers those that are not known to be finished."""
        # Here, since programs buy nothing themselves.
        from vocode_pulumi.purchases import Purchases

        client = self.client
        with self._lock:
            if self._purchases is None or self._purchases.client is not client:
                self._purchases = Purchases(client, functools.partial(notify, warning=False))
            return self._purchases

    def make(self, urn: str, inputs: Inputs) -> tuple[str, Inputs]:
        if "adopt" in inputs:
            return self._adopt(urn, inputs)
        order = self._order(inputs)
        bought = self.purchases.buy(urn, order)
        answer, number = bought.answer, bought.answer["number"]
        HELD.give(number, urn)
        # Money is spent: from here on nothing raises.
        outs: Inputs = {"number": number}
        try:
            owned = owned_by(_AGENT, inputs.get("inbound_agent"), answer.get("inbound_agent"))
            if not bought.is_for(order):
                # What the agent refers to may be somebody else's: it was asked for otherwise.
                owned = None
                inputs = _as_bought(inputs, bought.asked)
                notify(
                    urn,
                    f"{number} was bought by an earlier run that did not end, when the program "
                    "declared it otherwise. It is taken, not bought again; what can only be had "
                    "with another number is for the next `pulumi up`, which shows it.",
                )
            declared = self.skeletons(inputs)
            state = State(inputs, declared, {"inbound_agent": owned})
            outs = self.outputs(answer, state)
            if any(differs(value, outs.get(name)) for name, value in inputs.items()):
                outs = self.change(number, State(outs, declared, state.owned), inputs)
        except Exception as error:  # noqa: BLE001 - money is spent: nothing may lose the number
            reason = str(error) if isinstance(error, VocodeError) else repr(error)
            notify(
                urn,
                f"{number} is bought and kept, but not all of its inputs are set yet: {reason} "
                "The next `pulumi up` finishes it; do not buy another.",
            )
        return number, outs

    def _order(self, inputs: Inputs) -> Inputs | None:
        """The body of the purchase; none at all when nothing is asked for."""
        body = {name: inputs[name] for name in TO_BUY if name in inputs}
        return {**body, **self.answering(inputs)} or None

    def answering(self, inputs: Inputs) -> Inputs:
        """Who answers, as a purchase and a link take it."""
        agent = inputs.get("inbound_agent")
        return {} if agent in (None, "none") else {"inbound_agent": request(_AGENT, agent)}

    def _adopt(self, urn: str, inputs: Inputs) -> tuple[str, Inputs]:
        number = inputs["adopt"]
        holder = HELD.of(number)
        if holder is not None and holder != urn:
            raise VocodeError(
                f"{number} was given to {holder.rsplit('::', 1)[-1]!r} in this run already, and "
                "one number belongs to one resource. Nothing was bought. Take `adopt` out of one "
                "of the two, or give the renamed resource an alias."
            )
        answer = self.find(number)
        if answer is None:
            raise VocodeError(
                f"GET {NUMBERS} found no active number {number} in this account, so there is "
                "nothing to adopt. Nothing was bought. Check the digits (country code first), "
                "and whose key is in use."
            )
        HELD.give(number, urn)
        self.purchases.taken_over(urn, number)
        declared = self.skeletons(inputs)
        outs = self.outputs(answer, State(inputs, {}, {}))
        return number, self.change(number, State(outs, {}, {}), inputs) | {DECLARED: declared}

    def find(self, id_: str) -> Any:
        return in_service(self.client, id_)

    def look(self, id_: str, outs: Inputs) -> Any:
        return numbers_of(self.client).read(id_, outs.get("agent_id"), outs.get("user_id"))

    def change(self, id_: str, state: State, inputs: Inputs) -> Inputs:
        outs, declared = state.outs, state.declared
        body: Inputs = {}
        for name in IN_PLACE:
            wanted = inputs.get(name)
            if wanted is None and name in declared:
                wanted = self.fields[name].default
            elif wanted is None:
                continue
            if differs(wanted, outs.get(name)):
                body[name] = wanted
        owned = state.owned.get("inbound_agent")
        wanted = inputs.get("inbound_agent")
        given = wanted is not None
        changed = (
            differs(wanted, outs.get("inbound_agent")) if given else "inbound_agent" in declared
        )
        if changed:
            if wanted == "default":
                raise VocodeError(f"inbound_agent {_NO_DEFAULT}.")
            live = {"inbound_agent": outs.get("agent_id")}
            if _AGENT.as_inline(wanted) is not None:
                live = self.client.get(NUMBERS, phone_number=id_)
            target, owned = self.parts.apply(
                _AGENT,
                declared.get("inbound_agent"),
                None if wanted == "none" else wanted,
                owned,
                live.get("inbound_agent"),
            )
            if target != id_of(live.get("inbound_agent")):
                body["inbound_agent"] = target
        if body:
            answer = self.client.update(f"{NUMBERS}/update", body, phone_number=id_)
        else:
            answer = self.client.get(NUMBERS, phone_number=id_)
        previous = {**outs, **inputs}
        return self.outputs(
            answer, State(previous, self.skeletons(inputs), {"inbound_agent": owned})
        )

    def release(self, id_: str, outs: Inputs) -> None:
        urn = str(outs.get(URN))
        self._show(urn, self.purchases.known(urn, id_))
        holder = HELD.of(id_)
        if holder is not None and holder != urn:
            notify(
                urn,
                f"{id_} is kept: {holder.rsplit('::', 1)[-1]!r} holds it now.",
                warning=False,
            )
            return
        try:
            self.client.update(f"{NUMBERS}/cancel", phone_number=id_)
        except NotFoundError:
            require_released(self.client, id_, outs.get("user_id"))
        self.purchases.released(id_)

    def outputs(self, answer: Any, state: State) -> Inputs:
        number, agent = number_in(answer), answer.get("inbound_agent")
        previous, declared = state.outs, state.declared
        owned = state.owned.get("inbound_agent")
        inbound_agent: Any = id_of(agent)
        if "inbound_agent" in declared:
            inbound_agent = standing(
                self.fields["inbound_agent"],
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
            **{name: answer.get(name, previous.get(name)) for name in IN_PLACE},
            "adopt": previous.get("adopt"),
            OWNED: {"inbound_agent": owned} if owned else {},
            DECLARED: declared,
        }


_NO_DEFAULT = (
    'cannot be set to "default" on a number that exists: Vocode takes that word only when a number '
    'is bought. Give an agent\'s id, an inline agent, or "none"'
)


def _as_bought(inputs: Inputs, asked: Inputs) -> Inputs:
    """Inputs with what a purchase asked for in place of what is declared by now."""
    kept = {name: value for name, value in inputs.items() if name not in TO_BUY}
    return kept | {name: asked[name] for name in TO_BUY if name in asked}


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
    """A phone number, bought when it is created and released when it is destroyed.

    ``None`` is the same as not given. An input that was never given is not managed: whatever Vocode
    gave or a person set stays. One that was given and is then removed goes back to what a new
    number has without it.

    Args:
        resource_name: the name in the program.
        opts: Pulumi's resource options. ``protect=True`` is for numbers that must not be lost.
        area_code: three digits of a US area code. A change buys another number. So far as it was
            given once and is removed, the number stays.
        telephony_provider: the carrier, ``"vonage"`` (Vocode's default) or ``"twilio"``. A change
            buys another number.
        telephony_account_connection: id of the connection to one's own account at the carrier. A
            change buys another number.
        inbound_agent: who answers: an agent's id, an inline agent, ``"default"`` (Vocode's own; only
            when the number is bought) or ``"none"``. Changes in place.
        label: a name for people. Changes in place.
        outbound_only: whether nobody can call it. Changes in place.
        example_context: string to string, what prompts are tried out with. Changes in place.
        adopt: digits of a number that the account has already: taken over, not bought. A change
            takes over the other one and releases this one.

    Raises:
        TypeError: a subclass without its own type token.
        ValueError: ``import_`` in the options: ``adopt`` is what to use.

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
