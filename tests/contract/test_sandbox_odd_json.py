# SPDX-License-Identifier: Apache-2.0
"""JSON that Python reads and other programs do not: the sandbox refuses it, and nothing breaks."""

import http.client
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest

from tests.contract.test_calls import agent, buy, external, ring, shop
from tests.contract.test_sandbox import AGENT, COLLECTIONS
from tests.support.receiver import Receiver
from tests.support.serving import InThread
from vocode_pulumi.sandbox import Sandbox
from vocode_pulumi.sandbox.wire.plain_json import MAX_DEPTH

__all__ = ["shop"]


def send(
    account: Sandbox,
    method: str,
    path: str,
    body: bytes | None = None,
    content_type: str = "application/json",
    **query: str,
) -> tuple[int, Any]:
    """Status and content of the answer to a body as it is."""
    address = urlsplit(account.url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=30)
    headers = {"Authorization": f"Bearer {account.api_key}", "Content-Type": content_type}
    connection.request(method, path + (f"?{urlencode(query)}" if query else ""), body, headers)
    with connection.getresponse() as response:
        content = response.read()
    connection.close()
    return response.status, json.loads(content)


def with_schema(schema: str) -> bytes:
    """An external action with an input schema, as JSON."""
    config = external(Receiver("http://127.0.0.1"))["config"] | {"input_schema": "here"}
    action = {"type": "action_external", "config": config}
    return json.dumps(action).replace('"here"', schema).encode()


def with_keywords(keywords: str) -> bytes:
    """An agent with keywords, as JSON."""
    return json.dumps({**AGENT, "deepgram_keywords": "here"}).replace('"here"', keywords).encode()


def nested(levels: int) -> str:
    return '{"a":' * levels + "1" + "}" * levels


RIME = b'{"type": "voice_rime", "speaker": "x", "speed_alpha": '
AZURE = b'{"type": "voice_azure", "voice_name": "x", "pitch": '
LEVELS_AROUND_A_SCHEMA = 2

ODD: dict[str, tuple[str, bytes, dict[str, str]]] = {
    "a surrogate in a text": ("/v1/prompts/create", b'{"content": "\\ud800"}', {}),
    "a surrogate in bytes": ("/v1/prompts/create", b'{"content": "\xed\xa0\x80"}', {}),
    "a surrogate among letters": ("/v1/prompts/create", b'{"content": "a\\udfffb"}', {}),
    "a surrogate in a list": (
        "/v1/webhooks/create",
        b'{"url": "https://example.com", "subscriptions": ["\\ud800"]}',
        {},
    ),
    "a surrogate as a type": ("/v1/voices/create", b'{"type": "\\ud800"}', {}),
    "a surrogate as an id": ("/v1/numbers/buy", b'{"inbound_agent": "\\ud800"}', {}),
    "a surrogate in nested JSON": ("/v1/actions/create", with_schema('{"a": ["\\ud800"]}'), {}),
    "a surrogate in a key of nested JSON": (
        "/v1/actions/create",
        with_schema('{"\\ud800": 1}'),
        {},
    ),
    "a surrogate in a key of a map": ("/v1/agents/create", with_keywords('{"\\ud800": 1}'), {}),
    "a surrogate in a key and a wrong value": (
        "/v1/agents/create",
        with_keywords('{"\\ud800": "x"}'),
        {},
    ),
    "a surrogate in an unknown field": (
        "/v1/prompts/create",
        b'{"content": "a", "other": "\\ud800"}',
        {},
    ),
    "a surrogate in words": (
        "/_sandbox/calls",
        b'{"to_number": "1", "from_number": "2", "say": ["\\ud800"]}',
        {},
    ),
    "a surrogate in a header of a fault": (
        "/_sandbox/faults",
        b'{"path": "/x", "headers": {"\\ud800": "\\ud800"}}',
        {},
    ),
    "a surrogate in a key": ("/_sandbox/accounts", b'{"api_key": "\\ud800"}', {}),
    "NaN in a field": ("/v1/voices/create", RIME + b"NaN}", {}),
    "an infinite number in a field": ("/v1/voices/create", RIME + b"-Infinity}", {}),
    "a number without end in a field": ("/v1/voices/create", RIME + b"1e999}", {}),
    "a float of 400 digits": ("/v1/voices/create", RIME + b"9" * 400 + b"}", {}),
    "an integer without end": ("/v1/voices/create", AZURE + b"1e999}", {}),
    "an integer of 5000 digits": ("/v1/voices/create", AZURE + b"9" * 5000 + b"}", {}),
    "NaN in a map": ("/v1/agents/create", with_keywords('{"a": NaN}'), {}),
    "NaN in nested JSON": ("/v1/actions/create", with_schema('{"a": NaN}'), {}),
    "seconds without end": ("/_sandbox/faults", b'{"path": "/x", "unlisted": 1e999}', {}),
    "a header of two lines": ("/_sandbox/faults", b'{"headers": {"A": "a\\nb"}}', {}),
    "a header that has no name": ("/_sandbox/faults", b'{"headers": {"": "a"}}', {}),
    "one level too many": (
        "/v1/actions/create",
        with_schema(nested(MAX_DEPTH - LEVELS_AROUND_A_SCHEMA + 1)),
        {},
    ),
    "900 levels": ("/v1/actions/create", with_schema(nested(900)), {}),
    "900 levels in an unknown field": (
        "/v1/prompts/create",
        b'{"content": "a", "other": ' + nested(900).encode() + b"}",
        {},
    ),
    "900 levels in a fault": ("/_sandbox/faults", b'{"body": ' + nested(900).encode() + b"}", {}),
}


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """An account that has an object in each collection."""
    with InThread(tmp_path_factory.mktemp("busy"), api_key="key-of-the-busy") as made:
        for collection, (new, _change) in COLLECTIONS.items():
            made.call("POST", f"/v1/{collection}/create", new)
        made.call("POST", "/v1/numbers/buy")
        yield made


def contents(account: Sandbox) -> dict[str, Any]:
    """Everything that the account lists, and its calls, purchases and faults."""
    lists = {
        name: account.call("GET", f"/v1/{name}/list", sort_column="type", size=100)
        for name in (*COLLECTIONS, "numbers", "calls")
    }
    return {**lists, "purchases": account.purchases(), "faults": account.faults()}


@pytest.mark.parametrize("name", ODD)
def test_json_that_cannot_be_written_again_is_refused_and_nothing_is_stored(
    busy: Sandbox, name: str
) -> None:
    before = contents(busy)
    path, body, query = ODD[name]
    status, answer = send(busy, "POST", path, body, **query)
    assert status == 422, answer
    assert contents(busy) == before
    assert busy.requests()


def test_the_place_of_a_lone_surrogate_is_named(account: Sandbox) -> None:
    body = with_schema('{"a": [1, "\\ud800"], "\\ud800": 2}')
    _, answer = send(account, "POST", "/v1/actions/create", body)
    message = "Input should be a valid string, unable to parse raw data as a unicode string"
    assert answer["detail"] == [
        {
            "loc": ["body", "config", "input_schema", *place],
            "msg": message,
            "type": "string_unicode",
        }
        for place in (("a", 1), ("?", "[key]"))
    ]


def test_whole_surrogate_pairs_and_other_spellings_of_utf_are_texts(account: Sandbox) -> None:
    for body in (
        b'{"content": "\\ud83d\\ude00"}',
        '{"content": "😀"}'.encode(),
        '{"content": "😀"}'.encode("utf-8-sig"),
        '{"content": "😀"}'.encode("utf-16"),
    ):
        status, made = send(account, "POST", "/v1/prompts/create", body)
        assert (status, made["content"]) == (200, "😀")


def test_the_last_of_two_values_of_a_field_counts(account: Sandbox) -> None:
    body = b'{"content": "\\ud800", "content": "one", "content": "two"}'
    status, made = send(account, "POST", "/v1/prompts/create", body)
    assert (status, made["content"]) == (200, "two")
    assert account.call("GET", "/v1/prompts/list")["total"] == 1
    assert account.requests()[0]["body"] == {"content": "two"}


def test_json_at_the_limit_of_depth_is_stored_and_answered(account: Sandbox) -> None:
    schema = nested(MAX_DEPTH - LEVELS_AROUND_A_SCHEMA)
    status, made = send(account, "POST", "/v1/actions/create", with_schema(schema))
    assert (status, made["config"]["input_schema"]) == (200, json.loads(schema))
    wanted = {**agent(None), "actions": [made["id"]]}
    number = buy(account, wanted)
    assert account.call("GET", "/v1/numbers", phone_number=number)["inbound_agent"]["actions"]
    assert ring(account, number, "book table")["status"] == "ended"
    assert account.deliveries()[0]["kind"] == "action_external"
    assert account.call("GET", "/v1/actions/list")["total"] == 1
    assert [one["status"] for one in account.requests()] == [200] * len(account.requests())


def test_integers_of_400_digits_are_integers(account: Sandbox) -> None:
    digits = "9" * 400
    voice = AZURE + f"{digits}}}".encode()
    status, made = send(account, "POST", "/v1/voices/create", voice)
    assert (status, made["pitch"]) == (200, int(digits))
    for name, value in (("page", digits), ("page", f"-{digits}"), ("size", digits)):
        path = f"/v1/voices/list?sort_column=pitch&{name}={value}"
        status, page = send(account, "GET", path)
        assert (status, page["total"]) == (200, 1)


@pytest.mark.parametrize("octets", ["%ED%A0%80", "%FF", "%00", "%C3%A4", "%22"])
def test_odd_letters_in_a_query_find_nothing(busy: Sandbox, octets: str) -> None:
    assert send(busy, "GET", f"/v1/numbers?phone_number={octets}")[0] == 404
    assert send(busy, "GET", f"/v1/agents?id={octets}")[0] == 422
    status, page = send(busy, "GET", f"/v1/agents/list?sort_column={octets}")
    assert (status, page["total"]) == (200, 1)
    update = b'{"label": "x"}'
    assert send(busy, "POST", f"/v1/numbers/update?phone_number={octets}", update)[0] == 404


ODD_ANSWERS: dict[str, bytes] = {
    "a surrogate": b'{"result": {"a": "\\ud800"}, "agent_message": "\\ud800", "name": "\\ud800"}',
    "NaN": b'{"result": {"a": NaN}, "name": NaN}',
    "300 levels": f'{{"result": {nested(300)}, "name": {nested(300)}}}'.encode(),
    "far too deep": b'{"result": ' + b"[" * 30_000,
    "not UTF-8": b'{"result": {"a": "\xff"}}',
}


@pytest.mark.parametrize("name", ODD_ANSWERS)
def test_an_answer_of_a_receiver_that_cannot_be_written_again_is_no_object(
    account: Sandbox, shop: Receiver, name: str
) -> None:
    shop.respond = lambda _seen: (200, ODD_ANSWERS[name])
    wanted = agent(shop, events=["event_action"], actions=[external(shop)])
    wanted["prompt"] = {"content": "You talk to ${name}.", "context_endpoint": shop.url}
    call = ring(account, buy(account, wanted), "book table")
    assert (call["status"], call["context"]) == ("ended", None)
    ((_, action),) = shop.events()
    assert action["action_output"]["response"]["success"] is False
    assert [one["answer"] for one in account.deliveries() if "answer" in one] == [{}, {}]


@pytest.mark.parametrize(
    "words",
    [
        'book_table {"a": NaN}',
        'book_table {"a": "\\ud800"}',
        f"book_table {{{'[' * 30_000}",
        f'book_table {{"a": {nested(300)}}}',
    ],
    ids=["NaN", "a surrogate", "far too deep", "300 levels"],
)
def test_words_that_cannot_be_written_again_are_no_parameters(
    account: Sandbox, shop: Receiver, words: str
) -> None:
    ring(account, buy(account, agent(None, actions=[external(shop)])), words)
    assert shop.received[0].body["payload"] == {"guests": 0, "when": "noon", "name": words}
    assert account.deliveries()


def test_an_account_of_odd_requests_starts_again(tmp_path: Path) -> None:
    with InThread(tmp_path, api_key="key") as account:
        for path, body, query in ODD.values():
            send(account, "POST", path, body, **query)
        number = account.call("POST", "/v1/numbers/buy", {"inbound_agent": AGENT})["number"]
        account.restart()
        assert len(account.requests()) == len(ODD) + 1 - sum("_sandbox" in ODD[n][0] for n in ODD)
        assert ring(account, number)["status"] == "ended"
