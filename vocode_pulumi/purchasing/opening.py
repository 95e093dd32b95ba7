# SPDX-License-Identifier: Apache-2.0
"""Opening the ledger that the settings name, for the stack that works here."""

from vocode_pulumi.client import Client
from vocode_pulumi.config import Settings
from vocode_pulumi.purchasing import first_house
from vocode_pulumi.purchasing.ledger import Ledger
from vocode_pulumi.purchasing.place import place, url
from vocode_pulumi.purchasing.shared import Shared, Tell
from vocode_pulumi.purchasing.stores.sqlite import SqliteStore


def ledger(settings: Settings) -> Ledger:
    """The ledger that the settings name."""
    return Ledger(SqliteStore(settings.ledger, first_house.convert))


def opened(client: Client, tell: Tell) -> Shared:
    """What the purchases of one process share.

    Args:
        client: of the account.
        tell: says a line to whoever runs Pulumi.
    """
    backend, base_url = first_house.backend(), client.settings.base_url
    return Shared(
        client,
        ledger(client.settings),
        place(url()),
        lambda urn: first_house.keys(backend, base_url, urn),
        tell,
    )
