# SPDX-License-Identifier: Apache-2.0
"""Where each setting comes from: stack configuration, then environment, then default."""

import json
import math
import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit, urlunsplit

from vocode_pulumi.errors import ConfigError, PinnedAccount

BASE_URL = "https://api.vocode.dev"
API_KEY = "vocode:apiKey"
BESIDE_STATE = "backend"
"""The value of ``vocode:ledger`` for a ledger beside Pulumi's state."""
KEYS = tuple(
    f"vocode:{name}"
    for name in (
        "apiKey",
        "baseUrl",
        "connectTimeout",
        "readTimeout",
        "maxAnswerSize",
        "maxRetries",
        "maxRetryWait",
        "ledger",
        "settleSeconds",
        "maxNumbers",
        "account",
        "log",
    )
)
"""The stack keys that are read here."""
PRICE_PER_NUMBER = "vocode:pricePerNumber"
"""What a number costs a month, such as ``1.15 USD``. The first line of a review then has what the run adds to the costs."""
MAX_BUYS = "vocode:maxBuys"
"""The most numbers that a run may buy, replacements included."""
FORBID_RELEASE = "vocode:forbidRelease"
"""``true``: the run may lose no number, not by a replacement either."""
FORBID_REPLACE = "vocode:forbidReplace"
"""``true``: the run may replace no number."""
REQUIRE_PROTECT = "vocode:requireProtect"
"""``true``: each number of the program must have ``protect=True``."""
REVIEW_KEYS = (PRICE_PER_NUMBER, MAX_BUYS, FORBID_RELEASE, FORBID_REPLACE, REQUIRE_PROTECT)
"""The stack keys that only reviews read (:mod:`vocode_pulumi.review`)."""
MOST = 1_000_000
"""The largest value of a setting. As seconds that is eleven days."""

LOG_LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}
"""The levels of a log, with their numbers in :mod:`logging`."""


@dataclass(frozen=True)
class Log:
    """Where and how API calls are logged.

    Args:
        format: one line of text, or one JSON object, for each call.
        level: the least level that is written, as a number of :mod:`logging`.
        file: the file that is written; ``None`` for the error stream.
    """

    format: Literal["text", "json"]
    level: int = LOG_LEVELS["info"]
    file: Path | None = None


@dataclass(frozen=True)
class Settings:
    """How to reach a Vocode account.

    Args:
        api_key: the key of the account. Set it with ``--secret``. Only API calls need it
            (``vocode:apiKey``, ``VOCODE_API_KEY``).
        base_url: the address of the API (``vocode:baseUrl``, ``VOCODE_BASE_URL``).
        connect_timeout: seconds to wait for a connection to one IP address of the API. If the host has
            several addresses, each gets this time (``vocode:connectTimeout``, ``VOCODE_CONNECT_TIMEOUT``).
        read_timeout: seconds, in addition to ``vocode:connectTimeout``, for one try of a call, up to the last
            byte of the answer (``vocode:readTimeout``, ``VOCODE_READ_TIMEOUT``).
        max_answer_size: largest answer in megabytes, compressed or not
            (``vocode:maxAnswerSize``, ``VOCODE_MAX_ANSWER_SIZE``).
        max_retries: how often a call that is safe to repeat is tried again
            (``vocode:maxRetries``, ``VOCODE_MAX_RETRIES``).
        max_retry_wait: longest wait in seconds before one retry, also when ``Retry-After`` asks for more
            (``vocode:maxRetryWait``, ``VOCODE_MAX_RETRY_WAIT``).
        max_numbers: the most numbers that the account may have. At the limit nothing is bought. Default: no limit
            (``vocode:maxNumbers``, ``VOCODE_MAX_NUMBERS``).
        account: the only account to use, as ``vocode-pulumi account`` prints it. With the key of another
            account nothing is bought or changed. Default: any (``vocode:account``, ``VOCODE_ACCOUNT``).
        ledger: what was bought, and who holds each number: a path, a URL that ``pulumi login`` takes, the URL
            of a store of your own, or ``backend`` (it lies beside the state). Default: beside the state if that is
            in a bucket or PostgreSQL, else ``vocode/purchases.sqlite`` in Pulumi's home
            (``vocode:ledger``, ``VOCODE_LEDGER``).
        shared_ledger: the same, if it is no path; ``None`` if the setting is a path or is not given.
        ledger_is_given: whether the setting is given. If not, the ledger lies beside a state that every
            machine reaches.
        settle_seconds: how many seconds Vocode may take to show a bought number in ``GET`` and lists
            (``vocode:settleSeconds``, ``VOCODE_SETTLE_SECONDS``).
        default_ledger: the file of the ledger if no setting names one.
        log: where and how API calls are logged, such as ``text``, ``json:debug`` or ``json:calls.jsonl``.
            Default: no log (``vocode:log``, ``VOCODE_LOG``).
    """

    api_key: str | None = field(default=None, repr=False)
    base_url: str = BASE_URL
    connect_timeout: float = 5.0
    read_timeout: float = 40.0
    max_answer_size: float = 16.0
    max_retries: int = 4
    max_retry_wait: float = 30.0
    ledger: Path = field(default_factory=lambda: _ledger(os.environ))
    shared_ledger: str | None = None
    ledger_is_given: bool = False
    settle_seconds: float = 10.0
    max_numbers: int | None = None
    account: str | None = None
    default_ledger: Path = field(default_factory=lambda: _ledger(os.environ), repr=False)
    log: Log | None = None

    @classmethod
    def load(
        cls,
        stack: Callable[[str], Any] = lambda _key: None,
        environ: Mapping[str, str] = os.environ,
    ) -> "Settings":
        """Read every setting; the stack's configuration wins over the environment.

        Args:
            stack: gives the value of a stack key such as ``vocode:apiKey``, or ``None``.
            environ: environment variables.

        Raises:
            ConfigError: a value cannot be right; the text names both of its sources.
        """

        def given(key: str, variable: str) -> tuple[str, str] | None:
            for source, value in ((key, stack(key)), (variable, environ.get(variable))):
                if value is not None and str(value).strip():
                    return source, str(value).strip()
            return None

        def number(
            key: str, variable: str, default: float, least: float, *, whole: bool = False
        ) -> float:
            found = given(key, variable)
            if found is None:
                return default
            source, text = found
            try:
                value = float(text)
            except ValueError:
                value = math.nan
            if not (least <= value <= MOST) or (whole and not value.is_integer()):
                raise ConfigError(
                    f"{source} is {text!r}, which is not a {'whole ' if whole else ''}number of at "
                    f"least {least:g} and at most {MOST}: set {key} (`pulumi config set {key} "
                    f"{default:g}`) or {variable}."
                )
            return value

        key = given(API_KEY, "VOCODE_API_KEY")
        if key and not (key[1].isascii() and key[1].isprintable() and " " not in key[1]):
            raise ConfigError(
                f"{key[0]} holds a character that no API key has (a space, a line break or a "
                "letter outside ASCII): copy the key again from the Vocode dashboard."
            )
        ledger = given("vocode:ledger", "VOCODE_LEDGER")
        is_shared = ledger is not None and (ledger[1] == BESIDE_STATE or "://" in ledger[1])
        limited = given("vocode:maxNumbers", "VOCODE_MAX_NUMBERS")
        account = given("vocode:account", "VOCODE_ACCOUNT")
        log = given("vocode:log", "VOCODE_LOG")
        base = given("vocode:baseUrl", "VOCODE_BASE_URL") or ("default", BASE_URL)
        return cls(
            api_key=key[1] if key else None,
            base_url=_base_url(*base),
            connect_timeout=number(
                "vocode:connectTimeout", "VOCODE_CONNECT_TIMEOUT", cls.connect_timeout, 0.001
            ),
            read_timeout=number(
                "vocode:readTimeout", "VOCODE_READ_TIMEOUT", cls.read_timeout, 0.001
            ),
            max_answer_size=number(
                "vocode:maxAnswerSize", "VOCODE_MAX_ANSWER_SIZE", cls.max_answer_size, 0.001
            ),
            max_retries=int(
                number("vocode:maxRetries", "VOCODE_MAX_RETRIES", cls.max_retries, 0, whole=True)
            ),
            max_retry_wait=number(
                "vocode:maxRetryWait", "VOCODE_MAX_RETRY_WAIT", cls.max_retry_wait, 0
            ),
            ledger=_expanded(*ledger) if ledger and not is_shared else _ledger(environ),
            shared_ledger=ledger[1] if ledger and is_shared else None,
            ledger_is_given=ledger is not None,
            settle_seconds=number(
                "vocode:settleSeconds", "VOCODE_SETTLE_SECONDS", cls.settle_seconds, 0
            ),
            max_numbers=int(number("vocode:maxNumbers", "VOCODE_MAX_NUMBERS", 100, 0, whole=True))
            if limited
            else None,
            account=account[1].lower() if account else None,
            default_ledger=_ledger(environ),
            log=_log(*log) if log else None,
        )

    def require_api_key(self) -> str:
        """The API key.

        Raises:
            ConfigError: none is set.
        """
        if self.api_key is None:
            raise ConfigError(
                "No Vocode API key: set it for the stack with `pulumi config set --secret "
                "vocode:apiKey`, or in the environment as VOCODE_API_KEY. Nothing was bought."
            )
        return self.api_key

    def require_account(self, user_id: str | None) -> None:
        """Refuse an account that ``vocode:account`` does not name.

        Args:
            user_id: Vocode's id of the account whose key is in use.

        Raises:
            PinnedAccount: the setting names another account.
        """
        if self.account is not None and str(user_id).lower() != self.account:
            raise PinnedAccount(self.account, str(user_id))


def misspelled(keys: Iterable[str]) -> Iterator[str]:
    """A warning for each stack key that is nearly one that this package reads.

    Other keys of the namespace may belong to the program.
    """
    known = KEYS + REVIEW_KEYS
    for key in keys:
        if key.startswith("vocode:") and key not in known:
            # Imported here, because most stacks do not need it.
            import difflib

            plain = {right.lower(): right for right in known}
            for near in difflib.get_close_matches(key.lower(), plain, n=1, cutoff=0.85):
                yield f"{key} is set, but nothing reads it: did you mean {plain[near]}?"


def backend(environ: Mapping[str, str] = os.environ) -> str:
    """The URL of Pulumi's backend. It is empty if nothing names a backend.

    Like Pulumi, it looks at ``PULUMI_BACKEND_URL``, then at ``backend`` in the ``Pulumi.yaml`` of this
    folder or a folder above, then at what ``pulumi login`` was told. The URL has one spelling, and no
    part that may be a credential: user, password and query are removed.
    """
    url = environ.get("PULUMI_BACKEND_URL") or _backend_of_project() or _backend_of_login(environ)
    scheme, _, rest = url.partition("://")
    if scheme == "file":
        return f"file://{Path(rest).expanduser().resolve()}"
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path.rstrip("/"), "", ""))


def is_loopback(url: str) -> bool:
    """Whether a URL names this machine."""
    host = urlsplit(url).hostname or ""
    return host in ("localhost", "::1") or host.startswith("127.")


def project_name() -> str | None:
    """The name of the project of this folder; ``None`` if the folder is in no project."""
    name = _project().get("name")
    return str(name) if name else None


def _backend_of_project() -> str:
    backend = _project().get("backend")
    return str(backend.get("url") or "") if isinstance(backend, Mapping) else ""


def project_folder() -> Path:
    """The folder of this project: this one or one above it; this one if it is in no project."""
    return _found_project()[0]


def _project() -> Mapping[str, Any]:
    """What the ``Pulumi.yaml`` of this folder or a folder above it says; empty if there is none."""
    return _found_project()[1]


def _found_project() -> tuple[Path, Mapping[str, Any]]:
    """The folder of this project, and what its ``Pulumi.yaml`` says."""
    import yaml  # type: ignore[import-untyped]  # here, because programs do not need it

    here = Path.cwd()
    for folder in (here, *here.parents):
        for name in ("Pulumi.yaml", "Pulumi.yml"):
            with suppress(OSError, UnicodeDecodeError, yaml.YAMLError):
                project = yaml.safe_load((folder / name).read_text(encoding="utf-8"))
                if isinstance(project, Mapping):
                    return folder, project
    return here, {}


def _backend_of_login(environ: Mapping[str, str]) -> str:
    home = environ.get("PULUMI_CREDENTIALS_PATH") or environ.get("PULUMI_HOME") or "~/.pulumi"
    with suppress(OSError, ValueError, AttributeError):
        credentials = json.loads(
            (Path(home).expanduser() / "credentials.json").read_text(encoding="utf-8")
        )
        return str(credentials.get("current") or "")
    return ""


def _expanded(source: str, text: str, names: str = "vocode:ledger or VOCODE_LEDGER") -> Path:
    try:
        return Path(text).expanduser()
    except RuntimeError:
        raise ConfigError(
            f"{source} is {text!r}, but that user has no home folder: set {names} to the path of a file."
        ) from None


def _log(source: str, text: str) -> Log:
    """Read ``FORMAT``, ``FORMAT:LEVEL``, ``FORMAT:FILE`` or ``FORMAT:LEVEL:FILE``.

    A file has a dot or a slash, so that a level that is spelled wrong is not taken for a file.
    """
    form, *rest = text.split(":", 1)
    level = "info"
    if rest and (words := rest[0].split(":", 1))[0].lower() in LOG_LEVELS:
        level, *rest = words
    is_right = form.lower() in ("text", "json")
    is_right &= not rest or bool(re.match(r"[^:]*[./~]", rest[0]))
    if not is_right:
        raise ConfigError(
            f"{source} is {text!r}, which does not say how to log: it begins with text or json; "
            f"a level may follow ({', '.join(LOG_LEVELS)}), and a file with a dot or a slash in its path, with "
            "a colon before each. Set vocode:log (`pulumi config set vocode:log json:calls.jsonl`) or VOCODE_LOG."
        )
    file = _expanded(source, rest[0], "vocode:log or VOCODE_LOG") if rest else None
    return Log("json" if form.lower() == "json" else "text", LOG_LEVELS[level.lower()], file)


def _ledger(environ: Mapping[str, str]) -> Path:
    home = environ.get("PULUMI_HOME") or "~/.pulumi"
    return _expanded("PULUMI_HOME", home) / "vocode" / "purchases.sqlite"


def _base_url(source: str, text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ConfigError(
            f"{source} is not the address of an API: set vocode:baseUrl or VOCODE_BASE_URL to "
            f"something like {BASE_URL}."
        )
    if parts.username or parts.password:
        raise ConfigError(
            f"{source} carries a user name or password: Vocode takes only the key, as vocode:apiKey or "
            "VOCODE_API_KEY."
        )
    return text.rstrip("/")
