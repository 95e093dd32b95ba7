import pulumi

from vocode_pulumi import LinkedNumber

config = pulumi.Config()

support = LinkedNumber(
    "support",
    phone_number=config.require("support"),
    telephony_account_connection=config.require("connection"),
)
pulumi.export("number", support.number)
