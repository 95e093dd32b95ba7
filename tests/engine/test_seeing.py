# SPDX-License-Identifier: Apache-2.0
"""What a person can see of a run: the log of its API calls, status lines, spans."""

import json
import re
import stat
from pathlib import Path
from typing import Any

from tests.engine.harness import CREDENTIAL, Stack, active
from tests.support.collector import collector
from vocode_pulumi.sandbox import Sandbox

SECRETS = f"""
PhoneNumber("front", area_code="415", inbound_agent={{
    "prompt": pulumi.Output.secret("{CREDENTIAL}-prompt"),
    "voice": {{
        "type": "voice_eleven_labs", "voice_id": "x", "api_key": pulumi.Output.secret("{CREDENTIAL}-voice"),
    }},
    "webhook": {{
        "url": pulumi.Output.secret("https://example.com/{CREDENTIAL}"),
        "subscriptions": ["event_transcript"],
    }},
}})
"""
"""A program whose secrets all have :data:`CREDENTIAL`."""

SERVER = 2
"""The kind of a span that answers a call."""


def lines(file: Path) -> list[dict[str, Any]]:
    """Every line of a log in JSON."""
    return [json.loads(line) for line in file.read_text().splitlines()]


def state_without_times(stack: Stack) -> list[Any]:
    """The resources of the state, without when they were made and without ciphertexts."""
    resources = json.loads(stack.state())["checkpoint"]["latest"]["resources"]
    kept = [
        {name: value for name, value in one.items() if name not in ("created", "modified")}
        for one in resources
    ]
    return [one for one in kept if not one["type"].startswith("pulumi:providers:")]


def test_a_log_has_every_call_with_its_resource_and_nothing_secret(
    stack: Stack, sandbox: Sandbox
) -> None:
    number = sandbox.call("POST", "/v1/numbers/buy")["number"]
    sandbox.clear_requests()
    stack.program(f'{SECRETS}PhoneNumber("desk", adopt=pulumi.Output.secret("{number}"))')
    sandbox.fault(status=429, path="/v1/numbers/buy", headers={"Retry-After": "0"})
    stack.config("vocode:log", "json:debug:calls.jsonl")
    printed = stack.up()
    file = stack.folder / "calls.jsonl"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    for secret in (CREDENTIAL, number):
        assert secret not in file.read_text()
    calls = [line for line in lines(file) if "method" in line]
    sent = [(one["method"], one["path"].split("?")[0], one["status"]) for one in sandbox.requests()]
    logged = [(line["method"], line["path"].split("?")[0], line["status"]) for line in calls]
    assert sorted(logged) == sorted(sent)
    assert "/v1/numbers?phone_number=[secret]" in [line["path"] for line in calls]
    bought = [line for line in calls if line["path"] == "/v1/numbers/buy"]
    assert [line["status"] for line in bought] == [429, 200]
    assert {line["urn"] for line in bought} == {stack.urn("front")}
    assert {line["urn"] for line in calls} == {stack.urn("front"), stack.urn("desk")}
    engine_calls = [line["call"] for line in lines(file) if "method" not in line]
    assert sorted(engine_calls) == ["check", "check", "create", "create"]
    assert "v1/numbers" not in printed


def test_the_setting_changes_no_resource_and_without_a_file_pulumi_prints_the_lines(
    stack: Stack, sandbox: Sandbox
) -> None:
    stack.program('PhoneNumber("front", label="front")')
    stack.up()
    before = state_without_times(stack)
    stack.config("vocode:log", "text")
    assert stack.nothing_to_do()
    stack.up("--expect-no-changes")
    assert state_without_times(stack) == before
    number = stack.held()["front"]
    printed = stack.refresh("--expect-no-changes")
    urn = stack.urn("front")
    assert "INFO method=GET path=/v1/numbers" in printed
    assert f"call=read urn={urn}" in printed
    # A command of ours is seen in the same ways.
    with collector() as made:
        told = stack.run(
            *("python", "-m", "vocode_pulumi", "release", number),
            VOCODE_LOG=f"json:{stack.folder / 'release.jsonl'}",
            OTEL_EXPORTER_OTLP_ENDPOINT=made.url,
        )
    assert told.returncode == 0, told.stdout
    assert [span.name for span in made.spans] == [
        f"{line['method']} {line['path'].split('?')[0]}"
        for line in lines(stack.folder / "release.jsonl")
    ]
    (call, *_) = lines(stack.folder / "release.jsonl")
    assert (call["status"], call["urn"]) == (200, None)


def test_a_log_that_cannot_be_is_refused_in_a_preview(stack: Stack) -> None:
    stack.program('PhoneNumber("front")')
    stack.config("vocode:log", "jsn")
    assert "vocode:log is 'jsn', which does not say how to log" in stack.preview(code=1)
    stack.config("vocode:log", "json:no/where")
    printed = stack.preview(code=1)
    assert "The log file no/where cannot be opened" in printed
    assert "Traceback" not in printed


def test_a_resource_says_in_its_line_what_it_waits_for(stack: Stack, sandbox: Sandbox) -> None:
    stack.program('PhoneNumber("front", label="front")')
    sandbox.fault(status=429, path="/v1/numbers/buy", headers={"Retry-After": "1.2"})
    stack.env |= {"VOCODE_MAX_RETRY_WAIT": "1.2", "VOCODE_SETTLE_SECONDS": "1.2"}
    progress, _, rest = stack.up().partition("Resources:")
    assert re.search(
        r"PhoneNumber front creating \(\d+s\) waiting up to 1 s: buying again after Vocode's rate limit "
        r"\(429\) \(retry 1 of 4\)\n",
        progress,
    )
    assert "Diagnostics" not in progress + rest
    (number,) = active(sandbox)
    sandbox.call("POST", "/v1/numbers/cancel", phone_number=number)
    printed = stack.refresh()
    assert re.search(
        r"PhoneNumber front refreshing .*waiting up to 1 s: Vocode does not show", printed
    )
    assert "Vocode does not show" not in printed.partition("Diagnostics:")[2]


def test_each_engine_call_is_a_span_with_its_api_calls_below_it(
    stack: Stack, sandbox: Sandbox
) -> None:
    stack.program(f"get_usage()\n{SECRETS}")
    sandbox.fault(status=429, path="/v1/numbers/buy", headers={"Retry-After": "0"})
    with collector() as made:
        stack.env |= {"OTEL_EXPORTER_OTLP_ENDPOINT": made.url}
        stack.up()
    assert {span.service for span in made.spans} == {"pulumi-vocode"}
    roots = {span.name: span for span in made.spans if not span.parent}
    assert {*roots} == {"check PhoneNumber", "create PhoneNumber", "get_usage"}
    create = roots["create PhoneNumber"]
    assert create.attributes["pulumi.urn"] == stack.urn("front")
    below = [
        (span.attributes["url.path"], span.attributes["http.response.status_code"], span.failed)
        for span in made.spans
        if span.parent == create.id
    ]
    assert ("/v1/numbers/buy", 429, True) in below
    assert ("/v1/numbers/buy", 200, False) in below
    # One request is that of the lookup.
    assert len(below) == len(sandbox.requests()) - 1 == len(made.spans) - 4
    assert all(CREDENTIAL.encode() not in body for body in made.bodies)


def test_spans_are_part_of_the_trace_that_pulumi_passes(stack: Stack) -> None:
    stack.program('PhoneNumber("front")')
    with collector() as made:
        stack.up("--otel-traces", made.url)
    by_id = {span.id: span for span in made.spans}
    parents = {
        span.name: by_id[span.parent] for span in made.of("pulumi-vocode") if span.kind == SERVER
    }
    assert {name: (parent.service, parent.name) for name, parent in parents.items()} == {
        "check PhoneNumber": ("pulumi-cli", "pulumirpc.ResourceProvider/Check"),
        "create PhoneNumber": ("pulumi-cli", "pulumirpc.ResourceProvider/Create"),
    }
    assert "POST /v1/numbers/buy" in [span.name for span in made.of("pulumi-vocode")]


def test_a_collector_that_does_not_answer_stops_no_purchase(stack: Stack, sandbox: Sandbox) -> None:
    stack.program('PhoneNumber("front")')
    with collector() as gone:
        pass
    stack.env |= {"OTEL_EXPORTER_OTLP_ENDPOINT": gone.url, "OTEL_EXPORTER_OTLP_TIMEOUT": "1"}
    assert "spans batch" in stack.up()
    assert stack.ids() == active(sandbox)
