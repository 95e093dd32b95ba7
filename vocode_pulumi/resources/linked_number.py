# SPDX-License-Identifier: Apache-2.0
"""A number of one's own Twilio account, linked to a Vocode account.

Facts: https://docs.vocode.dev (bring your own telephony) and the API's OpenAPI document,
``/v1/numbers/link``.
"""

from collections.abc import Mapping
from typing import Any, Unpack, cast

import pulumi

from vocode_pulumi.api.absence import NUMBERS
from vocode_pulumi.api.answers import id_of
from vocode_pulumi.args.linked_number import LinkedNumberArgs
from vocode_pulumi.errors import MAYBE_CARRIED_OUT, CallError, RequestError
from vocode_pulumi.inline.owned import owned_by
from vocode_pulumi.provider.engine import VocodeProvider
from vocode_pulumi.provider.lifecycle import State
from vocode_pulumi.resources.holders import require_free
from vocode_pulumi.resources.number import Number
from vocode_pulumi.resources.phone_number import PhoneNumberLifecycle
from vocode_pulumi.schema import reading
from vocode_pulumi.schema.shapes import Inputs, Reference

AGENT = cast(Reference, reading.record_of(LinkedNumberArgs).fields["inbound_agent"].shape)
LINKED_WITH = ("phone_number", "telephony_account_connection", "outbound_only")


class LinkedNumberLifecycle(PhoneNumberLifecycle):
    """Links, changes and releases numbers."""

    args = LinkedNumberArgs
    takes_over = "phone_number"

    def deletes_before_replace(self, replaces: list[str]) -> bool:
        # A number that is in the account cannot be linked again with another connection.
        return "phone_number" not in replaces

    def _connection_in(self, props: Mapping[str, Any]) -> str | None:
        return str(props.get("telephony_account_connection"))

    def create(self, inputs: Inputs) -> tuple[str, Inputs]:
        number = inputs["phone_number"]
        require_free(self.run.held, number, self.hidden.urn, "number")
        body = {name: inputs[name] for name in LINKED_WITH if name in inputs}
        declared = self.declared_in(inputs)
        # Before the request: a link that is refused leaves a holder, which the next link follows.
        held = self._hold(number, "linked", {})
        try:
            answer = self.client.create(f"{NUMBERS}/link", {**body, **self.answering(inputs)})
            agent = owned_by(AGENT, inputs.get("inbound_agent"), answer.get("inbound_agent"))
            state = State(inputs, declared, {"inbound_agent": agent})
        except (RequestError, *MAYBE_CARRIED_OUT) as error:
            answer = self._linked_already(inputs, error)
            # Nothing on it is owned; and which agent Vocode gave as "default" it does not say.
            said = {name: declared for name, declared in declared.items() if declared == "default"}
            state = State(inputs, said, {})
        self.run.held.give(number, self.hidden.urn)
        self.run.was_just_bought(number)
        outs = self.outputs(answer, state)
        # What fails from here on is done by the next run, which finds the number linked.
        changed = self.update(number, State(outs, state.declared, state.owned), inputs)
        return number, changed | held

    def _linked_already(self, inputs: Inputs, error: CallError) -> Inputs:
        """The number, when it is linked as declared: by a call whose answer was lost, say."""
        found = self.read(inputs["phone_number"]) or {}
        connection = id_of(found.get("telephony_account_connection"))
        unanswered = inputs.get("inbound_agent") == "default" and not found.get("inbound_agent")
        if connection != inputs["telephony_account_connection"] or unanswered:
            raise error
        return dict(found)

    def outputs(self, answer: Any, state: State) -> Inputs:
        outs = super().outputs(answer, state)
        del outs["area_code"], outs["adopt"]
        return {**outs, "phone_number": outs["number"]}


class LinkedNumberProvider(VocodeProvider):
    """The engine's provider of numbers that are linked."""

    lifecycle = LinkedNumberLifecycle


class LinkedNumber(Number, module="vocode", name="LinkedNumber"):
    """A number of your own Twilio account. Destroying the resource takes it out of the Vocode account.

    A number that the account has linked with the same connection already is taken over. Linking is
    for Vocode's enterprise plans.

    Args:
        resource_name: the name in the program.
        opts: Pulumi's resource options.
        **inputs: those of :class:`LinkedNumberArgs`.

    API: https://docs.vocode.dev, ``POST /v1/numbers/link``, ``/update``, ``/cancel``,
    ``GET /v1/numbers``.
    """

    provider = LinkedNumberProvider()
    _takes_over = "phone_number"

    phone_number: pulumi.Output[str]

    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        **inputs: Unpack[LinkedNumberArgs],
    ) -> None:
        super().__init__(resource_name, inputs, opts)
