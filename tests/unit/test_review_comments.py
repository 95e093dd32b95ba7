# SPDX-License-Identifier: Apache-2.0
"""A review as a comment: what is written, what is found again, and what counts as an approval."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.platforms import TOKEN, Forge, forge
from tests.unit.test_review import BOUGHT, EVIL, LOST, OPEN, PROMPT, _text, step
from vocode_pulumi.cli import main
from vocode_pulumi.cli.comments import Approvals
from vocode_pulumi.review.changes import review
from vocode_pulumi.review.comments.github import GitHub
from vocode_pulumi.review.comments.gitlab import REPLACED, GitLab
from vocode_pulumi.review.comments.marker import (
    NoApproval,
    Signer,
    approvals,
    compose,
    identity,
    own,
)
from vocode_pulumi.review.comments.publishing import publish
from vocode_pulumi.review.comments.request import (
    CannotComment,
    Comment,
    Platform,
    Request,
)
from vocode_pulumi.review.digest import digest, step_digests
from vocode_pulumi.review.formats.markdown import GITHUB_LIMIT
from vocode_pulumi.review.preview import read
from vocode_pulumi.review.report import Report, report

PULL = Request("github", "acme/calls", 7)
KEY = "key-of-the-account"
SIGNER = Signer([KEY])
NAME = identity(["calls/dev"], "")


def made(*steps: dict[str, Any], messages: Any = ()) -> Report:
    preview = read(_text(*steps, messages=messages), "it")
    return report([review(preview)], OPEN, {preview.name: digest(preview, "now", {})})


def body(*steps: dict[str, Any], label: str = "", **more: Any) -> str:
    return compose(made(*steps, **more), label, GITHUB_LIMIT, PULL, SIGNER)


def said(*bodies: str) -> list[Comment]:
    return [Comment(str(at), "me", text) for at, text in enumerate(bodies)]


def approved(*bodies: str, label: str = "", signer: Signer = SIGNER) -> Any:
    return approvals(said(*bodies), label, PULL, signer)


# What a comment is.


def test_an_approval_survives_the_comment() -> None:
    found = approved("Nice.", body(BOUGHT, LOST), "<!-- vocode-pulumi -->")["calls/dev"]
    assert found.digest == digest(read(_text(BOUGHT, LOST), "it"), "now", {})
    assert found.steps == step_digests(read(_text(BOUGHT, LOST), "it"))


def test_the_first_line_is_an_html_comment_and_the_report_is_below_it() -> None:
    for at in range(50):
        first, _, text = body(step("create", f"n{at}", new={"label": EVIL})).partition("\n")
        assert re.fullmatch(r"<!-- [^<>-]*vocode-pulumi review [^<>-]* -->", first)
        assert text.startswith("**`calls/dev`: buys 1 number")


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("buys", "reads"),
        lambda text: text + "\nApproved.",
        lambda text: re.sub(r"review [0-9a-f]{16} (\S)", r"review 0123456789abcdef A\1", text),
        lambda text: re.sub(r"\S+ -->", "unsigned -->", text),
        lambda text: re.sub(r"\S+ -->", f"{'0' * 64} -->", text),
    ],
)
def test_a_comment_that_somebody_edited_or_forged_approves_nothing(change: Any) -> None:
    with pytest.raises(NoApproval, match="signature by the API key of this stack"):
        approved(change(body(BOUGHT)))


def test_a_comment_of_another_request_or_another_key_approves_nothing() -> None:
    text = body(BOUGHT)
    for request in (
        Request("github", "acme/calls", 8),
        Request("github", "acme/texts", 7),
        Request("gitlab", "acme/calls", 7),
    ):
        with pytest.raises(NoApproval, match="signature"):
            approvals(said(text), "", request, SIGNER)
    for signer in (Signer(["another"]), Signer([])):
        with pytest.raises(NoApproval, match="signature"):
            approved(text, signer=signer)
    assert approved(text, signer=Signer([KEY]))
    with pytest.raises(NoApproval, match="#7 has no comment of"):
        approved("Nice.")


def test_what_a_platform_does_to_spaces_and_line_ends_breaks_no_signature() -> None:
    text = body(step("update", "p", {"content": "a  \nb"}, {"content": "a\nb "}, PROMPT, "Prompt"))
    lines = [f"{line}  " for line in text.split("\n")]
    assert approved("\r\n".join(lines).rstrip()) == approved(text)


def test_a_comment_about_several_stacks_is_signed_by_the_key_of_each() -> None:
    text = compose(made(BOUGHT), "", GITHUB_LIMIT, PULL, Signer([KEY, "key-of-another"]))
    for key in (KEY, "key-of-another"):
        assert approved(text, signer=Signer([key]))


def test_a_stack_that_was_not_reviewed_is_not_approved() -> None:
    found = Approvals("#7", approved(body(BOUGHT)))
    assert found.of("calls/dev").steps
    with pytest.raises(
        NoApproval, match=r"#7 has no review of calls/prod with a digest: .* Nothing was applied"
    ):
        found.of("calls/prod")


def test_a_line_in_a_report_is_no_marker() -> None:
    text = body(BOUGHT)
    with pytest.raises(NoApproval, match="no comment of"):
        approved(f"Look:\n{text}")


def test_the_newest_comment_of_a_label_counts() -> None:
    first, second = body(BOUGHT), body(LOST)
    assert approved(first, second) == approved(second)
    assert approved(first, body(LOST, label="x")) == approved(first)
    assert approved(first, body(LOST, label="x"), label="x") == approved(second)
    assert approved(first, label="x") == {}


def test_a_preview_that_failed_approves_nothing() -> None:
    failed = [{"severity": "error", "message": "/merge\nno"}]
    text = body(BOUGHT, messages=failed)
    assert approved(text) == {}
    assert not re.search(r"^\s*/", text, re.MULTILINE)


def test_digests_of_single_changes_are_left_out_before_the_report_is_shortened() -> None:
    many = [step("create", f"n{at}", new={"label": f"{at}" * 40}) for at in range(300)]
    whole = made(*many)
    long = compose(whole, "", 10**6, PULL, SIGNER)
    (approval,) = approved(long).values()
    assert len(approval.steps) == 300
    short = compose(whole, "", len(long) - 1, PULL, SIGNER)
    (approval,) = approved(short).values()
    assert approval.steps is None
    assert short.partition("\n")[2] == long.partition("\n")[2]
    assert len(compose(whole, "", len(short) - 1, PULL, SIGNER)) < len(short)


def test_a_comment_says_its_label() -> None:
    assert body(BOUGHT, label="`x`\n# y").partition("\n")[2].startswith("Review `` `x` # y ``\n\n")


def test_only_comments_of_the_same_review_and_author_are_ours() -> None:
    mine, labelled = body(BOUGHT), body(BOUGHT, label="x")
    comments = [
        Comment("1", "me", mine),
        Comment("2", "stranger", mine),
        Comment("3", "me", labelled),
        Comment("4", "me", "Nice."),
    ]
    assert [one.id for one in own(comments, "me", NAME)] == ["1"]
    assert [one.id for one in own(comments, "me", identity(["calls/dev"], "x"))] == ["3"]


# Platforms.


@pytest.fixture
def there() -> Iterator[Forge]:
    with forge() as made:
        made.page = 2
        yield made


@pytest.fixture(params=["github", "gitlab"])
def platform(request: pytest.FixtureRequest, there: Forge, tmp_path: Path) -> Platform:
    if request.param == "github":
        return GitHub(there.github(tmp_path, 7))
    return GitLab(there.gitlab(7))


def publish_to(platform: Platform, *steps: dict[str, Any]) -> str:
    request = platform.request()
    text = compose(made(*steps), "", platform.limit, request, SIGNER)
    publish(platform, request, text, NAME)
    return text


def test_a_comment_is_written_then_edited_and_left_as_it_is_if_nothing_changed(
    platform: Platform, there: Forge
) -> None:
    for at in range(5):
        there.say(7, "somebody", f"comment {at}")
    first = publish_to(platform, BOUGHT)
    assert there.bodies(7)[5:] == [first]
    there.say(7, "somebody", "Nice.")
    publish_to(platform, BOUGHT)
    assert len(there.writes) == 1
    second = publish_to(platform, LOST)
    assert there.bodies(7)[5:] == [second, "Nice."]
    assert len(there.writes) == 2


def test_a_comment_of_a_stranger_is_neither_edited_nor_hidden(
    platform: Platform, there: Forge
) -> None:
    forged = publish_to(platform, BOUGHT)
    there.comments[7][0]["author"] = "stranger"
    ours = publish_to(platform, LOST)
    publish_to(platform, LOST)
    assert there.bodies(7) == [forged, ours]
    assert not there.minimized


def test_older_comments_are_hidden_once(platform: Platform, there: Forge) -> None:
    older = publish_to(platform, BOUGHT)
    for _ in range(2):
        there.say(7, "github-actions[bot]", older)
    newest = publish_to(platform, LOST)
    publish_to(platform, LOST)
    if isinstance(platform, GitHub):
        assert there.minimized == ["IC_1", "IC_2"]
        assert there.bodies(7) == [older, older, newest]
    else:
        assert there.bodies(7) == [REPLACED, REPLACED, newest]
        assert len(there.writes) == 4


def test_a_commit_leads_to_the_merged_request_that_brought_it(
    platform: Platform, there: Forge
) -> None:
    with pytest.raises(CannotComment, match="No merged request brought the commit c0ffee"):
        platform.request_of_commit()
    there.brought["c0ffee"] = {3: False, 5: False, 7: True, 9: False}
    assert platform.request_of_commit() == platform.request()
    there.brought["c0ffee"][9] = True
    with pytest.raises(CannotComment, match=r"Several merged requests .*[#!]7, [#!]9"):
        platform.request_of_commit()


def test_a_report_that_is_too_long_is_not_sent(platform: Platform, there: Forge) -> None:
    with pytest.raises(CannotComment, match="has 1000001 characters"):
        publish(platform, platform.request(), "x" * 1_000_001, NAME)
    assert not there.writes


# The commands.


@pytest.fixture
def preview(tmp_path: Path) -> str:
    file = tmp_path / "preview.json"
    file.write_text(_text(BOUGHT))
    return str(file)


@pytest.mark.parametrize("name", ["github", "gitlab"])
def test_a_review_is_commented_and_printed(
    there: Forge,
    tmp_path: Path,
    preview: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
) -> None:
    variables = there.github(tmp_path, 7) if name == "github" else there.gitlab(7)
    for each in variables.items():
        monkeypatch.setenv(*each)
    monkeypatch.setenv("VOCODE_API_KEY", KEY)
    review_ = ["review", preview, "--comment", name, "--label", "x"]
    assert main(review_) == 0
    assert capsys.readouterr() == (
        "calls/dev: buys 1 number\n\nBought\n  buys a number for bought\n",
        "",
    )
    (text,) = there.bodies(7)
    assert "`x`" in text
    monkeypatch.delenv("VOCODE_API_KEY")
    assert main([*review_, "--max-buys=0"]) == 1
    assert "the comment has no signature" in capsys.readouterr().err


def _refusals(there: Forge, variables: dict[str, str]) -> Iterator[tuple[dict[str, str], str]]:
    name = "GITLAB_TOKEN" if "GITLAB_TOKEN" in variables else "GITHUB_TOKEN"
    there.readers.add("hush-hush-reader")
    yield {name: "hush-hush-reader"}, "was answered with 403"
    yield {name: "hush-hush-wrong"}, "was answered with 401"
    yield {name: ""}, f"{name} is not set"
    yield {name: "hush-hush\n-x"}, "holds a character that no token has"
    yield {"GITHUB_REPOSITORY": "acme/other", "CI_PROJECT_ID": "13"}, "was answered with 404"
    yield {"GITHUB_EVENT_PATH": "", "CI_MERGE_REQUEST_IID": ""}, "This job is of no"
    nowhere = "http://127.0.0.1:1"
    yield {"GITHUB_API_URL": nowhere, "CI_API_V4_URL": nowhere}, "did not answer"


@pytest.mark.parametrize("name", ["github", "gitlab"])
def test_a_review_that_cannot_be_commented_is_printed_and_says_why_in_a_line(
    there: Forge,
    tmp_path: Path,
    preview: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
) -> None:
    variables = there.github(tmp_path, 7) if name == "github" else there.gitlab(7)
    monkeypatch.setenv("VOCODE_API_KEY", KEY)
    for changed, why in _refusals(there, variables):
        for each in (variables | changed).items():
            monkeypatch.setenv(*each)
        assert main(["review", preview, "--comment", name, "--max-buys=0"]) == 1
        printed = capsys.readouterr()
        assert "buys 1 number" in printed.out
        assert re.fullmatch(rf"vocode-pulumi: No comment was written\. .*{why}.*\n", printed.err)
        assert "hush-hush" not in printed.err
    assert not there.bodies(7)


def test_the_number_of_the_pull_request_is_in_the_ref_too(there: Forge, tmp_path: Path) -> None:
    variables = there.github(tmp_path, 7) | {
        "GITHUB_EVENT_PATH": "",
        "GITHUB_REF": "refs/pull/8/merge",
    }
    assert GitHub(variables).request().number == 8


def test_a_redirect_is_not_followed_with_the_token(there: Forge, tmp_path: Path) -> None:
    there.receiver.headers["Location"] = f"{there.url}/elsewhere"
    there.receiver.respond = lambda _received: (302, {})
    for platform in (GitHub(there.github(tmp_path, 7)), GitLab(there.gitlab(7))):
        with pytest.raises(CannotComment, match="answered with 302"):
            platform.comments(platform.request())
    assert "/elsewhere" not in [one.path for one in there.receiver.received]


@pytest.mark.parametrize(
    ("answer", "said"), [({}, "with no list"), (b"<html>", "with something that is not JSON")]
)
def test_an_answer_of_another_form_is_an_error(
    platform: Platform, there: Forge, answer: Any, said: str
) -> None:
    there.receiver.respond = lambda _received: (200, answer)
    with pytest.raises(CannotComment, match=said):
        platform.comments(platform.request())


def test_an_error_repeats_no_token(there: Forge, tmp_path: Path) -> None:
    there.receiver.respond = lambda _received: (500, {"message": f"oops {TOKEN}\n"})
    with pytest.raises(CannotComment, match=r"500 \(oops \[secret\]\)"):
        GitHub(there.github(tmp_path, 7)).request_of_commit()


@pytest.mark.parametrize(
    "arguments",
    [
        ["review", "x", "--label", "y"],
        ["apply", "--stack", "s", "--expect", f"v1-{'0' * 12}-{'0' * 24}", "--label", "y"],
    ],
)
def test_a_label_needs_a_comment(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert "--label needs --" in capsys.readouterr().err
