# SPDX-License-Identifier: Apache-2.0
"""`vocode-pulumi objects`: list the agents, prompts and other objects of an account.

Facts: https://docs.vocode.dev, ``GET /v1/agents/list`` and the lists of the other collections.
"""

import argparse
import json

from vocode_pulumi.api.absence import NUMBERS
from vocode_pulumi.audit.objects import (
    COLLECTIONS,
    AccountObject,
    account_objects,
    ids_with_secret_name,
)
from vocode_pulumi.cli import settings
from vocode_pulumi.cli.console import Commands, fact_block
from vocode_pulumi.errors import VocodeError
from vocode_pulumi.purchasing.states import StateNotReadable, exported_text
from vocode_pulumi.redaction import MASK, printable
from vocode_pulumi.terminal_text import count


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "objects",
        help="list the account's agents, prompts and other objects",
        description="List every object of the account that Vocode's API cannot delete: what uses it, and "
        "whether it holds a credential. With --stack, the names that the stack has as secrets are masked.",
    )
    settings.add_stack(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    parser.set_defaults(task=_run)


def _run(options: argparse.Namespace) -> int:
    client = settings.client(options)
    lists = {kind: client.list(f"{path}/list") for kind, path in COLLECTIONS.items()}
    secret = _ids_with_secret_name(options.stack) if options.stack else frozenset()
    found = [
        one._replace(name=MASK) if one.id in secret else one
        for one in account_objects(lists, client.list(f"{NUMBERS}/list"))
    ]
    if options.json:
        print(json.dumps([one._asdict() for one in found], indent=2))
        return 0
    for one in found:
        print(_block(one))
    unused = sum(not one.used_by for one in found)
    print(f"{count(len(found), 'object')}, {unused} of them used by nothing.")
    return 0


def _ids_with_secret_name(stack: str) -> frozenset[str]:
    try:
        return ids_with_secret_name(json.loads(exported_text(stack)))
    except (StateNotReadable, ValueError) as error:
        why = error.why if isinstance(error, StateNotReadable) else "it is not JSON"
        raise VocodeError(
            f"The state of {stack} cannot be read: {why}. It says which names are secrets. Without --stack, every "
            "name is printed."
        ) from None


def _block(one: AccountObject) -> str:
    name = f" ({printable(one.name)})" if one.name else ""
    facts = (
        ("used by", one.used_by or ["nothing"]),
        ("holds", ["a credential"] if one.has_credential else []),
    )
    return fact_block(f"{one.kind} {one.id}{name}", facts)
