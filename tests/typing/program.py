# Checked by a type checker, never run: each line that is marked must be flagged.
from vocode_pulumi import (
    AccountConnection,
    Agent,
    LinkedNumber,
    PhoneNumber,
    Voice,
    get_agent,
    get_agent_output,
    list_numbers,
)

PhoneNumber("right", area_code="415", inbound_agent="default", label=None)
PhoneNumber(
    "inline",
    inbound_agent={
        "prompt": "text",
        "voice": {"type": "voice_azure", "voice_name": "x"},
        "actions": [{"type": "action_dtmf"}],
        "webhook": {"url": "https://example.com", "subscriptions": ["event_transcript"]},
    },
)
PhoneNumber("key", area_cod="415")  # wrong
PhoneNumber("enum", telephony_provider="twillio")  # wrong
PhoneNumber("type", outbound_only="yes")  # wrong
PhoneNumber("deep", inbound_agent={"promt": "x", "voice": "y"})  # wrong
PhoneNumber("missing", inbound_agent={"prompt": "x"})  # wrong

Voice("right", type="voice_azure", voice_name="x", rate=5, adopt=None)
Voice("field of another type", type="voice_azure", voice_name="x", voice_id="y")  # wrong
Voice("word", type="voice_azur", voice_name="x")  # wrong
agent = Agent("right", prompt="text", voice={"type": "voice_vocode", "voice_id": "joe"})
Agent("missing", prompt="text")  # wrong
PhoneNumber("of a resource", inbound_agent=agent.id)
AccountConnection("right", type="account_connection_openai", credentials={"openai_api_key": "x"})
LinkedNumber("missing", phone_number="14155550100")  # wrong
says = get_agent_output(agent.id).initial_message
get_agent(agent.id)  # wrong
list_numbers(area_cod="415")  # wrong
