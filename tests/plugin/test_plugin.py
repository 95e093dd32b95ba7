# SPDX-License-Identifier: Apache-2.0
"""`python -m pulumi.dynamic` over gRPC, as the engine talks to it."""

import importlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import struct_pb2  # type: ignore[import-untyped]
from pulumi.dynamic import Config, ConfigureRequest
from pulumi.dynamic.dynamic import PROVIDER_KEY, serialize_provider
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from vocode_pulumi.errors import ConfigError, RequestError
from vocode_pulumi.resources.phone_number import PhoneNumberProvider
from vocode_pulumi.sandbox import Sandbox

URN = "urn:pulumi:dev::calls::pulumi-python:dynamic/vocode:PhoneNumber::main"
PROVIDER = serialize_provider(PhoneNumberProvider())


def struct(**values: Any) -> struct_pb2.Struct:
    made = struct_pb2.Struct()
    made.update(values)
    return made


def props(**inputs: Any) -> struct_pb2.Struct:
    return struct(**{PROVIDER_KEY: PROVIDER, "__urn": URN, **inputs})


@contextmanager
def serving(config: dict[str, str]) -> Iterator[provider_pb2_grpc.ResourceProviderStub]:
    env = {name: value for name, value in os.environ.items() if not name.startswith("VOCODE_")}
    command = [sys.executable, "-m", "pulumi.dynamic", "127.0.0.1:1"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env)
    try:
        assert process.stdout
        port = process.stdout.readline().strip()
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            stub = provider_pb2_grpc.ResourceProviderStub(channel)
            request = provider_pb2.ConfigureRequest(
                variables={f"pulumi-python:config:{k}": v for k, v in config.items()},
                args=struct(**config),
            )
            stub.Configure(request)
            yield stub
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def plugin(account: Sandbox) -> Iterator[provider_pb2_grpc.ResourceProviderStub]:
    config = {
        "vocode:apiKey": account.api_key,
        "vocode:baseUrl": account.url,
        "vocode:ledger": str(account.data / "purchases.sqlite"),
    }
    with serving(config) as stub:
        yield stub


@pytest.fixture
def engine(account: Sandbox) -> PhoneNumberProvider:
    """What the plugin calls, in this process."""
    provider = PhoneNumberProvider()
    settings = {
        "vocode:apiKey": account.api_key,
        "vocode:baseUrl": account.url,
        "vocode:ledger": str(account.data / "purchases.sqlite"),
    }
    provider.configure(ConfigureRequest(Config(settings, "calls")))
    return provider


def test_the_provider_is_named_and_not_carried() -> None:
    assert serialize_provider(PhoneNumberProvider()) == PROVIDER
    assert len(PROVIDER) < 200
    assert not PhoneNumberProvider.serialize_as_secret_always


def test_the_stacks_configuration_is_used(plugin: Any, account: Sandbox) -> None:
    created = plugin.Create(provider_pb2.CreateRequest(urn=URN, properties=props()))
    assert [one["number"] for one in account.purchases()] == [created.id]
    assert created.properties["number"] == created.id
    plugin.Delete(provider_pb2.DeleteRequest(urn=URN, id=created.id, properties=created.properties))
    again = provider_pb2.DeleteRequest(urn=URN, id=created.id, properties=created.properties)
    plugin.Delete(again)
    gone = plugin.Read(
        provider_pb2.ReadRequest(urn=URN, id=created.id, properties=created.properties)
    )
    assert gone.id == ""


@pytest.mark.parametrize(
    ("path", "inputs"),
    [
        ("label", {"label": "hush-hush"}),
        ('example_context["a.b"]', {"example_context": {"a.b": "hush-hush"}}),
        ("inbound_agent", {"inbound_agent": {"prompt": {"content": "hush-hush"}}}),
        ("lists[0].name", {"lists": [{"name": "hush-hush"}]}),
        ("label", {"label": "hush-hush, \n but"}),
    ],
)
def test_what_was_given_as_a_secret_is_in_no_error(
    plugin: Any, account: Sandbox, path: str, inputs: dict[str, Any]
) -> None:
    account.fault(path="/v1/numbers/buy", status=422, body={"detail": "not hush-hush, but 415"})
    properties = props(__secrets=[path, "area_code", "lists[3].name"], area_code="415", **inputs)
    with pytest.raises(grpc.RpcError, match=r"not \[secret\],? (but )?415"):
        plugin.Create(provider_pb2.CreateRequest(urn=URN, properties=properties))


def test_what_another_resource_has_as_a_secret_is_in_no_error_and_no_message(
    account: Sandbox, capfd: pytest.CaptureFixture[str], engine: PhoneNumberProvider
) -> None:
    label, key, old = "hush-hush-label", "hush-hush-key", "hush-hush-old"
    secret = {"__urn": URN + "-other", "__secrets": ["label"]}
    engine.check({**secret, "label": old}, {**secret, "label": label})
    voice = {"type": "voice_eleven_labs", "voice_id": "x", "api_key": key}
    engine.check({}, {"__urn": URN, "inbound_agent": {"prompt": "x", "voice": voice}})
    words = {"detail": f"{label}, {key} and {old} are taken"}
    account.fault(path="/v1/numbers/buy", status=422, body=words)
    with pytest.raises(
        RequestError, match=r"422: \[secret\], \[secret\] and \[secret\] are taken\."
    ):
        engine.create({"__urn": URN, "label": "clear"})
    account.fault(path="/v1/numbers/update", status=422, body=words)
    engine.create({"__urn": URN, "label": "clear"})
    said = capfd.readouterr().err
    assert "is bought and kept" in said
    assert "hush" not in said
    given = {"__urn": URN, "telephony_provider": label, "telephony_account_connection": f"x-{key}"}
    failures = engine.check({}, given).failures
    assert len(failures) == len(("telephony_provider", "telephony_account_connection"))
    for failure in failures:
        assert failure.property == ""
        assert failure.reason.endswith(("not '[secret]'", "not 'x-[secret]'"))


NOT_OURS = """
from pulumi.dynamic import ResourceProvider

class Broken(ResourceProvider):
    def check(self, olds, news):
        return self.look()

    def look(self):
        raise ValueError("not ours")
"""


def test_an_expected_error_is_one_line_beside_whole_tracebacks_of_others(
    account: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "not_ours.py").write_text(NOT_OURS)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(sys.path))
    broken = serialize_provider(importlib.import_module("not_ours").Broken())
    config = {"vocode:apiKey": account.api_key, "vocode:baseUrl": account.url}
    with serving(config) as stub, ThreadPoolExecutor(4) as pool:

        def expected(_at: int) -> str:
            create = provider_pb2.CreateRequest(urn=URN, properties=props(adopt="14155550100"))
            with pytest.raises(grpc.RpcError) as caught:
                stub.Create(create)
            return str(caught.value.details())

        def other(_at: int) -> str:
            news = struct(**{PROVIDER_KEY: broken})
            with pytest.raises(grpc.RpcError) as caught:
                stub.Check(provider_pb2.CheckRequest(urn=URN, news=news))
            return str(caught.value.details())

        heard = [*pool.map(lambda at: (expected(at), other(at)), range(12))]
    for ours, theirs in heard:
        assert ours.startswith("GET /v1/numbers found no active number 14155550100")
        assert "\n" not in ours
        assert theirs.startswith("Traceback (most recent call last):")
        assert "in look" in theirs
        assert theirs.rstrip().endswith("ValueError: not ours")


def test_what_was_given_as_a_secret_is_not_in_what_is_said_beside_a_purchase(
    account: Sandbox, capfd: pytest.CaptureFixture[str], engine: PhoneNumberProvider
) -> None:
    account.fault(
        path="/v1/numbers/update", status=422, body={"detail": f"{'x' * 492}hush-hush is bad"}
    )
    given = {"__urn": URN, "__secrets": ["label"], "label": "hush-hush"}
    assert engine.create(given).id in {one["number"] for one in account.purchases()}
    said = capfd.readouterr().err
    assert "is bought and kept" in said
    assert "xx[secret]…" in said
    assert "hush" not in said


def test_a_number_that_was_given_as_a_secret_is_in_no_error(plugin: Any) -> None:
    properties = props(__secrets=["adopt"], adopt="14155550199")
    with pytest.raises(grpc.RpcError, match=r"found no active number \[secret\]"):
        plugin.Create(provider_pb2.CreateRequest(urn=URN, properties=properties))


def test_nothing_is_done_with_settings_that_cannot_be_right(
    account: Sandbox, engine: PhoneNumberProvider
) -> None:
    made = engine.create({"__urn": URN})
    account.clear_requests()
    wrong = PhoneNumberProvider()
    settings = {"vocode:apiKey": account.api_key, "vocode:maxRetries": "many"}
    wrong.configure(ConfigureRequest(Config(settings, "calls")))
    asks: list[Callable[[], object]] = [
        lambda: wrong.delete(made.id, made.outs or {}),
        lambda: wrong.read(made.id, made.outs or {}),
        lambda: wrong.create({"__urn": f"{URN}-2"}),
    ]
    for ask in asks:
        with pytest.raises(ConfigError, match="vocode:maxRetries"):
            ask()
    assert account.requests() == []


def test_nothing_that_a_provider_knows_is_kept_in_a_state(engine: PhoneNumberProvider) -> None:
    engine.create({"__urn": URN})
    assert serialize_provider(engine) == PROVIDER


def test_what_runs_in_parallel_buys_one_number_each(plugin: Any, account: Sandbox) -> None:
    def create(at: int) -> str:
        urn = f"{URN}-{at}"
        properties = props(__urn=urn, label=str(at))
        return str(plugin.Create(provider_pb2.CreateRequest(urn=urn, properties=properties)).id)

    with ThreadPoolExecutor(4) as pool:
        ids = set(pool.map(create, range(8)))
    assert ids == {one["number"] for one in account.purchases()}
    assert len(ids) == 8


def test_configuring_without_a_key_fails_only_at_the_first_call() -> None:
    with serving({}) as plugin:
        request = provider_pb2.CheckRequest(urn=URN, olds=struct(), news=props(area_code="415"))
        assert not plugin.Check(request).failures
        with pytest.raises(grpc.RpcError, match="No Vocode API key"):
            plugin.Create(provider_pb2.CreateRequest(urn=URN, properties=props()))


def test_a_rename_is_no_difference(plugin: Any) -> None:
    olds = props(label="x")
    news = props(label="x", __urn=f"{URN}-new")
    checked = plugin.Check(provider_pb2.CheckRequest(urn=URN, olds=olds, news=news))
    assert checked.inputs["__urn"] == f"{URN}-new"
    held = props(label="x", __record={"v": 1, "urn": URN, "declared": {"label": True}})
    diff = plugin.Diff(
        provider_pb2.DiffRequest(
            id="14155550100", urn=URN, olds=held, old_inputs=olds, news=checked.inputs
        )
    )
    assert diff.changes == provider_pb2.DiffResponse.DIFF_NONE
    assert not diff.replaces
