"""What the Vocode account has. `vocode-pulumi generate` wrote this program."""

import pulumi

from vocode_pulumi import Agent, PhoneNumber

config = pulumi.Config()

front_desk = Agent(
    "front_desk",
    prompt="You answer the phone for a bakery.",
    voice={"type": "voice_azure", "voice_name": "en-US-SteffanNeural"},
    name="Front desk",
    initial_message="Good morning, this is the bakery.",
    webhook={
        "url": config.require_secret("front_desk_webhook_url"),
        "subscriptions": ["event_phone_call_ended"],
    },
)
PhoneNumber(
    "office",
    area_code="415",
    inbound_agent=front_desk.id,
    label="Office",
    opts=pulumi.ResourceOptions(protect=True),
)
PhoneNumber(
    "orders",
    area_code="415",
    inbound_agent=front_desk.id,
    label="Orders",
    opts=pulumi.ResourceOptions(protect=True),
)
