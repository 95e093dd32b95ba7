# SPDX-License-Identifier: Apache-2.0
"""States as `pulumi stack export` prints them, with just what is read in them."""

import json
from typing import Any

PHONE_NUMBER = "pulumi-python:dynamic/vocode:PhoneNumber"
EMPTY = '{"version": 3, "deployment": {"manifest": {"time": "0001-01-01T00:00:00Z"}}}'


def urn(name: str, stack: str = "dev", kind: str = PHONE_NUMBER) -> str:
    return f"urn:pulumi:{stack}::calls::{kind}::{name}"


def resource(
    name: str, number: str | None, stack: str = "dev", kind: str = PHONE_NUMBER, **more: Any
) -> dict[str, Any]:
    return {"urn": urn(name, stack, kind), "type": kind, "custom": True, "id": number, **more}


def exported(
    *resources: dict[str, Any], creating: tuple[str, ...] = (), time: str = "2026-01-01T00:00:00Z"
) -> str:
    deployment: dict[str, Any] = {"manifest": {"time": time}, "resources": [*resources]}
    if creating:
        deployment["pending_operations"] = [
            {"type": "creating", "resource": resource(name, None)} for name in creating
        ]
    return json.dumps({"version": 3, "deployment": deployment}, indent=4) + "\n"
