# SPDX-License-Identifier: Apache-2.0
"""The settings of a command: from the configuration of a stack, else from the environment."""

import argparse
import shlex
from collections.abc import Callable
from typing import Any

from vocode_pulumi.api.client import Client
from vocode_pulumi.errors import ConfigError
from vocode_pulumi.purchasing import opening
from vocode_pulumi.purchasing.context import PurchasingContext
from vocode_pulumi.purchasing.pulumi_command import PulumiNotRun, configuration
from vocode_pulumi.settings import Settings
from vocode_pulumi.terminal_text import wrapped


def add_stack(parser: argparse.ArgumentParser, **more: Any) -> None:
    """Add the option that names a stack to read settings from."""
    parser.add_argument(
        "--stack",
        metavar="NAME",
        help="read the settings of this stack, secrets included (default: the environment)",
        **more,
    )


def option(options: argparse.Namespace) -> str:
    """The option as part of a command to type."""
    return f" --stack {shlex.quote(options.stack)}" if options.stack else ""


def client(options: argparse.Namespace) -> Client:
    """A client of the account that the settings name.

    Args:
        options: the command line; ``stack`` names a stack.

    Raises:
        ConfigError: there is no key, a setting cannot be right, or the configuration of the stack
            cannot be read.
    """
    settings = load(options.stack)
    if settings.api_key is None:
        where = f"{options.stack} has no vocode:apiKey, and " if options.stack else ""
        remedy = (
            "set it" if options.stack else "set it, or name a stack that has one (--stack NAME)"
        )
        raise ConfigError(f"{where}VOCODE_API_KEY is not set: {remedy}.")
    return Client(settings)


def purchasing_context(options: argparse.Namespace) -> PurchasingContext:
    """Everything that a command needs to settle purchases. It prints its progress.

    Args:
        options: the command line; ``stack`` names a stack.

    Raises:
        ConfigError: as :func:`client`.
        LedgerError: the ledger cannot be read.
    """
    return opening.open_purchases(client(options), tell)


def tell(_urn: str, line: str) -> None:
    """Print a line while a command works."""
    print(wrapped(line), flush=True)


LoadSettings = Callable[[str | None], Settings]
"""Gives the settings of a stack: :func:`load`, or one that asks `pulumi` once for each stack."""


def load(stack: str | None) -> Settings:
    """The settings of a stack, or of the environment.

    Raises:
        ConfigError: a setting cannot be right, or the configuration of the stack cannot be read.
    """
    if not stack:
        return Settings.load()
    return Settings.load(_configuration(stack))


def _configuration(stack: str) -> Callable[[str], Any]:
    try:
        return configuration(stack).get
    except PulumiNotRun as error:
        raise ConfigError(
            f"`pulumi` cannot be run ({error.why}): put it on PATH, or leave --stack out and set "
            "VOCODE_API_KEY."
        ) from error
