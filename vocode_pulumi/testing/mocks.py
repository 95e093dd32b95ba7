# SPDX-License-Identifier: Apache-2.0
"""Pulumi's mocks. They check and create each resource with its real provider."""

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
from vocode_pulumi.lookups.asking import LookupFailed, call_text
from vocode_pulumi.provider.run import lend
from vocode_pulumi.record import PREVIEW, TYPE_PREFIX, URN
from vocode_pulumi.resources.objects import ObjectLifecycle
from vocode_pulumi.schema.values import has_unknowns
from vocode_pulumi.settings import KEYS, Settings
from vocode_pulumi.testing import values, waiting
from vocode_pulumi.testing.account import AccountInMemory
from vocode_pulumi.testing.purchases import RunInMemory
from vocode_pulumi.testing.refusals import ProgramRefused

"""What Pulumi's type of each resource begins with; the resource's own type follows."""


def finish_test() -> None:
    """At the end of a test, raise the errors of a preview for resources in the background."""
    __tracebackhide__ = True
    mocks = getattr(get_monitor(), "mocks", None)
    if isinstance(mocks, VocodeMocks):
        mocks.finish()


class _Runs(NamedTuple):
    """A preview and the update that follows it. With a real engine these are two processes.

    Args:
        preview: what the resources share in the preview.
        up: what the resources share in the update.
        bought: the names of the resources that a number was bought for.
    """

    preview: RunInMemory
    up: RunInMemory
    bought: list[str]


class VocodeMocks(Mocks):
    """Mocks for every resource and lookup. Set them with ``pulumi.runtime.set_mocks(VocodeMocks())``.

    Each resource's real provider checks and creates it, in an account in memory. If a preview would
    refuse a resource, its constructor raises :class:`ProgramRefused`. A resource has the same outputs as
    at Vocode; its ids and digits are made from its name.

    Lookups read the same account, with the resources that the program declared before. If the program
    names an object that it does not declare, by an id or by a number's digits, the account has that
    object too. It can be read, referred to and adopted. It has only its id, and the inputs of the resource
    that adopts it.

    A resource of another provider has its inputs as outputs. To answer otherwise, subclass the mocks:
    lookups call :meth:`call` with tokens such as ``vocode:index:getAgent`` and
    ``vocode:index:listNumbers``. The answer to a list is ``{"items": […]}``.

    Raises:
        ProgramRefused: inputs that a preview would refuse.
    """

    def __init__(self) -> None:
        self._account = AccountInMemory()
        self._lock = threading.RLock()
        self._runs: _Runs | None = None
        self._registered: set[str] = set()
        self._problems: list[str] = []
        self._is_collecting = False

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        """A resource's id and outputs."""
        if not args.typ.startswith(TYPE_PREFIX):
            return f"{args.name}_id", args.inputs
        # Pulumi registers resources in several threads.
        with self._lock:
            kind = args.typ.removeprefix(TYPE_PREFIX)
            try:
                return self._create(kind, args)
            except ProgramRefused:
                raise
            except VocodeError as error:
                raise self._refused(f"{kind} {args.name!r}: {error}") from None

    def call(self, args: MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]] | None]:
        """A lookup's answer, as Vocode would give it.

        Raises:
            LookupFailed: Vocode would answer with an error.
        """
        if not args.token.startswith("vocode:"):
            return args.args, []
        word = args.token.rpartition(":")[2]
        function = re.sub("[A-Z]", lambda found: f"_{found[0].lower()}", word)
        act, _, noun = function.partition("_")
        try:
            with self._lock:
                client = self._current_runs(None).up.client
                if noun == "usage":
                    return client.get("/v1/usage"), None
                if act == "list":
                    return {"items": client.list(f"/v1/{noun}/list")}, None
                return client.get(f"/v1/{noun}s", **args.args), None
        except VocodeError as error:
            raise LookupFailed(f"{call_text(function, args.args)}: {error}") from error

    def settled(self, resource: pulumi.Resource) -> None:
        """Raise the errors of a resource; its constructor calls this.

        Raises:
            ProgramRefused: a preview would refuse this resource, or one that was declared before.
            Exception: the error of the resource's registration.
        """
        __tracebackhide__ = True
        error = waiting.until_registered(resource)
        self._raise_what_is_refused()
        if error is not None and not self._is_collecting:
            waiting.raise_once(error)

    def finish(self) -> None:
        """Wait for the resources that the program declares in the background.

        Raises:
            ProgramRefused: a preview would refuse some of them.
        """
        __tracebackhide__ = True
        waiting.until_all_is_registered()
        self._raise_what_is_refused()

    def _raise_what_is_refused(self) -> None:
        __tracebackhide__ = True
        if not self._is_collecting and self._problems:
            waiting.raise_once(ProgramRefused(self._take_problems()))

    @contextmanager
    def collecting(self) -> Iterator[list[str]]:
        """Collect the problems of a whole program, each once. Constructors do not raise them."""
        problems: list[str] = []
        self._is_collecting = True
        try:
            yield problems
        finally:
            self._is_collecting = False
            problems += self._take_problems()

    def _take_problems(self) -> list[str]:
        """Take the problems that were not raised yet, each once."""
        with self._lock:
            problems, self._problems = self._problems, []
            return [*dict.fromkeys(problems)]

    def _create(self, kind: str, args: MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        resource = getattr(vocode_pulumi, kind)
        given = args.inputs
        props = {
            URN: f"urn:pulumi:{pulumi.get_stack()}::{pulumi.get_project()}::{args.typ}::{args.name}",
            **values.unwrapped(given),
        }
        if args.resource_id:
            provider = self._provider(resource, self._current_runs(None).up)
            read = provider.read(args.resource_id, props)
            return args.resource_id, self._outputs(resource, given, read.outs or {})
        runs = self._current_runs(props[URN])
        checked = self._provider(resource, runs.up).check({}, props)
        inputs = values.unwrapped(checked.inputs)
        if not checked.failures:
            self._add_adopted(resource, inputs)
        previewed = self._provider(resource, runs.preview).check({}, {**props, PREVIEW: True})
        failures = previewed.failures or checked.failures
        if failures:
            raise self._refused(*(f"{kind} {args.name!r}: {line}" for line in map(_line, failures)))
        if has_unknowns(inputs):
            return None, {name: value for name, value in given.items() if not _is_hidden(name)}
        self._account.make_for(f"{kind}/{args.name}")
        created = self._provider(resource, runs.up).create(inputs)
        self._require_within_limit(kind, args.name, runs, adopts="adopt" in inputs)
        return created.id, self._outputs(resource, given, created.outs or {})

    def _require_within_limit(self, kind: str, name: str, runs: _Runs, *, adopts: bool) -> None:
        """Count again after an adoption: an adopted number was in the account before all purchases."""
        max_numbers = runs.up.settings.max_numbers
        if kind != "PhoneNumber" or max_numbers is None:
            return
        if not adopts:
            runs.bought.append(name)
            return
        existing = len(runs.up.client.list("/v1/numbers/list")) - len(runs.bought)
        if runs.bought and existing + len(runs.bought) > max_numbers:
            too_many = TooManyNumbers(existing, len(runs.bought) - 1, max_numbers)
            raise self._refused(f"{kind} {runs.bought[-1]!r}: {too_many}")

    def _refused(self, *problems: str) -> ProgramRefused:
        self._problems += problems
        return ProgramRefused(problems)

    def _provider(self, resource: Any, run: RunInMemory) -> ResourceProvider:
        """A provider as the engine makes it: it is configured, and uses the run."""
        provider: ResourceProvider = type(resource.provider)()
        provider.configure(ConfigureRequest(Config(self._config(), pulumi.get_project())))
        lend(run)
        return provider

    def _config(self) -> dict[str, Any]:
        config = {key: get_config(key) for key in KEYS}
        # A test needs no API key.
        return {**config, "vocode:apiKey": config["vocode:apiKey"] or f"mocks-{id(self)}"}

    def _current_runs(self, urn: str | None) -> _Runs:
        """The current runs. If a resource is declared a second time, new runs begin.

        Raises:
            ConfigError: a setting cannot be right.
        """
        settings = Settings.load(self._config().get)
        is_second_time = urn in self._registered
        if is_second_time or self._runs is None or self._runs.up.settings != settings:
            self._registered = set() if is_second_time else self._registered
            self._account.set_user_id(settings.account)
            self._runs = _Runs(
                RunInMemory(settings, self._account), RunInMemory(settings, self._account), []
            )
        if urn is not None:
            self._registered.add(urn)
        return self._runs

    def _add_adopted(self, resource: Any, inputs: Mapping[str, Any]) -> None:
        """Add an object that the program adopts to the account, with the ``type`` that it declares."""
        adopted = inputs.get("adopt")
        lifecycle = resource.provider.lifecycle
        if adopted is not None and issubclass(lifecycle, ObjectLifecycle):
            plain = {
                name: value
                for name, value in inputs.items()
                if name != "adopt" and not _is_hidden(name) and isinstance(value, str | bool)
            }
            self._account.add_for_adoption(lifecycle.collection.rpartition("/")[2], adopted, plain)

    @staticmethod
    def _outputs(
        resource: Any, given: Mapping[str, Any], outs: Mapping[str, Any]
    ) -> dict[str, Any]:
        """Outputs as the engine gives them to the program."""
        public = {name: value for name, value in outs.items() if not _is_hidden(name)}
        return {
            name: pulumi.Output.secret(value)
            if name in resource.secret_outputs
            else values.as_secret_as(given.get(name), value)
            for name, value in public.items()
        }


def _line(failure: CheckFailure) -> str:
    return f"{failure.property}: {failure.reason}" if failure.property else failure.reason


def _is_hidden(name: str) -> bool:
    return name.startswith("__")
