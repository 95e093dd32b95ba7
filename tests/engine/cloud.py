# SPDX-License-Identifier: Apache-2.0
"""What Pulumi Cloud answers to a login that lists and exports stacks."""

import json
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.support.states import exported, resource

NUMBERS = {
    "me/calls/dev": "14155550100",
    "acme/calls/dev": "14155550101",
    "acme/texts/prod": "14155550102",
    "club/calls/dev": "14155550103",
}
"""The number that each stack of a login of Pulumi Cloud holds."""


class Cloud(BaseHTTPRequestHandler):
    """What Pulumi Cloud answers to a login that lists and exports stacks. Its default organization is `acme`."""

    def do_GET(self) -> None:
        answer = self.answer(self.path.split("?")[0].removeprefix("/api/").strip("/"))
        body = json.dumps(answer or {"code": 404, "message": "Not Found"}).encode()
        self.send_response(200 if answer else 404)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def answer(self, path: str) -> dict[str, Any] | None:
        match path.split("/"):
            case ["user"]:
                return {"githubLogin": "me", "name": "me"}
            case ["user", "organizations", "default"]:
                return {"gitHubLogin": "acme"}
            case ["user", "stacks"]:
                named = [name.split("/") for name in NUMBERS]
                return {
                    "stacks": [
                        {"orgName": owner, "projectName": project, "stackName": name}
                        for owner, project, name in named
                    ]
                }
            case ["stacks", owner, project, name, *rest]:
                number = NUMBERS[f"{owner}/{project}/{name}"]
                if rest == ["export"]:
                    return dict(json.loads(exported(resource("main", number))))
                stack = {"orgName": owner, "projectName": project, "stackName": name}
                return {**stack, "id": number, "version": 1, "tags": {}}
        return None

    def log_message(self, *_args: Any) -> None:
        """Print nothing."""
