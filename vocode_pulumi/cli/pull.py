# SPDX-License-Identifier: Apache-2.0
"""`vocode-pulumi pull`: show what was changed by hand at Vocode, and take it over into the program."""

import argparse
import json
import shlex
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

from vocode_pulumi.cli.console import FOUND, Commands, show
from vocode_pulumi.cli.settings import load
from vocode_pulumi.errors import ConfigError, VocodeError
from vocode_pulumi.purchasing.pulumi_command import reason_of, run_pulumi
from vocode_pulumi.settings import Settings
from vocode_pulumi.wrapping import count, wrapped

if TYPE_CHECKING:
    from vocode_pulumi.pull.comparing import Changed
    from vocode_pulumi.pull.state import Managed


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "pull",
        help="show what was changed by hand at Vocode, and take it over into the program",
        description="Show what somebody changed at Vocode since the stack last saw it: what the program declares, "
        "what was last seen, and what is there now. Run it in the folder of the program.",
        epilog="Exit status: 0 nothing was changed, 1 something was, 2 it could not be done.",
    )
    parser.add_argument("--stack", metavar="NAME", help="the stack (default: the selected one)")
    parser.add_argument(
        "--resolve",
        choices=("ours",),
        help="ours: say what the next run puts back",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(task=_pull)


def _pull(options: argparse.Namespace) -> int:
    from vocode_pulumi.pull.document import document
    from vocode_pulumi.pull.ours import put_back
    from vocode_pulumi.pull.table import blocks

    stack = options.stack or _selected_stack()
    changed = _changed(stack)
    if options.json:
        show(json.dumps(document(changed), indent=2, ensure_ascii=False))
    elif not changed:
        show("Nothing was changed by hand at Vocode.")
    elif options.resolve == "ours":
        show(put_back(changed))
        command = f"`pulumi up --refresh --stack {shlex.quote(stack)}`"
        show(f"\n{wrapped(f'{command} does this. Without --refresh a run does not see it.')}")
    else:
        show(f"{blocks(changed)}\n\n{_summary(changed)}")
    return FOUND if changed else 0


def _selected_stack() -> str:
    done = run_pulumi("stack", "--show-name")
    if done.returncode:
        raise VocodeError(f"`pulumi stack`: {reason_of(done)}. Or name one with --stack NAME.")
    return done.stdout.strip()


def _changed(stack: str) -> list["Changed"]:
    from vocode_pulumi.pull.comparing import compare, declared_in
    from vocode_pulumi.pull.looking import look
    from vocode_pulumi.pull.state import read_state
    from vocode_pulumi.review import running

    settings = load(stack)
    resources = read_state(stack)
    with ThreadPoolExecutor(1) as beside:
        previewed = beside.submit(running.preview, stack, refresh=False, plan=None)
        seen, secrets = look(resources, partial(_settings_of, stack, settings))
        preview = previewed.result()
    if preview.errors:
        raise VocodeError("\n".join([f"The preview of {stack} failed:", *preview.errors]))
    return compare(seen, declared_in(preview), secrets)


def _settings_of(stack: str, settings: Settings, resource: "Managed") -> Settings:
    """How to reach the account of a resource."""
    own = settings if resource.settings is None else Settings.load(resource.settings.get)
    if own.api_key is None:
        raise ConfigError(f"{stack} has no vocode:apiKey, and VOCODE_API_KEY is not set: set it.")
    return own


def _summary(changed: "Sequence[Changed]") -> str:
    values = sum(len(one.rows) for one in changed)
    gone = sum(one.is_gone for one in changed)
    parts = [f"{count(values, 'value')} changed at Vocode"] if values else []
    parts += [f"{count(gone, 'object')} gone"] if gone else []
    return wrapped(
        f"{', '.join(parts)}. `--resolve ours` says what `pulumi up --refresh` puts back."
    )
