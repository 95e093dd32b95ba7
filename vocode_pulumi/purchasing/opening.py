# SPDX-License-Identifier: Apache-2.0
"""Opening the ledger that the settings name."""

from pathlib import Path

from vocode_pulumi.api.client import Client
from vocode_pulumi.errors import ConfigError, LedgerError
from vocode_pulumi.purchasing import version_0_1
from vocode_pulumi.purchasing.context import PurchasingContext, Tell
from vocode_pulumi.purchasing.launcher import folder_of_engine
from vocode_pulumi.purchasing.ledger import Ledger
from vocode_pulumi.purchasing.place import backend_url, is_shared, place_of
from vocode_pulumi.purchasing.store import Store, StoreFailed
from vocode_pulumi.purchasing.stores.sqlite import SqliteStore
from vocode_pulumi.purchasing.stores.with_older import StoreWithOlder
from vocode_pulumi.settings import BESIDE_STATE, Settings

BESIDE = "beside"
"""The place of the states that a ledger lies beside, wherever both are."""
MAX_MOVES = 10
"""How many moves of the ledger are followed."""


def open_ledger(where: Path | str) -> Ledger:
    """The ledger in a file, or at a URL.

    Args:
        where: a path, or a URL that ``pulumi login`` takes.

    Raises:
        ConfigError: the URL cannot be right, or the extra that reads it is not installed.
    """
    if isinstance(where, str) and "://" in where:
        # Imported here, because most ledgers are files.
        from vocode_pulumi.purchasing.stores.by_url import open_store

        return Ledger(open_store(where))
    return Ledger(SqliteStore(Path(where), version_0_1.convert))


def where_of_settings(settings: Settings) -> Path | str:
    """The path or the URL of the ledger that the settings name.

    Raises:
        ConfigError: the ledger is to lie beside a state that not every machine reaches.
    """
    if settings.ledger_is_given and settings.shared_ledger is None:
        return settings.ledger
    if settings.shared_ledger not in (None, BESIDE_STATE):
        return str(settings.shared_ledger)
    url = backend_url(folder=folder_of_engine())
    if is_shared(url):
        return url
    if settings.shared_ledger is None:
        return settings.ledger
    raise ConfigError(
        'vocode:ledger (VOCODE_LEDGER) is "backend", but the state is in '
        f"{place_of(url)}, which is no object store and no PostgreSQL. Set it to the URL of a bucket or a "
        "database, or to a path."
    )


def ledger_of_settings(settings: Settings) -> Ledger:
    """The ledger that the settings name, or the ledger to which that one was moved.

    If the settings name a ledger other than this machine's default one, the default one is read too.

    Raises:
        LedgerError: the ledger cannot be read, or was moved round in a circle.
        ConfigError: as :func:`open_ledger` and :func:`where_of_settings`.
    """
    return _ledger_at(where_of_settings(settings), settings)


def _ledger_at(where: Path | str, settings: Settings) -> Ledger:
    found = open_ledger(where)
    for _ in range(MAX_MOVES):
        note = found.note()
        if note is None or note.moved_to is None:
            return Ledger(_beside_older(found.store, settings.default_ledger))
        found = open_ledger(note.moved_to)
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
        ConfigError: as :func:`ledger_of_settings`.
    """
    where = where_of_settings(client.settings)
    return _context(client, where, _ledger_at(where, client.settings), tell)


def open_without_notes(client: Client, tell: Tell) -> PurchasingContext | None:
    """The same over the shared ledger that the settings name, without a look whether it was moved.

    It is for a run that has nothing to buy, and saves it a request. No purchase may go by it.

    Returns:
        ``None`` if the settings name a file, whose notes cost nothing.

    Raises:
        ConfigError: as :func:`ledger_of_settings`.
    """
    where = where_of_settings(client.settings)
    if isinstance(where, Path):
        return None
    store = _beside_older(open_ledger(where).store, client.settings.default_ledger)
    return _context(client, where, Ledger(store), tell)


def _context(client: Client, where: Path | str, ledger: Ledger, tell: Tell) -> PurchasingContext:
    backend, base_url = version_0_1.backend(), client.settings.base_url
    return PurchasingContext(
        client,
        ledger,
        _place(where),
        lambda urn: version_0_1.keys(backend, base_url, urn),
        tell,
    )


def _place(where: Path | str) -> str:
    """The name of the place of this login's states.

    Args:
        where: the path or the URL of the ledger.
    """
    place = place_of(backend_url(folder=folder_of_engine()))
    is_beside = isinstance(where, str) and place_of(where) == place
    return BESIDE if is_beside else place
