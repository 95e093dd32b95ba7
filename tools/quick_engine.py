# SPDX-License-Identifier: Apache-2.0
"""What starts quickly in place of `pulumi` and `python3`, for the tests alone: `python3 -m tools.quick_engine`.

Whenever `pulumi` starts, two packages build tables of words, by which `pulumi config set` tells strong passwords.
That takes half of the start, and tests start `pulumi` more than three thousand times. In this one,
`tools/engine/meter.go` stands in for both packages. All else is built from the modules of the engine.
Where that engine was not built here, there is no quick one, and tests run `pulumi` as it is.

A run of a program starts `python3` up to five times. `tests/engine/site/python3.go` stands in for it.
"""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

from tools import engine
from tools.console import Stop, main, run, say
from tools.made_of import STAMP, content, make_if_possible
from tools.places import ENGINE, QUICK_ENGINE, QUICK_PYTHON, ROOT, alone

METER = engine.MODULES / "meter.go"
PYTHON3 = ROOT / "tests" / "engine" / "site" / "python3.go"
METERS = ("github.com/ccojocar/zxcvbn-go", "github.com/nbutton23/zxcvbn-go")
"""The Go modules for which it stands in."""


def obtain() -> None:
    """Build both, as far as that is not done; say so if it cannot be done."""
    with alone():
        _build("python3", QUICK_PYTHON, content(PYTHON3), _build_python)
        used = engine.folder()
        if used != ENGINE / "bin" or engine.is_release(used):
            shutil.rmtree(QUICK_ENGINE, ignore_errors=True)
            return
        wanted = f"{(ENGINE / STAMP).read_text()} {content(METER)}"
        _build("pulumi", QUICK_ENGINE, wanted, _build_pulumi)


def _build(program: str, folder: Path, wanted: str, build: Callable[[], None]) -> None:
    what = f"Building a {program} that starts quickly, for the tests"
    if not make_if_possible(folder, wanted, what, "up to 30 s", build):
        say("    the tests will take longer")
        shutil.rmtree(folder, ignore_errors=True)


def _build_python() -> None:
    go = shutil.which("go")
    if go is None:
        raise Stop("Go is not on PATH")
    # Nothing of the user's own Go settings may change what is built.
    env = {**os.environ, "GOFLAGS": "", "GOWORK": "off", "GOTOOLCHAIN": "local"}
    command: list[str | Path] = [go, "build", "-ldflags", "-s -w", "-o", QUICK_PYTHON / "python3"]
    run([*command, PYTHON3], "Go could not build it", env=env)


def _build_pulumi() -> None:
    go, env = engine.go_and_environment(os.environ)
    bin_folder = QUICK_ENGINE / "bin"
    bin_folder.mkdir(parents=True)
    lines = [(engine.MODULES / "cli" / "go.mod").read_text()]
    for number, module in enumerate(METERS):
        stand_in = QUICK_ENGINE / f"meter-{number}"
        stand_in.mkdir()
        (stand_in / "go.mod").write_text(f"module {module}\n")
        shutil.copyfile(METER, stand_in / METER.name)
        lines.append(f"replace {module} => {stand_in}\n")
    (QUICK_ENGINE / "go.mod").write_text("".join(lines))
    shutil.copyfile(engine.MODULES / "cli" / "go.sum", QUICK_ENGINE / "go.sum")
    engine.build_cli(go, env, bin_folder, f"-modfile={QUICK_ENGINE / 'go.mod'}")
    for program in engine.PROGRAMS[1:]:
        os.link(ENGINE / "bin" / program, bin_folder / program)


if __name__ == "__main__":
    main(obtain)
