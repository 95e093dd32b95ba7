# SPDX-License-Identifier: Apache-2.0
"""The ``ResourceProvider`` of every resource; Pulumi's engine calls it.

Each kind of resource has its own :class:`~vocode_pulumi.provider.lifecycle.Lifecycle`.

Pulumi pickles the class by reference. So ``__provider`` in a stack's state holds only the class's name:
no credential, and the same text in every version.
"""

import base64
import copy
import json
import pickle
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, ClassVar

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
from pulumi.dynamic.dynamic import PROVIDER_KEY

from vocode_pulumi.errors import (
    CallError,
    ConfigError,
    InterruptedUpdate,
    NotFoundError,
    VocodeError,
)
from vocode_pulumi.inline.comparing import differs
from vocode_pulumi.inline.declared import with_entries_as_read
from vocode_pulumi.inline.map_forms import is_ignored
from vocode_pulumi.inline.owned import in_live_order, owned_by
from vocode_pulumi.observing.caller import Caller, working_for
from vocode_pulumi.provider.exact_json import (
    texts_of,
    texts_of_inputs,
    without_ignored,
)
from vocode_pulumi.provider.expected_errors import show_plainly
from vocode_pulumi.provider.forms import with_answered_forms, with_declared_values
from vocode_pulumi.provider.hidden_inputs import HiddenInputs, declared_inputs, exact_inputs
from vocode_pulumi.provider.lifecycle import (
    ANSWERED,
    ATTEMPT,
    CLAIM,
    DECLARED,
    INCOMPLETE,
    INTERRUPTED,
    OWNED,
    UNMET,
    Lifecycle,
    State,
)
from vocode_pulumi.provider.messages import show_status, tell
from vocode_pulumi.provider.run import Run, run_of
from vocode_pulumi.provider.secret_paths import (
    as_secret,
    credentials_by_path,
    has_secret,
    overlap,
    secrets_of_call,
    steps_of,
    value_at,
    with_credentials_marked,
    with_moved_secrets_marked,
)
from vocode_pulumi.provider.trace_headers import trace_headers
from vocode_pulumi.record import (
    DEFAULT_ORGANIZATION,
    EXACT,
    FINGERPRINTS,
    HIDDEN_INPUTS,
    ORGANIZATION,
    RECORD,
    RETAINED,
    SECRETS,
    UNRECORDED,
    URN,
    HiddenRecord,
    name_in,
    without_hidden,
)
from vocode_pulumi.redaction import printable, redact
from vocode_pulumi.schema import checking, values
from vocode_pulumi.schema.marks import CREATE_ONLY, REPLACES, SECRET, UNORDERED, RefersTo
from vocode_pulumi.schema.shapes import Choice, Inputs, Reference, Scalar
from vocode_pulumi.settings import Settings

PICKLE_PROTOCOL = 4
"""The default of Python 3.11 to 3.13. Every Python uses it, because another protocol would change the text in the
state, and Pulumi would update each resource."""


class VocodeProvider(ResourceProvider):
    """Answers the engine's calls with the lifecycle of one kind of resource."""

    serialize_as_secret_always = False

    lifecycle: ClassVar[type[Lifecycle]]
    """The kind of resource."""

    _configuration: Callable[[str], Any] = staticmethod(lambda _key: None)
    """Gives the value of a key in the stack's configuration; ``None`` if there is none."""
    _settings: Settings | None = None
    _config_failures: Sequence[CheckFailure] = ()

    @property
    def run(self) -> Run:
        """What the resources of this process share. A missing API key fails only when it is used."""
        return run_of(self._settings or Settings.load(self._configuration), tell)

    def __getstate__(self) -> None:
        """Write none of the provider's attributes into a state."""

    def serialized(self) -> str:
        """The ``__provider`` of the resources.

        It is the text that Pulumi's ``serialize_provider`` gives in Python 3.11 to 3.13. That function is not
        called, for two reasons:

        - It changes the module ``pickle`` at each call. So programs in several threads get into each other's way,
          and after about a thousand resources a process can pickle nothing any more.
        - From Python 3.14 on, its text is another one. Pulumi would update each resource.
        """
        return base64.b64encode(pickle.dumps(self, PICKLE_PROTOCOL)).decode()

    def _lifecycle(self, hidden: HiddenInputs) -> Lifecycle:
        return self.lifecycle(self.run, hidden)

    def configure(self, req: ConfigureRequest) -> None:
        self._configuration, self._settings, self._config_failures = req.config.get, None, ()
        try:
            self._settings = Settings.load(self._configuration)
            if self._settings.log is not None:
                # Imported here, because most runs have no log.
                from vocode_pulumi.observing import log

                log.start(self._settings.log)
        except ConfigError as error:
            # `check` reports it in a preview, before any call to Vocode.
            self._config_failures = [CheckFailure("", str(error))]

    def use(self, settings: Settings) -> None:
        """Work with some settings, without an engine that gives them."""
        self._settings = settings

    def check(self, _olds: Inputs, news: Inputs) -> CheckResult:
        with self._engine_call("check", _olds, news) as secrets:
            hidden = HiddenInputs.of(news)
            old_declared = declared_inputs(_olds)
            declared = self.lifecycle.normal(declared_inputs(news))
            if not self._config_failures:
                self.run.saw_in_program(hidden.urn, _olds)
            problems = checking.problems(self.lifecycle.shape(), declared)
            if not problems and not self._config_failures:
                declared = self._in_old_order(old_declared, declared)
                lifecycle = self._lifecycle(hidden)
                problems = [
                    *lifecycle.cross_field_problems(old_declared if _olds else None, declared)
                ]
            failures = [self._failure(path, reason, news, secrets) for path, reason in problems]
            failures += self._config_failures
            return CheckResult(self._inputs_to_store(_olds, news, declared), failures)

    def _inputs_to_store(self, olds: Inputs, news: Inputs, declared: Inputs) -> Inputs:
        """The inputs that the state gets: those that the program declares, with credentials marked, and hidden ones.

        Args:
            olds: the old inputs, with hidden ones; empty for a new resource.
            news: the inputs as the engine passed them, with hidden ones.
            declared: the inputs that the program declares, in their normal form.
        """
        hidden = HiddenInputs.of(news)
        stored = {name: news[name] for name in (*HIDDEN_INPUTS, SECRETS) if name in news}
        stored |= _hidden_inputs_as_before(olds, news)
        if hidden.exact:
            old_texts = HiddenInputs.of(olds).exact
            stored[EXACT] = texts_of_inputs(declared, hidden.exact, old_texts) or None
        if fingerprints := self._fingerprints_with_credentials(hidden, declared):
            stored[FINGERPRINTS] = fingerprints
        fields = self.lifecycle.fields_of(declared)
        marked = {
            name: with_credentials_marked(fields[name], value) if name in fields else value
            for name, value in declared.items()
        }
        return {**marked, **stored}

    def as_imported(
        self, id_: str, answer: Mapping[str, Any], news: Inputs, settings: Settings, claim: Inputs
    ) -> tuple[Inputs, Inputs]:
        """The inputs and outputs of a new resource for an object that Vocode has already. Nothing is sent.

        The resource owns the objects that its inline inputs describe.

        Args:
            id_: the object's id.
            answer: the object as Vocode describes it, with the objects that it refers to.
            news: the inputs that the program declares, with hidden inputs.
            settings: the settings of the stack.
            claim: what the hidden record says of a number's holder (``CLAIM``, ``ATTEMPT``).
        """
        self.use(settings)
        hidden = HiddenInputs.of(news)
        inputs = self._inputs_to_store({}, news, self.lifecycle.normal(declared_inputs(news)))
        lifecycle, exact = self._lifecycle(hidden), exact_inputs(news)
        own = Reference(RefersTo(""), self.lifecycle.shape())
        owned = owned_by(own, exact, {**answer, "id": id_}) or {"parts": {}}
        outs = lifecycle.outputs(answer, State(exact, lifecycle.declared_in(exact), owned["parts"]))
        outs |= with_answered_forms(lifecycle, exact, outs, State({}, {}, {}), {}) | claim
        outs = _with_record(
            lifecycle, outs, self._fingerprints_of_secret_inputs(hidden, declared_inputs(news))
        )
        fields = lifecycle.fields_of(exact)
        marked = {name: with_credentials_marked(fields[name], outs[name]) for name in exact}
        return inputs, outs | marked

    def diff(self, _id: str, _olds: Inputs, _news: Inputs) -> DiffResult:
        with self._engine_call("diff", _id, _olds, _news):
            news, hidden, record = (
                declared_inputs(_news),
                HiddenInputs.of(_news),
                HiddenRecord.of(_olds),
            )
            lifecycle, run = self._lifecycle(hidden), self.run
            if record.account is not None:
                run.accounts.add(record.account)
            lifecycle.saw_in_state(_id)
            lifecycle.program_declares(news)
            lifecycle.saw_in_state_and_program(_id, record)
            set_at_creation = self._set_at_creation(news, record.declared or {})
            replaces = [
                name
                for name, value in set_at_creation.items()
                if values.has_unknowns(value) or differs(value, _olds.get(name))
            ]
            has_other_outputs = not replaces and any(
                differs(value, _olds.get(name))
                for name, value in news.items()
                if name not in set_at_creation
            )
            # The engine cannot see these in the inputs: an earlier run did not do everything.
            is_unfinished = any(name in replaces for name in record.unmet)
            is_unfinished |= record.interrupted or any(map(is_ignored, record.answered.values()))
            # None lets the engine compare the inputs, show which changed, and heed replace_on_changes.
            changes: bool | None = None
            declares_the_same = self._declares_the_same(hidden.urn, _news)
            if declares_the_same is not False and (has_other_outputs or is_unfinished):
                changes = True
            elif declares_the_same:
                # Pulumi then stores the new hidden inputs, and shows no change.
                changes = False
            run.news.wait()
            return DiffResult(
                changes=changes,
                replaces=replaces,
                delete_before_replace=bool(replaces) and lifecycle.deletes_before_replace(replaces),
            )

    def create(self, props: Inputs) -> CreateResult:
        with self._engine_call("create", props):
            hidden, inputs = HiddenInputs.of(props), self.lifecycle.normal(declared_inputs(props))
            self.run.require_pinned_account()
            lifecycle = self._lifecycle(hidden)
            adopted = inputs.get("adopt")
            with _naming(lifecycle, adopted, {}):
                id_, outs = lifecycle.create(self.lifecycle.normal(exact_inputs(props)))
            if not outs.pop(INCOMPLETE, False):
                new = State({}, {}, {})
                outs |= with_answered_forms(lifecycle, exact_inputs(props), outs, new, {})
            outs[UNMET] = [
                name
                for name, value in self._set_at_creation(inputs, {}).items()
                if differs(value, outs.get(name))
            ]
            fingerprints = self._fingerprints_of_secret_inputs(hidden, inputs)
            return CreateResult(id_, _with_record(lifecycle, outs, fingerprints))

    def read(self, id_: str, props: Inputs) -> ReadResult:
        with self._engine_call("read", id_, props) as secrets:
            record, before = HiddenRecord.of(props), values.plain(props)
            hidden = HiddenInputs.of_record(record)
            lifecycle = self._lifecycle(hidden)
            declared = record.declared_among(before)
            with _naming(lifecycle, id_, declared):
                if record.declared is None:
                    answer = lifecycle.read(id_)
                else:
                    lifecycle.saw_in_state(id_)
                    answer = lifecycle.read_for_refresh(id_, before)
            if answer is None:
                if record.declared is None:
                    # The resource is read with `.get`. Pulumi would continue with empty outputs.
                    raise VocodeError(
                        f"There is no {type(self).__name__.removesuffix('Provider')} {id_!r} in "
                        "this account: check it, and whose key is in use."
                    )
                lifecycle.tell_that_it_is_gone(id_, declared)
                return ReadResult(None, {})
            outs = lifecycle.outputs(answer, State.of(before))
            outs |= with_declared_values(lifecycle, before, outs, record.answered)
            texts = texts_of(lifecycle.fields_of(outs), {**record.declared_among(outs)})
            hidden_drift = _hidden_drift(record, outs)
            inputs = _inputs_after_drift(
                record, before, _with_inputs_carried(lifecycle, outs), hidden_drift
            )
            if hidden_drift and not any(
                differs(before.get(name), part)
                for name, part in record.declared_among(
                    _with_inputs_carried(lifecycle, outs)
                ).items()
            ):
                lifecycle.tell(
                    f"{', '.join(hidden_drift)} is otherwise at Vocode, in a null or in digits that Pulumi does "
                    "not show. The next `pulumi up` puts it back."
                )
            if inputs is not None:
                inputs |= _exact_hidden_input(texts, record, secrets)
                in_outputs = {name: value for name, value in inputs.items() if name in outs}
                secret_paths = [*record.secrets, *_paths_of_credentials(lifecycle, before)]
                marked = with_moved_secrets_marked(in_outputs, secrets, secret_paths)
                inputs, outs = inputs | marked, outs | marked
            if RECORD in before:
                outs |= {UNMET: record.unmet, CLAIM: record.claim, ATTEMPT: record.attempt}
                outs |= _lists_in_order_of_answer(lifecycle, outs, record.declared or {}, answer)
                return ReadResult(id_, _with_record(lifecycle, outs, record.secrets), inputs)
            # A resource that is only read has no record. A state of version 0.1 gets one with its
            # next update.
            outs = without_hidden(outs)
            outs |= {name: before[name] for name in UNRECORDED if name in before}
            outs = _with_secrets_marked(lifecycle, outs, record.declared or {})
            return ReadResult(id_, outs, inputs)

    def update(self, _id: str, _olds: Inputs, _news: Inputs) -> UpdateResult:
        with self._engine_call("update", _id, _olds, _news):
            hidden, record, inputs = (
                HiddenInputs.of(_news),
                HiddenRecord.of(_olds),
                declared_inputs(_news),
            )
            lifecycle = self._lifecycle(hidden)
            lifecycle.saw_in_state_and_program(_id, record)
            self.run.require_pinned_account()
            old_inputs = exact_inputs(self.run.old_inputs(hidden.urn) or {})
            state = State.of(values.plain(_olds), without_ignored(old_inputs, record.answered))
            owned = copy.deepcopy(state.owned)
            try:
                with _naming(lifecycle, _id, record.declared_among(_olds)):
                    try:
                        outs = lifecycle.update(_id, state, exact_inputs(_news))
                    except NotFoundError as error:
                        lifecycle.raise_clearer_error(error, _id, record)
                        raise
            except VocodeError as error:
                if state.owned == owned:
                    raise
                outs = _interrupted(lifecycle, state, record) | {
                    PROVIDER_KEY: _olds.get(PROVIDER_KEY)
                }
                raise InterruptedUpdate(str(error), _id, outs) from error
            exact = exact_inputs(_news)
            outs |= with_answered_forms(lifecycle, exact, outs, state, record.answered)
            outs |= {UNMET: record.unmet, CLAIM: record.claim, ATTEMPT: record.attempt}
            return UpdateResult(
                _with_record(lifecycle, outs, self._fingerprints_of_secret_inputs(hidden, inputs))
            )

    def delete(self, _id: str, _props: Inputs) -> None:
        with self._engine_call("delete", _id, _props):
            record = HiddenRecord.of(_props)
            self.run.require_pinned_account()
            self._require_settled(record)
            lifecycle = self._lifecycle(HiddenInputs.of_record(record))
            with _naming(lifecycle, _id, record.declared_among(_props)):
                lifecycle.delete(_id, _props, record)

    @contextmanager
    def _engine_call(self, name: str, *given: Any) -> Iterator[frozenset[str]]:
        """Observe a call of the engine, and show an expected error as one line.

        No error, log or status line has a secret that this process has seen.

        Args:
            name: the name of the call.
            *given: the arguments of the call; the last one has the URN.

        Yields:
            The secrets in these arguments.
        """
        secrets = secrets_of_call(*given)
        try:
            if not self._config_failures:
                self.run.saw_secrets(secrets)
            urn = _urn_in(given[-1])
            caller = Caller(
                name,
                urn,
                lambda: secrets | self._secrets(),
                lambda text: show_status(urn, text),
                trace_headers,
            )
            with working_for(caller):
                yield secrets
        except VocodeError as error:
            error.args = (printable(redact(str(error), secrets | self._secrets())),)
            show_plainly()
            # The text names the cause already.
            raise error from None

    def _secrets(self) -> frozenset[str]:
        """Every secret that this process has seen."""
        return frozenset() if self._config_failures else self.run.secrets

    def _in_old_order(self, old_declared: Inputs, declared: Inputs) -> Inputs:
        """The inputs; an unordered list that has the same items as before keeps its old order."""
        old_lists = {
            name: old_declared[name]
            for name, field in self.lifecycle.fields_of(declared).items()
            if field.has(UNORDERED)
            and isinstance(old_declared.get(name), list)
            and isinstance(declared.get(name), list)
            and sorted(map(str, old_declared[name])) == sorted(map(str, declared[name]))
        }
        return {**declared, **old_lists}

    def _failure(
        self, path: str, reason: str, news: Inputs, secrets: frozenset[str]
    ) -> CheckFailure:
        """A problem as Pulumi shows it.

        Pulumi prints the whole value of the property that a failure names, and ``{<nil>}`` if the property is
        missing or a part of another one. So the failure names a property only if that has a plain value that is
        no secret. Otherwise the failure's text begins with the path.

        Args:
            path: the path of the input; empty for the resource.
            reason: what is wrong with the input.
            news: the inputs as the engine passed them.
            secrets: the secrets in the arguments of this call.
        """
        secrets |= self._secrets()
        field = self.lifecycle.fields_of(news).get(path)
        is_secret = HiddenInputs.of(news).have_secret_in(path)
        if is_secret:
            # The reason ends with the value (", not 'abc'") or with its type (", not a list"), which may stay.
            reason = re.sub(r", not (?!(a|an) \w+$).*", "", reason, flags=re.DOTALL)
        reason = redact(reason, secrets)
        if not path:
            return CheckFailure("", reason)
        value = str(news.get(path))
        is_plain = field is not None and isinstance(field.shape, Scalar | Choice)
        is_given = news.get(path) is not None
        is_secret = is_secret or redact(value, secrets) != value
        if is_given and is_plain and field and not field.has(SECRET) and not is_secret:
            return CheckFailure(path, reason)
        return CheckFailure("", f"{path}: {reason}")

    def _declares_the_same(self, urn: str, news: Inputs) -> bool | None:
        """Whether the program declares the same values, and gives the same ones as secrets.

        Args:
            urn: the URN of the resource.
            news: its new inputs.

        Returns:
            ``None`` if the old inputs are not known.
        """
        olds = self.run.old_inputs(urn)
        if olds is None:
            return None
        return olds.get(SECRETS) == news.get(SECRETS) and exact_inputs(olds) == exact_inputs(news)

    def _set_at_creation(self, news: Inputs, declared: Mapping[str, Any]) -> Inputs:
        """The values that the API can set only when it creates the resource, by the input's name.

        Args:
            news: the inputs that the program declares.
            declared: which inputs were declared before. If one of these is ``CREATE_ONLY`` and was removed, it is
                returned too, with its default.
        """
        fields = self.lifecycle.fields_of(news)
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

    def _fingerprints_with_credentials(
        self, hidden: HiddenInputs, inputs: Inputs
    ) -> dict[str, str]:
        """Fingerprints for the hidden input: of the secret inputs and of each credential, by path.

        Values that a preview does not know yet have none. Without an API key there are none.
        """
        if self._config_failures or self.run.settings.api_key is None:
            return {}
        fields = self.lifecycle.fields_of(inputs)
        found = {path: value_at(inputs, path) for path in hidden.secrets}
        for name, field in fields.items():
            found |= credentials_by_path(field, inputs.get(name), name)
        known = {path: value for path, value in found.items() if not values.has_unknowns(value)}
        return self._fingerprint_of_each(known)

    def _fingerprints_of_secret_inputs(
        self, hidden: HiddenInputs, inputs: Inputs
    ) -> dict[str, str]:
        """Fingerprints for the hidden record: of the inputs that the program gave as secrets, by path.

        Without an API key they are empty texts.
        """
        return self._fingerprint_of_each({path: value_at(inputs, path) for path in hidden.secrets})

    def _fingerprint_of_each(self, secrets: Mapping[str, Any]) -> dict[str, str]:
        """The fingerprint of each secret, by its path; empty texts without an API key."""
        key = self.run.settings.api_key
        if not secrets or key is None:
            return dict.fromkeys(secrets, "")
        # Imported here, because most programs have no secrets.
        from vocode_pulumi.purchasing.fingerprints import Keyring

        keyring = Keyring(key)
        return {path: str(keyring.fingerprint(value)) for path, value in secrets.items()}

    def _require_settled(self, record: HiddenRecord) -> None:
        """Check that a destroy leaves no purchase of the stack behind.

        Raises:
            VocodeError: the stack has a purchase that is not finished.
        """
        run = self.run
        if not record.urn or run.settings.api_key is None:
            return
        organization = record.organization

        def check() -> None:
            # Imported here, because most runs delete nothing.
            from vocode_pulumi.purchasing.unsettled import DestroyGate

            context = run.purchases
            stack = context.owner(record.urn, organization).stack
            DestroyGate(context, stack).require_settled()

        stack, project, *_ = record.urn.removeprefix("urn:pulumi:").split("::", 3)
        run.require_settled(f"{organization}/{project}/{stack}", name_in(record.urn), check)


def _urn_in(props: Mapping[str, Any]) -> str:
    """The URN in inputs, or in the outputs of a resource; empty if there is none."""
    record = props.get(RECORD)
    found = record.get("urn") if isinstance(record, Mapping) else props.get(URN)
    return found if isinstance(found, str) else ""


@contextmanager
def _naming(lifecycle: Lifecycle, id_: str | None, declared: Inputs) -> Iterator[None]:
    """Put the name of the resource before the text of a :class:`~vocode_pulumi.errors.CallError`.

    Args:
        lifecycle: the kind of resource.
        id_: its id. If it has none yet (``None``), the error stays as it is.
        declared: its declared inputs.
    """
    try:
        yield
    except CallError as error:
        raise (
            error.naming(lifecycle.name_of(id_, declared)) if id_ else error
        ) from error.__cause__


def _interrupted(lifecycle: Lifecycle, state: State, record: HiddenRecord) -> Inputs:
    """The outputs after an update that failed: as before, and with the objects that the update created."""
    outs = {
        **state.outs,
        OWNED: {name: part for name, part in state.owned.items() if part},
        DECLARED: state.declared,
        UNMET: record.unmet,
        CLAIM: record.claim,
        ATTEMPT: record.attempt,
        ANSWERED: record.answered,
        INTERRUPTED: True,
    }
    # The new inputs may give in clear what the old ones gave as a secret.
    secret = {steps_of(path)[0] for path in record.secrets}
    return {
        name: as_secret(value) if name in secret else value
        for name, value in _with_record(lifecycle, outs, record.secrets).items()
    }


def _hidden_drift(record: HiddenRecord, outs: Inputs) -> list[str]:
    """The paths of changes at Vocode that the engine does not see: it carries the old and the new value as the same."""
    before, after = (
        {path: form for path, form in forms.items() if isinstance(form, Mapping)}
        for forms in (record.answered, outs.get(ANSWERED) or {})
    )
    return [path for path, form in after.items() if before.get(path) != form]


def _exact_hidden_input(
    texts: Mapping[str, str], record: HiddenRecord, secrets: frozenset[str]
) -> Inputs:
    """The hidden input ``EXACT``, as a secret if it may contain one; empty without texts.

    Args:
        texts: JSON texts of inputs, by their paths.
        record: the hidden record of the resource.
        secrets: the secrets in the arguments of this call.
    """
    if not texts:
        return {}
    is_secret = bool(record.secrets) or has_secret([*map(json.loads, texts.values())], secrets)
    return {EXACT: as_secret(dict(texts)) if is_secret else dict(texts)}


def _with_inputs_carried(lifecycle: Lifecycle, outs: Inputs) -> Inputs:
    """The outputs. Those that repeat an input are as the engine carries them (:func:`values.carried`)."""
    return outs | {
        name: values.carried(outs[name]) for name in lifecycle.fields_of(outs) if name in outs
    }


def _with_record(lifecycle: Lifecycle, outs: Inputs, secrets: Mapping[str, str]) -> Inputs:
    """The outputs that the state gets: with the hidden record, and with their secrets marked.

    Args:
        lifecycle: the kind of resource.
        outs: the outputs as the lifecycle returns them, with keys such as ``DECLARED``.
        secrets: the fingerprints of the secret inputs.
    """
    record = HiddenRecord(
        urn=lifecycle.hidden.urn,
        organization=lifecycle.hidden.organization,
        declared=outs.get(DECLARED),
        secrets=secrets,
        unmet=tuple(outs.get(UNMET) or ()),
        claim=outs.get(CLAIM),
        attempt=outs.get(ATTEMPT),
        answered={
            path: as_secret(form)
            if any(overlap(path, secret) for secret in secrets)
            or lifecycle.has_seen_secret_in(form)
            else form
            for path, form in (outs.get(ANSWERED) or {}).items()
        },
        interrupted=bool(outs.get(INTERRUPTED)),
        account=outs.get("user_id"),
    )
    outs = {**without_hidden(_with_inputs_carried(lifecycle, outs)), RECORD: record.to_output()}
    return _with_secrets_marked(lifecycle, outs, record.declared or {})


def _with_secrets_marked(lifecycle: Lifecycle, outs: Inputs, declared: Mapping[str, Any]) -> Inputs:
    secret = lifecycle.secret_outputs(outs, declared)
    return outs | {name: as_secret(outs[name]) for name in secret if outs.get(name) is not None}


def _lists_in_order_of_answer(
    lifecycle: Lifecycle, outs: Inputs, declared: Mapping[str, Any], answer: Inputs
) -> Inputs:
    """``OWNED`` and ``DECLARED`` of a resource that was read: their lists are in the order of the answer's lists.

    Args:
        lifecycle: the kind of resource.
        outs: the outputs for the answer, with ``OWNED`` as the state has it.
        declared: which inputs are declared.
        answer: the resource as Vocode describes it.
    """
    ordered = {
        name: in_live_order(
            lifecycle.fields_of(outs)[name], part, declared.get(name), answer.get(name)
        )
        for name, part in (outs.get(OWNED) or {}).items()
    }
    declared = {**declared, **{name: fields for name, (_, fields) in ordered.items()}}
    fields = lifecycle.fields_of(outs)
    return {
        OWNED: {name: part for name, (part, _) in ordered.items()} or outs.get(OWNED),
        DECLARED: {
            name: with_entries_as_read(fields[name], part, outs.get(name))
            if name in fields
            else part
            for name, part in declared.items()
        },
    }


def _inputs_after_drift(
    record: HiddenRecord, before: Inputs, outs: Inputs, hidden_drift: Sequence[str]
) -> Inputs | None:
    """The inputs that the state gets after a refresh, as Vocode has them; ``None`` if they stay as they are.

    After an update that failed, they never stay: the state has the inputs of that update.

    Args:
        record: the hidden record of the resource.
        before: the outputs in the state.
        outs: the outputs as Vocode has them now.
        hidden_drift: the paths of changes that the engine does not see.
    """
    declared = record.declared or {}
    has_drift = any(differs(before.get(name), outs.get(name)) for name in declared)
    if not has_drift and not hidden_drift and not record.interrupted:
        return None
    hidden = HiddenInputs.of_record(record)
    inputs = {name: outs[name] for name in declared if outs.get(name) is not None}
    inputs[URN] = hidden.urn
    if hidden.organization != DEFAULT_ORGANIZATION:
        inputs[ORGANIZATION] = hidden.organization
    return inputs | ({SECRETS: [*hidden.secrets]} if hidden.secrets else {})


def _paths_of_credentials(lifecycle: Lifecycle, before: Inputs) -> Iterator[str]:
    """The paths of the credentials in the old outputs."""
    for name, field in lifecycle.fields_of(before).items():
        yield from credentials_by_path(field, before.get(name), name)


def _hidden_inputs_as_before(olds: Inputs, news: Inputs) -> Inputs:
    """The old hidden inputs whose change has no meaning. They stay, because Pulumi would show the change."""
    kept = {}
    if olds and olds.get(RETAINED) != news.get(RETAINED):
        # Only a create uses RETAINED.
        kept[RETAINED] = olds.get(RETAINED)
    if sorted(olds.get(SECRETS) or ()) == sorted(news.get(SECRETS) or ()) and SECRETS in olds:
        # A refresh can write the paths in another order.
        kept[SECRETS] = olds[SECRETS]
    return kept
