# SPDX-License-Identifier: Apache-2.0
"""What GitHub and GitLab do with comments and issues, of one repository, over HTTP.

Facts: https://docs.github.com/rest/issues/comments, https://docs.github.com/rest/issues/issues,
https://docs.github.com/rest/commits/commits, https://docs.github.com/rest/using-the-rest-api,
https://docs.github.com/graphql/reference/mutations, https://docs.gitlab.com/api/notes,
https://docs.gitlab.com/api/issues, https://docs.gitlab.com/api/commits, https://docs.gitlab.com/api/rest
"""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.support.receiver import Received, Receiver, receiver

TOKEN = "hush-hush-token"
REFUSED = (403, {"message": "Resource not accessible by integration"})
UNKNOWN = (404, {"message": "Not Found"})


@dataclass
class Forge:
    """A repository with requests.

    Args:
        receiver: the server.
        writers: who writes with each token that may write.
        readers: the tokens that may only read.
        comments: of each request.
        brought: the requests that brought each commit, with whether they are merged.
        issues: of the repository.
        page: the most items on a page.
        writes: methods and paths of what changed something.
        minimized: ids of the comments that are minimized.
    """

    receiver: Receiver
    writers: dict[str, str] = field(default_factory=lambda: {TOKEN: "github-actions[bot]"})
    readers: set[str] = field(default_factory=set)
    comments: dict[int, list[dict[str, Any]]] = field(default_factory=dict)
    brought: dict[str, dict[int, bool]] = field(default_factory=dict)
    issues: list[dict[str, Any]] = field(default_factory=list)
    page: int = 100
    writes: list[str] = field(default_factory=list)
    minimized: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        return self.receiver.url

    def say(self, request: int, author: str, body: str) -> dict[str, Any]:
        """A new comment."""
        every = [one for comments in self.comments.values() for one in comments]
        made = {"id": len(every) + 1, "node_id": f"IC_{len(every) + 1}", "author": author}
        self.comments.setdefault(request, []).append(made | {"body": body})
        return self.comments[request][-1]

    def bodies(self, request: int) -> list[str]:
        """What the comments of a request say."""
        return [one["body"] for one in self.comments.get(request, [])]

    def github(self, folder: Path, request: int, commit: str = "c0ffee") -> dict[str, str]:
        """The variables of a job of GitHub Actions for a pull request."""
        event = folder / "event.json"
        event.write_text(json.dumps({"pull_request": {"number": request}}))
        return {
            "GITHUB_TOKEN": TOKEN,
            "GITHUB_REPOSITORY": "acme/calls",
            "GITHUB_API_URL": self.url,
            "GITHUB_GRAPHQL_URL": f"{self.url}/graphql",
            "GITHUB_EVENT_PATH": str(event),
            "GITHUB_SHA": commit,
        }

    def gitlab(self, request: int, commit: str = "c0ffee") -> dict[str, str]:
        """The variables of a job of GitLab CI for a merge request."""
        return {
            "GITLAB_TOKEN": TOKEN,
            "CI_API_V4_URL": f"{self.url}/api/v4",
            "CI_PROJECT_ID": "12",
            "CI_MERGE_REQUEST_IID": str(request),
            "CI_COMMIT_SHA": commit,
        }


@contextmanager
def forge() -> Iterator[Forge]:
    """A repository on a free port."""
    with receiver() as server:
        made = Forge(server)
        server.respond = lambda received: _respond(made, received)
        yield made


def _respond(forge: Forge, received: Received) -> tuple[int, Any]:
    headers = received.headers
    is_gitlab = received.path.startswith("/api/v4/")
    token = (
        headers.get("private-token", "")
        if is_gitlab
        else headers.get("authorization", "").removeprefix("Bearer ")
    )
    if token not in forge.writers and token not in forge.readers:
        return 401, {"message": "401 Unauthorized" if is_gitlab else "Bad credentials"}
    me = forge.writers.get(token, "")
    routes = _GITLAB if is_gitlab else _GITHUB
    for method, pattern, route in routes:
        found = re.fullmatch(pattern, received.path)
        if found and method == received.method:
            if method != "GET" and received.path != "/graphql":
                if not me:
                    return REFUSED
                forge.writes.append(f"{method} {received.path}")
            status, body = route(forge, me, received, *found.groups())
            return _paged(forge, received, status, body)
    return UNKNOWN


def _paged(forge: Forge, received: Received, status: int, body: Any) -> tuple[int, Any]:
    forge.receiver.headers.pop("Link", None)
    if isinstance(body, list):
        size = min(int(received.query.get("per_page", 30)), forge.page)
        start = (int(received.query.get("page", 1)) - 1) * size
        if body[start + size :]:
            page = int(received.query.get("page", 1)) + 1
            forge.receiver.headers["Link"] = f'<{forge.url}/next?page={page}>; rel="next"'
        body = body[start : start + size]
    return status, body


def _github_comment(one: dict[str, Any]) -> dict[str, Any]:
    kind = "Bot" if one["author"].endswith("[bot]") else "User"
    shown = {name: one[name] for name in ("id", "node_id", "body")}
    return shown | {"user": {"login": one["author"], "type": kind}}


def _list_comments(forge: Forge, _me: str, _received: Received, number: str) -> Any:
    return 200, [*map(_github_comment, forge.comments.get(int(number), []))]


def _create_comment(forge: Forge, me: str, received: Received, number: str) -> Any:
    body = received.body["body"]
    if len(body) > 65_536:
        return 422, {"message": "Validation Failed"}
    return 201, _github_comment(forge.say(int(number), me, body))


def _edit_comment(forge: Forge, _me: str, received: Received, number: str) -> Any:
    one = _by_id(forge, int(number))
    one["body"] = received.body["body"]
    return 200, _github_comment(one)


def _by_id(forge: Forge, number: int) -> dict[str, Any]:
    every = [one for comments in forge.comments.values() for one in comments]
    (one,) = [one for one in every if one["id"] == number]
    return one


def _pulls(forge: Forge, _me: str, _received: Received, commit: str) -> Any:
    return 200, [
        {"number": number, "merged_at": "2026-01-01T00:00:00Z" if merged else None}
        for number, merged in forge.brought.get(commit, {}).items()
    ]


def _graphql(forge: Forge, me: str, received: Received) -> Any:
    query, variables = received.body["query"], received.body["variables"]
    if "viewer" in query:
        return 200, {"data": {"viewer": {"login": me or "reader[bot]"}}}
    if "nodes" in query:
        nodes = [{"id": id_, "isMinimized": id_ in forge.minimized} for id_ in variables["ids"]]
        return 200, {"data": {"nodes": nodes}}
    if not me:
        return 200, {"data": None, "errors": [{"message": REFUSED[1]["message"]}]}
    assert "minimizeComment(input: {subjectId: $id, classifier: OUTDATED})" in query
    forge.minimized.append(variables["id"])
    return 200, {"data": {"minimizeComment": {"minimizedComment": {"isMinimized": True}}}}


def _list_issues(forge: Forge, _me: str, received: Received) -> Any:
    label = received.query["labels"]
    is_open = [one for one in forge.issues if one["state"].startswith("open")]
    return 200, [one for one in is_open if label in one["labels"]]


def _create_issue(forge: Forge, _me: str, received: Received) -> Any:
    number = len(forge.issues) + 1
    made = {"labels": [], "state": "open", **received.body, "number": number, "iid": number}
    made["body"] = made.pop("description", made.get("body", ""))
    forge.issues.append(made)
    return 201, made


def _edit_issue(forge: Forge, _me: str, received: Received, number: str) -> Any:
    one, body = forge.issues[int(number) - 1], dict(received.body)
    if "description" in body:
        body["body"] = body.pop("description")
    if body.pop("state_event", None) == "close":
        body["state"] = "closed"
    one.update(body)
    return 200, one


def _user(forge: Forge, me: str, _received: Received) -> Any:
    return 200, {"id": _gitlab_id(me), "username": me}


def _gitlab_id(name: str) -> int:
    return sum(map(ord, name))


def _note(one: dict[str, Any]) -> dict[str, Any]:
    author = {"id": _gitlab_id(one["author"]), "username": one["author"]}
    return {"id": one["id"], "body": one["body"], "system": False, "author": author}


def _list_notes(forge: Forge, _me: str, received: Received, number: str) -> Any:
    system = {"id": 10**6, "body": "marked as ready", "system": True, "author": {"id": 1}}
    notes = [system, *map(_note, forge.comments.get(int(number), []))]
    # Without `sort`, GitLab lists the newest first.
    return 200, notes if received.query.get("sort") == "asc" else notes[::-1]


def _create_note(forge: Forge, me: str, received: Received, number: str) -> Any:
    return 201, _note(forge.say(int(number), me, received.body["body"]))


def _edit_note(forge: Forge, me: str, received: Received, _number: str, note: str) -> Any:
    one = _by_id(forge, int(note))
    if one["author"] != me:
        return 403, {"message": "403 Forbidden"}
    one["body"] = received.body["body"]
    return 200, _note(one)


def _merge_requests(forge: Forge, _me: str, _received: Received, commit: str) -> Any:
    return 200, [
        {"iid": number, "state": "merged" if merged else "opened"}
        for number, merged in forge.brought.get(commit, {}).items()
    ]


_Route = tuple[str, str, Callable[..., tuple[int, Any]]]
_REPOSITORY = "/repos/acme/calls"
_GITHUB: list[_Route] = [
    ("GET", rf"{_REPOSITORY}/issues/(\d+)/comments", _list_comments),
    ("POST", rf"{_REPOSITORY}/issues/(\d+)/comments", _create_comment),
    ("PATCH", rf"{_REPOSITORY}/issues/comments/(\d+)", _edit_comment),
    ("GET", rf"{_REPOSITORY}/commits/(\w+)/pulls", _pulls),
    ("GET", f"{_REPOSITORY}/issues", _list_issues),
    ("POST", f"{_REPOSITORY}/issues", _create_issue),
    ("PATCH", rf"{_REPOSITORY}/issues/(\d+)", _edit_issue),
    ("POST", "/graphql", _graphql),
]
_PROJECT = "/api/v4/projects/12"
_GITLAB: list[_Route] = [
    ("GET", "/api/v4/user", _user),
    ("GET", rf"{_PROJECT}/merge_requests/(\d+)/notes", _list_notes),
    ("POST", rf"{_PROJECT}/merge_requests/(\d+)/notes", _create_note),
    ("PUT", rf"{_PROJECT}/merge_requests/(\d+)/notes/(\d+)", _edit_note),
    ("GET", rf"{_PROJECT}/repository/commits/(\w+)/merge_requests", _merge_requests),
    ("GET", f"{_PROJECT}/issues", _list_issues),
    ("POST", f"{_PROJECT}/issues", _create_issue),
    ("PUT", rf"{_PROJECT}/issues/(\d+)", _edit_issue),
]
