# SPDX-License-Identifier: Apache-2.0
"""What a create or a purchase sends."""

from typing import Any

from vocode_pulumi.schema.shapes import Field, Listing, Reference
from vocode_pulumi.schema.values import plain


def request(ref: Reference, value: Any) -> Any:
    """A reference as a create takes it: an id as it is, an inline object whole."""
    inline = ref.as_inline(value)
    if inline is None:
        return value
    fields = ref.record(inline).fields
    return {name: _request_field(fields[name], item) for name, item in plain(inline).items()}


def _request_field(field: Field, value: Any) -> Any:
    if isinstance(field.shape, Reference):
        return request(field.shape, value)
    if isinstance(field.shape, Listing) and isinstance(field.shape.item.shape, Reference):
        return [request(field.shape.item.shape, item) for item in value]
    return value
