# SPDX-License-Identifier: Apache-2.0
"""The base of each kind of resource: its inputs, its outputs and its calls to Vocode.

The provider (:mod:`vocode_pulumi.provider.engine`) makes a :class:`Lifecycle` for each call of Pulumi's
engine.
"""

import copy
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, NamedTuple

from vocode_pulumi.api.client import Client
from vocode_pulumi.errors import NotFoundError
from vocode_pulumi.inline.applying import InlineUpdater
from vocode_pulumi.inline.comparing import agreed_inputs
from vocode_pulumi.inline.declared import declared_by
from vocode_pulumi.inline.leftovers import Leftover, leftovers
from vocode_pulumi.inline.map_forms import form_value
from vocode_pulumi.inline.owned import Owned
from vocode_pulumi.provider.hidden_inputs import HiddenInputs
from vocode_pulumi.provider.messages import tell
from vocode_pulumi.provider.run import Run
from vocode_pulumi.provider.secret_paths import has_secret
from vocode_pulumi.record import HiddenRecord
from vocode_pulumi.redaction import redact
from vocode_pulumi.schema import reading
from vocode_pulumi.schema.checking import Problem
from vocode_pulumi.schema.shapes import Field, Inputs, Record, Variants
from vocode_pulumi.schema.walking import fields_of, holds_free_text

OWNED = "owned"
"""The output with the ids of the objects that inline inputs created, by the input's name."""

DECLARED, UNMET, CLAIM, ATTEMPT = "__declared", "__unmet", "__claim", "__attempt"
ANSWERED, INTERRUPTED = "__answered", "__interrupted"
"""Keys in a lifecycle's outputs whose values go into the fields of the hidden record that have the same names
(:class:`vocode_pulumi.record.HiddenRecord`)."""
INCOMPLETE = "__incomplete"
"""Key in a lifecycle's outputs: whether a create could not set every input. The state does not have it."""
LIVE = "__live"
"""Key in a lifecycle's outputs: the outputs for what Vocode had just before an update, as far as the update read
it. The state does not have it."""


class State(NamedTuple):
    """A resource as it was last read.

    Args:
        outs: its outputs.
        declared: which inputs were declared (:data:`vocode_pulumi.inline.declared.Declared`), by name.
        owned: the ids of the objects that inline inputs created, by the input's name. An update adds each object to
            it, and to ``declared``, as soon as the object is created.
        before: the old inputs without the parts that the outputs have otherwise
            (:func:`vocode_pulumi.inline.comparing.agreed_inputs`); default: empty.
        adopts: whether the resource is being made for an object that was there before; default: no.
    """

    outs: Inputs
    declared: dict[str, Any]
    owned: dict[str, Owned | None]
    before: Mapping[str, Any] = {}
    adopts: bool = False

    @classmethod
    def of(cls, outs: Inputs, inputs: Mapping[str, Any] | None = None) -> "State":
        """The resource whose outputs and inputs Pulumi's state has.

        Args:
            outs: the outputs.
            inputs: the inputs; ``None`` (default) if they are not known.
        """
        record = HiddenRecord.of(outs)
        declared, owned = copy.deepcopy((dict(record.declared or {}), outs.get(OWNED) or {}))
        if record.interrupted:
            # Pulumi's state has the inputs of the update that failed, and the outputs from before it.
            before = {name: outs[name] for name in declared if outs.get(name) is not None}
        else:
            before = agreed_inputs(inputs or {}, outs)
        return cls(outs, declared, owned, before)


class Lifecycle:
    """The base of each kind of resource.

    Args:
        run: what the resources of this process share.
        hidden: what the provider adds to the inputs: the URN, the organization, the paths of secrets, and
            whether this is a preview.
    """

    args: ClassVar[Any]
    """The ``TypedDict`` of the inputs, or a union of several that differ in their ``type``."""

    def __init__(self, run: Run, hidden: HiddenInputs) -> None:
        self.run = run
        self.hidden = hidden

    # The inputs.

    @classmethod
    def shape(cls) -> Record | Variants:
        """The shape of the inputs."""
        return reading.schema_of(cls.args)

    @classmethod
    def fields_of(cls, inputs: Mapping[str, Any]) -> Mapping[str, Field]:
        """The fields of the inputs: those of their ``type``, or of every type if it is not known."""
        return fields_of(cls.shape(), inputs)

    @classmethod
    def declared_in(cls, inputs: Inputs) -> dict[str, Any]:
        """Which inputs are declared (:data:`vocode_pulumi.inline.declared.Declared`), by name."""
        fields = cls.fields_of(inputs)
        return {
            name: declared_by(fields[name], value)
            for name, value in inputs.items()
            if name in fields
        }

    @classmethod
    def normal(cls, inputs: Inputs) -> Inputs:
        """Write each input in one form, such as a phone number without ``+``. The base changes nothing."""
        return inputs

    def cross_field_problems(self, olds: Inputs | None, news: Inputs) -> Iterator[Problem]:
        """Problems that a field alone does not show: two inputs that exclude each other, for example.

        Args:
            olds: the old inputs; ``None`` for a new resource.
            news: the inputs that the program declares.
        """
        return iter(())

    def deletes_before_replace(self, replaces: list[str]) -> bool:
        """Whether a replacement can be created only after the old resource is gone.

        Args:
            replaces: the inputs whose change forces the replacement.
        """
        return False

    # The calls to Vocode.

    def create(self, inputs: Inputs) -> tuple[str, Inputs]:
        """Create the resource; return its id and outputs."""
        raise NotImplementedError

    def read(self, id_: str) -> Any:
        """The resource as Vocode describes it; ``None`` if it is gone."""
        raise NotImplementedError

    def read_for_refresh(self, id_: str, outs: Inputs) -> Any:
        """Read during a refresh; may use the old outputs to save calls."""
        return self.read(id_)

    def update(self, id_: str, state: State, inputs: Inputs) -> Inputs:
        """Send what differs between the old and the new inputs, and nothing else; return the outputs."""
        raise NotImplementedError

    def delete(self, id_: str, outs: Inputs, record: HiddenRecord) -> None:
        """Delete the resource. A resource that is already gone is no error."""
        raise NotImplementedError

    def outputs(self, answer: Any, state: State) -> Inputs:
        """The outputs for an answer: plain JSON, chosen field by field, without a credential."""
        raise NotImplementedError

    def name_of(self, id_: str, declared: Inputs) -> str:
        """What messages call the resource.

        Args:
            id_: its Pulumi id.
            declared: its declared inputs. Other values may be secrets of somebody else.
        """
        raise NotImplementedError

    def tell_that_it_is_gone(self, id_: str, outs: Inputs) -> None:
        """Say in a refresh that the resource is gone, and what the next `pulumi up` does.

        Args:
            id_: its Pulumi id.
            outs: the outputs of its declared inputs. Other outputs may be secrets of somebody else.
        """
        raise NotImplementedError

    def secret_outputs(self, outs: Inputs, declared: Mapping[str, Any]) -> Iterator[str]:
        """The outputs that the provider has to mark as secret.

        Such an output has a text that the program has not declared in clear on this resource. Another
        program, or another resource, may have declared the text as a secret. (Pulumi itself marks an
        output if the input of the same name is secret.)

        Args:
            outs: the outputs.
            declared: which inputs are declared.
        """
        for name, field in self.fields_of(outs).items():
            if name not in declared and outs.get(name) != field.default and holds_free_text(field):
                yield name

    def raise_clearer_error(self, error: NotFoundError, id_: str, record: HiddenRecord) -> None:
        """Raise a clearer error than "not found" for an update, if there is one. The base raises nothing.

        Args:
            error: what the update raised.
            id_: the Pulumi id of the resource.
            record: its hidden record, which may name the account of the resource.

        Raises:
            UnreadableAnswer: the account has the resource.
            WrongAccount: the key in use is of another account.
            CallError: a call failed.
        """

    # What the engine tells this process. The base remembers nothing.

    def saw_in_state(self, id_: str) -> None:
        """Remember that the state has a resource with this id."""

    def saw_in_state_and_program(self, id_: str, record: HiddenRecord) -> None:
        """Remember that the program declares this resource, and that the state has it with this id and record."""

    def program_declares(self, inputs: Inputs) -> None:
        """Remember that the program declares the resource with these inputs."""

    # What the calls use.

    @property
    def client(self) -> Client:
        """The client of the account."""
        return self.run.client

    def inline_updater(self, state: State) -> InlineUpdater:
        """Creates and updates the inline objects of a resource."""
        return InlineUpdater(self.client, self.has_resource, keeps_equal=state.adopts)

    def has_resource(self, id_: str) -> bool:
        """Whether this run has seen a resource that has the object."""
        return self.run.holders.resource_of(id_) is not None

    def leftovers(self, outs: Inputs, declared: Mapping[str, Any]) -> Iterator[Leftover]:
        """The objects that the resource's inline inputs own.

        Args:
            outs: the outputs.
            declared: which inputs are declared.
        """
        owned = outs.get(OWNED)
        for name, field in self.fields_of(outs).items():
            if isinstance(owned, Mapping) and name in owned:
                yield from leftovers(field, outs.get(name), declared.get(name), owned[name])

    def tell_of_leftovers(self, found: Sequence[Leftover]) -> None:
        """Say which objects of a deleted resource stay in the account."""
        if not found:
            return
        self.tell(f"Left in the account: {', '.join(map(str, found))}.")
        if self.run.is_first_message("objects stay"):
            self.tell(
                "Vocode's API can delete only numbers. Agents, prompts, voices and whatever else this run lets go "
                "stay in the account, where they cost nothing. `vocode-pulumi objects` lists them. "
                'adopt="<id>" takes one over again. A credential is revoked where it was made.'
            )

    def has_seen_secret_in(self, form: Any) -> bool:
        """Whether the form of a map, as the hidden record has it, contains a secret that this process has seen."""
        return isinstance(form, Mapping) and has_secret(form_value(form), self.run.secrets)

    def tell(self, text: str, *, warning: bool = False, urn: str | None = None) -> None:
        """Print a message beside the resource, without a secret that this process has seen.

        Args:
            text: one line.
            warning: whether it is a warning; default: information.
            urn: the URN of the resource; default: the URN in the hidden inputs.
        """
        tell(urn or self.hidden.urn, redact(text, self.run.secrets), warning=warning)
