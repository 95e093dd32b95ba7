# SPDX-License-Identifier: Apache-2.0
"""Mocks for a program's own unit tests, the way of Pulumi: no engine, no network, no account.

Facts: https://www.pulumi.com/docs/iac/guides/testing/unit/.
"""

import uuid
from collections.abc import Mapping
from typing import Any

import pulumi
from pulumi.runtime import MockCallArgs, MockResourceArgs, Mocks

import vocode_pulumi
from vocode_pulumi.errors import VocodeError
from vocode_pulumi.inline.owned import owned_by
from vocode_pulumi.provider.hidden_inputs import HiddenInputs
from vocode_pulumi.provider.lifecycle import State
from vocode_pulumi.provider.secret_paths import SECRET_SIGNATURE
from vocode_pulumi.resources.objects import ObjectLifecycle
from vocode_pulumi.schema import checking, reading, values
from vocode_pulumi.schema.marks import RefersTo
from vocode_pulumi.schema.shapes import Field, Inputs, ListOf, Reference

TOKEN = "pulumi-python:dynamic/vocode:"  # noqa: S105 - a type token
USER = "00000000-0000-4000-8000-000000000000"
"""The account."""
SIGNATURE_SECRET = "c2lnbmVkIGJ5IG1vY2tz"  # noqa: S105 - made up
"""What every external action is signed with."""
AGENT = Reference(RefersTo("/v1/agents"), reading.record_of(vocode_pulumi.AgentArgs))


class VocodeMocks(Mocks):
    """Answers for every resource and lookup; set with ``pulumi.runtime.set_mocks(VocodeMocks())``.

    A resource has the outputs that it would have at Vocode, with ids that follow from its name;
    inputs that preview would refuse are refused. A lookup of one object finds what the program
    declares, else an object that has nothing but its id; lists are empty. What is not Vocode's has
    its inputs as outputs. Subclass it to answer otherwise: lookups ask :meth:`call` for tokens such
    as ``vocode:index:getAgent`` and ``vocode:index:listNumbers``, whose answer is ``{"items": […]}``.

    Raises:
        VocodeError: inputs that preview would refuse.
    """

    def __init__(self) -> None:
        self._made: dict[str, Inputs] = {}

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        """A resource's id and outputs."""
        if not args.typ.startswith(TOKEN):
            return f"{args.name}_id", args.inputs
        kind = args.typ.removeprefix(TOKEN)
        resource = getattr(vocode_pulumi, kind)
        # What gives outputs asks nothing of a run.
        run: Any = None
        provider = resource.provider.lifecycle(run, HiddenInputs(""), frozenset())
        inputs = _given(_plain(args.inputs))
        if not args.resource_id:
            for path, reason in checking.problems(provider.shape(), inputs):
                raise VocodeError(f"{kind} {args.name!r}: {path} {reason}")
        if isinstance(provider, ObjectLifecycle):
            answer = _object(provider.reference, inputs, args.name)
            id_ = answer["id"] = args.resource_id or inputs.get("adopt") or answer["id"]
            held = owned_by(provider.reference, _without(inputs), answer) if inputs else None
            owned = held["parts"] if held else {}
        else:
            answer = _number(inputs, args.name)
            id_ = answer["number"] = args.resource_id or answer["number"]
            agent = inputs.get("inbound_agent")
            owned = {"inbound_agent": owned_by(AGENT, agent, answer["inbound_agent"])}
        self._made[id_] = answer
        state = State(inputs, provider.declared_in(inputs), owned)
        secret = {name for name, value in args.inputs.items() if _has_secret(value)}
        return id_, {
            name: pulumi.Output.secret(value)
            if name in secret or name in resource.secret_outputs
            else value
            for name, value in provider.outputs(answer, state).items()
            if not name.startswith("__")
        }

    def call(self, args: MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]] | None]:
        """A lookup's answer, as Vocode would give it."""
        _, _, name = args.token.rpartition(":")
        if name.startswith("list"):
            return {"items": []}, None
        if name == "getUsage":
            return {"plan_type": "plan_developer", "monthly_usage_minutes": 0}, None
        if name == "getNumber":
            number = args.args["phone_number"]
            return self._made.get(number) or _number({"phone_number": number}, number), None
        id_ = args.args.get("id")
        return self._made.get(str(id_)) or {"id": id_, "user_id": USER}, None


def _plain(value: Any) -> Any:
    """A value without the envelopes of secrets."""
    if isinstance(value, Mapping):
        if value.items() >= SECRET_SIGNATURE.items():
            return _plain(value["value"])
        return {name: _plain(item) for name, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, list) else value


def _has_secret(value: Any) -> bool:
    if isinstance(value, Mapping):
        return value.items() >= SECRET_SIGNATURE.items() or any(map(_has_secret, value.values()))
    return isinstance(value, list) and any(map(_has_secret, value))


def _given(inputs: Mapping[str, Any]) -> Inputs:
    plain: Inputs = values.plain(inputs)
    return {name: value for name, value in plain.items() if not name.startswith("__")}


def _without(inputs: Inputs) -> Inputs:
    return {name: value for name, value in inputs.items() if name != "adopt"}


def _id(path: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, path))


def _object(ref: Reference, value: Mapping[str, Any], path: str) -> Inputs:
    """An object and all that it refers to, as an answer has them."""
    fields = ref.record(value).fields if value else {}
    made = {name: field.default for name, field in fields.items() if field.default is not None}
    for name, item in _without(dict(value)).items():
        made[name] = _value(fields[name], item, f"{path}/{name}")
    if value.get("type") == "action_external":
        made["config"] = {"signature_secret": SIGNATURE_SECRET, **made["config"]}
    return {"id": _id(f"{ref.to.collection}/{path}"), "user_id": USER, **made}


def _value(field: Field, value: Any, path: str) -> Any:
    shape = field.shape
    if isinstance(shape, ListOf):
        return [_value(shape.item, item, f"{path}/{at}") for at, item in enumerate(value)]
    if not isinstance(shape, Reference):
        return value
    inline = shape.as_inline(value)
    return {"id": value} if inline is None else _object(shape, inline, path)


def _number(inputs: Inputs, name: str) -> Inputs:
    """A number as an answer has it."""
    last = uuid.uuid5(uuid.NAMESPACE_URL, name).int % 10_000
    digits = f"1{inputs.get('area_code', '555')}555{last:04}"
    agent = inputs.get("inbound_agent")
    if agent == "default":
        agent = _id(f"{name}/default")
    held = None if agent in (None, "none") else _value(Field("", AGENT), agent, name)
    connection = inputs.get("telephony_account_connection")
    return {
        "label": "",
        "outbound_only": False,
        "telephony_provider": "vonage",
        **inputs,
        "number": inputs.get("adopt") or inputs.get("phone_number") or digits,
        "id": _id(name),
        "user_id": USER,
        "active": True,
        "inbound_agent": held,
        "telephony_account_connection": {"id": connection} if connection else None,
    }
