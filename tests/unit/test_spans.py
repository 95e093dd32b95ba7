# SPDX-License-Identifier: Apache-2.0
"""Spans of OpenTelemetry: when there are any, and what they say. Each process is one of its own."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.collector import Collector, collector
from vocode_pulumi.observing import open_telemetry
from vocode_pulumi.observing.spans import are_wanted

ROOT = Path(__file__).parents[2]
PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
OTHER = "00-11111111111111111111111111111111-2222222222222222-01"
_OURS = re.compile("OTEL_|^TRACE")
PROGRAM = """
import contextlib
from vocode_pulumi.observing.caller import Caller, working_for
from vocode_pulumi.observing.tries import ApiTry

urn = "urn:pulumi:dev::calls::pulumi-python:dynamic/vocode:PhoneNumber::front"
with working_for(Caller("create", urn, lambda: ["hush"], trace_headers=lambda: HEADERS)):
    with ApiTry("GET", "/v1/agents", {"id": "hush", "token": "quiet"}, 1, "key") as observed:
        observed.answered(200, {"X-Request-ID": "of key"})
    with contextlib.suppress(ValueError), ApiTry("POST", "/v1/numbers/buy", {}, 3, "key"):
        raise ValueError("secret words")
"""


def run(program: str, **variables: str) -> str:
    """What a process prints."""
    kept = {name: value for name, value in os.environ.items() if not _OURS.search(name)}
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**kept, "PYTHONPATH": str(ROOT), **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def sent(headers: dict[str, str] | None = None, **variables: str) -> Collector:
    """What a process sends to a collector whose address a variable names."""
    with collector() as made:
        variables = {"OTEL_EXPORTER_OTLP_ENDPOINT": made.url, **variables}
        assert run(f"HEADERS = {headers or {}!r}\n{PROGRAM}", **variables) == ""
    return made


@pytest.mark.parametrize(
    ("environ", "wanted"),
    [
        ({}, False),
        ({"OTEL_SERVICE_NAME": "x"}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": ""}, False),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://x"}, True),
        ({"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://x"}, True),
        ({"OTEL_TRACES_EXPORTER": "console"}, True),
        ({"OTEL_TRACES_EXPORTER": "none", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://x"}, False),
        ({"OTEL_SDK_DISABLED": "TRUE", "OTEL_EXPORTER_OTLP_ENDPOINT": "http://x"}, False),
        ({"PULUMI_OTEL_EXPORTER_OTLP_ENDPOINT": "localhost:1"}, True),
    ],
)
def test_the_variables_of_opentelemetry_ask_for_spans(
    environ: dict[str, str], wanted: bool
) -> None:
    assert are_wanted(environ) is wanted


def test_nothing_of_opentelemetry_is_loaded_if_nobody_asks() -> None:
    loaded = "import sys; print([one for one in sys.modules if one.startswith('opentelemetry')])"
    assert run(f"HEADERS = {{}}\n{PROGRAM}\n{loaded}") == "[]\n"


def test_the_calls_are_below_the_engine_call_and_are_sent_before_the_process_ends() -> None:
    made = sent()
    spans = {span.name: span for span in made.of("pulumi-vocode")}
    assert {*spans} == {"create PhoneNumber", "GET /v1/agents", "POST /v1/numbers/buy"}
    call, get, buy = (
        spans[name] for name in ("create PhoneNumber", "GET /v1/agents", "POST /v1/numbers/buy")
    )
    assert (call.parent, call.failed) == ("", False)
    assert call.attributes["pulumi.urn"].endswith("::front")
    assert {get.parent, buy.parent} == {call.id}
    assert {get.trace, buy.trace} == {call.trace}
    assert (get.attributes["http.response.status_code"], get.failed) == (200, False)
    assert "http.request.resend_count" not in get.attributes
    assert buy.failed
    assert buy.attributes["error.type"] == "ValueError"
    assert buy.attributes["http.request.resend_count"] == 2


def test_no_span_has_a_secret() -> None:
    made = sent()
    (get,) = [span for span in made.spans if span.name.startswith("GET")]
    assert get.attributes["url.query"] == "id=[secret]&token=[secret]"
    assert get.attributes["http.response.header.x-request-id"] == "of [secret]"
    for hidden in (b"hush", b"quiet", b"secret words"):
        assert all(hidden not in body for body in made.bodies)


def test_a_trace_goes_on_that_the_engine_passes_or_else_the_environment() -> None:
    for made, trace in (
        (sent(TRACEPARENT=PARENT), PARENT),
        (sent({"traceparent": OTHER}, TRACEPARENT=PARENT), OTHER),
    ):
        (call,) = [span for span in made.spans if span.name.startswith("create")]
        assert [call.trace, call.parent] == trace.split("-")[1:3]
        assert {span.trace for span in made.spans} == {call.trace}


def test_the_sdk_reads_its_own_variables() -> None:
    assert {span.service for span in sent(OTEL_SERVICE_NAME="calls").spans} == {"calls"}
    assert sent(OTEL_TRACES_SAMPLER="always_off").spans == []
    assert sent(OTEL_SDK_DISABLED="true").spans == []


def test_a_missing_package_is_one_warning_with_the_command() -> None:
    without = "import sys; sys.modules['opentelemetry'] = None\n"
    said = run(f"{without}HEADERS = {{}}\n{PROGRAM}", OTEL_TRACES_EXPORTER="otlp")
    assert said.count("\n") == 1
    assert "`pip install 'pulumi-vocode[otel]'`" in said
    said = run(f"HEADERS = {{}}\n{PROGRAM}", OTEL_TRACES_EXPORTER="otlp,zipkin")
    assert said.count("\n") == 1
    assert "no package has the exporter 'zipkin'" in said


def test_what_the_variables_say_wrong_stops_nothing() -> None:
    said = run(
        f"HEADERS = {{}}\n{PROGRAM}", OTEL_TRACES_EXPORTER="otlp", OTEL_BSP_SCHEDULE_DELAY="-1"
    )
    assert "vocode_pulumi sends no OpenTelemetry spans: ValueError" in said
    assert "Traceback" not in said


@pytest.mark.parametrize(
    ("environ", "protocols"),
    [
        ({"OTEL_TRACES_EXPORTER": "otlp"}, ["http"]),
        ({"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9"}, ["http"]),
        ({"OTEL_TRACES_EXPORTER": "otlp", "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc"}, ["grpc"]),
        (
            {
                "OTEL_TRACES_EXPORTER": "otlp",
                "OTEL_EXPORTER_OTLP_PROTOCOL": "grpc",
                "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL": "http/protobuf",
            },
            ["http"],
        ),
        ({"OTEL_TRACES_EXPORTER": "otlp, none ,otlp_proto_grpc"}, ["http", "grpc"]),
        ({"PULUMI_OTEL_EXPORTER_OTLP_ENDPOINT": "localhost:9"}, ["grpc"]),
        (
            {
                "PULUMI_OTEL_EXPORTER_OTLP_ENDPOINT": "localhost:9",
                "OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:9",
            },
            ["http"],
        ),
    ],
)
def test_the_variables_choose_the_exporter(
    environ: dict[str, str], protocols: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in filter(_OURS.search, [*os.environ]):
        monkeypatch.delenv(name)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    exporters = [*open_telemetry._exporters()]
    assert [type(one).__module__.split(".")[4] for one in exporters] == protocols
    for one in exporters:
        one.shutdown()
