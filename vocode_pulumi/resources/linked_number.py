# SPDX-License-Identifier: Apache-2.0
"""A number of your own Twilio account, linked to a Vocode account.

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
INPUTS_OF_LINK = ("phone_number", "telephony_account_connection", "outbound_only")


class LinkedNumberLifecycle(PhoneNumberLifecycle):
    """Links, updates and cancels numbers."""

    args = LinkedNumberArgs
    takes_over = "phone_number"

    def deletes_before_replace(self, replaces: list[str]) -> bool:
        # ASSUMED: Vocode does not link a number with another connection while the account has the number.
        return "phone_number" not in replaces

    def _connection_in(self, props: Mapping[str, Any]) -> str | None:
        return str(props.get("telephony_account_connection"))

    def create(self, inputs: Inputs) -> tuple[str, Inputs]:
        number = inputs["phone_number"]
        require_free(self.run.holders, number, self.hidden.urn, "number")
        body = {name: inputs[name] for name in INPUTS_OF_LINK if name in inputs}
        declared = self.declared_in(inputs)
        # The holder is written before the request. If the link is refused, the next link replaces it.
        claim_outputs = self._write_holder(number, "linked", {})
        try:
            answer = self.client.create(f"{NUMBERS}/link", {**body, **self.agent_in_body(inputs)})
            agent = owned_by(AGENT, inputs.get("inbound_agent"), answer.get("inbound_agent"))
            state = State(inputs, declared, {"inbound_agent": agent})
        except (RequestError, *MAYBE_CARRIED_OUT) as error:
            answer = self._linked_already(inputs, error)
            # Nothing on the number is owned. The agent that Vocode chose as "default" is not known.
            defaults = {name: word for name, word in declared.items() if word == "default"}
            state = State(inputs, defaults, {})
        self.run.holders.give(number, self.hidden.urn)
        self.run.was_just_bought(number)
        outs = self.outputs(answer, state)
        # If the update fails, the next run finds the number linked and repeats the update.
        before = outs | self._sent_agent(inputs, outs)
        changed = self.update(number, State(before, state.declared, state.owned), inputs)
        return number, changed | claim_outputs

    def _linked_already(self, inputs: Inputs, error: CallError) -> Inputs:
        """The number if it is already linked as declared, for example by a call without an answer.

        ASSUMED: if the link is refused, and the number has the declared connection, an earlier link succeeded.
        """
        found = self.read(inputs["phone_number"]) or {}
        connection = id_of(found.get("telephony_account_connection"))
        has_no_agent = inputs.get("inbound_agent") == "default" and not found.get("inbound_agent")
        if connection != inputs["telephony_account_connection"] or has_no_agent:
            raise error
        return dict(found)

    def _after_it_is_gone(self, outs: Inputs) -> str:
        return "If the program still declares it, the next `pulumi up` links it again."

    def outputs(self, answer: Any, state: State) -> Inputs:
        outs = super().outputs(answer, state)
        del outs["area_code"], outs["adopt"]
        return {**outs, "phone_number": outs["number"]}


class LinkedNumberProvider(VocodeProvider):
    """The engine's provider of numbers that are linked."""

    lifecycle = LinkedNumberLifecycle


class LinkedNumber(Number, module="vocode", name="LinkedNumber"):
    """A number of your own Twilio account. A destroy removes the number from the Vocode account.

    If the account has already linked the number with the same connection, the resource takes it over.
    Linking needs one of Vocode's enterprise plans.

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
