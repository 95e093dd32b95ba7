# SPDX-License-Identifier: Apache-2.0
"""Deadlines and limits, against servers that keep none."""

import gzip
import os
import socket
import ssl
import struct
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import trustme

from tests.support.misbehaving import OK, Misbehaving, misbehaving, says
from tests.support.waiting import until
from vocode_pulumi import clock, errors
from vocode_pulumi.api.client import Client
from vocode_pulumi.settings import Settings

Answer = Callable[[Misbehaving, socket.socket], None]

BUY = "/v1/numbers/buy"
NUMBER = b'{"number": "14155550100"}'
PATIENCE = 10.0
"""Seconds, of which the deadline of a test is a small part; the servers take far longer."""


def client(server: Misbehaving, **settings: Any) -> Client:
    return Client(
        Settings(
            **{
                "api_key": "k",
                "base_url": server.url,
                "connect_timeout": 0.2,
                "read_timeout": 0.5,
                "max_retries": 0,
                "max_answer_size": 1,
                **settings,
            }
        )
    )


@contextmanager
def at_once() -> Iterator[None]:
    start = time.monotonic()
    yield
    assert time.monotonic() - start < PATIENCE


# Time.


def drips(before: bytes, data: bytes) -> Answer:
    def answer(server: Misbehaving, connection: socket.socket) -> None:
        server.send(connection, before)
        server.drip(connection, data)

    return answer


DRIPS: dict[str, Answer] = {
    "status": drips(b"", b"HTTP/1.1 200 OK\r\n"),
    "headers": drips(OK, b"X-Some: thing\r\n"),
    "interim answers": drips(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "body": drips(OK + b"Content-Length: 10000\r\n\r\n", b" "),
    "body without a length": drips(OK + b"\r\n" + NUMBER, b" "),
    "chunks": drips(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    "trailers": drips(OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X-Some: thing\r\n"),
}


@pytest.mark.parametrize("answer", DRIPS.values(), ids=DRIPS)
def test_a_byte_does_not_start_the_deadline_anew(answer: Answer) -> None:
    with misbehaving(answer) as server:
        with (
            at_once(),
            pytest.raises(errors.AnswerLost, match=r"not answered within 0\.7 s\. Whet"),
        ):
            client(server).buy(BUY, None)
        with at_once(), pytest.raises(errors.AnswerLost):
            client(server).get("/v1/usage")
        assert len(server.requests) == 2


def test_a_refusal_whose_words_do_not_come_is_one_all_the_same() -> None:
    refusal = b"HTTP/1.1 402 Payment Required\r\nContent-Length: 10000\r\n\r\n"
    with (
        misbehaving(drips(refusal, b" ")) as server,
        at_once(),
        pytest.raises(errors.PlanError, match=r"answered 402\. Nothing was bought"),
    ):
        client(server).buy(BUY, None)


def test_a_server_that_takes_the_request_slowly_does_not_hold_it() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf, at_once():
        url = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        patient = Settings(api_key="k", base_url=url, connect_timeout=2, read_timeout=0.5)
        with pytest.raises(errors.AnswerLost, match="is not known"):
            Client(patient).buy(BUY, {"inbound_agent": {"prompt": "x" * 30_000_000}})


@pytest.fixture
def deaf() -> Iterator[tuple[str, int]]:
    """An address where a connection is neither made nor refused."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        waiting = []
        while True:
            one = socket.socket()
            one.settimeout(0.2)
            waiting.append(one)
            try:
                one.connect(listener.getsockname())
            except TimeoutError:
                break
        yield listener.getsockname()
        for one in waiting:
            one.close()


def test_several_addresses_share_the_deadline(
    deaf: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    deaf_ones = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", deaf)] * 500
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_of, **_kw: deaf_ones)
    never = Settings(api_key="k", base_url="http://vocode.test", max_retries=0)
    with at_once(), pytest.raises(errors.NotSent, match=r"no connection within.*Nothing was"):
        Client(Settings(**{**vars(never), "connect_timeout": 0.2, "read_timeout": 0.5})).buy(
            BUY, None
        )


def test_an_address_that_takes_no_connection_leaves_time_for_the_next(
    deaf: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    with misbehaving(says(OK + b"\r\n" + NUMBER)) as server:
        addresses = [deaf, server.server_address]
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", one) for one in addresses]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_of, **_kw: found)
        assert client(server, read_timeout=PATIENCE).buy(BUY, None) == {"number": "14155550100"}


@pytest.mark.parametrize("said", [b"\x16\x03\x03\x40\x00", b""], ids=["slow", "silent"])
def test_a_handshake_has_no_more_time_than_all_else(said: bytes) -> None:
    with misbehaving(drips(said, b"\x02") if said else lambda server, _: waits(server)) as server:
        secure = client(server, base_url=server.url.replace("http:", "https:"))
        with at_once(), pytest.raises(errors.NotSent, match=r"could not reach.*Nothing was bought"):
            secure.buy(BUY, None)


def waits(server: Misbehaving) -> None:
    server.over.wait(PATIENCE * 3)


def test_a_handshake_that_is_broken_off_is_no_lost_answer() -> None:
    with misbehaving(lambda _server, connection: connection.close()) as server:
        secure = client(server, base_url=server.url.replace("http:", "https:"))
        with pytest.raises(errors.NotSent, match="Nothing was bought"):
            secure.buy(BUY, None)


def test_a_proxy_has_no_more_time_than_all_else(monkeypatch: pytest.MonkeyPatch) -> None:
    with misbehaving(drips(b"HTTP/1.1 200 OK\r\n", b"X-Some: thing\r\n")) as proxy:
        monkeypatch.setenv("https_proxy", proxy.url)
        monkeypatch.setenv("no_proxy", "")
        with at_once(), pytest.raises(errors.NotSent, match="Nothing was bought"):
            client(proxy, base_url="https://vocode.test").buy(BUY, None)
        assert proxy.requests[0].startswith(b"CONNECT vocode.test:443")


def test_a_proxy_that_refuses_a_tunnel_is_no_lost_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    with misbehaving(says(b"HTTP/1.1 502 Bad Gateway\r\n\r\n")) as proxy:
        monkeypatch.setenv("https_proxy", proxy.url)
        monkeypatch.setenv("no_proxy", "")
        with pytest.raises(errors.NotSent, match="Nothing was bought"):
            client(proxy, base_url="https://vocode.test").buy(BUY, None)


def test_a_proxy_that_speaks_another_language_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "socks5://127.0.0.1:1")
    monkeypatch.setenv("no_proxy", "")
    behind = Client(Settings(api_key="k", base_url="http://vocode.test"))
    with pytest.raises(errors.NotSent, match=r"SOCKS are not understood.*Nothing was bought"):
        behind.buy(BUY, None)


class Sleeper:
    """A clock that goes on while its machine sleeps."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.slept, now = 0.0, clock.now
        monkeypatch.setattr(clock, "now", lambda: now() + self.slept)


def test_a_machine_that_slept_does_not_read_on(monkeypatch: pytest.MonkeyPatch) -> None:
    sleeper = Sleeper(monkeypatch)

    def answer(server: Misbehaving, connection: socket.socket) -> None:
        server.send(connection, OK + b"Content-Length: 10000\r\n\r\n")
        sleeper.slept = 3_600
        server.drip(connection, b" ")

    with (
        misbehaving(answer) as server,
        at_once(),
        pytest.raises(errors.AnswerLost, match="not answered within"),
    ):
        client(server, read_timeout=PATIENCE * 3).buy(BUY, None)


# Sending before a time.


def test_a_purchase_that_is_late_is_not_sent() -> None:
    with misbehaving(says(OK + b"\r\n" + NUMBER)) as server:
        late = client(server, max_retries=3, max_retry_wait=0)
        with pytest.raises(
            errors.NotSent, match=r"too much time had passed before it could be sent\. Nothing was"
        ):
            late.buy(BUY, None, send_before=clock.now())
        assert server.requests == []
        assert late.buy(BUY, None, send_before=clock.now() + PATIENCE)
        assert len(server.requests) == 1


def test_a_purchase_that_became_late_over_its_connection_is_not_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sleeper, look_up = Sleeper(monkeypatch), socket.getaddrinfo

    def looks_up(*of: Any, **options: Any) -> Any:
        sleeper.slept = 2
        return look_up(*of, **options)

    monkeypatch.setattr(socket, "getaddrinfo", looks_up)
    with (
        misbehaving(says(OK + b"\r\n" + NUMBER)) as server,
        pytest.raises(errors.NotSent, match="too much time had passed"),
    ):
        client(server, read_timeout=60).buy(BUY, None, send_before=clock.now() + 1)
    assert server.requests == []


def test_a_purchase_is_handed_over_all_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    handed: list[bytes] = []
    send = socket.socket.send

    def sends(self: socket.socket, data: Any, *of: Any) -> int:
        handed.append(bytes(data))
        return send(self, data, *of)

    with misbehaving(says(OK + b"\r\n" + NUMBER)) as server:
        monkeypatch.setattr(socket.socket, "send", sends)
        client(server).buy(BUY, {"area_code": "415"})
        assert handed == server.requests
        assert handed[0].endswith(b'{"area_code": "415"}')


# Size.


@cache
def bomb(megabytes: int) -> bytes:
    """A little gzip of so many megabytes of spaces. Two are packed, and the second is repeated."""
    megabyte = b" " * 1_000_000
    packer = zlib.compressobj(wbits=31)
    first, next_one = (
        packer.compress(megabyte) + packer.flush(zlib.Z_FULL_FLUSH) for _ in range(2)
    )
    checksum = 0
    for _ in range(megabytes):
        checksum = zlib.crc32(megabyte, checksum)
    last = b"\x03\0" + struct.pack("<II", checksum, megabytes * len(megabyte) % 2**32)
    return first + next_one * (megabytes - 1) + last


def explodes(server: Misbehaving, connection: socket.socket) -> None:
    says(OK + b"Content-Encoding: gzip\r\n\r\n" + bomb(1_000))(server, connection)


def pours(head: bytes, data: bytes, tail: bytes = b"") -> Answer:
    def answer(server: Misbehaving, connection: socket.socket) -> None:
        server.send(connection, head)
        server.pour(connection, data, 200)
        server.send(connection, tail)

    return answer


TOO_LARGE: dict[str, Answer] = {
    "with a length": pours(OK + b"Content-Length: 200000000\r\n\r\n", b" "),
    "without a length": pours(OK + b"\r\n", b" "),
    "in one chunk": pours(OK + b"Transfer-Encoding: chunked\r\n\r\nffffffff\r\n", b" "),
    "in many chunks": pours(OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
    "of trailers": pours(OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X-Some: thing\r\n"),
    "of interim answers": pours(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "packed": explodes,
    "packed, and then some": pours(
        OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(NUMBER), b"\0"
    ),
}


@pytest.mark.parametrize("answer", TOO_LARGE.values(), ids=TOO_LARGE)
def test_an_answer_that_is_too_large_is_cut_off(answer: Answer) -> None:
    with misbehaving(answer) as server:
        via = client(server, read_timeout=60, max_retries=3)
        with pytest.raises(
            errors.UnreadableAnswer, match=r"more than 1 MB, which was cut off\. Whether a number"
        ) as caught:
            via.buy(BUY, None)
        assert isinstance(caught.value, errors.MAYBE_CARRIED_OUT)
        with pytest.raises(errors.UnreadableAnswer, match=r"cut off\. Check.*vocode:maxAnswerSize"):
            via.get("/v1/usage")
        assert len(server.requests) == 2
        # What the kernel holds on both sides comes on top.
        assert server.sent < 40_000_000


def test_what_is_packed_twice_is_not_unpacked() -> None:
    twice = gzip.compress(bomb(1_000))
    with (
        misbehaving(says(OK + b"Content-Encoding: gzip, gzip\r\n\r\n" + twice)) as server,
        pytest.raises(errors.UnreadableAnswer, match=r"is not JSON\. Whether a number"),
    ):
        client(server, read_timeout=60).buy(BUY, None)


@pytest.mark.parametrize(
    ("status", "error"),
    [(302, errors.UnclearAnswer), (404, errors.NotFoundError), (503, errors.ServerError)],
)
def test_a_refusal_that_is_too_large_is_one_all_the_same(
    status: int, error: type[errors.ApiError]
) -> None:
    head = f"HTTP/1.1 {status} No\r\nLocation: /\r\n\r\n".encode()
    with (
        misbehaving(pours(head, b" ")) as server,
        pytest.raises(error, match=f"answered {status}"),
    ):
        client(server, read_timeout=60).buy(BUY, None)
    assert server.sent < 40_000_000


@pytest.mark.parametrize("packing", [b"gzip", b"x-gzip", b"deflate", b"identity", b""])
def test_an_answer_is_unpacked(packing: bytes) -> None:
    pack: dict[bytes, Any] = {
        b"deflate": zlib.compress,
        b"gzip": gzip.compress,
        b"x-gzip": gzip.compress,
    }
    content = pack.get(packing, bytes)(NUMBER + b" " * 900_000)
    with misbehaving(says(OK + b"Content-Encoding: " + packing + b"\r\n\r\n" + content)) as server:
        assert client(server, read_timeout=60).buy(BUY, None) == {"number": "14155550100"}


@pytest.mark.parametrize(
    "content", [b"\x1f\x8b broken", gzip.compress(NUMBER)[:-12]], ids=["broken", "cut"]
)
def test_an_answer_that_cannot_be_unpacked_is_unreadable(content: bytes) -> None:
    with (
        misbehaving(says(OK + b"Content-Encoding: gzip\r\n\r\n" + content)) as server,
        pytest.raises(errors.UnreadableAnswer, match=r"is not JSON\. Whether a number"),
    ):
        client(server).buy(BUY, None)


HUNGRY = """
import resource, sys
from vocode_pulumi import errors
from vocode_pulumi.api.client import Client
from vocode_pulumi.settings import Settings

via = Client(Settings(api_key="k", base_url=sys.argv[1], max_answer_size=4, max_retries=0))
via.get("/v1/usage")
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    via.buy("/v1/numbers/buy", None)
except errors.UnreadableAnswer:
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(grown * (1 if sys.platform == "darwin" else 1024))
"""


@pytest.mark.parametrize("name", ["with a length", "in one chunk", "in many chunks", "packed"])
def test_memory_stays_within_a_few_times_the_limit(name: str) -> None:
    def answer(server: Misbehaving, connection: socket.socket) -> None:
        small = server.requests[-1].startswith(b"GET")
        (says(OK + b"\r\n{}") if small else TOO_LARGE[name])(server, connection)

    with misbehaving(answer) as server:
        # What Linux says of a process counts what started it, here a small shell.
        done = subprocess.run(
            ["sh", "-c", '"$@"; exit $?', "sh", sys.executable, "-c", HUNGRY, server.url],
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        )
    assert int(done.stdout) < 5 * 4_000_000


# TLS.


@pytest.fixture
def secured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A server's side of TLS, which clients of this test trust."""
    authority, certificate = trustme.CA(), tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(certificate)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


def test_limits_hold_over_tls(secured: ssl.SSLContext) -> None:
    with misbehaving(says(OK + b"Content-Length: 25\r\n\r\n" + NUMBER), secured) as server:
        assert client(server).buy(BUY, {"area_code": "415"}) == {"number": "14155550100"}
        with pytest.raises(errors.NotSent, match="too much time had passed"):
            client(server).buy(BUY, None, send_before=clock.now())
        assert len(server.requests) == 1
    with (
        misbehaving(DRIPS["body"], secured) as server,
        at_once(),
        pytest.raises(errors.AnswerLost, match="not answered within"),
    ):
        client(server).buy(BUY, None)
    with (
        misbehaving(TOO_LARGE["in many chunks"], secured) as server,
        pytest.raises(errors.UnreadableAnswer, match="cut off"),
    ):
        client(server, read_timeout=60).buy(BUY, None)


def test_limits_hold_behind_a_tunnel(
    secured: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    with misbehaving(DRIPS["body"], secured) as server:

        def tunnel(proxy: Misbehaving, connection: socket.socket) -> None:
            with socket.create_connection(("127.0.0.1", server.server_address[1])) as behind:
                proxy.send(connection, b"HTTP/1.1 200 OK\r\n\r\n")
                connection.setblocking(False)
                behind.setblocking(False)
                while not proxy.over.wait(0.01):
                    for one, other in ((connection, behind), (behind, connection)):
                        with suppress(BlockingIOError):
                            other.sendall(one.recv(65536))

        with misbehaving(tunnel) as proxy, at_once():
            monkeypatch.setenv("https_proxy", proxy.url)
            monkeypatch.setenv("no_proxy", "")
            with pytest.raises(errors.AnswerLost, match="not answered within"):
                client(server).buy(BUY, None)
            assert len(server.requests) == 1


def test_a_certificate_that_nobody_trusts_is_not_tried_again(
    secured: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    connections = 0

    def refused(*_of: Any) -> None:
        nonlocal connections
        connections += 1

    monkeypatch.setattr(Misbehaving, "handle_error", refused)
    with misbehaving(says(OK + b"\r\n{}"), secured) as server:
        with pytest.raises(errors.NotSent, match="its certificate is not trusted"):
            client(server, max_retries=4).get("/v1/usage")
        until(lambda: connections > 0)
    assert connections == 1
