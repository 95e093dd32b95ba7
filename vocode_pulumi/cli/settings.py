# SPDX-License-Identifier: Apache-2.0
"""Where a command finds its settings: a stack's configuration, else the environment."""

import argparse
import json
import subprocess
from typing import Any

from vocode_pulumi.config import Settings
from vocode_pulumi.errors import ConfigError


def add_stack(parser: argparse.ArgumentParser) -> None:
    """Add the option that names a stack to read settings from."""
    parser.add_argument(
        "--stack",
        metavar="NAME",
        help="read the settings of this stack, secrets included (default: the environment)",
    )


def load(options: argparse.Namespace) -> Settings:
    """The settings that a command goes by.

    Args:
        options: of the command line; ``stack`` names a stack.

    Raises:
        ConfigError: a setting cannot be right, or the stack's cannot be read.
    """
    if not options.stack:
        return Settings.load()
    configured = _configuration(options.stack)
    return Settings.load(lambda key: configured.get(key, {}).get("value"))


def _configuration(stack: str) -> dict[str, dict[str, Any]]:
    command = ["pulumi", "config", "--json", "--show-secrets", f"--stack={stack}"]
    said = f"`pulumi config --stack {stack}`"
    try:
        done = subprocess.run(
            [*command, "--non-interactive", "--color=never"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    except OSError as error:
        raise ConfigError(
            f"`pulumi` cannot be run ({error.strerror}): put it on PATH, or leave --stack out and set "
            "VOCODE_API_KEY."
        ) from error
    if done.returncode:
        words = done.stderr.strip().splitlines() or [f"exit status {done.returncode}"]
        reason = next((line for line in words if line.startswith("error: ")), words[-1])
        raise ConfigError(f"{said}: {reason.removeprefix('error: ')}")
    found: dict[str, dict[str, Any]] = json.loads(done.stdout)
    return found
