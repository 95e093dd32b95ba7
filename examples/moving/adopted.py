import pulumi

from vocode_pulumi import PhoneNumber

support = PhoneNumber("support", adopt=pulumi.Config().require("support"))

pulumi.export("number", support.number)
