# SPDX-License-Identifier: Apache-2.0
"""versitygw, a server of S3 that takes little of this machine: `python3 -m tools.versitygw`.

`make bench` measures a ledger in a bucket with it. `tools/versitygw/` has the one version of each of its modules.
"""

import os
import shutil
from pathlib import Path

from tools.console import Stop, main, run, step
from tools.places import ROOT, VERSITYGW, alone

MODULE = ROOT / "tools" / "versitygw"
PACKAGE = "github.com/versity/versitygw/cmd/versitygw"
REMEDY = "could not build versitygw: install Go 1.25 or newer (https://go.dev/doc/install), and let it reach its modules"


def obtain() -> None:
    """Build versitygw with Go, as far as that is not done.

    Raises:
        Stop: Go is missing, or cannot reach the modules.
    """
    with alone():
        wanted = (MODULE / "go.sum").read_text()
        stamp = VERSITYGW.with_suffix(".made-of")
        if stamp.exists() and stamp.read_text() == wanted:
            return
        go = shutil.which("go")
        if go is None:
            raise Stop(REMEDY)
        env = {**os.environ, "GOFLAGS": "-mod=readonly", "GOWORK": "off"}
        command: list[str | Path] = [
            go,
            "build",
            "-buildvcs=false",
            "-ldflags",
            "-s -w",
            "-o",
            VERSITYGW,
            PACKAGE,
        ]
        with step("Building versitygw with Go, for the bench: tools/versitygw", "about 2 minutes"):
            run(command, REMEDY, env=env, cwd=MODULE)
        stamp.write_text(wanted)


if __name__ == "__main__":
    main(obtain)
