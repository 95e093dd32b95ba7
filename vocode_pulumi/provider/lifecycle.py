# SPDX-License-Identifier: Apache-2.0
"""What one kind of resource says of itself, and does at Vocode.

The engine-facing provider (:mod:`vocode_pulumi.provider.engine`) makes one of these for each call of
the engine, and calls it.
"""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar, NamedTuple

from vocode_pulumi.api.client import Client
from vocode_pulumi.errors import NotFoundError
from vocode_pulumi.inline.applying import InlineUpdater
from vocode_pulumi.inline.declared import declared_by
from vocode_pulumi.inline.owned import Owned
from vocode_pulumi.provider.hidden_inputs import HiddenInputs
from vocode_pulumi.provider.messages import tell
from vocode_pulumi.provider.run import Run
from vocode_pulumi.record import HiddenRecord
from vocode_pulumi.redaction import redact
from vocode_pulumi.schema import reading
from vocode_pulumi.schema.checking import Problem
from vocode_pulumi.schema.shapes import Field, Inputs, Record, Variants
from vocode_pulumi.schema.walking import fields_of

OWNED = "owned"
"""Output that holds the ids of what inline inputs made, by input."""

DECLARED, UNMET, CLAIM, ATTEMPT = "__declared", "__unmet", "__claim", "__attempt"
"""What a resource says beside its outputs, for the hidden record (:mod:`vocode_pulumi.record`)."""


class State(NamedTuple):
    """A resource as it was last read.

    Args:
        outs: its outputs.
        declared: which inputs were declared.
        owned: the ids of what inline inputs made, by input.
    """

    outs: Inputs
    declared: Mapping[str, Any]
    owned: dict[str, Owned | None]

    @classmethod
    def of(cls, outs: Inputs) -> "State":
        """Out of the outputs that Pulumi kept."""
        return cls(outs, HiddenRecord.of(outs).declared or {}, outs.get(OWNED) or {})


class Lifecycle:
    """Base of what each kind of resource says and does.

    Args:
        run: what this process shares.
        hidden: what the hidden inputs say of the resource.
        secrets: texts that must not appear in what is said.
    """

    args: ClassVar[Any]
    """The ``TypedDict`` of the inputs, or a union of some that are told apart by their ``type``."""

    repeats: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    """Outputs that repeat inputs under another name, each with the paths of those inputs; Pulumi
    itself keeps a secret only under the name under which it was given."""

    def __init__(self, run: Run, hidden: HiddenInputs, secrets: frozenset[str]) -> None:
        self.run = run
        self.hidden = hidden
        self._secrets = secrets

    # What it says of its inputs.

    @classmethod
    def shape(cls) -> Record | Variants:
        """What is known of the inputs."""
        return reading.schema_of(cls.args)

    @classmethod
    def fields_of(cls, inputs: Mapping[str, Any]) -> Mapping[str, Field]:
        """The inputs, and what is known of each, as far as their own ``type`` tells."""
        return fields_of(cls.shape(), inputs)

    @classmethod
    def declared_in(cls, inputs: Inputs) -> dict[str, Any]:
        """Which inputs are declared."""
        fields = cls.fields_of(inputs)
        return {
            name: declared_by(fields[name], value)
            for name, value in inputs.items()
            if name in fields
        }

    @classmethod
    def normal(cls, inputs: Inputs) -> Inputs:
        """Inputs in their normal form."""
        return inputs

    def cross_field_problems(self, olds: Inputs | None, news: Inputs) -> Iterator[Problem]:
        """Problems that no single field shows.

        Args:
            olds: the old inputs; ``None`` for a resource that is new.
            news: the inputs that the program declares.
        """
        return iter(())

    def deletes_before_replace(self, replaces: list[str]) -> bool:
        """Whether a replacement can only be made once the old resource is gone."""
        return False

    # What it does.

    def create(self, inputs: Inputs) -> tuple[str, Inputs]:
        """Make the resource; give its id and outputs."""
        raise NotImplementedError

    def read(self, id_: str) -> Any:
        """The resource as Vocode describes it, or ``None`` when it is gone."""
        raise NotImplementedError

    def read_for_refresh(self, id_: str, outs: Inputs) -> Any:
        """Read during a refresh; may use the old outputs to save calls."""
        return self.read(id_)

    def update(self, id_: str, state: State, inputs: Inputs) -> Inputs:
        """Bring the resource to the inputs with just the calls that are needed; give its outputs."""
        raise NotImplementedError

    def delete(self, id_: str, outs: Inputs, record: HiddenRecord) -> None:
        """Let the resource go, by what its outputs were; what is gone already is done."""
        raise NotImplementedError

    def outputs(self, answer: Any, state: State) -> Inputs:
        """Outputs out of an answer: plain JSON, chosen field by field, without a credential."""
        raise NotImplementedError

    def explain(self, error: NotFoundError, id_: str, record: HiddenRecord) -> None:
        """Raise what is behind a "not found", where that is another account's key."""

    # What the engine lets it know.

    def engine_knows(self, id_: str) -> None:
        """The state has a resource under this id."""

    def engine_shows(self, id_: str) -> None:
        """The state has this resource, which the program declares, under this id."""

    def program_declares(self, inputs: Inputs) -> None:
        """The program declares the resource with these inputs, whether it is there already or not."""

    # What it uses.

    @property
    def client(self) -> Client:
        """Calls to the account."""
        return self.run.client

    @property
    def inline(self) -> InlineUpdater:
        """What brings inline objects to what is declared."""
        return InlineUpdater(self.client, self.is_held)

    def is_held(self, id_: str) -> bool:
        """Whether a resource holds an object as its own, as far as this run has said."""
        return self.run.held.of(id_) is not None

    def tell(self, text: str, *, warning: bool = False, urn: str | None = None) -> None:
        """Say something beside the resource, without its secrets.

        Args:
            text: one line.
            warning: whether it is a warning, or only worth knowing.
            urn: of the resource, where it is not that of the hidden inputs.
        """
        tell(urn or self.hidden.urn, redact(text, self._secrets), warning=warning)
