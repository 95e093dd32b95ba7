import pulumi

from vocode_pulumi import Action, Agent, PhoneNumber, Prompt, Voice, Webhook

receiver = pulumi.Config().require("receiver")

voice = Voice("steffan", type="voice_azure", voice_name="en-US-SteffanNeural")
prompt = Prompt(
    "receptionist",
    content="You are the receptionist of a dentist. You talk to ${name}.",
    context_endpoint=f"{receiver}/callers",
)
book = Action(
    "book",
    type="action_external",
    config={
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
    },
)
hang_up = Action("hang-up", type="action_end_conversation")
events = Webhook(
    "events",
    url=f"{receiver}/events",
    subscriptions=[
        "event_phone_call_connected",
        "event_action",
        "event_phone_call_ended",
        "event_transcript",
    ],
)
receptionist = Agent(
    "receptionist",
    prompt=prompt.id,
    voice=voice.id,
    initial_message="Good day, this is the dentist's.",
    actions=[book.id, hang_up.id],
    webhook=events.id,
)
reception = PhoneNumber("reception", label="reception", inbound_agent=receptionist.id)

pulumi.export("number", reception.number)
# Vocode makes it; the receiver checks signatures with it.
pulumi.export("signature_secret", book.signature_secret)
