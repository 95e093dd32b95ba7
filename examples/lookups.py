import pulumi

from vocode_pulumi import PhoneNumber, get_agent_output, list_agents, list_numbers

answering = list_agents(name="front desk")
number = PhoneNumber("front-desk", inbound_agent=answering[0].id if answering else "default")

pulumi.export("number", number.number)
pulumi.export("before", [found.number for found in list_numbers(area_code="415")])
pulumi.export("says", get_agent_output(number.agent_id).initial_message)
