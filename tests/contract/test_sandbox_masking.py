# SPDX-License-Identifier: Apache-2.0
"""What the sandbox shows of requests: no credentials, and of a URL only scheme, host and port."""

import contextlib
import json
import urllib.error
from pathlib import Path

import pytest

from tests.contract.test_calls import CALLER, agent, buy, command, external, ring, shop
from tests.contract.test_sandbox import AGENT, CONNECTION, UNKNOWN, refusal
from tests.support.receiver import Receiver
from tests.support.serving import InThread
from vocode_pulumi.sandbox import Sandbox
from vocode_pulumi.sandbox.client import SandboxClient
from vocode_pulumi.sandbox.masking import masked_text, masked_url

__all__ = ["shop"]

HIDDEN = "hidden-in-a-url"
URL = f"https://{HIDDEN}:{HIDDEN}@hooks.example.com:8443/{HIDDEN}?token={HIDDEN}#{HIDDEN}"
SHOWN = "https://***@hooks.example.com:8443/***"


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        (URL, SHOWN),
        ("https://h", "https://h"),
        ("https://h/", "https://h/"),
        ("https://h/x", "https://h/***"),
        ("https://h?x", "https://h/***"),
        ("https://h#x", "https://h/***"),
        ("https://h\\x", "https://h/***"),
        ("https://h/a b\nc", "https://h/***"),
        ("https://x@h", "https://***@h"),
        ("https://a@b:c@h/", "https://***@h/"),
        ("HTTPS://H/x", "HTTPS://H/***"),
        ("http://[::1]:80/x", "http://[::1]:80/***"),
        ("wss://münchen.example/x", "wss://münchen.example/***"),
        ("https://user:pass", "***"),
        ("https://user:pass/word@h/x", "***"),
        ("https://a b/x", "***"),
        ("https://", "***"),
        ("h/x?token=x", "***"),
        ("x", "***"),
        ("", ""),
    ],
)
def test_of_a_url_scheme_host_and_port_are_shown(url: str, shown: str) -> None:
    assert masked_url(url) == shown
    assert masked_url(shown) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Ask them. A text: with / and ? and @.", "Ask them. A text: with / and ? and @."),
        (f"Look at {URL}, and at {URL}.", f"Look at {SHOWN}, and at {SHOWN}."),
        ("See (https://h/x)!", "See (https://h/***)!"),
        ("See https://h.", "See https://h."),
        ('{"url":"https://h/x","a":1}', '{"url":"https://h/***","a":1}'),
        ("https://h/x,https://h/y", "https://h/***"),
        ("the key is key-1, or key-1-long", "the key is ***, or ***"),
        ("abc", "abc"),
    ],
)
def test_urls_and_credentials_in_texts_are_masked(text: str, shown: str) -> None:
    assert masked_text(text, ["key-1", "key-1-long", "abc"]) == shown


def test_the_list_of_requests_masks_urls_wherever_they_are(account: Sandbox) -> None:
    config = {**external(Receiver(URL))["config"], "input_schema": {"default": [URL], URL: 1}}
    webhook = {"url": URL, "subscriptions": []}
    new = {
        **AGENT,
        "webhook": webhook,
        "actions": [{"type": "action_external", "config": {**config, "url": URL}}],
        "prompt": {"content": f"Say {URL}", "context_endpoint": URL},
        "context_endpoint": HIDDEN,
    }
    made = account.call("POST", "/v1/agents/create", new)
    account.call("POST", "/v1/webhooks/update", {"url": URL}, id=made["webhook"]["id"])
    number = account.call("POST", "/v1/numbers/buy", {"inbound_agent": new})["number"]
    labelled = {"label": URL, "example_context": {"a": URL, "url": HIDDEN}}
    account.call("POST", "/v1/numbers/update", labelled, phone_number=number)
    assert HIDDEN not in json.dumps(account.requests())
    first, second = account.requests()[:2]
    assert first["body"] == {
        **AGENT,
        "webhook": {**webhook, "url": SHOWN},
        "actions": [
            {
                "type": "action_external",
                "config": {**config, "url": SHOWN, "input_schema": {"default": [SHOWN], SHOWN: 1}},
            }
        ],
        "prompt": {"content": f"Say {SHOWN}", "context_endpoint": SHOWN},
        "context_endpoint": "***",
    }
    assert second["path"] == f"/v1/webhooks/update?id={made['webhook']['id']}"
    assert made["webhook"]["url"] == URL
    assert account.call("GET", "/v1/agents", id=made["id"])["prompt"]["context_endpoint"] == URL


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/v1/agents/list?page=1&size=2&sort_desc=true", None),
        (f"/v1/agents?id={UNKNOWN}", None),
        ("/v1/numbers?phone_number=%2B14155550100", None),
        (f"/v1/usage?token={HIDDEN}", "/v1/usage?token=***"),
        (f"/v1/usage?{HIDDEN}", "/v1/usage?***"),
        ("/v1/numbers?phone_number=key-of-the-test", "/v1/numbers?phone_number=***"),
        (
            f"/v1/numbers?phone_number=https%3A%2F%2Fh%2F{HIDDEN}",
            "/v1/numbers?phone_number=https://h/***",
        ),
        (
            f"/v1/usage?https://h/{HIDDEN}?a={HIDDEN}&b={HIDDEN}",
            "/v1/usage?https://h/***=***&b=***",
        ),
        (f"/v1/https://h/{HIDDEN}", "/v1/https://h/***"),
    ],
)
def test_the_list_of_requests_masks_paths_and_queries(
    account: Sandbox, path: str, shown: str | None
) -> None:
    with contextlib.suppress(urllib.error.HTTPError):
        account.call("GET", path)
    assert [one["path"] for one in account.requests()] == [shown or path]


def test_the_key_and_credentials_of_a_request_are_masked_in_its_texts(account: Sandbox) -> None:
    texts = f"{account.api_key} AC-hidden token-hidden"
    body = {**CONNECTION, "steering_pool": [texts], "Authorization": f"Bearer {HIDDEN}"}
    account.call("POST", "/v1/account_connections/create", body)
    (seen,) = account.requests()
    assert seen["body"]["steering_pool"] == ["*** *** ***"]
    assert seen["body"]["Authorization"] == "***"


def test_the_key_that_everybody_knows_is_a_word(tmp_path: Path) -> None:
    with InThread(tmp_path) as account:
        account.call("POST", "/v1/prompts/create", {"content": "the sandbox"})
        assert account.requests()[0]["body"] == {"content": "the sandbox"}


def test_the_list_of_faults_masks(account: Sandbox) -> None:
    fault = {
        "path": "/v1/usage",
        "body": {"url": URL, "api_key": HIDDEN},
        "headers": {"Location": URL, "Authorization": HIDDEN},
    }
    shown = {
        "path": "/v1/usage",
        "body": {"url": SHOWN, "api_key": "***"},
        "headers": {"Location": SHOWN, "Authorization": "***"},
    }
    assert account.call("POST", "/_sandbox/faults", fault) == shown
    assert account.faults() == [shown]
    assert account.call("GET", "/v1/usage") == fault["body"]


def test_the_list_of_deliveries_masks_and_receivers_get_everything(
    account: Sandbox, shop: Receiver
) -> None:
    shop.respond = lambda _seen: (200, {"result": {"url": URL, "api_key": HIDDEN}, "name": URL})
    wanted = agent(shop, events=["event_action", "event_transcript"], actions=[external(shop)])
    token = f"{shop.url}/x?token={HIDDEN}"
    wanted["webhook"]["url"] = token
    wanted["actions"][0]["config"]["url"] = token
    wanted["prompt"] = {"content": "Say ${name}.", "context_endpoint": token}
    call = ring(account, buy(account, wanted), f"book table {URL}")
    deliveries = account.deliveries(call["id"])
    assert [one["state"] for one in deliveries] == ["delivered"] * 4
    assert {one["url"] for one in deliveries} == {f"{shop.url}/***"}
    assert HIDDEN not in json.dumps(deliveries)
    assert {one.query["token"] for one in shop.received} == {HIDDEN}
    action = dict(shop.events())["event_action"]
    assert action["action_input"]["action_config"]["url"] == token
    assert URL in call["transcript"]


def test_errors_of_the_sandbox_do_not_quote_urls(account: Sandbox) -> None:
    for path, body in (
        ("/v1/voices/create", {"type": URL}),
        ("/v1/agents/create", {**AGENT, "deepgram_keywords": {URL: "x"}}),
        ("/v1/prompts/create", {"content": "a", URL: "\ud800"}),
        ("/v1/numbers/buy", {"area_code": URL}),
        ("/_sandbox/numbers", {"count": 1, "area_code": URL}),
        ("/_sandbox/spelling", {"plus": "none", URL: 1}),
    ):
        status, detail = refusal(account, "POST", path, body)
        assert (status in (404, 422), HIDDEN in json.dumps(detail)) == (True, False), detail


@pytest.mark.parametrize("age", [2023, 2024])
def test_an_object_that_does_not_fit_is_not_printed(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], age: int
) -> None:
    account = InThread(tmp_path, age=age)
    with account:
        made = account.call("POST", "/v1/webhooks/create", {"url": URL, "subscriptions": []})
        assert account._server is not None
        account._server._accounts.store.put({**made, "subscriptions": HIDDEN})
        with pytest.raises(urllib.error.HTTPError) as caught:
            account.call("GET", "/v1/webhooks", id=made["id"])
    answer = caught.value.read().decode()
    assert (caught.value.code, json.loads(answer)["detail"][0]["loc"][-1]) == (500, "subscriptions")
    printed = capfd.readouterr()
    assert HIDDEN not in answer + printed.out + printed.err


def test_the_command_prints_no_url_whole(account: Sandbox, shop: Receiver) -> None:
    wanted = agent(shop, events=["event_transcript"], initial_message=f"See {URL}")
    wanted["webhook"]["url"] += f"?token={HIDDEN}"
    done = command(account, buy(account, wanted), "--from", CALLER, "--say", "Hello?")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == f"BOT: See {SHOWN}"
    assert HIDDEN not in done.stdout
    for url in (
        f"http://{HIDDEN}:{HIDDEN}@127.0.0.1:9/{HIDDEN}",
        f"http://{HIDDEN}:pass/word@127.0.0.1:9",
        f"{HIDDEN}:{HIDDEN}@127.0.0.1:9",
        f"http://127.0.0.1:9/\t{HIDDEN}",
        f"{account.url}/docs?{HIDDEN}=",
    ):
        done = command(account, "14155550100", "--from", CALLER, "--base-url", url)
        assert (done.returncode, len(done.stderr.splitlines())) == (1, 1), done.stderr
        assert HIDDEN not in done.stderr


def test_a_client_sees_the_same_list(account: Sandbox) -> None:
    SandboxClient(account.url, account.api_key).call("POST", "/v1/numbers/buy", {"label": URL})
    assert account.requests()[0]["body"] == {"label": SHOWN}
