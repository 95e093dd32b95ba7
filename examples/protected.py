import pulumi

from vocode_pulumi import PhoneNumber

hotline = PhoneNumber("hotline", opts=pulumi.ResourceOptions(protect=True))
pulumi.export("number", hotline.number)
