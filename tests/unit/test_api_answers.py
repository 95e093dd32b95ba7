# SPDX-License-Identifier: Apache-2.0
"""What is read out of answers, whatever they are."""

import json
from typing import Any

import pytest

from vocode_pulumi.api.answers import MAX_DEPTH, id_of, json_in


@pytest.mark.parametrize(("given", "id_"), [("a1", "a1"), (7, "7"), (0, "0"), (-1, "-1")])
def test_an_id_is_a_text_or_an_integer(given: Any, id_: str) -> None:
    assert id_of(given) == id_of({"id": given, "name": "x"}) == id_


@pytest.mark.parametrize("given", [None, "", True, False, 1.0, [], ["a"], {}, {"id": "a"}], ids=str)
def test_nothing_else_is_an_id(given: Any) -> None:
    assert id_of({"id": given}) is None
    if not isinstance(given, dict):
        assert id_of(given) is None


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (b'{"a": [1, 2.5, true, null, "x"]}', {"a": [1, 2.5, True, None, "x"]}),
        (b"[NaN, Infinity, -Infinity, 1e999, -1e999]", [None] * 5),
        (b"[1" + b"0" * 400 + b"]", [None]),
        (rb'["\ud800", "a\udfffb", "\ud83d\ude00"]', ["\ufffd", "a\ufffdb", "\U0001f600"]),
        (rb'{"\udc00": "\\ud800"}', {"\ufffd": r"\ud800"}),
        (b'\xef\xbb\xbf{"a": "\xff\xed\xa0\x80"}', {"a": "\ufffd" * 4}),
        (b"[" * MAX_DEPTH + b"]" * MAX_DEPTH, ...),
    ],
    ids=range(7),
)
def test_an_answer_is_what_everything_can_take(content: bytes, value: Any) -> None:
    read = json_in(content)
    assert value is ... or read == value
    json.dumps(read, allow_nan=False, ensure_ascii=False).encode()


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "Expecting"),
        (b"<html>", "Expecting"),
        (b"{} {}", "Extra"),
        (b"[" * (MAX_DEPTH + 1) + b"]" * (MAX_DEPTH + 1), "too deep"),
        (b'{"a":' * 900 + b"1" + b"}" * 900, "too deep"),
        (b"[" * 200_000, "too deep"),
        (b"[" * 200_000 + b"]" * 200_000, "too deep"),
        (b"[" + b"9" * 5_000 + b"]", "digits"),
    ],
    ids=range(8),
)
def test_what_cannot_be_read_is_one_kind_of_error(content: bytes, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        json_in(content)
