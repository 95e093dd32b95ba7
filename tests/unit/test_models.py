# SPDX-License-Identifier: Apache-2.0
"""What is read out of answers, whatever they are."""

from typing import Any

import pytest

from vocode_pulumi.models import id_of


@pytest.mark.parametrize(("given", "id_"), [("a1", "a1"), (7, "7"), (0, "0"), (-1, "-1")])
def test_an_id_is_a_text_or_an_integer(given: Any, id_: str) -> None:
    assert id_of(given) == id_of({"id": given, "name": "x"}) == id_


@pytest.mark.parametrize("given", [None, "", True, False, 1.0, [], ["a"], {}, {"id": "a"}], ids=str)
def test_nothing_else_is_an_id(given: Any) -> None:
    assert id_of({"id": given}) is None
    if not isinstance(given, dict):
        assert id_of(given) is None
