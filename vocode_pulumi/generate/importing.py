# SPDX-License-Identifier: Apache-2.0
"""The file by which Pulumi imports the objects of an account: with inputs and outputs, so that nothing is read.

A number's hidden record has a claim. The ledger has the same claim, so the stack holds the number from then on.
Facts: ``pulumi import --file`` of Pulumi 3.255 and newer.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, NamedTuple

from pulumi.dynamic.dynamic import PROVIDER_KEY

from vocode_pulumi.errors import NumberHeld, StateNotAsked
from vocode_pulumi.generate.choosing import Choice, inputs_of, secret_paths
from vocode_pulumi.generate.declaring import secrets_in
from vocode_pulumi.generate.reading import Account, Live
from vocode_pulumi.provider.exact_json import texts_of
from vocode_pulumi.provider.lifecycle import ATTEMPT, CLAIM
from vocode_pulumi.provider.secret_paths import (
    SECRET_SIGNATURE,
    as_secret,
    credentials_in,
    has_secret,
    steps_of,
)
from vocode_pulumi.purchasing.context import PurchasingContext
from vocode_pulumi.purchasing.holding import require_may_take, take_over
from vocode_pulumi.purchasing.owner import Owner, StackId
from vocode_pulumi.purchasing.states import (
    PARALLEL_EXPORTS,
    State,
    StateNotReadable,
    exported_text,
    other_stacks,
    retry_transient,
    state_in,
)
from vocode_pulumi.record import (
    DEFAULT_ORGANIZATION,
    EXACT,
    ORGANIZATION,
    SECRETS,
    TYPE_PREFIX,
    URN,
    name_in,
)
from vocode_pulumi.schema.values import carried

SIGNATURE, SECRET_TYPE = next(iter(SECRET_SIGNATURE.items()))
Entry = dict[str, Any]


class StatesOnce:
    """Reads each state of the login once: all objects of an account are compared with the same states.

    Args:
        stack: the stack that imports.
    """

    def __init__(self, stack: StackId) -> None:
        names = other_stacks(stack)
        with ThreadPoolExecutor(PARALLEL_EXPORTS) as pool:
            self._own, *found = pool.map(_exported, [stack.qualified, *names])
        self._others = dict(zip(names, found, strict=True))

    def own(self, stack: StackId) -> State:
        """The numbers of the stack that imports."""
        return state_in(self.exported, stack.qualified)

    def others(self, _stack: StackId) -> Mapping[str, State | StateNotReadable]:
        """The numbers of the login's other stacks, by the stack's name."""
        return {
            name: state_in(text, name) if isinstance(text, str) else text
            for name, text in self._others.items()
        }

    @property
    def exported(self) -> str:
        """The state of the stack that imports.

        Raises:
            StateNotReadable: it cannot be read.
        """
        if isinstance(self._own, StateNotReadable):
            raise self._own
        return self._own

    def elsewhere(self) -> dict[str, str]:
        """The objects that a resource of another stack declares, by their ids: what messages call the resource.

        A state that cannot be read is not looked at.
        """
        return {
            id_: f"{name_in(resource['urn'])!r} of the stack {name}"
            for name, text in self._others.items()
            if isinstance(text, str)
            for resource in _resources_in(text)
            for id_ in [str(resource["id"]), *_owned_ids(resource.get("outputs", {}).get("owned"))]
        }


def _exported(name: str) -> str | StateNotReadable:
    try:
        return retry_transient(lambda: _readable(exported_text(name), name))
    except StateNotReadable as error:
        return error


def _readable(text: str, name: str) -> str:
    """An exported state, if it can be read."""
    state_in(text, name)
    return text


def _resources_in(exported: str) -> Iterator[Mapping[str, Any]]:
    """The resources of this package that a state has and manages."""
    for resource in json.loads(exported)["deployment"].get("resources") or []:
        is_ours = resource["type"].startswith(TYPE_PREFIX)
        if is_ours and resource.get("id") and not resource.get("external"):
            yield resource


def _owned_ids(owned: Any) -> Iterator[str]:
    """Every id in the output of a resource that says which objects it owns."""
    if isinstance(owned, Mapping):
        if isinstance(owned.get("id"), str):
            yield owned["id"]
        for part in owned.values():
            yield from _owned_ids(part)
    elif isinstance(owned, list):
        for part in owned:
            yield from _owned_ids(part)


class ImportFile(NamedTuple):
    """An import file.

    Args:
        resources: what it has of each resource.
        has_secret: whether it has a credential in clear.
    """

    resources: list[Entry]
    has_secret: bool

    @property
    def text(self) -> str:
        """What stands in the file."""
        return json.dumps({"resources": self.resources}, indent=2) + "\n"


class Importer:
    """Makes the import file of a stack.

    Args:
        context: what the purchases of this process share.
        stack: the stack.

    Raises:
        StateNotReadable: the stacks cannot be listed, or the state of this one cannot be read.
    """

    def __init__(self, context: PurchasingContext, stack: StackId) -> None:
        self._states = context.states = StatesOnce(stack)
        self._context = context
        self._stack = stack
        self._in_state = {
            (found["type"], str(found["id"])): found
            for found in _resources_in(self._states.exported)
        }

    def names_in_state(self, account: Account) -> dict[str, str]:
        """The names that the stack has for objects of an account, by their ids."""
        return {
            id_: name_in(self._in_state[live.kind.type, id_]["urn"])
            for id_, live in account.items()
            if self._has(live)
        }

    def taken(self, account: Account) -> dict[str, bool]:
        """For each object of an account that the stack has, whether its resource has ``adopt``."""
        return {
            id_: bool(self._in_state[live.kind.type, id_].get("inputs", {}).get("adopt"))
            for id_, live in account.items()
            if self._has(live)
        }

    def refused(self, names: Mapping[str, str], objects: Iterable[Live]) -> dict[str, str]:
        """Why the stack must not have an object, by its id.

        Args:
            names: the name of each object, by id.
            objects: the objects.
        """
        elsewhere, found = self._states.elsewhere(), {}
        for live in objects:
            if self._has(live):
                continue
            if live.kind.is_number:
                owner = self._owner(live, names)
                try:
                    require_may_take(self._context, owner, live.id, "imported")
                except (NumberHeld, StateNotAsked) as error:
                    found[live.id] = str(error)
            elif live.id in elsewhere:
                found[live.id] = f"{elsewhere[live.id]} declares it"
        return found

    def import_file(self, names: Mapping[str, str], choice: Choice) -> "ImportFile":
        """The import file. The ledger gets a claim for each number in it.

        Args:
            names: the name of each object, by id.
            choice: what the program declares.

        Raises:
            NumberHeld: somebody has taken a number meanwhile.
            LedgerError: the ledger cannot be written.
        """
        new = [live for live in choice.resources if not self._has(live)]
        entries = [self._entry(names, choice, live) for live in new]
        secrets = {*_secrets_of(choice)}
        shown = [(entry["inputs"], entry["outputs"]) for entry in entries]
        is_secret = any(has_secret(props, secrets) for both in shown for props in both)
        return ImportFile([*map(_as_in_file, entries)], is_secret)

    def _has(self, live: Live) -> bool:
        """Whether the stack has a resource for an object."""
        return (live.kind.type, live.id) in self._in_state

    def _entry(self, names: Mapping[str, str], choice: Choice, live: Live) -> Entry:
        provider, owner = live.kind.resource.provider, self._owner(live, names)
        news = self._news(owner, choice, live)
        claim = self._claim(owner, live) if live.kind.is_number else {}
        settings = self._context.settings
        inputs, outs = provider.as_imported(live.id, live.answer, news, settings, claim)
        for steps in map(steps_of, news.get(SECRETS, ())):
            inputs, outs = _marked(inputs, steps), _marked(outs, steps)
        for name in live.kind.resource.secret_outputs:
            outs = _marked(outs, [name])
        pickled = {PROVIDER_KEY: provider.serialized()}
        return {
            "type": live.kind.type,
            "name": owner.name,
            "id": live.id,
            "inputs": {**carried(inputs), **pickled},
            "outputs": {name: value for name, value in outs.items() if value is not None} | pickled,
        }

    def _news(self, owner: Owner, choice: Choice, live: Live) -> dict[str, Any]:
        """The inputs as the program passes them to the engine, with hidden ones."""
        inputs = inputs_of(choice, live)
        fields = live.kind.resource.provider.lifecycle.fields_of(inputs)
        news = {**carried(inputs), URN: owner.urn}
        if owner.stack.organization != DEFAULT_ORGANIZATION:
            news[ORGANIZATION] = owner.stack.organization
        if texts := texts_of(fields, inputs):
            news[EXACT] = texts
        if paths := secret_paths(choice, live):
            news[SECRETS] = paths
        return news

    def _claim(self, owner: Owner, live: Live) -> dict[str, Any]:
        taken = take_over(
            self._context, owner, live.id, "imported", lambda: live.answer, retained=False
        )
        return {CLAIM: taken.claim, ATTEMPT: taken.attempt}

    def _owner(self, live: Live, names: Mapping[str, str]) -> Owner:
        name = names[live.id]
        urn = f"urn:pulumi:{self._stack.name}::{self._stack.project}::{live.kind.type}::{name}"
        return self._context.owner(urn, self._stack.organization)


def _secrets_of(choice: Choice) -> Iterator[str]:
    """Every secret of the account, also of objects that the program does not declare."""
    for live in (*choice.declared.values(), *(left.object for left in choice.left_out)):
        yield from secrets_in(live.declaration.inputs)
        yield from (text for text in credentials_in(live.answer) if isinstance(text, str) and text)


def _marked(value: Any, steps: list[str]) -> Any:
    """A value in which the value at a path is marked as a secret."""
    if value is None or (isinstance(value, Mapping) and SIGNATURE in value):
        return value
    if not steps:
        return as_secret(value)
    step, *rest = steps
    if isinstance(value, Mapping) and step in value:
        return {**value, step: _marked(value[step], rest)}
    if isinstance(value, list) and int(step) < len(value):
        return [_marked(item, rest) if at == int(step) else item for at, item in enumerate(value)]
    return value


def _as_in_file(value: Any) -> Any:
    """A value in which secrets are marked as an import file marks them."""
    if isinstance(value, Mapping):
        if value.get(SIGNATURE) == SECRET_TYPE:
            return {SIGNATURE: SECRET_TYPE, "plaintext": json.dumps(value["value"])}
        return {name: _as_in_file(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_as_in_file(item) for item in value]
    return value
