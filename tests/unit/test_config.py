# SPDX-License-Identifier: Apache-2.0
import pytest

from vocode_pulumi.config import BASE_URL, Settings
from vocode_pulumi.errors import ConfigError


def test_the_stack_wins_over_the_environment() -> None:
    environ = {"VOCODE_API_KEY": "from-environ", "VOCODE_READ_TIMEOUT": "5"}
    settings = Settings.load({"vocode:apiKey": "from-stack"}.get, environ)
    assert settings.require_api_key() == "from-stack"
    assert settings.read_timeout == 5
    assert settings.base_url == BASE_URL


def test_the_key_is_not_part_of_what_is_shown_of_the_settings() -> None:
    assert "quiet" not in repr(Settings(api_key="quiet"))


def test_a_missing_key_names_both_places_for_it() -> None:
    with pytest.raises(ConfigError, match=r"vocode:apiKey.*VOCODE_API_KEY"):
        Settings.load(environ={}).require_api_key()


@pytest.mark.parametrize(
    ("variable", "value", "key"),
    [
        ("VOCODE_READ_TIMEOUT", "soon", "vocode:readTimeout"),
        ("VOCODE_READ_TIMEOUT", "0", "vocode:readTimeout"),
        ("VOCODE_MAX_RETRIES", "-1", "vocode:maxRetries"),
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
