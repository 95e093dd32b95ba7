# SPDX-License-Identifier: Apache-2.0
"""What MkDocs asks while it makes the site (https://www.mkdocs.org/user-guide/configuration/#hooks)."""

import re
from pathlib import Path
from posixpath import relpath
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page

from tools.places import ROOT
from tools.site import links, markup, navigation, pictures

HOME = "README.md"
EVERY_PAGE = "<!-- every page -->"
"""What follows in the home page is the list of every page: on the site that is the navigation."""
WITH_A_CLONE = re.compile("<!-- with a clone -->.*?<!-- until here -->", re.DOTALL)
"""How to install from a clone: on the site it is how to install what the site has."""
A_CLONE = "a clone of this repository"
FROM_A_CLONE = re.compile(r"(?<!\.)\./pulumi-vocode")
"""What pip installs from a clone: on the site it is the package that the site has."""


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """The navigation is the list of every page."""
    _, _, listed = (Path(config.docs_dir) / HOME).read_text().partition(EVERY_PAGE)
    config.nav = [{"Home": HOME}, *navigation.tabs(listed)]
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Beside the pages, the site has each file of the repository that they link, the pictures, and the package."""
    linked = {
        target
        for file in files.documentation_pages()
        for target in links.files(file.content_string, file.src_uri)
    }
    for target in sorted(linked):
        page = links.page(target, (ROOT / target).read_text())
        made = File.generated(config, links.uri(target), content=page)
        made.inclusion = InclusionLevel.NOT_IN_NAV
        files.append(made)
    for file in [file for file in files if file.src_uri.endswith(pictures.SUFFIX)]:
        files.remove(file)
        for scheme, svg in pictures.both(file.content_string).items():
            uri = pictures.uri(file.src_uri, scheme)
            files.append(File.generated(config, uri, content=svg))
    package = _package(config)
    files.append(File.generated(config, f"download/{package.name}", abs_src_path=str(package)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, **_: Any) -> str:
    """A page's text as the site has it."""
    own = page.file.src_uri
    if own == HOME:
        markdown = markdown.partition(EVERY_PAGE)[0]
        page.meta["hide"] = ["navigation", "toc"]
    download = f"{relpath('download', Path(own).parent)}/{_package(config).name}"
    markdown = WITH_A_CLONE.sub(_how_to_install(download), markdown)
    markdown = markdown.replace(A_CLONE, f"[the package of this site]({download})")
    markdown = FROM_A_CLONE.sub(f"./{_package(config).name}", markdown)
    return markup.lists(pictures.shown(links.within_the_site(markdown, own)))


def on_page_content(html: str, **_: Any) -> str:
    """A page's HTML as the site has it."""
    return markup.lines(html)


def _package(config: MkDocsConfig) -> Path:
    return Path(config.extra["package"])


def _how_to_install(download: str) -> str:
    name = Path(download).name
    return (
        f"Download [`{name}`]({download}), the package, into a new folder `calls`. There:\n\n"
        f"```console\n$ python3 -m venv .venv\n$ .venv/bin/pip install './{name}[sandbox]'\n```"
    )
