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

from vocode_pulumi.api.client import Client
from vocode_pulumi.errors import ConfigError, NotFoundError, VocodeError
from vocode_pulumi.inline.applying import InlineUpdater
from vocode_pulumi.inline.comparing import differs
from vocode_pulumi.inline.declared import declared_by
from vocode_pulumi.inline.owned import Owned
from vocode_pulumi.provider.expected_errors import show_plainly
from vocode_pulumi.provider.run import Run, run_of
from vocode_pulumi.record import (
    HIDDEN_INPUTS,
    ORGANIZATION,
    PREVIEW,
    RECORD,
    RETAINED,
    SECRETS,
    UNRECORDED,
    URN,
    HiddenRecord,
    name_in,
    without_hidden,
)
from vocode_pulumi.redaction import HIDDEN, without
from vocode_pulumi.schema import checking, reading, shapes, values
from vocode_pulumi.schema.marks import CREATE_ONLY, REPLACES, SECRET, UNORDERED
from vocode_pulumi.schema.shapes import Choice, Inputs, Scalar
from vocode_pulumi.schema.walking import fields_of
from vocode_pulumi.settings import Settings

DEFAULT_ORGANIZATION = "organization"
"""What Pulumi calls the one organization of a state that nobody hosts."""

SECRET_SIGNATURE = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
"""Marks a value as secret on the way to the engine."""

OWNED = "owned"
"""Output that holds the ids of what inline inputs made, by input."""

DECLARED, UNMET, CLAIM, ATTEMPT = "__declared", "__unmet", "__claim", "__attempt"
"""What a resource says beside its outputs, for the hidden record (:mod:`vocode_pulumi.record`)."""


class About(NamedTuple):
    """What the hidden inputs say of a resource.

    Args:
        urn: that it has now.
        organization: of Pulumi.
        secrets: the paths of the inputs that the program gave as secrets.
        retained: whether it has ``retain_on_delete``.
        preview: whether this is a preview, as far as the program said it.
        is_new: whether the engine has no old inputs of it.
    """

    urn: str
    organization: str
    secrets: tuple[str, ...] = ()
    retained: bool = False
    preview: bool = False
    is_new: bool = False

    @classmethod
    def of(cls, props: Mapping[str, Any], *, is_new: bool = False) -> "About":
        """Out of the properties that the engine hands over."""
        return cls(
            urn=str(props.get(URN)),
            organization=str(props.get(ORGANIZATION) or DEFAULT_ORGANIZATION),
            secrets=tuple(props.get(SECRETS) or ()),
            retained=bool(props.get(RETAINED)),
            preview=bool(props.get(PREVIEW)),
            is_new=is_new,
        )

    def has_secret_in(self, path: str) -> bool:
        """Whether an input is a secret, or has one in it, or lies within one."""
        return any(_overlap(path, secret) for secret in self.secrets)


F = TypeVar("F", bound=Callable[..., Any])


def _one_line(method: F) -> F:
    """Show an expected error as one line, without secrets."""

    @functools.wraps(method)
    def wrapper(*args: Any) -> Any:
        given = HIDDEN.set(frozenset(_secret_texts(args)))
        try:
            return method(*args)
        except VocodeError as error:
            error.args = (without(str(error), HIDDEN.get()),)
            show_plainly()
            # What it came of is in its text.
            raise error from None
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
    declared: Mapping[str, Any]
    owned: dict[str, Owned | None]

    @classmethod
    def of(cls, outs: Inputs) -> "State":
        """Out of the outputs that Pulumi kept."""
        return cls(outs, HiddenRecord.of(outs).declared or {}, outs.get(OWNED) or {})


class VocodeProvider(ResourceProvider):
    """What every resource's provider does alike."""

    serialize_as_secret_always = False

    args: ClassVar[Any]
    """The ``TypedDict`` of the inputs, or a union of some that are told apart by their ``type``."""

    repeats: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    """Outputs that repeat inputs under another name, each with the paths of those inputs; Pulumi
    itself keeps a secret only under the name under which it was given."""

    _stack: Callable[[str], Any] = staticmethod(lambda _key: None)
    _unusable: Sequence[CheckFailure] = ()

    # What a resource says.

    def normal(self, inputs: Inputs) -> Inputs:
        """Inputs in their normal form."""
        return inputs

    def inspect(self, about: About, olds: Inputs, news: Inputs) -> Iterator[checking.Problem]:
        """Problems that no single field shows."""
        return iter(())

    def makes_room(self, replaces: list[str]) -> bool:
        """Whether a replacement can only be made once the old resource is gone."""
        return False

    def make(self, about: About, inputs: Inputs) -> tuple[str, Inputs]:
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

    def release(self, id_: str, outs: Inputs, record: HiddenRecord) -> None:
        """Let the resource go, by what its outputs were; what is gone already is done."""
        raise NotImplementedError

    def outputs(self, answer: Any, state: State) -> Inputs:
        """Outputs out of an answer: plain JSON, chosen field by field, without a credential."""
        raise NotImplementedError

    def recorded(self, id_: str) -> None:
        """The engine shows that the state has a resource under this id."""

    def shown(self, id_: str, urn: str) -> None:
        """The same, of a resource that the program declares."""

    def declares(self, urn: str, inputs: Inputs) -> None:
        """The program declares a resource with these inputs, whether it is there already or not."""

    def is_held(self, id_: str) -> bool:
        """Whether a resource holds an object as its own, as far as this run has said."""
        return False

    # What resources use.

    @property
    def shape(self) -> shapes.Record | shapes.Variants:
        """What is known of the inputs."""
        return reading.schema_of(self.args)

    @property
    def fields(self) -> Mapping[str, shapes.Field]:
        """The inputs, and what is known of each."""
        return self.fields_of({})

    def fields_of(self, inputs: Mapping[str, Any]) -> Mapping[str, shapes.Field]:
        """The same, as far as the inputs' own ``type`` tells."""
        return fields_of(self.shape, inputs)

    @property
    def run(self) -> Run:
        """What this process shares; a missing key fails only when it is used."""
        return run_of(Settings.load(self._stack), _inform)

    @property
    def client(self) -> Client:
        """Calls to the account."""
        return self.run.client

    @property
    def inline(self) -> InlineUpdater:
        """What brings inline objects to what is declared."""
        return InlineUpdater(self.client, self.is_held)

    def declared_in(self, inputs: Inputs) -> dict[str, Any]:
        """Which inputs are declared."""
        fields = self.fields_of(inputs)
        return {
            name: declared_by(fields[name], value)
            for name, value in inputs.items()
            if name in fields
        }

    def _finish(self, outs: Inputs, about: About, secrets: Mapping[str, str]) -> Inputs:
        """Outputs with the hidden record in them, and with secret inputs kept secret."""
        record = HiddenRecord(
            urn=about.urn,
            organization=about.organization,
            declared=outs.get(DECLARED),
            secrets=secrets,
            unmet=tuple(outs.get(UNMET) or ()),
            claim=outs.get(CLAIM),
            attempt=outs.get(ATTEMPT),
            account=outs.get("user_id"),
        )
        return self._with_secrets({**without_hidden(outs), RECORD: record.to_output()}, about)

    def _with_secrets(self, outs: Inputs, about: About) -> Inputs:
        """Outputs in which what repeats a secret input is secret too."""
        secret = {
            name: {**SECRET_SIGNATURE, "value": outs[name]}
            for name, paths in self.repeats.items()
            if outs.get(name) is not None and any(map(about.has_secret_in, paths))
        }
        return {**outs, **secret}

    def _fingerprints(self, about: About, inputs: Inputs) -> dict[str, str]:
        """Fingerprints of what the program gave as secrets, where there is a key to make them with."""
        key = self.run.settings.api_key
        if not about.secrets or key is None:
            return dict.fromkeys(about.secrets, "")
        # Here, since most programs have no secrets.
        from vocode_pulumi.purchasing.fingerprints import Keyring

        keyring = Keyring(key)
        made = {path: keyring.fingerprint(_at(inputs, path)) for path in about.secrets}
        return {path: f"{one.key}:{one.digest}" for path, one in made.items()}

    # What the engine calls.

    def configure(self, req: ConfigureRequest) -> None:
        self._stack = req.config.get
        try:
            Settings.load(self._stack)
        except ConfigError as error:
            # Preview says it, before anything is asked of Vocode.
            self._unusable = [CheckFailure("", str(error))]

    @_one_line
    def check(self, _olds: Inputs, news: Inputs) -> CheckResult:
        about = About.of(news, is_new=not _olds)
        olds, given = _inputs(_olds), self.normal(_inputs(news))
        if not self._unusable:
            self.run.checks(about.urn, _olds)
        found = [*checking.problems(self.shape, given)]
        if not found and not self._unusable:
            given = self._in_old_order(olds, given)
            found = [*self.inspect(about, olds, given)]
        failures = [self._failure(path, reason, news) for path, reason in found]
        failures += self._unusable
        hidden = {name: news[name] for name in (*HIDDEN_INPUTS, SECRETS) if name in news}
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
        if not path:
            return CheckFailure("", reason)
        field = self.fields_of(news).get(path)
        secret = About.of(news).has_secret_in(path)
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
        news, about, record = _inputs(_news), About.of(_news), HiddenRecord.of(_olds)
        if record.account is not None:
            self.run.accounts.add(record.account)
        self.recorded(_id)
        self.declares(about.urn, news)
        self.shown(_id, about.urn)
        fixed = self._fixed(news, record.declared or {})
        replaces = [
            name
            for name, value in fixed.items()
            if values.has_unknowns(value) or differs(value, _olds.get(name))
        ]
        unfinished = not replaces and any(
            differs(value, _olds.get(name)) for name, value in news.items() if name not in fixed
        )
        unmet = any(name in replaces for name in record.unmet)
        # None lets the engine compare the inputs, show which changed, and heed replace_on_changes.
        changes: bool | None = None
        is_as_it_was = self._is_as_it_was(about.urn, _news)
        if is_as_it_was is not False and (unfinished or unmet):
            changes = True
        elif is_as_it_was:
            # Pulumi then keeps the new hidden inputs, and shows nothing.
            changes = False
        self.run.news.wait()
        return DiffResult(
            changes=changes,
            replaces=replaces,
            delete_before_replace=bool(replaces) and self.makes_room(replaces),
        )

    def _is_as_it_was(self, urn: str, news: Inputs) -> bool | None:
        """Whether nothing but hidden inputs has changed; ``None`` where the old inputs are not known."""
        olds = self.run.old_inputs(urn)
        if olds is None:
            return None
        return without_hidden(olds, [SECRETS]) == without_hidden(news, [SECRETS])

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
        about, inputs = About.of(props), self.normal(_inputs(props))
        self.run.require_pinned_account()
        id_, outs = self.make(about, inputs)
        unmet = [
            name
            for name, value in self._fixed(inputs, {}).items()
            if differs(value, outs.get(name))
        ]
        outs[UNMET] = unmet
        return CreateResult(id_, self._finish(outs, about, self._fingerprints(about, inputs)))

    @_one_line
    def read(self, id_: str, props: Inputs) -> ReadResult:
        record = HiddenRecord.of(props)
        before = values.plain(props)
        managed = record.declared is not None
        if managed:
            self.recorded(id_)
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
        declared = record.declared or {}
        drifted = managed and any(differs(before.get(name), outs.get(name)) for name in declared)
        organization = record.organization or DEFAULT_ORGANIZATION
        about = About(record.urn, organization, tuple(record.secrets))
        inputs = None
        if drifted:
            inputs = {name: outs[name] for name in declared if outs.get(name) is not None}
            inputs |= {URN: about.urn, ORGANIZATION: about.organization}
            inputs |= {SECRETS: [*about.secrets]} if about.secrets else {}
        if RECORD in before:
            outs |= {UNMET: record.unmet, CLAIM: record.claim, ATTEMPT: record.attempt}
            outs[DECLARED] = record.declared
            return ReadResult(id_, self._finish(outs, about, record.secrets), inputs)
        # What is only read has no record; a state of version 0.1 has one from its next update on.
        outs = without_hidden(outs) | {name: before[name] for name in UNRECORDED if name in before}
        return ReadResult(id_, self._with_secrets(outs, about), inputs)

    @_one_line
    def update(self, _id: str, _olds: Inputs, _news: Inputs) -> UpdateResult:
        about, record, inputs = About.of(_news), HiddenRecord.of(_olds), _inputs(_news)
        self.shown(_id, about.urn)
        self.run.require_pinned_account()
        try:
            outs = self.change(_id, State.of(values.plain(_olds)), inputs)
        except NotFoundError as error:
            self.explain(error, _id, record)
            raise
        outs |= {UNMET: record.unmet, CLAIM: record.claim, ATTEMPT: record.attempt}
        return UpdateResult(self._finish(outs, about, self._fingerprints(about, inputs)))

    @_one_line
    def delete(self, _id: str, _props: Inputs) -> None:
        record = HiddenRecord.of(_props)
        self.run.require_pinned_account()
        self._require_settled(record)
        self.release(_id, _props, record)

    def _require_settled(self, record: HiddenRecord) -> None:
        """See to it that a destroy leaves no purchase of the stack behind."""
        run = self.run
        if not record.urn or run.settings.api_key is None:
            return
        organization = record.organization or DEFAULT_ORGANIZATION

        def look() -> None:
            # Here, since whoever deletes nothing has no use for it.
            from vocode_pulumi.purchasing.unsettled import DestroyGate

            shared = run.purchases
            stack = shared.owner(record.urn, organization).stack
            DestroyGate(shared, stack).require_settled()

        stack, project, *_ = record.urn.removeprefix("urn:pulumi:").split("::", 3)
        run.require_settled(f"{organization}/{project}/{stack}", name_in(record.urn), look)

    def explain(self, error: NotFoundError, id_: str, record: HiddenRecord) -> None:
        """Raise what is behind a "not found", where that is another account's key."""


def _inform(urn: str, line: str) -> None:
    notify(urn, line, warning=False)


SHORTEST = 4
"""Letters of the shortest text that is looked for as a secret: a shorter one would be found by chance."""


def _secret_texts(args: Iterable[Any]) -> Iterator[str]:
    """Every text that the program gave as a secret, in inputs and outputs that the engine hands over."""
    for props in args:
        if isinstance(props, Mapping):
            for path in _secret_paths(props):
                yield from (text for text in _texts(_at(props, path)) if len(text) >= SHORTEST)


def _secret_paths(props: Mapping[str, Any]) -> Iterable[str]:
    """The paths of secrets, in inputs or in outputs."""
    kept = props.get(RECORD)
    of_record = kept.get("secrets") if isinstance(kept, Mapping) else None
    return [*(props.get(SECRETS) or ()), *(of_record or ())]


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
    return {name: value for name, value in values.plain(props).items() if not name.startswith("__")}


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
