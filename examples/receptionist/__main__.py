import pulumi

from vocode_pulumi import PhoneNumber

config = pulumi.Config()
receiver = config.require("receiver")

reception = PhoneNumber(
    "reception",
    label="reception",
    inbound_agent={
        "prompt": {
            "content": "You are the receptionist of a dentist. You talk to ${name}.",
            "context_endpoint": f"{receiver}/callers",
        },
        "voice": {"type": "voice_azure", "voice_name": "en-US-SteffanNeural"},
        "initial_message": "Good day, this is the dentist's.",
        "actions": [
            {
                "type": "action_external",
                "config": {
                    "name": "book_appointment",
                    "description": "Book an appointment for the caller.",
                    "url": f"{receiver}/appointments",
                    "input_schema": {
                        "type": "object",
                        "properties": {
                            "day": {"type": "string", "enum": ["monday", "thursday"]},
                            "reason": {"type": "string"},
                        },
                    },
                    "speak_on_send": False,
                    "speak_on_receive": True,
                    "signature_secret": config.require_secret("signatureSecret"),
                },
            },
            {"type": "action_end_conversation"},
        ],
        "webhook": {
            "url": f"{receiver}/events",
            "subscriptions": [
                "event_phone_call_connected",
                "event_action",
                "event_phone_call_ended",
                "event_transcript",
            ],
        },
    },
)
pulumi.export("number", reception.number)
