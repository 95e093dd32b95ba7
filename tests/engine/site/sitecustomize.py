# SPDX-License-Identifier: Apache-2.0
"""What engine tests do to the processes that work for them; found by their ``PYTHONPATH``.

Garbage is collected seldom, for no process lives long.

``TEST_AFTER_HANGING_UP``: seconds in place of those that Vocode is given after we hung up.
``TEST_CLOCK_AHEAD``: seconds by which somebody has put the wall clock forward.
``TEST_STEP``: a function of the plugin, as ``module:Class.name``; ``TEST_STEP_WHEN`` (``before``,
``after`` or ``passing``) it, each plugin writes its process id to the file ``TEST_STEP_REACHED`` and waits
as long as there is a file ``TEST_STEP_HOLD``. ``TEST_STEP_CALLS``: only at calls whose arguments (of an object
with no text of its own: its attributes) are a text in which this pattern is found.
"""

import gc
import os
import sys


def prepare(words):
    """Do to this process what its environment says; it was started with these words."""
    plugin = "pulumi.dynamic" in words
    if "TEST_AFTER_HANGING_UP" in os.environ and (plugin or "vocode_pulumi" in words):
        from vocode_pulumi.purchasing import deadlines

        deadlines.AFTER_HANGING_UP = float(os.environ["TEST_AFTER_HANGING_UP"])
    if "TEST_CLOCK_AHEAD" in os.environ and plugin:
        _put_the_clock_forward(float(os.environ["TEST_CLOCK_AHEAD"]))
    if "TEST_STEP" in os.environ and plugin:
        _stop_at_a_step()


def _put_the_clock_forward(seconds):
    import time

    from vocode_pulumi.purchasing.buying import Buyer

    buy, now = Buyer.buy, time.time

    def buy_later(buyer):
        # Not before: gRPC itself would wait an hour to begin.
        time.time = lambda: now() + seconds
        return buy(buyer)

    Buyer.buy = buy_later


def _stop_at_a_step():
    import functools
    import importlib
    import re
    import time
    from pathlib import Path

    calls = re.compile(os.environ.get("TEST_STEP_CALLS", ""))
    module, _, path = os.environ["TEST_STEP"].partition(":")
    when, *names = os.environ["TEST_STEP_WHEN"], *path.split(".")
    holder = importlib.import_module(module)
    for name in names[:-1]:
        holder = getattr(holder, name)
    real = getattr(holder, names[-1])

    def stop():
        with Path(os.environ["TEST_STEP_REACHED"]).open("a") as reached:
            reached.write(f"{os.getpid()}\n")
        while when != "passing" and Path(os.environ["TEST_STEP_HOLD"]).exists():
            time.sleep(0.02)

    @functools.wraps(real)
    def wrapped(*args, **kwargs):
        stops = calls.search(f"{args} {kwargs} {getattr(args[0], '__dict__', '') if args else ''}")
        if stops and when != "after":
            stop()
        done = real(*args, **kwargs)
        if stops and when == "after":
            stop()
        return done

    setattr(holder, names[-1], wrapped)


gc.set_threshold(100_000)
prepare(sys.orig_argv)
