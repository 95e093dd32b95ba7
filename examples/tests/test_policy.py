from pathlib import Path

from vocode_pulumi import testing

PROGRAM = Path(__file__).parents[1] / "front_desk.py"


def test_there_are_at_most_six_numbers_each_with_a_label() -> None:
    numbers = testing.run(PROGRAM).of_type("PhoneNumber")
    assert len(numbers) <= 6
    for number in numbers:
        assert number.inputs.get("label"), f"{number.name} has no label"


def test_the_agent_answers_the_number() -> None:
    declared = testing.run(PROGRAM)
    (number,) = declared.of_type("PhoneNumber")
    assert number.outputs["agent_id"] == declared.exports["agent"]
    assert declared.exports["number"].startswith("1415")
