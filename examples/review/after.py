import pulumi

from vocode_pulumi import Agent, PhoneNumber, Prompt

VOICE = {"type": "voice_azure", "voice_name": "en-US-SteffanNeural"}

greeting = Prompt(
    "greeting",
    content="You are Bob of Smith & Sons.\nSay who you are.\nAsk what you can do.\nBe brief.",
)
desk = Agent("desk", prompt=greeting.id, voice=VOICE)
night = Agent("night", prompt="Say that the office opens at nine.", voice=VOICE)

main = PhoneNumber("main", area_code="415", inbound_agent=desk.id, label="front desk")
support = PhoneNumber("support", area_code="415", inbound_agent=desk.id, label="support")
sales = PhoneNumber("sales", area_code="212", inbound_agent=night.id, label="sales")
branch = PhoneNumber("branch", area_code="646", inbound_agent=night.id, label="branch")
for city in ("boston", "denver"):
    PhoneNumber(city, inbound_agent=desk.id, label=city)
pulumi.export("main", main.number)
