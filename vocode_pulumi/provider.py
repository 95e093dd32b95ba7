# SPDX-License-Identifier: Apache-2.0
"""The one ``ResourceProvider`` base: what Pulumi's engine calls, for every resource.

A resource's provider says what its inputs are (:attr:`VocodeProvider.args`) and carries out five
words: ``make``, ``find``, ``change``, ``release`` and ``outputs``. Everything else is here.

The class is pickled by reference, so ``__provider`` in a stack's state holds its name alone: no
credential, and no difference from version to version.
"""

import functools
import operator
import re
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, NamedTuple, TypeVar, cast

import grpc
from pulumi.dynamic import (
    CheckFailure,
    CheckResult,
    ConfigureRequest,
    CreateResult,
    DiffResult,
    ReadResult,
    ResourceProvider,
    UpdateResult,
)
from pulumi.runtime.proto import engine_pb2, engine_pb2_grpc

from vocode_pulumi import schema
from vocode_pulumi.client import Client, client_for
from vocode_pulumi.config import Settings
from vocode_pulumi.errors import ConfigError, VocodeError
from vocode_pulumi.models import HIDDEN, without
from vocode_pulumi.parts import Owned, Parts, differs, skeleton
from vocode_pulumi.schema import CREATE_ONLY, REPLACES, SECRET, UNORDERED, Choice, Inputs, Scalar

URN = "__urn"
"""Input and output that holds the resource's own URN. Names that begin with two underscores are
hidden by Pulumi's displays."""

DECLARED = "__declared"
"""Output that holds which inputs were declared (:data:`vocode_pulumi.parts.Skeleton`)."""

SECRETS = "__secrets"
"""Input and output that holds the paths of the inputs that the program gave as secrets."""

OTHERWISE = "__otherwise"
"""Output that holds which inputs are not so although they are declared; the engine, which compares
inputs with inputs, does not see that by itself."""

SECRET_SIGNATURE = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
"""Marks a value as secret on the way to the engine."""

OWNED = "owned"
"""Output that holds the ids of what inline inputs made, by input."""

F = TypeVar("F", bound=Callable[..., Any])


def _one_line(method: F) -> F:
    """Show an expected error as one line: the plugin prints whole tracebacks unless told not to."""

    @functools.wraps(method)
    def wrapper(*args: Any) -> Any:
        given = HIDDEN.set(frozenset(_secret_texts(args)))
        try:
            return method(*args)
        except VocodeError as error:
            error.args = (without(str(error), HIDDEN.get()),)
            sys.tracebacklimit = 0
            # What it came of would be printed before it, and is in its text.
            raise error from None
        except Exception:
            sys.tracebacklimit = 1000
            raise
        finally:
            HIDDEN.reset(given)

    return cast(F, wrapper)


class State(NamedTuple):
    """A resource as it was last seen.

    Args:
        outs: its outputs.
        declared: which inputs were declared.
        owned: the ids of what inline inputs made, by input.
    """

    outs: Inputs
    declared: dict[str, Any]
    owned: dict[str, Owned | None]

    @classmethod
    def of(cls, outs: Inputs) -> "State":
        """Out of the outputs that Pulumi kept."""
        return cls(outs, outs.get(DECLARED) or {}, outs.get(OWNED) or {})


class VocodeProvider(ResourceProvider):
    """What every resource's provider does alike."""

    serialize_as_secret_always = False

    args: ClassVar[Any]
    """The ``TypedDict`` of the inputs, or a union of some that are told apart by their ``type``."""

    repeats: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    """Outputs that repeat inputs under another name, each with the paths of those inputs; Pulumi
    itself keeps a secret only under the name under which it was given."""

    _stack: Callable[[str], Any]
    _unusable: Sequence[CheckFailure] = ()
    _client: Client | None
    _lock: threading.Lock

    # What a resource says.

    def inspect(self, olds: Inputs, news: Inputs) -> Iterator[schema.Problem]:
        """Problems that no single field shows. ``olds`` are empty for a new resource."""
        return iter(())

    def makes_room(self, replaces: list[str]) -> bool:
        """Whether a replacement can only be made once the old resource is gone."""
        return False

    def make(self, urn: str, inputs: Inputs) -> tuple[str, Inputs]:
        """Make the resource; give its id and outputs."""
        raise NotImplementedError

    def find(self, id_: str) -> Any:
        """The resource as Vocode describes it, or ``None`` when it is gone."""
        raise NotImplementedError

    def look(self, id_: str, outs: Inputs) -> Any:
        """The same for a refresh, which may save calls by what the outputs were."""
        return self.find(id_)

    def change(self, id_: str, state: State, inputs: Inputs) -> Inputs:
        """Bring the resource to the inputs with just the calls that are needed; give its outputs."""
        raise NotImplementedError

    def release(self, id_: str, outs: Inputs) -> None:
        """Let the resource go, by what its outputs were; what is gone already is done."""
        raise NotImplementedError

    def outputs(self, answer: Any, state: State) -> Inputs:
        """Outputs out of an answer: plain JSON, chosen field by field, without a credential."""
        raise NotImplementedError

    def known(self, id_: str, urn: str) -> None:
        """The engine knows this resource under this id."""

    def is_held(self, id_: str) -> bool:
        """Whether a resource holds an object as its own, as far as this run has said."""
        return False

    def seen(self, id_: str, urn: str) -> None:
        """The engine reads this resource, or one that it does not manage."""

    # What resources use.

    @property
    def shape(self) -> schema.Record | schema.Variants:
        """What is known of the inputs."""
        return schema.inputs(self.args)

    @property
    def fields(self) -> dict[str, schema.Field]:
        """The inputs, and what is known of each."""
        return self.fields_of({})

    def fields_of(self, inputs: Mapping[str, Any]) -> dict[str, schema.Field]:
        """The same, as far as the inputs' own ``type`` tells."""
        return schema.fields_of(self.shape, inputs)

    @property
    def client(self) -> Client:
        """Calls to the account; made at first use, so that a missing setting fails only then."""
        with self._lock:
            if self._client is None:
                self._client = client_for(Settings.load(self._stack))
            return self._client

    @property
    def parts(self) -> Parts:
        """What brings inline objects to what is declared."""
        return Parts(self.client, self.is_held)

    def skeletons(self, inputs: Inputs) -> dict[str, Any]:
        """Which inputs are declared."""
        fields = self.fields_of(inputs)
        return {
            name: skeleton(fields[name], value) for name, value in inputs.items() if name in fields
        }

    def _finish(self, outs: Inputs, props: Inputs) -> Inputs:
        """Outputs with what is hidden in them, and with secret inputs kept secret."""
        secrets = props.get(SECRETS) or []
        done = {**outs, URN: props.get(URN), SECRETS: props.get(SECRETS)}
        for name, paths in self.repeats.items():
            if outs.get(name) is not None and any(
                _overlap(path, secret) for path in paths for secret in secrets
            ):
                done[name] = {**SECRET_SIGNATURE, "value": outs[name]}
        return done

    # What the engine calls.

    def configure(self, req: ConfigureRequest) -> None:
        self._stack = req.config.get
        self._client = None
        self._lock = threading.Lock()
        try:
            Settings.load(self._stack)
        except ConfigError as error:
            # Preview says it, before anything is asked of Vocode.
            self._unusable = [CheckFailure("", str(error))]

    @_one_line
    def check(self, _olds: Inputs, news: Inputs) -> CheckResult:
        # The URN stays as it was created with, so that a rename with an alias is no difference.
        urn = _olds.get(URN) or news.get(URN)
        olds, given = _inputs(_olds), _inputs(news)
        found = [*schema.object_problems(self.shape, given)]
        if not found:
            given = self._in_old_order(olds, given)
            found = [*self.inspect(olds, {**given, URN: urn})]
        failures = [self._failure(path, reason, news) for path, reason in found]
        failures += self._unusable
        hidden = {URN: urn, SECRETS: news.get(SECRETS)}
        return CheckResult({**given, **hidden}, failures)

    def _in_old_order(self, olds: Inputs, given: Inputs) -> Inputs:
        """Inputs in which a list whose order means nothing is no difference by its order."""
        same = {
            name: olds[name]
            for name, field in self.fields_of(given).items()
            if field.has(UNORDERED)
            and isinstance(olds.get(name), list)
            and isinstance(given.get(name), list)
            and sorted(map(str, olds[name])) == sorted(map(str, given[name]))
        }
        return {**given, **same}

    def _failure(self, path: str, reason: str, news: Inputs) -> CheckFailure:
        """A problem as Pulumi shows it, which quotes the whole value of the property that is named.

        So a property that is unknown, secret or has others in it is named in the text instead.
        """
        field = self.fields_of(news).get(path)
        secret = any(_overlap(path, one) for one in news.get(SECRETS) or [])
        if secret:
            reason = re.sub(r", not (?!(a|an) \w+$).*", "", reason, flags=re.DOTALL)
            reason = without(reason, HIDDEN.get())
        nested = "." in path or "[" in path
        plain = field is not None and isinstance(field.shape, Scalar | Choice)
        if nested or (plain and field and not field.has(SECRET) and not secret):
            return CheckFailure(path, reason)
        return CheckFailure("", f"{path}: {reason}")

    @_one_line
    def diff(self, _id: str, _olds: Inputs, _news: Inputs) -> DiffResult:
        news = _inputs(_news)
        self.known(_id, str(_news.get(URN)))
        fixed = self._fixed(news, _olds.get(DECLARED) or {})
        replaces = [
            name
            for name, value in fixed.items()
            if schema.has_unknowns(value) or differs(value, _olds.get(name))
        ]
        unfinished = not replaces and any(
            differs(value, _olds.get(name)) for name, value in news.items() if name not in fixed
        )
        otherwise = any(name in replaces for name in _olds.get(OTHERWISE) or [])
        # None lets the engine compare the inputs and show which of them changed.
        return DiffResult(
            changes=True if unfinished or otherwise else None,
            replaces=replaces,
            delete_before_replace=bool(replaces) and self.makes_room(replaces),
        )

    def _fixed(self, news: Inputs, declared: Mapping[str, Any]) -> Inputs:
        """What the resource must be from its beginning on.

        An input that is not given any more no longer says so, except where that goes back to what a
        new object has.
        """
        fields = self.fields_of(news)
        given = {
            name: news[name]
            for name, field in fields.items()
            if name in news and (field.has(REPLACES) or field.has(CREATE_ONLY))
        }
        removed = {
            name: field.default
            for name, field in fields.items()
            if field.has(CREATE_ONLY) and name in declared and name not in news
        }
        return given | removed

    @_one_line
    def create(self, props: Inputs) -> CreateResult:
        urn = str(props.get(URN))
        inputs = _inputs(props)
        id_, outs = self.make(urn, inputs)
        otherwise = [
            name
            for name, value in self._fixed(inputs, {}).items()
            if differs(value, outs.get(name))
        ]
        return CreateResult(id_, self._finish({**outs, OTHERWISE: otherwise or None}, props))

    @_one_line
    def read(self, id_: str, props: Inputs) -> ReadResult:
        self.seen(id_, str(props.get(URN)))
        before = schema.plain(props)
        managed = DECLARED in before
        answer = self.look(id_, before) if managed else self.find(id_)
        if answer is None:
            if not managed:
                # Of `.get`; Pulumi itself would go on with nothing.
                raise VocodeError(
                    f"There is no {type(self).__name__.removesuffix('Provider')} {id_!r} in this "
                    "account: check it, and whose key is in use."
                )
            return ReadResult(None, {})
        outs = self.outputs(answer, State.of(before))
        drifted = any(
            differs(before.get(name), outs.get(name)) for name in before.get(DECLARED, {})
        )
        inputs = None
        if drifted:
            inputs = {name: outs[name] for name in before[DECLARED] if outs.get(name) is not None}
            inputs |= {name: before.get(name) for name in (URN, SECRETS)}
        outs[OTHERWISE] = before.get(OTHERWISE)
        return ReadResult(id_, self._finish(outs, before), inputs)

    @_one_line
    def update(self, _id: str, _olds: Inputs, _news: Inputs) -> UpdateResult:
        urn = str(_news.get(URN))
        self.known(_id, urn)
        outs = self.change(_id, State.of(schema.plain(_olds)), _inputs(_news))
        outs[OTHERWISE] = _olds.get(OTHERWISE)
        return UpdateResult(self._finish(outs, _news))

    @_one_line
    def delete(self, _id: str, _props: Inputs) -> None:
        self.release(_id, _props)


SHORTEST = 4
"""Letters of the shortest text that is looked for as a secret: a shorter one would be found by chance."""


def _secret_texts(args: Iterable[Any]) -> Iterator[str]:
    """Every text that the program gave as a secret, in inputs and outputs that the engine hands over."""
    for props in args:
        if isinstance(props, Mapping):
            for path in props.get(SECRETS) or []:
                yield from (text for text in _texts(_at(props, path)) if len(text) >= SHORTEST)


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)


def _at(value: Any, path: str) -> Any:
    """What stands at a path; ``None`` for nothing."""
    for step in _steps(path):
        if isinstance(value, Mapping):
            value = value.get(step)
        elif isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


def _steps(path: str) -> list[str]:
    """The names and numbers of a path such as ``a.b[0]["c.d"]``."""
    return ["".join(step) for step in re.findall(r'\["(.*?)"\]|\[(\d+)\]|([^.\[]+)', path)]


def _overlap(one: str, other: str) -> bool:
    """Whether one of two paths lies within the other."""
    return all(map(operator.eq, _steps(one), _steps(other)))


def _inputs(props: Inputs) -> Inputs:
    """The declared inputs alone."""
    return {name: value for name, value in schema.plain(props).items() if not name.startswith("__")}


def notify(urn: str, text: str, *, warning: bool = True) -> None:
    """Say something to whoever runs Pulumi, beside the resource that it is about.

    Args:
        urn: of the resource.
        text: one line.
        warning: whether it is a warning, or only worth knowing.
    """
    severity = engine_pb2.WARNING if warning else engine_pb2.INFO
    address = sys.argv[1] if len(sys.argv) > 1 else ""
    try:
        with grpc.insecure_channel(address) as channel:
            engine_pb2_grpc.EngineStub(channel).Log(
                engine_pb2.LogRequest(severity=severity, message=text, urn=urn), timeout=5
            )
    except (grpc.RpcError, ValueError):
        # No engine there: the plugin's error stream is shown as well.
        print(f"{urn}: {text}", file=sys.stderr, flush=True)
