# SPDX-License-Identifier: Apache-2.0
"""What Vocode has now of each resource, as a refresh would see it. Nothing is written."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from vocode_pulumi.errors import VocodeError
from vocode_pulumi.generate.kinds import KINDS
from vocode_pulumi.inline.comparing import differs
from vocode_pulumi.provider.engine import VocodeProvider
from vocode_pulumi.provider.exact_json import with_exact_json
from vocode_pulumi.provider.hidden_inputs import HiddenInputs, declared_inputs
from vocode_pulumi.provider.run import Run, lend
from vocode_pulumi.pull.state import Managed, opened
from vocode_pulumi.purchasing.fingerprints import Keyring
from vocode_pulumi.record import EXACT, HiddenRecord
from vocode_pulumi.schema.shapes import Field, Inputs
from vocode_pulumi.schema.values import plain
from vocode_pulumi.settings import Settings

WORKERS = 8
"""How many resources are read at the same time."""
_RESOURCES = {kind.type: kind.resource for kind in KINDS}


@dataclass(frozen=True)
class Seen:
    """A resource as it was last seen, and as it is.

    Args:
        resource: the resource in the state.
        fields: the schema's fields of its inputs.
        before: the declared inputs as the state has them.
        there: the same inputs as Vocode has them; ``None`` if the object is gone.
        fingerprint: the fingerprint of a secret, as a preview of the resource shows it.
    """

    resource: Managed
    fields: dict[str, Field]
    before: Inputs
    there: Inputs | None
    fingerprint: Callable[[Any], str] = field(default=lambda _value: "", compare=False)


def look(
    resources: Sequence[Managed], settings_of: Callable[[Managed], Settings]
) -> tuple[list[Seen], frozenset[str]]:
    """Read each resource at Vocode.

    Args:
        resources: as the state has them.
        settings_of: how to reach the account of a resource.

    Returns:
        What was read, in the same order; and every secret text that was met.

    Raises:
        CallError: a call failed.
        NewerRecord: a newer version wrote the state.
    """
    with _lent(map(settings_of, resources)) as runs, ThreadPoolExecutor(WORKERS) as pool:
        seen = [*pool.map(lambda one: _look(one, settings_of(one)), resources)]
        return seen, frozenset(text for run in runs for text in run.secrets)


@contextlib.contextmanager
def _lent(settings: Iterator[Settings]) -> Iterator[list[Run]]:
    """Let the providers of this process share new runs: they have read nothing yet."""
    runs = [Run(one, lambda _urn, _text: None) for one in dict.fromkeys(settings)]
    for run in runs:
        lend(run)
    yield runs


def _look(resource: Managed, settings: Settings) -> Seen:
    if resource.type not in _RESOURCES:
        raise VocodeError(
            f"This version does not know what a {resource.kind} is ({resource.name}): upgrade pulumi-vocode."
        )
    provider = _reader(_RESOURCES[resource.type].provider, settings)
    record, outs = HiddenRecord.of(resource.outputs), plain(resource.outputs)
    fields = dict(provider.lifecycle.fields_of(outs))
    found = provider.read(resource.id, resource.outputs)
    before = _exact(record.declared_among(outs), resource.inputs)
    there = before
    if found.id is None:
        return Seen(resource, fields, before, None)
    if found.inputs is not None:
        news, _ = opened(found.inputs)
        there = _exact(news, news)
        # What is only in another form or order is no change.
        there |= {
            name: before[name]
            for name in before.keys() & there.keys()
            if not differs(before[name], there[name])
        }
    keyring = Keyring(settings.api_key) if settings.api_key else None
    return Seen(
        resource,
        fields,
        before,
        there,
        lambda value: str(keyring.fingerprint(value)) if keyring else "",
    )


def _exact(values: Inputs, hidden: Inputs) -> Inputs:
    """Inputs without hidden ones, and with the nulls and large numbers of objects of any JSON."""
    shown = {name: value for name, value in declared_inputs(values).items() if value is not None}
    texts = hidden.get(EXACT)
    return with_exact_json(shown, HiddenInputs.of({EXACT: texts}).exact) if texts else shown


def _reader(provider: VocodeProvider, settings: Settings) -> VocodeProvider:
    """A provider for reading alone. It tells nothing: there is no engine to tell it to."""
    silent: Any = type("Silent", (provider.lifecycle,), {"tell": lambda *_args, **_kwargs: None})
    reader: VocodeProvider = type(
        type(provider).__name__, (type(provider),), {"lifecycle": silent}
    )()
    reader.use(settings)
    return reader
