# SPDX-License-Identifier: Apache-2.0
"""The pictures of the docs, which are made from texts."""

from xml.etree import ElementTree

import pytest

from tools import terminal
from tools.made import pictures, screens

SVG = "{http://www.w3.org/2000/svg}"
TALK = """
title: Who asks & who answers
lanes: a | b | c
# First
a -> c: a request that is longer than the way from one lane to the next
c --> a: an <answer>
b --x a: an answer of some length that is lost on its way
b: what b does alone, which needs some room of its own
c: what the last does alone
"""


def texts(svg: str) -> dict[str, ElementTree.Element]:
    """The texts of a picture, with their elements."""
    return {one.text or "": one for one in ElementTree.fromstring(svg).iter(f"{SVG}text")}  # noqa: S314 - ours


def test_a_picture_has_every_text_within_its_edges() -> None:
    svg = pictures.picture(TALK, "talk.sequence")
    found = texts(svg)
    width = float(ElementTree.fromstring(svg).attrib["width"])  # noqa: S314 - ours
    lines = [line.partition(": ")[2] for line in TALK.splitlines()[4:]]
    assert {*found} == {"a", "b", "c", "First", *lines}
    for text, element in found.items():
        x, long = float(element.attrib["x"]), len(text) * pictures.CHARACTER
        begin = x - long / 2 if "middle" in element.attrib["class"] else x
        assert 0 <= begin < begin + long <= width, text


def test_a_text_has_room_between_the_lanes_that_it_is_about() -> None:
    svg = pictures.picture(TALK, "talk.sequence")
    found = texts(svg)
    a, b, c = (float(found[lane].attrib["x"]) for lane in "abc")
    for text, room in (
        ("a request that is longer than the way from one lane to the next", c - a),
        ("an answer of some length that is lost on its way", (b - a) * pictures.LOST_AFTER),
        ("what b does alone, which needs some room of its own", c - b),
    ):
        assert len(text) * pictures.CHARACTER < room, text


@pytest.mark.parametrize("line", ["d -> a: x", "a -> d: x", "d: x", "a => b: x", "a", "a ->b: x"])
def test_what_is_no_line_of_a_picture_is_an_error_that_quotes_it(line: str) -> None:
    with pytest.raises(ValueError, match=line):
        pictures.picture(f"{TALK}\n{line}", "talk.sequence")


def test_a_screen_has_what_was_written_last_in_its_colours_and_columns() -> None:
    written = "\x1b[?25lone\x1b[K\r\ntwo\r\n\r\x1b[2Aa    \x1b[1m\x1b[38;5;2mb c\x1b[0m  \x1b[K\r\nd\x1b[K\r\n"
    lines = terminal.left(written)
    assert lines == ["a    \x1b[1m\x1b[38;5;2mb c\x1b[0m", "d", ""]
    svg = screens.picture([*map(screens.coloured, lines)], "<what>")
    found = texts(svg)
    assert {text: element.get("class") for text, element in found.items()} == {
        "a": None,
        "b c": "bold new",
        "d": None,
    }
    a, b = (float(found[text].attrib["x"]) for text in ("a", "b c"))
    assert b - a == pytest.approx(5 * screens.LETTER)
