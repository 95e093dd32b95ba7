# SPDX-License-Identifier: Apache-2.0
"""Where the tools keep things, and the environment that finds them."""

import fcntl
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCAL = ROOT / ".local"
ENGINE = LOCAL / "engine"
QUICK_ENGINE = LOCAL / "quick-engine"
QUICK_PYTHON = LOCAL / "quick-python"
AZURITE = LOCAL / "azurite"
CHROMIUM = LOCAL / "chromium"
TOOLCHAINS = LOCAL / "toolchains"
VERSITYGW = LOCAL / "versitygw"
STATE = LOCAL / "state"
PULUMI_HOME = LOCAL / "pulumi"
SANDBOX = LOCAL / "sandbox"
PROJECT = "vocode-numbers"
STACK = "sandbox"
STACK_FILE = ROOT / f"Pulumi.{STACK}.yaml"

PYTHON = VENV / "bin" / "python"

OFFLINE = {
    "PULUMI_SKIP_UPDATE_CHECK": "1",
    "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "1",
    "PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK": "1",
}
"""Neither the engine nor Pulumi's Python API ask the network for anything."""

PASSPHRASE = LOCAL / "passphrase"
"""The file with the passphrase of the state in this working tree."""
EARLIER_PASSPHRASE = "nothing-here-is-secret"
"""The passphrase of a state that this project made before it had a passphrase of its own."""
LEDGER = PULUMI_HOME / "vocode" / "purchases.sqlite"


def backend() -> dict[str, str]:
    """The settings by which Pulumi keeps its state inside this working tree."""
    _make_passphrase()
    return {
        "PULUMI_BACKEND_URL": f"file://{STATE}",
        "PULUMI_HOME": str(PULUMI_HOME),
        "PULUMI_CONFIG_PASSPHRASE_FILE": str(PASSPHRASE),
        **OFFLINE,
    }


def _make_passphrase() -> None:
    """Make a random passphrase, unless there is one or a state needs the earlier one."""
    if PASSPHRASE.exists():
        return
    LOCAL.mkdir(exist_ok=True)
    text = EARLIER_PASSPHRASE if stacks() else secrets.token_urlsafe(32)
    try:
        made = os.open(PASSPHRASE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(made, "w") as file:
        file.write(text)


def stacks() -> list[str]:
    """The stacks of the state in this working tree, as ``project/stack``."""
    return sorted(
        f"{path.parent.name}/{path.name.removesuffix('.gz').removesuffix('.json')}"
        for path in (STATE / ".pulumi" / "stacks").glob("*/*")
        if path.name.endswith((".json", ".json.gz"))
    )


def path(engine: Path, rest: str) -> str:
    """A PATH on which the virtual environment and the engine come first.

    A program whose Pulumi.yaml names no environment runs in the first Python.

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
