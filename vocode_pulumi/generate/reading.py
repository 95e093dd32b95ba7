# SPDX-License-Identifier: Apache-2.0
"""Reading every object of an account.

Facts: https://docs.vocode.dev, ``GET /v1/agents/list`` and the lists of the other collections. A list has ids in
place of the objects that an object refers to, so each object is read by itself.
"""

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from vocode_pulumi import digits
from vocode_pulumi.api.absence import NUMBERS
from vocode_pulumi.api.answers import Json, id_of, listed_number_in
from vocode_pulumi.errors import UnreadableAnswer
from vocode_pulumi.generate.declaring import Declaration, declared_of, plain_inputs
from vocode_pulumi.generate.kinds import BOUGHT, LINKED, PARTS, Kind
from vocode_pulumi.provider.lifecycle import State
from vocode_pulumi.provider.messages import tell
from vocode_pulumi.provider.run import Run
from vocode_pulumi.resources.phone_number import NO_AREA_CODE
from vocode_pulumi.schema import checking, values
from vocode_pulumi.settings import Settings

WORKERS = 8
"""How many objects are read at the same time."""
USUAL = {"telephony_provider": "vonage", "adopt": None}
"""Inputs of a number that a program leaves out, though they have no default: what Vocode's document names."""


@dataclass(frozen=True)
class Live:
    """An object of the account.

    Args:
        kind: what it is.
        id: its Pulumi id: Vocode's id, or the digits of a number.
        answer: the object as ``GET`` gives it.
        declaration: what a program declares of it.
    """

    kind: Kind
    id: str
    answer: Json
    declaration: Declaration

    def __str__(self) -> str:
        """What messages call it."""
        name = next((self.answer[key] for key in ("label", "name") if self.answer.get(key)), None)
        return f"{self.kind.noun.replace('_', ' ')} {self.id}" + (f' ("{name}")' if name else "")


Account = Mapping[str, Live]
"""The objects of an account, by their Pulumi ids."""


def read_account(settings: Settings, progress: Callable[[int, int], None]) -> Account:
    """Read every object and every number in service.

    Args:
        settings: how to reach the account.
        progress: called with the number of objects that were read, and of all.

    Raises:
        CallError: a call failed.
    """
    run = Run(settings, tell)
    wanted = [
        (kind, id_)
        for kind in PARTS
        for item in run.client.list(f"{kind.collection}/list")
        if (id_ := id_of(item)) is not None
    ]
    wanted += [(BOUGHT, number) for number in _numbers(run)]
    found: dict[str, Live] = {}
    with ThreadPoolExecutor(WORKERS) as pool:
        answers = pool.map(lambda one: one[0].lifecycle(run).read(one[1]), wanted)
        for (kind, id_), answer in zip(wanted, answers, strict=True):
            # What is gone since the list was read is left out.
            if answer is not None:
                found[id_] = _live(run, kind, id_, answer)
            progress(len(found), len(wanted))
    return found


def _numbers(run: Run) -> Iterable[str]:
    for item in run.client.list(f"{NUMBERS}/list"):
        if item.get("active") is False:
            continue
        try:
            yield digits.of(listed_number_in(item))
        except ValueError:
            raise UnreadableAnswer(
                f"GET {NUMBERS}/list", 200, "", "answered 200 without a number in it", ""
            ) from None


def _live(run: Run, kind: Kind, id_: str, answer: Json) -> Live:
    described = answer
    if kind.is_number:
        kind = LINKED if id_of(answer.get("telephony_account_connection")) else BOUGHT
        # What says what to buy is in no answer, but in the outputs.
        outs = kind.lifecycle(run).outputs(answer, State({}, {}, {}))
        described = {
            **answer,
            **{name: outs.get(name) for name in kind.lifecycle(run).fields_of({})},
        }
        described |= {name: None for name, usual in USUAL.items() if described.get(name) == usual}
        if NO_AREA_CODE.fullmatch(str(described.get("area_code"))):
            described["area_code"] = None
    known = {"id", "number", *kind.resource._outputs()}
    lifecycle = kind.lifecycle(run)
    found = declared_of(lifecycle.shape(), described, known)
    if not found.problem:
        with_ids = plain_inputs(found.inputs, lambda ref: ref.id)
        problems = checking.problems(lifecycle.shape(), values.plain(with_ids))
        text = "; ".join(f"{path} {reason}" for path, reason in problems)
        found = Declaration(found.inputs, found.unknown, text)
    return Live(kind, id_, answer, found)
