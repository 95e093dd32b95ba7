# SPDX-License-Identifier: Apache-2.0
"""The setting of the log, its lines and its file."""

import json
import logging
import os
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from vocode_pulumi.errors import ConfigError, RateLimitError
from vocode_pulumi.observing import log
from vocode_pulumi.observing.caller import Caller, current, working_for
from vocode_pulumi.observing.tries import ApiTry
from vocode_pulumi.settings import Log, Settings

URN = "urn:pulumi:dev::calls::x::front"
KEY = "key-of-the-account"


@pytest.fixture(autouse=True)
def nothing_stays() -> Iterator[None]:
    """A process writes its log until it ends; a test does not."""
    logger = logging.getLogger("vocode_pulumi")
    before, level = [*logger.handlers], logger.level
    yield
    logger.handlers[:] = before
    logger.setLevel(level)
    log._start.cache_clear()


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("text", Log("text", logging.INFO)),
        ("json", Log("json", logging.INFO)),
        ("JSON:Debug", Log("json", logging.DEBUG)),
        ("text:error", Log("text", logging.ERROR)),
        ("json:calls.jsonl", Log("json", logging.INFO, Path("calls.jsonl"))),
        ("json:warning:./calls", Log("json", logging.WARNING, Path("calls"))),
        ("text:info:/var/log/a:b", Log("text", logging.INFO, Path("/var/log/a:b"))),
        ("text:./error", Log("text", logging.INFO, Path("error"))),
    ],
)
def test_the_setting_says_how_and_where(text: str, meant: Log) -> None:
    assert Settings.load({"vocode:log": text}.get, {}).log == meant


def test_nothing_is_logged_without_the_setting() -> None:
    assert Settings.load(environ={}).log is None
    assert Settings.load(environ={"VOCODE_LOG": "json:~/x"}).log == Log(
        "json", file=Path("~/x").expanduser()
    )


@pytest.mark.parametrize(
    "text",
    [
        *(
            "yes",
            "debug",
            "xml:debug",
            "json:",
            "json:debug:",
            "json:debgu",
            "json:debgu:calls.log",
        ),
        *("json:calls", "text:info:calls", "calls.log"),
    ],
)
def test_a_setting_that_cannot_be_right_is_named_with_what_would_be(text: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Settings.load(environ={"VOCODE_LOG": text})
    for words in (f"VOCODE_LOG is {text!r}", "vocode:log"):
        assert words in str(caught.value)


def test_a_file_in_the_home_of_nobody_is_named() -> None:
    with pytest.raises(ConfigError, match=r"VOCODE_LOG.*has no home folder: set vocode:log or"):
        Settings.load(environ={"VOCODE_LOG": "json:~nobody-of-that-name/x"})


def lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text().splitlines()]


def one_try(
    path: str = "/v1/numbers", query: dict[str, Any] | None = None, request_id: str = ""
) -> None:
    """A try that was answered."""
    with ApiTry("GET", path, query or {}, 1, KEY) as observed:
        observed.answered(200, {"X-Request-ID": request_id} if request_id else {})


def many_tries() -> None:
    for _ in range(100):
        one_try("/v1/" + "t" * 5000)


def test_a_try_is_a_line_with_what_is_known_of_it(tmp_path: Path) -> None:
    file = tmp_path / "calls.jsonl"
    log.start(Log("json", logging.INFO, file))
    with working_for(Caller("create", URN)):
        one_try(query={"phone_number": "14155550100"}, request_id="r-1")
    with ApiTry("POST", "/v1/numbers/buy", {}, 2, KEY) as observed:
        observed.failed_for_now(RateLimitError("POST", 429, "", "", ""), 1.5)
    with pytest.raises(ValueError, match="x"), ApiTry("GET", "/v1/usage", {}, 3, KEY):
        raise ValueError("x")
    first, second, third = lines(file)
    assert first.pop("time").endswith("Z")
    assert 0 <= first.pop("seconds") < 1
    assert first == {
        "level": "info",
        "method": "GET",
        "path": "/v1/numbers?phone_number=14155550100",
        "status": 200,
        "attempt": 1,
        "request_id": "r-1",
        "error": None,
        "retry_in": None,
        "call": "create",
        "urn": URN,
    }
    told = ("level", "error", "retry_in", "attempt", "status", "urn", "call")
    assert [second[name] for name in told] == [
        *("warning", "RateLimitError", 1.5, 2, None, None, None),
    ]
    assert [third[name] for name in told] == ["error", "ValueError", None, 3, None, None, None]


def test_as_text_what_is_not_known_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    log.start(Log("text"))
    one_try(query={"page": 2, "size": 100})
    moment, level, *words = capsys.readouterr().err.split()
    assert (moment[-1], level) == ("Z", "INFO")
    assert words[:3] == ["method=GET", "path=/v1/numbers?page=2&size=100", "status=200"]
    assert [word.split("=")[0] for word in words[3:]] == ["seconds", "attempt"]


def test_without_a_log_no_line_is_made(tmp_path: Path) -> None:
    log.start(Log("text", logging.ERROR, tmp_path / "calls.log"))
    asked: list[str] = []

    def secrets() -> list[str]:
        asked.append("secrets")
        return []

    with working_for(Caller("diff", URN, secrets=secrets)):
        one_try()
    assert asked == []


def test_a_level_leaves_out_what_is_below_it(tmp_path: Path) -> None:
    levels = {name: tmp_path / name for name in ("debug", "info", "warning", "error")}
    for name, file in levels.items():
        setting = Settings.load(environ={"VOCODE_LOG": f"json:{name}:{file}"}).log
        assert setting is not None
        log.start(setting)
    with working_for(Caller("diff", URN)):
        one_try()
        with ApiTry("GET", "/v1/numbers", {}, 1, KEY) as observed:
            observed.failed_for_now(ValueError(), 1)
        with pytest.raises(ValueError), ApiTry("GET", "/v1/numbers", {}, 1, KEY):  # noqa: PT011
            raise ValueError
    assert {name: len(lines(file)) for name, file in levels.items()} == {
        **{"debug": 4, "info": 3, "warning": 2, "error": 1},
    }
    last = lines(levels["debug"])[-1]
    assert (last["call"], last["urn"], last["error"]) == ("diff", URN, None)


def test_no_line_has_a_secret(tmp_path: Path) -> None:
    file = tmp_path / "calls.jsonl"
    log.start(Log("json", logging.DEBUG, file))
    secret = "8f14e45f-ceea-467f-9c3d-1b2a3c4d5e6f"
    with working_for(Caller("read", f"{URN}-{secret}", secrets=lambda: [secret])):
        one_try(query={"id": secret, "token": "quiet", "size": 5}, request_id=f"of {KEY}")
    one_try(request_id="two\r\nlines" + "x" * 999)
    text = file.read_text()
    for hidden in (secret, "quiet", KEY):
        assert hidden not in text
    first, _, last = lines(file)
    assert first["path"] == "/v1/numbers?id=[secret]&token=[secret]&size=5"
    assert first["request_id"] == "of [secret]"
    assert len(last["request_id"]) < 600
    assert "\\n" not in text


def test_the_file_is_the_owners_alone_and_lines_of_many_do_not_mix(tmp_path: Path) -> None:
    file = tmp_path / "calls.jsonl"
    before = os.umask(0)
    try:
        log.start(Log("json", file=file))
    finally:
        os.umask(before)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    writing = """if True:
        import sys
        from pathlib import Path
        from vocode_pulumi.observing import log
        from vocode_pulumi.observing.tries import ApiTry
        from vocode_pulumi.settings import Log
        log.start(Log("json", file=Path(sys.argv[1])))
        for at in range(200):
            with ApiTry("GET", "/v1/" + "p" * 5000, {}, at, "k"):
                pass
    """
    others = [subprocess.Popen([sys.executable, "-c", writing, str(file)]) for _ in range(2)]
    threads = [threading.Thread(target=many_tries) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [other.wait() for other in others] == [0, 0]
    assert len(lines(file)) == 800


def test_a_file_that_cannot_be_opened_is_an_error_that_names_the_setting(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"No such file.*vocode:log or VOCODE_LOG"):
        log.start(Log("text", file=tmp_path / "nowhere" / "calls.log"))


def test_a_log_that_cannot_be_written_says_so_once_and_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    log.start(Log("text", file=tmp_path / "calls.log"))

    def is_full(_file: int, _line: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", is_full)
    one_try()
    one_try()
    said = capsys.readouterr().err
    assert said.count("No space left") == 1


def test_a_log_is_begun_once(tmp_path: Path) -> None:
    file = tmp_path / "calls.jsonl"
    for _ in range(3):
        log.start(Log("json", file=file))
    one_try()
    assert len(lines(file)) == 1


def test_python_prints_nothing_of_its_own_without_a_log(capfd: pytest.CaptureFixture[str]) -> None:
    program = """if True:
        from vocode_pulumi.observing.tries import ApiTry
        try:
            with ApiTry("GET", "/v1/usage", {}, 1, "k"):
                raise ValueError
        except ValueError:
            pass
    """
    subprocess.run([sys.executable, "-c", program], check=True)
    assert capfd.readouterr() == ("", "")


def test_a_caller_is_that_of_its_thread() -> None:
    seen: list[str] = []
    with working_for(Caller("create", URN)):
        other = threading.Thread(target=lambda: seen.append(current().urn))
        other.start()
        other.join()
        assert current().urn == URN
    assert (seen, current().urn) == ([""], "")
