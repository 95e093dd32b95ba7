# SPDX-License-Identifier: Apache-2.0
"""The hidden first line of a comment: by it the comment is found again, and an approval is read. Pure.

Anybody can write a comment with such a line. So the line has a signature by the API key of the stack. It is
of the line, of the text below it and of the request: a comment that somebody else wrote, edited or copied
from another request has no signature that fits.

Facts: https://spec.commonmark.org (what ends an HTML comment)
"""

import base64
import hashlib
import hmac
import json
import re
import zlib
from collections.abc import Iterable
from typing import Any

from vocode_pulumi.errors import VocodeError
from vocode_pulumi.review.approval import Approval
from vocode_pulumi.review.comments.request import Comment, Request
from vocode_pulumi.review.digest import Digest, step_digests
from vocode_pulumi.review.formats import markdown
from vocode_pulumi.review.report import Report

UNSIGNED = "unsigned"
# Base64 has no hyphen, so nothing in the line ends the HTML comment.
_LINE = re.compile(
    r"<!-- vocode-pulumi review (?P<identity>[0-9a-f]{16}) (?P<data>[A-Za-z0-9+/=]+) "
    rf"(?P<signatures>[0-9a-f,]+|{UNSIGNED}) -->"
)
_LARGEST = 4_000_000
"""The most bytes that the data may have when they are unpacked."""


class NoApproval(VocodeError):
    """There is no comment that approves."""


class Signer:
    """Signs comments, and checks signatures.

    Args:
        api_keys: of the accounts of the stacks. The object keeps only keys derived from them.
    """

    def __init__(self, api_keys: Iterable[str]) -> None:
        purpose = b"vocode-pulumi: comments of reviews"
        self._keys = [hmac.digest(key.encode(), purpose, "sha256") for key in sorted({*api_keys})]

    @property
    def can_sign(self) -> bool:
        """Whether there is a key."""
        return bool(self._keys)

    def sign(self, request: Request, data: str, text: str) -> str:
        """A signature by each key."""
        signed = _signed(request, data, text)
        return ",".join(hmac.digest(key, signed, "sha256").hex() for key in self._keys) or UNSIGNED

    def fits(self, signatures: str, request: Request, data: str, text: str) -> bool:
        """Whether one of the signatures is by one of the keys."""
        signed = _signed(request, data, text)
        return any(
            hmac.compare_digest(found, hmac.digest(key, signed, "sha256").hex())
            for found in signatures.split(",")
            for key in self._keys
        )


def identity(stacks: Iterable[str], label: str) -> str:
    """What the comments of one review have in common.

    Args:
        stacks: ``project/stack`` of each.
        label: tells two reviews of the same stacks apart.
    """
    text = json.dumps([sorted(stacks), label])
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def compose(report: Report, label: str, limit: int, request: Request, signer: Signer) -> str:
    """The comment of a report.

    The digests of the single changes are left out if the comment has no room for them.

    Args:
        report: the report.
        label: tells two reviews of the same stacks apart; may be empty.
        limit: the most characters. Only a report with very many dangers is longer.
        request: where the comment is for.
        signer: with the API keys of the stacks.
    """
    full, short = (_packed(report, label, with_steps=each) for each in (True, False))
    head = f"Review {markdown.code(label)}\n\n" if label else ""

    def body(data: str, text: str) -> str:
        signatures = signer.sign(request, data, text)
        name = identity(report.stacks, label)
        return f"<!-- vocode-pulumi review {name} {data} {signatures} -->\n{text}"

    text = head + markdown.render(report, limit - len(body(short, head)))
    # GitLab runs a line such as `/merge` as a command. No command begins with a space of no width.
    text = re.sub(r"^([ \t]*)/", "\\1\N{ZERO WIDTH SPACE}/", text, flags=re.MULTILINE)
    whole = body(full, text)
    return whole if len(whole) <= limit else body(short, text)


def own(comments: Iterable[Comment], author: str, name: str) -> list[Comment]:
    """The comments of a review that somebody wrote.

    Args:
        comments: of a request.
        author: who wrote them.
        name: the :func:`identity` of the review.
    """
    found = []
    for comment in comments:
        line = _LINE.fullmatch(_parts(comment.body)[0])
        if line and line["identity"] == name and comment.author == author:
            found.append(comment)
    return found


def is_same(one: str, other: str) -> bool:
    """Whether two comments are the same, whatever a platform does to spaces at the ends of lines."""
    return _plain(one) == _plain(other)


def approvals(
    comments: Iterable[Comment], label: str, request: Request, signer: Signer
) -> dict[str, Approval]:
    """What was reviewed, by ``project/stack``. The newest comment counts.

    Args:
        comments: of the request, oldest first.
        label: of the review.
        request: which the comments are of.
        signer: with the API key of the stack.

    Raises:
        NoApproval: no comment has a signature that fits.
    """
    found: dict[str, Approval] = {}
    reviews = [parts for one in comments if _LINE.fullmatch((parts := _parts(one.body))[0])]
    signed = [data for data in (_verified(parts, request, signer) for parts in reviews) if data]
    for data in signed:
        if data["label"] == label:
            found |= {stack: _approval(one) for stack, one in data["stacks"].items()}
    if not reviews:
        raise NoApproval(f"{request} has no comment of `vocode-pulumi review --comment`.")
    if not signed:
        raise NoApproval(
            f"No review in {request} has a signature by the API key of this stack: the review was made without "
            "that key, or somebody else wrote or edited the comment."
        )
    return found


def _verified(parts: tuple[str, str], request: Request, signer: Signer) -> Any:
    first, text = parts
    line = _LINE.fullmatch(first)
    if not line or not signer.fits(line["signatures"], request, line["data"], text):
        return None
    return _unpacked(line["data"])


def _approval(data: Any) -> Approval:
    digest = Digest.of_text(data["digest"])
    if digest is None:
        raise NoApproval("The review was made by another version of `vocode-pulumi`.")
    return Approval(digest, data.get("steps"))


def _packed(report: Report, label: str, *, with_steps: bool) -> str:
    stacks: dict[str, Any] = {}
    previews = {one.preview.name: one.preview for one in report.reviews}
    # A preview that failed says not all that would be done.
    for stack, digest in {} if report.errors else dict(report.digests).items():
        stacks[stack] = {"digest": str(digest)}
        if with_steps:
            stacks[stack]["steps"] = step_digests(previews[stack])
    text = json.dumps({"label": label, "stacks": stacks}, sort_keys=True, separators=(",", ":"))
    return base64.b64encode(zlib.compress(text.encode(), 9)).decode()


def _unpacked(data: str) -> Any:
    unpacking = zlib.decompressobj()
    return json.loads(unpacking.decompress(base64.b64decode(data), _LARGEST))


def _parts(body: str) -> tuple[str, str]:
    """The first line of a comment, and the text below it."""
    first, _, text = body.lstrip().partition("\n")
    return first.rstrip(), text


def _signed(request: Request, data: str, text: str) -> bytes:
    where = [request.platform, request.repository.lower(), request.number]
    return json.dumps([*where, data, _plain(text)]).encode()


def _plain(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.splitlines()).strip()
