# SPDX-License-Identifier: Apache-2.0
"""Spellings of where a state is: equal ones are one owner of purchases, different ones are two."""

import json
import os
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from unittest import mock
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vocode_pulumi.purchasing.place import CLOUD, backend_url, place_of

Spelling = tuple[str, dict[str, str]]

SAME: dict[str, list[Spelling]] = {
    "a bucket of the cloud's own": [
        ("s3://state", {}),
        ("s3://state/", {}),
        ("s3://state?region=eu-west-1", {}),
        ("s3://state?region=us-east-1&profile=ops&awssdk=v2", {"AWS_REGION": "x"}),
        ("s3://state?endpoint=s3.eu-west-1.amazonaws.com", {}),
        ("s3://state?endpoint=https://s3.dualstack.us-east-1.amazonaws.com", {}),
        ("s3://state?fips=true&accelerate=true", {"AWS_ACCESS_KEY_ID": "x"}),
        ("s3://state?endpoint=https://s3.cn-north-1.amazonaws.com.cn", {}),
        (
            "s3://state",
            {"AWS_ENDPOINT_URL": "http://x", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"},
        ),
        (
            "s3://state?profile=minio",
            {"AWS_ENDPOINT_URL_S3": "http://x", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "TRUE"},
        ),
        ("s3://state?profile=nobodys", {}),
        ("s3://state?profile=odd", {}),
        ("s3://state", {"AWS_PROFILE": "of another service"}),
        ("s3://state", {"AWS_PROFILE": "services mine"}),
        ("s3://state", {"AWS_CONFIG_FILE": "/nowhere/config"}),
        ("s3://state", {"AWS_CONFIG_FILE": "~nobody-of-that-name/config"}),
    ],
    "a prefix in it": [
        ("s3://state/team", {}),
        ("s3://state/team/", {}),
        ("s3://state//team", {}),
        ("s3://state/te%61m", {}),
    ],
    "a prefix that begins like a home folder": [("s3://state/~team", {})],
    "the bucket at an endpoint": [
        ("s3://state?endpoint=minio.example.com", {}),
        ("s3://state?endpoint=https://minio.example.com", {}),
        ("s3://state?endpoint=https://minio.example.com:443/&use_path_style=true", {}),
        ("s3://state?endpoint=MINIO.example.com&disableSSL=true&s3ForcePathStyle=true", {}),
        ("s3://state", {"AWS_ENDPOINT_URL_S3": "https://minio.example.com"}),
        ("s3://state", {"AWS_ENDPOINT_URL": "https://minio.example.com"}),
        (
            "s3://state",
            {
                "AWS_ENDPOINT_URL": "https://else.example.com",
                "AWS_ENDPOINT_URL_S3": "https://minio.example.com",
            },
        ),
        (
            "s3://state?endpoint=minio.example.com",
            {"AWS_ENDPOINT_URL_S3": "https://else.example.com"},
        ),
        ("s3://state?profile=minio", {}),
        ("s3://state", {"AWS_PROFILE": "minio"}),
        ("s3://state?profile=nested", {}),
        ("s3://state?profile=minio", {"AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "false"}),
        ("s3://state", {"AWS_PROFILE": "other", "AWS_CONFIG_FILE": "~/other/config"}),
        ("s3://state", {"AWS_CONFIG_FILE": "~/other/config"}),
        ("s3://state?endpoint=http://minio.example.com:80", {}),
        ("s3://state?endpoint=https://me:secret@minio.example.com", {}),
        # Pulumi takes the first of several.
        ("s3://state?endpoint=minio.example.com&endpoint=else.example.com", {}),
    ],
    "the bucket at an endpoint of another port": [
        ("s3://state?endpoint=minio.example.com:9000", {}),
        ("s3://state?endpoint=http://minio.example.com:9000", {}),
    ],
    "the bucket at another endpoint": [
        ("s3://state?endpoint=r2.example.com", {}),
        ("s3://state?profile=indented", {}),
    ],
    "the bucket at an endpoint whose port is none": [
        ("s3://state?endpoint=Minio.example.com:none", {}),
        ("s3://state?endpoint=me:secret@minio.example.com:none", {}),
        ("s3://state?endpoint=a@b@minio.example.com:none", {}),
    ],
    "another bucket": [("s3://states", {})],
    "a bucket of Google": [
        ("gs://state", {}),
        ("gs://state/?access_id=x", {"GOOGLE_CREDENTIALS": "x"}),
    ],
    "the bucket in an emulator": [
        ("gs://state", {"STORAGE_EMULATOR_HOST": "127.0.0.1:4443"}),
        ("gs://state", {"STORAGE_EMULATOR_HOST": "http://127.0.0.1:4443"}),
    ],
    "a container": [
        ("azblob://state?storage_account=one", {}),
        ("azblob://state/?storage_account=One", {"AZURE_STORAGE_ACCOUNT": "two"}),
        ("azblob://state", {"AZURE_STORAGE_ACCOUNT": "one", "AZURE_STORAGE_KEY": "x"}),
        ("azblob://state", {"AZURE_STORAGE_CONNECTION_STRING": "AccountName=one;AccountKey=a="}),
        ("azblob://state", {"AZURE_STORAGEBLOB_CONNECTIONSTRING": "x;AccountName=one"}),
        (
            "azblob://state",
            {
                "AZURE_STORAGE_CONNECTION_STRING": "AccountName=one",
                "AZURE_STORAGEBLOB_CONNECTIONSTRING": "AccountName=two",
            },
        ),
        ("azblob://state?storage_account=one&localemu=false&cdn=0", {}),
        ("azblob://state?storage_account=one&domain=blob.core.windows.net&protocol=https", {}),
        ("azblob://state?storage_account=one", {"AZURE_STORAGE_SAS_TOKEN": "sig=x"}),
    ],
    "the container of another account": [("azblob://state?storage_account=two", {})],
    "the container of an account whose name is odd": [
        ("azblob://state?storage_account=one%3Dtwo", {}),
        ("azblob://state", {"AZURE_STORAGE_CONNECTION_STRING": "AccountName=one=two"}),
    ],
    "the container of nobody knows whom": [("azblob://state", {})],
    "the container in another cloud": [
        ("azblob://state?storage_account=one&domain=blob.core.usgovcloudapi.net", {}),
        (
            "azblob://state?storage_account=one",
            {"AZURE_STORAGE_DOMAIN": "blob.core.usgovcloudapi.net"},
        ),
    ],
    "the container in an emulator": [
        ("azblob://state?storage_account=one&domain=127.0.0.1:10000&protocol=http", {}),
        ("azblob://state?storage_account=one&domain=127.0.0.1:10000&localemu=true", {}),
        (
            "azblob://state?storage_account=one",
            {"AZURE_STORAGE_DOMAIN": "127.0.0.1:10000", "AZURE_STORAGE_IS_CDN": "true"},
        ),
    ],
    "the container in an emulator of that name": [
        ("azblob://state?storage_account=one&domain=localhost:10000", {}),
    ],
    "the container in an emulator somewhere else": [
        *(
            (f"azblob://state?storage_account=one&domain=azurite:10000&localemu={true}", {})
            for true in ("1", "t", "T", "true", "TRUE", "True")
        ),
        (
            "azblob://state?storage_account=one&domain=azurite:10000",
            {"AZURE_STORAGE_IS_LOCAL_EMULATOR": "true"},
        ),
        (
            "azblob://state?storage_account=one&domain=azurite:10000&localemu=true",
            {"AZURE_STORAGE_IS_LOCAL_EMULATOR": "false"},
        ),
    ],
    "the container behind a CDN": [
        ("azblob://state?storage_account=one&cdn=true&domain=cdn.example.com", {}),
        ("azblob://state?storage_account=two&cdn=true&domain=cdn.example.com", {}),
        (
            "azblob://state?storage_account=one&domain=cdn.example.com",
            {"AZURE_STORAGE_IS_CDN": "1"},
        ),
    ],
    "a table": [
        ("postgres://db.example.com/pulumi", {}),
        ("postgres://me:secret@db.example.com:5432/pulumi?sslmode=disable", {}),
        ("postgresql://DB.example.com/pulumi?table=pulumi_state", {}),
        ("postgres://db.example.com", {"PGDATABASE": "pulumi", "PGPASSWORD": "x"}),
        ("postgres:///pulumi", {"PGHOST": "db.example.com"}),
        ("postgres://x@/pulumi?host=db.example.com&port=5432", {}),
        ("postgres://pulumi@db.example.com", {}),
        ("postgres://db.example.com?user=pulumi", {}),
        ("postgres://db.example.com", {"PGUSER": "pulumi"}),
        ("postgres://db.example.com/pulumi/", {}),
        ("postgres://db.example.com:/pulumi", {}),
        ("postgres://pul%75mi@db.example.com", {}),
        ("postgres://x@db.example.com?dbname=pulumi", {}),
    ],
    "another table": [("postgres://db.example.com/pulumi?table=mine", {})],
    "another database": [("postgres://db.example.com/other", {})],
    "a database and a host with odd names": [("postgres://db~/~other~", {})],
    "a database that nothing names": [("postgres://db.example.com", {})],
    "another port": [
        ("postgres://db.example.com:5433/pulumi", {}),
        ("postgres://db.example.com/pulumi?port=5433", {"PGPORT": "5434"}),
        ("postgres://db.example.com/pulumi", {"PGPORT": "5433"}),
    ],
    "two hosts": [
        ("postgres://db.example.com,db2.example.com:5433/pulumi", {}),
        ("postgres://DB.example.com:5432,DB2.example.com:5433/pulumi", {}),
    ],
    "a table here": [("postgres:///pulumi", {}), ("postgres://localhost/pulumi", {})],
    "Pulumi Cloud": [
        (CLOUD, {}),
        ("", {}),
        ("https://api.pulumi.com/", {"PULUMI_ACCESS_TOKEN": "x"}),
        ("https://API.pulumi.com:443", {}),
    ],
    "Pulumi Cloud of one's own": [("https://pulumi.example.com", {})],
}


NAMES = {
    "a bucket of the cloud's own": "s3:///state",
    "a prefix in it": "s3:///state/team",
    "a prefix that begins like a home folder": "s3:///state/~team",
    "the bucket at an endpoint": "s3://minio.example.com/state",
    "the bucket at an endpoint of another port": "s3://minio.example.com:9000/state",
    "the bucket at another endpoint": "s3://r2.example.com/state",
    "the bucket at an endpoint whose port is none": "s3://minio.example.com:none/state",
    "another bucket": "s3:///states",
    "a bucket of Google": "gs:///state",
    "the bucket in an emulator": "gs://127.0.0.1:4443/state",
    "a container": "azblob://one.blob.core.windows.net/state",
    "the container of another account": "azblob://two.blob.core.windows.net/state",
    "the container of an account whose name is odd": "azblob://one=two.blob.core.windows.net/state",
    "the container of nobody knows whom": "azblob://.blob.core.windows.net/state",
    "the container in another cloud": "azblob://one.blob.core.usgovcloudapi.net/state",
    "the container in an emulator": "azblob://127.0.0.1:10000/one/state",
    "the container in an emulator of that name": "azblob://localhost:10000/one/state",
    "the container in an emulator somewhere else": "azblob://azurite:10000/one/state",
    "the container behind a CDN": "azblob://cdn.example.com/state",
    "a table": "postgres://db.example.com:5432/pulumi/pulumi_state",
    "another table": "postgres://db.example.com:5432/pulumi/mine",
    "another database": "postgres://db.example.com:5432/other/pulumi_state",
    "a database and a host with odd names": "postgres://db~:5432/~other~/pulumi_state",
    "a database that nothing names": "postgres://db.example.com:5432/postgres/pulumi_state",
    "another port": "postgres://db.example.com:5433/pulumi/pulumi_state",
    "two hosts": "postgres://db.example.com:5432,db2.example.com:5433/pulumi/pulumi_state",
    "a table here": "postgres://localhost:5432/pulumi/pulumi_state",
    "Pulumi Cloud": "https://api.pulumi.com",
    "Pulumi Cloud of one's own": "https://pulumi.example.com",
}
"""What each is called. Ledgers hold digests of it, so that it never changes."""

CONFIG = """
[default]
region = x
[profile ops]
region = y
[profile minio]
endpoint_url = https://minio.example.com
[profile nested]
services = mine
endpoint_url = https://else.example.com
[profile indented]
services = indented
[profile of another service]
services = other
[profile odd]
services = none
[services mine]
s3 =
  endpoint_url = https://minio.example.com
[services indented]
s3 =
  signature_version = x
  endpoint_url = https://r2.example.com
[services other]
dynamodb =
  endpoint_url = https://else.example.com
"""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    for folder, text in (
        (".aws", CONFIG),
        (
            "other",
            CONFIG.replace("[default]", "[default]\nendpoint_url = https://minio.example.com"),
        ),
    ):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "config").write_text(text)
    other = tmp_path / "other" / "config"
    other.write_text(
        other.read_text() + "[profile other]\nendpoint_url = https://minio.example.com"
    )
    return tmp_path


@pytest.mark.parametrize("name", SAME)
def test_spellings_of_one_place_are_one(name: str) -> None:
    for spelling in SAME[name]:
        assert place_of(*spelling) == NAMES[name], spelling


def test_places_that_differ_are_two() -> None:
    assert NAMES.keys() == SAME.keys()
    for one, other in combinations(SAME, 2):
        assert NAMES[one] != NAMES[other]


def test_a_place_has_no_credential_in_it() -> None:
    for spelling in (spelling for spellings in SAME.values() for spelling in spellings):
        found = place_of(*spelling)
        for word in ("me:", "secret", "sig=", "a=", "ops", "region", "a@"):
            assert word not in found


@pytest.mark.parametrize("content", [b"no configuration", b"[default]\n[default]\n", b"\xff\xfe"])
def test_a_configuration_that_cannot_be_read_says_nothing(home: Path, content: bytes) -> None:
    (home / ".aws" / "config").write_bytes(content)
    assert place_of("s3://state", {}) == "s3:///state"
    assert place_of("s3://state", {"AWS_PROFILE": "minio"}) == "s3:///state"


def test_a_profile_of_the_name_of_the_default_is_the_default(home: Path) -> None:
    config = home / ".aws" / "config"
    config.write_text("[profile default]\nendpoint_url = https://else.example.com")
    assert place_of("s3://state", {}) == "s3:///state"
    config.write_text("[profile x]\nregion = y\n[services ~]\ns3 =\n  endpoint_url = http://else\n")
    assert place_of("s3://state", {"AWS_PROFILE": "x"}) == "s3:///state"


def test_a_profile_that_is_not_there_has_no_services_however_they_are_called(home: Path) -> None:
    (home / ".aws" / "config").write_text("[services ]\ns3 =\n  endpoint_url = http://else\n")
    assert place_of("s3://state", {"AWS_PROFILE": "nobodys"}) == "s3:///state"


READ = {
    *("endpoint", "profile", "storage_account", "domain", "localemu", "cdn"),
    *("user", "host", "port", "dbname", "table"),
}
"""What a query says of the place; all else is a flag."""


@pytest.fixture(scope="module")
def nowhere() -> Iterator[None]:
    with mock.patch.dict(os.environ, {"HOME": "/nowhere"}):
        yield


@settings(deadline=None, derandomize=True)
@given(
    st.sampled_from([one for spellings in SAME.values() for one in spellings]),
    st.dictionaries(
        st.text(min_size=1).filter(lambda name: name not in READ), st.text(), max_size=3
    ),
    st.booleans(),
)
def test_a_flag_makes_no_difference(
    nowhere: None, spelling: Spelling, flags: dict[str, str], first: bool
) -> None:
    of, environ = spelling
    more = "&".join(f"{quote(name)}={quote(value)}" for name, value in flags.items())
    head, _, query = of.partition("?")
    both = "&".join(part for part in ([more, query] if first else [query, more]) if part)
    assert place_of(f"{head or CLOUD}?{both}", environ) == place_of(of, environ)


def test_a_folder_is_one_place_however_it_is_reached(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = home / "my state"
    state.mkdir()
    (home / "link").symlink_to(state)
    monkeypatch.chdir(home)
    for spelling in (
        f"file://{state}",
        f"file://{state}/",
        f"file://{home}/./my%20state",
        f"file://{home}/link",
        f"file://{state}?no_tmp_dir=true",
        "file://my state",
        "file://./my state?metadata=skip",
        "file://~/my state",
    ):
        assert place_of(spelling, {}) == f"file://{state}", spelling
    assert place_of("file://~", {}) == f"file://{home}"
    assert place_of(f"file://{home}/other", {}) != place_of(f"file://{state}", {})


def test_the_url_is_looked_for_as_pulumi_does(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = home / "program"
    below = program / "below"
    below.mkdir(parents=True)
    environ = {"PULUMI_HOME": str(home / "pulumi")}
    assert backend_url(environ, below) == ""
    (home / "pulumi").mkdir()
    credentials = home / "pulumi" / "credentials.json"
    for nothing in ("not JSON", "{}", '{"current": null}', '{"current": ""}', "[]", "5"):
        credentials.write_text(nothing)
        assert backend_url(environ, below) == "", nothing
    credentials.write_text('{"current": "s3://login"}')
    assert backend_url(environ, below) == "s3://login"
    assert backend_url({"PULUMI_CREDENTIALS_PATH": str(home / "pulumi")}, below) == "s3://login"
    for nothing in ("name: x\n", "backend:\n", "backend: {}\n", "backend:\n  url:\n"):
        (program / "Pulumi.yaml").write_text(nothing)
        assert backend_url(environ, below) == "s3://login", nothing
    (program / "Pulumi.yaml").write_text("name: x\nbackend:\n  url: s3://project\n")
    assert backend_url(environ, below) == "s3://project"
    monkeypatch.chdir(below)
    assert backend_url(environ) == "s3://project"
    # The nearest project counts, also one that says nothing of it.
    (below / "Pulumi.yml").write_text("name: y\n")
    assert backend_url(environ, below) == "s3://login"
    (below / "Pulumi.yml").write_text("name: y\nbackend:\n  url: s3://nearest\n")
    assert backend_url(environ, below) == "s3://nearest"
    assert backend_url({**environ, "PULUMI_BACKEND_URL": "s3://variable"}, below) == "s3://variable"


@pytest.mark.parametrize("content", ["a: [", "[]", "5", "backend: s3://x"])
def test_a_project_that_is_odd_says_nothing(home: Path, content: str) -> None:
    (home / "Pulumi.yaml").write_text(content)
    assert backend_url({"PULUMI_HOME": "/nowhere"}, home) == ""


def test_what_is_said_at_home_is_the_last_word(home: Path) -> None:
    (home / ".pulumi").mkdir()
    (home / ".pulumi" / "credentials.json").write_text(json.dumps({"current": "s3://login"}))
    assert backend_url({}, home) == "s3://login"
    assert backend_url({"PULUMI_HOME": "~nobody-of-that-name"}, home) == ""
