# SPDX-License-Identifier: Apache-2.0
"""Comments of pull requests on GitHub.

Facts: https://docs.github.com/rest/issues/comments, https://docs.github.com/rest/commits/commits,
https://docs.github.com/graphql/reference/mutations (``minimizeComment``),
https://docs.github.com/actions/reference/workflows-and-actions/variables
"""

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from vocode_pulumi.review.comments.calling import Api, token, variable
from vocode_pulumi.review.comments.request import CannotComment, Comment, Request, only
from vocode_pulumi.review.formats.markdown import GITHUB_LIMIT

_REMEDY = "The job needs `pull-requests: write` in its `permissions` (`apply`: `read`)."
_VIEWER = "query { viewer { login } }"
_MINIMIZED = "query($ids: [ID!]!) { nodes(ids: $ids) { id ... on Minimizable { isMinimized } } }"
_MINIMIZE = (
    "mutation($id: ID!) { minimizeComment(input: {subjectId: $id, classifier: OUTDATED}) "
    "{ minimizedComment { isMinimized } } }"
)
_BOT = "[bot]"


class GitHub:
    """GitHub, as a job of GitHub Actions reaches it.

    Args:
        environ: environment variables.

    Raises:
        CannotComment: a variable is missing.
    """

    limit = GITHUB_LIMIT

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._repository = variable(environ, "GITHUB_REPOSITORY")
        secret = token(environ, "GH_TOKEN", "GITHUB_TOKEN")
        header = ("Authorization", "Bearer ")
        rest = environ.get("GITHUB_API_URL") or "https://api.github.com"
        graphql = environ.get("GITHUB_GRAPHQL_URL") or "https://api.github.com/graphql"
        self._rest = Api(rest, header, secret, _REMEDY)
        self._graphql = Api(graphql, header, secret, _REMEDY)

    def request(self) -> Request:
        number = _number_in(_event(self._environ)) or _number_in_ref(self._environ)
        if not number:
            raise CannotComment("This job is of no pull request.")
        return self._of(number)

    def request_of_commit(self) -> Request:
        commit = variable(self._environ, "GITHUB_SHA")
        found = self._rest.pages(f"{self._path}/commits/{commit}/pulls")
        return only([self._of(one["number"]) for one in found if one.get("merged_at")], commit)

    def author(self) -> str:
        # `GET /user` refuses the token of a job; `viewer` does not.
        return _name(self._query(_VIEWER)["viewer"]["login"])

    def comments(self, request: Request) -> list[Comment]:
        return [
            Comment(
                f"{one['id']} {one['node_id']}",
                _name((one.get("user") or {}).get("login") or ""),
                one.get("body") or "",
            )
            for one in self._rest.pages(f"{self._path}/issues/{request.number}/comments")
        ]

    def create(self, request: Request, body: str) -> None:
        self._rest.call("POST", f"{self._path}/issues/{request.number}/comments", {"body": body})

    def edit(self, request: Request, comment: Comment, body: str) -> None:
        number, _ = comment.id.split()
        self._rest.call("PATCH", f"{self._path}/issues/comments/{number}", {"body": body})

    def hide(self, request: Request, comments: Sequence[Comment]) -> None:
        ids = [comment.id.split()[1] for comment in comments]
        for node in self._query(_MINIMIZED, ids=ids)["nodes"]:
            if node and not node.get("isMinimized"):
                self._query(_MINIMIZE, id=node["id"])

    @property
    def _path(self) -> str:
        return f"/repos/{self._repository}"

    def _of(self, number: int) -> Request:
        return Request("github", self._repository, number)

    def _query(self, query: str, **variables: Any) -> Any:
        answer = self._graphql.call("POST", "", {"query": query, "variables": variables})
        if errors := answer.get("errors"):
            said = self._graphql.words(errors[0].get("message"))
            raise CannotComment(f"GitHub's GraphQL API says: {said}. {_REMEDY}")
        return answer["data"]


def _event(environ: Mapping[str, str]) -> Any:
    """What started the job."""
    try:
        return json.loads(Path(environ["GITHUB_EVENT_PATH"]).read_text(encoding="utf-8"))
    except (KeyError, OSError, ValueError):
        return {}


def _number_in(event: Any) -> int | None:
    try:
        return int(event["pull_request"]["number"])
    except (KeyError, TypeError, ValueError):
        return None


def _number_in_ref(environ: Mapping[str, str]) -> int | None:
    found = re.fullmatch(r"refs/pull/(\d+)/\w+", environ.get("GITHUB_REF", ""))
    return int(found[1]) if found else None


def _name(login: str) -> str:
    """A name that GitHub's two APIs spell alike: a user's name has no slash."""
    return f"app/{login.removesuffix(_BOT)}" if login.endswith(_BOT) else login
