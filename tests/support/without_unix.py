# SPDX-License-Identifier: Apache-2.0
"""Takes away from the package what Python has only on Unix: `import` it first, or give it to pytest as a plugin.

It is no Windows: paths, locks of files and processes remain those of this system.
"""

import builtins
import os
import signal
import subprocess
from typing import Any

MODULES = ("fcntl", "grp", "pty", "pwd", "resource", "termios", "tty")
OF_OS = (
    *("O_CLOEXEC", "O_NONBLOCK", "fork", "forkpty", "getpgid", "killpg"),
    *("posix_spawn", "setpgid", "setsid", "uname", "wait4"),
)
OF_SIGNAL = (
    *("SIGALRM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2"),
    *("alarm", "pthread_sigmask", "sigwait"),
)


class _Popen(subprocess.Popen[Any]):
    def __init__(self, *args: Any, **options: Any) -> None:
        if options.get("preexec_fn") is not None:
            raise ValueError("preexec_fn is not supported on Windows platforms")
        super().__init__(*args, **options)


_import = builtins.__import__


def _import_of_windows(name: str, *args: Any, **options: Any) -> Any:
    """Other packages have what they find; they have code of their own for Windows."""
    of = args[0] if args else options.get("globals")
    if name in MODULES and str((of or {}).get("__name__")).startswith("vocode_pulumi"):
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)
    return _import(name, *args, **options)


builtins.__import__ = _import_of_windows
for _name in OF_OS:
    delattr(os, _name)
for _name in OF_SIGNAL:
    delattr(signal, _name)
subprocess._USE_POSIX_SPAWN = False  # type: ignore[misc]
subprocess.Popen = _Popen  # type: ignore[misc]
