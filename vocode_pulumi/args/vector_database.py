# SPDX-License-Identifier: Apache-2.0
"""What a vector database takes.

Facts: https://docs.vocode.dev and the API's OpenAPI document.
"""

from typing import Annotated, Literal, Required, TypedDict

from pulumi import Input

from vocode_pulumi.schema.marks import REPLACES, SECRET


class VectorDatabaseArgs(TypedDict, total=False):
    """A Pinecone index that an agent looks things up in.

    Args:
        type: ``"vector_database_pinecone"``.
        index: its name.
        api_key: Pinecone's; a secret.
        api_environment: Pinecone's, such as ``"us-east-1-aws"``.
    """

    type: Required[Annotated[Input[Literal["vector_database_pinecone"]], REPLACES]]
    index: Required[Input[str]]
    api_key: Required[Annotated[Input[str], SECRET]]
    api_environment: Required[Input[str]]
