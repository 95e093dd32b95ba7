# SPDX-License-Identifier: Apache-2.0
"""Converting the ledger of version 0.1: a sqlite file with a row for each purchase without a known end.

Each row becomes an attempt; the attempt's key is a digest of the row's key. The empty table stays and
gets one more column. Version 0.1 on the same machine then fails; with an empty table it would buy
again.
"""

import hashlib
import hmac
import json
import os
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from vocode_pulumi import digits
from vocode_pulumi.purchasing.deadlines import PurchaseWindow
from vocode_pulumi.purchasing.objects import (
    Account,
    Ask,
    AttemptKey,
    Holder,
    Intent,
    Take,
    body_of,
    claim,
    list_body,
    number_key,
)
from vocode_pulumi.purchasing.owner import Owner, digest
from vocode_pulumi.purchasing.place import backend_url
from vocode_pulumi.purchasing.store import Body, nonce
from vocode_pulumi.record import DEFAULT_ORGANIZATION

_COLUMN_COUNT = 9
_EXTRA_COLUMN = "of_a_newer_version_of_pulumi_vocode"
_MARK_PREFIX = "key "


def backend(environ: Mapping[str, str] = os.environ) -> str:
    """Pulumi's backend, as version 0.1 wrote it into its rows; empty for Pulumi's default."""
    url = backend_url(environ)
    scheme, _, rest = url.partition("://")
    if scheme == "file":
        with suppress(RuntimeError):
            return f"file://{Path(rest).expanduser().resolve()}"
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path.rstrip("/"), "", ""))


def keys(backend: str, base_url: str, urn: str) -> tuple[str, str]:
    """The stack's part and the resource's part of the keys of attempts of version 0.1.

    Args:
        backend: Pulumi's backend, as version 0.1 wrote it.
        base_url: the URL of the API.
        urn: the URN of the resource.
    """
    stack, project, *_ = urn.removeprefix("urn:pulumi:").split("::", 3)
    return (
        digest("version 0.1", backend, base_url, stack, project),
        digest("version 0.1", backend, base_url, urn),
    )


def convert(db: sqlite3.Connection) -> Iterator[tuple[str, Body]]:
    """Convert the rows of version 0.1 to objects, and delete the rows.

    Args:
        db: a connection in the transaction that creates the new tables.

    Raises:
        ValueError, sqlite3.Error: the file is damaged.
    """
    columns = [name for _, name, *_ in db.execute("PRAGMA table_info(purchases)")]
    if not columns:
        db.execute(
            "CREATE TABLE purchases (backend TEXT, api TEXT, urn TEXT, account TEXT, asked TEXT, "
            f"before TEXT, number TEXT, at REAL, over REAL, {_EXTRA_COLUMN} TEXT)"
        )
        return
    if len(columns) != _COLUMN_COUNT:
        return
    for row in db.execute("SELECT * FROM purchases ORDER BY at, urn").fetchall():
        yield from _objects_of_row(*row)
    db.execute("DELETE FROM purchases")
    db.execute(f"ALTER TABLE purchases ADD COLUMN {_EXTRA_COLUMN} TEXT")


def _objects_of_row(
    backend: str,
    api: str,
    urn: str,
    account: str | None,
    asked: str,
    before: str,
    number: str | None,
    _at: object,
    _over: object,
) -> Iterator[tuple[str, Body]]:
    asked_traits, numbers_before = json.loads(asked), json.loads(before)
    # In sqlite a primary key may be NULL.
    if not (
        isinstance(asked_traits, dict) and isinstance(numbers_before, list) and isinstance(urn, str)
    ):
        raise ValueError(f"the row of {urn} is damaged")
    mark = account if account and account.startswith(_MARK_PREFIX) else ""
    paying = Account(api, None if mark else account, mark)
    owner = Owner.of(backend, DEFAULT_ORGANIZATION, urn)
    key = AttemptKey(*keys(backend, api, urn), 1)
    id_ = nonce()
    yield f"lists/{id_}", list_body(paying, [str(known) for known in numbers_before])
    # A window of no length: the window of the process that reads this counts.
    yield (
        key.step(0),
        body_of(Intent(owner, paying, _ask_of_row(asked_traits), id_, PurchaseWindow(0, 0, 0))),
    )
    if number is not None:
        taken = digits.normal(number) or number
        yield key.step(1), body_of(Take(taken, 0, guess=False))
        holder = Holder(claim(), "found in an old ledger", owner, paying, str(key))
        yield number_key(taken, 0), body_of(holder)


def _ask_of_row(asked_traits: Mapping[str, Any]) -> Ask:
    agent = asked_traits.get("inbound_agent")
    return Ask(
        area_code=asked_traits.get("area_code"),
        telephony_provider=asked_traits.get("telephony_provider"),
        telephony_account_connection=asked_traits.get("telephony_account_connection"),
        inbound_agent="inline" if isinstance(agent, Mapping) else agent,
    )


def is_mark_of(mark: str, api_key: str) -> bool:
    """Whether version 0.1 made a mark from this API key; it wrote one for an account without numbers."""
    if not mark.startswith(_MARK_PREFIX):
        return False
    salt, _, kept = mark.removeprefix(_MARK_PREFIX).partition(" ")
    with suppress(ValueError):
        made = hashlib.blake2b(api_key.encode(), salt=bytes.fromhex(salt)).hexdigest()
        return hmac.compare_digest(made, kept)
    return False
