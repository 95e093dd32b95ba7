# SPDX-License-Identifier: Apache-2.0
"""The base of agents, prompts and all other objects that the API cannot delete."""

import functools
from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

import pulumi

from vocode_pulumi.api.absence import explain_not_found
from vocode_pulumi.api.answers import Json, id_of
from vocode_pulumi.errors import NotFoundError, UnreadableAnswer, VocodeError
from vocode_pulumi.inline.applying import create_object
from vocode_pulumi.inline.bodies import create_body
from vocode_pulumi.inline.leftovers import Leftover, holds_credential
from vocode_pulumi.inline.owned import owned_by
from vocode_pulumi.inline.reading_back import public_value, read_back
from vocode_pulumi.program.resource import VocodeResource
from vocode_pulumi.provider.lifecycle import DECLARED, LIVE, OWNED, Lifecycle, State
from vocode_pulumi.record import HiddenRecord
from vocode_pulumi.resources import adopting
from vocode_pulumi.resources.holders import declared_twice, require_free
from vocode_pulumi.schema import checking, reading
from vocode_pulumi.schema.marks import REPLACES, RefersTo, Rule
from vocode_pulumi.schema.shapes import Field, Inputs, Record, Reference, Scalar, Variants
from vocode_pulumi.uuids import UUID

ADOPT = Field(
    "adopt", Scalar(str), marks=(REPLACES, Rule(f"(?i:{UUID.pattern})", "an id (a uuid)"))
)


@functools.cache
def _with_adopt(args: Any) -> Record | Variants:
    shape = reading.schema_of(args)
    if isinstance(shape, Record):
        return Record(shape.name, {**shape.fields, ADOPT.name: ADOPT})
    return Variants(
        {
            kind: Record(record.name, {**record.fields, ADOPT.name: ADOPT})
            for kind, record in shape.records.items()
        }
    )


class ObjectLifecycle(Lifecycle):
    """Creates and updates the objects of one collection. A subclass only names its data."""

    collection: ClassVar[str]
    """The API's path of the collection, such as ``/v1/prompts``."""

    @classmethod
    def shape(cls) -> Record | Variants:
        return _with_adopt(cls.args)

    @property
    def reference(self) -> Reference:
        """The shape of a reference to an object of the collection."""
        return Reference(RefersTo(self.collection), reading.schema_of(self.args))

    @property
    def noun(self) -> str:
        """The name of an object of the collection, such as ``prompt``."""
        return self.reference.to.noun

    def cross_field_problems(self, olds: Inputs | None, news: Inputs) -> Iterator[checking.Problem]:
        adopt = news.get(ADOPT.name)
        yield from declared_twice(self.run.claimants, ADOPT.name, adopt, self.hidden.urn, self.noun)
        if self.hidden.preview and olds is None and isinstance(adopt, str):
            name = f"{self.noun} {adopt}"
            yield from adopting.in_preview(
                self,
                adopt,
                news,
                name=name,
                adopted=f"{name} is adopted",
                nothing=self._nothing_to_adopt(adopt),
                refusals=lambda live: self._adoption_problems(news, live),
            )

    def _adoption_problems(self, inputs: Inputs, live: Any) -> Iterator[checking.Problem]:
        id_ = inputs[ADOPT.name]
        return adopting.problems(self.fields_of(inputs), inputs, live, self.noun, id_)

    def _nothing_to_adopt(self, id_: str) -> str:
        return (
            f"GET {self.collection} found no {self.noun} {id_} in this account, so there is "
            "nothing to adopt. Check the id, and whose key is in use; without `adopt` a new "
            f"{self.noun} is made."
        )

    def saw_in_state_and_program(self, id_: str, record: HiddenRecord) -> None:
        self.run.holders.give(id_, self.hidden.urn)

    def create(self, inputs: Inputs) -> tuple[str, Inputs]:
        urn = self.hidden.urn
        if ADOPT.name in inputs:
            return self._adopt(urn, inputs)
        answer = create_object(self.client, self.reference, create_body(self.reference, inputs))
        id_ = id_of(answer)
        if id_ is None:
            raise UnreadableAnswer(
                f"POST {self.collection}/create",
                200,
                "",
                "answered 200 without an id in it",
                "Run it again.",
            )
        self.run.holders.give(id_, urn)
        owned = owned_by(self.reference, inputs, answer) or {"parts": {}}
        return id_, self.outputs(answer, State(inputs, self.declared_in(inputs), owned["parts"]))

    def _adopt(self, urn: str, inputs: Inputs) -> tuple[str, Inputs]:
        id_ = inputs[ADOPT.name]
        require_free(self.run.holders, id_, urn, self.noun)
        answer = self.read(id_)
        if answer is None:
            raise VocodeError(self._nothing_to_adopt(id_))
        for _, problem in self._adoption_problems(inputs, answer):
            raise VocodeError(f"{problem}.")
        self.run.holders.give(id_, urn)
        state = State({}, self.declared_in(inputs), {}, adopts=True)
        return id_, self.update(id_, state, inputs)

    def _get(self, id_: str) -> Json:
        return self.client.get(self.collection, id=id_)

    def read(self, id_: str) -> Any:
        try:
            return self._get(id_)
        except NotFoundError:
            return None

    def read_for_refresh(self, id_: str, outs: Inputs) -> Any:
        try:
            return self._get(id_)
        except NotFoundError as error:
            if not error.is_vocodes_own:
                call, path = f"GET {self.collection}", self.collection
                self.client.require_gone(call, path, id_, outs.get("user_id"))
            return None

    def update(self, id_: str, state: State, inputs: Inputs) -> Inputs:
        wanted = {name: value for name, value in inputs.items() if name != ADOPT.name}
        live = self._with_missing_fields(self._get(id_), state, wanted)
        live_outs = self.outputs(live, State(state.outs, state.declared, state.owned))
        owned = {"id": id_, "parts": state.owned}
        owned_below = self.inline_updater(state).update(
            self.reference, state.declared, wanted, owned, live, state.before
        )
        answer = self._get(id_)
        outs = self.outputs(
            answer, State({**state.outs, **inputs}, self.declared_in(inputs), owned_below)
        )
        return outs | {LIVE: live_outs}

    def _with_missing_fields(
        self, answer: Mapping[str, Any], state: State, wanted: Inputs
    ) -> Inputs:
        """An answer; the fields that answers of 2023 do not have are taken from the state."""
        filled = {name: state.outs.get(name) for name in state.declared} | dict(answer)
        for name, field in self.fields_of(answer).items():
            is_text = isinstance(field.shape, Reference) and isinstance(filled.get(name), str)
            if is_text and UUID.fullmatch(str(wanted.get(name))):
                # An answer of 2023 has the text of a prompt, and not its id.
                before = str(state.outs.get(name))
                filled[name] = before if UUID.fullmatch(before) else None
        return filled

    def name_of(self, id_: str, declared: Inputs) -> str:
        name = f' ("{declared["name"]}")' if isinstance(declared.get("name"), str) else ""
        return f"{self.noun} {id_}{name}"

    def tell_that_it_is_gone(self, id_: str, outs: Inputs) -> None:
        self.tell(
            f"The {self.name_of(id_, outs)} is not in the account any more. The next `pulumi up` makes another.",
            warning=True,
        )

    def raise_clearer_error(self, error: NotFoundError, id_: str, record: HiddenRecord) -> None:
        explain_not_found(self.client, error, self.collection, id_, record.account)

    def delete(self, id_: str, outs: Inputs, record: HiddenRecord) -> None:
        declared = record.declared or {}
        itself = Leftover(self.noun, id_, holds_credential(self.shape(), outs, declared))
        self.tell_of_leftovers([itself, *self.leftovers(outs, declared)])

    def outputs(self, answer: Any, state: State) -> Inputs:
        outs: Inputs = {"user_id": answer.get("user_id")}
        for name, field in self.fields_of(answer).items():
            if name not in state.declared:
                outs[name] = public_value(field, answer.get(name))
            elif name in answer:
                outs[name] = read_back(
                    field,
                    state.declared[name],
                    state.owned.get(name),
                    answer[name],
                    state.outs.get(name),
                )
            else:
                outs[name] = state.outs.get(name)
        return {
            **outs,
            **self.extra_outputs(answer),
            ADOPT.name: state.outs.get(ADOPT.name),
            OWNED: {name: part for name, part in state.owned.items() if part} or None,
            DECLARED: state.declared,
        }

    def extra_outputs(self, answer: Mapping[str, Any]) -> Inputs:
        """The outputs that have no input of the same name."""
        return {}


class ObjectResource(VocodeResource, module="vocode", name="ObjectResource"):
    """Base of the resources that the API cannot delete. A destroy only removes them from the state."""

    user_id: pulumi.Output[str]
    """Vocode's id of the account."""
    adopt: pulumi.Output[str | None]
