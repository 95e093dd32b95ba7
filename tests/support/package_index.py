# SPDX-License-Identifier: Apache-2.0
"""An index of Python packages on this machine, as PEP 503 has it: what pip, uv and Poetry ask."""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread


@contextmanager
def serving(wheels: Path, folder: Path) -> Iterator[str]:
    """Serve wheels; gives the address of the index.

    Args:
        wheels: the folder that has them.
        folder: an empty folder, for the pages.
    """
    for wheel in wheels.glob("*.whl"):
        name = re.sub(r"[-_.]+", "-", wheel.name.split("-")[0]).lower()
        page = folder / name / "index.html"
        page.parent.mkdir(exist_ok=True)
        digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
        (folder / name / wheel.name).symlink_to(wheel)
        with page.open("a") as file:
            file.write(f'<a href="{wheel.name}#sha256={digest}">{wheel.name}</a>\n')
    handler = partial(_Quiet, directory=str(folder))
    with _Server(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a client may leave early."""


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""
