# Checked by a type checker, never run: each line that is marked must be flagged.
from vocode_pulumi import PhoneNumber

PhoneNumber("right", area_code="415", inbound_agent="default", label=None)
PhoneNumber(
    "inline",
    inbound_agent={
        "prompt": "text",
        "voice": {"type": "voice_azure", "voice_name": "x"},
        "actions": [{"type": "action_dtmf"}],
        "webhook": {"url": "u", "subscriptions": ["event_transcript"]},
    },
)
PhoneNumber("key", area_cod="415")  # wrong
PhoneNumber("enum", telephony_provider="twillio")  # wrong
PhoneNumber("type", outbound_only="yes")  # wrong
PhoneNumber("deep", inbound_agent={"promt": "x", "voice": "y"})  # wrong
PhoneNumber("missing", inbound_agent={"prompt": "x"})  # wrong
