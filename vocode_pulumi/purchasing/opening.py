# SPDX-License-Identifier: Apache-2.0
"""Opening the ledger that the settings name."""

from pathlib import Path

from vocode_pulumi.api.client import Client
from vocode_pulumi.errors import LedgerError
from vocode_pulumi.purchasing import version_0_1
from vocode_pulumi.purchasing.context import PurchasingContext, Tell
from vocode_pulumi.purchasing.launcher import folder_of_engine
from vocode_pulumi.purchasing.ledger import Ledger
from vocode_pulumi.purchasing.place import backend_url, place_of
from vocode_pulumi.purchasing.store import Store, StoreFailed
from vocode_pulumi.purchasing.stores.sqlite import SqliteStore
from vocode_pulumi.purchasing.stores.with_older import StoreWithOlder
from vocode_pulumi.settings import Settings

MAX_MOVES = 10
"""How many moves of the ledger are followed."""


def open_ledger(path: Path) -> Ledger:
    """The ledger in a file."""
    return Ledger(SqliteStore(path, version_0_1.convert))


def ledger_of_settings(settings: Settings) -> Ledger:
    """The ledger that the settings name, or the ledger to which that one was moved.

    If the settings name a ledger other than this machine's default one, the default one is read too.

    Raises:
        LedgerError: the ledger cannot be read, or was moved round in a circle.
    """
    found = open_ledger(settings.ledger)
    for _ in range(MAX_MOVES):
        note = found.note()
        if note is None or note.moved_to is None:
            return Ledger(_beside_older(found.store, settings.default_ledger))
        found = open_ledger(Path(note.moved_to))
    raise LedgerError(found.where, "it was moved round in a circle")


def _beside_older(store: Store, older: Path) -> Store:
    older_store = SqliteStore(older, version_0_1.convert)
    if older_store.where == store.where or not older.exists():
        return store
    try:
        older_store.list("notes/")
    except StoreFailed:
        # Perhaps the settings name another ledger because this one is damaged.
        return store
    return StoreWithOlder(store, older_store)


def open_purchases(client: Client, tell: Tell) -> PurchasingContext:
    """Make what the purchases of one process share.

    Args:
        client: the client of the account.
        tell: prints a message in Pulumi's output.

    Raises:
        LedgerError: the ledger cannot be read.
    """
    backend, base_url = version_0_1.backend(), client.settings.base_url
    return PurchasingContext(
        client,
        ledger_of_settings(client.settings),
        place_of(backend_url(folder=folder_of_engine())),
        lambda urn: version_0_1.keys(backend, base_url, urn),
        tell,
    )
