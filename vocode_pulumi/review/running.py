# SPDX-License-Identifier: Apache-2.0
"""Making previews with ``pulumi``, and finding out when a state was last written.

Facts: Pulumi's commands ``preview``, ``stack export`` and ``up``.
"""

import json
import os
import subprocess
from dataclasses import replace
from pathlib import Path

from vocode_pulumi.errors import VocodeError
from vocode_pulumi.purchasing.pulumi_command import PulumiNotRun, reason_of, run_pulumi
from vocode_pulumi.purchasing.states import exported_text, retry_transient
from vocode_pulumi.review.preview import Preview, UnreadablePreview, read

SHOWN = ("--show-sames", "--show-replacement-steps")
"""Options of ``pulumi preview`` without which it leaves out numbers: those that do not change, and those
that an earlier run replaced and could not cancel yet."""
STREAMING = "PULUMI_ENABLE_STREAMING_JSON_PREVIEW"
"""A variable that changes what ``pulumi preview --json`` prints."""


class CannotRun(VocodeError):
    """``pulumi`` says nothing that can be read."""


def preview(stack: str, *, refresh: bool, plan: Path | None) -> Preview:
    """Run ``pulumi preview``.

    Args:
        stack: the stack's name, as Pulumi's commands take it.
        refresh: whether the state is compared with Vocode first.
        plan: the file to write the update plan to; ``None`` for none.

    Returns:
        The preview. If it failed, it has errors.

    Raises:
        CannotRun: there is no preview to read.
        PulumiNotRun: ``pulumi`` cannot be run.
    """
    words = ["preview", "--json", *SHOWN, f"--stack={stack}"]
    words += ["--refresh"] if refresh else []
    words += [f"--save-plan={plan}"] if plan else []
    environ = {name: value for name, value in os.environ.items() if name != STREAMING}
    done = run_pulumi(*words, environ=environ)
    try:
        found = read(done.stdout, f"`pulumi preview --stack {stack}`")
    except UnreadablePreview as error:
        if done.returncode:
            raise CannotRun(f"`pulumi preview --stack {stack}`: {reason_of(done)}") from None
        raise CannotRun(str(error)) from None
    if done.returncode and not found.errors:
        raise CannotRun(f"`pulumi preview --stack {stack}`: {reason_of(done)}")
    # A preview that failed at once has no steps, and so no name.
    return replace(found, stack=found.stack or stack)


def state_time(stack: str) -> str:
    """When the stack's state was last written; empty if the stack has no state yet.

    Args:
        stack: the stack's name, as Pulumi's commands take it.

    Raises:
        StateNotReadable: the state cannot be read.
    """
    text = retry_transient(lambda: exported_text(stack))
    deployment = json.loads(text).get("deployment") or {}
    return str((deployment.get("manifest") or {}).get("time") or "")


def up(stack: str, plan: Path, *, refresh: bool) -> int:
    """Run ``pulumi up`` with an update plan; it prints its progress. Gives its exit status.

    Args:
        stack: the stack's name, as Pulumi's commands take it.
        plan: the file of the update plan.
        refresh: whether the state is compared with Vocode first.

    Raises:
        PulumiNotRun: ``pulumi`` cannot be run.
    """
    # With `--skip-preview` the engine may buy a planned number before it refuses another one.
    words = ["pulumi", "up", "--yes", f"--plan={plan}", f"--stack={stack}", "--non-interactive"]
    words += ["--refresh"] if refresh else []
    try:
        with subprocess.Popen(words, stdin=subprocess.DEVNULL) as process:
            return _status(process)
    except OSError as error:
        raise PulumiNotRun(error.strerror) from None


def _status(process: "subprocess.Popen[bytes]") -> int:
    """Wait for the end of ``pulumi``; after Ctrl-C too.

    ``pulumi`` gets Ctrl-C from the terminal itself, and ends when no request is under way. Killed earlier, it
    would leave a purchase that its state does not have.
    """
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue
