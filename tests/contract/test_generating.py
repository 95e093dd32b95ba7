# SPDX-License-Identifier: Apache-2.0
"""`vocode-pulumi generate` over an account, without a stack."""

import ast
import json
from collections.abc import Callable
from pathlib import Path

import pytest

import vocode_pulumi
from tests.support.filled_account import AZURE, ODD_TEXTS, Account
from vocode_pulumi.cli import main
from vocode_pulumi.sandbox import Sandbox

Generate = Callable[..., str]
SECRET = "not-for-any-file-7"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the program is written."""
    return tmp_path / "program"


@pytest.fixture
def generate(
    account: Sandbox,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Generate:
    """Runs the command; gives what it printed."""
    monkeypatch.setenv("VOCODE_API_KEY", account.api_key)
    monkeypatch.setenv("VOCODE_BASE_URL", account.url)

    def run(*options: str, code: int = 0) -> str:
        monkeypatch.chdir(folder.parent)
        assert main(["generate", "--out", str(folder), *options]) == code
        printed = capsys.readouterr()
        return printed.err if code else printed.out

    return run


@pytest.fixture
def made(account: Sandbox) -> Account:
    return Account(account)


def program(folder: Path) -> str:
    return "".join(file.read_text() for file in sorted(folder.glob("*.py")))


def test_what_is_on_later_pages_of_a_list_is_in_the_program(
    made: Account, generate: Generate, folder: Path
) -> None:
    for at in range(103):
        made.make("webhooks", url=f"https://{at}.example.com", subscriptions=["event_action"])
    assert "103 webhooks; 0 objects inline" in generate()
    assert (folder / "webhooks.py").read_text().count("    url=") == 103


def test_a_prompt_is_in_its_file_byte_for_byte(
    made: Account, generate: Generate, folder: Path
) -> None:
    for text in ODD_TEXTS:
        made.make("prompts", content=text)
    generate()
    kept = {file.read_bytes().decode() for file in (folder / "prompts").iterdir()}
    assert kept == {*ODD_TEXTS[1:]}
    assert (folder / ".gitattributes").read_text() == "prompts/* -text\n"
    (line,) = [line for line in program(folder).splitlines() if "with 'both'" in line]
    assert ast.literal_eval(line.split("content=")[1].rstrip(",)")) == ODD_TEXTS[0]


def test_names_are_legible_and_stay_as_they_are(
    made: Account, generate: Generate, folder: Path
) -> None:
    agents = {
        name: made.make("agents", name=name, prompt={"content": "x"}, voice=AZURE)
        for name in (
            "Front desk",
            "front-desk",
            "class",
            "print",
            "3rd floor",
            "🥐",
            "前台",
            "config",
        )
    }
    number = made.number(agents["Front desk"], label="Front desk")
    generate()
    kept = json.loads((folder / "names.json").read_text())["names"]
    names = {name: kept[id_] for name, id_ in agents.items()}
    assert kept[number] == "front_desk"
    assert {names["Front desk"], names["front-desk"]} == {"front_desk_agent", "front_desk_agent_2"}
    assert names["class"] == "class_agent"
    assert names["print"] == "print_agent"
    assert names["config"] == "config_agent"
    assert names["3rd floor"] == "n3rd_floor"
    assert names["前台"] == "前台"
    assert names["🥐"] == "agent"
    assert len({*kept.values()}) == len(kept)

    made.sandbox.call("POST", "/v1/agents/update", {"name": "Reception"}, id=agents["前台"])
    made.make("agents", name="前台", prompt={"content": "x"}, voice=AZURE)
    generate()
    again = json.loads((folder / "names.json").read_text())["names"]
    assert again.items() >= kept.items()
    assert "前台_agent" in again.values()


def test_a_credential_is_in_no_file_and_is_not_printed(
    made: Account, generate: Generate, folder: Path
) -> None:
    made.make("voices", type="voice_eleven_labs", voice_id="x", api_key=SECRET)
    for url in (
        f"https://a.example.com/{SECRET}abc1234",
        f"https://b.example.com/?t={SECRET}",
        f"https://u:{SECRET}@c.example.com/",
    ):
        made.make("webhooks", url=url, subscriptions=["event_action"])
    made.make("webhooks", url="https://d.example.com/calls", subscriptions=["event_action"])
    said = generate()
    assert SECRET not in said
    assert "pulumi config set --secret x_voice_api_key --stack NAME" in said
    assert said.count("_webhook_url") == 3
    for file in folder.rglob("*"):
        assert file.is_dir() or SECRET not in file.read_text()
    assert 'config.require_secret("x_voice_api_key")' in program(folder)
    assert 'url="https://d.example.com/calls"' in program(folder)


def test_filters_choose_numbers_and_agents_and_what_they_use(
    made: Account, generate: Generate, folder: Path
) -> None:
    shared = made.make("voices", **AZURE)
    agents = {
        name: made.make("agents", name=name, prompt={"content": f"I am {name}."}, voice=shared)
        for name in ("Sales", "Support")
    }
    sales = made.number(agents["Sales"], label="Sales line")
    support = made.number(agents["Support"], label="Support line")

    def declares(*options: str) -> set[str]:
        generate(*options)
        text = program(folder)
        words = {"Sales line", "Support line", "I am Sales.", "I am Support.", AZURE["voice_name"]}
        return {word for word in words if f'"{word}"' in text}

    voice = {AZURE["voice_name"]}
    assert declares("--number", f"+{sales}") == {"Sales line", "I am Sales."} | voice
    assert declares("--label", "Supp*") == {"Support line", "I am Support."} | voice
    assert declares("--agent", "Sales") == {"I am Sales."} | voice
    assert declares("--agent", agents["Sales"], "--number", support) == {
        *("Support line", "I am Sales.", "I am Support."),
        *voice,
    }
    assert declares("--only", "numbers") == {"Sales line", "Support line"}
    assert f'sales = get_agent("{agents["Sales"]}")' in program(folder)
    assert "inbound_agent=sales.id" in program(folder)
    assert "has nothing that --number, --label" in generate("--label", "nothing", code=2)


def test_an_object_is_inline_if_it_serves_one_other_in_the_whole_account(
    made: Account, generate: Generate, folder: Path
) -> None:
    shared = made.make("voices", **AZURE)
    for name in ("Sales", "Support"):
        made.make("agents", name=name, prompt={"content": "Be brief."}, voice=shared)
    # Another agent uses the voice, so it is not this one's alone.
    generate("--agent", "Sales")
    assert 'prompt="Be brief."' in program(folder)
    assert "voice=en_us_steffanneural_voice.id" in program(folder)
    generate("--flat")
    assert program(folder).count("prompt.id") == 2
    assert program(folder).count('content="Be brief."') == 2


def test_what_is_left_out_and_referred_to_is_looked_up_once(
    made: Account, generate: Generate, folder: Path
) -> None:
    shared = made.make("voices", **AZURE)
    gone = "0f8fad5b-d9cb-469f-a165-708677289501"
    agents = [
        made.make("agents", name=name, prompt={"content": f"I am {name}."}, voice=shared)
        for name in ("Sales", "Support")
    ]
    made.sandbox.fault(
        path="/v1/agents",
        status=200,
        body={"id": agents[0], "name": "Sales", "prompt": gone, "voice": shared},
    )
    generate("--only", "agents")
    text = program(folder)
    assert "from vocode_pulumi import Agent, get_prompt, get_voice\n" in text
    assert text.count(f'en_us_steffanneural_voice = get_voice("{shared}")') == 1
    assert text.count("voice=en_us_steffanneural_voice.id") == 2
    # What the account does not have cannot be looked up.
    assert text.count("get_prompt(") == 1
    assert f'prompt="{gone}"' in text


def test_a_file_that_a_person_changed_is_not_overwritten(
    made: Account, generate: Generate, folder: Path
) -> None:
    made.make("prompts", content="one")
    generate()
    file = folder / "__main__.py"
    written = file.read_text()
    file.write_text(f"{written}# mine\n")
    generate()
    made.make("prompts", content="two")
    said = " ".join(generate(code=2).split())
    assert "Nothing is written: __main__.py would lose what was changed or written there" in said
    assert file.read_text() == f"{written}# mine\n"


def test_a_program_that_was_there_before_is_not_overwritten(
    made: Account, generate: Generate, folder: Path
) -> None:
    folder.mkdir()
    (folder / "__main__.py").write_text("print('mine')\n")
    made.make("prompts", content="Be brief.")
    assert "Nothing is written: __main__.py would lose" in generate(code=2)
    assert (folder / "__main__.py").read_text() == "print('mine')\n"
    assert not (folder / "names.json").exists()


def test_a_folder_without_requirements_gets_the_place_that_this_package_came_from(
    made: Account, generate: Generate, folder: Path
) -> None:
    made.make("prompts", content="one")
    generate()
    file = folder / "requirements.txt"
    *comments, line = file.read_text().splitlines()
    assert (folder / line).resolve() == Path(vocode_pulumi.__file__).parents[1]
    assert "No release of pulumi-vocode is on PyPI yet" in comments[0]
    file.write_text("mine\n")
    made.make("prompts", content="two")
    generate()
    assert file.read_text() == "mine\n"


def test_a_program_that_gets_short_again_is_one_file_again(
    made: Account, generate: Generate, folder: Path
) -> None:
    for at in range(60):
        made.make("webhooks", url=f"https://{at}.example.com", subscriptions=["event_action"])
    made.make("prompts", content="a\nb")
    generate()
    assert (folder / "webhooks.py").exists()
    generate("--only", "prompts")
    assert [file.name for file in folder.glob("*.py")] == ["__main__.py"]
    generate("--only", "webhooks")
    assert not [*(folder / "prompts").iterdir()]


def test_a_number_of_your_own_twilio_account_is_a_linked_number(
    made: Account, generate: Generate, folder: Path
) -> None:
    connection = made.make(
        "account_connections",
        type="account_connection_twilio",
        credentials={"twilio_account_sid": SECRET, "twilio_auth_token": f"{SECRET}2"},
        steering_pool=["14155550100"],
    )
    body = {"phone_number": "14155550100", "telephony_account_connection": connection}
    made.sandbox.call("POST", "/v1/numbers/link", body)
    generate()
    assert "LinkedNumber(" in program(folder)
    assert 'phone_number="14155550100"' in program(folder)
    assert "telephony_account_connection=twilio_account_connection.id" in program(folder)


def test_what_the_provider_refuses_is_left_out_with_the_reason(
    made: Account, generate: Generate, folder: Path
) -> None:
    deaf = made.make("webhooks", url="https://a.example.com", subscriptions=[])
    agent = made.make(
        "agents", name="Front desk", prompt={"content": "x"}, voice=AZURE, webhook=deaf
    )
    made.number(agent, label="Sales")
    made.number(agent, label="Support")
    said = " ".join(generate().split())
    assert f"left out: webhook {deaf}: subscriptions is empty: name an event" in said
    assert f'front_desk_webhook = get_webhook("{deaf}")' in program(folder)
    assert program(folder).count("webhook=front_desk_webhook.id") == 1


def test_the_account_is_only_read(made: Account, generate: Generate) -> None:
    made.number(label="Sales")
    before = len(made.sandbox.requests())
    generate()
    assert {one["method"] for one in made.sandbox.requests()[before:]} == {"GET"}


def test_an_area_code_that_the_provider_refuses_is_left_out(
    made: Account, generate: Generate, folder: Path
) -> None:
    odd = {"id": "id", "user_id": "me", "number": "14905550100", "label": "Odd"}
    page = {"items": [odd], "has_more": False}
    made.sandbox.fault(path="/v1/numbers/list", status=200, body=page)
    made.sandbox.fault(path="/v1/numbers", status=200, body=odd)
    generate()
    assert 'PhoneNumber("odd", label="Odd", opts=' in program(folder)


def test_a_program_that_adopts_names_each_object_and_chooses_no_number(
    made: Account, generate: Generate, folder: Path
) -> None:
    prompt = made.make("prompts", content="Be kind.")
    agent = made.make("agents", name="Desk", prompt=prompt, voice=AZURE)
    number = made.number(agent, label="Sales")
    said = generate("--adopt", "--label", "Sal*", "--no-protect")
    assert "would buy" not in said
    line = "vocode-pulumi generate --out . --stack NAME --label 'Sal*' --no-protect --adopt --check"
    assert line in said
    text = "".join(program(folder).split())
    assert f'Prompt("desk_prompt",adopt="{prompt}",content="Bekind.",)' in text
    assert f'PhoneNumber("sales",adopt="{number}",inbound_agent=desk.id,label="Sales")' in text
    assert text.count("adopt=") == 4
