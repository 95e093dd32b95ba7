import pulumi

from vocode_pulumi import Action, Agent, PhoneNumber

book = Action(
    "book",
    type="action_external",
    config={
        "name": "book_table",
        "description": "Books a table at the restaurant.",
        "url": "https://example.com/book",
        "input_schema": {"type": "object", "properties": {"day": {"type": "string"}}},
        "speak_on_send": True,
        "speak_on_receive": True,
    },
)
agent = Agent(
    "restaurant",
    prompt="You answer the phone for a restaurant.",
    voice={"type": "voice_azure", "voice_name": "en-US-SteffanNeural"},
    actions=[book.id],
)
number = PhoneNumber("restaurant", inbound_agent=agent.id)

pulumi.export("number", number.number)
# The receiver checks signatures with it. Read it with `pulumi stack output --show-secrets`, or pass
# it to a function that this program declares.
pulumi.export("signature_secret", book.signature_secret)
