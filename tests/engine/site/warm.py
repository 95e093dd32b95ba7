# SPDX-License-Identifier: Apache-2.0
"""A Python that has imported `pulumi` and this package, and forks for each program and each plugin.

Importing them takes as long as all else that they do. ``python warm.py SOCKET`` serves; the process that
`pulumi` started asks it (``python3.go``), and ends as its fork does. Neither outlives the other.
"""

import contextlib
import os
import signal
import socket
import struct
import sys
from pathlib import Path

SIZE = struct.Struct("!i")
FDS = struct.Struct("@3i")


def forks(path):
    """Fork whenever somebody asks; returns the order, in the fork alone."""
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(path)
        listener.listen(1024)
        print("ready", flush=True)
        while True:
            asker, _ = listener.accept()
            if os.fork() == 0:
                listener.close()
                return _fork_for(asker)
            asker.close()
            with contextlib.suppress(ChildProcessError):
                while os.waitpid(-1, os.WNOHANG)[0]:
                    pass


def _fork_for(asker):
    """Fork once more; returns in the fork, and ends with it otherwise."""
    space = socket.CMSG_SPACE(FDS.size)
    head, (rights,), _, _ = asker.recvmsg(SIZE.size, space, socket.MSG_WAITALL)
    fds = FDS.unpack(rights[2])
    text = asker.recv(*SIZE.unpack(head), socket.MSG_WAITALL)
    fork = os.fork()
    if fork == 0:
        asker.close()
        for number, fd in enumerate(fds):
            os.dup2(fd, number)
            os.close(fd)
        folder, pid, count, *rest = map(os.fsdecode, text.split(b"\0"))
        words, env = rest[: int(count)], rest[int(count) :]
        return folder, int(pid), words, dict(one.split("=", 1) for one in env)
    for fd in (0, 1, 2):
        os.close(fd)
    for fd in fds:
        os.close(fd)
    _stay_for(asker, fork)
    os._exit(0)


def _stay_for(asker, fork):
    """Pass signals on, and tell how it ended; who asked may be gone."""
    import select

    ended = os.pidfd_open(fork)
    while True:
        ready, _, _ = select.select([asker, ended], [], [])
        if ended in ready:
            break
        received = asker.recv(1)
        signal.pidfd_send_signal(ended, received[0] if received else signal.SIGKILL)
        if not received:
            break
    _, status = os.waitpid(fork, 0)
    with contextlib.suppress(OSError):
        asker.sendall(SIZE.pack(status))


def main():
    """Serve."""
    import gc
    import importlib
    import pkgutil
    import runpy
    import types

    import boto3  # noqa: F401
    import grpc._channel
    import grpc._server
    import grpc.experimental  # noqa: F401
    import pulumi.dynamic  # noqa: F401
    import yaml  # noqa: F401

    import vocode_pulumi

    for module in pkgutil.walk_packages(vocode_pulumi.__path__, "vocode_pulumi."):
        if not module.name.startswith(("vocode_pulumi.__main__", "vocode_pulumi.sandbox")):
            importlib.import_module(module.name)

    # A program ends at once. In half of the runs that fail, Pulumi would wait for five seconds and kill it: its
    # thread waits for an answer that does not come.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    gc.freeze()
    folder, pid, words, env = forks(sys.argv[1])
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(env)
    sys.orig_argv[:] = words
    import sitecustomize

    sitecustomize.prepare(words)
    if "-m" in words:
        from vocode_pulumi.purchasing import launcher

        # The engine is an ancestor of who asked.
        launcher.os = types.SimpleNamespace(name=os.name, getpid=lambda: pid)
        at = words.index("-m") + 1
        sys.argv[:] = words[at:]
        sys.path[0] = folder
        signal.signal(signal.SIGINT, signal.default_int_handler)
        runpy.run_module(words[at], run_name="__main__", alter_sys=True)
    else:
        sys.argv[:] = words[1:]
        sys.path[0] = str(Path(words[1]).parent)
        runpy.run_path(words[1], run_name="__main__")


def end(code):
    """End this process as Python does, but take no module apart: that would copy the memory that forks share."""
    import atexit
    import threading

    if code is not None and not isinstance(code, int):
        print(code, file=sys.stderr)
        code = 1
    threading._shutdown()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code or 0)


if __name__ == "__main__":
    try:
        main()
    except SystemExit as asked:
        end(asked.code)
    end(0)
