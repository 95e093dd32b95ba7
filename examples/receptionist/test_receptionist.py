import threading
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from pulumi import automation
from receiver import Receiver

from vocode_pulumi.sandbox import Sandbox


@pytest.fixture
def receiver():
    with Receiver(("127.0.0.1", 0)) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def account(tmp_path):
    with Sandbox(tmp_path / "account") as account:
        yield account


@pytest.fixture
def number(tmp_path, account, receiver):
    """The number that the program declares, in an account on this machine."""
    (tmp_path / "state").mkdir()
    stack = automation.create_stack(
        "test",
        work_dir=str(Path(__file__).parent),
        opts=automation.LocalWorkspaceOptions(
            env_vars={
                "PULUMI_BACKEND_URL": f"file://{tmp_path}/state",
                "PULUMI_CONFIG_PASSPHRASE": "test",
                "VOCODE_BASE_URL": account.url,
                "VOCODE_API_KEY": account.api_key,
                "VOCODE_LEDGER": str(tmp_path / "purchases.sqlite"),
            }
        ),
    )
    address = f"http://127.0.0.1:{receiver.server_port}"
    stack.set_config("receiver", automation.ConfigValue(address))
    outputs = stack.up().outputs
    receiver.signature_secret = outputs["signature_secret"].value
    yield outputs["number"].value
    stack.destroy()
    stack.workspace.remove_stack("test")


def test_a_caller_books_an_appointment(account, receiver, number):
    call = account.call_number(
        number,
        from_number="14155550123",
        say=['Please book_appointment {"day": "thursday", "reason": "pain"}', "Goodbye."],
    )
    assert receiver.appointments == [{"day": "thursday", "reason": "pain"}]
    assert "You talk to Ada." in call["transcript"]
    assert "BOT: See you on thursday." in call["transcript"]
    assert [event["type"] for event in receiver.events] == [
        "event_phone_call_connected",
        "event_action",
        "event_action",
        "event_phone_call_ended",
        "event_transcript",
    ]


def test_nobody_else_books_appointments(receiver):
    request = urllib.request.Request(
        f"http://127.0.0.1:{receiver.server_port}/appointments",
        b'{"payload": {"day": "monday"}}',
        {"x-vocode-signature": "made up"},
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request)
    assert refused.value.code == 401
    assert receiver.appointments == []
