# SPDX-License-Identifier: Apache-2.0
"""A store of another package: how it is found by the scheme of the ledger's URL, and how it is not."""

import re
from pathlib import Path

import pytest

from tests.purchasing.desk import WINDOW, Clock, settings
from tests.purchasing.pieces import ME, URL, owner
from vocode_pulumi.errors import ConfigError
from vocode_pulumi.purchasing import opening
from vocode_pulumi.purchasing.moving import move
from vocode_pulumi.purchasing.objects import Account, Holder
from vocode_pulumi.purchasing.stores.by_url import open_store

SHELF = """
from vocode_pulumi.purchasing.stores.memory import MemoryStore

class Shelf(MemoryStore):
    def __init__(self, where):
        super().__init__()
        self.where = where

shelves = {}

def open_shelf(url):
    return shelves.setdefault(url, Shelf(url))
"""


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "packages"
    folder.mkdir()
    # A module of another test would have its shelves.
    (folder / f"{tmp_path.name}.py").write_text(SHELF)
    monkeypatch.syspath_prepend(str(folder))
    return folder


def install(packages: Path, name: str, opens: str) -> None:
    """What `pip install` leaves of a package with an entry point."""
    metadata = packages / f"{name}-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(f"[vocode_pulumi.stores]\nshelf = {opens}\n")


def test_a_store_of_another_package_is_opened_by_its_scheme(packages: Path, tmp_path: Path) -> None:
    install(packages, "shelf", f"{tmp_path.name}:open_shelf")
    named = settings(
        shared_ledger="shelf://calls", ledger_is_given=True, default_ledger=tmp_path / "none"
    )
    ledger = opening.ledger_of_settings(named)
    assert ledger.where == "shelf://calls"
    holder = Holder("claim", "bought", owner("a"), Account(URL, ME, "key"))
    ledger.hold("14155550100", 0, holder)
    # The note of a move names it, and is followed to it.
    file = tmp_path / "ledger"
    move(ledger, opening.open_ledger(file), WINDOW, Clock(), lambda *_of: None)
    assert opening.ledger_of_settings(named).where == str(file)
    move(opening.open_ledger(file), ledger, WINDOW, Clock(), lambda *_of: None)
    assert opening.ledger_of_settings(named).history("14155550100").newest == holder


@pytest.mark.parametrize(
    ("opens", "why"),
    [
        (
            [],
            "has none of the schemes s3, gs, azblob, postgres, postgresql, and no installed package",
        ),
        (
            ["{}:open_shelf", "{}:open_shelf"],
            "more than one installed package opens (shelf0, shelf1)",
        ),
        (["{}:shut_shelf"], ":shut_shelf of an installed package (module"),
        (["nowhere_at_all:open_shelf"], "(No module named 'nowhere_at_all')"),
    ],
)
def test_a_scheme_that_no_package_can_open(
    packages: Path, tmp_path: Path, opens: list[str], why: str
) -> None:
    for at, value in enumerate(opens):
        install(packages, f"shelf{at}", value.format(tmp_path.name))
    with pytest.raises(ConfigError, match=re.escape(why)) as error:
        open_store("shelf://me:hush-hush@calls?key=hush-hush")
    assert "hush-hush" not in str(error.value)
