# SPDX-License-Identifier: Apache-2.0
"""Pictures as light or dark as the reader has the site.

In the repository a picture asks the system. The site has two of each, and shows one:
https://squidfunk.github.io/mkdocs-material/reference/images/#light-and-dark-mode
"""

import re

SUFFIX = ".svg"
_SHOWN = re.compile(r"(!\[[^]]*\]\([^)]+)\.svg\)")
_DARK = re.compile(r" *@media \(prefers-color-scheme: dark\) \{\n(.*?)\n *\}\n", re.DOTALL)


def both(svg: str) -> dict[str, str]:
    """The picture that is always light, and the one that is always dark.

    Args:
        svg: the picture that asks the system.
    """
    return {"light": _DARK.sub("", svg), "dark": _DARK.sub(r"\1\n", svg)}


def uri(path: str, scheme: str) -> str:
    """The path of one of both.

    Args:
        path: that of the picture that asks the system.
        scheme: light or dark.
    """
    return f"{path.removesuffix(SUFFIX)}.{scheme}{SUFFIX}"


def shown(markdown: str) -> str:
    """A page's text with both pictures for each."""
    light, dark = (rf"\1.{scheme}{SUFFIX}#only-{scheme})" for scheme in ("light", "dark"))
    return _SHOWN.sub(light + dark, markdown)
