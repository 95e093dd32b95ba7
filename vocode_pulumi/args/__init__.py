# SPDX-License-Identifier: Apache-2.0
"""The inputs of each resource as a ``TypedDict``, one file for each resource.

An inline object takes the same inputs as its resource. Every field takes a plain value or a Pulumi output.
``None`` is the same as leaving the field out. Defaults are Vocode's. Facts about a field stand beside it.
"""
