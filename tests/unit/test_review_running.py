# SPDX-License-Identifier: Apache-2.0
"""How `vocode-pulumi review` and `apply` run `pulumi`."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from vocode_pulumi.review import running


class Interrupted:
    """A process during which Ctrl-C is pressed twice."""

    def __init__(self, *_words: Any, **_options: Any) -> None:
        self._presses = 2

    def __enter__(self) -> "Interrupted":
        return self

    def __exit__(self, *_error: object) -> None:
        pass

    def wait(self, timeout: float | None = None) -> int:
        del timeout
        if not self._presses:
            return 3
        self._presses -= 1
        raise KeyboardInterrupt

    communicate = wait

    def kill(self) -> None:
        pytest.fail("a purchase may be under way")


def test_ctrl_c_does_not_kill_an_update(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "Popen", Interrupted)
    assert running.up("dev", Path("plan.json"), refresh=False) == 3


def test_a_preview_that_failed_at_once_has_the_name_that_was_given(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    printed = json.dumps({"diagnostics": [{"severity": "error", "message": "No."}]})

    def failed(words: list[str], **_options: Any) -> "subprocess.CompletedProcess[str]":
        return subprocess.CompletedProcess(words, 255, printed, "")

    monkeypatch.setattr(subprocess, "run", failed)
    made = running.preview("dev", refresh=False, plan=None)
    assert (made.name, made.errors) == ("dev", ("No.",))
