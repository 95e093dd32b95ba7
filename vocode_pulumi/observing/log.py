# SPDX-License-Identifier: Apache-2.0
"""The log that ``vocode:log`` asks for: a handler of :mod:`logging`."""

import functools
import json
import logging
import os
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

from vocode_pulumi.errors import ConfigError
from vocode_pulumi.observing.lines import FIELDS
from vocode_pulumi.settings import Log

_STARTING = threading.Lock()


def start(log: Log) -> None:
    """Begin to write the log. A log that this process writes already is not begun again.

    Args:
        log: the setting.

    Raises:
        ConfigError: the file cannot be opened.
    """
    with _STARTING:
        _start(log)


@functools.cache
def _start(log: Log) -> None:
    handler: logging.Handler = logging.StreamHandler()
    if log.file is not None:
        try:
            handler = LogFile(log.file)
        except OSError as error:
            raise ConfigError(
                f"The log file {log.file} cannot be opened ({error.strerror}): in vocode:log or VOCODE_LOG, "
                "name a file in a folder that is there."
            ) from None
    handler.setLevel(log.level)
    handler.setFormatter(JsonLines() if log.format == "json" else TextLines())
    logger = logging.getLogger("vocode_pulumi")
    logger.setLevel(min(handler.level, logger.level or handler.level))
    logger.addHandler(handler)


class TextLines(logging.Formatter):
    """Lines for people: time, level, message."""

    def format(self, record: logging.LogRecord) -> str:
        return f"{_time(record)} {record.levelname} {_one_line(record.getMessage())}"


class JsonLines(logging.Formatter):
    """A JSON object for each line. Every line about an API call has the same fields; ``null`` is not known."""

    def format(self, record: logging.LogRecord) -> str:
        fields = getattr(record, FIELDS, None) or {"message": record.getMessage()}
        return json.dumps({"time": _time(record), "level": record.levelname.lower(), **fields})


class LogFile(logging.Handler):
    """A file that several threads and processes write to at once.

    The file is made with mode 0600. Each line is one write at the file's end, so lines do not mix.

    Args:
        path: the file.

    Raises:
        OSError: the file cannot be opened.
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self._is_broken = False

    def emit(self, record: logging.LogRecord) -> None:
        try:
            os.write(self._file, f"{self.format(record)}\n".encode(errors="backslashreplace"))
        except OSError as error:
            # A log that cannot be written stops no purchase.
            if not self._is_broken:
                self._is_broken = True
                print(f"{self._path} misses lines: {error.strerror}", file=sys.stderr, flush=True)


def _time(record: logging.LogRecord) -> str:
    """When the line was written, in UTC, to the millisecond."""
    moment = datetime.fromtimestamp(record.created, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _one_line(text: str) -> str:
    return " ".join(text.splitlines())
