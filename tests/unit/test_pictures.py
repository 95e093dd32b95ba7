# SPDX-License-Identifier: Apache-2.0
"""The pictures of the docs, which are made from texts."""

from xml.etree import ElementTree

import pytest

from tools.made import pictures

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
