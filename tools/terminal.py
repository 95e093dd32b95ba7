# SPDX-License-Identifier: Apache-2.0
"""What a command leaves on the screen of a terminal: `python3 -m tools.terminal FILE COMMAND…`.

The file gets the command, and the lines with the codes of their colours. Programs such as `pulumi` write
other lines if nobody sees them.
"""

import os
import pty
import re
import subprocess
import sys
import termios
from pathlib import Path

LINES, COLUMNS = 40, 100
CI = ("CI", "GITHUB_ACTIONS", "GITLAB_CI", "TF_BUILD", "JENKINS_URL")
"""The variables that name a CI. Nobody sits at a terminal there, so commands print other lines."""


def main() -> int:
    """Write the file, and return the exit status of the command."""
    file, *command = sys.argv[1:]
    ours, its = pty.openpty()
    termios.tcsetwinsize(its, (LINES, COLUMNS))
    env = {name: value for name, value in os.environ.items() if name not in CI}
    env["TERM"] = "xterm-256color"
    with subprocess.Popen(command, stdin=its, stdout=its, stderr=its, env=env) as process:
        os.close(its)
        written = b"".join(iter(lambda: _read(ours), b"")).decode()
    os.close(ours)
    lines = [f"$ {' '.join(command)}", *left(written)]
    Path(file).write_text("\n".join(lines).rstrip() + "\n")
    return process.returncode


def left(written: str) -> list[str]:
    """The lines that are left of what a command wrote.

    Args:
        written: all of it. Whoever goes up some lines writes these anew.
    """
    lines: list[str] = []
    for line in written.split("\n"):
        if up := re.search(r"\x1b\[(\d+)A", line):
            del lines[-int(up[1]) :]
        lines.append(re.sub(r"\r|\x1b\[\?\d+[hl]|\x1b\[\d*[AK]", "", line).rstrip())
    return lines


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux says so if nobody writes any more.
        return b""


if __name__ == "__main__":
    sys.exit(main())
