# SPDX-License-Identifier: Apache-2.0
"""What a value may be, read from the ``TypedDict`` that the user's type checker reads too.

A resource's inputs are one ``TypedDict``; facts that a type cannot say stand beside the field as
marks in ``Annotated``. From that one place come the checks of preview, the bodies of requests, what
replaces a resource, and what is a credential.
"""

import functools
import re
import types
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import (
    Annotated,
    Any,
    ForwardRef,
    Literal,
    NotRequired,
    Required,
    Union,
    get_args,
    get_origin,
    is_typeddict,
)

import pulumi

Inputs = dict[str, Any]


# Marks: facts about a field that its type cannot say.


@dataclass(frozen=True)
class Default:
    """What a new object has without the field; ``None`` where nothing is said."""

    value: Any


@dataclass(frozen=True)
class Part:
    """The field refers to an object of its own at Vocode: by id, or declared inline.

    Args:
        collection: the API's path of such objects, such as ``/v1/agents``.
        text: the field of the inline object that a plain string stands for, if any.
        words: strings that are neither an id nor text, such as ``"default"``.
    """

    collection: str
    text: str | None = None
    words: tuple[str, ...] = ()

    @property
    def noun(self) -> str:
        """``agent`` for ``/v1/agents``."""
        return self.collection.rsplit("/", 1)[-1].removesuffix("s").replace("_", " ")


@dataclass(frozen=True)
class Rule:
    """A string's form.

    Args:
        pattern: regular expression of the whole string.
        right: what would be right, as the end of a sentence that begins with "must be".
    """

    pattern: str
    right: str


@dataclass(frozen=True)
class Members:
    """A list that an update does not carry: its members are added and removed one by one.

    Args:
        add: path of the call that adds one.
        remove: path of the call that removes one.
        name: of the member in the bodies of both.
    """

    add: str
    remove: str
    name: str


@dataclass(frozen=True)
class _Flag:
    name: str


SECRET = _Flag("secret")
"""A credential: encrypted in state, never in an output of its own."""
REPLACES = _Flag("replaces")
"""A change makes a new resource."""
CREATE_ONLY = _Flag("create only")
"""The API takes the field only when the object is made."""
UNORDERED = _Flag("unordered")
"""A list whose order means nothing."""

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)


# Shapes: what a type says.


@dataclass(frozen=True)
class Scalar:
    """A string, a number or a boolean."""

    type: type


@dataclass(frozen=True)
class Choice:
    """One of a few strings."""

    values: tuple[str, ...]


@dataclass(frozen=True)
class Listing:
    """A list."""

    item: "Field"


@dataclass(frozen=True)
class Table:
    """Values of one shape under free names."""

    item: "Field"


@dataclass(frozen=True)
class Anything:
    """Any JSON object."""


@dataclass(frozen=True)
class Record:
    """An object with named fields."""

    name: str
    fields: dict[str, "Field"]


@dataclass(frozen=True)
class Variants:
    """Objects told apart by their ``type``."""

    records: dict[str, Record]

    def of(self, value: Mapping[str, Any]) -> Record | None:
        """The record that a value's ``type`` names."""
        return self.records.get(str(value.get("type")))

    @functools.cached_property
    def every(self) -> Record:
        """All fields of all records, for a value whose ``type`` is not known (yet)."""
        fields = [field for record in self.records.values() for field in record.fields.values()]
        # Of two fields of one name the one that holds a credential, so that none is overlooked.
        fields.sort(key=holds_credential)
        return Record("", {field.name: field for field in fields})


@dataclass(frozen=True)
class Reference:
    """An id, or an inline object where there is such a thing."""

    part: Part
    inline: Record | Variants | None

    def record(self, value: Mapping[str, Any]) -> Record:
        """The record of an inline value that has been checked."""
        found = self.inline.of(value) if isinstance(self.inline, Variants) else self.inline
        if found is None:
            raise TypeError(f"no {self.part.noun} is of type {value.get('type')!r}")
        return found

    def as_inline(self, value: Any) -> Inputs | None:
        """The inline object that a value is or that its text stands for; ``None`` for an id."""
        if isinstance(value, Mapping):
            return dict(value)
        if isinstance(value, str) and self.part.text and not UUID.fullmatch(value):
            return {self.part.text: value}
        return None


Shape = Scalar | Choice | Listing | Table | Anything | Record | Variants | Reference


@dataclass(frozen=True)
class Field:
    """A named value and what is known of it."""

    name: str
    shape: Shape
    required: bool = False
    marks: tuple[Any, ...] = ()

    def has(self, flag: _Flag) -> bool:
        """Whether the field carries a flag."""
        return flag in self.marks

    @property
    def default(self) -> Any:
        """What a new object has without the field."""
        return next((mark.value for mark in self.marks if isinstance(mark, Default)), None)

    @property
    def members(self) -> Members | None:
        """How members of a list are added and removed."""
        return next((mark for mark in self.marks if isinstance(mark, Members)), None)

    @property
    def rule(self) -> Rule | None:
        """The form of a string."""
        return next((mark for mark in self.marks if isinstance(mark, Rule)), None)


def fields_of(shape: Record | Variants, value: Mapping[str, Any]) -> dict[str, Field]:
    """The fields that an object can have, as far as its ``type`` is known."""
    record = shape if isinstance(shape, Record) else shape.of(value) or shape.every
    return record.fields


def holds_credential(field: Field) -> bool:
    """Whether the field is a credential or has one in it."""
    return field.has(SECRET) or any(map(holds_credential, _within(field.shape)))


def _within(shape: Any) -> Iterator[Field]:
    if isinstance(shape, Reference):
        shape = shape.inline
    if isinstance(shape, Variants):
        for record in shape.records.values():
            yield from record.fields.values()
    elif isinstance(shape, Record):
        yield from shape.fields.values()
    elif isinstance(shape, Listing | Table):
        yield shape.item


@functools.cache
def inputs(args: Any) -> Record | Variants:
    """Read the inputs of a resource: a ``TypedDict``, or several told apart by their ``type``."""
    shape = _field("", args, required=True).shape
    if not isinstance(shape, Record | Variants):
        raise TypeError(f"{args} is no TypedDict")
    return shape


@functools.cache
def record(typed_dict: type) -> Record:
    """Read a ``TypedDict``.

    Args:
        typed_dict: the class; its annotations must not be strings.
    """
    required: frozenset[str] = typed_dict.__required_keys__  # type: ignore[attr-defined]
    fields = {
        name: _field(name, hint, name in required)
        for name, hint in typed_dict.__annotations__.items()
    }
    return Record(typed_dict.__name__, fields)


def _field(name: str, hint: Any, required: bool) -> Field:
    marks: list[Any] = []
    options = list(_options(hint, marks))
    part = next((mark for mark in marks if isinstance(mark, Part)), None)
    return Field(name, _shape(options, part), required, tuple(marks))


def _options(hint: Any, marks: list[Any]) -> Iterator[Any]:
    """The plain types that a hint allows, without what Pulumi wraps around them."""
    origin = get_origin(hint)
    if origin in (Required, NotRequired):
        yield from _options(get_args(hint)[0], marks)
    elif origin is Annotated:
        inner, *found = get_args(hint)
        marks.extend(found)
        yield from _options(inner, marks)
    elif origin in (Union, types.UnionType):
        for option in get_args(hint):
            yield from _options(option, marks)
    elif not (
        hint is types.NoneType
        or origin in (Awaitable, pulumi.Output)
        # `pulumi.Input` names its Output as a string.
        or isinstance(hint, ForwardRef)
    ):
        yield hint


def _shape(options: list[Any], part: Part | None) -> Shape:
    records = [record(option) for option in options if is_typeddict(option)]
    if records:
        inline: Record | Variants = records[0]
        if len(records) > 1:
            inline = Variants({_tag(one): one for one in records})
        return Reference(part, inline) if part else inline
    if part:
        return Reference(part, None)
    if all(get_origin(option) is Literal for option in options):
        return Choice(tuple(value for option in options for value in get_args(option)))
    option = float if float in options else options[0]
    origin = get_origin(option)
    if origin in (Sequence, list):
        return Listing(_field("", get_args(option)[0], required=True))
    if origin in (Mapping, dict):
        item = get_args(option)[1]
        return Anything() if item is Any else Table(_field("", item, required=True))
    return Scalar(option)


def _tag(one: Record) -> str:
    shape = one.fields["type"].shape
    if not isinstance(shape, Choice):
        raise TypeError(f"{one.name}.type is not a Literal")
    return shape.values[0]


# Values.


def is_unknown(value: Any) -> bool:
    """Whether preview does not know the value yet."""
    return isinstance(value, pulumi.output.Unknown)


def has_unknowns(value: Any) -> bool:
    """Whether preview does not know the value, or something in it."""
    if isinstance(value, Mapping):
        return any(has_unknowns(item) for item in value.values())
    if isinstance(value, list):
        return any(has_unknowns(item) for item in value)
    return is_unknown(value)


def plain(value: Any) -> Any:
    """A value as JSON has it: nothing that was not given, and whole numbers whole.

    Pulumi hands every number over as a float, and ``None`` is the same as not given.
    """
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


# Checks.

Problem = tuple[str, str]
"""A property's path, and what is wrong with it and would be right."""


def problems(field: Field, value: Any, path: str) -> Iterator[Problem]:
    """Everything that is wrong with a value, by path. What is unknown is not judged."""
    if is_unknown(value):
        return
    shape = field.shape
    if isinstance(shape, Reference):
        yield from _reference_problems(field, shape, value, path)
    elif isinstance(shape, Variants | Record):
        if isinstance(value, Mapping):
            yield from object_problems(shape, value, f"{path}.")
        else:
            yield path, f"must be an object, not {_kind(value)}"
    elif isinstance(shape, Listing):
        if not isinstance(value, list):
            yield path, f"must be a list, not {_kind(value)}"
            return
        for index, item in enumerate(value):
            yield from problems(shape.item, item, f"{path}[{index}]")
    elif isinstance(shape, Table | Anything):
        if not isinstance(value, Mapping):
            yield path, f"must be an object, not {_kind(value)}"
        elif isinstance(shape, Table):
            for key, item in value.items():
                yield from problems(shape.item, item, f'{path}["{key}"]')
    elif isinstance(shape, Choice):
        if value not in shape.values:
            given = repr(value) if isinstance(value, str) else _kind(value)
            yield (
                path,
                f"must be {_either(shape.values)}{_nearest(value, shape.values)}, not {given}",
            )
    elif isinstance(shape, Scalar):
        yield from _scalar_problems(field, shape, value, path)


def _reference_problems(field: Field, shape: Reference, value: Any, path: str) -> Iterator[Problem]:
    part = shape.part
    if isinstance(value, str):
        if not UUID.fullmatch(value) and value not in part.words and not part.text:
            right = [f"the id (a uuid) of {_a(part.noun)}"]
            right += [f"an inline {part.noun}"] * bool(shape.inline)
            right += [f'"{word}"' for word in part.words]
            yield path, f"must be {_or(right)}{_nearest(value, part.words)}, not {value!r}"
    elif isinstance(value, Mapping) and shape.inline:
        yield from object_problems(shape.inline, value, f"{path}.")
    else:
        inline = f" or an inline {part.noun}" if shape.inline else ""
        yield path, f"must be the id of {_a(part.noun)}{inline}, not {_kind(value)}"


def object_problems(
    shape: Record | Variants, value: Mapping[str, Any], prefix: str = ""
) -> Iterator[Problem]:
    """Everything that is wrong with an object, which may be one of several kinds."""
    if isinstance(shape, Variants):
        tag = value.get("type")
        if is_unknown(tag):
            return
        tags = tuple(shape.records)
        found = shape.of(value)
        if tag is None:
            yield f"{prefix}type", f"is missing: it must be {_either(tags)}"
            return
        if found is None:
            yield f"{prefix}type", f"must be {_either(tags)}{_nearest(tag, tags)}"
            return
        shape = found
    yield from record_problems(shape, value, prefix)


def record_problems(shape: Record, value: Mapping[str, Any], prefix: str = "") -> Iterator[Problem]:
    """Everything that is wrong with the fields of an object."""
    for name, item in value.items():
        if name not in shape.fields:
            yield (
                f"{prefix}{name}",
                f"is not a field of {shape.name}{_nearest(name, tuple(shape.fields))}; "
                f"it has {', '.join(shape.fields) or 'no fields'}",
            )
        elif item is not None:
            yield from problems(shape.fields[name], item, prefix + name)
    for name, field in shape.fields.items():
        if field.required and value.get(name) is None:
            yield f"{prefix}{name}", f"is missing: {shape.name} needs it"


def _scalar_problems(field: Field, shape: Scalar, value: Any, path: str) -> Iterator[Problem]:
    words = {str: "a string", bool: "true or false", int: "a whole number", float: "a number"}
    right: bool
    if shape.type in (int, float):
        right = isinstance(value, int | float) and not isinstance(value, bool)
        if right and shape.type is int:
            right = float(value).is_integer()
    else:
        right = isinstance(value, shape.type)
    if not right:
        shown = "" if field.has(SECRET) else f", not {_kind(value)}"
        yield path, f"must be {words[shape.type]}{shown}"
    elif field.rule and not re.fullmatch(field.rule.pattern, value):
        shown = "" if field.has(SECRET) else f", not {value!r}"
        yield path, f"must be {field.rule.right}{shown}"


def _kind(value: Any) -> str:
    for kind, word in (
        (bool, str(value).lower()),
        (str, "a string"),
        (int, f"the number {value}"),
        (float, f"the number {value:g}" if isinstance(value, float) else ""),
        (list, "a list"),
        (Mapping, "an object"),
    ):
        if isinstance(value, kind):
            return word
    return type(value).__name__


def _a(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


def _either(values: Sequence[str]) -> str:
    return _or([f'"{value}"' for value in values])


def _or(right: Sequence[str]) -> str:
    return right[0] if len(right) == 1 else f"{', '.join(right[:-1])} or {right[-1]}"


def _nearest(value: Any, right: Sequence[str]) -> str:
    # Here, since inputs that are right have no use for it.
    import difflib

    near = difflib.get_close_matches(str(value), right, n=1, cutoff=0.5)
    return f' (did you mean "{near[0]}"?)' if near else ""


# Secrets of the program.


def seal(field: Field, value: Any, path: str, warn: Callable[[str], None]) -> Any:
    """Make every credential in an input a secret, and warn of those given in clear.

    Args:
        field: what is known of the input.
        value: as the program gave it.
        path: of the input, for the warning.
        warn: called with one line for each credential in clear.
    """
    if field.has(SECRET) and value is not None:
        return _sealed(value, path, warn)
    if isinstance(value, pulumi.Output) and holds_credential(field):
        return _sealed_within(field, value, path, warn)
    if isinstance(value, Mapping):
        known = _known(field.shape, value)
        return {
            name: seal(known[name], item, f"{path}.{name}", warn) if name in known else item
            for name, item in value.items()
        }
    if isinstance(field.shape, Listing) and isinstance(value, list | tuple):
        item = field.shape.item
        return [seal(item, one, f"{path}[{at}]", warn) for at, one in enumerate(value)]
    return value


def deferred(field: Field, value: Any, path: str) -> Iterator[tuple[str, pulumi.Output[Any]]]:
    """Every Output in an input that is no credential, with its path."""
    if field.has(SECRET):
        return
    if isinstance(value, pulumi.Output):
        yield path, value
        return
    if isinstance(field.shape, Table | Anything):
        yield from _outputs_in(value, path)
    elif isinstance(value, Mapping):
        known = _known(field.shape, value)
        for name, item in value.items():
            if name in known:
                yield from deferred(known[name], item, f"{path}.{name}")
    elif isinstance(field.shape, Listing) and isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from deferred(field.shape.item, item, f"{path}[{index}]")


def _outputs_in(value: Any, path: str) -> Iterator[tuple[str, pulumi.Output[Any]]]:
    if isinstance(value, pulumi.Output):
        yield path, value
    elif isinstance(value, Mapping):
        for name, item in value.items():
            yield from _outputs_in(item, f'{path}["{name}"]')
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _outputs_in(item, f"{path}[{index}]")


def _known(shape: Shape, value: Mapping[str, Any]) -> dict[str, Field]:
    if isinstance(shape, Reference):
        return fields_of(shape.inline, value) if shape.inline else {}
    return fields_of(shape, value) if isinstance(shape, Record | Variants) else {}


def _sealed_within(
    field: Field, value: pulumi.Output[Any], path: str, warn: Callable[[str], None]
) -> pulumi.Output[Any]:
    """An Output whose value may hold a credential: all of it is a secret then."""

    def look(both: list[Any]) -> Any:
        got, is_secret = both
        clear: list[str] = []
        seal(field, got, path, clear.append)
        if not is_secret:
            for text in clear:
                warn(text)
        return pulumi.Output.secret(got) if clear else got

    return pulumi.Output.all(value, value.is_secret()).apply(look)


def _sealed(value: Any, path: str, warn: Callable[[str], None]) -> pulumi.Output[Any]:
    text = (
        f"{path} is given in clear: read it with config.require_secret(...), or wrap it in "
        "pulumi.Output.secret(...). It is encrypted in the state either way."
    )
    if not isinstance(value, pulumi.Output):
        warn(text)
        return pulumi.Output.secret(value)

    async def look() -> None:
        if not await value.is_secret():
            warn(text)

    looked: pulumi.Output[None] = pulumi.Output.from_input(look())
    return pulumi.Output.secret(pulumi.Output.all(value, looked).apply(lambda both: both[0]))
