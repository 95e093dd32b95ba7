# SPDX-License-Identifier: Apache-2.0
"""How many calls it takes to read many numbers, and that nothing of them is lost over it."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from tests.contract.test_client import client
from tests.support.serving import InThread
from tests.support.waiting import until
from vocode_pulumi.api.absence import get_if_in_service, require_released
from vocode_pulumi.api.answers import Json, id_of
from vocode_pulumi.api.client import Client
from vocode_pulumi.api.number_reader import NumberReader
from vocode_pulumi.errors import ServerError, UnreadableAnswer, WrongAccount
from vocode_pulumi.sandbox import Sandbox

AGENT: dict[str, Any] = {
    "prompt": {"content": "Be brief."},
    "voice": {"type": "voice_azure", "voice_name": "en-US-SteffanNeural"},
}
GET, LIST = "GET /v1/numbers", "GET /v1/numbers/list"


def bought(account: Sandbox, count: int, **order: Any) -> list[str]:
    made = [account.call("POST", "/v1/numbers/buy", order)["number"] for _ in range(count)]
    account.clear_requests()
    return made


def agent_of(account: Sandbox) -> str:
    return str(account.call("POST", "/v1/agents/create", AGENT)["id"])


def asked(account: Sandbox) -> dict[str, int]:
    """How often each call was made since the last look."""
    found = Counter(f"{one['method']} {one['path'].split('?')[0]}" for one in account.requests())
    account.clear_requests()
    return dict(found)


def as_it_is(via: Client, account: Sandbox, number: str) -> Any:
    answer = get_if_in_service(via, number)
    account.clear_requests()
    return answer


def test_numbers_without_agents_are_read_out_of_one_list(account: Sandbox) -> None:
    numbers, via = bought(account, 5), client(account)
    reader = NumberReader(via)
    found = [reader.read(number, None) for number in numbers]
    assert asked(account) == {LIST: 1}
    assert found == [as_it_is(via, account, number) for number in numbers]


def test_an_agent_that_many_share_is_asked_for_once_and_is_whole(account: Sandbox) -> None:
    agent, via = agent_of(account), client(account)
    numbers = bought(account, 8, inbound_agent=agent)
    reader = NumberReader(via)
    with ThreadPoolExecutor(4) as pool:
        found = [*pool.map(lambda number: reader.read(number, agent), numbers)]
    assert asked(account) == {GET: 1, LIST: 1}
    assert found == [as_it_is(via, account, number) for number in numbers]
    agents = [(one or {})["inbound_agent"] for one in found]
    assert {one["prompt"]["content"] for one in agents} == {"Be brief."}


def test_numbers_with_agents_of_their_own_are_asked_for_one_by_one(account: Sandbox) -> None:
    agents = [agent_of(account) for _ in range(4)]
    numbers = [bought(account, 1, inbound_agent=agent)[0] for agent in agents]
    reader = NumberReader(client(account))
    for number, agent in zip(numbers, agents, strict=True):
        assert id_of((reader.read(number, agent) or {})["inbound_agent"]) == agent
    assert asked(account) == {GET: 4}


def test_no_more_than_one_page_above_what_was_looked_for_is_read(account: Sandbox) -> None:
    numbers = bought(account, 230)
    reader = NumberReader(client(account))
    assert (reader.read(numbers[-1], None) or {})["number"] == numbers[-1]
    assert asked(account) == {LIST: 2, GET: 1}
    for number in numbers:
        assert (reader.read(number, None) or {})["number"] == number
    assert asked(account) == {LIST: 1}


def test_numbers_that_wait_for_a_page_make_the_next_ones_worth_reading(account: Sandbox) -> None:
    numbers, workers = bought(account, 330), 4

    class OnceAllWait(Client):
        def pages(self, path: str, retry: Any = "idempotent") -> Iterator[list[Json]]:
            for page in super().pages(path, retry):
                until(lambda: len(reader._wanted) >= workers)
                yield page

    reader = NumberReader(OnceAllWait(client(account).settings))
    with ThreadPoolExecutor(workers) as pool:
        found = [*pool.map(lambda number: reader.read(number, None), reversed(numbers[-20:]))]
    assert asked(account) == {LIST: 4}
    assert [(one or {})["number"] for one in found] == [*reversed(numbers[-20:])]


def test_what_was_written_meanwhile_is_seen(account: Sandbox) -> None:
    (number,), via = bought(account, 1), client(account)
    reader = NumberReader(via)
    assert (reader.read(number, None) or {})["label"] == ""
    via.update("/v1/numbers/update", {"label": "mine"}, phone_number=number)
    assert (reader.read(number, None) or {})["label"] == "mine"


@pytest.mark.parametrize("changed", [[0], [1, 2]], ids=str)
def test_an_agent_that_somebody_attached_is_whole_as_well(
    account: Sandbox, changed: list[int]
) -> None:
    before, after = agent_of(account), agent_of(account)
    numbers, via = bought(account, 3, inbound_agent=before), client(account)
    for number in [numbers[at] for at in changed]:
        account.call("POST", "/v1/numbers/update", {"inbound_agent": after}, phone_number=number)
    account.clear_requests()
    reader = NumberReader(via)
    found = [reader.read(number, before) for number in numbers]
    assert asked(account) == {GET: 2, LIST: 1}
    assert found == [as_it_is(via, account, number) for number in numbers]


def test_a_number_that_the_list_lacks_is_asked_for(account: Sandbox) -> None:
    account.fault(path="/v1/numbers/buy", unlisted=600)
    late, released = bought(account, 2)
    account.call("POST", "/v1/numbers/cancel", phone_number=released)
    reader = NumberReader(client(account))
    assert (reader.read(late, None) or {})["number"] == late
    assert reader.read(released, None) is None
    assert reader.read("19995550100", None) is None


@pytest.mark.parametrize("fault", [{"status": 403}, {"status": 200, "body": []}], ids=str)
def test_where_there_is_no_list_numbers_are_asked_for(
    account: Sandbox, fault: dict[str, Any]
) -> None:
    (number,) = bought(account, 1)
    account.fault(path="/v1/numbers/list", times=9, **fault)
    assert (NumberReader(client(account)).read(number, None) or {})["number"] == number


def test_who_waits_for_an_agent_asks_when_it_cannot_be_had(account: Sandbox) -> None:
    agent, via = agent_of(account), client(account, max_retries=0)
    numbers = bought(account, 3, inbound_agent=agent)
    reader = NumberReader(via)
    account.fault(path="/v1/numbers", status=500)
    with pytest.raises(ServerError):
        reader.read(numbers[0], agent)
    for number in numbers:
        assert reader.read(number, agent) == as_it_is(via, account, number)


def test_who_waits_for_an_agent_while_it_is_asked_for_asks_when_it_cannot_be_had(
    account: Sandbox,
) -> None:
    agent = agent_of(account)
    first, *others = numbers = bought(account, 4, inbound_agent=agent)

    class OnceOthersWait(Client):
        def get(self, path: str, **query: Any) -> Json:
            if query == {"phone_number": first}:
                until(lambda: reader._wanted >= {*others} and bool(reader._listed))
                account.fault(path=path, status=500)
            return super().get(path, **query)

    reader = NumberReader(OnceOthersWait(client(account, max_retries=0).settings))
    with ThreadPoolExecutor(len(numbers)) as pool:
        failing = pool.submit(reader.read, first, agent)
        until(lambda: agent in reader._agents)
        found = [*pool.map(lambda number: reader.read(number, agent), others)]
    assert isinstance(failing.exception(), ServerError)
    assert found == [as_it_is(client(account), account, number) for number in others]


def test_a_page_that_is_refused_for_a_while_is_asked_for_again(account: Sandbox) -> None:
    numbers, reader = bought(account, 3), NumberReader(client(account))
    account.fault(path="/v1/numbers/list", status=429)
    assert [(reader.read(one, None) or {})["number"] for one in numbers] == numbers
    assert asked(account) == {LIST: 2}


GATEWAY = {"path": "/v1/numbers", "status": 404, "body": "<html>404 Not Found</html>"}


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Sandbox]:
    """Another account."""
    with InThread(tmp_path / "other", api_key="key-of-another") as sandbox:
        yield sandbox


def account_of(account: Sandbox) -> str:
    return str(account.call("GET", "/v1/usage")["user_id"])


def test_a_404_of_a_number_that_the_list_has_takes_nothing_for_gone(account: Sandbox) -> None:
    one, two = bought(account, 2)
    agent = agent_of(account)
    account.fault(**GATEWAY)
    with pytest.raises(
        UnreadableAnswer, match=f"GET /v1/numbers answered 404 for {one}, which the"
    ):
        NumberReader(client(account)).read(one, agent)
    account.fault(**{**GATEWAY, "path": "/v1/numbers/cancel"})
    with pytest.raises(UnreadableAnswer, match=f"cancel answered 404 for {two}, which the account"):
        require_released(client(account), two, None)


def test_numbers_that_are_gone_share_a_list(account: Sandbox) -> None:
    bought(account, 3)
    reader = NumberReader(client(account))
    for gone in ("19995550100", "19995550101", "19995550102"):
        assert reader.read(gone, None, account_of(account)) is None
    assert asked(account)[LIST] == 2


def test_a_number_that_was_released_already_is_released(account: Sandbox) -> None:
    (number,) = bought(account, 1)
    account.call("POST", "/v1/numbers/cancel", phone_number=number)
    user = account_of(account)
    account.clear_requests()
    require_released(client(account), number, user)
    assert asked(account) == {GET: 1}
    account.fault(**GATEWAY)
    require_released(client(account), number, user)
    # There is no number left that could say whose account it is.
    assert asked(account) == {GET: 1, LIST: 1, "GET /v1/usage": 1}


@pytest.mark.parametrize("there", [0, 1])
def test_what_another_account_does_not_have_is_not_gone(
    account: Sandbox, other: Sandbox, there: int
) -> None:
    (number,), _ = bought(account, 1), bought(other, there)
    with pytest.raises(WrongAccount, match=f"{number} is not in the account whose key is in use"):
        NumberReader(client(other)).read(number, None, account_of(account))
    with pytest.raises(WrongAccount):
        require_released(client(other), number, account_of(account))


def test_an_account_that_does_not_tell_its_id_proves_nothing(account: Sandbox) -> None:
    account.fault(path="/v1/usage", status=404, times=9)
    assert NumberReader(client(account)).read("19995550100", None, "somebody") is None


def test_an_answer_about_another_number_is_none(account: Sandbox) -> None:
    one, two = bought(account, 2)
    account.fault(path="/v1/numbers", body=account.call("GET", "/v1/numbers", phone_number=two))
    with pytest.raises(UnreadableAnswer, match=f"something that is not the number {one}"):
        get_if_in_service(client(account), one)
