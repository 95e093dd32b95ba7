# SPDX-License-Identifier: Apache-2.0
"""`vocode-pulumi apply`: run `pulumi up` if it would do what was approved, and nothing else."""

import argparse
import sys
import tempfile
from functools import cache
from pathlib import Path

from vocode_pulumi.cli import comments
from vocode_pulumi.cli.console import FAILED, FOUND, Commands, fail, show
from vocode_pulumi.cli.review import add_preview_options, gates_of, preview_with_digest
from vocode_pulumi.cli.settings import load
from vocode_pulumi.errors import VocodeError
from vocode_pulumi.review import running
from vocode_pulumi.review.approval import Approval, objections
from vocode_pulumi.review.changes import review
from vocode_pulumi.review.digest import Digest
from vocode_pulumi.review.formats import terminal
from vocode_pulumi.review.report import report
from vocode_pulumi.terminal_text import WIDTH


def register(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser(
        "apply",
        help="run `pulumi up` if it would do what was approved",
        description="Make a preview, and run `pulumi up` with its plan if it would do what was approved.",
        epilog="Exit status: 0 applied, 1 refused and nothing was done, 2 there was no preview or no comment "
        "to compare, or `pulumi up` failed.",
    )
    parser.add_argument("--stack", required=True, metavar="NAME", help="the stack")
    approved = parser.add_mutually_exclusive_group(required=True)
    approved.add_argument(
        "--expect",
        type=_digest,
        metavar="DIGEST",
        help="the digest that `vocode-pulumi review --stack NAME` printed",
    )
    approved.add_argument(
        "--from-comment",
        choices=comments.PLATFORMS,
        help="read the digest from the comment of `vocode-pulumi review --comment` in the pull request or "
        "merge request that brought the commit of this job",
    )
    comments.add_label(parser)
    add_preview_options(parser)
    parser.set_defaults(task=_apply)


def _digest(text: str) -> Digest:
    found = Digest.of_text(text.rpartition(" ")[2])
    if found is None:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no digest: copy it from the end of what `vocode-pulumi review --stack NAME` printed"
        )
    return found


def _apply(options: argparse.Namespace) -> int:
    if options.label and not options.from_comment:
        raise VocodeError("--label needs --from-comment.")
    reviews, settings_of = None, cache(load)
    if options.from_comment:
        reviews = comments.approved(options.from_comment, options.label, options.stack, settings_of)
    with tempfile.TemporaryDirectory(prefix="vocode-") as folder:
        plan = Path(folder) / "plan.json"
        made, found = preview_with_digest(
            options.stack, settings_of, refresh=options.refresh, plan=plan
        )
        reviewed = report([review(made)], gates_of(options), {made.name: found})
        if reviewed.errors:
            show(terminal.render(reviewed, WIDTH, colours=False))
            return fail("Nothing was applied: the preview failed.", FAILED)
        approval = reviews.of(made.name) if reviews else Approval(options.expect)
        reasons = [*objections(approval, made, found)]
        if reasons or reviewed.closed:
            show(terminal.render(reviewed, WIDTH, colours=False))
            for reason in reasons:
                print(f"vocode-pulumi: {reason}", file=sys.stderr)
            return fail(
                "Nothing was applied. Review it again, and approve what you see then.", FOUND
            )
        status = running.up(options.stack, plan, refresh=options.refresh)
    if status:
        return fail(f"`pulumi up` failed (exit status {status}).", FAILED)
    return 0
