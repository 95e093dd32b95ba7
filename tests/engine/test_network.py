# SPDX-License-Identifier: Apache-2.0
"""A company's proxy and certificates: which variables a real `pulumi` and its plugin need."""

import re
import ssl
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
import trustme

from tests.engine.cloud import Cloud
from tests.engine.harness import Stack, active
from tests.support.proxying import Proxy, over_tls, proxy_to, served
from vocode_pulumi.sandbox import Sandbox

ROOT = Path(__file__).parents[2]
HOST = "api.vocode.test"


@pytest.fixture
def authority(tmp_path: Path) -> trustme.CA:
    made = trustme.CA()
    made.cert_pem.write_to_path(tmp_path / "company.pem")
    return made


@pytest.fixture
def tls(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", HOST).configure_cert(context)
    return context


@pytest.fixture
def proxy(sandbox: Sandbox, tls: ssl.SSLContext) -> Iterator[Proxy]:
    with over_tls(sandbox.url, tls) as address, proxy_to(address) as made:
        yield made


def variables_of_page(proxy: Proxy, bundle: Path) -> dict[str, str]:
    """The variables that the page sets, with the proxy and the certificates of the test."""
    page = (ROOT / "docs" / "use" / "network.md").read_text()
    (block,) = re.findall(r"```console\n((?:\$ export .*\n)+)```", page)
    found = dict(re.findall(r"export (\w+)=(\S+)", block))
    assert set(found) == {"HTTPS_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE", "SSL_CERT_FILE"}
    return {
        "HTTPS_PROXY": proxy.url,
        "NO_PROXY": found["NO_PROXY"],
        "REQUESTS_CA_BUNDLE": str(bundle),
        "SSL_CERT_FILE": str(bundle),
    }


@pytest.mark.parametrize("case", ["upper", "lower"])
def test_a_run_behind_a_proxy_with_the_variables_of_the_page(
    stack: Stack, sandbox: Sandbox, proxy: Proxy, tmp_path: Path, case: str
) -> None:
    variables = variables_of_page(proxy, tmp_path / "company.pem")
    if case == "lower":
        for name in ("HTTPS_PROXY", "NO_PROXY"):
            variables[name.lower()] = variables.pop(name)
    stack.program("""
        PhoneNumber("main")
        pulumi.export("usage", get_usage().user_id)
    """)
    stack.env = stack.cold() | variables | {"VOCODE_BASE_URL": f"https://{HOST}"}
    stack.up()
    assert stack.ids() == active(sandbox)
    assert set(proxy.asked) == {f"{HOST}:443"}
    # The program makes the lookup, and the plugin buys.
    assert len(proxy.asked) >= 2
    assert "no findings" in stack.command("audit", "--stack", "dev")


def test_without_no_proxy_a_proxy_in_lower_case_stops_pulumi_itself(
    stack: Stack, proxy: Proxy
) -> None:
    stack.program('PhoneNumber("main")')
    stack.env = stack.cold() | {"https_proxy": proxy.url}
    assert "Resource monitor has terminated" in stack.preview(code=1)
    stack.env |= {"no_proxy": "127.0.0.1"}
    stack.preview()


def test_pulumi_itself_reads_the_variables_of_the_page(
    stack: Stack, tls: ssl.SSLContext, tmp_path: Path
) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Cloud)
    server.socket = tls.wrap_socket(server.socket, server_side=True)
    bundle = str(tmp_path / "company.pem")
    login = {
        "PULUMI_BACKEND_URL": f"https://{HOST}",
        "PULUMI_ACCESS_TOKEN": "token",
        "PULUMI_CREDENTIALS_PATH": str(tmp_path / "login"),
    }
    listing = ("pulumi", "stack", "ls", "--all")
    with served(server), proxy_to(f"https://127.0.0.1:{server.server_port}") as proxy:
        variables = variables_of_page(proxy, tmp_path / "company.pem")
        assert "acme/texts/prod" in stack.run(*listing, **login, **variables).stdout
        assert set(proxy.asked) == {f"{HOST}:443"}
        proxied = {"HTTPS_PROXY": proxy.url}
        refused = stack.run(*listing, REQUESTS_CA_BUNDLE=bundle, **login, **proxied)
        assert refused.returncode != 0
        assert "certificate signed by unknown authority" in refused.stdout
        unknown = stack.run(*listing, SSL_CERT_FILE=bundle, ALL_PROXY=proxy.url, **login)
        assert unknown.returncode != 0
        assert "dial tcp" in unknown.stdout
