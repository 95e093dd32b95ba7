# SPDX-License-Identifier: Apache-2.0
from dataclasses import fields
from typing import Any

import pytest

from vocode_pulumi import lookups
from vocode_pulumi.lookups import numbers
from vocode_pulumi.lookups.asking import Lookup
from vocode_pulumi.schema import reading
from vocode_pulumi.schema.walking import fields_of

LEFT_OUT = {"api_key", "credentials", "phone_number"}
EXTRA = {"number": {"number", "active", "telephony_provider"}}
LOOKUPS = [
    found
    for module in (lookups, numbers)
    for found in vars(module).values()
    if isinstance(found, Lookup)
]


@pytest.mark.parametrize("lookup", LOOKUPS, ids=lambda lookup: lookup.noun)
def test_a_result_has_every_field_of_its_kind_but_the_credentials(lookup: Lookup[Any]) -> None:
    known = fields_of(reading.schema_of(lookup.args), {})
    found = {field.name for field in fields(lookup.result)} - {"id", "user_id"}
    assert found == known.keys() - LEFT_OUT | EXTRA.get(lookup.noun, set())


def test_every_collection_can_be_looked_up() -> None:
    assert len(LOOKUPS) == 8
