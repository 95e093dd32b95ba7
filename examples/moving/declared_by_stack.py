import pulumi

from vocode_pulumi import PhoneNumber

names = pulumi.Config().require_object("names")
numbers = {name: PhoneNumber(name) for name in names}

pulumi.export("numbers", {name: number.number for name, number in numbers.items()})
