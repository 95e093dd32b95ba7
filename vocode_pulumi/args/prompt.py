# SPDX-License-Identifier: Apache-2.0
"""What a prompt takes.

Facts: https://docs.vocode.dev and the API's OpenAPI document.
"""

from collections.abc import Sequence
from typing import Annotated, Literal, Required, TypedDict

from pulumi import Input

from vocode_pulumi.schema.marks import Default, RefersTo


class CollectFieldArgs(TypedDict, total=False):
    """Something that a prompt asks the caller for.

    Args:
        field_type: ``"field_type_email"``.
        label: what it is called in the conversation.
        name: what it is called in the transcript's data.
        description: what the agent is told about it.
    """

    field_type: Required[Input[Literal["field_type_email"]]]
    label: Required[Input[str]]
    name: Required[Input[str]]
    description: Input[str] | None


class PromptArgs(TypedDict, total=False):
    """What an agent is told.

    Args:
        content: the text.
        collect_fields: what to ask the caller for.
        context_endpoint: URL that is asked for the call's context, with ``?phone_number=``.
        prompt_template: id of one of Vocode's templates.
    """

    content: Annotated[Input[str] | None, Default("")]
    collect_fields: Input[Sequence[Input[CollectFieldArgs]]] | None
    context_endpoint: Input[str] | None
    prompt_template: Annotated[Input[str] | None, RefersTo("/v1/prompt_templates")]
