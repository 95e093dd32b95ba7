# SPDX-License-Identifier: Apache-2.0
"""The comments of `vocode-pulumi review` and `vocode-pulumi apply`."""

import argparse
import os
from collections.abc import Iterable

from vocode_pulumi.cli.console import fail
from vocode_pulumi.cli.settings import LoadSettings
from vocode_pulumi.errors import VocodeError
from vocode_pulumi.review.approval import Approval
from vocode_pulumi.review.comments.github import GitHub
from vocode_pulumi.review.comments.gitlab import GitLab
from vocode_pulumi.review.comments.marker import (
    NoApproval,
    Signer,
    approvals,
    compose,
    identity,
)
from vocode_pulumi.review.comments.publishing import publish
from vocode_pulumi.review.comments.request import Platform
from vocode_pulumi.review.report import Report

PLATFORMS = ("github", "gitlab")
NOTHING_APPLIED = "Nothing was applied. An approval without a comment: `vocode-pulumi review`, then `apply --expect DIGEST`."


def add_label(parser: argparse.ArgumentParser) -> None:
    """Add the option that tells two comments apart."""
    parser.add_argument(
        "--label",
        default="",
        metavar="TEXT",
        help="a name of your own, if there are two comments about the same stacks",
    )


def write(
    made: Report, name: str, label: str, stacks: Iterable[str], settings_of: LoadSettings
) -> None:
    """Write a report as a comment. If that fails, a line on standard error says why.

    Args:
        made: the report.
        name: of the platform.
        label: tells two comments about the same stacks apart.
        stacks: whose API keys sign the comment; none for the key of the environment.
        settings_of: gives the settings of a stack.
    """
    try:
        platform = _platform(name)
        request = platform.request()
        signer = _signer(stacks, settings_of)
        body = compose(made, label, platform.limit, request, signer)
        publish(platform, request, body, identity(made.stacks, label))
    except VocodeError as error:
        fail(f"No comment was written. {error}")
        return
    if not signer.can_sign:
        fail(
            "There is no Vocode API key, so the comment has no signature: `vocode-pulumi apply "
            "--from-comment` will refuse it."
        )


class Approvals:
    """What was reviewed in a request.

    Args:
        request: its number.
        by_stack: the approvals, by ``project/stack``.
    """

    def __init__(self, request: str, by_stack: dict[str, Approval]) -> None:
        self._request = request
        self._by_stack = by_stack

    def of(self, stack: str) -> Approval:
        """The approval of a stack.

        Args:
            stack: ``project/stack``.

        Raises:
            NoApproval: the stack was not reviewed.
        """
        found = self._by_stack.get(stack)
        if found is None:
            raise NoApproval(
                f"{self._request} has no review of {stack} with a digest: its preview failed, or was read from "
                f"a file, or the review is of other stacks. {NOTHING_APPLIED}"
            )
        return found


def approved(name: str, label: str, stack: str, settings_of: LoadSettings) -> Approvals:
    """Read what was reviewed in the request that brought the commit of this job.

    Args:
        name: of the platform.
        label: of the review.
        stack: whose API key signed the comment.
        settings_of: gives its settings.

    Raises:
        NoApproval: there is no such comment, or it cannot be read.
    """
    try:
        platform = _platform(name)
        request = platform.request_of_commit()
        found = approvals(platform.comments(request), label, request, _signer([stack], settings_of))
    except VocodeError as error:
        raise NoApproval(f"{error} {NOTHING_APPLIED}") from None
    return Approvals(str(request), found)


def _platform(name: str) -> Platform:
    return GitHub(os.environ) if name == "github" else GitLab(os.environ)


def _signer(stacks: Iterable[str], settings_of: LoadSettings) -> Signer:
    loaded = [settings_of(stack) for stack in stacks] or [settings_of(None)]
    return Signer(settings.api_key for settings in loaded if settings.api_key)
