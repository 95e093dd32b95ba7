# SPDX-License-Identifier: Apache-2.0
"""What a process does that is to be a fork of ``warm.py``.

Each run of `pulumi` starts two such processes, so this imports little.
"""

import marshal
import os
import signal
import socket
import struct
import sys

SIZE = struct.Struct("!i")
FDS = struct.Struct("@3i")


def become(path):
    """Have a fork do what this process was started for, and end as it ends."""
    order = {
        "words": sys.orig_argv,
        "folder": os.getcwd(),  # noqa: PTH109 (pathlib imports much)
        "env": {**os.environ},
        "pid": os.getpid(),
    }
    text = marshal.dumps(order)
    with socket.socket(socket.AF_UNIX) as fork:
        fork.connect(path)
        rights = socket.SOL_SOCKET, socket.SCM_RIGHTS, FDS.pack(0, 1, 2)
        fork.sendmsg([SIZE.pack(len(text))], [rights])
        fork.sendall(text)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda received, _frame: fork.sendall(bytes([received])))
        status = fork.recv(SIZE.size, socket.MSG_WAITALL)
    code = os.waitstatus_to_exitcode(*SIZE.unpack(status)) if status else -signal.SIGKILL
    if code < 0:
        signal.signal(-code, signal.SIG_DFL) if -code != signal.SIGKILL else None
        os.kill(os.getpid(), -code)
    os._exit(code)
