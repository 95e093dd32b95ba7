# SPDX-License-Identifier: Apache-2.0
"""What keeps the key of a stack's secrets, as far as `pulumi` asks it: a HashiCorp Vault that hides nothing.

From a passphrase, each command would make the key anew with a million rounds, a third of what it costs.
"""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

KEY = "hashivault://key"
"""How `pulumi` calls the key of all stacks."""
MARK = "vault:v1:"


class Transit(BaseHTTPRequestHandler):
    """Encrypts and decrypts: puts a mark before, and takes it away."""

    def do_PUT(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/v1/transit/encrypt/key":
            data = {"ciphertext": MARK + body["plaintext"]}
        else:
            data = {"plaintext": body["ciphertext"].removeprefix(MARK)}
        answer = json.dumps({"data": data}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serving() -> Iterator[dict[str, str]]:
    """One in a thread; gives the variables by which `pulumi` finds it."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Transit) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}"
        yield {"VAULT_SERVER_URL": url, "VAULT_SERVER_TOKEN": "any"}
        server.shutdown()
