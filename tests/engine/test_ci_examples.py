# SPDX-License-Identifier: Apache-2.0
"""The workflows of `examples/ci`: every shell step runs, over a sandbox and a stub of GitHub and GitLab."""

import re
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

import yaml  # type: ignore[import-untyped]

from tests.engine.harness import Stack, is_active, paid
from tests.support.platforms import forge
from vocode_pulumi.sandbox import Sandbox

CI = Path(__file__).parents[2] / "examples" / "ci"
GITHUB = {
    name: yaml.safe_load((CI / "github" / f"{name}.yml").read_text())
    for name in ("review", "apply", "nightly")
}
GITLAB = yaml.safe_load((CI / "gitlab" / ".gitlab-ci.yml").read_text())


def on_github(
    stack: Stack, workflow: str, variables: Mapping[str, str], event: str, digest: str = ""
) -> tuple[int, str]:
    """Run the steps of a workflow; the status of the first that fails, and all that was printed."""
    (job,) = GITHUB[workflow]["jobs"].values()
    values = {
        "secrets.PULUMI_ACCESS_TOKEN": "",
        "secrets.VOCODE_API_KEY": stack.env["VOCODE_API_KEY"],
        "github.token": variables["GITHUB_TOKEN"],
        "inputs.digest": digest,
    }
    conditions = {"always()": True, f"github.event_name == '{event}'": True}
    given = {name: value for name, value in variables.items() if name != "GITHUB_TOKEN"}
    status, printed = 0, ""
    for step in job["steps"]:
        if "run" not in step or step["name"] == "Install":
            continue
        condition = step.get("if", "success()")
        if not conditions.get(condition, condition == "success()" and not status):
            continue
        declared = {**job["env"], **step.get("env", {})}
        filled = {name: _filled(text, values) for name, text in declared.items()}
        done = stack.run("bash", "-e", "-c", step["run"], **(given | filled | _here(stack)))
        status, printed = status or done.returncode, printed + done.stdout
    return status, printed


def on_gitlab(stack: Stack, job: str, variables: Mapping[str, str]) -> tuple[int, str]:
    """Run the script of a job, as GitLab does: in one shell that ends at the first error."""
    declared = GITLAB["variables"] | dict(variables) | _here(stack)
    script = "\n".join(GITLAB[job]["script"])
    done = stack.run("bash", "-eo", "pipefail", "-c", script, GITLAB_CI="true", **declared)
    return done.returncode, done.stdout


def _filled(text: str, values: Mapping[str, str]) -> str:
    return re.sub(r"\$\{\{ (\S+) \}\}", lambda found: values[found[1]], text)


def _here(stack: Stack) -> dict[str, str]:
    """What differs from the files: the name of the stack, and where the ledger is."""
    return {"STACK": stack.name, "VOCODE_LEDGER": stack.env["VOCODE_LEDGER"]}


def test_a_change_is_reviewed_approved_and_applied(
    stack: Stack, sandbox: Sandbox, tmp_path: Path
) -> None:
    (stack.folder / ".venv").symlink_to(sys.prefix)
    one, two = 'PhoneNumber("one", label="one")\n', 'PhoneNumber("two")\n'
    with forge() as there:
        first, second = there.github(tmp_path, 7, "c0ffee"), there.gitlab(8, "decaf")
        stack.program(one)
        assert on_github(stack, "review", first, "pull_request")[0] == 0
        stack.program(one + two)
        assert on_gitlab(stack, "review", second)[0] == 0
        for request, headline in ((7, "buys 1 number"), (8, "buys 2 numbers")):
            (comment,) = there.bodies(request)
            assert comment.startswith("<!-- vocode-pulumi review ")
            assert f"**`calls/dev`: {headline}**" in comment
        stack.program(one)
        there.say(7, "stranger", there.bodies(8)[0])
        status, printed = on_github(stack, "apply", first, "push")
        assert status == 2
        assert "No merged request brought the commit c0ffee. Nothing was applied." in printed
        assert not paid(sandbox)
        there.brought = {"c0ffee": {7: True}, "decaf": {8: True}}
        assert on_github(stack, "apply", first, "push")[0] == 0
        assert len(paid(sandbox)) == 1
        # The second approval was for the state before the first was applied.
        stack.program(one + two)
        status, printed = on_gitlab(stack, "apply", second)
        assert status == 1
        assert "this approval was applied already, or another run overtook it" in printed
        assert "one: would not be done any more" in printed
        assert len(paid(sandbox)) == 1
        (digest,) = re.findall(r"v1-\w+-\w+", printed)
        old = "v1-" + "0" * 12 + digest[-25:]
        assert on_gitlab(stack, "apply-digest", second | {"DIGEST": old})[0] == 1
        status, printed = on_github(stack, "apply", first, "workflow_dispatch", digest)
        assert status == 0, printed
        assert {"one", "two"} == {*stack.held()}
        assert len(paid(sandbox)) == 2


def test_drift_opens_an_issue_and_its_end_closes_it(
    stack: Stack, sandbox: Sandbox, tmp_path: Path
) -> None:
    (stack.folder / ".venv").symlink_to(sys.prefix)
    (stack.folder / "ci").mkdir()
    shutil.copy(CI / "nightly.py", stack.folder / "ci")
    stack.program('PhoneNumber("one", label="one")')
    stack.up()
    (number,) = stack.ids()
    with forge() as there:
        # Somebody changes the label, and buys a number.
        set_label(sandbox, number, "``` @team")
        theirs = str(sandbox.call("POST", "/v1/numbers/buy", {})["number"])
        assert on_github(stack, "nightly", there.github(tmp_path, 7), "schedule")[0] == 1
        (issue,) = there.issues
        assert issue["title"] == "dev is not as Vocode has it"
        assert '`label`: ````"``` @team"```` → `"one"`' in issue["body"]
        assert f"    orphan {theirs}\n" in issue["body"]
        sandbox.call("POST", "/v1/numbers/cancel", None, phone_number=theirs)
        set_label(sandbox, number, "one")
        assert on_gitlab(stack, "nightly", there.gitlab(7))[0] == 0
        assert [one["state"] for one in there.issues] == ["closed"]
        assert is_active(sandbox, number)


def set_label(sandbox: Sandbox, number: str, label: str) -> None:
    """Change a number by hand."""
    sandbox.call("POST", "/v1/numbers/update", {"label": label}, phone_number=number)
