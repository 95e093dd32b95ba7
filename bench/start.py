# SPDX-License-Identifier: Apache-2.0
"""What starting costs, in the program and in the plugin. About a minute."""

import json
import re
import subprocess
import sys
from statistics import median
from typing import Any

from pulumi.dynamic.dynamic import serialize_provider

from bench.report import Results
from bench.report import table as markdown
from bench.stacks import environment, in_turn, new_account
from tools.console import say
from vocode_pulumi import PhoneNumber

RUNS = 15
SLOWEST = 5
GOALS = {"program": 60, "plugin": 120}
"""Milliseconds more than without `vocode_pulumi`."""

PROGRAM = "import pulumi\n"
OUR_PROGRAM = "from vocode_pulumi import PhoneNumber\n"
PLUGIN = """\
import asyncio, base64, os, sys, traceback
from concurrent import futures
from threading import Event, Lock
import dill
import grpc
from google.protobuf import empty_pb2
from pulumi.metadata import get_project
from pulumi.runtime._serialization import _deserialize
from pulumi.runtime import configure, proto, rpc, Settings
from pulumi.runtime._grpc_settings import _GRPC_CHANNEL_OPTIONS
from pulumi.runtime.proto import provider_pb2_grpc, ResourceProviderServicer
from pulumi.dynamic import ResourceProvider, ConfigureRequest, Config
"""
"""What `python -m pulumi.dynamic` imports."""
OUR_PLUGIN = """\
provider = dill.loads(base64.b64decode({provider!r}))
provider.configure(ConfigureRequest(config=Config(raw_config={{}}, project_name="bench")))
provider.check({{}}, {{"__urn": "urn:x", "area_code": "415"}})
provider.purchases
provider.client.get("/v1/numbers/list")
"""
AGAIN = 'provider.client.get("/v1/numbers/list")\n'

TIMED = """\
import sys, time
start = time.perf_counter()
{code}
done = time.perf_counter()
modules = len(sys.modules)
{again}
import json
taken = done - start - (time.perf_counter() - done if {again!r} else 0)
print(json.dumps({{"milliseconds": round(1000 * taken, 2), "modules": modules}}))
"""
"""The first call makes the next ones ready; what a call itself takes is taken off again."""


def measure() -> Results:
    """Processes that start one after another, with and without `vocode_pulumi`."""
    ours = OUR_PLUGIN.format(provider=serialize_provider(PhoneNumber.provider))
    cases = {"program": (PROGRAM, OUR_PROGRAM, ""), "plugin": (PLUGIN, ours, AGAIN)}
    found: Results = {"runs": RUNS}
    with new_account() as (folder, account):
        env = environment(folder, account)
        for where, (alone, more, again) in cases.items():
            say(f"    {where}")
            codes = {"alone": (alone, ""), "ours": (alone + more, again)}
            taken = [
                {who: _timed(*codes[who], env) for who in in_turn(("alone", "ours"), run)}
                for run in range(RUNS)
            ]
            slow = _slowest(alone, alone + more, env)
            found[where] = {"taken": taken, "slowest": slow}
    return found


def _timed(code: str, again: str, env: dict[str, str]) -> Any:
    return json.loads(_run([], TIMED.format(code=code, again=again), env).stdout)


def _slowest(alone: str, ours: str, env: dict[str, str]) -> dict[str, float]:
    """The modules of ours that take longest by themselves, in milliseconds."""
    known = _import_times(alone, env)
    times = {name: took for name, took in _import_times(ours, env).items() if name not in known}
    slow = sorted(times, key=lambda name: -times[name])[:SLOWEST]
    return {name: times[name] for name in slow}


def _import_times(code: str, env: dict[str, str]) -> dict[str, float]:
    printed = _run(["-X", "importtime"], code, env).stderr
    lines = re.findall(r"^import time: +(\d+) \| +\d+ \| +(\S+)", printed, re.MULTILINE)
    return {name: int(micro) / 1000 for micro, name in lines}


def _run(options: list[str], code: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *options, "-c", code], env=env, capture_output=True, text=True, check=True
    )


def table(results: Results) -> str:
    """How much more it is with `vocode_pulumi`, and what of it takes longest."""
    rows = []
    for where, goal in GOALS.items():
        taken = results[where]["taken"]
        alone, ours = (
            {what: [one[who][what] for one in taken] for what in ("milliseconds", "modules")}
            for who in ("alone", "ours")
        )
        more = median(
            a - b for a, b in zip(ours["milliseconds"], alone["milliseconds"], strict=True)
        )
        modules = [int(median(one["modules"])) for one in (alone, ours)]
        slow = ", ".join(f"`{name}` {took:.1f}" for name, took in results[where]["slowest"].items())
        took = (f"{median(one['milliseconds']):.0f}" for one in (alone, ours))
        rows.append((where, *took, f"{more:.0f}", f"≤ {goal}", *modules, slow))
    head = (
        "process",
        "alone, ms",
        "ours, ms",
        "added, ms",
        "goal",
        "modules, alone",
        "modules, ours",
    )
    return markdown((*head, "slowest of the added modules, ms each"), rows)
