# SPDX-License-Identifier: Apache-2.0
"""The line of a ``requirements.txt`` by which pip installs this package again.

Facts: PEP 610, the file ``direct_url.json`` of an installed package.
"""

import json
import os
from importlib import metadata
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from urllib.request import url2pathname

PACKAGE = "pulumi-vocode"
NO_RELEASE = f"""\
# No release of {PACKAGE} is on PyPI yet: this line is where it was installed from when the program was written.
# Other machines may need another one: the path of a clone or a wheel, or the address of either.
"""


def requirements_file(folder: Path) -> str:
    """The text of the file.

    Args:
        folder: the folder that the file is for.
    """
    try:
        installed = metadata.distribution(PACKAGE)
    except metadata.PackageNotFoundError:
        # It runs from its source.
        return f"{NO_RELEASE}{_path(str(Path(__file__).parents[2]), folder)}\n"
    origin = installed.read_text("direct_url.json")
    if origin is None:
        return f"{PACKAGE}=={installed.version}\n"
    return f"{NO_RELEASE}{requirement(json.loads(origin), folder)}\n"


def requirement(origin: dict[str, object], folder: Path) -> str:
    """The line for a package that was not installed from an index.

    Args:
        origin: the object in ``direct_url.json``.
        folder: the folder of the ``requirements.txt``. A path is written relative to it.
    """
    parts = urlsplit(str(origin["url"]))
    if parts.scheme == "file":
        return _path(url2pathname(parts.path), folder)
    # Without the user and the password: no file may have a credential.
    netloc = parts.netloc.rpartition("@")[2]
    url = urlunsplit(parts._replace(netloc=netloc, query="", fragment=""))
    info = origin.get("vcs_info")
    if isinstance(info, dict):
        url = f"{info['vcs']}+{url}@{info['commit_id']}"
    subdirectory = origin.get("subdirectory")
    return f"{PACKAGE} @ {url}" + (f"#subdirectory={subdirectory}" if subdirectory else "")


def _path(path: str, folder: Path) -> str:
    """A path as pip takes it, relative to a folder."""
    try:
        relative = Path(os.path.relpath(path, folder.resolve())).as_posix()
    except ValueError:
        # On Windows, another drive.
        return path
    return relative if relative.startswith(".") else f"./{relative}"
