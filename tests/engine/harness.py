# SPDX-License-Identifier: Apache-2.0
"""A Pulumi program with a stack of its own, and what tests ask of it."""

import json
import os
import re
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

from tests.engine import vault
from tools.places import QUICK_PYTHON
from vocode_pulumi.sandbox import Sandbox

CREDENTIAL = "hush-hush"
"""Part of every credential that these tests use; it must never be seen."""

ROOT = Path(__file__).parents[2]
SITE = Path(__file__).parent / "site"
WARM = "warm"

SECRET = "4dabf18193072939515e22adb298388d"
"""What Pulumi says in a state of a value that is a secret."""

COMMAND = ("python3", "-m", "vocode_pulumi")
"""`vocode-pulumi` in an environment of these tests, whose `python3` may ask for a fork."""

PROJECT = """\
name: calls
runtime: python
"""


@dataclass
class Stack:
    """A Pulumi program with a stack, and what became of it."""

    folder: Path
    env: dict[str, str]
    printed: list[str] = field(default_factory=list)
    name: str = "dev"

    @property
    def project(self) -> str:
        """The name of the project."""
        return str(yaml.safe_load((self.folder / "Pulumi.yaml").read_text())["name"])

    @property
    def backend(self) -> Path:
        """The folder that keeps the states."""
        return Path(self.env["PULUMI_BACKEND_URL"].removeprefix("file://"))

    def program(self, text: str) -> None:
        """What the stack declares from now on."""
        head = "import pulumi\nfrom vocode_pulumi import *\n"
        (self.folder / "__main__.py").write_text(head + textwrap.dedent(text))

    def run(self, *words: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        """Run any command in the program's folder, with further variables; what it prints is one text."""
        done = subprocess.run(
            words,
            cwd=self.folder,
            env=self.env | variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )
        self.printed.append(done.stdout)
        return done

    def pulumi(self, *args: str, code: int | None = 0) -> str:
        """Run a command; gives all that it printed."""
        done = self.run("pulumi", *args, "--non-interactive", "--color", "never")
        assert code is None or (done.returncode == 0) == (code == 0), done.stdout
        return done.stdout

    def up(self, *args: str, code: int = 0) -> str:
        return self.pulumi("up", "--yes", "--skip-preview", "--stack", self.name, *args, code=code)

    def preview(self, *args: str, code: int = 0) -> str:
        return self.pulumi("preview", "--diff", "--stack", self.name, *args, code=code)

    def refresh(self, *args: str, code: int = 0) -> str:
        return self.pulumi(
            "refresh", "--yes", "--skip-preview", "--stack", self.name, *args, code=code
        )

    def destroy(self, code: int = 0) -> str:
        return self.pulumi("destroy", "--yes", "--skip-preview", "--stack", self.name, code=code)

    def cold(self) -> dict[str, str]:
        """The variables of a command whose program and plugin are processes of their own, and no forks."""
        return {name: value for name, value in self.env.items() if name != "TEST_WARM"}

    def beside(self, name: str) -> "Stack":
        """Another stack of the same project, in the same place."""
        other = Stack(self.folder, self.env, self.printed, name)
        other.pulumi("stack", "init", name, "--secrets-provider", vault.KEY)
        return other

    def set_back(self, state: str) -> None:
        """Put an exported state back."""
        file = self.folder / "state.json"
        file.write_text(state)
        self.pulumi("stack", "import", "--stack", self.name, "--file", str(file))

    def urn(self, name: str, kind: str = "PhoneNumber") -> str:
        """Of a resource, by its name."""
        (found,) = [
            one["urn"] for one in self.resources(kind) if one["urn"].split("::", 3)[-1] == name
        ]
        return str(found)

    def held(self) -> dict[str, str]:
        """The numbers that the state holds, by the name of the resource."""
        both = [*self.resources(), *self.resources("LinkedNumber")]
        return {
            one["urn"].split("::", 3)[-1]: one["id"]
            for one in both
            if not one.get("external") and not one.get("delete")
        }

    def claim(self, name: str) -> str | None:
        """The claim that a resource's hidden record has."""
        (found,) = [one for one in self.resources() if one["urn"].split("::", 3)[-1] == name]
        claim: str | None = found["outputs"].get("__record", {}).get("claim")
        return claim

    def config(self, key: str, value: str, *args: str) -> None:
        """Set a value of the stack; the command does it where it is given options."""
        if args:
            self.pulumi("config", "set", "--stack", self.name, *args, key, value)
            return
        file = self.folder / f"Pulumi.{self.name}.yaml"
        settings = yaml.safe_load(file.read_text())
        whole = key if ":" in key else f"{self.project}:{key}"
        settings["config"] = {**settings.get("config", {}), whole: value}
        file.write_text(yaml.safe_dump(settings))

    def outputs(self) -> dict[str, Any]:
        """Stack outputs, secrets in clear."""
        (kept,) = [one.get("outputs", {}) for one in self.resources("Stack")] or [{}]
        if SECRET not in json.dumps(kept):
            return dict(kept)
        done = subprocess.run(
            ["pulumi", "stack", "output", "--json", "--show-secrets", "--stack", self.name],
            cwd=self.folder,
            env=self.env,
            capture_output=True,
            text=True,
            check=True,
        )
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def exported(self) -> str:
        """The whole state, as `pulumi` exports it."""
        done = subprocess.run(
            ["pulumi", "stack", "export", "--stack", self.name],
            cwd=self.folder,
            env=self.env,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout

    def state(self) -> str:
        """The whole state, as it is kept."""
        file = self.backend / ".pulumi" / "stacks" / self.project / f"{self.name}.json"
        return file.read_text()

    def resources(self, kind: str = "PhoneNumber") -> list[dict[str, Any]]:
        """What the state holds of a type."""
        held = (json.loads(self.state())["checkpoint"]["latest"] or {}).get("resources", [])
        return [one for one in held if one["type"].endswith(f":{kind}")]

    def ids(self) -> list[str]:
        """The numbers that the state holds."""
        return [one["id"] for one in self.resources()]

    def command(self, *args: str, code: int = 0) -> str:
        """Run `vocode-pulumi`; gives all that it printed."""
        done = self.run(*COMMAND, *args)
        assert done.returncode == code, done.stdout
        return done.stdout

    def unsettled(self) -> list[dict[str, Any]]:
        """What `vocode-pulumi purchases` lists."""
        done = subprocess.run(
            [*COMMAND, "purchases", "--json"],
            cwd=self.folder,
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
        )
        found: list[dict[str, Any]] = json.loads(done.stdout)
        assert done.returncode == (1 if found else 0)
        return found

    def nothing_to_do(self) -> bool:
        """Whether a preview shows no change."""
        self.pulumi("preview", "--stack", self.name, "--expect-no-changes")
        return True


PIP_LIST = "pip list -v --format json"
"""What every command of `pulumi` asks anew; it takes as long as all else."""


def packages(engine_home: Path) -> Path:
    """The file of what pip answers to that; pip is asked once."""
    file = engine_home / "packages.json"
    if not file.exists():
        listed = subprocess.run(
            [sys.executable, "-m", *PIP_LIST.split()], stdout=subprocess.PIPE, check=True
        )
        file.write_bytes(listed.stdout)
    return file


@contextmanager
def warm_python(engine_home: Path) -> Iterator[None]:
    """A Python that has imported `pulumi`, whose forks the programs and plugins are."""
    if not (hasattr(os, "pidfd_open") and QUICK_PYTHON.exists()):
        yield
        return
    serve = [sys.executable, "-u", str(SITE / "warm.py"), str(engine_home / WARM)]
    # A program is written anew within a second, and bytecode names its source by the second.
    env = {**os.environ, "PYTHONPATH": f"{SITE}{os.pathsep}{ROOT}", "PYTHONDONTWRITEBYTECODE": "1"}
    with subprocess.Popen(serve, stdout=subprocess.PIPE, env=env) as process:
        assert process.stdout
        assert process.stdout.readline() == b"ready\n"
        yield
        process.kill()


def environment(engine_home: Path, folder: Path, account: Sandbox) -> dict[str, str]:
    """What a command line of Pulumi needs, and nothing that this machine has set besides."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PULUMI_", "VOCODE_", "OTEL_", "TRACE"))
        and not name.lower().endswith("_proxy")
    }
    programs = (str(QUICK_PYTHON), str(Path(sys.executable).parent))
    warm = engine_home / WARM
    return (
        kept
        | ({"TEST_WARM": str(warm)} if warm.exists() else {})
        | {
            "PATH": os.pathsep.join([*programs, os.environ["PATH"]]),
            "PULUMI_BACKEND_URL": f"file://{folder}",
            "PULUMI_HOME": str(engine_home),
            "PULUMI_CONFIG_PASSPHRASE": "test",
            "PULUMI_SKIP_UPDATE_CHECK": "1",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "1",
            "VOCODE_API_KEY": account.api_key,
            "VOCODE_BASE_URL": account.url,
            "VOCODE_MAX_RETRY_WAIT": "0.05",
            "VOCODE_READ_TIMEOUT": "30",
            "VOCODE_SETTLE_SECONDS": "0",
            "VOCODE_LEDGER": str(folder.parent / "purchases.sqlite"),
            "TEST_AFTER_HANGING_UP": "1",
            "TEST_PIP": PIP_LIST,
            "TEST_PIP_ANSWER": str(packages(engine_home)),
            "PYTHONPATH": f"{SITE}{os.pathsep}{ROOT}",
            "PYTHONDONTWRITEBYTECODE": "1",
            # Each `pulumi` lives for a second or two; collecting less garbage makes it quicker.
            "GOGC": "400",
        }
    )


def bodies(account: Sandbox, path: str) -> list[Any]:
    """What was sent to a path, in order."""
    return [one["body"] for one in account.requests() if one["path"].split("?")[0] == path]


def writes(account: Sandbox) -> list[str]:
    """The paths that were posted to, in order."""
    return [one["path"].split("?")[0] for one in account.requests() if one["method"] == "POST"]


def error_line(printed: str) -> str:
    """The one error of a resource, as the command line shows it at the end."""
    assert "Traceback" not in printed, printed
    said = r"(?:\s+(?!error: )\S.*\n)*"
    found = re.findall(rf"PhoneNumber \(\w+\):\n{said}\s+error: (.*)\n\s*\n", printed)
    assert len(found) == 1, printed
    return str(found[0])


def connection(account: Sandbox) -> str:
    """The id of a new connection to Twilio."""
    made = account.call(
        "POST",
        "/v1/account_connections/create",
        {
            "type": "account_connection_twilio",
            "credentials": {
                "twilio_account_sid": f"{CREDENTIAL}-sid",
                "twilio_auth_token": f"{CREDENTIAL}-token",
            },
        },
    )
    return str(made["id"])


BUY = {"method": "POST", "path": "/v1/numbers/buy"}


def active(account: Sandbox) -> list[str]:
    """The numbers that were paid for and are in service, in order."""
    return sorted(one["number"] for one in account.purchases() if one["active"])


def paid(account: Sandbox) -> list[str]:
    """Every number that was ever paid for, but for those of somebody else."""
    return [one["number"] for one in account.purchases() if not one["stranger"]]


def is_active(account: Sandbox, number: str) -> bool:
    """Whether a number is in service."""
    return bool(account.call("GET", "/v1/numbers", phone_number=number)["active"])
