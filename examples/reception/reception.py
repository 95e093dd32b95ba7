from collections.abc import Mapping, Sequence
from typing import Any, Required, TypedDict, cast

import pulumi

from vocode_pulumi import Agent, EventType, PhoneNumber, Voice, VoiceArgs, Webhook

EVENTS: Sequence[EventType] = ("event_phone_call_ended", "event_transcript")


class NumberArgs(TypedDict, total=False):
    """A number of a department.

    Args:
        area_code: Three digits of a US area code. Default: Vocode chooses. A change replaces the number.
        label: A name for people. Default: the names of the reception, the department and the number.
    """

    area_code: pulumi.Input[str]
    label: pulumi.Input[str]


class DepartmentArgs(TypedDict, total=False):
    """An agent, and the numbers that it answers.

    Args:
        prompt: What the agent is told.
        greeting: What the agent says first.
        numbers: The numbers, by names of your own.
    """

    prompt: Required[pulumi.Input[str]]
    greeting: pulumi.Input[str]
    numbers: Required[Mapping[str, NumberArgs]]


class ReceptionArgs(TypedDict, total=False):
    """A reception.

    Args:
        departments: Who answers, by names of your own.
        voice: The voice of all agents.
        events_url: Where Vocode sends the events of all calls.
        events: Which events. Default: the end and the transcript of each call.
    """

    departments: Required[Mapping[str, DepartmentArgs]]
    voice: Required[VoiceArgs]
    events_url: Required[pulumi.Input[str]]
    events: Sequence[EventType]


class Reception(pulumi.ComponentResource):
    """Departments that answer calls: an agent for each, its numbers, one voice, and one webhook for all.

    Options of the component hold for all that it declares: `protect=True` protects every number.

    Args:
        name: The name of the component. The names of all that it declares begin with it.
        args: What the reception has.
        opts: Pulumi's resource options.
    """

    numbers: pulumi.Output[dict[str, dict[str, str]]]
    """The digits, by department and name."""
    agents: pulumi.Output[dict[str, str]]
    """The ids of the agents, by department."""
    webhook: pulumi.Output[str]
    """The id of the webhook."""

    def __init__(
        self, name: str, args: ReceptionArgs, opts: pulumi.ResourceOptions | None = None
    ) -> None:
        super().__init__("acme:calls:Reception", name, None, opts)
        below = pulumi.ResourceOptions(parent=self)
        voice = Voice(f"{name}-voice", below, **args["voice"])
        webhook = Webhook(
            f"{name}-events",
            below,
            url=args["events_url"],
            subscriptions=args.get("events", EVENTS),
        )
        agents: dict[str, pulumi.Output[str]] = {}
        numbers: dict[str, dict[str, pulumi.Output[str]]] = {}
        for department, given in args["departments"].items():
            whole = f"{name}-{department}"
            agent = Agent(
                whole,
                below,
                name=whole,
                prompt=given["prompt"],
                initial_message=given.get("greeting"),
                voice=voice.id,
                webhook=webhook.id,
            )
            agents[department] = agent.id
            numbers[department] = {
                number: PhoneNumber(
                    f"{whole}-{number}",
                    below,
                    area_code=wanted.get("area_code"),
                    label=wanted.get("label", f"{whole}-{number}"),
                    inbound_agent=agent.id,
                ).number
                for number, wanted in given["numbers"].items()
            }
        self.numbers = pulumi.Output.from_input(cast(Any, numbers))
        self.agents = pulumi.Output.from_input(cast(Any, agents))
        self.webhook = webhook.id
        self.register_outputs(
            {"numbers": self.numbers, "agents": self.agents, "webhook": self.webhook}
        )
