import pulumi

from vocode_pulumi import Agent, PhoneNumber

agent = Agent(
    "desk",
    adopt=pulumi.Config().get("agent"),
    name="desk",
    prompt="You answer the phone for a bakery.",
    voice={"type": "voice_azure", "voice_name": "en-US-SteffanNeural"},
    webhook={
        "url": "https://example.com/calls",
        "subscriptions": ["event_phone_call_ended"],
    },
)
desk = PhoneNumber("desk", label="desk", inbound_agent=agent.id)
overflow = PhoneNumber("overflow", label="overflow", inbound_agent=agent.id)

pulumi.export("number", desk.number)
pulumi.export("agent", agent.id)
