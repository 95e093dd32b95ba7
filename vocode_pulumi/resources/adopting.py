# SPDX-License-Identifier: Apache-2.0
"""What an adoption would do to the object that it takes over."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from vocode_pulumi.api.answers import id_of
from vocode_pulumi.errors import CallError
from vocode_pulumi.inline.applying import is_as_declared
from vocode_pulumi.inline.comparing import differs, is_equal_object
from vocode_pulumi.provider.exact_json import with_exact_json
from vocode_pulumi.provider.lifecycle import Lifecycle
from vocode_pulumi.schema import values
from vocode_pulumi.schema.checking import Problem
from vocode_pulumi.schema.marks import CREATE_ONLY, REPLACES, SECRET
from vocode_pulumi.schema.shapes import Field, Inputs, ListOf, Reference, Scalar
from vocode_pulumi.schema.walking import Node, holds_free_text, walk

Fields = Mapping[str, Field]


def in_preview(
    lifecycle: Lifecycle,
    id_: str,
    inputs: Inputs,
    *,
    name: str,
    adopted: str,
    nothing: str,
    refusals: Callable[[Any], Iterable[Problem]] = lambda _live: (),
) -> Iterator[Problem]:
    """Look at the object in a preview: say what the adoption would change, or yield what is in its way.

    Args:
        lifecycle: the kind of resource.
        id_: the id of the object.
        inputs: the inputs that the program declares.
        name: what messages call the object.
        adopted: the sentence that it is adopted, without a full stop.
        nothing: the problem if the account does not have it.
        refusals: what speaks against the adoption of the object as Vocode describes it.
    """
    if lifecycle.run.settings.api_key is None:
        lifecycle.tell(f"{name} is not looked at: no API key is set.")
        return
    try:
        live = lifecycle.read(id_)
    except CallError as error:
        lifecycle.tell(f"{name} cannot be looked at: {error}", warning=True)
        return
    found = [("adopt", nothing)] if live is None else [*refusals(live)]
    yield from found
    if not found:
        exact = with_exact_json(inputs, lifecycle.hidden.exact)
        changed = ", ".join(changes(lifecycle.fields_of(exact), exact, live)) or "nothing"
        lifecycle.tell(f"{adopted}; `pulumi up` changes: {changed}.")


def problems(
    fields: Fields, inputs: Inputs, live: Mapping[str, Any], noun: str, id_: str
) -> Iterator[Problem]:
    """What speaks against the adoption.

    Args:
        fields: the fields of the inputs.
        inputs: the inputs that the program declares.
        live: the object at Vocode.
        noun: what the object is, such as ``agent``.
        id_: its id; the digits of a number.
    """
    for name, field in fields.items():
        if name not in inputs or name not in live or values.has_unknowns(inputs[name]):
            continue
        is_fixed = field.has(REPLACES) or field.has(CREATE_ONLY)
        if is_fixed and differs(inputs[name], live[name]):
            yield (
                name,
                f"{id_} cannot be adopted: its {name} is {live[name]!r}, which can only be set when "
                f"the {noun} is made. Declare that, or leave `adopt` out",
            )
        if field.references is not None:
            yield from _lost_credentials(field, field.references, inputs[name], live[name], id_)


def _lost_credentials(
    field: Field, ref: Reference, wanted: Any, live: Any, id_: str
) -> Iterator[Problem]:
    """The problem of an input that would take the place of parts with a credential."""
    name, match = field.name, _Match.of(ref, wanted, live)
    item = field.shape.item if isinstance(field.shape, ListOf) else field
    ids = [id_of(part) for part in match.let_go if _has_credential(item, part)]
    given = " and ".join(f'"{part_id}"' for part_id in ids if part_id is not None)
    if not given:
        return
    if isinstance(wanted, list):
        yield (
            name,
            f"{id_} has {ref.to.a_noun} with a credential, and this list would let it go. Add its id to the "
            f"list ({given}), or leave {name} out",
        )
    else:
        yield (
            name,
            f"{id_} has {ref.to.a_noun} with a credential, and this would put another in its place. Give "
            f"its id ({name}={given}), or leave {name} out",
        )


def changes(fields: Fields, inputs: Inputs, live: Mapping[str, Any]) -> list[str]:
    """What the adoption would change: a few words for each field. Texts are not repeated.

    Args:
        fields: the fields of the inputs.
        inputs: the inputs that the program declares.
        live: the object at Vocode.
    """
    return [
        words
        for name, field in fields.items()
        if name in inputs and name in live
        for words in _change(name, field, inputs[name], live[name])
    ]


def _change(name: str, field: Field, wanted: Any, live: Any) -> Iterator[str]:
    if field.references is not None:
        yield from _changed_references(name, field.references, wanted, live)
    elif values.has_unknowns(wanted):
        yield f"{name} (not known yet)"
    elif not is_as_declared(field, None, wanted, live):
        if isinstance(field.shape, Scalar) and not holds_free_text(field):
            yield f"{name} ({live} to {wanted})"
        else:
            yield name


def _changed_references(name: str, ref: Reference, wanted: Any, live: Any) -> Iterator[str]:
    match = _Match.of(ref, wanted, live)
    if match.is_whole:
        if match.kept != match.live:
            yield f"{name} (in another order)"
        return
    unknown = sum(map(values.is_unknown, wanted if isinstance(wanted, list) else [wanted]))
    live_ids = ", ".join(str(id_of(item)) for item in match.let_go)
    if unknown and unknown == match.others:
        yield f"{name} ({', now '.join(filter(None, ('not known yet', live_ids)))})"
        return
    made = f"{match.new} made anew" if isinstance(wanted, list) else "made anew"
    instead = f"{'in place of' if match.others else 'without'} {live_ids}" if live_ids else ""
    yield f"{name} ({', '.join(filter(None, (made if match.new else '', instead))) or 'set'})"


class _Match(NamedTuple):
    """The parts that an object has, beside the parts that the program declares.

    Args:
        live: the parts of the object.
        kept: those of them that the program names, or declares inline with the same values.
        let_go: the others.
        others: how many declared parts the object does not have.
        new: how many of these are inline: the adoption makes them.
    """

    live: list[Any]
    kept: list[Any]
    let_go: list[Any]
    others: int
    new: int

    @property
    def is_whole(self) -> bool:
        """Whether the object has the declared parts and no others."""
        return not self.others and not self.let_go

    @classmethod
    def of(cls, ref: Reference, wanted: Any, live: Any) -> "_Match":
        """Match one part with another, or a list of parts with a list."""
        live_items = [
            item for item in (live if isinstance(live, list) else [live]) if item is not None
        ]
        let_go = [*live_items]
        kept, others = [], []
        for item in wanted if isinstance(wanted, list) else [wanted]:
            part = next(
                (one for one in let_go if item == id_of(one) or _is_equal(ref, item, one)), None
            )
            if part is None:
                others.append(item)
            else:
                let_go.remove(part)
                kept.append(part)
        new = sum(ref.as_inline(item) is not None for item in others)
        return cls(live_items, kept, let_go, len(others), new)


def _is_equal(ref: Reference, wanted: Any, live: Any) -> bool:
    return (
        ref.as_inline(wanted) is not None
        and not values.has_unknowns(wanted)
        and is_equal_object(ref, wanted, live)
    )


def _has_credential(field: Field, live: Any) -> bool:
    found: list[Any] = []

    def visit(node: Node) -> None:
        if node.field.has(SECRET):
            found.append(node.value)
        else:
            node.below()

    walk(field, live, visit)
    return any(found)
