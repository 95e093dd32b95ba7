import pulumi

from vocode_pulumi import PhoneNumber

reception = PhoneNumber("reception", label="reception", inbound_agent="default")
pulumi.export("number", reception.number)
