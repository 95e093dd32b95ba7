from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi
import pytest
from reception import Reception, ReceptionArgs

from vocode_pulumi import testing

ONE: ReceptionArgs = {
    "voice": {"type": "voice_azure", "voice_name": "en-US-SteffanNeural"},
    "events_url": "https://example.com/calls",
    "departments": {"orders": {"prompt": "Take orders.", "numbers": {"main": {}}}},
}


def declares(*names: str, **options: Any) -> Callable[[], None]:
    def program() -> None:
        for name in names:
            reception = Reception(name, ONE, pulumi.ResourceOptions(**options))
            pulumi.export(name, reception.numbers)
            pulumi.export(f"{name}-agents", reception.agents)

    return program


def test_each_department_answers_its_own_numbers() -> None:
    declared = testing.run(Path(__file__).parent)
    numbers = declared.exports["numbers"]
    assert {*numbers["orders"]} == {"san-francisco", "anywhere"}
    assert numbers["orders"]["san-francisco"].startswith("1415")
    agents = {agent.outputs["name"]: agent for agent in declared.of_type("Agent")}
    assert {*agents} == {"bakery-orders", "bakery-complaints"}
    answers = {
        number.name: number.outputs["agent_id"] for number in declared.of_type("PhoneNumber")
    }
    assert answers == {
        "bakery-orders-san-francisco": agents["bakery-orders"].id,
        "bakery-orders-anywhere": agents["bakery-orders"].id,
        "bakery-complaints-main": agents["bakery-complaints"].id,
    }


def test_all_agents_have_one_voice_and_report_to_one_webhook() -> None:
    declared = testing.run(Path(__file__).parent)
    (voice,), (webhook,) = declared.of_type("Voice"), declared.of_type("Webhook")
    for agent in declared.of_type("Agent"):
        assert agent.inputs["voice"] == voice.id
        assert agent.inputs["webhook"] == webhook.id


def test_two_receptions_of_a_program_have_nothing_in_common() -> None:
    declared = testing.run(declares("bakery", "florist"))
    assert len({number.id for number in declared.of_type("PhoneNumber")}) == 2
    exports = declared.exports
    assert exports["bakery-agents"]["orders"] != exports["florist-agents"]["orders"]


def test_an_option_of_the_component_holds_for_its_numbers() -> None:
    for protect in (True, False):
        (number,) = testing.run(declares("bakery", protect=protect)).of_type("PhoneNumber")
        assert number.protect == protect


def test_what_a_preview_refuses_is_refused_with_the_name_of_the_number() -> None:
    def program() -> None:
        wrong = {"orders": {"prompt": "Hi", "numbers": {"main": {"area_code": "41"}}}}
        Reception("bakery", {**ONE, "departments": wrong})

    with pytest.raises(testing.ProgramRefused, match="'bakery-orders-main': area_code"):
        testing.run(program)
