# SPDX-License-Identifier: Apache-2.0
import uuid
from typing import Any

import pulumi
import pytest
from pulumi.output import UNKNOWN

import vocode_pulumi
from tests.support.objects import ROWS, Inputs, Row
from tests.support.states import urn
from vocode_pulumi import LinkedNumber, PhoneNumber, Prompt, Webhook, get_account_connection
from vocode_pulumi.lookups import LookupFailed
from vocode_pulumi.provider.engine import VocodeProvider
from vocode_pulumi.record import SECRETS, URN

BY_KIND = pytest.mark.parametrize("row", ROWS, ids=lambda row: row.kind)
VOICE = {"type": "voice_azure", "voice_name": "x"}
WRONG = [(row, *wrong) for row in ROWS for wrong in row.wrong]


def provider(row: Row) -> VocodeProvider:
    found: VocodeProvider = getattr(vocode_pulumi, row.kind).provider
    return found


def problems(row: Row, inputs: Inputs) -> dict[str, str]:
    checked = provider(row).check({}, {**inputs, URN: urn("x", kind=f"vocode:index:{row.kind}")})
    return {one.property or one.reason.split(": ", 1)[0]: one.reason for one in checked.failures}


@BY_KIND
def test_what_is_right_is_no_problem(row: Row) -> None:
    given = row.first
    for change in [row.first, *(inputs for inputs, _ in row.changes), *row.replaced]:
        given = {**given, **change}
        assert problems(row, given) == {}


@pytest.mark.parametrize(
    ("row", "inputs", "path", "right"),
    WRONG,
    ids=[f"{row.kind}.{path}" for row, _, path, _ in WRONG],
)
def test_what_is_wrong_is_named_with_what_would_be_right(
    row: Row, inputs: Inputs, path: str, right: str
) -> None:
    found = problems(row, {**row.first, **inputs})
    assert list(found) == [path]
    assert right in found[path]


@BY_KIND
def test_what_preview_does_not_know_is_no_problem_and_can_be_compared(row: Row) -> None:
    one = provider(row)
    for name in row.first:
        news: dict[str, Any] = {**row.first, name: UNKNOWN}
        assert problems(row, news) == {}
        one.diff("id", row.first, {**news, URN: "urn"})


@BY_KIND
def test_one_object_adopted_twice_is_refused(row: Row) -> None:
    one = provider(row)
    news = {**row.first, "adopt": str(uuid.uuid4())}
    first, second = (one.check({}, {**news, URN: f"{row.kind}::{at}"}) for at in "ab")
    assert [failure.property for failure in first.failures] == []
    assert [failure.property for failure in second.failures] == ["adopt"]


def test_an_order_that_means_nothing_is_no_difference() -> None:
    olds = {"url": "https://example.com", "subscriptions": ["event_message", "event_action"]}
    news = {**olds, "subscriptions": ["event_action", "event_message"], "__urn": urn("x")}
    checked = Webhook.provider.check({**olds, "__urn": urn("x")}, news)
    assert checked.inputs["subscriptions"] == olds["subscriptions"]
    assert checked.failures == []


def test_inputs_without_names_are_refused_with_what_is_right() -> None:
    with pytest.raises(TypeError, match="its inputs have names"):
        Prompt("greeting", "hello")  # type: ignore[arg-type]


def test_a_secret_that_is_claimed_twice_is_not_shown() -> None:
    given = {"adopt": "14155550199", SECRETS: ["adopt"]}
    first, second = (
        PhoneNumber.provider.check({}, {**given, URN: urn(f"secret-{at}")}) for at in "ab"
    )
    assert first.failures == []
    assert "[secret] is claimed by" in second.failures[0].reason


def test_an_import_is_refused_with_what_is_right() -> None:
    opts = pulumi.ResourceOptions(import_="14155550100")
    with pytest.raises(ValueError, match=r"adopt='14155550100'"):
        PhoneNumber("main", opts)
    with pytest.raises(ValueError, match=r"LinkedNumber\('own', phone_number='14155550100'\)"):
        LinkedNumber("own", opts, phone_number="1", telephony_account_connection="x")


def test_an_output_given_to_a_plain_lookup_names_its_twin() -> None:
    with pytest.raises(LookupFailed, match="use get_account_connection_output"):
        get_account_connection(pulumi.Output.from_input("x"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("inputs", "path", "words"),
    [
        ({"area_code": "4155"}, "area_code", "three digits"),
        ({"inbound_agent": {"promt": "x", "voice": VOICE}}, "inbound_agent.promt", '"prompt"'),
        (
            {"inbound_agent": {"prompt": "x", "voice": {"type": "voice_azur"}}},
            "inbound_agent.voice.type",
            '"voice_azure"',
        ),
        ({"telephony_provider": "twillio"}, "telephony_provider", '"twilio"'),
        ({"inbound_agent": {"prompt": "x"}}, "inbound_agent.voice", "missing"),
        ({"adopt": "+1 415"}, "adopt", "digits"),
        ({"adopt": "14155550100", "area_code": "415"}, "area_code", "adopt"),
        ({"example_context": {"a": 1}}, 'example_context["a"]', "a string"),
        ({"label": 5}, "label", "a string"),
        ({"inbound_agent": "front desk"}, "inbound_agent", "uuid"),
        ({"adopt": "(415) 555-0100"}, "adopt", "such as 14155550100"),
        ({"inbound_agent": {"prompt": "", "voice": VOICE}}, "inbound_agent.prompt", "is empty"),
    ],
)
def test_bad_input_is_refused_with_its_path_and_what_is_right(
    inputs: Any, path: str, words: str
) -> None:
    checked = PhoneNumber.provider.check({}, {**inputs, URN: urn(path)})
    # Pulumi shows both.
    said = "\n".join(f"{one.property}: {one.reason}" for one in checked.failures)
    assert path in said
    assert words in said


def problem_with(kind: Any, **inputs: Any) -> str:
    checked = kind.provider.check({}, {**inputs, URN: urn("a")})
    return "\n".join(f"{one.property}: {one.reason}" for one in checked.failures)


@pytest.mark.parametrize("area_code", ["000", "100", "911", "411", "999", "290", "199", "011"])
def test_an_area_code_that_cannot_exist_is_refused(area_code: str) -> None:
    assert "area_code: is no area code of the US" in problem_with(PhoneNumber, area_code=area_code)


@pytest.mark.parametrize("area_code", ["200", "212", "415", "810", "912", "989", "512", "551"])
def test_an_area_code_that_can_exist_is_none_of_these(area_code: str) -> None:
    assert problem_with(PhoneNumber, area_code=area_code) == ""


def test_an_area_code_that_came_as_a_number_says_what_to_write() -> None:
    said = problem_with(PhoneNumber, area_code=415.0)
    assert said == 'area_code: must be three digits in quotes, such as "415", not the number 415'


@pytest.mark.parametrize(
    "url", ["example.com", "/calls", "ftp://example.com", "https://", "https://a b", "", "u"]
)
def test_an_address_without_its_scheme_or_host_is_refused(url: str) -> None:
    events = ["event_message"]
    assert "url: must be a URL" in problem_with(Webhook, url=url, subscriptions=events)
    assert "context_endpoint: must be a URL" in problem_with(
        Prompt, content="x", context_endpoint=url
    )


@pytest.mark.parametrize("url", ["https://example.com", "HTTP://127.0.0.1:8000/a?b=c#d"])
def test_an_address_with_both_is_right(url: str) -> None:
    assert problem_with(Webhook, url=url, subscriptions=["event_message"]) == ""
