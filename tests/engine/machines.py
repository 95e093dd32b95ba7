# SPDX-License-Identifier: Apache-2.0
"""Machines that share an account and a backend: they are killed or stopped at a step, and then all is counted.

A machine is a folder with its own home and a copy of the program. `pulumi` on it starts a plugin, which comes to a
step, says so, and waits there until it is killed, or stopped and continued.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

import psycopg
import requests

from tests.engine import vault
from tests.engine.harness import CREDENTIAL, PROJECT, Stack, environment
from tests.support import shared_stores
from tests.support.waiting import until
from vocode_pulumi.purchasing.store import nonce
from vocode_pulumi.sandbox import Sandbox

SETTINGS = {"VOCODE_CONNECT_TIMEOUT": "1", "VOCODE_READ_TIMEOUT": "2"}
WINDOW = 10.0
"""Seconds for which a purchase can take effect with these settings. ``TEST_AFTER_HANGING_UP`` is 1 of them."""
StoreName = Literal["s3", "postgres"]
STORES: tuple[StoreName, ...] = ("s3", "postgres")


# Backends.


@dataclass(frozen=True)
class Backend:
    """Where states and the ledger are.

    Args:
        url: as `pulumi login` takes it.
        objects: gives the text of each object of the ledger, by its key.
    """

    url: str
    objects: Callable[[], dict[str, str]]

    @property
    def kind(self) -> StoreName:
        return "s3" if self.url.startswith("s3") else "postgres"


def in_bucket(address: str) -> Backend:
    """An empty backend in a bucket of its own: moto cannot list a bucket while another deletes in it."""
    bucket = f"calls-{nonce()}"
    client: Any = shared_stores.client(address)
    client.create_bucket(Bucket=bucket)

    def objects() -> dict[str, str]:
        start = "state/.vocode/"
        pages = client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=start)
        keys = [found["Key"] for page in pages for found in page.get("Contents", ())]
        return {
            key.removeprefix(start): client.get_object(Bucket=bucket, Key=key)["Body"]
            .read()
            .decode()
            for key in keys
        }

    url = shared_stores.s3_url(address).replace(f"//{shared_stores.BUCKET}/", f"//{bucket}/")
    return Backend(url, objects)


def in_database(server: str) -> Backend:
    """An empty backend in tables of PostgreSQL."""
    table = f"state_{nonce()}"

    def objects() -> dict[str, str]:
        with psycopg.connect(server) as db:
            rows = db.execute(f"SELECT key, body FROM {table}_vocode").fetchall()  # noqa: S608 - our table
        return dict(rows)

    sign = "&" if "?" in server else "?"
    url = f"{server}{sign}table={table}".replace("postgresql://", "postgres://")
    return Backend(url, objects)


# Machines.


@dataclass
class Machine(Stack):
    """A stack in a backend that every machine reaches, on one of the machines."""

    def elsewhere(self, url: str | None = None) -> "Machine":
        """The same stack on a machine that has nothing but the program."""
        home = Path(self.env["PULUMI_HOME"])
        folder = home.parent / f"machine-{nonce()}"
        folder.mkdir()
        shutil.copytree(self.folder, folder / "program")
        env = self.env | {"PULUMI_HOME": str(folder), "HOME": str(folder)}
        if url is not None:
            env["PULUMI_BACKEND_URL"] = url
        return Machine(folder / "program", env, self.printed, self.name)

    def thrown_away(self) -> "Machine":
        """Delete all that the machine has; gives another machine."""
        other = self.elsewhere()
        shutil.rmtree(self.env["PULUMI_HOME"])
        return other

    def with_stack(self, name: str) -> "Machine":
        """Another stack of the project, on another machine."""
        other = self.elsewhere()
        other.name = name
        other.pulumi("stack", "init", name, "--secrets-provider", vault.KEY)
        return other

    def unlock(self) -> None:
        """Cancel the lock of a run that is gone."""
        self.pulumi("cancel", "--yes", "--stack", self.name, code=None)

    def try_up(self) -> str:
        """An `up` that may fail."""
        return self.pulumi("up", "--yes", "--skip-preview", "--stack", self.name, code=None)


def machine(
    folder: Path, engine_home: Path, sandbox: Sandbox, backend: Backend, keys: dict[str, str]
) -> Machine:
    """A new machine, with a stack ``dev``."""
    home = folder / "machine"
    (home / "program").mkdir(parents=True)
    env = environment(engine_home, folder / "none", sandbox) | keys | shared_stores.CREDENTIALS
    env |= SETTINGS
    env |= {"PULUMI_BACKEND_URL": backend.url, "PULUMI_HOME": str(home), "HOME": str(home)}
    del env["VOCODE_LEDGER"]
    made = Machine(home / "program", env)
    (made.folder / "Pulumi.yaml").write_text(PROJECT)
    made.pulumi("stack", "init", "dev", "--secrets-provider", vault.KEY)
    return made


# Steps.


@dataclass(frozen=True)
class Step:
    """Where a plugin waits.

    Args:
        function: a function of the plugin, as ``module:Class.name``.
        when: before or after it.
        calls: a pattern of the arguments that it is called with.
    """

    function: str
    when: Literal["before", "after"]
    calls: str = ""

    @property
    def variables(self) -> dict[str, str]:
        return {
            "TEST_STEP": self.function,
            "TEST_STEP_WHEN": self.when,
            "TEST_STEP_CALLS": self.calls,
        }


@dataclass(frozen=True)
class Sending:
    """A request to the bucket stands between plugin and bucket, and arrives there later.

    Args:
        key: a pattern of the key of the object that it creates.
    """

    key: str


INTENT = r"attempts/\w+/\w+/\d+/0"
TAKE = r"attempts/\w+/\w+/\d+/[1-9]"
HOLDER = r"numbers/\d+/0"
NEXT_HOLDER = r"numbers/\d+/[1-9]"
Point = Step | Sending


def create_points(store: StoreName, key: str) -> dict[str, Point]:
    """Before, in and after the creation of an object.

    Args:
        store: the kind of the store.
        key: a pattern of the object's key.
    """
    if store == "s3":
        put = "obstore:put"
        return {
            "before": Step(put, "before", f"'{key}'"),
            "in": Sending(key),
            "after": Step(put, "after", f"'{key}'"),
        }
    write = "vocode_pulumi.purchasing.stores.postgres:PostgresStore.create_in_order"
    return {
        "before": Step(write, "before", f"'{key}'"),
        "in": Step("psycopg:Connection.execute", "after", rf"INSERT INTO.*'{key}'"),
        "after": Step(write, "after", f"'{key}'"),
    }


LOOKED_AT_CLOCK = Step(
    "vocode_pulumi.api.wire:Try.seconds_left", "after", r"_send_before': \d.*'sent': True"
)
"""Nothing can be fenced from here until the first byte is out."""
BEFORE_LOOK_AT_CLOCK = Step("vocode_pulumi.api.wire:_Connection.request", "before", "numbers/buy")
REQUEST_SENT = Step("vocode_pulumi.api.wire:_Connection.request", "after", "numbers/buy")
ANSWER_READ = Step("vocode_pulumi.api.client:Client.buy", "after")
RESOLVER_LOOKED = Step("vocode_pulumi.purchasing.resolving:Resolver._settle_by", "before")
RESOLVER_GIVES = Step("vocode_pulumi.purchasing.resolving:Resolver._give", "before")
NOT_BOUGHT = "vocode_pulumi.purchasing.ledger:Ledger.step"
CANCELLED = Step("vocode_pulumi.api.client:Client.update", "after", "cancel")
LAST_BEGINS = Step("vocode_pulumi.purchasing.ledger:Ledger.begin", "before", "::last'")
"""All other numbers of the program are recorded in the state, if the last depends on them."""


# A run at a step.


def descendants(pid: int) -> set[int]:
    """A process and those below it."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parents[int(stat.parts[2])] = int(stat.read_text().rpartition(")")[2].split()[1])
    found, more = set[int](), {pid}
    while more:
        found |= more
        more = {child for child, parent in parents.items() if parent in more} - found
    return found


@dataclass
class Run:
    """A `pulumi` whose plugin waits at a step.

    Args:
        engine: the process.
        folder: has the files of the step.
    """

    engine: "subprocess.Popen[bytes]"
    folder: Path
    log: Path
    relay: "Relay | None" = None
    held: set[int] = field(default_factory=set)

    def plugins(self) -> set[int]:
        return {int(pid) for pid in (self.folder / "reached").read_text().split()}

    def reached(self) -> int:
        if self.relay is not None:
            return self.relay.waiting
        return len((self.folder / "reached").read_text().split())

    def _all(self) -> set[int]:
        """The whole tree. A plugin that `warm.py` has forked stands beside it, and ends with it."""
        return descendants(self.engine.pid) | self.plugins()

    def _signal(self, number: int, pids: set[int]) -> None:
        for pid in pids:
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    def kill(self) -> None:
        """Kill the whole tree at once."""
        everything = self._all()
        self._signal(signal.SIGSTOP, everything)
        self._signal(signal.SIGKILL, everything | self._all())
        self.engine.wait(60)
        (self.folder / "hold").unlink(missing_ok=True)

    def stop(self) -> None:
        """Stop the whole tree at once; where it waited, it goes on when it is continued."""
        self.held = self._all()
        self._signal(signal.SIGSTOP, self.held)
        (self.folder / "hold").unlink()

    def go_on(self) -> str:
        """Continue, and wait until it ends."""
        if self.relay is not None:
            self.relay.let_go()
        self._signal(signal.SIGCONT, self.held)
        self.engine.wait(240)
        return self.log.read_text()


class Relay:
    """Stands before a bucket, and holds back the requests that create some objects.

    Args:
        address: host and port of the server.
        key: a pattern of their keys.
    """

    def __init__(self, address: str, key: str) -> None:
        self.waiting = 0
        self._go = threading.Event()
        relay, held = self, re.compile(f"/.vocode/{key}(\\?|$)")

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def carry(self) -> None:
                content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                if self.command == "PUT" and held.search(self.path) and not relay._go.is_set():
                    relay.waiting += 1
                    relay._go.wait()
                answer = requests.request(
                    self.command,
                    f"http://{address}{self.path}",
                    headers={
                        name: value
                        for name, value in self.headers.items()
                        if name.lower() not in ("host", "content-length", "accept-encoding")
                    },
                    data=content,
                    timeout=30,
                )
                with suppress(OSError):
                    self.send_response(answer.status_code)
                    for name, value in answer.headers.items():
                        if name.lower() in ("etag", "last-modified", "content-type"):
                            self.send_header(name, value)
                    length = answer.headers.get("content-length", len(answer.content))
                    self.send_header(
                        "Content-Length",
                        str(length if self.command == "HEAD" else len(answer.content)),
                    )
                    self.end_headers()
                    if self.command != "HEAD":
                        self.wfile.write(answer.content)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
                """Say nothing."""

            do_GET = do_PUT = do_HEAD = do_DELETE = do_POST = carry  # noqa: N815 - their names there

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def let_go(self) -> None:
        """Let arrive what was held back."""
        self._go.set()

    def close(self) -> None:
        self.let_go()
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def at(
    point: Point, on: Machine, folder: Path, many: int = 1, command: str = "up"
) -> Iterator[Run]:
    """A run that has come to a point.

    Args:
        point: where it waits.
        on: the machine.
        folder: a folder that is made for it.
        many: how many workers of it have to be there.
        command: of `pulumi`.
    """
    folder.mkdir()
    for name in ("hold", "reached"):
        (folder / name).touch()
    env = on.env | {
        "TEST_STEP_HOLD": str(folder / "hold"),
        "TEST_STEP_REACHED": str(folder / "reached"),
    }
    relay = None
    if isinstance(point, Step):
        env |= point.variables
    else:
        url = on.env["PULUMI_BACKEND_URL"]
        address = urlsplit(url.partition("endpoint=")[2]).path.partition("&")[0]
        relay = Relay(address, point.key)
        # No plugin says who it is here, so it has to be below the engine.
        del env["TEST_WARM"]
        env["PULUMI_BACKEND_URL"] = url.replace(address, relay.address)
    words = ["pulumi", command, "--yes", "--skip-preview", "--stack", on.name, "--non-interactive"]
    with (folder / "log").open("wb") as log:
        engine = subprocess.Popen(
            [*words, "--color", "never"],
            cwd=on.folder,
            env=env,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    run = Run(engine, folder, folder / "log", relay)
    try:
        until(lambda: run.reached() >= many or engine.poll() is not None)
        assert engine.poll() is None, run.log.read_text()
        yield run
    finally:
        run.kill()
        if relay is not None:
            relay.close()
        on.printed.append(run.log.read_text())


# What is there in the end.


@dataclass
class Count:
    """What an account, a ledger and the states of stacks have in the end.

    Args:
        paid: how many numbers were bought.
        active: those in service.
        ids: the numbers of the stacks.
        unsettled: what does not fit together, in words.
        open: how many purchases have no known end.
        old_claims: how many numbers are in a state with a claim that is not the newest.
    """

    paid: int
    active: list[str]
    ids: list[str]
    unsettled: list[str]
    open: int
    old_claims: int


def count(stacks: Sequence[Machine], sandbox: Sandbox, backend: Backend) -> Count:
    """Compare the account with the ledger and with the stacks; the ledger is read as raw text."""
    texts = backend.objects()
    purchases = sandbox.purchases()
    held = [one for stack in stacks for one in numbers_in_state(stack)]
    ids = sorted(number for number, _ in held)
    active = sorted(one["number"] for one in purchases if one["active"])
    wrong = []
    if active != ids:
        wrong.append(f"in service: {active}, in stacks: {ids}")
    if len({*ids}) != len(ids):
        wrong.append(f"twice in stacks: {ids}")
    if any(CREDENTIAL in text for text in texts.values()):
        wrong.append("a secret is in the store")
    objects = {key: json.loads(text) for key, text in texts.items()}
    open_ = open_attempts(objects)
    wrong += [f"open: {key}" for key in open_]
    newest = newest_by_number(objects)
    claims = dict(held)
    old = [number for number in ids if newest.get(number, {}).get("claim") != claims[number]]
    for number, body in newest.items():
        if body["kind"] == "holder" and number not in claims:
            wrong.append(f"{number} has a holder and is in no state")
    return Count(len(purchases), active, ids, wrong, len(open_), len(old))


def numbers_in_state(stack: Machine) -> list[tuple[str, str | None]]:
    """The numbers of a stack with their claims, those that are still to be deleted too."""
    resources = json.loads(stack.exported())["deployment"].get("resources") or []
    return [
        (one["id"], one["outputs"].get("__record", {}).get("claim"))
        for one in resources
        if one["type"].endswith("PhoneNumber") and not one.get("external")
    ]


def newest_by_number(objects: dict[str, Any]) -> dict[str, Any]:
    """The newest object of each number."""
    newest: dict[str, tuple[int, Any]] = {}
    for key, body in objects.items():
        head, *rest = key.split("/")
        if head == "numbers":
            number, generation = rest[0], int(rest[1])
            newest[number] = max(
                newest.get(number, (-1, None)), (generation, body), key=lambda found: found[0]
            )
    return {number: body for number, (_, body) in newest.items()}


def open_attempts(objects: dict[str, Any]) -> list[str]:
    """The attempts of which it is not known what they bought."""
    steps: dict[str, dict[int, Any]] = {}
    named: dict[str, set[str]] = {}
    for key, body in objects.items():
        head, *rest = key.split("/")
        if head == "attempts":
            steps.setdefault("/".join(rest[:3]), {})[int(rest[3])] = body
        elif head == "numbers":
            named.setdefault(rest[0], set()).add(str(body.get("attempt")))
    found = []
    for attempt, by_step in steps.items():
        newest = by_step[max(by_step)]
        if newest["kind"] == "intent" or (
            newest["kind"] == "take" and attempt not in named.get(newest["number"], set())
        ):
            found.append(attempt)
    return found


def timed(what: Callable[[], object]) -> float:
    """How many seconds something takes."""
    begun = time.monotonic()
    what()
    return time.monotonic() - begun
