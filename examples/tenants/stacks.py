"""The stack of a tenant: what it declares, and the runs of Pulumi for it."""

import os
import re
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pulumi
from pulumi import automation as auto
from pulumi.automation.events import EngineEvent
from records import Record
from runs import RunFailed, Say
from secret_values import secret

from vocode_pulumi import Agent, PhoneNumber

PROJECT = "tenants"


def program(tenant: str, record: Record) -> Callable[[], None]:
    wanted = record.wanted

    def declare() -> None:
        agent = Agent(
            "agent",
            name=tenant,
            prompt=wanted.prompt,
            initial_message=wanted.greeting,
            voice={"type": "voice_azure", "voice_name": "en-US-SteffanNeural"},
        )
        number = PhoneNumber(
            "number",
            label=tenant,
            area_code=wanted.area_code,
            inbound_agent="none" if record.suspended else agent.id,
            # The agent is in the state before the number is bought. So a destroy always has something to
            # destroy, and the provider sees a purchase that was interrupted.
            opts=pulumi.ResourceOptions(depends_on=[agent]),
        )
        pulumi.export("number", number.number)

    return declare


class Stacks:
    """The stacks of all tenants.

    Args:
        states: a URL that `pulumi login` takes.
        secrets_provider: what `pulumi stack init --secrets-provider` takes.
    """

    def __init__(self, states: str, secrets_provider: str) -> None:
        self._states = states
        self._secrets_provider = secrets_provider
        # It asks for the version, so all stacks share it.
        self._pulumi = auto.PulumiCommand()

    def up(self, tenant: str, record: Record, folder: Path, say: Say) -> str:
        """Make the stack what the tenant should have; gives the number.

        Raises:
            RunFailed: it failed.
        """
        stack = self._stack(tenant, folder, program(tenant, record))
        done = _run(stack, stack.up, say)
        return str(done.outputs["number"].value)

    def destroy(self, tenant: str, folder: Path, say: Say) -> None:
        """Cancel the number, and remove the stack.

        Raises:
            RunFailed: it failed.
        """
        stack = self._stack(tenant, folder, lambda: None)
        _run(stack, stack.destroy, say)
        stack.workspace.remove_stack(tenant)

    def unlock(self, tenant: str, folder: Path) -> None:
        """Cancel the lock of a run that is gone. Nobody but a person knows that it is."""
        self._stack(tenant, folder, lambda: None).cancel()

    def _stack(self, tenant: str, folder: Path, declare: Callable[[], None]) -> auto.Stack:
        settings = auto.ProjectSettings(
            name=PROJECT,
            runtime="python",
            main=str(folder),
            backend=auto.ProjectBackend(url=self._states),
        )
        try:
            return auto.create_or_select_stack(
                stack_name=tenant,
                project_name=PROJECT,
                program=declare,
                opts=auto.LocalWorkspaceOptions(
                    work_dir=str(folder),
                    project_settings=settings,
                    secrets_provider=self._secrets_provider,
                    pulumi_command=self._pulumi,
                    # Read in each run, so a new key needs no restart. It is in no file of the stack.
                    env_vars={"VOCODE_API_KEY": secret("VOCODE_API_KEY")},
                ),
            )
        except auto.CommandError as error:
            raise RunFailed(_line_of(str(error))) from None


def _run(stack: auto.Stack, command: Callable[..., Any], say: Say) -> Any:
    errors: list[str] = []

    def on_event(event: EngineEvent) -> None:
        for kind, text in _lines_of(event):
            say(kind, text)
            if kind == "error":
                errors.append(text)

    try:
        try:
            return command(on_event=on_event)
        except auto.ConcurrentUpdateError as error:
            if not _is_left_behind(str(error)):
                raise RunFailed(
                    "the stack is locked: a run of another machine goes on, or was killed. If it was "
                    "killed, unlock the tenant and ask again"
                ) from None
            say("warning", "an earlier run was killed: its lock is cancelled")
            stack.cancel()
            return command(on_event=on_event)
    except auto.CommandError as error:
        raise RunFailed(errors[0] if errors else _line_of(str(error))) from None


def _lines_of(event: EngineEvent) -> list[tuple[str, str]]:
    if event.resource_pre_event:
        return _step("begins", event.resource_pre_event.metadata)
    if event.res_outputs_event:
        return _step("ends", event.res_outputs_event.metadata)
    if event.diagnostic_event and event.diagnostic_event.severity in ("warning", "error"):
        text = re.sub(r"<\{%.*?%\}>", "", event.diagnostic_event.message)
        return [(event.diagnostic_event.severity, " ".join(text.split()))]
    return []


def _step(kind: str, step: Any) -> list[tuple[str, str]]:
    # Values are not told: they may be secrets.
    if step.op in ("same", "read") or step.type.startswith("pulumi:"):
        return []
    name, type_ = step.urn.rpartition("::")[2], step.type.rpartition(":")[2]
    return [(kind, f"{step.op.value} of {type_} {name}")]


def _line_of(printed: str) -> str:
    """The first error that a command printed."""
    found = re.search(r"error: (.+)", printed)
    return found[1].strip() if found else "pulumi failed without an error"


def _is_left_behind(refusal: str) -> bool:
    """Whether each lock is that of a process of this machine which is gone."""
    locks = re.findall(r"created by .*@(\S+) \(pid (\d+)\)", refusal)
    return bool(locks) and all(
        host == socket.gethostname() and not _runs(int(pid)) for host, pid in locks
    )


def _runs(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False
