"""Buy the numbers of an office, print them, and cancel them again: `python office.py FOLDER [--destroy]`."""

import os
import sys
from pathlib import Path

import pulumi
from pulumi import automation as auto

from vocode_pulumi import PhoneNumber


def program() -> None:
    names = pulumi.Config().require_object("names")
    numbers = {name: PhoneNumber(name, label=name, inbound_agent="default") for name in names}
    pulumi.export("numbers", {name: number.number for name, number in numbers.items()})


def office(folder: Path) -> auto.Stack:
    """The stack. Its states and its settings are in a folder."""
    states = folder / "states"
    states.mkdir(parents=True, exist_ok=True)
    settings = auto.ProjectSettings(
        name="office", runtime="python", backend=auto.ProjectBackend(url=states.as_uri())
    )
    stack = auto.create_or_select_stack(
        stack_name="prod",
        project_name="office",
        program=program,
        opts=auto.LocalWorkspaceOptions(
            work_dir=str(folder),
            project_settings=settings,
            secrets_provider="passphrase",
            env_vars={"PULUMI_CONFIG_PASSPHRASE": os.environ["OFFICE_PASSPHRASE"]},
        ),
    )
    stack.set_config("vocode:apiKey", auto.ConfigValue(os.environ["OFFICE_KEY"], secret=True))
    stack.set_config("vocode:maxNumbers", auto.ConfigValue("5"))
    stack.set_config("names", auto.ConfigValue('["front-desk", "support"]'))
    return stack


def main() -> None:
    stack = office(Path(sys.argv[1]).resolve())
    stack.preview(on_output=print)
    done = stack.up(on_output=print)
    for name, number in done.outputs["numbers"].value.items():
        print(f"{name} has the number {number}")
    if "--destroy" in sys.argv:
        stack.destroy(on_output=print)


if __name__ == "__main__":
    main()
