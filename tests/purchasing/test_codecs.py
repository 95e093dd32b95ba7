# SPDX-License-Identifier: Apache-2.0
"""What stands in the ledger: what is written is read again, and what is damaged says which object it is."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.purchasing.pieces import ME, URL, keyring, owner
from vocode_pulumi.purchasing.deadlines import PurchaseWindow
from vocode_pulumi.purchasing.objects import (
    VERSION,
    Account,
    Ask,
    Cancelling,
    DamagedObject,
    Holder,
    Intent,
    NotBought,
    Note,
    Released,
    Take,
    account_in_list,
    body_of,
    holding_in,
    intent_in,
    list_body,
    note_in,
    numbers_in_list,
    step_in,
)
from vocode_pulumi.purchasing.store import encoded

Read = Callable[[str, Any], object]

A = owner("a")
MINE, SOMEBODYS = Account(URL, ME, "key"), Account(URL, None, "")
SECRET = keyring().fingerprint("415")
EVERYTHING = Ask("415", "vonage", "connection", "inline", SECRET)
OBJECTS: list[tuple[Any, Read]] = [
    (Intent(A, MINE, EVERYTHING, "list", PurchaseWindow(10, 70.5, 0)), intent_in),
    (Intent(A, SOMEBODYS, Ask(), "", PurchaseWindow(0, 0, 0)), intent_in),
    (
        Intent(A, MINE, Ask(SECRET, SECRET, SECRET, SECRET, None), "list", PurchaseWindow(1, 2, 3)),
        intent_in,
    ),
    (Take("14155550100", 0, guess=False), step_in),
    (Take("14155550100", 7, guess=True), step_in),
    (NotBought(), step_in),
    (Holder("claim", "bought", A, MINE, "s/o/1"), holding_in),
    (Holder("claim", "found in an old ledger", A, SOMEBODYS, None, retained=True), holding_in),
    (Cancelling("claim", A, MINE), holding_in),
    (Cancelling(None, A, SOMEBODYS, ends_old_holder=True), holding_in),
    (Released(MINE), holding_in),
    (Note("/where/it/is"), note_in),
    (Note(None), note_in),
]
IDS = [f"{type(value).__name__}-{at}" for at, (value, _) in enumerate(OBJECTS)]
KINDS = {
    "intent": intent_in,
    "take": step_in,
    "not bought": step_in,
    "holder": holding_in,
    "cancelling": holding_in,
    "released": holding_in,
    "note": note_in,
    "list": numbers_in_list,
}
READERS: list[Read] = [*dict.fromkeys(KINDS.values()), account_in_list]


def stored(body: Any) -> Any:
    """As a store gives it back."""
    return json.loads(encoded(body))


@pytest.mark.parametrize(("value", "read"), OBJECTS, ids=IDS)
def test_what_is_written_is_read_again(value: Any, read: Read) -> None:
    body = stored(body_of(value))
    assert read("k", body) == value
    assert body["v"] == VERSION == 1
    assert KINDS[body["kind"]] is read
    # Two that say the same are two.
    assert stored(body_of(value))["nonce"] != body["nonce"]


def test_a_list_is_read_again() -> None:
    body = stored(list_body(MINE, ["2", "1", "3"]))
    assert numbers_in_list("k", body) == {"1", "2", "3"}
    assert account_in_list("k", body) == MINE
    assert body["numbers"] == ["1", "2", "3"]
    assert numbers_in_list("k", stored(list_body(SOMEBODYS, []))) == frozenset()
    assert account_in_list("k", stored(list_body(SOMEBODYS, []))) == SOMEBODYS


def test_the_form_of_a_body_never_changes_since_other_versions_read_it() -> None:
    account = {"base_url": URL, "user_id": ME, "key": "key"}
    whose = {"place": "here", "organization": "organization", "urn": A.urn}
    secret = {"key": SECRET.key, "digest": SECRET.digest}
    forms: list[tuple[Any, dict[str, Any]]] = [
        (
            Intent(A, MINE, Ask(area_code="415", whole=SECRET), "list", PurchaseWindow(1, 2, 3)),
            {
                "kind": "intent",
                "owner": whose,
                "account": account,
                "ask": {"area_code": "415", "whole": secret},
                "list": "list",
                "window": [1, 2, 3],
            },
        ),
        (
            Take("1", 2, guess=True),
            {"kind": "take", "number": "1", "generation": 2, "guess": True},
        ),
        (NotBought(), {"kind": "not bought"}),
        (
            Holder("c", "linked", A, MINE, "s/o/1", retained=True),
            {
                "kind": "holder",
                "claim": "c",
                "act": "linked",
                "owner": whose,
                "account": account,
                "attempt": "s/o/1",
                "retained": True,
            },
        ),
        (
            Cancelling(None, A, MINE, ends_old_holder=True),
            {
                "kind": "cancelling",
                "claim": None,
                "owner": whose,
                "account": account,
                "found": True,
            },
        ),
        (Released(MINE), {"kind": "released", "account": account}),
        (Note("x"), {"kind": "note", "moved_to": "x"}),
    ]
    for value, form in forms:
        body = dict(body_of(value))
        assert len(body.pop("nonce")) == 24
        assert body == {"v": 1, **form}
    listed = dict(list_body(MINE, ["1"]))
    assert len(listed.pop("nonce")) == 24
    assert listed == {"v": 1, "kind": "list", "account": account, "numbers": ["1"]}


def test_what_a_later_version_adds_is_no_damage() -> None:
    for value, read in OBJECTS:
        body = stored(body_of(value)) | {"more": 1}
        if "ask" in body:
            body["ask"]["colour"] = "red"
        assert read("k", body) == value


@pytest.mark.parametrize("read", READERS)
@pytest.mark.parametrize("kind", KINDS)
def test_an_object_of_a_newer_version_says_so(kind: str, read: Read) -> None:
    with pytest.raises(
        DamagedObject,
        match=r"newer version of pulumi-vocode wrote numbers/1/0 \(its form is 2, and this one knows "
        r"1\): upgrade",
    ):
        read("numbers/1/0", {"v": 2, "kind": kind})


@pytest.mark.parametrize("version", [None, 0, "2", 1.5, "1", []])
def test_a_version_that_is_none_is_damage(version: Any) -> None:
    for value, read in OBJECTS:
        with pytest.raises(DamagedObject, match="numbers/1/0 is damaged: it is not a"):
            read("numbers/1/0", stored(body_of(value)) | {"v": version})


def test_an_object_of_another_kind_is_damage_and_what_it_should_be_is_said() -> None:
    for value, right in OBJECTS:
        for read in READERS:
            if read is not right:
                with pytest.raises(DamagedObject, match="k is damaged: it is not a "):
                    read("k", stored(body_of(value)))
    kind: Any
    for kind in (None, "", "x", 5, []):
        with pytest.raises(DamagedObject, match=r"it is not a take or not bought$"):
            step_in("k", {"v": 1, "kind": kind})
    with pytest.raises(DamagedObject, match=r"it is not a holder or cancelling or released$"):
        holding_in("k", {"v": 1})


WRONG: tuple[Any, ...] = (None, "x", 5, [], [1], {}, {"a": 1}, True)


@pytest.mark.parametrize(
    ("value", "read"), [*OBJECTS, (list_body(MINE, ["1"]), numbers_in_list)], ids=[*IDS, "list"]
)
def test_a_part_that_is_missing_is_damage(value: Any, read: Read) -> None:
    whole = stored(value if isinstance(value, dict) else body_of(value))
    for name in whole.keys() - {"v", "nonce", "account"}:
        body = {other: part for other, part in whole.items() if other != name}
        with pytest.raises(DamagedObject, match="attempts/s/o/1/0 is damaged"):
            read("attempts/s/o/1/0", body)
    if "account" in whole:
        one = account_in_list if read is numbers_in_list else read
        with pytest.raises(DamagedObject, match="attempts/s/o/1/0 is damaged"):
            one("attempts/s/o/1/0", {**whole, "account": {}})


@pytest.mark.parametrize(
    ("value", "read"), [*OBJECTS, (list_body(MINE, ["1"]), numbers_in_list)], ids=[*IDS, "list"]
)
@pytest.mark.parametrize("wrong", WRONG, ids=repr)
def test_a_part_of_another_kind_is_read_as_something_or_is_damage(
    value: Any, read: Read, wrong: Any
) -> None:
    """Nothing but an error that names the object comes out of a ledger that somebody has written in."""
    whole = stored(value if isinstance(value, dict) else body_of(value))
    places: list[tuple[str, ...]] = [(name,) for name in whole.keys() - {"v"}]
    for name, part in whole.items():
        places += [(name, inner) for inner in (part if isinstance(part, dict) else ())]
    for place in places:
        body = json.loads(json.dumps(whole))
        within = body if len(place) == 1 else body[place[0]]
        within[place[-1]] = wrong
        for one in (read, account_in_list) if read is numbers_in_list else (read,):
            damage = None
            try:
                one("attempts/s/o/1/0", body)
            except DamagedObject as error:
                damage = str(error)
            assert damage is None or "attempts/s/o/1/0 is damaged" in damage, place


@pytest.mark.parametrize(
    ("value", "read", "name", "wrong"),
    [
        (Note("x"), note_in, "moved_to", 5),
        (Note("x"), note_in, "moved_to", ["x"]),
        (OBJECTS[0][0], intent_in, "ask", "415"),
        (OBJECTS[0][0], intent_in, "ask", None),
        (OBJECTS[0][0], intent_in, "ask", {"whole": {"key": "x"}}),
        (OBJECTS[0][0], intent_in, "window", [1, 2]),
        (OBJECTS[0][0], intent_in, "window", [1, 2, "x"]),
        (OBJECTS[0][0], intent_in, "window", [1, 2, float("nan")]),
        (OBJECTS[0][0], intent_in, "owner", {"place": "x", "organization": "x", "urn": "no urn"}),
        (OBJECTS[0][0], intent_in, "owner", []),
        (OBJECTS[3][0], step_in, "generation", "x"),
        (OBJECTS[3][0], step_in, "generation", None),
        (OBJECTS[6][0], holding_in, "owner", None),
        (OBJECTS[6][0], holding_in, "account", None),
        (OBJECTS[8][0], holding_in, "account", "me"),
        (OBJECTS[10][0], holding_in, "account", []),
    ],
    ids=lambda value: value.__name__ if callable(value) else None,
)
def test_a_damage_that_matters_names_the_object(
    value: Any, read: Read, name: str, wrong: Any
) -> None:
    with pytest.raises(DamagedObject, match=r"^numbers/1/0 is damaged: "):
        read("numbers/1/0", {**stored(body_of(value)), name: wrong})


@pytest.mark.parametrize("numbers", [None, "1", 5, {}, {"1": 1}, [1], ["1", None], [["1"]]])
def test_a_list_without_numbers_is_none(numbers: Any) -> None:
    body = {**stored(list_body(MINE, ["1"])), "numbers": numbers}
    with pytest.raises(DamagedObject, match="lists/x is damaged: it has no numbers"):
        numbers_in_list("lists/x", body)
