# SPDX-License-Identifier: Apache-2.0
"""What a purchase asks for, and what it gives."""

import phonenumbers

from tests.engine.harness import Stack, bodies, writes
from vocode_pulumi.sandbox import Sandbox


def test_a_declared_number_is_bought_once_and_then_left_alone(
    stack: Stack, sandbox: Sandbox
) -> None:
    stack.program("""
        number = PhoneNumber("main")
        pulumi.export("number", number.number)
        pulumi.export("agent_id", number.agent_id)
        pulumi.export("webhook", number.webhook)
    """)
    stack.up()
    outputs = stack.outputs()
    assert [one["number"] for one in sandbox.purchases()] == [outputs["number"]] == stack.ids()
    assert phonenumbers.is_valid_number(phonenumbers.parse(f"+{outputs['number']}"))
    assert bodies(sandbox, "/v1/numbers/buy") == [None]

    sandbox.clear_requests()
    stack.up("--expect-no-changes")
    assert stack.nothing_to_do()
    assert sandbox.requests() == []

    stack.destroy()
    assert writes(sandbox) == ["/v1/numbers/cancel"]
