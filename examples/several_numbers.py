import pulumi

from vocode_pulumi import PhoneNumber

main = PhoneNumber("main", inbound_agent="default", label="main")
overflow = PhoneNumber("overflow", inbound_agent=main.agent_id, label="overflow")
outgoing = PhoneNumber("outgoing", inbound_agent="none", outbound_only=True)

pulumi.export("numbers", [main.number, overflow.number, outgoing.number])
