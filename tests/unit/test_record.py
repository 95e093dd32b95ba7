# SPDX-License-Identifier: Apache-2.0
"""The hidden record of a resource: what is kept and read again, and what version 0.1 kept instead."""

from dataclasses import replace
from typing import Any

import pytest

from vocode_pulumi.errors import VocodeError
from vocode_pulumi.record import (
    HIDDEN_INPUTS,
    ORGANIZATION,
    PREVIEW,
    RECORD,
    RETAINED,
    SECRETS,
    UNRECORDED,
    URN,
    VERSION,
    HiddenRecord,
    NewerRecord,
    without_hidden,
)

WHOLE = HiddenRecord(
    urn="urn:pulumi:dev::calls::type::a",
    organization="acme",
    declared={"label": None, "inbound_agent": {"prompt": None}},
    secrets={"label": "fingerprint", "inbound_agent.prompt": ""},
    unmet=("area_code", "telephony_provider"),
    claim="claim",
    attempt="stack/owner/1",
    account="the-account",
)


@pytest.mark.parametrize(
    "record",
    [
        WHOLE,
        HiddenRecord(),
        HiddenRecord(urn="urn"),
        HiddenRecord(declared={}),
        HiddenRecord(organization="acme", account="me"),
        HiddenRecord(unmet=("a",)),
        HiddenRecord(secrets={"a": ""}),
        HiddenRecord(claim="c"),
        HiddenRecord(attempt="a"),
    ],
    ids=str,
)
def test_what_is_kept_is_read_again(record: HiddenRecord) -> None:
    outs = {RECORD: record.to_output(), "label": "x", "user_id": record.account}
    assert HiddenRecord.of(outs) == record


def test_its_form_never_changes_since_states_hold_it() -> None:
    assert WHOLE.to_output() == {
        "v": 1,
        "urn": "urn:pulumi:dev::calls::type::a",
        "organization": "acme",
        "declared": {"label": None, "inbound_agent": {"prompt": None}},
        "secrets": {"label": "fingerprint", "inbound_agent.prompt": ""},
        "unmet": ["area_code", "telephony_provider"],
        "claim": "claim",
        "attempt": "stack/owner/1",
    }
    assert RECORD == "__record"


def test_a_record_of_a_development_version_is_read_too() -> None:
    kept = {**WHOLE.to_output(), "organization": "organization", "account": "the-account"}
    found = HiddenRecord.of({RECORD: kept, "user_id": "the-account"})
    assert found == replace(WHOLE, organization="organization")


def test_what_says_nothing_is_left_out() -> None:
    assert "organization" not in replace(WHOLE, organization="organization").to_output()
    assert HiddenRecord().to_output() == {"v": VERSION, "urn": ""}
    # That nothing was declared is something; a resource that is only read has none of it.
    assert HiddenRecord(declared={}).to_output() == {"v": 1, "urn": "", "declared": {}}
    assert HiddenRecord.of({RECORD: {"v": 1}}) == HiddenRecord()
    assert HiddenRecord.of({RECORD: {"v": 1, "more": "x", "urn": None}}) == HiddenRecord()


@pytest.mark.parametrize("version", [2, 99, "1", None, 0, "2"])
def test_a_record_of_another_version_is_an_error_and_never_read_as_none(version: Any) -> None:
    with pytest.raises(
        NewerRecord,
        match=rf"A newer version .*\(its form is {version}, and this one knows 1\)\. Nothing was",
    ):
        HiddenRecord.of({RECORD: {"v": version, "claim": "claim"}, URN: "urn"})
    assert issubclass(NewerRecord, VocodeError)
    with pytest.raises(NewerRecord):
        HiddenRecord.of({RECORD: {}})


def test_what_version_0_1_kept_becomes_a_record_without_a_claim() -> None:
    outs = {
        "__urn": "urn:pulumi:dev::calls::type::a",
        "__declared": {"label": None},
        "__secrets": ["label", "inbound_agent.prompt"],
        "__otherwise": ["area_code"],
        "user_id": "the-account",
        "number": "14155550100",
    }
    assert HiddenRecord.of(outs) == HiddenRecord(
        urn="urn:pulumi:dev::calls::type::a",
        declared={"label": None},
        secrets={"label": "", "inbound_agent.prompt": ""},
        unmet=("area_code",),
        account="the-account",
    )
    assert HiddenRecord.of(dict.fromkeys(outs)) == HiddenRecord()
    assert HiddenRecord.of({}) == HiddenRecord()
    odd: Any
    for odd in (None, "x", 5, []):
        assert HiddenRecord.of({RECORD: odd, "__urn": "urn"}).urn == "urn"


def test_the_hidden_outputs_of_what_has_no_record_are_those_of_version_0_1() -> None:
    assert UNRECORDED == ("__urn", "__secrets", "__declared", "__otherwise")


def test_hidden_inputs_are_told_from_what_a_program_declares() -> None:
    props = {
        "label": "x",
        "_odd": 1,
        URN: "urn",
        ORGANIZATION: "acme",
        SECRETS: ["label"],
        RETAINED: True,
        PREVIEW: False,
    }
    assert without_hidden(props) == {"label": "x", "_odd": 1}
    assert without_hidden(props, [SECRETS]) == {"label": "x", "_odd": 1, SECRETS: ["label"]}
    assert without_hidden(props, HIDDEN_INPUTS).keys() == {
        "label",
        "_odd",
        "__urn",
        "__org",
        "__retained",
    }
    assert {SECRETS, PREVIEW} == {"__secrets", "__preview"}
