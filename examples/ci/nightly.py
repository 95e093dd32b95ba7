"""Compares a stack with Vocode, and keeps one issue that says what differs."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import requests

STACK = os.environ["STACK"]
TITLE = f"{STACK} is not as Vocode has it"
LABEL = "vocode-nightly"
LONGEST = 60_000
COMMAND = Path(sys.executable).parent / "vocode-pulumi"


def main() -> int:
    shown = "--show-sames", "--show-replacement-steps"
    before = "pulumi", "preview", f"--stack={STACK}", "--refresh", "--json", *shown
    preview = run(*before, "--non-interactive")[1]
    status, document = run(COMMAND, "review", "-", "--format=json", read=preview)
    drift = run(COMMAND, "review", "-", "--format=markdown", read=preview)[1]
    audit_status, audit = run(COMMAND, "audit", f"--stack={STACK}")
    if 2 in (status, audit_status):
        print(drift, audit, sep="\n")
        return 2
    is_same = not any(one["changes"] for one in json.loads(document)["stacks"])
    if is_same and not audit_status:
        close_issue()
        return 0
    # Each line is indented, so nothing that somebody wrote at Vocode is Markdown.
    lines = "\n".join(f"    {line}" for line in audit.splitlines())[: LONGEST // 2]
    if len(drift) + len(lines) > LONGEST:
        drift = "The review is too long for an issue: run `vocode-pulumi review --refresh`.\n"
    keep_issue(f"## Drift\n\n{drift}\n## Audit\n\n{lines}\n")
    return 1


def run(*words: str | Path, read: str | None = None) -> tuple[int, str]:
    done = subprocess.run(words, input=read, stdout=subprocess.PIPE, text=True)
    return done.returncode, done.stdout


if "GITLAB_CI" in os.environ:
    ISSUES = f"{os.environ['CI_API_V4_URL']}/projects/{os.environ['CI_PROJECT_ID']}/issues"
    HEADERS = {"PRIVATE-TOKEN": os.environ["GITLAB_TOKEN"]}
    OPEN, NUMBER, BODY, UPDATE = "opened", "iid", "description", "PUT"
    CLOSED: dict[str, str] = {"state_event": "close"}
else:
    repository = os.environ["GITHUB_REPOSITORY"]
    ISSUES = f"{os.environ['GITHUB_API_URL']}/repos/{repository}/issues"
    HEADERS = {"Authorization": f"Bearer {os.environ['GITHUB_TOKEN']}"}
    OPEN, NUMBER, BODY, UPDATE = "open", "number", "body", "PATCH"
    CLOSED = {"state": "closed"}


def keep_issue(text: str) -> None:
    address = open_issue()
    if address:
        call(UPDATE, address, {BODY: text})
    else:
        labels: Any = LABEL if "GITLAB_CI" in os.environ else [LABEL]
        call("POST", ISSUES, {"title": TITLE, BODY: text, "labels": labels})


def close_issue() -> None:
    if address := open_issue():
        call(UPDATE, address, CLOSED)


def open_issue() -> str | None:
    """The address of the issue. Only who may label issues can make another with this label."""
    found = call("GET", f"{ISSUES}?state={OPEN}&labels={LABEL}&per_page=100")
    numbers = [one[NUMBER] for one in found if one["title"] == TITLE]
    return f"{ISSUES}/{numbers[0]}" if numbers else None


def call(method: str, address: str, body: Any = None) -> Any:
    answer = requests.request(
        method, address, json=body, headers=HEADERS, timeout=60, allow_redirects=False
    )
    if answer.status_code not in (200, 201):
        sys.exit(f"{method} {address} was answered with {answer.status_code}: {answer.text[:200]}")
    return answer.json()


if __name__ == "__main__":
    sys.exit(main())
