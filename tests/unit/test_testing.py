# SPDX-License-Identifier: Apache-2.0
"""The mocks for programs' own tests: what a preview refuses they refuse, in the provider's words."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pulumi
import pytest
from pulumi.dynamic import Config, ConfigureRequest
from pulumi.runtime import MockCallArgs, MockResourceArgs

from tests.support.objects import ROWS, Row
from vocode_pulumi import (
    Agent,
    LinkedNumber,
    LookupFailed,
    PhoneNumber,
    Voice,
    Webhook,
    get_agent,
    get_number,
    list_agents,
    list_numbers,
)
from vocode_pulumi.errors import VocodeError
from vocode_pulumi.record import TYPE_PREFIX, URN
from vocode_pulumi.testing import ProgramRefused, StoreContract, VocodeMocks

EXAMPLES = Path(__file__).parents[2] / "examples" / "tests"
OWN_STORE = EXAMPLES.parent / "own_store"
RECEPTION = EXAMPLES.parent / "reception"
ID = "0f8fad5b-d9cb-469f-a165-70867728950e"
OF_A_STORE = sum(name.startswith("test_") for name in dir(StoreContract))
VOICE: Any = {"type": "voice_azure", "voice_name": "en-US-SteffanNeural"}
SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}


def new(mocks: VocodeMocks, kind: str, *of: str, **inputs: Any) -> tuple[str, Any]:
    name = of[0] if of else "main"
    id_, outs = mocks.new_resource(MockResourceArgs(TYPE_PREFIX + kind, name, inputs))
    assert id_
    return id_, outs


def found(mocks: VocodeMocks, token: str, **args: Any) -> Any:
    return mocks.call(MockCallArgs(f"vocode:index:{token}", args, ""))[0]


def alone(tests: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    """Run tests as a reader would: by themselves, without network and settings."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("VOCODE_")}
    env |= {"VOCODE_BASE_URL": "http://127.0.0.1:1", "PYTHONPATH": str(EXAMPLES.parents[1])}
    env["COLUMNS"] = "200"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull]
    return subprocess.run(
        [*command, *options, "--rootdir", str(tests.parent), str(tests)],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_examples_own_tests_need_no_network() -> None:
    done = alone(EXAMPLES, str(OWN_STORE), str(RECEPTION))
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{4 + OF_A_STORE + 1 + 5} passed" in done.stdout


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.kind)
def test_every_resource_has_an_id_and_its_inputs_as_outputs(row: Row) -> None:
    mocks = VocodeMocks()
    id_, outs = new(mocks, row.kind, **row.first)
    for name, value in row.first.items():
        assert outs[name] == value
    assert found(mocks, f"get{row.kind}", id=id_)["id"] == id_
    assert id_ == new(VocodeMocks(), row.kind, **row.first)[0]
    inputs, path, _ = row.wrong[0]
    with pytest.raises(VocodeError, match=rf"{row.kind} 'main': {path.split('[')[0]}"):
        new(mocks, row.kind, **{**row.first, **inputs})


def test_numbers_are_answered_by_the_agent_that_they_are_given() -> None:
    mocks = VocodeMocks()
    inline = {"prompt": "Hi", "voice": {"type": "voice_vocode", "voice_id": "joe"}}
    number, outs = new(mocks, "PhoneNumber", area_code="212", inbound_agent=inline)
    assert number.startswith("1212")
    assert outs["agent"]["prompt"]["content"] == "Hi"
    assert outs["inbound_agent"] == inline
    assert new(mocks, "PhoneNumber", inbound_agent="none")[1]["agent_id"] is None
    assert new(mocks, "PhoneNumber", inbound_agent="default")[1]["agent_id"]
    linked, outs = new(
        mocks, "LinkedNumber", phone_number="14155550100", telephony_account_connection=ID
    )
    assert (linked, outs["telephony_account_connection"]) == ("14155550100", ID)
    assert found(mocks, "getNumber", phone_number=number)["inbound_agent"]["id"]


def test_the_digits_of_two_numbers_differ() -> None:
    # By their names they would have the same.
    same = ("number-39", "number-102")
    first, second = (new(VocodeMocks(), "PhoneNumber", one, area_code="415")[0] for one in same)
    assert first == second
    mocks = VocodeMocks()
    first, second = (new(mocks, "PhoneNumber", one, area_code="415")[0] for one in same)
    assert first != second


def test_what_is_not_given_is_as_in_a_new_object() -> None:
    _, outs = new(VocodeMocks(), "Agent", prompt="Hi", voice=VOICE)
    assert (outs["language"], outs["conversation_speed"], outs["webhook"]) == ("en", 1, None)
    config = {"phone_number": "14155550100"}
    _, outs = new(VocodeMocks(), "Action", type="action_add_to_conference", config=config)
    assert outs["action_trigger"]["type"] == "action_trigger_function_call"
    _, outs = new(VocodeMocks(), "PhoneNumber")
    assert (outs["label"], outs["telephony_provider"]) == ("", "vonage")


def test_what_is_secret_stays_so() -> None:
    secret = {**SECRET, "value": "x"}
    voice = {"type": "voice_play_ht", "voice_id": "a", "api_key": secret}
    _, outs = new(VocodeMocks(), "Voice", **voice)
    assert isinstance(outs["api_key"], pulumi.Output)
    assert outs["voice_id"] == "a"
    action = next(row for row in ROWS if row.kind == "Action")
    _, outs = new(VocodeMocks(), "Action", **action.first)
    assert isinstance(outs["signature_secret"], pulumi.Output)
    _, outs = new(VocodeMocks(), "Agent", prompt=secret, voice=voice)
    assert isinstance(outs["prompt"], pulumi.Output)
    assert isinstance(outs["voice"]["api_key"], pulumi.Output)
    assert outs["voice"]["voice_id"] == "a"


def test_lookups_have_answers_and_what_is_not_vocodes_is_left_alone() -> None:
    mocks = VocodeMocks()
    assert found(mocks, "listAgents") == {"items": []}
    assert found(mocks, "getUsage").keys() >= {"plan_type", "user_id"}
    id_, outs = mocks.new_resource(MockResourceArgs("other:index:Thing", "main", {"a": 1}))
    assert (id_, outs) == ("main_id", {"a": 1})
    assert mocks.call(MockCallArgs("other:index:getThing", {"a": 1}, "")) == ({"a": 1}, [])
    read = MockResourceArgs(f"{TYPE_PREFIX}Voice", "theirs", {}, resource_id=ID)
    assert mocks.new_resource(read)[0] == ID


@pytest.fixture
def mocks() -> Iterator[VocodeMocks]:
    """Set, for a test that declares resources without any more ado."""
    mocks = VocodeMocks()
    pulumi.runtime.set_mocks(mocks)
    yield mocks
    mocks.finish()


@pytest.fixture
def config() -> Iterator[dict[str, str]]:
    """The stack's configuration."""
    before = pulumi.runtime.config.CONFIG.get()
    values: dict[str, str] = {}
    pulumi.runtime.config.CONFIG.set(values)
    yield values
    pulumi.runtime.config.CONFIG.set(before)


REFUSED: list[tuple[Any, dict[str, Any]]] = [
    (PhoneNumber, {"adopt": "14155550100", "area_code": "415"}),
    (PhoneNumber, {"adopt": "14155550100", "inbound_agent": "default"}),
    (PhoneNumber, {"area_code": "4155"}),
    (PhoneNumber, {"area_code": "415", "label": 3}),
    (PhoneNumber, {"inbound_agent": "front-desk"}),
    (PhoneNumber, {"adopt": "no number"}),
    (PhoneNumber, {"inbound_agent": {"prompt": "Hi", "voice": VOICE, "webhook": {"url": 3}}}),
    (LinkedNumber, {"phone_number": "14155550100"}),
    (Agent, {"prompt": "Hi"}),
    (Agent, {"prompt": "Hi", "voice": VOICE, "adopt": "not a uuid"}),
    (Voice, {"type": "voice_azur", "voice_name": "a"}),
    (Webhook, {"url": "https://example.com", "subscriptions": ["event_x"]}),
]


@pytest.mark.parametrize(("kind", "inputs"), REFUSED)
@pytest.mark.parametrize("given", ["plain", "as an output", "as a secret"])
@pytest.mark.usefixtures("mocks")
def test_what_a_preview_refuses_is_raised_where_it_is_declared_in_the_same_words(
    kind: Any, inputs: dict[str, Any], given: str, tmp_path: Path
) -> None:
    lift: Any = {
        "plain": lambda value: value,
        "as an output": pulumi.Output.from_input,
        "as a secret": pulumi.Output.secret,
    }[given]
    with pytest.raises(ProgramRefused) as refused:
        kind("main", **{name: lift(value) for name, value in inputs.items()})
    provider = type(kind.provider)()
    ledger = {"vocode:ledger": str(tmp_path / "purchases.sqlite")}
    provider.configure(ConfigureRequest(Config(ledger, "project")))
    secrets = {"__secrets": [*inputs]} if given == "as a secret" else {}
    urn = f"urn:pulumi:stack::project::pulumi-python:dynamic/vocode:{kind.__name__}::main"
    said = provider.check({}, {URN: urn, **secrets, **inputs}).failures
    assert said
    assert sorted(refused.value.problems) == sorted(
        f"{kind.__name__} 'main': {': '.join(filter(None, (one.property, one.reason)))}"
        for one in said
    )


@pytest.mark.usefixtures("mocks")
def test_two_resources_do_not_adopt_one_number() -> None:
    first = PhoneNumber("first", adopt="14155550100")
    with pytest.raises(ProgramRefused, match=r"PhoneNumber 'second': adopt: .* claimed by 'first'"):
        PhoneNumber("second", adopt="+1 (415) 555-0100")
    with pytest.raises(ProgramRefused, match=r"PhoneNumber 'third': adopt: .* claimed by 'first'"):
        PhoneNumber("third", adopt=first.number.apply(lambda number: f"+{number}"))
    bought = PhoneNumber("bought", area_code="415")
    with pytest.raises(ProgramRefused, match=r"PhoneNumber 'fourth': .*given to 'bought'"):
        PhoneNumber("fourth", adopt=bought.number)


@pytest.mark.usefixtures("mocks")
def test_a_number_over_the_limit_is_refused(config: dict[str, str]) -> None:
    config["vocode:maxNumbers"] = "2"
    PhoneNumber("first", area_code="415")
    PhoneNumber("second", area_code="415")
    with pytest.raises(ProgramRefused) as refused:
        PhoneNumber("third", area_code="415")
    assert refused.value.problems == [
        "PhoneNumber 'third': The account has 0 numbers and 2 more are being bought, and "
        "vocode:maxNumbers (VOCODE_MAX_NUMBERS) allows 2. Nothing was bought. Raise it, or release a "
        "number; `vocode-pulumi purchases` lists unfinished purchases."
    ]


@pytest.mark.usefixtures("mocks")
def test_a_number_that_is_adopted_counts_wherever_it_is_declared(config: dict[str, str]) -> None:
    config["vocode:maxNumbers"] = "2"
    PhoneNumber("bought", area_code="415")
    PhoneNumber("adopted", adopt="14155550100")
    with pytest.raises(ProgramRefused, match=r"PhoneNumber 'bought': The account has 2 numbers, "):
        PhoneNumber("another", adopt="14155550101")


@pytest.mark.usefixtures("mocks")
def test_numbers_that_are_adopted_alone_may_be_over_the_limit(config: dict[str, str]) -> None:
    config["vocode:maxNumbers"] = "1"
    PhoneNumber("first", adopt="14155550100")
    PhoneNumber("second", adopt="14155550101")


@pytest.mark.usefixtures("mocks")
def test_a_setting_that_cannot_be_right_is_refused(config: dict[str, str]) -> None:
    config["vocode:maxNumbers"] = "many"
    with pytest.raises(ProgramRefused, match="PhoneNumber 'main': vocode:maxNumbers is 'many'"):
        PhoneNumber("main")
    with pytest.raises(LookupFailed, match="vocode:maxNumbers is 'many'"):
        list_numbers()


@pytest.mark.usefixtures("mocks")
def test_the_account_is_the_one_that_the_stack_names(config: dict[str, str]) -> None:
    config["vocode:account"] = ID
    PhoneNumber("main")
    assert list_numbers()[0].user_id == ID


@pytest.mark.usefixtures("mocks")
def test_lookups_see_what_was_declared_before() -> None:
    assert list_numbers() == []
    agent = Agent("main", prompt="Hi", voice=VOICE, name="Ada")
    PhoneNumber("main", area_code="415", label="front", inbound_agent=agent.id)
    (number,) = list_numbers(label="front")
    (seen,) = list_agents()
    assert (number.inbound_agent, seen.name) == (seen.id, "Ada")
    assert get_number(number.number).label == "front"


@pytest.mark.usefixtures("mocks")
def test_what_is_named_and_not_declared_is_there() -> None:
    PhoneNumber("number", area_code="415", inbound_agent=ID)
    assert get_agent(ID).id == ID
    assert get_number("14155550177").active
    with pytest.raises(LookupFailed, match="is not a UUID"):
        get_agent("front-desk")


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.kind)
def test_what_is_adopted_is_there_and_becomes_as_declared(row: Row) -> None:
    mocks = VocodeMocks()
    id_, outs = new(mocks, row.kind, **row.first, adopt=ID)
    assert id_ == ID
    for name, value in row.first.items():
        assert outs[name] == value, name


def test_an_adopted_number_becomes_as_declared() -> None:
    mocks = VocodeMocks()
    inline = {"prompt": "Hi", "voice": VOICE}
    given = {"adopt": "14155550100", "label": "front", "inbound_agent": inline}
    number, outs = new(mocks, "PhoneNumber", **given)
    assert number == "14155550100"
    assert {name: outs[name] for name in given} == given


def test_a_preview_without_all_values_refuses_what_it_knows() -> None:
    pulumi.runtime.set_mocks(VocodeMocks(), preview=True)

    class Thing(pulumi.CustomResource):
        address: pulumi.Output[str]

        def __init__(self) -> None:
            super().__init__("other:index:Thing", "thing", {"address": None})

    address = Thing().address
    webhook = Webhook("main", url=address, subscriptions=["event_message"])
    known: list[bool] = []

    async def note() -> None:
        known.append(await webhook.url.is_known())
        known.append(await webhook.subscriptions.is_known())

    run_to_the_end: Any = pulumi.runtime.test
    run_to_the_end(note)()
    assert known == [False, True]
    with pytest.raises(ProgramRefused, match=r"Webhook 'other': subscriptions\[0\]"):
        Webhook("other", url=address, subscriptions=["event_x"])  # type: ignore[list-item]


def test_a_subclass_answers_otherwise() -> None:
    class Mine(VocodeMocks):
        def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
            if args.typ == "other:index:Thing":
                return "thing", {"address": "https://example.com/hook"}
            return super().new_resource(args)

        def call(self, args: MockCallArgs) -> Any:
            if args.token == "vocode:index:listNumbers":
                return {"items": [{"number": "14155550100", "id": ID, "label": "theirs"}]}, None
            return super().call(args)

    pulumi.runtime.set_mocks(Mine())
    assert [one.label for one in list_numbers()] == ["theirs"]
    assert list_agents() == []


@pytest.mark.usefixtures("mocks")
def test_a_program_that_is_run_again_under_the_same_mocks_is_a_first_run() -> None:
    for area_code in ("415", "212"):
        PhoneNumber("adopted", adopt="14155550100")
        PhoneNumber("bought", area_code=area_code)
        assert list_numbers()[-1].number.startswith(f"1{area_code}")
    with pytest.raises(ProgramRefused):
        PhoneNumber("another", adopt="14155550100")


IN_THE_BACKGROUND = """
import unittest

import pulumi
import pytest

import vocode_pulumi
from vocode_pulumi import PhoneNumber, Webhook
from vocode_pulumi.testing import VocodeMocks


def bad(*_of):
    return Webhook("hook", url=3, subscriptions=[])


@pytest.fixture(autouse=True)
def mocks():
    pulumi.runtime.set_mocks(VocodeMocks())


def test_plain():
    bad()


def test_output():
    number = PhoneNumber("number", area_code="415")
    PhoneNumber("main", label=number.number.apply(lambda _digits: 3))


def test_apply():
    PhoneNumber("number", area_code="415").number.apply(bad)
    PhoneNumber("other", area_code="415")


def test_last_apply():
    PhoneNumber("number", area_code="415").number.apply(bad)


def test_later():
    label, resolve = pulumi.deferred_output()
    PhoneNumber("main", label=label)
    resolve(pulumi.Output.from_input(3))


@pulumi.runtime.test
def test_decorated():
    PhoneNumber("number", area_code="415").number.apply(bad)


class TestOfUnittest(unittest.TestCase):
    def test_it(self):
        bad()


def test_expected_is_green():
    with pytest.raises(vocode_pulumi.errors.VocodeError):
        bad()


@pulumi.runtime.test
def test_expected_and_decorated_is_green():
    with pytest.raises(vocode_pulumi.errors.VocodeError):
        bad()


def test_broken():
    number = PhoneNumber("number", area_code="415")
    PhoneNumber("main", label=number.number.apply(lambda digits: digits.no_such_thing))


def test_right_is_green():
    number = PhoneNumber("number", area_code="415")
    number.number.apply(lambda url: Webhook("hook", url=f"https://example.com/{url}", subscriptions=["event_message"]))
"""


def test_a_plain_test_over_a_program_that_a_preview_refuses_is_red(tmp_path: Path) -> None:
    tests = tmp_path / "test_program.py"
    tests.write_text(IN_THE_BACKGROUND)
    done = alone(tests, "--tb=line")
    assert "8 failed, 3 passed" in done.stdout, done.stdout + done.stderr
    failed = [line for line in done.stdout.splitlines() if line.startswith("FAILED")]
    assert sum("ProgramRefused" in line for line in failed) == 7
    assert sum("AttributeError" in line for line in failed) == 1
    assert "never retrieved" not in done.stdout + done.stderr


def test_the_plugin_loads_nothing(tmp_path: Path) -> None:
    tests = tmp_path / "test_other.py"
    tests.write_text(
        "import sys\n\ndef test_it():\n    assert 'vocode_pulumi.pytest_plugin' in sys.modules\n"
        "    assert not {'pulumi', 'vocode_pulumi.testing', 'requests'} & {*sys.modules}\n"
    )
    done = alone(tests)
    assert "1 passed" in done.stdout, done.stdout + done.stderr


SMALL = """
import json, os, sys
import pulumi
there = {*sys.modules}
from vocode_pulumi import testing

def program():
    from vocode_pulumi import Agent, PhoneNumber
    agent = Agent("a", prompt="Hi", voice={"type": "voice_vocode", "voice_id": "joe"})
    PhoneNumber("bought", area_code="415", inbound_agent=agent.id)
    PhoneNumber("adopted", adopt="14155550100")

assert len(testing.run(program).of_type("PhoneNumber")) == 2
print(json.dumps([sorted({*sys.modules} - there), os.listdir(".")]))
"""


def test_what_takes_long_to_load_is_not_needed_nor_a_file_or_a_key(tmp_path: Path) -> None:
    env = {name: value for name, value in os.environ.items() if not name.startswith("VOCODE_")}
    env |= {"PULUMI_HOME": str(tmp_path), "HOME": str(tmp_path)}
    env |= {"PYTHONPATH": str(EXAMPLES.parents[1])}
    done = subprocess.run(
        [sys.executable, "-c", SMALL], env=env, cwd=tmp_path, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    loaded, files = json.loads(done.stdout)
    heavy = ("fastapi", "pydantic", "uvicorn", "starlette", "requests", "urllib3", "phonenumbers")
    assert [name for name in loaded if name.split(".")[0] in heavy] == []
    assert "vocode_pulumi.purchasing.stores.sqlite" not in loaded
    assert files == []
