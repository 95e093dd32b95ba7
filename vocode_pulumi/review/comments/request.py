# SPDX-License-Identifier: Apache-2.0
"""What every platform for pull requests has. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from vocode_pulumi.errors import VocodeError


class CannotComment(VocodeError):
    """A platform cannot be reached, refuses, or is not known well enough to be asked."""


@dataclass(frozen=True)
class Request:
    """A pull request of GitHub, or a merge request of GitLab.

    Args:
        platform: ``github`` or ``gitlab``.
        repository: ``owner/name`` on GitHub; the id of the project on GitLab.
        number: the number that people see.
    """

    platform: str
    repository: str
    number: int

    def __str__(self) -> str:
        return f"{'#' if self.platform == 'github' else '!'}{self.number}"


@dataclass(frozen=True)
class Comment:
    """A comment of a request.

    Args:
        id: by which the platform changes it.
        author: who wrote it.
        body: Markdown.
    """

    id: str
    author: str
    body: str


class Platform(Protocol):
    """What a platform does. Everything may raise :class:`CannotComment`."""

    limit: int
    """The most characters of a comment."""

    def request(self) -> Request:
        """The request that this job is about."""
        ...

    def request_of_commit(self) -> Request:
        """The merged request that brought the commit of this job."""
        ...

    def author(self) -> str:
        """Who writes with the token of this job."""
        ...

    def comments(self, request: Request) -> list[Comment]:
        """Every comment, oldest first."""
        ...

    def create(self, request: Request, body: str) -> None:
        """Write a comment."""
        ...

    def edit(self, request: Request, comment: Comment, body: str) -> None:
        """Replace the text of a comment."""
        ...

    def hide(self, request: Request, comments: Sequence[Comment]) -> None:
        """Let comments take little room."""
        ...


def only(merged: Sequence[Request], commit: str) -> Request:
    """The one request that brought a commit.

    Args:
        merged: every merged request that has the commit.
        commit: its hash.

    Raises:
        CannotComment: there is none, or there are several.
    """
    if len(merged) == 1:
        return merged[0]
    if not merged:
        raise CannotComment(f"No merged request brought the commit {commit[:12]}.")
    raise CannotComment(
        f"Several merged requests have the commit {commit[:12]}: {', '.join(map(str, merged))}."
    )
