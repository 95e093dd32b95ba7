import pulumi

from vocode_pulumi import PhoneNumber

reception = PhoneNumber(
    "reception",
    label="front desk",
    opts=pulumi.ResourceOptions(aliases=[pulumi.Alias(name="front-desk")]),
)
pulumi.export("number", reception.number)
