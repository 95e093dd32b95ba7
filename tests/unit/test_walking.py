# SPDX-License-Identifier: Apache-2.0
"""The one recursion over shapes."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal, Required, TypedDict

import pytest
from pulumi import Input

from vocode_pulumi.schema import reading
from vocode_pulumi.schema.marks import SECRET, RefersTo
from vocode_pulumi.schema.shapes import Field, Record, Variants
from vocode_pulumi.schema.walking import Node, fields_of, has_credential, shapes_within, walk


class Leaf(TypedDict, total=False):
    key: Annotated[Input[str], SECRET]
    word: Input[str]


class Red(TypedDict, total=False):
    type: Required[Input[Literal["red"]]]
    tone: Input[str]


class Blue(TypedDict, total=False):
    type: Required[Input[Literal["blue"]]]
    tone: Annotated[Input[str], SECRET]


class Tree(TypedDict, total=False):
    leaves: Input[Sequence[Input[Leaf]]]
    counts: Input[Mapping[str, Input[int]]]
    colour: Input[Red] | Input[Blue]
    grown_by: Annotated[Input[str] | Input[Leaf], RefersTo("/v1/growers")]
    notes: Input[Mapping[str, Any]]
    name: Input[str]


TREE = Field("", reading.schema_of(Tree))
VALUE = {
    "leaves": [{"key": "k", "word": "w"}, {}],
    "counts": {"a.b": 1},
    "colour": {"type": "red", "tone": "t"},
    "grown_by": {"word": "g"},
    "notes": {"x": [1, {"y": 2}]},
    "name": "n",
}


def paths(value: Any, *beside: Any) -> dict[str, Any]:
    """Each place that is visited, with its value, or what stands beside that."""
    found: dict[str, Any] = {}

    def visit(node: Node) -> Any:
        found[node.path] = node.parallel[0] if beside else node.value
        return node.below()

    assert walk(TREE, value, visit, *beside) == value
    return found


def test_every_value_is_visited_once_with_its_path() -> None:
    assert [*paths(VALUE)] == [
        "",
        "leaves",
        "leaves[0]",
        "leaves[0].key",
        "leaves[0].word",
        "leaves[1]",
        "counts",
        'counts["a.b"]',
        "colour",
        "colour.type",
        "colour.tone",
        "grown_by",
        "grown_by.word",
        "notes",
        'notes["x"]',
        'notes["x"][0]',
        'notes["x"][1]',
        'notes["x"][1]["y"]',
        "name",
    ]


def test_other_values_are_walked_along_as_far_as_they_go() -> None:
    other = {"leaves": [{"word": "v"}], "counts": {"a.b": 2}, "colour": "red", "notes": []}
    found = paths(VALUE, other)
    assert (found["leaves[0].word"], found['counts["a.b"]']) == ("v", 2)
    assert [found[path] for path in ("leaves[1]", "colour.tone", 'notes["x"]', "name")] == [
        None
    ] * 4


def test_names_that_the_shape_does_not_have_are_left_out() -> None:
    assert walk(TREE, {"name": "n", "nmae": "m"}, lambda node: node.below()) == {"name": "n"}


def test_a_value_in_place_of_the_nodes_own_is_walked() -> None:
    def visit(node: Node) -> Any:
        if node.path == "grown_by":
            return node.below({"word": node.value}, {"word": "beside"})
        return (node.value, *node.parallel) if node.path == "grown_by.word" else node.below()

    assert walk(TREE, {"grown_by": "g"}, visit, {}) == {"grown_by": {"word": ("g", "beside")}}


@pytest.mark.parametrize(
    ("name", "holds"),
    [("leaves", True), ("colour", True), ("grown_by", True), ("counts", False), ("name", False)],
)
def test_a_credential_is_seen_wherever_it_is(name: str, holds: bool) -> None:
    assert isinstance(TREE.shape, Record)
    assert has_credential(TREE.shape.fields[name]) == holds


def test_of_a_type_that_is_not_known_the_field_with_a_credential_counts() -> None:
    assert isinstance(TREE.shape, Record)
    colour = TREE.shape.fields["colour"].shape
    assert isinstance(colour, Variants)
    assert fields_of(colour, {})["tone"].has(SECRET)
    assert not fields_of(colour, {"type": "red"})["tone"].has(SECRET)


def test_shapes_of_inline_objects_can_be_left_out() -> None:
    names = [one.name for one in shapes_within(TREE.shape) if isinstance(one, Record)]
    own = [one.name for one in shapes_within(TREE.shape, inline=False) if isinstance(one, Record)]
    assert (names, own) == (
        ["Tree", "Leaf", "Red", "Blue", "Leaf"],
        ["Tree", "Leaf", "Red", "Blue"],
    )
