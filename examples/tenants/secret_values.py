"""Secrets come from the environment, or from files that the environment names."""

import os
from pathlib import Path


def secret(name: str) -> str:
    """The variable `name`, or the text of the file that `name_FILE` names."""
    if value := os.environ.get(name):
        return value
    if file := os.environ.get(f"{name}_FILE"):
        return Path(file).read_text().strip()
    raise SystemExit(f"set {name}, or {name}_FILE to a file that has it")
