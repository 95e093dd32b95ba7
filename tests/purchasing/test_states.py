# SPDX-License-Identifier: Apache-2.0
"""Asking states who has a number, over a `pulumi` that answers whatever a test wants."""

import json
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.support.states import EMPTY, PHONE_NUMBER, exported, resource, urn
from vocode_pulumi.purchasing import states
from vocode_pulumi.purchasing.owner import StackId
from vocode_pulumi.purchasing.states import HeldNumber, PulumiStates, State, StateNotReadable
from vocode_pulumi.record import RECORD

N = "14155550100"
DEV = StackId("here", "acme", "calls", "dev")
LINKED = "pulumi-python:dynamic/vocode:LinkedNumber"

SCRIPT = """\
#!/bin/sh
case "$2" in
  export) name=$(echo "${3#--stack=}" | tr / -) ;;
  *) name=$2 ;;
esac
echo "$*" >> "$ANSWERS/calls"
echo >> "$ANSWERS/$name.asked"
at=$(wc -l < "$ANSWERS/$name.asked")
if [ -e "$ANSWERS/$name.$at" ]; then . "$ANSWERS/$name.$at"; else . "$ANSWERS/$name"; fi
"""
"""Carries out what is written down for a question, for each time that it is asked, or for all."""


@dataclass
class Stub:
    """A `pulumi` on PATH."""

    folder: Path
    waited: list[float]

    def answers(self, question: str, *answers: str) -> None:
        """Lines of shell for a question: for each time, and the last for every time after that."""
        name = question.replace("/", "-")
        *first, last = answers
        for at, answer in enumerate(first, 1):
            (self.folder / f"{name}.{at}").write_text(answer)
        (self.folder / name).write_text(last)

    def prints(self, text: str) -> str:
        """A line of shell that prints a text."""
        file = self.folder / f"text-{len([*self.folder.iterdir()])}"
        file.write_text(text)
        return f'cat "{file}"\n'

    @property
    def calls(self) -> list[str]:
        file = self.folder / "calls"
        return file.read_text().splitlines() if file.exists() else []


def fails(text: str, status: int = 255) -> str:
    return f"echo '{text}' >&2\nexit {status}\n"


@pytest.fixture
def pulumi(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stub:
    program = tmp_path / "bin" / "pulumi"
    program.parent.mkdir()
    program.write_text(SCRIPT)
    program.chmod(0o755)
    answers = tmp_path / "answers"
    answers.mkdir()
    monkeypatch.setenv("PATH", f"{program.parent}:{os.defpath}")
    monkeypatch.setenv("ANSWERS", str(answers))
    waited: list[float] = []
    monkeypatch.setattr(states, "time", SimpleNamespace(sleep=waited.append))
    return Stub(answers, waited)


def held(name: str, number: str = N, claim: str | None = None, account: str | None = None) -> Any:
    return HeldNumber(urn(name), number, claim, account)


def with_record(outputs: dict[str, Any] | None = None, **record: Any) -> dict[str, Any]:
    return {"outputs": {RECORD: {"v": 1, **record}, **(outputs or {})}}


# What a state says.


@pytest.mark.parametrize(
    ("one", "found"),
    [
        (resource("a", N), [held("a")]),
        (resource("a", f"+{N}"), [held("a")]),
        (resource("a", "+1 (415) 555-0100"), [held("a")]),
        (resource("a", N, outputs={}), [held("a")]),
        (resource("a", N, outputs=None), [held("a")]),
        (resource("a", N, delete=True), [held("a")]),
        (
            resource("a", N, **with_record({"user_id": "me"}, claim="c")),
            [held("a", N, "c", "me")],
        ),
        (resource("a", N, **with_record()), [held("a")]),
        (resource("a", N, outputs={"user_id": "me", "__urn": "x"}), [held("a", N, None, "me")]),
        (resource("a", N, outputs={RECORD: {"v": 2, "claim": "c"}}), [held("a")]),
        (
            resource("a", N, kind=LINKED),
            [HeldNumber(urn("a", kind=LINKED), N, None, None)],
        ),
        (
            resource("a", N, kind="mine:vocode:PhoneNumber"),
            [HeldNumber(urn("a", kind="mine:vocode:PhoneNumber"), N, None, None)],
        ),
        (resource("a", N, external=True), []),
        (resource("a", N, external=False), [held("a")]),
        (resource("a", None), []),
        (resource("a", ""), []),
        (resource("a", "pending"), []),
        (resource("a", N, kind="pulumi-python:dynamic/vocode:Agent"), []),
        (resource("a", N, kind=f"{PHONE_NUMBER}s"), []),
    ],
    ids=str,
)
def test_a_state_has_the_numbers_of_its_resources_of_ours(one: Any, found: list[Any]) -> None:
    other = resource("other", "12125550100")
    assert states.state_in(exported(one, other), "dev") == State(
        (*found, held("other", "12125550100"))
    )


@pytest.mark.parametrize(
    "text",
    [
        EMPTY,
        exported(),
        '{"version": 3, "deployment": {"resources": null}}',
        exported(creating=("a",)),
    ],
)
def test_a_state_without_resources_has_no_numbers(text: str) -> None:
    assert states.state_in(text, "dev") == State()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "error",
        "5",
        "[]",
        "null",
        "{}",
        '{"deployment": null}',
        '{"deployment": []}',
        '{"deployment": {"resources": 5}}',
        '{"deployment": {"resources": [5]}}',
        '{"deployment": {"resources": [{"id": "14155550100"}]}}',
        '{"deployment": {"resources": [{"id": "14155550100", "type": "vocode:PhoneNumber"}]}}',
        '{"deployment": {"resources": [{"id": "14155550100", "type": 5, "urn": "x"}]}}',
        exported(resource("a", N))[:-20],
    ],
)
def test_what_is_no_state_is_an_error_that_may_pass(text: str) -> None:
    with pytest.raises(StateNotReadable) as caught:
        states.state_in(text, "acme/calls/dev")
    assert caught.value.transient
    assert str(caught.value) == (
        "the state of acme/calls/dev cannot be read (it is not the export of a state)"
    )


# Asking for it.


def test_it_is_asked_without_questions_colours_or_a_look_for_updates(pulumi: Stub) -> None:
    pulumi.answers(
        "acme/calls/dev",
        'test -z "$(cat)" && test "$PULUMI_SKIP_UPDATE_CHECK" = 1 || exit 9\n'
        + pulumi.prints(exported(resource("a", N))),
    )
    assert PulumiStates().own(DEV) == State((held("a"),))
    assert pulumi.calls == ["stack export --stack=acme/calls/dev --non-interactive --color=never"]


def test_a_stack_that_does_not_exist_has_nothing(pulumi: Stub) -> None:
    pulumi.answers("acme/calls/dev", fails("error: no stack named dev found", 6))
    assert PulumiStates().own(DEV) == State()


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (fails("error: no stack named dev found"), "no stack named dev found"),
        (fails("error: something else", 6), "something else"),
        (fails("error: PULUMI_ACCESS_TOKEN must be set for login"), "PULUMI_ACCESS_TOKEN must be"),
        (fails("warning: x\nerror: y\nz"), "(y)"),
        (fails("warning: x\ny"), "(y)"),
        (fails("warning: x\nerror:  spaces  \nz"), "(spaces)"),
        ("exit 3\n", "exit status 3"),
        ("echo >&2\nexit 3\n", "exit status 3"),
    ],
)
def test_what_will_not_pass_is_an_error_at_once(pulumi: Stub, answer: str, why: str) -> None:
    pulumi.answers("acme/calls/dev", answer)
    with pytest.raises(StateNotReadable) as caught:
        PulumiStates().own(DEV)
    assert str(caught.value).startswith("the state of acme/calls/dev cannot be read (")
    assert why in str(caught.value)
    assert (caught.value.stack, caught.value.transient) == ("acme/calls/dev", False)
    assert len(pulumi.calls) == 1
    assert pulumi.waited == []


WHOLE = exported(resource("a", N))


@pytest.mark.parametrize("times", [1, 2, 5])
@pytest.mark.parametrize("how", ["cut", "refused"])
def test_a_state_that_is_being_written_is_asked_for_again(
    pulumi: Stub, times: int, how: str
) -> None:
    cut = pulumi.prints(WHOLE[:-30])
    refused = fails("error: load checkpoint: unexpected end of JSON input")
    first = [cut if how == "cut" else refused] * times
    pulumi.answers("acme/calls/dev", *first, pulumi.prints(WHOLE))
    assert PulumiStates().own(DEV) == State((held("a"),))
    assert pulumi.waited == [0.2 * 2**at for at in range(times)]


def test_what_stays_so_is_an_error(pulumi: Stub) -> None:
    pulumi.answers("acme/calls/dev", "echo garbage\n")
    with pytest.raises(StateNotReadable, match="it is not the export of a state"):
        PulumiStates().own(DEV)
    assert len(pulumi.calls) == states.MAX_TRIES == 6
    assert sum(pulumi.waited) == pytest.approx(6.2)


def test_one_that_does_not_answer_is_not_waited_for_long_nor_again(
    pulumi: Stub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(states, "COMMAND_TIMEOUT", 0.2)
    pulumi.answers("acme/calls/dev", "exec sleep 60\n")
    with pytest.raises(StateNotReadable, match=r"no answer within 0\.2 s"):
        PulumiStates().own(DEV)
    assert len(pulumi.calls) == 1


def test_bytes_that_are_no_text_are_no_state(pulumi: Stub) -> None:
    pulumi.answers("acme/calls/dev", "printf '\\377\\376' >&2\nprintf '\\377'\nexit 1\n")
    with pytest.raises(StateNotReadable):
        PulumiStates().own(DEV)


def test_without_a_pulumi_nothing_can_be_asked(
    pulumi: Stub, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(states, "program_of_engine", lambda: None)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(StateNotReadable, match="`pulumi` is not on PATH"):
        PulumiStates().own(DEV)
    monkeypatch.setattr(states, "program_of_engine", lambda: str(tmp_path / "gone"))
    with pytest.raises(StateNotReadable, match="`pulumi` cannot be run: No such file"):
        PulumiStates().own(DEV)
    with pytest.raises(StateNotReadable, match="the login"):
        PulumiStates().others(DEV)
    # One that was called by its path is found by that.
    monkeypatch.setattr(states, "program_of_engine", lambda: str(tmp_path / "bin" / "pulumi"))
    monkeypatch.setattr(shutil, "which", lambda _name: None)
    monkeypatch.setenv("PATH", os.defpath)
    pulumi.answers("acme/calls/dev", pulumi.prints(WHOLE))
    assert PulumiStates().own(DEV) == State((held("a"),))


# The login's other stacks.


def listed(*names: str) -> str:
    return json.dumps([{"name": name, "current": False} for name in names])


def test_the_other_stacks_are_asked_by_their_full_names(pulumi: Stub) -> None:
    others = ["acme/calls/prod", "acme/other/dev", "club/calls/dev"]
    pulumi.answers("ls", pulumi.prints(listed("acme/calls/dev", *others)))
    for at, name in enumerate(others):
        pulumi.answers(name, pulumi.prints(exported(resource("a", f"1415555010{at}"))))
    assert PulumiStates().others(DEV) == {
        "acme/calls/prod": State((held("a", "14155550100"),)),
        "acme/other/dev": State((held("a", "14155550101"),)),
        "club/calls/dev": State((held("a", "14155550102"),)),
    }
    asked, *_ = pulumi.calls
    assert asked == (
        "stack ls --all --json --fully-qualify-stack-names --non-interactive --color=never"
    )
    assert "acme/calls/dev" not in " ".join(pulumi.calls)


def test_one_that_cannot_be_read_says_why_beside_those_that_can(pulumi: Stub) -> None:
    names = ("acme/calls/prod", "acme/calls/test", "acme/calls/gone")
    pulumi.answers("ls", pulumi.prints(listed(*names)))
    pulumi.answers("acme/calls/prod", pulumi.prints(WHOLE))
    pulumi.answers("acme/calls/test", fails("error: no permission"))
    pulumi.answers("acme/calls/gone", fails("error: no stack named gone found", 6))
    found = PulumiStates().others(DEV)
    assert found["acme/calls/prod"] == State((held("a"),))
    assert found["acme/calls/gone"] == State()
    unreadable = found["acme/calls/test"]
    assert isinstance(unreadable, StateNotReadable)
    assert (unreadable.stack, unreadable.why) == ("acme/calls/test", "no permission")


def test_they_are_asked_side_by_side(pulumi: Stub, monkeypatch: pytest.MonkeyPatch) -> None:
    # None answers before all have been asked.
    monkeypatch.setattr(states, "COMMAND_TIMEOUT", 20)
    names = [f"acme/calls/stack-{at}" for at in range(8)]
    pulumi.answers("ls", pulumi.prints(listed(*names)))
    wait = f'while [ $(wc -l < "$ANSWERS/calls") -lt {1 + len(names)} ]; do sleep 0.05; done\n'
    for name in names:
        pulumi.answers(name, wait + pulumi.prints(WHOLE))
    assert PulumiStates().others(DEV) == {name: State((held("a"),)) for name in names}


def test_stacks_are_listed_again_where_the_engine_is_writing_one(pulumi: Stub) -> None:
    pulumi.answers("ls", fails("error: EOF"), pulumi.prints(listed("acme/calls/dev")))
    assert PulumiStates().others(DEV) == {}
    assert len(pulumi.calls) == 2


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (fails("error: no login"), "no login"),
        ("echo garbage\n", "`pulumi stack ls` is odd"),
        ("echo '[]'\n", None),
        ("echo '[5]'\n", "`pulumi stack ls` is odd"),
        ("echo '[{}]'\n", "`pulumi stack ls` is odd"),
        ("echo null\n", "`pulumi stack ls` is odd"),
    ],
)
def test_stacks_that_cannot_be_listed_are_an_error_at_once(
    pulumi: Stub, answer: str, why: str | None
) -> None:
    pulumi.answers("ls", answer)
    if why is None:
        assert PulumiStates().others(DEV) == {}
        return
    with pytest.raises(StateNotReadable, match="the login's stacks") as caught:
        PulumiStates().others(DEV)
    assert caught.value.why == why
    assert len(pulumi.calls) == 1


# Whose a number is.


def test_a_claim_counts_if_it_ever_was_one_of_the_numbers_and_none_counts_always() -> None:
    state = State((held("a", N, "first"), held("b", "12125550100"), held("c", N, "third")))
    assert state.resource_with(N, frozenset({"first"})) == held("a", N, "first")
    assert state.resource_with(N, frozenset({"third", "x"})) == held("c", N, "third")
    assert state.resource_with(N, frozenset({"second"})) is None
    assert state.resource_with(N, frozenset()) is None
    assert state.resource_with("12125550100", frozenset()) == held("b", "12125550100")
    assert state.resource_with("13055550100", frozenset({"first"})) is None
