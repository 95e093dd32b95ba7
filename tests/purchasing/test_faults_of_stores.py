# SPDX-License-Identifier: Apache-2.0
"""Purchases over a real store that fails: whatever goes wrong and wherever, the next run ends with one number."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from tests.purchasing.desk import Desk, owner
from tests.support import shared_stores
from tests.support.shared_stores import Fault
from vocode_pulumi.errors import LedgerError
from vocode_pulumi.purchasing.objects import is_open
from vocode_pulumi.purchasing.store import nonce
from vocode_pulumi.purchasing.stores import by_url, object_store, postgres

A, B = owner("a"), owner("b")


@dataclass
class Place:
    """Where ledgers can be, and what goes wrong there.

    Args:
        url: gives the URL of a ledger by its name.
        faults: the faults of the next requests or messages.
    """

    url: Callable[[str], str]
    faults: list[Fault]


@pytest.fixture
def place(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Place]:
    server = str(request.getfixturevalue(request.param))
    if request.param == "postgres":
        with shared_stores.severed(server) as (url, faults):
            yield Place(lambda name: f"{url}?table=t{name}", faults)
        return
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    for name, value in shared_stores.CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    with shared_stores.faulty(server) as (address, faults):
        yield Place(lambda name: shared_stores.s3_url(address, name), faults)


class Runs:
    """Runs of one stack, each a process with a connection of its own; a state records what they return."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.desk = Desk()

    def buy(self) -> list[str]:
        """Buy for all that have no number in the state; gives the errors."""
        self.desk.store = by_url.open_store(self.url)
        context = self.desk.process()
        errors = []
        for each in (A, B):
            if any(held.urn == each.urn for held in self.desk.states.own(each.stack).numbers):
                continue
            try:
                bought = self.desk.buy(context, each)
                self.desk.states.has(each, bought.number, bought.claim)
            except LedgerError as error:
                errors.append(str(error))
        return errors

    def is_whole(self) -> bool:
        """Whether what was paid for is what the state has, and nothing is open."""
        held = [held.number for held in self.desk.states.own(A.stack).numbers]
        assert sorted(held) == sorted(self.desk.account.bought)
        assert len({*held}) == 2
        ledger = self.desk.ledger
        histories = ledger.histories(held)
        assert all(history.newest for history in histories.values())
        assert not any(is_open(each, histories) for each in ledger.attempts().by_key.values())
        return True


def is_plain(errors: list[str]) -> bool:
    for error in errors:
        assert "\n" not in error
        assert (
            "Nothing was bought." in error or "was bought, and could not be written down" in error
        )
        assert "Check the address" in error
    return True


def run_with(place: Place, faults: list[Fault], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A run with faults, and one without; gives the errors of the first."""
    runs = Runs(place.url(nonce()))
    with monkeypatch.context() as hasty:
        hasty.setattr(by_url, "TIMEOUT", timedelta(seconds=0.5))
        hasty.setattr(postgres, "ANSWER_TIMEOUT", 0.5)
        hasty.setattr(object_store, "PAUSES", (0.0, 0.0))
        place.faults.extend(faults)
        errors = runs.buy()
        place.faults.clear()
    assert is_plain(errors)
    assert runs.buy() == []
    assert runs.is_whole()
    return errors


@pytest.mark.parametrize("at", range(3))
@pytest.mark.parametrize("place", ["s3"], indirect=True)
def test_every_third_request_to_a_bucket_goes_wrong(
    place: Place, monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    kinds = itertools.cycle(shared_stores.FAULTS)
    faults = [next(kinds) if index % 3 == at else None for index in range(200)]
    run_with(place, faults, monkeypatch)


@pytest.mark.parametrize(
    ("place", "fault", "why"),
    [
        ("s3", "503", "it answered 503 Service Unavailable (Slow)"),
        ("postgres", "before", "server closed the connection unexpectedly"),
        ("postgres", "after", "server closed the connection unexpectedly"),
    ],
    indirect=["place"],
)
def test_a_store_that_is_gone_from_some_moment_on(
    place: Place, monkeypatch: pytest.MonkeyPatch, fault: Fault, why: str
) -> None:
    for moment in itertools.count(0, 5):
        errors = run_with(place, [None] * moment + [fault] * 1000, monkeypatch)
        assert all(why in error for error in errors)
        if not errors:
            break
    assert moment > 10
