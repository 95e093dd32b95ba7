# SPDX-License-Identifier: Apache-2.0
"""The command line, as a process."""

import argparse
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from vocode_pulumi import cli

COMMAND = [sys.executable, "-m", "vocode_pulumi"]
PROGRAM = """
import os, urllib.request
request = urllib.request.Request(os.environ["VOCODE_BASE_URL"] + "/v1/numbers/buy", method="POST")
request.add_header("Authorization", "Bearer " + os.environ["VOCODE_API_KEY"])
print(urllib.request.urlopen(request).status)
raise SystemExit(7)
"""


def run(*args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *args], capture_output=True, text=True, timeout=60, check=False
    )


def test_run_gives_the_command_an_account_and_its_exit_status(tmp_path: Path) -> None:
    done = run("sandbox", "run", "--data", str(tmp_path), "--", sys.executable, "-c", PROGRAM)
    assert (done.stdout.strip(), done.returncode) == ("200", 7), done.stderr
    assert (tmp_path / "account.sqlite").exists()


@pytest.mark.parametrize(
    ("option", "value", "needed"),
    [
        ("--port", "web", "must be 0 to 65535"),
        ("--port", "65536", "must be 0 to 65535"),
        ("--delivery-timeout", "long", "must be more than 0 and at most 600"),
    ],
)
def test_a_wrong_value_of_an_option_is_told_what_is_right(
    option: str, value: str, needed: str
) -> None:
    done = run("sandbox", "serve", option, value)
    assert done.returncode == 2
    assert done.stderr.endswith(f"error: argument {option}: {needed}\n")


def test_an_account_that_is_kept_has_its_address_again(tmp_path: Path) -> None:
    code = "import os; print(os.environ['VOCODE_BASE_URL'])"
    command = ("sandbox", "run", "--data", str(tmp_path), "--", sys.executable, "-c", code)
    assert run(*command).stdout == run(*command).stdout != ""


def test_run_says_by_what_signal_the_command_ended() -> None:
    code = "import os; os.kill(os.getpid(), 9)"
    assert run("sandbox", "run", "--", sys.executable, "-c", code).returncode == 137


def test_run_passes_signals_on() -> None:
    code = (
        "import signal, sys, time\n"
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(3))\n"
        "print('ready', flush=True)\n"
        "while True: time.sleep(1)"
    )
    command = [*COMMAND, "sandbox", "run", "--", sys.executable, "-c", code]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 3


def test_run_passes_on_a_signal_that_comes_while_the_command_starts() -> None:
    code = (
        "import signal, subprocess, sys\n"
        "from vocode_pulumi.cli import main\n"
        "real = subprocess.Popen\n"
        "def popen(*args, **kwargs):\n"
        "    started = real(*args, **kwargs)\n"
        "    signal.raise_signal(signal.SIGTERM)\n"
        "    return started\n"
        "subprocess.Popen = popen\n"
        "sys.exit(main(['sandbox', 'run', '--', 'sleep', '600']))"
    )
    done = subprocess.run([sys.executable, "-c", code], timeout=60, check=False)
    assert done.returncode == 128 + signal.SIGTERM


def test_run_of_what_is_not_there_is_127() -> None:
    done = run("sandbox", "run", "--", "no-such-command")
    assert done.returncode == 127
    assert done.stderr == "vocode-pulumi: no-such-command: command not found\n"


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_serve_prints_its_address_first_and_ends_quietly(
    tmp_path: Path, end: signal.Signals
) -> None:
    command = [*COMMAND, "sandbox", "serve", "--port", "0", "--data", str(tmp_path)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        line = process.stdout.readline()
        assert line.startswith("Vocode sandbox listening on http://127.0.0.1:")
        process.send_signal(end)
        _, errors = process.communicate(timeout=60)
        assert process.returncode == 0
        assert errors == ""
        port = line.strip().rsplit(":", 1)[1]
        assert int(port) > 0


def test_a_port_that_is_taken_is_one_line(tmp_path: Path) -> None:
    command = [*COMMAND, "sandbox", "serve", "--port", "0", "--data", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        port = process.stdout.readline().strip().rsplit(":", 1)[1]
        done = run("sandbox", "serve", "--port", port, "--data", str(tmp_path))
        process.terminate()
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "--port" in done.stderr


@pytest.mark.parametrize("package", ["fastapi", "uvicorn", "phonenumbers"])
def test_without_the_extra_one_line_says_what_to_install(tmp_path: Path, package: str) -> None:
    (tmp_path / f"{package}.py").write_text(
        f"raise ModuleNotFoundError('No module named {package}', name={package!r})"
    )
    env = {**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{Path(__file__).parents[2]}"}
    done = subprocess.run(
        [*COMMAND, "sandbox", "serve"],
        capture_output=True,
        text=True,
        env=env,
        cwd=tmp_path,
        check=False,
    )
    assert done.returncode == 1
    assert done.stderr.strip() == (
        f"vocode-pulumi: the sandbox needs {package}, which is not installed: "
        "install the package with its extra, from a clone: pip install './pulumi-vocode[sandbox]'"
    )


def test_a_reader_that_has_read_enough_is_no_error(tmp_path: Path) -> None:
    preview = tmp_path / "preview.json"
    preview.write_text('{"steps": [], "changeSummary": {}}')
    reading, writing = os.pipe()
    os.close(reading)
    command = [sys.executable, "-m", "vocode_pulumi", "review", str(preview)]
    done = subprocess.run(command, stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, "")


def test_an_error_that_nobody_expected_ends_with_2(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ours = argparse.ArgumentParser()
    ours.set_defaults(task=lambda _options: os.environ["MISSING"])
    monkeypatch.setattr(cli, "parser", lambda _names: ours)
    assert cli.main([]) == 2
    assert "KeyError: 'MISSING'" in capsys.readouterr().err
