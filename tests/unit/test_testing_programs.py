# SPDX-License-Identifier: Apache-2.0
"""Running whole programs under the mocks: what they declare, and all that a preview refuses of them."""

import asyncio
import sys
import traceback
from pathlib import Path
from typing import Any

import pulumi
import pytest
from pulumi.runtime import MockResourceArgs

from vocode_pulumi import (
    Agent,
    PhoneNumber,
    Webhook,
    get_agent,
    get_agent_output,
    get_usage,
    list_numbers,
)
from vocode_pulumi.testing import HIDDEN, ProgramRefused, VocodeMocks, run

ID = "0f8fad5b-d9cb-469f-a165-70867728950e"
VOICE: Any = {"type": "voice_vocode", "voice_id": "joe"}


def desk() -> None:
    agent = Agent(
        "desk",
        prompt="Hi",
        voice={
            "type": "voice_eleven_labs",
            "voice_id": "a",
            "api_key": pulumi.Output.secret("key"),
        },
    )
    kept = pulumi.ResourceOptions(protect=True, retain_on_delete=True)
    number = PhoneNumber("desk", area_code="415", inbound_agent=agent.id, opts=kept)
    PhoneNumber.get("theirs", "14155550100")
    pulumi.export("number", number.number)
    pulumi.export("hidden", pulumi.Output.secret("x"))
    pulumi.export("plan", get_usage().plan_type)


def test_a_run_gives_what_the_program_declares() -> None:
    declared = run(desk)
    agent, number = declared.resources
    assert (agent.type, agent.name) == ("Agent", "desk")
    assert agent.id == number.inputs["inbound_agent"]
    assert agent.inputs == {
        "prompt": "Hi",
        "voice": {"type": "voice_eleven_labs", "voice_id": "a", "api_key": HIDDEN},
    }
    assert agent.outputs["voice"] == HIDDEN
    assert (agent.protect, agent.retain_on_delete) == (False, False)
    assert (number.protect, number.retain_on_delete) == (True, True)
    assert number.inputs.keys() == {"area_code", "inbound_agent"}
    assert number.outputs["agent_id"] == number.inputs["inbound_agent"]
    assert declared.of_type("PhoneNumber") == [number]
    digits = number.outputs["number"]
    assert digits.startswith("1415")
    assert declared.exports == {"number": digits, "hidden": HIDDEN, "plan": "plan_developer"}


def test_two_runs_of_a_program_are_the_same() -> None:
    assert run(desk) == run(desk)


def refused() -> None:
    PhoneNumber("first", adopt="14155550100", area_code="415")
    agent = Agent("agent", prompt="Hi", voice=3)  # type: ignore[arg-type]
    # Nothing is said of what needs something that is refused.
    PhoneNumber("second", inbound_agent=agent.id, area_code="4155")
    good = Webhook("good", url="https://example.com", subscriptions=["event_message"])
    good.url.apply(lambda url: Webhook("late", url=url, subscriptions=["x"]))  # type: ignore[list-item]
    PhoneNumber("third", adopt="14155550101")
    PhoneNumber("fourth", adopt="14155550101")
    PhoneNumber("fifth", label=good.url.apply(lambda _url: 5))  # type: ignore[arg-type, return-value]
    pulumi.export("url", good.url)


def test_every_problem_is_raised_at_once_without_the_frames_of_the_engine() -> None:
    with pytest.raises(ProgramRefused) as raised:
        run(refused)
    said = [problem.split(":")[0:2] for problem in raised.value.problems]
    assert sorted(said) == [
        ["Agent 'agent'", " voice"],
        ["PhoneNumber 'fifth'", " label"],
        ["PhoneNumber 'first'", " area_code"],
        ["PhoneNumber 'fourth'", " adopt"],
        ["Webhook 'late'", " subscriptions[0]"],
    ]
    assert str(raised.value).splitlines()[1:] == [f"  {one}" for one in raised.value.problems]
    shown = "".join(traceback.format_exception(raised.value))
    assert "pulumi/runtime" not in shown
    assert "new_resource" not in shown
    assert raised.value.__cause__ is raised.value.__context__ is None


def test_what_a_lookup_or_a_constructor_refuses_is_a_problem_too() -> None:
    def program() -> None:
        PhoneNumber("main", area_code="4155")
        get_agent("front-desk")

    with pytest.raises(ProgramRefused) as raised:
        run(program)
    assert len(raised.value.problems) == 2
    assert raised.value.problems[1].startswith("get_agent(id='front-desk'): GET /v1/agents ")

    def later() -> None:
        for at in range(8):
            get_agent_output(pulumi.Output.from_input(f"desk-{at}"))

    with pytest.raises(ProgramRefused) as raised:
        run(later)
    assert len(raised.value.problems) == 8


def test_what_the_program_itself_raises_comes_through() -> None:
    def broken() -> None:
        raise KeyError("numbers")

    def later() -> None:
        number = PhoneNumber("main", area_code="415")
        number.number.apply(lambda _digits: broken())

    def both() -> None:
        PhoneNumber("main", area_code="4155")
        broken()

    def many() -> None:
        number = PhoneNumber("main", area_code="415")
        for at in range(8):
            number.number.apply(
                lambda digits, at=at: PhoneNumber(f"number-{at}", area_code=digits)  # type: ignore[misc]
            )
        number.number.apply(lambda _digits: broken())

    for program in (broken, later):
        with pytest.raises(KeyError, match="numbers"):
            run(program)
    for program, refused_too in ((both, 1), (many, 8)):
        with pytest.raises(ProgramRefused) as raised:
            run(program)
        assert len(raised.value.problems) == refused_too + 1
        assert raised.value.problems[-1] == "the program itself raised KeyError: 'numbers'"


def test_a_program_has_the_configuration_and_the_stack_that_it_is_given() -> None:
    def program() -> None:
        for at in range(pulumi.Config().require_int("count")):
            PhoneNumber(f"{pulumi.get_stack()}-{at}", area_code="415")

    config = {"project:count": "2", "vocode:maxNumbers": "2"}
    declared = run(program, config=config, stack="production")
    assert [one.name for one in declared.resources] == ["production-0", "production-1"]
    with pytest.raises(ProgramRefused, match=r"stack-2': The account has .* allows 2"):
        run(program, config=config | {"project:count": "3"})
    with pytest.raises(
        ProgramRefused, match="Missing required configuration variable 'project:count'"
    ):
        run(program)


def test_a_run_leaves_the_mocks_around_it_as_they_are() -> None:
    pulumi.runtime.set_mocks(VocodeMocks(), stack="around")
    PhoneNumber("around", label="around")
    run(desk, config={"vocode:maxNumbers": "3"}, stack="within")
    assert pulumi.get_stack() == "around"
    assert [one.label for one in list_numbers()] == ["around"]
    assert pulumi.runtime.get_config("vocode:maxNumbers") is None


def test_other_providers_are_answered_by_the_mocks_that_are_given() -> None:
    class Mine(VocodeMocks):
        def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
            if args.typ == "other:index:Thing":
                return "thing", {"address": "https://example.com"}
            return super().new_resource(args)

    class Thing(pulumi.CustomResource):
        address: pulumi.Output[str]

        def __init__(self) -> None:
            super().__init__("other:index:Thing", "thing", {"address": None})

    def program() -> None:
        Webhook("hook", url=Thing().address, subscriptions=["event_message"])

    declared = run(program, mocks=Mine())
    assert {one.type for one in declared.resources} == {"Webhook", "other:index:Thing"}
    (hook,) = declared.of_type("Webhook")
    assert hook.inputs["url"] == "https://example.com"


def test_a_program_may_be_asynchronous() -> None:
    async def program() -> None:
        await asyncio.sleep(0)
        PhoneNumber("main", area_code="415")

    assert [one.name for one in run(program).resources] == ["main"]

    async def around() -> list[str]:
        return [one.name for one in run(desk).resources]

    assert asyncio.run(around()) == ["desk", "desk"]


def test_a_program_is_a_folder_or_a_file_and_is_run_anew_each_time(tmp_path: Path) -> None:
    (tmp_path / "prompt.txt").write_text("Be brief.")
    (tmp_path / "its_numbers.py").write_text(
        "from vocode_pulumi import PhoneNumber\nPhoneNumber('main', area_code='415')\n"
    )
    (tmp_path / "__main__.py").write_text(
        "from pathlib import Path\n"
        "import its_numbers\n"
        "from vocode_pulumi import Prompt\n"
        "if __name__ == '__main__':\n"
        "    Prompt('main', content=Path('prompt.txt').read_text())\n"
    )
    here, path = Path.cwd(), [*sys.path]
    for program in (tmp_path, tmp_path / "__main__.py", str(tmp_path)):
        declared = run(program)
        assert [one.type for one in declared.resources] == ["PhoneNumber", "Prompt"]
    assert declared.of_type("Prompt")[0].inputs["content"] == "Be brief."
    assert (Path.cwd(), sys.path) == (here, path)
    assert "its_numbers" not in sys.modules
    with pytest.raises(FileNotFoundError, match="give a program's folder"):
        run(tmp_path / "nowhere")


PROJECT = """
name: hotel
runtime: python
main: source
config:
  floors: {type: array, items: {type: integer}, default: [1, 2]}
  city: Basel
  vocode:maxNumbers: {value: 3}
  rooms: {type: integer}
"""


def test_a_project_has_its_own_name_and_main_and_its_packages_stay(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text(PROJECT)
    (tmp_path / "source").mkdir()
    installed = tmp_path / "source" / "site-packages"
    installed.mkdir()
    (installed / "installed_there.py").write_text("")
    (tmp_path / "source" / "__main__.py").write_text(
        "import sys\n"
        "import pulumi\n"
        "sys.path.append('site-packages')\n"
        "import installed_there\n"
        "sys.path.remove('site-packages')\n"
        "config = pulumi.Config()\n"
        "pulumi.export('rooms', config.require('rooms'))\n"
        "pulumi.export('floors', config.require_object('floors'))\n"
        "pulumi.export('most', pulumi.Config('vocode').require_int('maxNumbers'))\n"
        "pulumi.export('city', config.require('city'))\n"
    )
    for program in (tmp_path, tmp_path / "source"):
        assert run(program, config={"hotel:rooms": "12", "hotel:city": "Bern"}).exports == {
            "rooms": "12",
            "floors": [1, 2],
            "most": 3,
            "city": "Bern",
        }
    assert sys.modules.pop("installed_there").__name__ == "installed_there"
    with pytest.raises(ProgramRefused, match="variable 'hotel:rooms'"):
        run(tmp_path)
