# SPDX-License-Identifier: Apache-2.0
import json
from pathlib import Path

import pytest

from vocode_pulumi.errors import ConfigError
from vocode_pulumi.settings import BASE_URL, KEYS, Settings, backend, misspelled


def test_the_stack_wins_over_the_environment() -> None:
    environ = {"VOCODE_API_KEY": "from-environ", "VOCODE_READ_TIMEOUT": "5"}
    settings = Settings.load({"vocode:apiKey": "from-stack"}.get, environ)
    assert settings.require_api_key() == "from-stack"
    assert settings.read_timeout == 5
    assert settings.base_url == BASE_URL


def test_what_is_not_set_is_the_same_as_in_a_program_of_ones_own() -> None:
    environ = {"PULUMI_HOME": "/nowhere"}
    ledger = Path("/nowhere/vocode/purchases.sqlite")
    assert Settings.load(environ=environ) == Settings(ledger=ledger, default_ledger=ledger)


def test_the_key_is_not_part_of_what_is_shown_of_the_settings() -> None:
    assert "quiet" not in repr(Settings(api_key="quiet"))


def test_a_missing_key_names_both_places_for_it() -> None:
    with pytest.raises(ConfigError, match=r"vocode:apiKey.*VOCODE_API_KEY"):
        Settings.load(environ={}).require_api_key()


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("file:///home/me/state/", "file:///home/me/state"),
        ("file://./state", "file://{here}/state"),
        ("file://~/state", "file://{home}/state"),
        ("s3://states?region=eu&awssdk=v2", "s3://states"),
        ("https://api.pulumi.com/", "https://api.pulumi.com"),
        ("postgres://me:hidden-password@db.example.com/pulumi", "postgres://db.example.com/pulumi"),
    ],
)
def test_a_backend_is_itself_however_it_is_spelled_and_without_credentials(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, kept: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    kept = kept.format(here=tmp_path, home=tmp_path / "home")
    assert backend({"PULUMI_BACKEND_URL": url, "PULUMI_HOME": "/nowhere"}) == kept
    assert backend({"PULUMI_HOME": "/nowhere"}) == ""
    (tmp_path / "credentials.json").write_text(json.dumps({"current": url}))
    assert backend({"PULUMI_HOME": str(tmp_path)}) == kept
    (tmp_path / "Pulumi.yaml").write_text(f"name: x\nbackend:\n  url: {url}\n")
    assert backend({"PULUMI_HOME": "/nowhere"}) == kept


@pytest.mark.parametrize(
    ("variable", "value", "key"),
    [
        ("VOCODE_MAX_NUMBERS", "2.5", "vocode:maxNumbers"),
        ("VOCODE_LEDGER", "~nobody-of-that-name/x", "vocode:ledger"),
        ("VOCODE_READ_TIMEOUT", "soon", "vocode:readTimeout"),
        ("VOCODE_READ_TIMEOUT", "0", "vocode:readTimeout"),
        ("VOCODE_MAX_ANSWER_SIZE", "0", "vocode:maxAnswerSize"),
        ("VOCODE_MAX_RETRIES", "-1", "vocode:maxRetries"),
        ("VOCODE_CONNECT_TIMEOUT", "99999999999", "vocode:connectTimeout"),
        ("VOCODE_MAX_RETRY_WAIT", "inf", "vocode:maxRetryWait"),
        ("VOCODE_BASE_URL", "api.vocode.dev", "vocode:baseUrl"),
        ("VOCODE_BASE_URL", "https://me:quiet@api.vocode.dev", "vocode:"),
        ("VOCODE_API_KEY", "two words", "VOCODE_API_KEY"),
    ],
)
def test_a_setting_that_cannot_be_right_is_named(variable: str, value: str, key: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Settings.load(environ={variable: value})
    assert variable in str(caught.value)
    assert key in str(caught.value)
    assert "quiet" not in str(caught.value)


def test_a_setting_that_is_nearly_one_is_told_of_and_others_are_the_programs_own() -> None:
    assert [*misspelled([*KEYS, "vocode:names", "vocode:areaCode", "calls:maxNumber"])] == []
    assert [*misspelled(["vocode:maxNumber", "vocode:api_key"])] == [
        "vocode:maxNumber is set, but nothing reads it: did you mean vocode:maxNumbers?",
        "vocode:api_key is set, but nothing reads it: did you mean vocode:apiKey?",
    ]


@pytest.mark.parametrize("key", ["baseURL", "base_url", "max-retry-wait", "maxRetry", "ledgerPath"])
def test_a_setting_that_is_spelled_as_elsewhere_is_told_of(key: str) -> None:
    assert len([*misspelled([f"vocode:{key}"])]) == 1


def test_every_key_that_is_read_is_known() -> None:
    read: set[str] = set()
    Settings.load(lambda key: read.add(key), {})
    assert read == {*KEYS}
