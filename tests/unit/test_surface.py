# SPDX-License-Identifier: Apache-2.0
import pytest

import vocode_pulumi
from vocode_pulumi import PhoneNumber


def test_the_public_names_are_what_can_be_imported() -> None:
    assert sorted(vocode_pulumi.__all__) == sorted(set(vocode_pulumi.__all__))
    for name in vocode_pulumi.__all__:
        value = getattr(vocode_pulumi, name)
        assert not isinstance(value, type) or value.__doc__, name


def test_a_subclass_without_its_own_type_token_is_refused() -> None:
    with pytest.raises(TypeError, match="ComponentResource"):

        class Mine(PhoneNumber):
            pass
