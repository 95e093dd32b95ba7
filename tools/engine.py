# SPDX-License-Identifier: Apache-2.0
"""A Pulumi engine, in the first of three ways that works: `python3 -m tools.engine`.

1. The `pulumi` on PATH, if it is new enough and can run Python programs.
2. The official release, downloaded into `.local/engine`.
3. The same, built with Go from the modules in `tools/engine/`. They are two, because the module of
   today's engine no longer holds the program that runs Python programs.
"""

import hashlib
import os
import re
import shutil
import subprocess
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from tools.console import Stop, main, run, say, step
from tools.made_of import STAMP, is_made_of
from tools.places import ENGINE, LOCAL, OFFLINE, PYTHON, ROOT, alone, without_accounts

OLDEST = (3, 113)
OLDEST_GO = (1, 24)

PROGRAMS = (
    "pulumi",
    "pulumi-language-python",
    "pulumi-language-python-exec",
    "pulumi-resource-pulumi-python",
)
"""What an engine needs to run a Python program with dynamic resources."""

MODULES = ROOT / "tools" / "engine"
CLI = "github.com/pulumi/pulumi/pkg/v3"
SDK = "github.com/pulumi/pulumi/sdk/v3"

RELEASES = "https://get.pulumi.com/"
INSTALL = (
    "import sys; from pulumi.automation import PulumiCommand as c; c.install(root=sys.argv[1])"
)

NO_ENGINE = (
    "no Pulumi engine: install Pulumi (https://www.pulumi.com/docs/install/) or Go "
    f"{OLDEST_GO[0]}.{OLDEST_GO[1]} or newer (https://go.dev/doc/install), "
    "then run the same command again"
)
NOT_BUILT = (
    "could not build the engine: see the lines above; once Go can reach its modules, run the same "
    "command again, or install Pulumi (https://www.pulumi.com/docs/install/)"
)


def folder(environ: Mapping[str, str] = os.environ) -> Path:
    """The folder of the engine that `obtain` found or made.

    Args:
        environ: environment variables, for PATH.

    Raises:
        Stop: there is none yet.
    """
    found = on_path(environ)
    if isinstance(found, Path):
        return found
    if (ENGINE / STAMP).exists():
        return ENGINE / "bin"
    raise Stop("no Pulumi engine yet: run `make engine`")


def obtain(environ: Mapping[str, str] = os.environ) -> None:
    """Find an engine, or make one, as far as that is not done.

    Args:
        environ: environment variables, for PATH.

    Raises:
        Stop: there is no way to one.
    """
    with alone():
        found = on_path(environ)
        if isinstance(found, Path):
            return
        wanted = _content()
        if is_made_of(ENGINE, wanted):
            return
        if found:
            say(f"    {found}")
        new = LOCAL / "engine.new"
        shutil.rmtree(new, ignore_errors=True)
        if not download(new):
            shutil.rmtree(new, ignore_errors=True)
            build(new, environ)
        (new / STAMP).write_text(wanted)
        shutil.rmtree(ENGINE, ignore_errors=True)
        new.rename(ENGINE)


def on_path(environ: Mapping[str, str]) -> Path | str | None:
    """Look for an engine on PATH, other than the one that was made here.

    Args:
        environ: environment variables, for PATH.

    Returns:
        Its folder; or why the `pulumi` that is there is of no use; or ``None``.
    """
    folders = environ.get("PATH", os.defpath).split(os.pathsep)
    search = os.pathsep.join(name for name in folders if Path(name) != ENGINE / "bin")
    pulumi = shutil.which("pulumi", path=search)
    if pulumi is None:
        return None
    bin_folder = Path(pulumi).absolute().parent
    everywhere = os.pathsep.join([str(bin_folder), str(Path(pulumi).resolve().parent), search])
    for program in PROGRAMS[1:]:
        if shutil.which(program, path=everywhere) is None:
            return f"{pulumi} is not used: {program} is neither beside it nor on PATH"
    version = _version([pulumi, "version"], r"v?(\d+)\.(\d+)")
    if version is None:
        return f"{pulumi} is not used: `pulumi version` does not say its version"
    if version < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        return f"{pulumi} is not used: it is {version[0]}.{version[1]}, older than {oldest}"
    return bin_folder


def download(into: Path) -> bool:
    """Install the official release.

    Args:
        into: a new folder.

    Returns:
        Whether that worked.
    """
    with step("Pulumi's official release", "about 30 s"):
        try:
            # Asked first, because the installation itself would wait for ever.
            with urllib.request.urlopen(RELEASES, timeout=10):
                pass
        except urllib.error.HTTPError:
            pass  # somebody answers
        except OSError as error:
            reason = getattr(error, "reason", error)
            say(f"    not possible, {RELEASES} cannot be reached: {reason}")
            return False
        env = {**without_accounts(os.environ), **OFFLINE}
        try:
            run(
                [PYTHON, "-c", INSTALL, into], "the release was not installed", env=env, timeout=600
            )
        except Stop as stop:
            say(f"    not possible: {stop}")
            return False
        return all((into / "bin" / program).exists() for program in PROGRAMS)


def build(into: Path, environ: Mapping[str, str]) -> None:
    """Build an engine with Go.

    Args:
        into: a new folder.
        environ: environment variables, for PATH.

    Raises:
        Stop: Go is missing, too old, or cannot reach the modules.
    """
    go, env = go_and_environment(environ)
    bin_folder = into / "bin"
    bin_folder.mkdir(parents=True)
    with step("Building pulumi with Go from tools/engine/cli", "about 4 minutes"):
        build_cli(go, env, bin_folder)
    with step(
        "Building pulumi-language-python with Go from tools/engine/python-host", "about 20 s"
    ):
        host = f"{SDK}/python/cmd/pulumi-language-python"
        _go_build(go, env, "python-host", host, bin_folder, "-s -w")
    listing = [go, "list", "-m", "-f", "{{.Dir}}", SDK]
    sdk = Path(run(listing, NOT_BUILT, env=env, cwd=MODULES / "cli").strip())
    for script in (
        "python/cmd/pulumi-language-python-exec",
        "python/dist/pulumi-resource-pulumi-python",
    ):
        copy = bin_folder / Path(script).name
        shutil.copyfile(sdk / script, copy)
        copy.chmod(0o755)


def is_release(bin_folder: Path) -> bool:
    """Whether an engine is an official release: a release has the programs for all languages."""
    return (bin_folder / "pulumi-language-nodejs").exists()


def go_and_environment(environ: Mapping[str, str]) -> tuple[str, dict[str, str]]:
    """The program of Go, and the environment in which it builds an engine.

    Args:
        environ: environment variables, for PATH.

    Raises:
        Stop: Go is missing or too old.
    """
    go = shutil.which("go", path=environ.get("PATH", os.defpath))
    version = _version([go, "env", "GOVERSION"], r"go(\d+)\.(\d+)(?:\.(\d+))?") if go else None
    if go is None or version is None or version < OLDEST_GO:
        raise Stop(NO_ENGINE)
    # Nothing of the user's own Go settings may change what is built; where Go finds modules may.
    env = {**environ, "GOFLAGS": "-mod=readonly", "GOWORK": "off", "GOTOOLCHAIN": "local"}
    needs = _requirement("cli", "go")
    if version < tuple(int(part) for part in needs.split(".")):
        say(f"    Go {'.'.join(map(str, version))} will fetch Go {needs}, which the engine needs")
        env["GOTOOLCHAIN"] = "auto"
    return go, env


def build_cli(go: str, env: Mapping[str, str], bin_folder: Path, *options: str | Path) -> None:
    """Build `pulumi` alone.

    Args:
        go: the program of Go.
        env: its environment.
        bin_folder: where `pulumi` is put.
        *options: further options of `go build`.

    Raises:
        Stop: Go cannot build it.
    """
    flags = f"-s -w -X {SDK}/go/common/version.Version={_requirement('cli', CLI)}"
    _go_build(go, env, "cli", f"{CLI}/cmd/pulumi", bin_folder, flags, *options)


def _go_build(
    go: str,
    env: Mapping[str, str],
    module: str,
    package: str,
    bin_folder: Path,
    flags: str,
    *options: str | Path,
) -> None:
    program = bin_folder / package.rsplit("/", 1)[-1]
    command: list[str | Path] = [go, "build", "-buildvcs=false", *options]
    command += ["-ldflags", flags, "-o", program, package]
    run(command, NOT_BUILT, env=env, cwd=MODULES / module)


def _requirement(module: str, name: str) -> str:
    """What go.mod says about a module, or about Go itself."""
    text = (MODULES / module / "go.mod").read_text()
    found = re.search(rf"^\s*{re.escape(name)} v?(\S+)", text, re.MULTILINE)
    if found is None:
        raise Stop(f"tools/engine/{module}/go.mod does not name {name}: get it back from git")
    return found[1]


def _content() -> str:
    files = ("cli/go.mod", "cli/go.sum", "python-host/go.mod", "python-host/go.sum")
    digest = hashlib.sha256()
    for name in files:
        digest.update((MODULES / name).read_bytes())
    return digest.hexdigest()


def _version(command: list[str], pattern: str) -> tuple[int, ...] | None:
    """The version that a program says it has."""
    env = {**os.environ, **OFFLINE, "GOTOOLCHAIN": "local"}
    try:
        done = subprocess.run(
            command, env=env, cwd="/", capture_output=True, text=True, timeout=60, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.match(pattern, done.stdout.strip())
    return tuple(int(part) for part in found.groups() if part) if found else None


if __name__ == "__main__":
    main(obtain)
