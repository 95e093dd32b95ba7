# SPDX-License-Identifier: Apache-2.0
"""What a resource's status line says of a wait."""

import threading
from concurrent.futures import Future

import pytest

from tests.support.waiting import until
from vocode_pulumi.observing import waits
from vocode_pulumi.observing.caller import Caller, working_for
from vocode_pulumi.observing.waits import result_of, show_wait, turn

REASON = "the rate limit of quiet"


@pytest.fixture
def shown() -> list[str]:
    return []


@pytest.fixture
def caller(shown: list[str]) -> Caller:
    return Caller("create", "urn:x", secrets=lambda: ["quiet"], show_status=shown.append)


def test_a_long_wait_is_shown_once_for_each_call_and_without_secrets(
    caller: Caller, shown: list[str]
) -> None:
    show_wait(REASON, 30)
    with working_for(caller):
        show_wait(REASON, 1)
        show_wait(REASON, 11.6)
        show_wait(REASON, 10)
        show_wait("another", 2)
    assert shown == [
        "waiting up to 12 s: the rate limit of [secret]",
        "waiting up to 2 s: another",
    ]
    with working_for(Caller("create", "urn:y", show_status=shown.append)):
        show_wait("another", 3)
    assert shown[2:] == ["waiting up to 3 s: another"]


def test_a_turn_that_does_not_come_soon_is_waited_for_and_shown(
    caller: Caller, shown: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waits, "LONG", 0.01)
    lock, got = threading.Lock(), threading.Event()

    def work() -> None:
        with working_for(caller):
            with turn(lock, REASON):
                got.set()
            with turn(lock, "nobody else"):
                pass

    with lock:
        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        until(lambda: bool(shown))
        assert not got.is_set()
    until(lambda: not thread.is_alive())
    assert got.is_set()
    assert shown == ["waiting: the rate limit of [secret]"]
    assert not lock.locked()


def test_a_lock_is_free_after_an_error() -> None:
    lock = threading.Lock()
    with pytest.raises(ValueError, match="x"), turn(lock, REASON):
        raise ValueError("x")
    assert not lock.locked()


def test_a_result_that_does_not_come_soon_is_waited_for_and_shown(
    caller: Caller, shown: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waits, "LONG", 0.01)
    future: Future[int] = Future()
    got: list[int] = []

    def work() -> None:
        with working_for(caller):
            got.extend([result_of(future, "the ledger"), result_of(future, "nothing")])

    thread = threading.Thread(target=work)
    thread.start()
    until(lambda: bool(shown))
    future.set_result(7)
    thread.join()
    assert (got, shown) == ([7, 7], ["waiting: the ledger"])


def test_an_error_of_a_result_is_not_taken_for_a_wait(caller: Caller, shown: list[str]) -> None:
    future: Future[int] = Future()
    future.set_exception(TimeoutError("of the store"))
    with working_for(caller), pytest.raises(TimeoutError, match="of the store"):
        result_of(future, "the ledger")
    assert shown == []
