# SPDX-License-Identifier: Apache-2.0
"""A purchase over HTTP: every answer that it may get, with the work done behind it, not done, and done late.

Each time the sandbox, the ledger and what the resource is given are compared.
"""

import json
import threading
import urllib.error
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.contract.shop import BUY, LIST, Shop
from tests.purchasing.desk import owner
from tests.support.misbehaving import Misbehaving, misbehaving
from tests.support.waiting import until
from vocode_pulumi import errors
from vocode_pulumi.api.client import Client
from vocode_pulumi.api.failures import UNCLEAR
from vocode_pulumi.purchasing.objects import NotBought, Take
from vocode_pulumi.sandbox import Sandbox
from vocode_pulumi.sandbox.client import SandboxClient

SLOW = {"connect_timeout": 0.2, "read_timeout": 0.5, "max_answer_size": 1}
"""Settings for answers that keep no limit."""
LATE = 0.15
"""Seconds after which a purchase is carried out whose answer is gone by then."""


# What certainly bought nothing. (That it never did after such a 4xx is assumed.)


@pytest.mark.parametrize(
    "body", [{"detail": "no"}, "<html>No</html>", ""], ids=["JSON", "a page", "nothing"]
)
def test_a_refusal_in_whatever_form_is_written_down_as_one(shop: Shop, body: Any) -> None:
    refusals = sorted({*range(400, 500)} - UNCLEAR - {429})
    process = shop.process()
    for done, status in enumerate(refusals, 1):
        shop.account.fault(**BUY, status=status, body=body)
        with pytest.raises(errors.ApiError, match=rf"answered {status}.*Nothing was bought"):
            shop.buy(by=process)
        assert len(shop.steps()) == done
    assert shop.sent() == len(refusals)
    shop.bought_nothing(attempts=len(refusals))
    number = shop.buy(by=process).number
    assert shop.paid() == [number]


@pytest.mark.parametrize(
    "told", [None, "0", "3600", "soon", "-5", "nan", "1e999", "Wed, 21 Oct 2015 07:28:00 GMT"]
)
def test_a_rate_limited_purchase_is_begun_anew_within_limits(shop: Shop, told: str | None) -> None:
    headers = {} if told is None else {"Retry-After": told}
    shop.account.fault(**BUY, status=429, times=2, headers=headers)
    shop.took(shop.buy(), sent=3)
    assert len(shop.steps()) == 3


def test_a_purchase_that_is_rate_limited_for_ever_is_given_up(shop: Shop) -> None:
    shop.account.fault(**BUY, status=429, times=9, headers={"Retry-After": "7200"})
    process = shop.process(max_retries=2, max_retry_wait=30)
    begun = process.time.now()
    with pytest.raises(errors.RateLimitError, match="Nothing was bought"):
        shop.buy(by=process)
    assert 60 <= process.time.now() - begun < 90
    assert shop.sent() == 3
    shop.bought_nothing(attempts=3)


@pytest.mark.parametrize(
    ("address", "words", "attempts"),
    [
        ("http://127.0.0.1:1", "connection refused", 3),
        ("http://nobody.invalid", "the name is not known", 3),
        ("https://{}", "no TLS there", 1),
    ],
)
def test_a_purchase_that_never_left_is_begun_anew_within_limits(
    shop: Shop, address: str, words: str, attempts: int
) -> None:
    process = shop.process(max_retries=2)
    there, elsewhere = process.client, address.format(shop.account.url.removeprefix("http://"))
    process.listing()
    process.client = Client(replace(process.settings, base_url=elsewhere))
    with pytest.raises(errors.NotSent, match=rf"{words}.*Nothing was bought"):
        shop.buy(by=process)
    shop.bought_nothing(attempts=attempts)
    process.client = there
    shop.took(shop.buy(by=process), sent=1)


def test_a_sandbox_that_is_away_for_a_moment_is_waited_for(
    killable: Sandbox, tmp_path: Path
) -> None:
    shop = Shop(killable, tmp_path / "ledger")
    process = shop.process(max_retries=4)
    process.listing()
    killable.kill()
    slept, sleep = [], process.time.sleep

    def passes(seconds: float) -> None:
        slept.append(seconds)
        if len(slept) == 2:
            killable.restart()
        sleep(seconds)

    process.time.sleep = passes  # type: ignore[method-assign]
    shop.took(shop.buy(by=process), sent=1)
    assert len(shop.steps()) == 3


# What names a number.


@pytest.mark.parametrize("status", [200, 201, 202, 203, 299])
def test_whatever_2xx_names_a_number_is_a_purchase(shop: Shop, status: int) -> None:
    shop.account.fault(**BUY, patch={}, status=status)
    shop.took(shop.buy(), sent=1)


@pytest.mark.parametrize(
    "patch",
    [
        {
            "id": ["x"],
            "user_id": ["x"],
            "inbound_agent": ["x"],
            "telephony_account_connection": ["x"],
        },
        {"id": None, "user_id": 7, "label": float("nan"), "active": "\ud800"},
        {"id": {"id": {}}, "user_id": {}, "telephony_provider": {}, "example_context": [[[]]]},
    ],
    ids=str,
)
def test_a_number_is_not_lost_over_what_else_is_odd(shop: Shop, patch: dict[str, Any]) -> None:
    shop.account.fault(**BUY, patch=patch)
    shop.took(shop.buy(area_code="415"), sent=1)


Answer = Callable[[Callable[[], dict[str, Any]]], bytes]


@contextmanager
def between(account: SandboxClient, answer: Answer) -> Iterator[Misbehaving]:
    """A server that passes on what is asked of an account, but that it answers purchases itself.

    Args:
        account: that it stands before.
        answer: gives the bytes of the answer to a purchase; it gets what carries the purchase out.
    """

    def answers(server: Misbehaving, connection: Any) -> None:
        method, path, _ = server.requests[-1].decode().split(" ", 2)
        if path == BUY["path"]:
            server.send(connection, answer(lambda: account.call(method, path)))
            return
        try:
            server.send(connection, http(200, account.call(method, path)))
        except urllib.error.HTTPError as error:
            server.send(connection, http(error.code, json.load(error)))

    with misbehaving(answers) as server:
        yield server


def http(status: int, body: Any) -> bytes:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    head = f"HTTP/1.1 {status} X\r\nContent-Length: {len(content)}\r\nConnection: close\r\n\r\n"
    return head.encode() + content


SPELLED: dict[str, Callable[[str], Any]] = {
    "an integer": int,
    "with a plus": lambda digits: f"+{digits}",
    "for people": lambda digits: f"+{digits[0]} ({digits[1:4]}) {digits[4:7]}-{digits[7:]}",
}


@pytest.mark.parametrize("spelled", SPELLED.values(), ids=SPELLED)
def test_a_number_in_whatever_spelling_is_the_number(
    shop: Shop, spelled: Callable[[str], Any]
) -> None:
    def answer(carry_out: Callable[[], dict[str, Any]]) -> bytes:
        made = carry_out()
        return http(200, {**made, "number": spelled(made["number"])})

    with between(shop.account, answer) as server:
        shop.took(shop.buy(by=shop.process(base_url=server.url)), sent=1)


@pytest.mark.parametrize("plus", ["everywhere", "purchases"])
def test_an_account_that_spells_numbers_with_a_plus(shop: Shop, plus: str) -> None:
    there = shop.account.add_numbers(3)
    shop.account.spell(plus=plus)
    named = shop.buy("named")
    shop.account.fault(**BUY, close="after")
    found = shop.buy("found")
    assert shop.paid() == [named.number, found.number]
    assert {one.number.isdigit() for one in (named, found)} == {True}
    assert shop.sent() == 2
    # Neither is in a state: each is taken again, and nothing is paid.
    again = [shop.buy("named"), shop.buy("found")]
    assert [one.number for one in again] == shop.paid()
    for list_ in shop.ledger.lists_of(shop.process().account).values():
        assert {*there} <= list_ <= {*there, *shop.paid()}


# What says neither.

HTML = "<html>Bad gateway</html>"
UNKNOWN: dict[str, dict[str, Any]] = {
    **{f"{status}": {"status": status} for status in (300, 303, 304, 308, 408, 425, 499)},
    "301 to nowhere": {"status": 301, "headers": {"Location": "http://[::1"}},
    "302": {"status": 302, "headers": {"Location": "/v1/numbers"}},
    "307 to itself": {"status": 307, "headers": {"Location": BUY["path"]}},
    "409": {"status": 409, "body": {"detail": "The number is taken"}},
    **{f"{status}": {"status": status} for status in (500, 501, 505, 520, 599)},
    "500, nothing": {"status": 500, "body": ""},
    "502, a page": {"status": 502, "body": HTML},
    "503, at once": {"status": 503, "headers": {"Retry-After": "0"}},
    "504, a number": {"status": 504, "body": {"number": "14155550100"}},
    "202 {}": {"status": 202, "body": {}},
    "201 without a number": {"status": 201, "body": {"number": None}},
    "200 success": {"status": 200, "body": {"success": True}},
    "204": {"status": 204, "body": ""},
    "a page": {"status": 200, "body": HTML},
    "nothing": {"status": 200, "body": ""},
    "a list": {"status": 200, "body": []},
    "a text": {"status": 200, "body": '"14155550100"'},
    "not a number": {"status": 200, "body": '{"number": NaN}'},
    "too large for a number": {"status": 200, "body": '{"number": 1e400}'},
    "half a character": {"status": 200, "body": '{"number": "\\ud800"}'},
    "as deep as it goes": {"status": 200, "body": '{"number": ' + "[" * 99_999},
    "deeper than anybody needs": {"status": 200, "body": '{"a":' * 80 + "1" + "}" * 80},
    "an empty number": {"status": 200, "body": {"number": ""}},
    "no digits": {"status": 200, "body": {"number": "pending"}},
    "too few digits": {"status": 200, "body": {"number": "911"}},
    "a list of numbers": {"status": 200, "body": {"number": ["14155550100"]}},
    "a yes": {"status": 200, "body": {"number": True}},
    "reset": {"close": "before"},
    "cut": {"status": 200, "body": {"number": "14155550100"}, "cut": True},
    "too large": {"status": 200, "body": {"number": "14155550100"}, "pad": 2_000_000},
    "a bomb": {"status": 200, "body": {"number": "14155550100"}, "pad": 2**26, "gzip": True},
    "drop by drop": {"status": 200, "body": {"number": "14155550100"}, "trickle": 0.2},
    "no answer in time": {"status": 200, "body": {"number": "14155550100"}, "delay": 3},
}
"""Answers that do not say whether a number was bought."""
NEVER_ENDS = ("drop by drop", "no answer in time")
KEEP_NO_LIMIT = ("too large", "a bomb", *NEVER_ENDS)


def settings_for(name: str) -> dict[str, Any]:
    return SLOW if name in KEEP_NO_LIMIT else {}


@pytest.mark.parametrize("name", UNKNOWN)
def test_an_answer_that_does_not_say_it_and_nothing_done(shop: Shop, name: str) -> None:
    shop.account.fault(**BUY, **UNKNOWN[name])
    process = shop.process(**settings_for(name))
    shop.took(shop.buy(by=process), sent=2)
    assert shop.steps()[1] == (NotBought(),)


@pytest.mark.parametrize("name", UNKNOWN)
def test_an_answer_that_does_not_say_it_and_the_work_done(shop: Shop, name: str) -> None:
    shop.account.call("POST", BUY["path"])
    shop.account.clear_requests()
    there = shop.paid()
    done = {"close": "after"} if name == "reset" else {**UNKNOWN[name], "work": True}
    shop.account.fault(**BUY, **done)
    process = shop.process(**settings_for(name))
    begun = process.time.now()
    bought = shop.buy(by=process)
    assert shop.paid() == [*there, bought.number]
    assert shop.sent() == 1
    assert shop.steps() == {1: (Take(bought.number, 0, guess=True),)}
    assert not bought.is_named
    # One that has appeared is taken at once.
    assert process.time.now() - begun < process.window.whole / 2


@pytest.mark.parametrize("name", UNKNOWN)
def test_an_answer_that_does_not_say_it_and_the_work_done_late(shop: Shop, name: str) -> None:
    late = 1.0 if name in NEVER_ENDS else LATE
    shop.account.fault(**BUY, **UNKNOWN[name], later=late)
    process = shop.process(**settings_for(name))
    shop.took(shop.buy(by=process), sent=1, guessed=True)


REAL_ANSWER: dict[str, dict[str, Any]] = {
    "reset": {"close": "after"},
    "cut": {"cut": True},
    "too large": {"pad": 2_000_000},
    "a bomb": {"pad": 2**26, "gzip": True},
    "drop by drop": {"trickle": 0.2},
    "no answer in time": {"delay": 3},
    "work that takes its time": {"wait": 1.0},
}


@pytest.mark.parametrize("name", REAL_ANSWER)
def test_the_real_answer_that_does_not_arrive(shop: Shop, name: str) -> None:
    shop.account.fault(**BUY, **REAL_ANSWER[name])
    process = shop.process(**SLOW)
    shop.took(shop.buy(by=process), sent=1, guessed=True)


UNHEARD_OF: dict[str, bytes] = {
    "101": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n",
    "103 and no more": b"HTTP/1.1 103 Early Hints\r\n\r\n",
    "a status of none": http(999, {"number": "14155550100"}),
    "an older server": b"HTTP/0.9 200 OK\r\n\r\n",
    "another protocol": b"SSH-2.0-OpenSSH_9.6\r\n",
    "nothing at all": b"",
    "half a line": b"HTTP/1.1 2",
    "a length that is none": b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n{}",
    "chunks that are none": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    "what only claims to be packed": b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n{}",
}


@pytest.mark.parametrize("answer", UNHEARD_OF.values(), ids=UNHEARD_OF)
@pytest.mark.parametrize("done", [True, False], ids=["done", "not done"])
def test_what_no_server_should_answer(shop: Shop, answer: bytes, done: bool) -> None:
    asked: list[bool] = []

    def answers(carry_out: Callable[[], dict[str, Any]]) -> bytes:
        asked.append(True)
        if done or len(asked) > 1:
            made = carry_out()
        return http(200, made) if len(asked) > 1 else answer

    with between(shop.account, answers) as server:
        bought = shop.buy(by=shop.process(base_url=server.url))
    shop.took(bought, sent=1, guessed=done)
    assert len(asked) == (1 if done else 2)
    assert len(shop.steps()) == len(asked)


def test_a_purchase_that_is_lost_twice_is_an_error_that_knows_that_nothing_was_bought(
    shop: Shop,
) -> None:
    shop.account.fault(**BUY, status=504, times=2)
    with pytest.raises(errors.ServerError, match=r"answered 504.*nothing was bought"):
        shop.buy()
    assert shop.sent() == 2
    shop.bought_nothing(attempts=2)
    shop.took(shop.buy(), sent=3)


@pytest.mark.parametrize("done", [True, False], ids=["done", "not done"])
def test_a_process_that_died_behind_its_request_is_followed_by_the_next(
    shop: Shop, done: bool
) -> None:
    shop.die(done=done)
    assert shop.steps() == {1: ()}
    # The number itself was asked for round the process that died.
    shop.took(shop.buy(), sent=1, guessed=done)


# What lists and GET know.


@pytest.mark.parametrize(
    "late", [{"unlisted": 0.3}, {"unread": 0.3}, {"unlisted": 0.3, "unread": 0.3}], ids=str
)
@pytest.mark.parametrize("lost", [{}, {"close": "after"}], ids=["answered", "lost"])
def test_a_number_that_is_known_late_is_bought_once(
    shop: Shop, late: dict[str, float], lost: dict[str, Any]
) -> None:
    shop.account.fault(**BUY, **lost, **late)
    bought = shop.buy(by=shop.process(settle_seconds=60))
    shop.took(bought, sent=1, guessed=bool(lost))
    assert bought.answer["telephony_provider"] == "vonage"


def test_a_number_that_nobody_knows_for_too_long_is_given_all_the_same(shop: Shop) -> None:
    shop.account.fault(**BUY, close="after", unread=600)
    process = shop.process()
    begun = process.time.now()
    bought = shop.buy(by=process)
    assert process.time.now() - begun < process.window.whole / 2
    shop.took(bought, sent=1, guessed=True)
    assert bought.answer == {"number": bought.number}


def test_a_number_that_get_does_not_know_and_the_list_has_is_taken_again(shop: Shop) -> None:
    first = shop.buy()
    shop.account.fault(path="/v1/numbers", status=404, times=99)
    again = shop.buy()
    assert again.number == first.number
    assert again.claim != first.claim
    assert shop.sent() == 1
    assert shop.paid() == [first.number]
    assert "it is taken again, and nothing is paid" in shop.said[-1]


def test_a_number_that_was_cancelled_is_not_given_again(shop: Shop) -> None:
    first = shop.buy()
    shop.account.call("POST", "/v1/numbers/cancel", phone_number=first.number)
    second = shop.buy()
    assert shop.paid() == [first.number, second.number]
    assert "is not in service any more" in shop.said[-1]
    assert second.claim == getattr(shop.ledger.history(second.number).newest, "claim", None)


def test_a_list_that_fails_says_what_is_known_of_the_money(shop: Shop) -> None:
    shop.account.fault(**LIST, status=500, times=9)
    with pytest.raises(errors.ServerError, match=r"GET /v1/numbers/list.*Nothing was bought"):
        shop.buy(by=shop.process(max_retries=0))
    assert shop.steps() == {}
    shop.account.clear_faults()
    shop.account.fault(**BUY, status=504, work=True)
    shop.account.fault(**LIST, status=500, after=1)
    with pytest.raises(errors.ServerError, match=r"bought a number is not known"):
        shop.buy(by=shop.process(max_retries=0))
    assert shop.steps() == {1: ()}
    shop.took(shop.buy(), sent=1, guessed=True)


@pytest.mark.parametrize(
    "body",
    [{"status": "maintenance"}, [], {"items": "x"}, {"items": [{}]}, {"items": [1]}, HTML],
    ids=str,
)
def test_a_list_that_is_none_is_no_empty_account(shop: Shop, body: Any) -> None:
    shop.account.fault(**LIST, body=body)
    with pytest.raises(errors.UnreadableAnswer, match=r"GET /v1/numbers/list.*Nothing was bought"):
        shop.buy()
    shop.account.fault(**BUY, close="after")
    shop.account.fault(**LIST, body=body, after=1)
    with pytest.raises(errors.UnreadableAnswer, match=r"GET /v1/numbers/list.*is not known"):
        shop.buy()
    assert shop.sent() == 1
    shop.took(shop.buy(), sent=1, guessed=True)


# Whose it is.


def test_somebody_elses_purchase_of_another_kind_is_never_taken(shop: Shop) -> None:
    ours = {"area_code": "415", "telephony_provider": "vonage"}
    shop.account.fault(**BUY, close="before", after=3)
    process = shop.process()
    process.listing()
    theirs = [
        shop.account.call("POST", BUY["path"], body)["number"]
        for body in ({"area_code": "212"}, {"area_code": "415", "telephony_provider": "twilio"})
    ]
    labelled = shop.account.call("POST", BUY["path"], ours)["number"]
    shop.account.call("POST", "/v1/numbers/update", {"label": "theirs"}, phone_number=labelled)
    bought = shop.buy(by=process, **ours)
    assert bought.number not in (*theirs, labelled)
    assert shop.paid() == [*theirs, labelled, bought.number]


def test_more_numbers_than_purchases_are_named_and_none_is_taken(shop: Shop) -> None:
    shop.account.fault(**BUY, close="after", strangers=1)
    for _ in range(2):
        with pytest.raises(errors.AmbiguousPurchase) as caught:
            shop.buy()
        everything = sorted(one["number"] for one in shop.account.purchases())
        assert caught.value.candidates == everything
        assert len(everything) == 2
    assert shop.sent() == 1
    assert shop.steps() == {1: ()}


def test_a_number_through_an_own_connection_is_found_whatever_its_carrier(shop: Shop) -> None:
    credentials = {"twilio_account_sid": "x", "twilio_auth_token": "y"}
    order = {"type": "account_connection_twilio", "credentials": credentials}
    connection = shop.account.call("POST", "/v1/account_connections/create", order)["id"]
    body = {"telephony_account_connection": connection}
    made = {**body, "telephony_provider": "twilio"}
    process = shop.process()

    def lost(*_: Any, **__: Any) -> Any:
        shop.account.call("POST", BUY["path"], made)
        raise errors.AnswerLost("POST /v1/numbers/buy", "was lost", "")

    process.client.buy = lost  # type: ignore[method-assign]
    shop.took(shop.buy(by=process, **body), sent=1, guessed=True)


@pytest.mark.parametrize("there", [0, 1])
@pytest.mark.parametrize("here", [0, 1])
def test_the_key_of_another_account_finds_nothing_out(
    sandbox: Sandbox, shop: Shop, here: int, there: int
) -> None:
    for _ in range(there):
        shop.account.call("POST", BUY["path"])
    shop.account.fault(**BUY, close="after")
    shop.account.fault(**LIST, status=401, after=1)
    with pytest.raises(errors.AuthenticationError, match="is not known"):
        shop.buy()
    another = Shop(sandbox.another_account(f"another-{shop.account.api_key}"), shop.path)
    for _ in range(here):
        another.account.call("POST", BUY["path"])
    with pytest.raises(errors.OtherAccount, match="Nothing was bought"):
        another.buy()
    assert len(another.paid()) == here
    assert shop.steps() == {1: ()}
    bought = shop.buy()
    assert shop.paid()[there:] == [bought.number]


@pytest.mark.parametrize("done", [True, False], ids=["done", "not done"])
def test_a_new_key_of_the_same_account_finds_it_out(shop: Shop, done: bool) -> None:
    first = shop.account.call("POST", BUY["path"])["number"]
    shop.account.fault(**BUY, close="after" if done else "before")
    shop.account.fault(**LIST, status=401, after=1)
    with pytest.raises(errors.AuthenticationError):
        shop.buy()
    # Of an account without numbers, no list says which it is.
    shop.account.call("POST", "/v1/numbers/cancel", phone_number=first)
    shop.account.rotate_key(f"new-{shop.account.api_key}")
    bought = shop.buy()
    assert shop.paid() == [first, bought.number]
    assert shop.steps()[1] == ((Take(bought.number, 0, guess=True),) if done else (NotBought(),))


# Many at once.


def lose_every_third(account: SandboxClient, times: int) -> None:
    """Every third purchase gets an answer that does not say it, of all kinds in turn."""
    kinds: tuple[dict[str, Any], ...] = (
        {"close": "after"},
        {"status": 504},
        {"status": 502, "work": True},
        {"cut": True},
        {"status": 202, "body": {}, "later": LATE},
        {"close": "before"},
    )
    for at in range(times):
        account.fault(**BUY, **kinds[at % len(kinds)], after=2 * at)


@pytest.mark.parametrize("asks", [[{}], [{"area_code": "415"}, {}, {"area_code": "212"}]], ids=str)
def test_many_owners_at_once_are_each_given_a_number_of_their_own(
    shop: Shop, asks: list[dict[str, str]]
) -> None:
    lose_every_third(shop.account, 6)
    processes = [shop.process() for _ in range(3)]
    with ThreadPoolExecutor(12) as pool:
        given = [
            *pool.map(
                lambda at: shop.buy(f"n{at}", by=processes[at % 3], **asks[at % len(asks)]),
                range(12),
            )
        ]
    numbers = [one.number for one in given]
    assert sorted(numbers) == sorted(shop.paid())
    assert len({*numbers}) == 12
    for at, one in enumerate(given):
        area = asks[at % len(asks)].get("area_code", "")
        assert one.number.startswith(f"1{area}")
        assert getattr(shop.ledger.history(one.number).newest, "claim", None) == one.claim
        *before, last = shop.steps(owner(f"n{at}")).values()
        assert {*before} <= {(NotBought(),)}
        assert last == (Take(one.number, 0, guess=not one.is_named),)


def test_two_processes_buy_for_one_resource_only_once(shop: Shop) -> None:
    # A plugin that outlived its engine, and the one of the next run.
    shop.account.fault(**BUY, delay=0.5)
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(shop.buy)
        until(lambda: shop.sent() == 1)
        second = pool.submit(shop.buy)
        numbers = {first.result().number, second.result().number}
    assert numbers == {*shop.paid()}
    assert shop.sent() == 1


def test_a_purchase_is_not_found_out_while_another_of_its_kind_is_under_way(shop: Shop) -> None:
    answered = threading.Event()
    other = shop.process()
    buy = other.client.buy

    def slowly(*of: Any, **more: Any) -> Any:
        try:
            return buy(*of, **more)
        finally:
            answered.wait(60)

    other.client.buy = slowly  # type: ignore[method-assign]
    shop.account.fault(**BUY, close="before", after=1)
    with ThreadPoolExecutor(2) as pool:
        theirs = pool.submit(shop.buy, "b", by=other)
        until(lambda: shop.sent() == 1)
        ours = pool.submit(shop.buy, "a")
        until(lambda: shop.sent() == 2)
        answered.set()
        numbers = [theirs.result().number, ours.result().number]
    assert sorted(numbers) == sorted(shop.paid())
    assert len({*numbers}) == 2


@pytest.mark.parametrize("there", [0, 2])
def test_no_purchase_takes_the_account_over_its_limit(shop: Shop, there: int) -> None:
    for _ in range(there):
        shop.account.call("POST", BUY["path"])
    before = shop.paid()

    def attempt(at: int) -> str | None:
        try:
            return shop.buy(f"n{at}", by=shop.process(max_numbers=there + 2)).number
        except errors.TooManyNumbers:
            return None

    with ThreadPoolExecutor(6) as pool:
        given = [number for number in pool.map(attempt, range(6)) if number]
    assert sorted([*before, *given]) == sorted(shop.paid())
    assert len(given) <= 2
    # Two that count at the last place may both step back; who comes then gets it.
    while len(given) < 2:
        number = attempt(7 + len(given))
        assert number is not None
        given.append(number)
    assert attempt(20) is None


# A large account.


def test_a_purchase_in_an_account_of_25_000_numbers(shop: Shop) -> None:
    there = shop.account.add_numbers(25_000)
    process = shop.process(read_timeout=30)
    shop.account.fault(**BUY, after=1, close="after")
    given = [shop.buy("a", by=process)]
    with ThreadPoolExecutor(2) as pool:
        given += pool.map(lambda name: shop.buy(name, by=process), "bc")
    assert sorted(one.number for one in given) == sorted(shop.paid())
    assert shop.sent() == 3
    # Once before the purchases, and once more to look for the one that was lost.
    assert shop.lists() <= 2 * 25_000 / 100 * 8 / 7 + 4
    store = shop.ledger.store
    (kept,) = store.read(store.list("lists/")).values()
    assert sorted(kept["numbers"]) == sorted(there)
    assert {one.intent.list_id for one in shop.ledger.attempts().by_key.values()} == {
        key.removeprefix("lists/") for key in store.list("lists/")
    }


# The ledger.


@pytest.mark.parametrize("content", ["not a database" * 99, "SQLite format 3\0" + "x" * 4096])
def test_nothing_is_asked_over_a_broken_ledger_and_nothing_is_deleted(
    shop: Shop, content: str
) -> None:
    shop.path.write_text(content)
    with pytest.raises(errors.LedgerError, match=r"Nothing was bought.*vocode-pulumi audit"):
        shop.buy()
    assert shop.account.requests() == []
    assert shop.path.read_text() == content


def test_the_ledger_holds_no_credential(shop: Shop) -> None:
    voice = {"type": "voice_eleven_labs", "voice_id": "x", "api_key": "hidden-key"}
    agent = {"prompt": {"content": "secret words"}, "voice": voice}
    shop.account.fault(**BUY, close="after")
    shop.buy(inbound_agent=agent)
    for file in shop.path.parent.glob(f"{shop.path.name}*"):
        content = file.read_bytes()
        for word in (b"hidden-key", b"secret words", shop.account.api_key.encode()):
            assert word not in content
