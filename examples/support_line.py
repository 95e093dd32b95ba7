import pulumi

from vocode_pulumi import Action, Agent, PhoneNumber, Prompt, Voice

prompt = Prompt(
    "support",
    content="You are the support line of a bakery. Hand over to a person when you are asked to.",
)
voice = Voice("calm", type="voice_azure", voice_name="en-US-SteffanNeural", rate=5)
to_a_person = Action(
    "to-a-person",
    type="action_transfer_call",
    config={"phone_number": "14155550100"},
    action_trigger={
        "type": "action_trigger_phrase_based",
        "config": {
            "phrase_triggers": [
                {
                    "phrase": "let me put you through",
                    "conditions": ["phrase_condition_type_contains"],
                }
            ]
        },
    },
)
hang_up = Action("hang-up", type="action_end_conversation")
agent = Agent(
    "support",
    prompt=prompt.id,
    voice=voice.id,
    actions=[to_a_person.id, hang_up.id],
    initial_message="Hello, how can I help?",
)
number = PhoneNumber("support", inbound_agent=agent.id, label="support")

pulumi.export("number", number.number)
pulumi.export("agent", agent.id)
