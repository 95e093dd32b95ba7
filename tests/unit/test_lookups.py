# SPDX-License-Identifier: Apache-2.0
from dataclasses import fields

import pytest

from vocode_pulumi import NumberResult
from vocode_pulumi.lookups import ARGS
from vocode_pulumi.schema import reading
from vocode_pulumi.schema.walking import fields_of

LEFT_OUT = {"api_key", "credentials", "phone_number"}
EXTRA: dict[type, set[str]] = {NumberResult: {"number", "active", "telephony_provider"}}


@pytest.mark.parametrize("kind", ARGS, ids=lambda kind: kind.__name__)
def test_a_result_has_every_field_of_its_kind_but_the_credentials(kind: type) -> None:
    shape = reading.schema_of(ARGS[kind])
    known = fields_of(shape, {})
    found = {field.name for field in fields(kind)} - {"id", "user_id"}
    assert found == known.keys() - LEFT_OUT | EXTRA.get(kind, set())
