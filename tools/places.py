# SPDX-License-Identifier: Apache-2.0
"""Where the tools keep things, and the environment that finds them."""

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCAL = ROOT / ".local"
ENGINE = LOCAL / "engine"
STATE = LOCAL / "state"
PULUMI_HOME = LOCAL / "pulumi"
SANDBOX = LOCAL / "sandbox"
STACK = "sandbox"
STACK_FILE = ROOT / f"Pulumi.{STACK}.yaml"

PYTHON = VENV / "bin" / "python"

OFFLINE = {
    "PULUMI_SKIP_UPDATE_CHECK": "1",
    "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "1",
    "PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK": "1",
}
"""Neither the engine nor Pulumi's Python API ask the network for anything."""

PASSPHRASE = "nothing-here-is-secret"
"""What the file backend encrypts secrets with. Whoever reads this file knows it: good for the
sandbox's made-up credentials, and for no others."""


def backend() -> dict[str, str]:
    """The settings by which Pulumi keeps its state inside this working tree."""
    return {
        "PULUMI_BACKEND_URL": f"file://{STATE}",
        "PULUMI_HOME": str(PULUMI_HOME),
        "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
        **OFFLINE,
    }


def path(engine: Path, rest: str) -> str:
    """A PATH on which the virtual environment and the engine come first.

    An engine may ignore `virtualenv` in Pulumi.yaml, and then takes the first Python.

    Args:
        engine: the folder that holds `pulumi`.
        rest: the PATH so far.
    """
    return os.pathsep.join([str(VENV / "bin"), str(engine), rest])


def without_accounts(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment without a word about the user's own Vocode and Pulumi accounts."""
    return {
        name: value
        for name, value in environ.items()
        if not name.startswith(("VOCODE_", "PULUMI_"))
        and name not in ("PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV")
    }


@contextmanager
def alone() -> Iterator[None]:
    """Wait until no other `make` in this tree makes or changes things."""
    LOCAL.mkdir(exist_ok=True)
    with (LOCAL / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
