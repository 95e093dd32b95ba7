# SPDX-License-Identifier: Apache-2.0
"""`vocode-pulumi` as a process of its own, with a terminal or without one."""

import fcntl
import io
import json
import os
import pty
import shlex
import subprocess
import sys
import termios
import threading
from collections.abc import Iterator, Mapping
from contextlib import chdir, contextmanager, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

from tests.contract.hasty import Hasty
from tests.contract.shop import Shop
from vocode_pulumi import clock
from vocode_pulumi.cli import main

COMMAND = [sys.executable, "-m", "vocode_pulumi"]
ROOT = Path(__file__).parents[2]


def environment(shop: Shop, **more: str) -> dict[str, str]:
    """What the command needs, and nothing that this machine has set besides; it waits for no time."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PULUMI_", "VOCODE_")) and not name.lower().endswith("_proxy")
    }
    return kept | {
        "PULUMI_BACKEND_URL": "file:///here",
        "PULUMI_HOME": str(shop.path.parent / "home"),
        "PYTHONPATH": f"{ROOT / 'tests/contract/site'}{os.pathsep}{ROOT}",
        "TEST_HASTY": "1",
        "VOCODE_API_KEY": shop.account.api_key,
        "VOCODE_BASE_URL": shop.account.url,
        "VOCODE_LEDGER": str(shop.path),
        "VOCODE_MAX_RETRIES": "1",
        "VOCODE_MAX_RETRY_WAIT": "0.01",
        "VOCODE_CONNECT_TIMEOUT": "1",
        "VOCODE_READ_TIMEOUT": "4",
        "VOCODE_SETTLE_SECONDS": "2",
        **more,
    }


Done = subprocess.CompletedProcess[str]


def vocode_pulumi(shop: Shop, *args: str, stdin: str | bytes = "", **env: str) -> Done:
    """Run it where there is no terminal."""
    done = subprocess.run(
        [*COMMAND, *args],
        input=stdin if isinstance(stdin, bytes) else stdin.encode(),
        cwd=shop.path.parent,
        env=environment(shop, **env),
        capture_output=True,
        start_new_session=True,
        timeout=60,
        check=False,
    )
    said = Done(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())
    require_decent(shop, said.stdout, said.stderr)
    return said


def called(shop: Shop, *args: str, stdin: str | bytes = "", **env: str) -> Done:
    """The same without a process, which takes its time to start."""
    out, err, hasty = io.StringIO(), io.StringIO(), Hasty()
    read = io.BytesIO(stdin if isinstance(stdin, bytes) else stdin.encode())
    given = environment(shop, **env)
    with (
        mock.patch.dict(os.environ, given, clear=True),
        mock.patch.multiple(clock, now=hasty.now, sleep=hasty.sleep),
        mock.patch.object(sys, "stdin", io.TextIOWrapper(read, "utf-8")),
        chdir(shop.path.parent),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        try:
            status = main([*args])
        except SystemExit as end:
            status = int(end.code or 0)
    require_decent(shop, out.getvalue(), err.getvalue())
    return Done(args, status, out.getvalue(), err.getvalue())


def require_decent(shop: Shop, *printed: str) -> None:
    """Nobody is shown where it broke, or a credential."""
    for text in printed:
        assert "Traceback" not in text, text
        assert shop.account.api_key not in text


def refusal(done: Done) -> str:
    """The one line of a command that could not do it."""
    assert (done.returncode, done.stdout) == (2, ""), done
    (line,) = done.stderr.splitlines()
    assert line.startswith("vocode-pulumi: ")
    return line.removeprefix("vocode-pulumi: ")


def pulumi(
    folder: Path,
    states: Mapping[str, str],
    *lines: str,
    config: Mapping[str, Mapping[str, Any]] | None = None,
    stacks: tuple[str, ...] = (),
) -> str:
    """A PATH with a `pulumi` of the test's own.

    Args:
        folder: that it is in.
        states: what it exports, by the name of the stack; a line that begins with ``error:`` is one.
        *lines: of its script, that come first.
        config: what it prints of the configuration of any stack.
        stacks: the names that it lists.
    """
    for name, text in states.items():
        (folder / f"--stack={name.replace('/', '%')}").write_text(text)
    (folder / "config.json").write_text(json.dumps(config or {}))
    (folder / "stacks.json").write_text(json.dumps([{"name": name} for name in stacks]))
    here = shlex.quote(str(folder))
    script = f"""#!/bin/sh
{os.linesep.join(lines)}
echo "$*" >> {here}/asked
case "$1 $2" in
"stack export") file={here}/$(echo "$3" | tr / %)
    [ -e "$file" ] || {{ echo "error: no stack named '${{3#--stack=}}' found" >&2; exit 6; }}
    if grep -q "^error: " "$file"; then cat "$file" >&2; exit 255; fi
    cat "$file" ;;
"stack ls") cat {here}/stacks.json ;;
"config --json") cat {here}/config.json ;;
*) echo "error: what is $*?" >&2; exit 255 ;;
esac
"""
    (folder / "pulumi").write_text(script)
    (folder / "pulumi").chmod(0o755)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


# A terminal.


@dataclass
class Session:
    """The command at a terminal of its own; what it prints is read as it comes.

    Args:
        process: that it is.
        terminal: where it is typed.
    """

    shop: Shop
    process: subprocess.Popen[bytes]
    terminal: int
    printed: str = field(default="")

    def until(self, words: str) -> str:
        """Wait for what ends in these words; gives all that was printed since the last time."""
        assert self.process.stdout
        since = b""
        while not since.endswith(words.encode()):
            one = self.process.stdout.read(1)
            assert one, since.decode()
            since += one
        self.printed += since.decode()
        return since.decode()

    def answer(self, text: str) -> None:
        """Type a line."""
        os.write(self.terminal, f"{text}\n".encode())

    def press(self, key: bytes) -> None:
        """Type something that is no line."""
        os.write(self.terminal, key)

    def end(self) -> int:
        """Wait for the end; gives the exit status."""
        assert self.process.stdout
        self.printed += self.process.stdout.read().decode()
        require_decent(self.shop, self.printed)
        return self.process.wait()


@contextmanager
def at_a_terminal(
    shop: Shop, *args: str, stdin: str | None = None, **env: str
) -> Iterator[Session]:
    """Run the command at a terminal.

    Args:
        shop: where it settles something.
        *args: its words.
        stdin: its standard input; default the terminal.
        **env: further variables.
    """
    leader, terminal = pty.openpty()
    given = os.memfd_create("stdin") if stdin is not None else terminal
    if stdin is not None:
        os.write(given, stdin.encode())
        os.lseek(given, 0, os.SEEK_SET)
    try:
        with subprocess.Popen(
            [*COMMAND, *args],
            stdin=given,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=shop.path.parent,
            env=environment(shop, **env),
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(terminal, termios.TIOCSCTTY, 0),
        ) as process:
            limit = threading.Timer(60, process.kill)
            limit.start()
            try:
                yield Session(shop, process, leader)
            finally:
                limit.cancel()
                process.kill()
    finally:
        for file in {leader, terminal, given}:
            with suppress(OSError):
                os.close(file)
