# SPDX-License-Identifier: Apache-2.0
"""What engine tests do to the processes that work for them; found by their ``PYTHONPATH``.

Garbage is collected seldom, for no process lives long.

``TEST_PIP``: a command of pip, which answers what is in the file ``TEST_PIP_ANSWER``.
``TEST_AFTER_HANGING_UP``: seconds in place of those that Vocode is given after we hung up.
``TEST_CLOCK_AHEAD``: seconds by which somebody has put the wall clock forward.
``TEST_STEP``: a function of the plugin, as ``module:Class.name``; ``TEST_STEP_WHEN`` (``before``,
``after`` or ``passing``) it, each plugin writes its process id to the file ``TEST_STEP_REACHED`` and waits
as long as there is a file ``TEST_STEP_HOLD``.
"""

import gc
import os
import sys

if sys.orig_argv[1:] == ["-m", *os.environ.get("TEST_PIP", "").split()]:
    from pathlib import Path

    os.write(1, Path(os.environ["TEST_PIP_ANSWER"]).read_bytes())
    os._exit(0)

gc.set_threshold(100_000)

if "TEST_AFTER_HANGING_UP" in os.environ and {"pulumi.dynamic", "vocode_pulumi"} & {*sys.orig_argv}:
    from vocode_pulumi.purchasing import over

    over.AFTER_HANGING_UP = float(os.environ["TEST_AFTER_HANGING_UP"])

if "TEST_CLOCK_AHEAD" in os.environ and "pulumi.dynamic" in sys.orig_argv:
    import time

    from vocode_pulumi.purchasing.buying import Buyer

    _buy, _now = Buyer.buy, time.time

    def _buy_later(buyer):
        # Not before: gRPC itself would wait an hour to begin.
        time.time = lambda: _now() + float(os.environ["TEST_CLOCK_AHEAD"])
        return _buy(buyer)

    Buyer.buy = _buy_later

if "TEST_STEP" in os.environ and "pulumi.dynamic" in sys.orig_argv:
    import functools
    import importlib
    import time
    from pathlib import Path

    _module, _, _path = os.environ["TEST_STEP"].partition(":")
    _when, *_names = os.environ["TEST_STEP_WHEN"], *_path.split(".")
    _holder = importlib.import_module(_module)
    for _name in _names[:-1]:
        _holder = getattr(_holder, _name)
    _real = getattr(_holder, _names[-1])

    def _stop():
        with Path(os.environ["TEST_STEP_REACHED"]).open("a") as reached:
            reached.write(f"{os.getpid()}\n")
        while _when != "passing" and Path(os.environ["TEST_STEP_HOLD"]).exists():
            time.sleep(0.02)

    @functools.wraps(_real)
    def _wrapped(*args, **kwargs):
        if _when != "after":
            _stop()
        done = _real(*args, **kwargs)
        if _when == "after":
            _stop()
        return done

    setattr(_holder, _names[-1], _wrapped)
