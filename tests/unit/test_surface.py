# SPDX-License-Identifier: Apache-2.0
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

import vocode_pulumi
from vocode_pulumi import PhoneNumber, cli


def test_the_public_names_are_what_can_be_imported() -> None:
    assert sorted(vocode_pulumi.__all__) == sorted(set(vocode_pulumi.__all__))
    for name in vocode_pulumi.__all__:
        value = getattr(vocode_pulumi, name)
        assert not isinstance(value, type) or value.__doc__, name


def test_a_subclass_without_its_own_type_token_is_refused() -> None:
    with pytest.raises(TypeError, match="ComponentResource"):

        class Mine(PhoneNumber):
            pass


PREVIEW = """
import time
from pulumi.dynamic import Config, ConfigureRequest
from vocode_pulumi import PhoneNumber

provider = PhoneNumber.provider
config = Config({"vocode:ledger": "/nowhere"}, "calls")
provider.configure(ConfigureRequest(config))
urn = "urn:pulumi:dev::calls::pulumi-python:dynamic/vocode:PhoneNumber::main"
checked = provider.check({}, {"__urn": urn, "area_code": "415"})
assert not checked.failures
provider.diff("14155550100", checked.inputs, checked.inputs)
# The ledger is read in the background, and a preview does not wait for all of that.
while not provider.run.news._lookup.done():
    time.sleep(0.01)
"""
"""What the program and the plugin do in a preview; the ledger is not there."""


def run(code: str) -> tuple[str, set[str]]:
    """What some code prints in a new process, and the modules that are loaded then."""
    show = "import sys; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\n{show}"], capture_output=True, text=True, check=True
    )
    said, _, modules = done.stdout.rstrip("\n").rpartition("\n")
    return said, {*modules.split()}


def test_a_preview_loads_nothing_that_asks_vocode() -> None:
    _, loaded = run(PREVIEW)
    assert "vocode_pulumi.purchasing.ledger" in loaded
    unneeded = {"requests", "urllib3", "pydantic", "difflib", "fastapi"}
    unneeded |= {
        f"vocode_pulumi.{one}"
        for one in ("audit", "cli", "lookups", "results", "sandbox", "api.transport", "api.wire")
    }
    unneeded |= {
        f"vocode_pulumi.purchasing.{one}" for one in ("buying", "by_hand", "moving", "resolving")
    }
    assert not loaded & unneeded
    assert not any(one.startswith("vocode_pulumi.resources.agent") for one in loaded)


def test_a_program_loads_nothing_that_buys() -> None:
    _, loaded = run("from vocode_pulumi import PhoneNumber")
    assert "vocode_pulumi.resources.phone_number" in loaded
    assert not loaded & {"sqlite3", "requests", "pydantic"}
    assert not any(one.startswith("vocode_pulumi.purchasing") for one in loaded)


def test_the_package_alone_loads_next_to_nothing() -> None:
    _, loaded = run("import vocode_pulumi")
    assert {one for one in loaded if one.startswith(("pulumi", "vocode_pulumi"))} == {
        "vocode_pulumi"
    }


def test_what_is_no_public_name_is_an_attribute_error() -> None:
    name = "PhoneNumbr"
    with pytest.raises(AttributeError, match=name):
        getattr(vocode_pulumi, name)
    assert "PhoneNumber" in dir(vocode_pulumi)


def test_a_dependency_that_is_missing_is_said_to_be() -> None:
    code = "import sys; sys.modules['pulumi'] = None; import vocode_pulumi; vocode_pulumi.{}"
    for name in ("testing", "PhoneNumber"):
        done = subprocess.run(
            [sys.executable, "-c", code.format(name)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 1
        assert "pulumi" in done.stderr.splitlines()[-1]
        assert "ModuleNotFoundError" in done.stderr, done.stderr


def loaded_by(*words: str) -> tuple[str, set[str]]:
    """What the command line prints, and the modules that it loads; ours without the names of packages."""
    said, loaded = run(
        "from vocode_pulumi import cli\n"
        f"try: cli.main({[*words]})\n"
        "except SystemExit as end: assert not end.code"
    )
    return said, {one.removeprefix("vocode_pulumi.cli.") for one in loaded}


@pytest.mark.parametrize("command", cli.COMMANDS)
def test_a_command_loads_no_other(command: str) -> None:
    said, names = loaded_by(command, "--help")
    assert f"usage: vocode-pulumi {command}" in said
    # To apply is to review once more.
    assert names & {*cli.COMMANDS} == {command} | ({"review"} if command == "apply" else set())
    if command in ("account", "ledger", "purchases", "sandbox"):
        assert not names & {"pydantic", "requests", "importlib.metadata"}


def test_every_command_is_known_by_its_name() -> None:
    folder = Path(cli.__file__).parent
    registering = {
        file.stem
        for file in folder.glob("*.py")
        if "\ndef register(commands: Commands)" in file.read_text()
    }
    assert {*cli.COMMANDS} == registering - {"call"}
    listed = re.findall(r"^    ([a-z]+)\b", cli.parser().format_help(), re.MULTILINE)
    assert tuple(listed) == cli.COMMANDS


def test_the_version_is_printed_without_any_command() -> None:
    said, names = loaded_by("--version", "audit")
    assert said == f"pulumi-vocode {metadata.version('pulumi-vocode')}"
    assert not names & {*cli.COMMANDS}


def test_a_lookup_loads_no_resource() -> None:
    _, loaded = run("from vocode_pulumi import get_usage")
    assert "vocode_pulumi.lookups" in loaded
    assert not any(one.startswith("vocode_pulumi.resources") for one in loaded)


def test_modules_are_attributes() -> None:
    code = "import vocode_pulumi; print(vocode_pulumi.errors.VocodeError.__name__)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "VocodeError"
