# SPDX-License-Identifier: Apache-2.0
"""Inputs of a vector database.

Facts: https://docs.vocode.dev and the API's OpenAPI document.
"""

from typing import Annotated, Literal, Required, TypedDict

from pulumi import Input

from vocode_pulumi.schema.marks import REPLACES, SECRET, NotEmpty


class VectorDatabaseArgs(TypedDict, total=False):
    """A Pinecone index in which an agent looks things up.

    Args:
        type: ``"vector_database_pinecone"``.
        index: The name of the index.
        api_key: A key of Pinecone; a secret.
        api_environment: The environment of Pinecone, such as ``"us-east-1-aws"``.
    """

    type: Required[Annotated[Input[Literal["vector_database_pinecone"]], REPLACES]]
    index: Required[Annotated[Input[str], NotEmpty("write the name of the index")]]
    api_key: Required[Annotated[Input[str], SECRET, NotEmpty("write your key of Pinecone")]]
    api_environment: Required[Input[str]]
