# SPDX-License-Identifier: Apache-2.0
"""What a preview warns of, although Vocode may accept it."""

from pathlib import Path
from typing import Any

import pulumi
import pytest

from vocode_pulumi.args.account_connection import AccountConnectionArgs
from vocode_pulumi.args.linked_number import LinkedNumberArgs
from vocode_pulumi.args.phone_number import PhoneNumberArgs
from vocode_pulumi.args.prompt import PromptArgs
from vocode_pulumi.program.doubts import doubts
from vocode_pulumi.schema import reading
from vocode_pulumi.schema.walking import fields_of

ID = "0f8fad5b-d9cb-469f-a165-70867728950e"


def doubts_about(args: Any, **inputs: Any) -> list[str]:
    fields = fields_of(reading.schema_of(args), inputs)
    return [line for name, value in inputs.items() for line in doubts(fields[name], value, name)]


def agent(**fields: Any) -> list[str]:
    return doubts_about(PhoneNumberArgs, inbound_agent=fields)


def transfer_to(number: Any) -> dict[str, Any]:
    return {"type": "action_transfer_call", "config": {"phone_number": number}}


@pytest.mark.parametrize(
    ("args", "inputs", "path"),
    [
        (PhoneNumberArgs, {"adopt": "3125550100"}, "adopt"),
        (LinkedNumberArgs, {"phone_number": "(312) 555-0100"}, "phone_number"),
        (
            AccountConnectionArgs,
            {"type": "account_connection_twilio", "steering_pool": ["14155550100", "3125550100"]},
            "steering_pool[1]",
        ),
        (
            PhoneNumberArgs,
            {"inbound_agent": {"actions": [ID, transfer_to("3125550100")]}},
            "inbound_agent.actions[1].config.phone_number",
        ),
        (
            PhoneNumberArgs,
            {
                "inbound_agent": {
                    "actions": [
                        {
                            "type": "action_add_to_conference",
                            "config": {"phone_number": "3125550100"},
                        }
                    ]
                }
            },
            "inbound_agent.actions[0].config.phone_number",
        ),
    ],
)
def test_a_number_that_may_lack_its_country_code_is_named(
    args: Any, inputs: dict[str, Any], path: str
) -> None:
    (line,) = doubts_about(args, **inputs)
    assert line == (
        f"{path}: 3125550100 may be a number of North America without its country code. With the country "
        "code it is 13125550100."
    )


@pytest.mark.parametrize("number", ["13125550100", "+3125550100", "4155550100", 3125550100, None])
def test_other_numbers_are_not_named(number: Any) -> None:
    assert agent(actions=[transfer_to(number)]) == []


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A file in the folder of the program, by its path in that folder."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts" / "agent.md").write_text("Be brief.")
    return "prompts/agent.md"


def test_a_text_that_is_the_path_of_a_file_is_named(file: str) -> None:
    described = {"config": {"description": file}, "type": "action_external"}
    for lines, path in (
        (doubts_about(PromptArgs, content=file), "content"),
        (agent(prompt=file), "inbound_agent.prompt"),
        (agent(prompt={"content": file}), "inbound_agent.prompt.content"),
        (agent(initial_message=file), "inbound_agent.initial_message"),
        (agent(actions=[described]), "inbound_agent.actions[0].config.description"),
    ):
        (line,) = lines
        assert line == (
            f"{path}: 'prompts/agent.md' is the path of a file. Vocode gets this path, and not the text in the "
            "file. To send the text, write pathlib.Path('prompts/agent.md').read_text()."
        )


@pytest.mark.parametrize(
    "path",
    [
        *("./prompt.txt", "prompts/other.md", "../a/greeting", "prompt.TXT", "./my prompts/a.md"),
        *("~/prompt.md", "/there/is/no/such.yaml", r"prompts\sales.md", r"C:\prompts\sales.txt"),
    ],
)
@pytest.mark.usefixtures("file")
def test_a_text_that_looks_like_the_path_of_a_file_that_does_not_exist_is_named(path: str) -> None:
    (line,) = agent(prompt=path)
    home = ".expanduser()" if path.startswith("~") else ""
    assert line == (
        f"inbound_agent.prompt: {path!r} looks like the path of a file, and there is no such file. Vocode gets these "
        "words as they are. To send the text of a file, correct the path and write "
        f"pathlib.Path({path!r}){home}.read_text()."
    )
    assert agent(initial_message=path)


@pytest.mark.parametrize(
    "text",
    [
        *("prompts", "", " prompts/agent.md", "prompts/agent.md\n", "a\0b"),
        *(
            "Hello.",
            "Hi",
            "and/or",
            "Read docs/a.md",
            "...",
            "./",
            "example.com",
            "a@b.md",
            "/quit",
        ),
        *("https://example.com/a.md", "Ask for e.g. a name, then say: see notes.txt", ".md", "5.5"),
        *(
            "You answer calls. " * 5000,
            "x" * 100_000,
            ID,
            pulumi.Output.from_input("prompts/agent.md"),
        ),
        # A name for people is short, and nobody keeps it in a file.
        {"name": "prompts/agent.md"},
    ],
    ids=lambda text: str(text)[:20],
)
@pytest.mark.usefixtures("file")
def test_other_texts_are_not_named(text: Any) -> None:
    given = text if isinstance(text, dict) else {"prompt": text}
    assert agent(**given) == []


ELEVEN = {"type": "voice_eleven_labs", "voice_id": "x"}


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        (
            {"voice": {**ELEVEN, "stability": 50}},
            "voice.stability: 50 is outside the usual range, 0 to 1.",
        ),
        (
            {"voice": {**ELEVEN, "similarity_boost": -0.5}},
            "voice.similarity_boost: -0.5 is outside the usual range, 0 to 1.",
        ),
        (
            {"voice": {**ELEVEN, "optimize_streaming_latency": 5}},
            "voice.optimize_streaming_latency: 5 is outside the usual range, 0 to 4.",
        ),
        ({"llm_temperature": 70}, "llm_temperature: 70 is outside the usual range, 0 to 2."),
        ({"initial_message_delay": -1}, "initial_message_delay: -1 is less than 0."),
        ({"idle_time_seconds": -3.0}, "idle_time_seconds: -3 is less than 0."),
    ],
)
def test_a_number_without_a_meaning_is_named(fields: dict[str, Any], line: str) -> None:
    assert agent(**fields) == [f"inbound_agent.{line}"]


def test_numbers_at_the_ends_of_their_range_are_not_named() -> None:
    for end in (0, 1, 1.0):
        voice = {**ELEVEN, "stability": end, "similarity_boost": end}
        assert agent(voice=voice, llm_temperature=end, idle_time_seconds=end) == []
    most = {**ELEVEN, "stability": None, "optimize_streaming_latency": 4}
    assert agent(voice=most, initial_message_delay=3600, conversation_speed=-1) == []
