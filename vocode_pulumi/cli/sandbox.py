# SPDX-License-Identifier: Apache-2.0
"""`vocode-pulumi sandbox`: run a Vocode account on this machine."""

import argparse
import os
import signal
import subprocess
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vocode_pulumi.cli import call
from vocode_pulumi.cli.console import Commands, fail
from vocode_pulumi.sandbox.options import (
    AGES,
    API_KEY_VARIABLE,
    DEFAULT_API_KEY,
    DELIVERY_TIMEOUT,
    FIRST_LINE,
    PLANS,
)

if TYPE_CHECKING:
    from vocode_pulumi.sandbox.http.server import Server

FORWARDED = [
    getattr(signal, name)
    for name in ("SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2")
    if hasattr(signal, name)  # Windows has only the first
]
"""Signals that the command gets from us. Ctrl-C reaches it from the terminal."""


def register(commands: Commands) -> None:
    """Add the command."""
    sandbox = commands.add_parser("sandbox", help="run a Vocode account on this machine")
    actions = sandbox.add_subparsers(required=True, metavar="COMMAND")

    serve = actions.add_parser("serve", help="serve the account until it is stopped")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    serve.add_argument(
        "--port", type=_port, default=8787, help="port; 0 picks a free one (%(default)s)"
    )
    serve.add_argument(
        "--data",
        type=Path,
        default=Path(".vocode-sandbox"),
        metavar="DIR",
        help="folder that keeps the account (%(default)s)",
    )
    _options(serve)
    serve.set_defaults(task=_serve)

    run = actions.add_parser(
        "run",
        help="run a command with VOCODE_BASE_URL and VOCODE_API_KEY set to a sandbox",
        usage="%(prog)s [--data DIR] [--plan PLAN] [--age AGE] [--api-key KEY]\n"
        "        [--allow-host HOST] [--delivery-timeout SECONDS] -- COMMAND ...",
    )
    run.add_argument(
        "--data",
        type=Path,
        metavar="DIR",
        help="folder that keeps the account (a temporary folder)",
    )
    _options(run)
    run.add_argument("command", nargs="+", metavar="COMMAND", help="what to run, after `--`")
    run.set_defaults(task=_run)
    call.register(actions)


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--api-key",
        default=os.environ.get(API_KEY_VARIABLE) or DEFAULT_API_KEY,
        metavar="KEY",
        help=f"the key of the account (${API_KEY_VARIABLE}, or {DEFAULT_API_KEY!r})",
    )
    parser.add_argument(
        "--plan",
        choices=PLANS,
        default="plan_developer",
        help="the plan of the account (%(default)s)",
    )
    parser.add_argument(
        "--age",
        type=int,
        choices=AGES,
        default=2024,
        help="the year of the API that answers (%(default)s)",
    )
    parser.add_argument(
        "--allow-host",
        action="append",
        default=[],
        metavar="HOST",
        help="a host that calls may reach besides this machine; may be repeated (none)",
    )
    parser.add_argument(
        "--delivery-timeout",
        type=_seconds,
        default=DELIVERY_TIMEOUT,
        metavar="SECONDS",
        help="how long a receiver may take to answer (%(default)g)",
    )


def _port(text: str) -> int:
    port = int(text) if text.isdecimal() else -1
    if not 0 <= port < 65536:
        raise argparse.ArgumentTypeError("must be 0 to 65535")
    return port


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0
    if not 0 < seconds <= 600:
        raise argparse.ArgumentTypeError("must be more than 0 and at most 600")
    return seconds


def _serve(options: argparse.Namespace) -> int:
    server = _server(options, options.data, options.host, options.port)
    if isinstance(server, str):
        return fail(server)
    server.start()
    try:
        for end in (signal.SIGINT, signal.SIGTERM):
            signal.signal(end, signal.default_int_handler)
        print(f"{FIRST_LINE}{server.url}", flush=True)
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        server.stop()
    return 0


def _run(options: argparse.Namespace) -> int:
    with ExitStack() as stack:
        data = options.data or Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="vocode-sandbox-"))
        )
        server = _at_its_address(options, data)
        if isinstance(server, str):
            return fail(server)
        server.start()
        stack.callback(server.stop)
        settings = {"VOCODE_BASE_URL": server.url, "VOCODE_API_KEY": options.api_key}
        # The command does not inherit a handler, as it would inherit that a signal is ignored.
        signal.signal(signal.SIGINT, lambda _received, _frame: None)
        forwarded = [n for n in FORWARDED if signal.getsignal(n) is not signal.SIG_IGN]
        early: list[int] = []
        for number in forwarded:
            signal.signal(number, lambda received, _frame: early.append(received))
        try:
            command = subprocess.Popen(options.command, env={**os.environ, **settings})
        except FileNotFoundError:
            return fail(f"{options.command[0]}: command not found", 127)
        except OSError as error:
            return fail(f"{options.command[0]}: {error.strerror}", 126)
        for number in forwarded:
            signal.signal(number, lambda received, _frame: command.send_signal(received))
        for received in early:
            command.send_signal(received)
        status = command.wait()
        return status if status >= 0 else 128 - status


def _at_its_address(options: argparse.Namespace, data: Path) -> "Server | str":
    """A server at the address that the account had before, if that port is free.

    For the provider another address is another account.
    """
    kept = data / "port"
    before = int(kept.read_text()) if kept.exists() else 0
    server = _server(options, data, "127.0.0.1", before)
    if isinstance(server, str):
        server = _server(options, data, "127.0.0.1", 0)
    if not isinstance(server, str):
        kept.touch(mode=0o600)
        kept.write_text(server.url.rsplit(":", 1)[-1])
    return server


def _server(options: argparse.Namespace, data: Path, host: str, port: int) -> "Server | str":
    """A server, or one line that says why it cannot start."""
    try:
        from vocode_pulumi.sandbox.calls.egress import Egress
        from vocode_pulumi.sandbox.http.server import Server
    except ModuleNotFoundError as error:
        return (
            f"the sandbox needs {error.name}, which is not installed: "
            "install the package with its extra, from a clone: pip install './pulumi-vocode[sandbox]'"
        )
    settings: dict[str, Any] = {
        "api_key": options.api_key,
        "plan": options.plan,
        "age": options.age,
        "egress": Egress(options.allow_host, timeout=options.delivery_timeout),
    }
    try:
        return Server(data, host=host, port=port, **settings)
    except OSError as error:
        where = error.filename or f"{host} port {port}"
        return f"{where}: {error.strerror}: choose another --port, --host or --data"
