# SPDX-License-Identifier: Apache-2.0
"""Writing a comment, or editing the one before. Pure, but for what the platform does."""

from vocode_pulumi.review.comments.marker import is_same, own
from vocode_pulumi.review.comments.request import CannotComment, Platform, Request


def publish(platform: Platform, request: Request, body: str, name: str) -> None:
    """Let the newest comment of a review have this text, and hide the older ones.

    Only comments by the owner of the token are edited: who wrote a comment can edit it again.

    Args:
        platform: the platform.
        request: the request.
        body: the comment.
        name: the identity of the review.

    Raises:
        CannotComment: the platform refuses, or the comment is too long.
    """
    if len(body) > platform.limit:
        raise CannotComment(
            f"The report has {len(body)} characters, and a comment may have {platform.limit}."
        )
    found = own(platform.comments(request), platform.author(), name)
    if not found:
        platform.create(request, body)
    elif not is_same(found[-1].body, body):
        platform.edit(request, found[-1], body)
    if found[:-1]:
        platform.hide(request, found[:-1])
