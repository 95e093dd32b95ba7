# SPDX-License-Identifier: Apache-2.0
"""What is sent to a bucket, and where to: URL, variables and credentials as Pulumi reads them."""

import base64
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.support import shared_stores
from vocode_pulumi.purchasing.store import StoreFailed
from vocode_pulumi.purchasing.stores.by_url import open_store
from vocode_pulumi.testing.stores import body


@dataclass
class Service:
    """A service that keeps objects as the documents of Google's XML API say, and what it was sent.

    Facts: https://cloud.google.com/storage/docs/xml-api/reference-headers (``x-goog-if-generation-match``).

    Args:
        address: its host and port.
        refuses: the methods of the requests that it forbids.
    """

    address: str = ""
    refuses: tuple[str, ...] = ()
    sent: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    objects: dict[str, bytes] = field(default_factory=dict)

    def answer(self, method: str, path: str, headers: dict[str, str], content: bytes) -> Any:
        self.sent.append((method, path, headers))
        if method in self.refuses:
            return 403, b"<Error><Code>AccessDenied</Code></Error>"
        if method == "PUT":
            if headers.get("x-goog-if-generation-match") == "0" and path in self.objects:
                return 412, b"<Error><Code>PreconditionFailed</Code></Error>"
            self.objects[path] = content
            return 200, b""
        if method == "DELETE":
            del self.objects[path]
            return 204, b""
        if "?" in path:
            return 200, b"<ListBucketResult></ListBucketResult>"
        found = self.objects.get(path)
        return (404, b"") if found is None else (200, found)


@contextmanager
def serving(service: Service) -> Iterator[None]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            status, said = service.answer(self.command, unquote(self.path), headers, content)
            self.send_response(status)
            for name, value in (
                ("Content-Length", str(len(said))),
                ("ETag", '"tag"'),
                ("x-goog-generation", "1"),
                ("Last-Modified", formatdate(usegmt=True)),
            ):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(said)

        def log_message(self, *_of: object) -> None:
            """Say nothing."""

        do_GET = do_PUT = do_DELETE = do_POST = answer  # noqa: N815 - their names there

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        service.address = f"127.0.0.1:{server.server_address[1]}"
        yield
        server.shutdown()


@pytest.fixture
def service() -> Iterator[Service]:
    made = Service()
    with serving(made):
        yield made


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    for name, value in shared_stores.CREDENTIALS.items():
        monkeypatch.setenv(name, value)


# Google.


@pytest.fixture(scope="module")
def service_account() -> str:
    """The key of a service account, as JSON."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return json.dumps(
        {
            "type": "service_account",
            "client_email": "runner@calls.example.com",
            "private_key_id": "1",
            "private_key": key.decode(),
        }
    )


def whose(authorization: str) -> str:
    """Whom the token of a request names."""
    payload = authorization.removeprefix("Bearer ").split(".")[1]
    named = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return str(named["iss"])


@pytest.mark.parametrize("form", ["json", "path", "application default"])
def test_google_is_sent_the_condition_the_prefix_and_the_credentials(
    service: Service,
    service_account: str,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    form: str,
) -> None:
    file = tmp_path / "key.json"
    file.write_text(service_account)
    environ = {"STORAGE_EMULATOR_HOST": service.address}
    if form == "json":
        environ["GOOGLE_CREDENTIALS"] = service_account
    elif form == "path":
        environ["GOOGLE_CREDENTIALS"] = str(file)
    else:
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(file))
    store = open_store("gs://calls/team/state", environ)
    first = body()
    assert store.create("numbers/1/0", first)
    assert not store.create("numbers/1/0", body())
    assert store.read(["numbers/1/0", "numbers/2/0"]) == {"numbers/1/0": first}
    assert store.list("numbers/") == {}
    key = "/calls/team/state/.vocode/numbers/1/0"
    assert [*service.objects] == [key]
    puts = [headers for method, path, headers in service.sent if (method, path) == ("PUT", key)]
    assert [headers["x-goog-if-generation-match"] for headers in puts] == ["0", "0"]
    method, path, _ = service.sent[-1]
    assert (method, path.partition("?")[0]) == ("GET", "/calls")
    assert "prefix=team/state/.vocode/numbers/" in path
    assert {whose(headers["authorization"]) for _, _, headers in service.sent} == {
        "runner@calls.example.com"
    }


def test_google_is_sent_a_token_as_it_is(service: Service) -> None:
    environ = {
        "STORAGE_EMULATOR_HOST": f"http://{service.address}",
        "GOOGLE_OAUTH_ACCESS_TOKEN": "hush-hush",
    }
    assert open_store("gs://calls", environ).list("") == {}
    assert service.sent[0][2]["authorization"] == "Bearer hush-hush"


def test_a_kind_of_credentials_of_google_that_is_not_understood(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "key.json"
    file.write_text('{"type": "external_account"}')
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(file))
    with pytest.raises(ValueError, match=r"`external_account`.*GOOGLE_OAUTH_ACCESS_TOKEN[.]$"):
        open_store("gs://calls", {})


# S3.


def test_a_role_is_assumed_with_the_credentials_of_the_run(
    s3: str, service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", f"http://{s3}")
    role = "arn:aws:iam::123456789012:role/deploy"
    url = f"s3://calls/state?region=eu-central-1&role={role}&endpoint=http://{service.address}"
    assert open_store(url).list("") == {}
    headers = service.sent[0][2]
    assert headers["x-amz-security-token"]
    assert "Credential=ASIA" in headers["authorization"]
    assert "/eu-central-1/s3/aws4_request" in headers["authorization"]
    # The server of S3 itself takes them.
    assert open_store(f"{shared_stores.s3_url(s3)}&role={role}").create("lists/role", body())


def test_a_role_that_may_not_be_assumed(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    service.refuses = ("POST",)
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", f"http://{service.address}")
    role = "arn:aws:iam::123456789012:role/deploy"
    store = open_store(f"s3://calls?region=us-east-1&role={role}&endpoint={service.address}")
    with pytest.raises(StoreFailed, match=r"could not be had: .* AssumeRole operation") as error:
        store.list("")
    assert "\n" not in str(error.value)


def test_the_endpoint_and_the_region_come_from_a_profile_and_the_url_counts_more(
    service: Service, tmp_path: Path
) -> None:
    (tmp_path / "config").write_text(
        f"[profile lab]\nregion = eu-west-3\nendpoint_url = http://{service.address}\n"
        "aws_access_key_id = lab\naws_secret_access_key = hush-hush\n"
    )
    for query, region in (("", "eu-west-3"), ("&region=eu-north-1", "eu-north-1")):
        assert open_store(f"s3://calls?profile=lab{query}").list("") == {}
        signed = service.sent.pop()[2]["authorization"]
        assert "Credential=lab/" in signed
        assert f"/{region}/s3/" in signed


@pytest.mark.parametrize(
    ("refuses", "what"),
    [("GET", "list objects"), ("PUT", "write objects"), ("GET", "read objects")],
)
def test_a_permission_that_is_missing_is_named(service: Service, refuses: str, what: str) -> None:
    service.refuses = (refuses,)
    store = open_store(f"s3://calls?region=us-east-1&endpoint=http://{service.address}")
    calls: dict[str, Callable[[], object]] = {
        "list objects": lambda: store.list(""),
        "read objects": lambda: store.read(["numbers/1/0"]),
        "write objects": lambda: store.create("numbers/1/0", body()),
    }
    with pytest.raises(StoreFailed) as error:
        calls[what]()
    assert error.value.why == f"the credentials do not allow to {what} (403 AccessDenied)"


# Azure.


@pytest.mark.parametrize(
    ("environ", "query"),
    [
        (
            {"AZURE_STORAGE_ACCOUNT": shared_stores.AZURE_ACCOUNT}
            | {"AZURE_STORAGE_SAS_TOKEN": shared_stores.azure_token("rwdlc")},
            "domain={address}&protocol=http",
        ),
        (
            {
                "AZURE_STORAGE_CONNECTION_STRING": "DefaultEndpointsProtocol=http;AccountName="
                f"{shared_stores.AZURE_ACCOUNT};AccountKey={shared_stores.AZURE_KEY}"
            },
            "domain={address}",
        ),
        (
            {
                "AZURE_STORAGE_DOMAIN": "{address}",
                "AZURE_STORAGE_PROTOCOL": "http",
                "AZURE_STORAGE_IS_LOCAL_EMULATOR": "true",
                "AZURE_STORAGE_KEY": shared_stores.AZURE_KEY,
            },
            f"storage_account={shared_stores.AZURE_ACCOUNT}",
        ),
    ],
    ids=["signature", "connection string", "variables"],
)
def test_azure_is_found_by_variables_as_pulumi_finds_it(
    azure: str, environ: dict[str, str], query: str
) -> None:
    named = {name: value.replace("{address}", azure) for name, value in environ.items()}
    store = open_store(f"azblob://calls/by-variables?{query.format(address=azure)}", named)
    key = f"lists/{body()['nonce']}"
    assert store.create(key, body())
    assert key in store.list("lists/")


@pytest.mark.parametrize(("may", "what"), [("rwc", "list objects"), ("rl", "write objects")])
def test_a_signature_of_azure_that_does_not_allow_enough(azure: str, may: str, what: str) -> None:
    token = shared_stores.azure_token(may)
    url = shared_stores.azure_url(azure)
    store = open_store(url, {"AZURE_STORAGE_SAS_TOKEN": token})
    with pytest.raises(StoreFailed, match=f"do not allow to {what} .403 Authorization") as error:
        store.list("") if what == "list objects" else store.create("numbers/1/0", body())
    assert token not in str(error.value)


def test_a_container_that_is_not_there(azure: str) -> None:
    url = shared_stores.azure_url(azure).replace("azblob://calls", "azblob://nobody")
    store = open_store(url, shared_stores.AZURE_CREDENTIALS)
    for use in (lambda: store.list(""), lambda: store.create("numbers/1/0", body())):
        with pytest.raises(StoreFailed, match="there is no such bucket or container"):
            use()


def test_the_login_of_the_azure_cli_is_used(
    service: Service, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "azureProfile.json").write_text('{"subscriptions": [{"id": "x"}]}')
    token = {"accessToken": "hush-hush", "expiresOn": "2100-01-01 00:00:00.000000"}
    token |= {"subscription": "x", "tenant": "y", "tokenType": "Bearer"}
    (tmp_path / "az").write_text(f"#!/bin/sh\necho '{json.dumps(token)}'\n")
    (tmp_path / "az").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=":")
    query = f"storage_account=x&domain={service.address}&protocol=http"
    store = open_store(f"azblob://calls?{query}", {"AZURE_CONFIG_DIR": str(tmp_path)})
    with pytest.raises(StoreFailed):
        # This service speaks Google's language.
        store.list("")
    assert service.sent[0][2]["authorization"] == "Bearer hush-hush"
