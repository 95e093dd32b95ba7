# SPDX-License-Identifier: Apache-2.0
"""Running ``pulumi`` to ask it something. Facts: Pulumi's commands, ``config`` among them."""

import json
import shlex
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from vocode_pulumi.errors import ConfigError, VocodeError

Done = subprocess.CompletedProcess[str]


class PulumiNotRun(VocodeError):
    """``pulumi`` cannot be run.

    Args:
        why: what the system says.
    """

    def __init__(self, why: str | None) -> None:
        self.why = why
        super().__init__(f"`pulumi` cannot be run ({why}): put it on PATH.")


def run_pulumi(
    *words: str,
    given: str = "",
    program: str = "pulumi",
    timeout: float | None = None,
    folder: str | Path | None = None,
    environ: Mapping[str, str] | None = None,
) -> Done:
    """Run a command of ``pulumi``, and keep what it prints.

    Args:
        words: the command and its options.
        given: what it reads from standard input.
        program: the program to run.
        timeout: seconds after which it is ended.
        folder: where it runs; default: here.
        environ: its environment; default: that of this process.

    Raises:
        PulumiNotRun: it cannot be run.
        TimeoutExpired: it did not end in time.
    """
    try:
        return subprocess.run(
            [program, *words, "--non-interactive", "--color=never"],
            input=given,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=timeout,
            check=False,
            cwd=folder,
            env=environ,
        )
    except OSError as error:
        raise PulumiNotRun(error.strerror) from error


def reason_of(done: Done) -> str:
    """Why a `pulumi` command failed, in its own words."""
    words = done.stderr.strip().splitlines() or [f"exit status {done.returncode}"]
    line = next((line for line in words if line.startswith("error: ")), words[-1])
    return line.removeprefix("error: ").strip()


def configuration(stack: str) -> dict[str, Any]:
    """The configuration of a stack, secrets in clear; ``None`` for a value that is not a text.

    Args:
        stack: the stack's name, as Pulumi's commands take it.

    Raises:
        PulumiNotRun: `pulumi` cannot be run.
        ConfigError: the configuration cannot be read.
    """
    done = run_pulumi("config", "--json", "--show-secrets", f"--stack={stack}")
    said = f"`pulumi config --stack {shlex.quote(stack)}`"
    if done.returncode:
        raise ConfigError(f"{said}: {reason_of(done)}")
    try:
        return {
            str(key): dict(entry).get("value") for key, entry in json.loads(done.stdout).items()
        }
    except (ValueError, TypeError, AttributeError):
        raise ConfigError(f"{said} printed something that is not a configuration.") from None
