# SPDX-License-Identifier: Apache-2.0
"""Reading what ``pulumi preview --json`` prints. Pure.

Facts: Pulumi's ``pkg/display/json.go`` and ``pkg/backend/display/json.go``, and previews of the CLI 3.259.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from vocode_pulumi.errors import VocodeError
from vocode_pulumi.record import TYPE_PREFIX, name_in
from vocode_pulumi.redaction import printable

STACK = "pulumi:pulumi:Stack"
"""The type of the stack itself."""
SECRET = "[secret]"  # noqa: S105 - what Pulumi prints in the place of a secret
"""What a preview shows of a secret."""
UNKNOWNS = frozenset(
    {
        "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
        "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
        "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
        "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
        "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
    }
)
"""What a preview shows of a text, a truth value, a number, a list and an object that are not known yet."""


class UnreadablePreview(VocodeError):
    """A text is not what ``pulumi preview --json`` prints."""


@dataclass(frozen=True)
class Place:
    """A line of the program.

    Args:
        file: the path of the file, seen from the folder of the project.
        line: the line, counted from 1.
    """

    file: str
    line: int


@dataclass(frozen=True)
class Resource:
    """A resource, as the state has it or as the program declares it.

    Args:
        urn: Pulumi's name of the resource.
        type: Pulumi's type of the resource.
        id: the object's id; empty if there is none yet.
        inputs: the inputs; secrets are ``"[secret]"``.
        outputs: the outputs.
        protect: whether Pulumi refuses to delete the resource.
        retained: whether Pulumi forgets the resource instead of deleting the object.
        is_external: whether the resource is only read.
        dependencies: for each input, the URNs of the resources that it comes from.
        place: where the program declares the resource; ``None`` if that is not known.
    """

    urn: str
    type: str
    id: str = ""
    inputs: Mapping[str, Any] = field(default_factory=dict)
    outputs: Mapping[str, Any] = field(default_factory=dict)
    protect: bool = False
    retained: bool = False
    is_external: bool = False
    dependencies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    place: Place | None = None

    @property
    def name(self) -> str:
        """The name in the program."""
        return name_in(self.urn)

    @property
    def is_ours(self) -> bool:
        """Whether the resource is one of this package."""
        return self.type.startswith(TYPE_PREFIX)

    @property
    def kind(self) -> str:
        """``PhoneNumber`` for a resource of this package; Pulumi's type for every other."""
        return self.type.removeprefix(TYPE_PREFIX)


@dataclass(frozen=True)
class Step:
    """What the engine would do with a resource.

    Args:
        op: Pulumi's word for it: ``same``, ``create``, ``update``, ``replace``, ``delete``, ``read``,
            ``refresh`` and others.
        old: the resource before; ``None`` if there is none.
        new: the resource after; ``None`` if there is none.
        changed: the paths of the inputs that differ, as the engine says them; ``None`` if it does not say.
    """

    op: str
    old: Resource | None
    new: Resource | None
    changed: tuple[str, ...] | None = None

    @property
    def resource(self) -> Resource:
        """The resource after the step, or before it if there is none after."""
        found = self.new or self.old
        assert found is not None  # noqa: S101 - a step has one of the two
        return found


@dataclass(frozen=True)
class Message:
    """A line that the engine, the program or a provider prints.

    Args:
        severity: ``info``, ``warning`` or ``error``.
        text: the message.
        urn: the resource that it is about; empty if it is about none.
    """

    severity: str
    text: str
    urn: str = ""


@dataclass(frozen=True)
class Preview:
    """A preview of one stack.

    Args:
        project: the name of the project; empty if the preview does not tell.
        stack: the name of the stack; empty if the preview does not tell.
        steps: what would be done, in the engine's order.
        messages: what was printed.
        config: the configuration of the stack; secrets are ``"[secret]"``.
        shows_unchanged: whether the steps have the resources that do not change.
    """

    project: str = ""
    stack: str = ""
    steps: tuple[Step, ...] = ()
    messages: tuple[Message, ...] = ()
    config: Mapping[str, str] = field(default_factory=dict)
    shows_unchanged: bool = True

    @property
    def name(self) -> str:
        """``project/stack``, as far as it is known."""
        return "/".join(filter(None, (self.project, self.stack))) or "an unknown stack"

    @property
    def errors(self) -> tuple[str, ...]:
        """What made the preview fail; empty if it did not fail."""
        return tuple(message.text for message in self.messages if message.severity == "error")


def read(text: str, source: str) -> Preview:
    """Read a preview.

    Args:
        text: what ``pulumi preview --json`` printed.
        source: where the text comes from, for errors.

    Raises:
        UnreadablePreview: the text is something else.
    """
    document = _document(text, source)
    try:
        steps = tuple(_step(step) for step in document.get("steps") or ())
        messages = tuple(_message(message) for message in document.get("diagnostics") or ())
        config = {str(key): str(value) for key, value in (document.get("config") or {}).items()}
        unchanged = int((document.get("changeSummary") or {}).get("same", 0))
        stack, project = _names(steps)
    except (KeyError, TypeError, AttributeError, ValueError):
        raise UnreadablePreview(f"{source} {_WANTED}") from None
    shown = sum(step.op == "same" for step in steps)
    return Preview(project, stack, steps, messages, config, shown >= unchanged)


_WANTED = "is not what `pulumi preview --json` prints."


def _document(text: str, source: str) -> Mapping[str, Any]:
    if not text.strip():
        raise UnreadablePreview(
            f"{source} is empty: it should be what `pulumi preview --json` prints."
        )
    found = [*_documents(text)]
    if any("sequence" in document for document in found):
        raise UnreadablePreview(
            f"{source} is a stream of events: unset PULUMI_ENABLE_STREAMING_JSON_PREVIEW."
        )
    previews = [one for one in found if {"steps", "diagnostics", "changeSummary"} & one.keys()]
    if len(previews) > 1:
        raise UnreadablePreview(f"{source} has more than one preview: give each a file.")
    if not previews:
        raise UnreadablePreview(f"{source} {_WANTED}")
    return previews[0]


def _documents(text: str) -> Iterator[Mapping[str, Any]]:
    """The JSON objects in a text that begin a line. Around them there may be lines of other tools."""
    start = 0
    while found := re.compile(r"^\ufeff?\{", re.MULTILINE).search(text, start):
        try:
            document, start = json.JSONDecoder().raw_decode(text, found.end() - 1)
        except (ValueError, RecursionError):
            start = found.end()
        else:
            yield _without_half_letters(document)


def _without_half_letters(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """The document without lone surrogates: JSON can have them, but no output can show them."""
    text = json.dumps(document, ensure_ascii=False)
    if text.isascii():
        return document
    cleaned: Mapping[str, Any] = json.loads(text.encode("utf-8", "replace"))
    return cleaned


_OF_OLD = ("same", "update", "replace", "delete", "delete-replaced")
"""The steps that have a resource before."""


def _step(step: Mapping[str, Any]) -> Step:
    old, new = _resource(step.get("oldState")), _resource(step.get("newState"))
    if (old is None and new is None) or (old is None and step["op"] in _OF_OLD):
        raise ValueError("a step without a state")
    details = step.get("detailedDiff")
    return Step(str(step["op"]), old, new, None if details is None else tuple(map(str, details)))


def _resource(state: Mapping[str, Any] | None) -> Resource | None:
    if state is None:
        return None
    return Resource(
        urn=str(state["urn"]),
        type=str(state["type"]),
        id=str(state.get("id") or ""),
        inputs=dict(state.get("inputs") or {}),
        outputs=dict(state.get("outputs") or {}),
        protect=bool(state.get("protect")),
        retained=bool(state.get("retainOnDelete")),
        is_external=bool(state.get("external")),
        dependencies={
            str(name): tuple(map(str, urns or ()))
            for name, urns in (state.get("propertyDependencies") or {}).items()
        },
        place=next(_places(state), None),
    )


def _places(state: Mapping[str, Any]) -> Iterator[Place]:
    """The lines of the user's program that led to a resource, innermost first."""
    for frame in state.get("stackTrace") or ():
        file, _, line = (
            str(frame.get("sourcePosition") or "").removeprefix("project:///").partition("#")
        )
        parts = file.split("/")
        if line.isdigit() and "site-packages" not in parts and "vocode_pulumi" not in parts:
            yield Place(printable(file), int(line))


def _message(message: Mapping[str, Any]) -> Message:
    return Message(
        str(message.get("severity") or "info"),
        str(message["message"]).strip(),
        str(message.get("urn") or ""),
    )


def _names(steps: tuple[Step, ...]) -> tuple[str, str]:
    """The names of the stack and of its project."""
    if not steps:
        return "", ""
    found = re.match(r"urn:pulumi:([\w.-]+)::([\w.-]+)::", steps[0].resource.urn)
    if found is None:
        raise ValueError("no URN")
    return found[1], found[2]
