import pulumi

from vocode_pulumi import PhoneNumber

front_desk = PhoneNumber(
    "front-desk",
    area_code="415",
    inbound_agent={
        "prompt": "You answer the phone for a bakery. Take orders and say when we open.",
        "voice": {"type": "voice_azure", "voice_name": "en-US-SteffanNeural"},
    },
)
pulumi.export("number", front_desk.number)
