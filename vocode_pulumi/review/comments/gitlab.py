# SPDX-License-Identifier: Apache-2.0
"""Notes of merge requests on GitLab.

Facts: https://docs.gitlab.com/api/notes, https://docs.gitlab.com/api/commits,
https://docs.gitlab.com/ci/variables/predefined_variables
"""

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from vocode_pulumi.review.comments.calling import Api, token, variable
from vocode_pulumi.review.comments.request import CannotComment, Comment, Request, only
from vocode_pulumi.review.formats.markdown import GITLAB_LIMIT

_REMEDY = "GITLAB_TOKEN has to be an access token with the scope `api`."
REPLACED = "_A newer review replaces this one._"
"""What remains of an older note: GitLab cannot hide a note."""


class GitLab:
    """GitLab, as a job of GitLab CI reaches it.

    Args:
        environ: environment variables.

    Raises:
        CannotComment: a variable is missing.
    """

    limit = GITLAB_LIMIT

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        url = variable(environ, "CI_API_V4_URL")
        self._api = Api(url, ("PRIVATE-TOKEN", ""), token(environ, "GITLAB_TOKEN"), _REMEDY)

    def request(self) -> Request:
        number = self._environ.get("CI_MERGE_REQUEST_IID", "")
        if not number.isdecimal():
            raise CannotComment("This job is of no merge request.")
        # In a pipeline of a fork, CI_PROJECT_ID is the fork.
        project = variable(self._environ, "CI_MERGE_REQUEST_PROJECT_ID", "CI_PROJECT_ID")
        return Request("gitlab", project, int(number))

    def request_of_commit(self) -> Request:
        project = variable(self._environ, "CI_PROJECT_ID")
        commit = variable(self._environ, "CI_COMMIT_SHA")
        path = f"/projects/{quote(project, safe='')}/repository/commits/{commit}/merge_requests"
        merged = [one for one in self._api.pages(path) if one.get("state") == "merged"]
        return only([Request("gitlab", project, int(one["iid"])) for one in merged], commit)

    def author(self) -> str:
        return str(self._api.call("GET", "/user")["id"])

    def comments(self, request: Request) -> list[Comment]:
        notes = self._api.pages(f"{_notes(request)}?sort=asc&order_by=created_at")
        return [
            Comment(str(one["id"]), str(one["author"]["id"]), one.get("body") or "")
            for one in notes
        ]

    def create(self, request: Request, body: str) -> None:
        self._api.call("POST", _notes(request), {"body": body})

    def edit(self, request: Request, comment: Comment, body: str) -> None:
        self._api.call("PUT", f"{_notes(request)}/{comment.id}", {"body": body})

    def hide(self, request: Request, comments: Sequence[Comment]) -> None:
        for comment in comments:
            self.edit(request, comment, REPLACED)


def _notes(request: Request) -> str:
    project = quote(request.repository, safe="")
    return f"/projects/{project}/merge_requests/{request.number}/notes"
