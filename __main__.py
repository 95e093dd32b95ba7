# SPDX-License-Identifier: Apache-2.0
"""Phone numbers at Vocode and who answers them, from the configuration that Pulumi.yaml declares."""

import pulumi

from vocode_pulumi import AgentArgs, PhoneNumber

config = pulumi.Config()

agent = AgentArgs(
    prompt=config.require("prompt"),
    voice={"type": "voice_azure", "voice_name": config.require("voice")},
    initial_message=config.require("initialMessage"),
)
if url := config.get("webhookUrl"):
    agent["webhook"] = {"url": url, "subscriptions": config.require_object("webhookEvents")}

numbers = {
    name: PhoneNumber(
        name,
        area_code=config.get("areaCode") or None,
        inbound_agent=config.get("agentId") or agent,
        label=name,
    )
    for name in config.require_object("names")
}

first = next(iter(numbers.values()))
pulumi.export("number", first.number)
pulumi.export("agent_id", first.agent_id)
pulumi.export("webhook", first.webhook)
pulumi.export("numbers", {name: one.number for name, one in numbers.items()})
