# SPDX-License-Identifier: Apache-2.0
"""Opening the ledger that the settings name, for the stack that works here."""

from pathlib import Path

from vocode_pulumi.api.client import Client
from vocode_pulumi.errors import LedgerError
from vocode_pulumi.purchasing import version_0_1
from vocode_pulumi.purchasing.ledger import Ledger
from vocode_pulumi.purchasing.place import place, url
from vocode_pulumi.purchasing.shared import Shared, Tell
from vocode_pulumi.purchasing.store import Store, StoreFailed
from vocode_pulumi.purchasing.stores.beside import Beside
from vocode_pulumi.purchasing.stores.sqlite import SqliteStore
from vocode_pulumi.settings import Settings

FARTHEST = 10
"""Notes that are followed from one ledger to the next."""


def at(path: Path) -> Ledger:
    """The ledger in a file."""
    return Ledger(SqliteStore(path, version_0_1.convert))


def ledger(settings: Settings) -> Ledger:
    """The ledger that the settings name, or the one that it was moved to.

    What this machine's own ledger has is read as well, where another one is named.

    Raises:
        LedgerError: it cannot be read, or was moved round in a circle.
    """
    found = at(settings.ledger)
    for _ in range(FARTHEST):
        note = found.note()
        if note is None or note.moved_to is None:
            return Ledger(_beside_older(found.store, settings.default_ledger))
        found = at(Path(note.moved_to))
    raise LedgerError(found.where, "it was moved round in a circle")


def _beside_older(store: Store, older: Path) -> Store:
    behind = SqliteStore(older, version_0_1.convert)
    if behind.where == store.where or not older.exists():
        return store
    try:
        behind.list("notes/")
    except StoreFailed:
        # Another ledger may have been named because this one is broken.
        return store
    return Beside(store, behind)


def opened(client: Client, tell: Tell) -> Shared:
    """What the purchases of one process share.

    Args:
        client: of the account.
        tell: says a line to whoever runs Pulumi.

    Raises:
        LedgerError: the ledger cannot be read.
    """
    backend, base_url = version_0_1.backend(), client.settings.base_url
    return Shared(
        client,
        ledger(client.settings),
        place(url()),
        lambda urn: version_0_1.keys(backend, base_url, urn),
        tell,
    )
