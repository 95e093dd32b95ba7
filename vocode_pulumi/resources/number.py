# SPDX-License-Identifier: Apache-2.0
"""The base class of bought and linked numbers: their outputs, and checks of their options."""

from collections.abc import Mapping
from typing import Any

import pulumi

from vocode_pulumi import digits
from vocode_pulumi.program.declared_numbers import numbers_of_this_run
from vocode_pulumi.program.resource import VocodeResource, WrongOptions
from vocode_pulumi.uuids import UUID


class Number(VocodeResource, module="vocode", name="Number"):
    """Base of bought and linked numbers; the Pulumi id is the number's digits."""

    number: pulumi.Output[str]
    """The digits with the country code, such as ``14155550100``. This is the Pulumi id too."""
    number_id: pulumi.Output[str]
    """Vocode's own id of the number."""
    user_id: pulumi.Output[str]
    """Vocode's id of the account."""
    active: pulumi.Output[bool]
    """Whether the number is in service."""
    agent_id: pulumi.Output[str | None]
    """The id of the agent that answers."""
    agent: pulumi.Output[Any]
    """``id``, ``name``, ``prompt`` (``id``, ``content``), ``voice`` (``id``, ``type``), ``actions``
    (each ``id``, ``type``), ``initial_message`` of the agent that answers."""
    webhook: pulumi.Output[Any]
    """``id``, ``url``, ``method``, ``subscriptions`` of that agent's webhook."""
    telephony_provider: pulumi.Output[str | None]
    telephony_account_connection: pulumi.Output[str | None]
    inbound_agent: pulumi.Output[Any]
    label: pulumi.Output[str | None]
    outbound_only: pulumi.Output[bool | None]
    example_context: pulumi.Output[Any]
    owned: pulumi.Output[Any]
    """The ids of the objects that an inline agent created: the agent, and below it its parts."""

    @classmethod
    def _require_options(
        cls, resource_name: str, inputs: Mapping[str, Any], opts: pulumi.ResourceOptions | None
    ) -> None:
        super()._require_options(resource_name, inputs, opts)
        is_adopted = cls._takes_over == "adopt" and inputs.get("adopt") is not None
        if is_adopted and opts is not None and opts.delete_before_replace:
            raise WrongOptions(
                f"{cls.__name__} {resource_name!r}: delete_before_replace would cancel the number "
                "that `adopt` is to keep. Leave it out: a replacement keeps an adopted number in service."
            )
        if opts is not None and opts.deleted_with is not None:
            raise WrongOptions(
                f"{cls.__name__} {resource_name!r}: with deleted_with Pulumi would forget the "
                "number without telling Vocode, which would go on charging for it. Leave it out; "
                "retain_on_delete is for a number that is to stay."
            )

    @classmethod
    def _further_inputs(cls) -> dict[str, Any]:
        return numbers_of_this_run().first_input()

    def __init__(
        self,
        resource_name: str,
        inputs: Mapping[str, Any],
        opts: pulumi.ResourceOptions | None,
    ) -> None:
        super().__init__(resource_name, inputs, opts)
        # In the preview of an update Pulumi knows only the id and the inputs.
        if inputs.get("inbound_agent") is not None:
            agent_id: Any = _id_among(self.inbound_agent, self.agent_id)
            self.agent_id = pulumi.Output.from_input(agent_id)
        if opts is not None and opts.id is not None:
            # The resource is read with `.get`.
            self.number = self.id.apply(digits.of)
            return
        numbers = numbers_of_this_run()

        def digits_of_own(number: str) -> str:
            numbers.add_owner(number, resource_name)
            return digits.of(number)

        self.number = self.id.apply(digits_of_own)
        numbers.add_provider(self._provider)
        taken = inputs.get(self._takes_over)
        if taken is not None:
            pulumi.Output.from_input(taken).apply(
                lambda number: numbers.add_taker(number, resource_name, self._takes_over)
            )
        else:
            numbers.count_possible_purchase(self)


async def _id_among(
    declared: pulumi.Output[Any], answered: pulumi.Output[str | None]
) -> pulumi.Output[str | None]:
    """The declared value if it is known and an id; otherwise the answered value."""
    is_id = await declared.is_known() and UUID.fullmatch(str(await declared.future()))
    return declared if is_id else answered
