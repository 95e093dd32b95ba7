# SPDX-License-Identifier: Apache-2.0
"""Spellings of where a state is: equal ones are one owner of purchases, different ones are two."""

from itertools import combinations
from pathlib import Path

import pytest

from vocode_pulumi.purchasing.place import CLOUD, place, url

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
        (
            "s3://state",
            {"AWS_ENDPOINT_URL": "http://x", "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"},
        ),
    ],
    "a prefix in it": [
        ("s3://state/team", {}),
        ("s3://state/team/", {}),
        ("s3://state//team", {}),
        ("s3://state/te%61m", {}),
    ],
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
    ],
    "the bucket at an endpoint of another port": [
        ("s3://state?endpoint=minio.example.com:9000", {}),
        ("s3://state?endpoint=http://minio.example.com:9000", {}),
    ],
    "the bucket at another endpoint": [("s3://state?endpoint=r2.example.com", {})],
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
        ("azblob://state?storage_account=one&domain=blob.core.windows.net&protocol=https", {}),
        ("azblob://state?storage_account=one", {"AZURE_STORAGE_SAS_TOKEN": "sig=x"}),
    ],
    "the container of another account": [("azblob://state?storage_account=two", {})],
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
    ],
    "the container behind a CDN": [
        ("azblob://state?storage_account=one&cdn=true&domain=cdn.example.com", {}),
        ("azblob://state?storage_account=two&cdn=true&domain=cdn.example.com", {}),
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
        ("postgres://x@db.example.com?dbname=pulumi", {}),
    ],
    "another table": [("postgres://db.example.com/pulumi?table=mine", {})],
    "another database": [("postgres://db.example.com/other", {})],
    "another port": [
        ("postgres://db.example.com:5433/pulumi", {}),
        ("postgres://db.example.com/pulumi", {"PGPORT": "5433"}),
    ],
    "two hosts": [("postgres://db.example.com,db2.example.com:5433/pulumi", {})],
    "a table here": [("postgres:///pulumi", {}), ("postgres://localhost/pulumi", {})],
    "Pulumi Cloud": [
        (CLOUD, {}),
        ("", {}),
        ("https://api.pulumi.com/", {"PULUMI_ACCESS_TOKEN": "x"}),
        ("https://API.pulumi.com:443", {}),
    ],
    "Pulumi Cloud of one's own": [("https://pulumi.example.com", {})],
}


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".aws").mkdir()
    (tmp_path / ".aws" / "config").write_text(
        "[default]\nregion = x\n"
        "[profile ops]\nregion = y\n"
        "[profile minio]\nendpoint_url = https://minio.example.com\n"
        "[profile nested]\nservices = mine\nendpoint_url = https://else.example.com\n"
        "[services mine]\ns3 =\n  endpoint_url = https://minio.example.com\n"
    )
    return tmp_path


@pytest.mark.parametrize("name", SAME)
def test_spellings_of_one_place_are_one(name: str) -> None:
    first, *others = SAME[name]
    for other in others:
        assert place(*other) == place(*first), other


@pytest.mark.parametrize(("one", "other"), combinations(SAME, 2))
def test_places_that_differ_are_two(one: str, other: str) -> None:
    assert {place(*spelling) for spelling in SAME[one]}.isdisjoint(
        place(*spelling) for spelling in SAME[other]
    )


@pytest.mark.parametrize("spellings", SAME.values(), ids=SAME)
def test_a_place_has_no_credential_in_it(spellings: list[Spelling]) -> None:
    for spelling in spellings:
        found = place(*spelling)
        for word in ("me:", "secret", "sig=", "a=", "ops", "region"):
            assert word not in found


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
        assert place(spelling, {}) == f"file://{state}", spelling
    assert place("file://~", {}) == f"file://{home}"
    assert place(f"file://{home}/other", {}) != place(f"file://{state}", {})


def test_the_url_is_looked_for_as_pulumi_does(home: Path) -> None:
    program = home / "program"
    below = program / "below"
    below.mkdir(parents=True)
    environ = {"PULUMI_HOME": str(home / "pulumi")}
    assert url(environ, below) == ""
    (home / "pulumi").mkdir()
    credentials = home / "pulumi" / "credentials.json"
    credentials.write_text("not JSON")
    assert url(environ, below) == ""
    credentials.write_text('{"current": "s3://login"}')
    assert url(environ, below) == "s3://login"
    assert url({"PULUMI_CREDENTIALS_PATH": str(home / "pulumi")}, below) == "s3://login"
    (program / "Pulumi.yaml").write_text("name: x\nruntime: python\n")
    assert url(environ, below) == "s3://login"
    (program / "Pulumi.yaml").write_text("name: x\nbackend:\n  url: s3://project\n")
    assert url(environ, below) == "s3://project"
    assert url({**environ, "PULUMI_BACKEND_URL": "s3://variable"}, below) == "s3://variable"
