from collections.abc import Mapping

import pulumi

from vocode_pulumi import Agent, PhoneNumber


class Regions(pulumi.ComponentResource):
    """A number in each of several regions, all answered by one agent."""

    def __init__(
        self,
        name: str,
        agent: pulumi.Input[str],
        area_codes: Mapping[str, str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("bakery:index:Regions", name, None, opts)
        self.numbers = {
            region: PhoneNumber(
                f"{name}-{region}",
                area_code=code,
                inbound_agent=agent,
                label=region,
                opts=pulumi.ResourceOptions(parent=self),
            ).number
            for region, code in area_codes.items()
        }
        self.register_outputs({"numbers": self.numbers})


agent = Agent(
    "orders",
    prompt="You take orders for a bakery.",
    voice={"type": "voice_azure", "voice_name": "en-US-SteffanNeural"},
)
regions = Regions("orders", agent.id, {"california": "415", "new-york": "212"})

pulumi.export("numbers", regions.numbers)
