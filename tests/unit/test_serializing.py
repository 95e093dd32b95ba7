# SPDX-License-Identifier: Apache-2.0
"""How a provider goes into a state: as Pulumi would write it, and without a trace in the process."""

import json
import pickle
from pathlib import Path
from typing import Any

import pytest
from pulumi.dynamic.dynamic import serialize_provider

import vocode_pulumi
from tests.support.objects import ROWS
from vocode_pulumi import PhoneNumber, testing

FIXTURES = Path(__file__).parents[1] / "fixtures"


def _of_pickle() -> tuple[Any, Any]:
    return pickle.Pickler, vars(pickle._Pickler)["_batch_setitems"]


@pytest.mark.parametrize("kind", ["PhoneNumber", "LinkedNumber", *(row.kind for row in ROWS)])
def test_a_provider_is_serialized_as_pulumi_does_it(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pickle, "DEFAULT_PROTOCOL", 4)  # that of Python 3.11 to 3.13
    provider = getattr(vocode_pulumi, kind).provider
    assert provider.serialized() == serialize_provider(provider)


def test_a_newer_python_updates_no_resource(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pickle, "DEFAULT_PROTOCOL", 5)  # that of Python 3.14
    in_states = json.loads((FIXTURES / "first_house" / "state.json").read_text())
    (before,) = {
        one["inputs"]["__provider"]
        for one in in_states["deployment"]["resources"]
        if one["type"].endswith(":PhoneNumber")
    }
    assert PhoneNumber.provider.serialized() == before


def test_a_process_that_declares_many_resources_pickles_as_before() -> None:
    before = _of_pickle()

    def program() -> None:
        for at in range(3):
            PhoneNumber(f"n{at}")

    declared = testing.run(program)
    assert len(declared.of_type("PhoneNumber")) == 3
    assert _of_pickle() == before
