# SPDX-License-Identifier: Apache-2.0
"""Wrong requests: every 422 has the form that the API documents."""

import json
from collections.abc import Iterator
from typing import Any

from tests.contract.test_calls import CALLER, agent, buy, command
from tests.contract.test_sandbox import COLLECTIONS, UNKNOWN
from tests.contract.test_sandbox_odd_json import ODD, send
from vocode_pulumi.sandbox import Sandbox

OWN_ROUTES: dict[str, dict[str, str]] = {
    "/_sandbox/faults": {},
    "/_sandbox/accounts": {},
    "/_sandbox/accounts/rotate": {},
    "/_sandbox/numbers": {},
    "/_sandbox/spelling": {},
    "/_sandbox/calls": {},
}
"""The routes with a body that the API's document does not have."""

FREE_TEXTS = ("phone_number", "sort_column")
"""Query parameters that take any text."""

OF_ANY_ROUTE = {
    "not closed": b"{",
    "not UTF-8": b'{"content": "\xff"}',
    "nested far too deep": b"[" * 100_000,
    "a number of too many digits": b"9" * 5_000,
    "a list": b"[]",
    "a text": b'"text"',
    "a number": b"1",
}
"""Bodies that no route takes."""


def has_the_documented_form(answer: Any) -> bool:
    """Whether an answer is what the API's document calls `HTTPValidationError`."""
    return (
        set(answer) == {"detail"}
        and isinstance(answer["detail"], list)
        and bool(answer["detail"])
        and all(
            set(problem) == {"loc", "msg", "type"}
            and isinstance(problem["loc"], list)
            and bool(problem["loc"])
            and all(type(part) in (str, int) for part in problem["loc"])
            and isinstance(problem["msg"], str)
            and isinstance(problem["type"], str)
            for problem in answer["detail"]
        )
    )


def wrong_requests(document: dict[str, Any]) -> Iterator[tuple[str, tuple[Any, ...], Any]]:
    """A name, the arguments of :func:`send`, and the query, of many wrong requests to every route."""
    bodies = {**OWN_ROUTES}
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            at = (method.upper(), path)
            parameters = operation.get("parameters", [])
            right = {
                one["name"]: UNKNOWN if one["name"] == "id" else "1"
                for one in parameters
                if one["required"]
            }
            for name in right:
                rest = {other: value for other, value in right.items() if other != name}
                yield f"{at} without {name}", at, rest
            for one in parameters:
                if one["name"] not in FREE_TEXTS:
                    wrong = {**right, one["name"]: "wrong"}
                    yield f"{at} with a wrong {one['name']}", at, wrong
            if "requestBody" in operation:
                bodies[path] = right
                if operation["requestBody"].get("required"):
                    yield f"{at} without a body", at, right
    for path, right in bodies.items():
        for name, body in OF_ANY_ROUTE.items():
            yield f"{path} with {name}", ("POST", path, body), right
        yield (
            f"{path} with a form",
            ("POST", path, b"a=b", "application/x-www-form-urlencoded"),
            right,
        )


def refusals_of_the_account(account: Sandbox) -> Iterator[tuple[str, tuple[Any, ...], Any]]:
    """The same, of requests that the account refuses because of what it has."""
    created: dict[str, str] = {}
    for collection, (new, _change) in COLLECTIONS.items():
        created[collection] = account.call("POST", f"/v1/{collection}/create", new)["id"]
    openai = {"type": "account_connection_openai", "credentials": {"openai_api_key": "k"}}
    of_openai = account.call("POST", "/v1/account_connections/create", openai)["id"]

    def post(path: str, body: Any, **query: str) -> tuple[str, tuple[Any, ...], Any]:
        return f"{path} with {body}", ("POST", f"/v1/{path}", json.dumps(body).encode()), query

    yield post("voices/update", {"type": "voice_rime"}, id=created["voices"])
    yield post("actions/update", {"type": "action_set_hold"}, id=created["actions"])
    other = {"type": "account_connection_openai"}
    yield post("account_connections/update", other, id=created["account_connections"])
    yield post("agents/update", {"webhook": {"method": "GET"}}, id=created["agents"])
    yield post("numbers/buy", {"telephony_account_connection": of_openai})
    link = {"telephony_account_connection": of_openai, "phone_number": "14155550100"}
    yield post("numbers/link", link)
    pool = "account_connections/add_to_steering_pool"
    yield post(pool, {"phone_number": "14155550100"}, id=of_openai)
    yield post(pool.replace("add_to", "remove_from"), {"phone_number": "1"}, id=of_openai)
    yield post("numbers/buy", {"telephony_provider": "x"})
    yield post("voices/create", {"type": "x"})
    yield post("voices/create", {})


def test_every_422_has_the_documented_form(account: Sandbox) -> None:
    wrong = [
        *wrong_requests(account.call("GET", "/openapi.json")),
        *refusals_of_the_account(account),
        *((name, ("POST", path, body), query) for name, (path, body, query) in ODD.items()),
    ]
    assert len({name for name, *_ in wrong}) == len(wrong) > 300
    for name, arguments, query in wrong:
        status, answer = send(account, *arguments, **query)
        assert status == 422, (name, status, answer)
        assert has_the_documented_form(answer), (name, answer)


def test_a_fault_that_names_only_422_answers_in_the_documented_form(account: Sandbox) -> None:
    account.fault(path="/v1/usage", status=422)
    status, answer = send(account, "GET", "/v1/usage")
    assert (status, has_the_documented_form(answer)) == (422, True), answer
    account.fault(path="/v1/usage", status=422, body={"detail": "as the test says"})
    assert send(account, "GET", "/v1/usage") == (422, {"detail": "as the test says"})


def test_the_command_says_what_the_sandbox_refuses(account: Sandbox) -> None:
    number = buy(account, agent(None))
    done = command(account, number, "--from", CALLER, *["--say", "Hello?"] * 101)
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert "say: List should have at most 100 items" in line
