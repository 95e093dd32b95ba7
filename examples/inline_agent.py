import pulumi

from vocode_pulumi import AgentArgs, PhoneNumber

config = pulumi.Config()

agent = AgentArgs(
    prompt={"content": "You answer the phone for a bakery.", "collect_fields": []},
    voice={
        "type": "voice_eleven_labs",
        "voice_id": "21m00Tcm4TlvDq8ikWAM",
        "api_key": config.get_secret("elevenLabsKey"),
    },
    initial_message="Hello, this is the bakery.",
    actions=[
        {"type": "action_transfer_call", "config": {"phone_number": "14155550100"}},
        {"type": "action_end_conversation"},
    ],
    webhook={
        "url": "https://example.com/calls",
        "subscriptions": ["event_phone_call_ended", "event_transcript"],
    },
)
number = PhoneNumber("bakery", inbound_agent=agent, label="bakery")

pulumi.export("number", number.number)
pulumi.export("agent_id", number.agent_id)
pulumi.export("webhook", number.webhook)
