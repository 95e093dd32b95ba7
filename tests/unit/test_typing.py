# SPDX-License-Identifier: Apache-2.0
import subprocess
import sys
from pathlib import Path

PROGRAM = Path(__file__).parents[1] / "typing" / "program.py"


def test_a_type_checker_flags_a_wrong_key_a_wrong_word_and_a_wrong_type(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file", "", "--no-error-summary"]
    done = subprocess.run(
        [*command, "--cache-dir", str(tmp_path), str(PROGRAM)],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
    )
    flagged = {int(line.split(":")[1]) for line in done.stdout.splitlines() if ": error:" in line}
    wrong = {
        at
        for at, line in enumerate(PROGRAM.read_text().splitlines(), 1)
        if line.endswith("# wrong")
    }
    assert flagged == wrong, done.stdout + done.stderr
