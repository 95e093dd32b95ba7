import pulumi

from vocode_pulumi import Agent, PhoneNumber, get_usage

agent = Agent(
    "front-desk",
    prompt="You answer the phone for a hotel.",
    voice={"type": "voice_azure", "voice_name": "en-US-SteffanNeural"},
    initial_message="Good day!",
)
number = PhoneNumber("front-desk", area_code="415", inbound_agent=agent.id, label="front desk")

pulumi.export("number", number.number)
pulumi.export("agent", agent.id)
pulumi.export("plan", get_usage().plan_type)
