# SPDX-License-Identifier: Apache-2.0
"""A vector database of a Vocode account. Facts: https://docs.vocode.dev, ``/v1/vector_databases``."""

from typing import Unpack

import pulumi

from vocode_pulumi.args import vector_database
from vocode_pulumi.provider.engine import VocodeProvider
from vocode_pulumi.resources.objects import ObjectLifecycle, ObjectResource


class VectorDatabaseLifecycle(ObjectLifecycle):
    """Creates and updates vector databases."""

    args = vector_database.VectorDatabaseArgs
    collection = "/v1/vector_databases"


class VectorDatabaseProvider(VocodeProvider):
    """The engine's provider of vector databases."""

    lifecycle = VectorDatabaseLifecycle


class VectorDatabase(ObjectResource, module="vocode", name="VectorDatabase"):
    """A Pinecone index in which agents look things up.

    Args:
        resource_name: the name in the program.
        opts: Pulumi's resource options.
        adopt: The id of a vector database that the account has. The resource takes it over and creates none.
        **inputs: those of :class:`~vocode_pulumi.VectorDatabaseArgs`.

    API: https://docs.vocode.dev, ``POST /v1/vector_databases/create``, ``/update``,
    ``GET /v1/vector_databases``.
    """

    provider = VectorDatabaseProvider()

    # made by `make docs`
    type: pulumi.Output[str]
    index: pulumi.Output[str]
    api_key: pulumi.Output[str]
    api_environment: pulumi.Output[str]

    def __init__(
        self,
        resource_name: str,
        opts: pulumi.ResourceOptions | None = None,
        *,
        adopt: pulumi.Input[str] | None = None,
        **inputs: Unpack[vector_database.VectorDatabaseArgs],
    ) -> None:
        super().__init__(resource_name, {**inputs, "adopt": adopt}, opts)

    # until here
