# SPDX-License-Identifier: Apache-2.0
"""Which variables for proxies and certificates the client reads."""

import base64
import os
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from tests.support.proxying import Proxy, over_tls, proxy_to
from vocode_pulumi import errors
from vocode_pulumi.api.client import Client
from vocode_pulumi.sandbox import Sandbox
from vocode_pulumi.sandbox.client import SandboxClient
from vocode_pulumi.settings import Settings

HOST = "api.vocode.test"
"""A host that no name server knows: only the proxy leads there."""
CERTIFICATES = ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.lower().endswith("_proxy") or name in (*CERTIFICATES, "SSL_CERT_FILE"):
            monkeypatch.delenv(name)


@pytest.fixture
def authority(tmp_path: Path) -> trustme.CA:
    made = trustme.CA()
    made.cert_pem.write_to_path(tmp_path / "authority.pem")
    return made


@pytest.fixture
def bundle(authority: trustme.CA, tmp_path: Path) -> str:
    return str(tmp_path / "authority.pem")


@pytest.fixture
def account(sandbox: Sandbox, tmp_path: Path) -> SandboxClient:
    return sandbox.another_account(f"key-of-{tmp_path.name}")


@pytest.fixture
def secure(account: SandboxClient, authority: trustme.CA) -> Iterator[str]:
    """The address of the account's API over TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", HOST).configure_cert(context)
    with over_tls(account.url, context) as address:
        yield address


@pytest.fixture
def proxy(secure: str) -> Iterator[Proxy]:
    with proxy_to(secure) as made:
        yield made


def user_id(account: SandboxClient, base_url: str) -> str | None:
    settings = Settings(api_key=account.api_key, base_url=base_url, max_retries=0)
    return Client(settings).user_id()


def expected(account: SandboxClient) -> str:
    return str(account.call("GET", "/v1/usage")["user_id"])


@pytest.mark.parametrize("name", ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"])
def test_calls_go_through_the_proxy_that_the_environment_names(
    account: SandboxClient, proxy: Proxy, bundle: str, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", bundle)
    monkeypatch.setenv(name, proxy.url)
    assert user_id(account, f"https://{HOST}") == expected(account)
    assert proxy.asked == [f"{HOST}:443"]


@pytest.mark.parametrize("name", ["no_proxy", "NO_PROXY"])
@pytest.mark.parametrize("hosts", ["127.0.0.1", "x.test,127.0.0.1", "127.0.0.0/8", "*"])
def test_calls_to_a_host_without_a_proxy_go_there(
    account: SandboxClient,
    proxy: Proxy,
    secure: str,
    bundle: str,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    hosts: str,
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", bundle)
    monkeypatch.setenv("https_proxy", proxy.url)
    monkeypatch.setenv(name, hosts)
    assert user_id(account, secure) == expected(account)
    assert proxy.asked == []


def test_a_domain_without_a_proxy_has_none(
    account: SandboxClient, proxy: Proxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("https_proxy", proxy.url)
    monkeypatch.setenv("no_proxy", ".vocode.test")
    with pytest.raises(errors.NotSent):
        user_id(account, f"https://{HOST}")
    assert proxy.asked == []


@pytest.mark.parametrize("name", CERTIFICATES)
def test_a_certificate_is_trusted_that_the_environment_names(
    account: SandboxClient, secure: str, bundle: str, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    untrusted = "its certificate is not trusted: REQUESTS_CA_BUNDLE names"
    with pytest.raises(errors.NotSent, match=untrusted):
        user_id(account, secure)
    monkeypatch.setenv("SSL_CERT_FILE", bundle)
    with pytest.raises(errors.NotSent, match=untrusted):
        user_id(account, secure)
    monkeypatch.setenv(name, bundle)
    assert user_id(account, secure) == expected(account)


def test_the_password_of_a_proxy_is_used_and_not_printed(
    account: SandboxClient, proxy: Proxy, bundle: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", bundle)
    monkeypatch.setenv("https_proxy", proxy.url.replace("://", "://me:hush-hush@"))
    assert user_id(account, f"https://{HOST}") == expected(account)
    assert proxy.authorizations == [f"Basic {base64.b64encode(b'me:hush-hush').decode()}"]
    for broken in ("http://me:hush-hush@127.0.0.1:1", "http://me:hush-hush@proxy.test:x"):
        monkeypatch.setenv("https_proxy", broken)
        with pytest.raises(errors.NotSent) as caught:
            user_id(account, f"https://{HOST}")
        assert "hush-hush" not in str(caught.value)


def test_a_bundle_that_is_not_there_is_one_line(
    account: SandboxClient, secure: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "nothing.pem"))
    with pytest.raises(errors.NotSent, match="the file of trusted certificates is missing"):
        user_id(account, secure)
