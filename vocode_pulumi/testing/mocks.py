# SPDX-License-Identifier: Apache-2.0
"""Pulumi's mocks, in which each resource's real provider checks and creates."""

import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple

import pulumi
from pulumi.dynamic import CheckFailure, Config, ConfigureRequest, ResourceProvider
from pulumi.runtime import MockCallArgs, MockResourceArgs, Mocks
from pulumi.runtime.config import get_config
from pulumi.runtime.settings import get_monitor

import vocode_pulumi
from vocode_pulumi.errors import TooManyNumbers, VocodeError
from vocode_pulumi.provider.run import lend
from vocode_pulumi.record import PREVIEW, URN
from vocode_pulumi.settings import KEYS, Settings
from vocode_pulumi.testing import values, waiting
from vocode_pulumi.testing.account import AccountInMemory
from vocode_pulumi.testing.purchases import RunInMemory
from vocode_pulumi.testing.refusals import ProgramRefused

TOKEN = "pulumi-python:dynamic/vocode:"  # noqa: S105 - a type token
COLLECTIONS = {
    "Agent": "agents",
    "Prompt": "prompts",
    "Voice": "voices",
    "Action": "actions",
    "Webhook": "webhooks",
    "VectorDatabase": "vector_databases",
    "AccountConnection": "account_connections",
    "Number": "numbers",
}
"""The collection of the API that a lookup is about, by the lookup's last word."""


def raise_what_is_left() -> None:
    """A test has ended: raise what a preview refuses of what it left to the background."""
    __tracebackhide__ = True
    mocks = getattr(get_monitor(), "mocks", None)
    if isinstance(mocks, VocodeMocks):
        mocks.finish()


class _Runs(NamedTuple):
    """A preview and the update that follows it: two processes, each with what it was told.

    Args:
        preview: what the preview shares.
        up: what the update shares.
        bought: names of the resources that a number was bought for.
    """

    preview: RunInMemory
    up: RunInMemory
    bought: list[str]


class VocodeMocks(Mocks):
    """Answers for every resource and lookup; set with ``pulumi.runtime.set_mocks(VocodeMocks())``.

    Each resource's real provider checks and creates it, in an account in memory. What a preview would
    refuse is refused: by the resource's constructor, as a :class:`ProgramRefused`. A resource has the
    outputs that it would have at Vocode, with ids and digits that follow from its name.

    Lookups ask the same account: it has what the program declared before. What a program names and
    does not declare, by an id or by the digits of a number, is there too: to be read, referred to or
    adopted. It has nothing but its id, and what the program declares of it.

    What is not Vocode's has its inputs as outputs. Subclass it to answer otherwise: lookups ask
    :meth:`call` for tokens such as ``vocode:index:getAgent`` and ``vocode:index:listNumbers``, whose
    answer is ``{"items": […]}``.

    Raises:
        ProgramRefused: inputs that a preview would refuse.
    """

    def __init__(self) -> None:
        self._account = AccountInMemory()
        self._turn = threading.RLock()
        self._under_way: _Runs | None = None
        self._registered: set[str] = set()
        self._problems: list[str] = []
        self._collects = False

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        """A resource's id and outputs."""
        if not args.typ.startswith(TOKEN):
            return f"{args.name}_id", args.inputs
        # Pulumi registers resources in several threads.
        with self._turn:
            kind = args.typ.removeprefix(TOKEN)
            try:
                return self._made(kind, args)
            except ProgramRefused:
                raise
            except VocodeError as error:
                raise self._refused(f"{kind} {args.name!r}: {error}") from None

    def call(self, args: MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]] | None]:
        """A lookup's answer, as Vocode would give it.

        Raises:
            LookupFailed: Vocode would refuse it.
        """
        if not args.token.startswith("vocode:"):
            return args.args, []
        word = args.token.rpartition(":")[2]
        act, noun = re.findall("^[a-z]+|.+", word)
        try:
            with self._turn:
                client = self._runs(None).up.client
                if noun == "Usage":
                    return client.get("/v1/usage"), None
                path = f"/v1/{COLLECTIONS[noun.removesuffix('s')]}"
                if act == "list":
                    return {"items": client.list(f"{path}/list")}, None
                return client.get(path, **args.args), None
        except VocodeError as error:
            function = re.sub("[A-Z]", lambda found: f"_{found[0].lower()}", word)
            given = ", ".join(f"{name}={value!r}" for name, value in args.args.items())
            raise vocode_pulumi.LookupFailed(f"{function}({given}): {error}") from error

    def settled(self, resource: pulumi.Resource) -> None:
        """A resource's constructor asks to be told what a preview would refuse.

        Raises:
            ProgramRefused: it, or something else that was declared before.
            Exception: what is raised in the background of the resource.
        """
        __tracebackhide__ = True
        error = waiting.until_registered(resource)
        self._raise_what_is_refused()
        if error is not None and not self._collects:
            waiting.raise_once(error)

    def finish(self) -> None:
        """Wait for what the program declares in the background.

        Raises:
            ProgramRefused: a preview would refuse some of it.
        """
        __tracebackhide__ = True
        waiting.until_all_is_registered()
        self._raise_what_is_refused()

    def _raise_what_is_refused(self) -> None:
        __tracebackhide__ = True
        if not self._collects and self._problems:
            waiting.raise_once(ProgramRefused(self._taken()))

    @contextmanager
    def collecting(self) -> Iterator[list[str]]:
        """Keep the problems of a whole program, each once: constructors raise none of them."""
        problems: list[str] = []
        self._collects = True
        try:
            yield problems
        finally:
            self._collects = False
            problems += self._taken()

    def _taken(self) -> list[str]:
        """The problems that nobody has been told of, each once."""
        with self._turn:
            problems, self._problems = self._problems, []
            return [*dict.fromkeys(problems)]

    def _made(self, kind: str, args: MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        resource = getattr(vocode_pulumi, kind)
        given = args.inputs
        props = {
            URN: f"urn:pulumi:{pulumi.get_stack()}::{pulumi.get_project()}::{args.typ}::{args.name}",
            **values.without_envelopes(given),
        }
        if args.resource_id:
            provider = self._provider(resource, self._runs(None).up)
            read = provider.read(args.resource_id, props)
            return args.resource_id, self._outputs(resource, given, read.outs or {})
        runs = self._runs(props[URN])
        previewed = self._provider(resource, runs.preview).check({}, {**props, PREVIEW: True})
        provider = self._provider(resource, runs.up)
        checked = provider.check({}, props)
        failures = previewed.failures or checked.failures
        if failures:
            raise self._refused(*(f"{kind} {args.name!r}: {one}" for one in map(_line, failures)))
        if _has_unknowns(checked.inputs):
            return None, {name: value for name, value in given.items() if not _is_hidden(name)}
        self._account.make_for(f"{kind}/{args.name}")
        self._have_what_is_adopted(kind, checked.inputs)
        created = provider.create(checked.inputs)
        self._require_room(kind, args.name, runs, adopts="adopt" in checked.inputs)
        return created.id, self._outputs(resource, given, created.outs or {})

    def _require_room(self, kind: str, name: str, runs: _Runs, *, adopts: bool) -> None:
        """Count again once a number is adopted: it was in the account before anything was bought."""
        most = runs.up.settings.max_numbers
        if kind != "PhoneNumber" or most is None:
            return
        if not adopts:
            runs.bought.append(name)
            return
        there = len(runs.up.client.list("/v1/numbers/list")) - len(runs.bought)
        if runs.bought and there + len(runs.bought) > most:
            too_many = TooManyNumbers(there, len(runs.bought) - 1, most)
            raise self._refused(f"{kind} {runs.bought[-1]!r}: {too_many}")

    def _refused(self, *problems: str) -> ProgramRefused:
        self._problems += problems
        return ProgramRefused(problems)

    def _provider(self, resource: Any, run: RunInMemory) -> ResourceProvider:
        """A provider as the engine would have it: configured, and of a run."""
        provider: ResourceProvider = type(resource.provider)()
        provider.configure(ConfigureRequest(Config(self._config(), pulumi.get_project())))
        lend(run)
        return provider

    def _config(self) -> dict[str, Any]:
        config = {key: get_config(key) for key in KEYS}
        # Programs are tested without a key.
        return {**config, "vocode:apiKey": config["vocode:apiKey"] or f"mocks-{id(self)}"}

    def _runs(self, urn: str | None) -> _Runs:
        """The runs that are under way; a resource that is declared again begins others.

        Raises:
            ConfigError: a setting cannot be right.
        """
        settings = Settings.load(self._config().get)
        again = urn in self._registered
        if again or self._under_way is None or self._under_way.up.settings != settings:
            self._registered = set() if again else self._registered
            self._account.is_of(settings.account)
            self._under_way = _Runs(
                RunInMemory(settings, self._account), RunInMemory(settings, self._account), []
            )
        if urn is not None:
            self._registered.add(urn)
        return self._under_way

    def _have_what_is_adopted(self, kind: str, inputs: Mapping[str, Any]) -> None:
        """An object that is adopted is there, and is of the type that the program says."""
        adopted = inputs.get("adopt")
        if adopted is not None and kind in COLLECTIONS:
            plain = {
                name: value
                for name, value in inputs.items()
                if name != "adopt" and not _is_hidden(name) and isinstance(value, str | bool)
            }
            self._account.adopted(COLLECTIONS[kind], adopted, plain)

    @staticmethod
    def _outputs(
        resource: Any, given: Mapping[str, Any], outs: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Outputs as the engine gives them to the program."""
        shown = {name: value for name, value in outs.items() if not _is_hidden(name)}
        return {
            name: pulumi.Output.secret(value)
            if name in resource.secret_outputs
            else values.as_secret_as(given.get(name), value)
            for name, value in shown.items()
        }


def _line(failure: CheckFailure) -> str:
    return f"{failure.property}: {failure.reason}" if failure.property else failure.reason


def _is_hidden(name: str) -> bool:
    return name.startswith("__")


def _has_unknowns(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(map(_has_unknowns, value.values()))
    if isinstance(value, list):
        return any(map(_has_unknowns, value))
    return isinstance(value, pulumi.output.Unknown)
