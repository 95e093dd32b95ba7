# SPDX-License-Identifier: Apache-2.0
"""Inputs of a prompt.

Facts: https://docs.vocode.dev and the API's OpenAPI document.
"""

from collections.abc import Sequence
from typing import Annotated, Literal, Required, TypedDict

from pulumi import Input

from vocode_pulumi.schema.marks import PROSE, URL, Default, NotEmpty, RefersTo


class CollectFieldArgs(TypedDict, total=False):
    """A question of the prompt to the caller.

    Args:
        field_type: ``"field_type_email"``.
        label: The name of the answer in the conversation, such as ``"Your email"``.
        name: The name of the answer in the transcript's data, such as ``"email"``.
        description: What the agent is told about the question.
    """

    field_type: Required[Input[Literal["field_type_email"]]]
    label: Required[
        Annotated[Input[str], NotEmpty('write the name of the answer, such as "Your email"')]
    ]
    name: Required[Annotated[Input[str], NotEmpty('write the name of the answer, such as "email"')]]
    description: Input[str] | None


class PromptArgs(TypedDict, total=False):
    """The instructions of an agent.

    Args:
        content: The text. Default ``""``.
        collect_fields: What the agent asks the caller for.
        context_endpoint: A URL that Vocode asks for the context of a call, with ``?phone_number=``.
        prompt_template: The id of a template of Vocode.
    """

    content: Annotated[
        Input[str] | None,
        Default(""),
        PROSE,
        NotEmpty(
            'write what the agent is told, such as "You answer the phone for a bakery."',
            unless=("collect_fields", "context_endpoint", "prompt_template"),
        ),
    ]
    collect_fields: Input[Sequence[Input[CollectFieldArgs]]] | None
    context_endpoint: Annotated[Input[str] | None, URL]
    prompt_template: Annotated[Input[str] | None, RefersTo("/v1/prompt_templates")]
