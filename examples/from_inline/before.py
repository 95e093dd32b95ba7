import pulumi

from vocode_pulumi import PhoneNumber

desk = PhoneNumber(
    "desk",
    label="desk",
    inbound_agent={
        "name": "desk",
        "prompt": "You answer the phone for a bakery.",
        "voice": {"type": "voice_azure", "voice_name": "en-US-SteffanNeural"},
        "webhook": {
            "url": "https://example.com/calls",
            "subscriptions": ["event_phone_call_ended"],
        },
    },
)
pulumi.export("number", desk.number)
pulumi.export("agent", desk.agent_id)
