# SPDX-License-Identifier: Apache-2.0
"""The stores that every machine reaches: a bucket of S3, a container of Azure, and PostgreSQL."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import obstore
import psycopg
import pytest
import requests
from obstore.store import MemoryStore

from tests.purchasing.desk import WINDOW, Clock
from tests.purchasing.pieces import ME, URL, owner
from tests.support import shared_stores
from vocode_pulumi.errors import ConfigError
from vocode_pulumi.purchasing import opening
from vocode_pulumi.purchasing.ledger import Ledger
from vocode_pulumi.purchasing.moving import move
from vocode_pulumi.purchasing.objects import Account, Holder
from vocode_pulumi.purchasing.store import MaybeCreated, Store, StoreFailed, encoded, nonce
from vocode_pulumi.purchasing.stores import postgres as postgres_store
from vocode_pulumi.purchasing.stores.by_url import open_store
from vocode_pulumi.purchasing.stores.object_store import ObjectStore
from vocode_pulumi.settings import Settings
from vocode_pulumi.testing.stores import StoreContract, body


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    for name, value in shared_stores.CREDENTIALS.items():
        monkeypatch.setenv(name, value)


class TestObjectStore(StoreContract):
    many = 120

    @pytest.fixture(autouse=True)
    def bucket(self, s3: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("MOTO_S3_DEFAULT_MAX_KEYS", "50")
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
        with pytest.raises(
            MaybeCreated, match="it cannot be reached: nobody listens at that address"
        ):
            store.create("numbers/1/0", body())
        with pytest.raises(StoreFailed) as error:
            store.list("")
        assert "\n" not in str(error.value)
        assert "hush-hush" not in str(error.value)


def test_ages_are_by_the_clock_of_the_service_and_never_too_large(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    long_ago, hour = datetime(2001, 1, 1, tzinfo=UTC), timedelta(hours=1)
    made = {"lists/a": long_ago, "lists/b": long_ago + hour}
    found = [{"path": key, "last_modified": at} for key, at in made.items()]
    monkeypatch.setattr(obstore, "list", lambda *_of, **_more: [found])
    store = ObjectStore(MemoryStore(), "memory")
    # Nothing was created here: of the service's time it is only known that it is not before the newest object.
    assert store.list("lists/") == {"lists/a": 3600, "lists/b": 0}
    answers: list[dict[str, datetime]] = []
    monkeypatch.setattr(obstore, "head", lambda *_of: answers.pop() if answers else _no_answer())
    assert store.create("notes/0", body())
    assert store.list("lists/") == {"lists/a": 3600, "lists/b": 0}
    answers.append({"last_modified": long_ago + 2 * hour})
    other = ObjectStore(MemoryStore(), "memory")
    assert other.create("notes/0", body())
    for _ in range(2):
        assert other.list("lists/") == pytest.approx({"lists/a": 7200, "lists/b": 3600}, abs=60)


def _no_answer() -> dict[str, datetime]:
    raise OSError("no answer")


class TestAzureStore(StoreContract):
    # Azurite has 5000 objects in an answer: as many would take minutes.
    many = 120

    @pytest.fixture(autouse=True)
    def container(self, azure: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        self.address = azure
        self.prefix = f"state/{nonce()}"
        for name, value in shared_stores.AZURE_CREDENTIALS.items():
            monkeypatch.setenv(name, value)
        with requests.Session() as self.session:
            yield

    def open(self) -> Store:
        return open_store(shared_stores.azure_url(self.address, self.prefix))

    def put(self, key: str, text: str) -> None:
        self.session.put(
            shared_stores.azure_object(self.address, f"{self.prefix}/.vocode/{key}"),
            text.encode(),
            headers={"x-ms-blob-type": "BlockBlob"},
            timeout=10,
        ).raise_for_status()

    def stored(self, key: str) -> str | None:
        address = shared_stores.azure_object(self.address, f"{self.prefix}/.vocode/{key}")
        found = self.session.get(address, timeout=10)
        return None if found.status_code == 404 else found.content.decode()


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

    # What is PostgreSQL's own.

    def test_a_machine_that_stops_in_the_middle_of_a_create_holds_up_nobody(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(postgres_store, "STATEMENT_TIMEOUT", 1_000)
        stopped, other = Ledger(self.open()), Ledger(self.open())
        stopped.probe()
        mine, theirs = body(kind="mine"), body(kind="theirs")
        results: list[bool] = []
        execute = psycopg.Connection.execute

        def stop(db: psycopg.Connection[Any], query: Any, parameters: Any = None) -> Any:
            done = execute(db, query, parameters)
            if encoded(mine) in (parameters or ()) and not results:
                results.append(other.copy("numbers/1/0", theirs))
            return done

        monkeypatch.setattr(psycopg.Connection, "execute", stop)
        results.append(stopped.copy("numbers/1/0", mine))
        assert results == [False, True]
        assert json.loads(self.stored("numbers/1/0") or "") == mine


def test_a_server_of_a_database_that_does_not_answer_is_not_waited_for(
    postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with shared_stores.severed(postgres) as (url, faults):
        store = open_store(f"{url}?table=t{nonce()}")
        assert store.create("numbers/1/0", body())
        monkeypatch.setattr(postgres_store, "ANSWER_TIMEOUT", 0.2)
        faults.append("hang")
        with pytest.raises(MaybeCreated):
            store.create("numbers/2/0", body())
        # What was cut off while nobody used it is connected to anew.
        monkeypatch.undo()
        assert [*store.list("numbers/")] == ["numbers/1/0"]
        faults.append("before")
        assert [*store.list("numbers/")] == ["numbers/1/0"]


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("postgres://nobody@{host}/postgres", 'role "nobody" does not exist'),
        ("postgres://postgres@{host}/calls", 'database "calls" does not exist'),
        ("postgres://127.0.0.1:1/calls", "port 1 failed: Connection refused"),
        ("postgres://nobody.invalid/calls", "failed to resolve host 'nobody.invalid'"),
    ],
)
def test_a_database_that_cannot_be_used_says_why_in_a_line(
    postgres: str, url: str, why: str
) -> None:
    with shared_stores.severed(postgres) as (server, _):
        store = open_store(url.format(host=urlsplit(server).netloc.rpartition("@")[2]))
        for use in (lambda: store.list(""), lambda: store.create("numbers/1/0", body())):
            with pytest.raises(StoreFailed) as error:
                use()
            assert why in str(error.value)
            assert "\n" not in str(error.value)


def test_a_role_of_the_database_may_lack_permissions(postgres: str) -> None:
    table = f"t{nonce()}"
    with (
        psycopg.connect(postgres, autocommit=True) as db,
        shared_stores.severed(postgres) as (server, _),
    ):
        db.execute(f"CREATE ROLE {table} LOGIN")
        store = open_store(f"{server.replace('postgres@', f'{table}@')}?table={table}")
        with pytest.raises(StoreFailed, match="permission denied for schema public"):
            store.create("numbers/1/0", body())
        open_store(f"{server}?table={table}").probe()
        with pytest.raises(StoreFailed, match=f"permission denied for table {table}_vocode"):
            store.list("")


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
        ("s3://calls?role=deploy", "has the role 'deploy', which does not begin with arn:"),
        ("azblob://calls/state", "names no storage account: add [?]storage_account=… to it"),
        ("postgres://db/x?tabel=y", 'invalid URI query parameter: "tabel"[.] Set vocode:ledger'),
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
    with pytest.raises(ConfigError, match=re.escape(f"pip install './pulumi-vocode[{extra}]'")):
        open_store(url)


def test_the_package_loads_no_library_of_a_store() -> None:
    code = (
        "import sys, vocode_pulumi, vocode_pulumi.purchasing.opening\n"
        "print({'obstore', 'boto3', 'psycopg'} & sys.modules.keys())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


ENVIRONMENT = {"AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "key"}


def s3_settings(url: str, environ: dict[str, str]) -> dict[str, Any]:
    """What a store in S3 was opened with, in a process of its own, and whether boto3 was loaded."""
    code = (
        "import json, sys\n"
        "from vocode_pulumi.purchasing.stores.by_url import open_store\n"
        f"settings = dict(open_store({url!r})._bucket.config)\n"
        "print(json.dumps({**settings, 'boto3': 'boto3' in sys.modules}))"
    )
    files = {name: os.environ[name] for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE")}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, env=files | environ, capture_output=True, text=True, check=True)
    settings: dict[str, Any] = json.loads(done.stdout)
    return settings


@pytest.mark.parametrize("name", ["AWS_REGION", "AWS_DEFAULT_REGION"])
def test_credentials_and_region_of_the_environment_load_no_boto3(name: str) -> None:
    settings = s3_settings(
        "s3://calls", ENVIRONMENT | {name: "eu-west-1", "AWS_SESSION_TOKEN": "t"}
    )
    keys = ("access_key_id", "secret_access_key", "session_token", "region", "boto3")
    assert [settings.get(key) for key in keys] == ["id", "key", "t", "eu-west-1", False]


def test_the_region_of_the_url_goes_before_those_of_the_environment() -> None:
    environ = ENVIRONMENT | {"AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-2"}
    assert s3_settings("s3://calls?region=eu-west-3", environ)["region"] == "eu-west-3"
    assert s3_settings("s3://calls", environ)["region"] == "eu-west-1"


def test_a_profile_of_the_url_goes_before_the_environment() -> None:
    Path(os.environ["AWS_SHARED_CREDENTIALS_FILE"]).write_text(
        "[calls]\naws_access_key_id = other\naws_secret_access_key = key\n"
    )
    environ = ENVIRONMENT | {"AWS_REGION": "eu-west-1"}
    settings = s3_settings("s3://calls?profile=calls", environ)
    assert (settings["boto3"], settings["region"]) == (True, "eu-west-1")
    assert "access_key_id" not in settings


def test_a_region_of_a_profile_counts_where_nothing_else_names_one() -> None:
    Path(os.environ["AWS_CONFIG_FILE"]).write_text("[default]\nregion = eu-north-1\n")
    assert s3_settings("s3://calls", ENVIRONMENT)["region"] == "eu-north-1"


@pytest.mark.parametrize(
    ("url", "environ", "why"),
    [
        ("s3://calls?profile=nobody", {}, "The config profile (nobody) could not be found."),
        ("s3://calls", {}, "no credentials of AWS were found. Set AWS_PROFILE, or"),
        ("gs://calls", {"GOOGLE_CREDENTIALS": "{}"}, "missing field `private_key`"),
        ("gs://calls", {"GOOGLE_CREDENTIALS": "/nobody"}, "/nobody: No such file or directory"),
        (
            "azblob://calls?storage_account=x",
            {"AZURE_STORAGE_KEY": "hush-hush"},
            "cannot be opened: Invalid Access Key",
        ),
    ],
)
def test_credentials_that_cannot_be_used_are_an_error_before_anything_is_asked(
    monkeypatch: pytest.MonkeyPatch, url: str, environ: dict[str, str], why: str
) -> None:
    for name in shared_stores.CREDENTIALS:
        monkeypatch.delenv(name)
    # Else the machine itself would be asked.
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with pytest.raises(ConfigError) as error:
        open_store(url, environ)
    assert why in str(error.value)
    assert "\n" not in str(error.value)
    assert "hush-hush" not in str(error.value)


def test_a_url_shows_no_password() -> None:
    store = open_store("postgres://me:hush-hush@db.example.com:5433/calls?sslmode=require&table=t")
    assert store.where == "postgres://db.example.com:5433/calls?table=t"
    store = open_store("postgres:///calls?host=/run/postgresql&table=t")
    assert store.where == "postgres:///calls?table=t"
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
