# SPDX-License-Identifier: Apache-2.0
"""Resources that somebody changed at Vocode, without a stack."""

from typing import Any

from vocode_pulumi.pull.comparing import Changed, Declared, compare
from vocode_pulumi.pull.looking import Seen
from vocode_pulumi.pull.state import Managed
from vocode_pulumi.record import TYPE_PREFIX
from vocode_pulumi.resources.agent import AgentLifecycle
from vocode_pulumi.resources.phone_number import PhoneNumberLifecycle
from vocode_pulumi.resources.webhook import WebhookLifecycle
from vocode_pulumi.review.preview import Place

LIFECYCLES = {
    "Agent": AgentLifecycle,
    "PhoneNumber": PhoneNumberLifecycle,
    "Webhook": WebhookLifecycle,
}
Values = dict[str, Any]


def urn(kind: str, name: str) -> str:
    return f"urn:pulumi:dev::calls::{TYPE_PREFIX}{kind}::{name}"


def seen(
    before: Values,
    there: Values | None,
    kind: str = "Agent",
    name: str = "desk",
    secrets: Any = (),
    id_: str = "an-id",
) -> Seen:
    type_ = f"{TYPE_PREFIX}{kind}"
    one = Managed(urn(kind, name), type_, id_, {}, {}, frozenset(secrets), None)
    return Seen(one, dict(LIFECYCLES[kind].fields_of({})), before, there)


def changed(
    declared: Values | None,
    before: Values,
    there: Values | None,
    kind: str = "Agent",
    name: str = "desk",
    *,
    secrets: Any = (),
    texts: Any = frozenset(),
    place: Place | None = None,
    id_: str = "an-id",
) -> list[Changed]:
    """What a program declares, what was last seen and what is there now, compared."""
    one = seen(before, there, kind, name, secrets, id_)
    of_program = {} if declared is None else {one.resource.urn: Declared(declared, place)}
    return compare([one], of_program, texts)


def declared_by(found: list[Changed]) -> dict[str, Declared]:
    """What the program declares of changed resources, by URN."""
    return {one.seen.resource.urn: one.declared for one in found if one.declared}
