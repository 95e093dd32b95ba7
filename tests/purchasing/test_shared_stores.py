# SPDX-License-Identifier: Apache-2.0
"""The stores that every machine reaches: a bucket of S3, and PostgreSQL."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from tests.purchasing.desk import WINDOW, Clock
from tests.purchasing.pieces import ME, URL, owner
from tests.support import shared_stores
from vocode_pulumi.errors import ConfigError
from vocode_pulumi.purchasing import opening
from vocode_pulumi.purchasing.ledger import Ledger
from vocode_pulumi.purchasing.moving import move
from vocode_pulumi.purchasing.objects import Account, Holder
from vocode_pulumi.purchasing.store import MaybeCreated, Store, StoreFailed, nonce
from vocode_pulumi.purchasing.stores.by_url import open_store
from vocode_pulumi.settings import Settings
from vocode_pulumi.testing.stores import StoreContract, body


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    with shared_stores.s3() as address:
        yield address


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    for name, value in shared_stores.CREDENTIALS.items():
        monkeypatch.setenv(name, value)


class TestObjectStore(StoreContract):
    @pytest.fixture(autouse=True)
    def bucket(self, s3: str) -> None:
        self.address = s3
        self.prefix = f"state/{nonce()}"

    @property
    def url(self) -> str:
        return shared_stores.s3_url(self.address, self.prefix)

    def open(self) -> Store:
        return open_store(self.url)

    def put(self, key: str, text: str) -> None:
        shared_stores.client(self.address).put_object(
            Bucket=shared_stores.BUCKET, Key=f"{self.prefix}/.vocode/{key}", Body=text.encode()
        )

    def stored(self, key: str) -> str | None:
        client = shared_stores.client(self.address)
        try:
            found = client.get_object(
                Bucket=shared_stores.BUCKET, Key=f"{self.prefix}/.vocode/{key}"
            )
        except client.exceptions.NoSuchKey:
            return None
        return str(found["Body"].read().decode())

    # What is a bucket's own.

    def test_a_bucket_that_is_not_there(self) -> None:
        store = open_store(self.url.replace("s3://calls/", "s3://nobody/"))
        for call in (
            lambda: store.list("attempts/"),
            lambda: store.create("numbers/1/0", body()),
            store.probe,
        ):
            with pytest.raises(StoreFailed, match="there is no such bucket"):
                call()

    @pytest.mark.parametrize("fault", shared_stores.FAULTS)
    def test_a_create_that_goes_wrong_is_found_out(self, fault: shared_stores.Fault) -> None:
        mine, theirs = body(kind="mine"), body(kind="theirs")
        with shared_stores.faulty(self.address) as (address, faults):
            store = open_store(shared_stores.s3_url(address, self.prefix))
            ledger = Ledger(store)
            store.probe()
            faults.append(fault)
            assert ledger.copy("numbers/1/0", mine)
            assert faults == []
            assert json.loads(self.stored("numbers/1/0") or "") == mine
            faults.append(fault)
            assert not ledger.copy("numbers/1/0", theirs)
            assert faults == []
            assert json.loads(self.stored("numbers/1/0") or "") == mine

    def test_a_service_that_is_gone_for_a_while(self) -> None:
        with shared_stores.faulty(self.address) as (address, faults):
            store = open_store(shared_stores.s3_url(address, self.prefix))
            store.probe()
            faults += ["503"] * 20
            with pytest.raises(MaybeCreated):
                store.create("numbers/1/0", body())
            with pytest.raises(StoreFailed):
                store.list("numbers/")
            with pytest.raises(StoreFailed):
                store.read(["numbers/1/0"])
            faults.clear()
            assert store.create("numbers/1/0", body())

    def test_a_service_that_heeds_no_conditions_is_refused(self) -> None:
        with shared_stores.faulty(self.address, heeds_conditions=False) as (address, _):
            store = open_store(shared_stores.s3_url(address, self.prefix))
            with pytest.raises(StoreFailed, match="two machines could buy the same number twice"):
                store.create("numbers/1/0", body())
            assert store.list("") == {}

    def test_a_service_that_is_not_there(self) -> None:
        store = open_store(shared_stores.s3_url("127.0.0.1:1"))
        with pytest.raises(MaybeCreated, match="error sending request"):
            store.create("numbers/1/0", body())
        with pytest.raises(StoreFailed) as error:
            store.list("")
        assert "\n" not in str(error.value)
        assert "hush-hush" not in str(error.value)


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with shared_stores.postgres(tmp_path_factory.mktemp("postgres") / "data") as url:
        yield url


class TestPostgresStore(StoreContract):
    is_made = False

    @pytest.fixture(autouse=True)
    def table(self, postgres: str) -> Iterator[None]:
        self.server = postgres
        self.name = f"t{nonce()}"
        with psycopg.connect(postgres, autocommit=True) as self.db:
            yield

    def open(self) -> Store:
        sign = "&" if "?" in self.server else "?"
        url = f"{self.server}{sign}table={self.name}".replace("postgresql://", "postgres://")
        return open_store(url)

    def put(self, key: str, text: str) -> None:
        if not self.is_made:
            self.open().probe()
            self.is_made = True
        self.db.execute(f"INSERT INTO {self.name}_vocode (key, body) VALUES (%s, %s)", (key, text))  # noqa: S608

    def stored(self, key: str) -> str | None:
        query = f"SELECT body FROM {self.name}_vocode WHERE key = %s"  # noqa: S608
        found = self.db.execute(query, (key,)).fetchone()
        return str(found[0]) if found else None


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("s3://", "names no bucket"),
        ("s3:///state", "names no bucket"),
        ("s3://calls?regoin=x", "has the parameter 'regoin'"),
        ("gs://calls?region=x", "has the parameter 'region'"),
        ("azblob://calls?account=x", "has the parameter 'account'"),
        ("gcs://calls", "has none of the schemes"),
        ("https://example.com", "has none of the schemes"),
    ],
)
def test_a_url_that_cannot_be_right(url: str, why: str) -> None:
    with pytest.raises(ConfigError, match=why):
        open_store(url)


@pytest.mark.parametrize(
    ("url", "package", "extra"),
    [
        ("s3://calls", "obstore", "objects"),
        ("s3://calls", "boto3", "objects"),
        ("gs://calls", "obstore", "objects"),
        ("azblob://calls", "obstore", "objects"),
        ("postgres://db/x", "psycopg", "postgres"),
    ],
)
def test_an_extra_that_is_missing_is_named_with_its_command(
    monkeypatch: pytest.MonkeyPatch, url: str, package: str, extra: str
) -> None:
    monkeypatch.delitem(sys.modules, "vocode_pulumi.purchasing.stores.postgres", raising=False)
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ConfigError, match=re.escape(f"pip install 'pulumi-vocode[{extra}]'")):
        open_store(url)


def test_the_package_loads_no_library_of_a_store() -> None:
    code = (
        "import sys, vocode_pulumi, vocode_pulumi.purchasing.opening\n"
        "print({'obstore', 'boto3', 'psycopg'} & sys.modules.keys())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


def test_a_url_shows_no_password() -> None:
    store = open_store("postgres://me:hush-hush@db.example.com:5433/calls?sslmode=require&table=t")
    assert store.where == "postgres://db.example.com:5433/calls?table=t"
    with pytest.raises(ConfigError) as error:
        open_store("s4://me:hush-hush@calls?key=hush-hush")
    assert "hush-hush" not in str(error.value)


def test_a_ledger_is_moved_from_a_file_to_a_bucket_and_back(s3: str, tmp_path: Path) -> None:
    file, url = tmp_path / "ledger", shared_stores.s3_url(s3, f"state/{nonce()}")
    settings = replace(Settings.load(environ={}), ledger=file, ledger_is_given=True)
    settings = replace(settings, default_ledger=file)
    holder = Holder("claim", "bought", owner("a"), Account(URL, ME, "key"))
    opening.open_ledger(file).hold("14155550100", 0, holder)
    move(opening.open_ledger(file), opening.open_ledger(url), WINDOW, Clock(), lambda *_of: None)
    moved = opening.ledger_of_settings(settings)
    assert moved.where == url
    assert moved.history("14155550100").newest == holder
    move(opening.open_ledger(url), opening.open_ledger(file), WINDOW, Clock(), lambda *_of: None)
    assert opening.ledger_of_settings(settings).where == str(file)
