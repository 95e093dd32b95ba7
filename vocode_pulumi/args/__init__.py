# SPDX-License-Identifier: Apache-2.0
"""Inputs as ``TypedDict``, one file a resource: each inline or as a resource of its own.

Every field takes a plain value or a Pulumi output; ``None`` is the same as not given. Defaults are
Vocode's. Facts about a field stand beside it.
"""
