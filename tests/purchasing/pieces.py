# SPDX-License-Identifier: Apache-2.0
"""What tests of single rules are made of: an account, a key, owners."""

from vocode_pulumi.purchasing.deadlines import PurchaseWindow
from vocode_pulumi.purchasing.fingerprints import Keyring
from vocode_pulumi.purchasing.owner import Owner

URL = "http://account"
ME = "the-account"
KEY = "the-key"
WINDOW = PurchaseWindow.of(1, 4, 5)


def keyring() -> Keyring:
    return Keyring(KEY)


def owner(name: str, stack: str = "dev") -> Owner:
    return Owner.of(
        "here",
        "organization",
        f"urn:pulumi:{stack}::calls::pulumi-python:dynamic/vocode:PhoneNumber::{name}",
    )
