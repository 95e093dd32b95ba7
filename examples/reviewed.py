import pulumi

from vocode_pulumi import PhoneNumber

front_desk = PhoneNumber(
    "front-desk",
    area_code="415",
    inbound_agent={
        "prompt": "Be brief.",
        "voice": {"type": "voice_azure", "voice_name": "en-US-SteffanNeural"},
    },
)
pulumi.export("number", front_desk.number)
