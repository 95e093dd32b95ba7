# SPDX-License-Identifier: Apache-2.0
"""`vocode-pulumi purchases` as a process: what it lists, and what a person settles with it."""

import json
import shlex
from pathlib import Path
from typing import Any

import pytest

from tests.contract.shop import BUY, Shop
from tests.contract.terminal import (
    Done,
    Session,
    at_a_terminal,
    called,
    pulumi,
    refusal,
    vocode_pulumi,
)
from tests.support.states import EMPTY, exported, resource, urn
from vocode_pulumi.purchasing import holding
from vocode_pulumi.purchasing.buying import Buyer, Order
from vocode_pulumi.purchasing.deadlines import PurchaseWindow
from vocode_pulumi.purchasing.objects import (
    Ask,
    Attempt,
    AttemptKey,
    Cancelling,
    Holder,
    Intent,
    NotBought,
    Released,
    Take,
)
from vocode_pulumi.purchasing.owner import Owner
from vocode_pulumi.purchasing.version_0_1 import keys
from vocode_pulumi.sandbox import Sandbox

HERE = "file:///here"
"""Where the login of these tests has its states."""
CANCEL = {"method": "POST", "path": "/v1/numbers/cancel"}
LEAVE = "leave it? "
SURE = "It cannot be bought back. [y/N] "


def of(name: str, stack: str = "dev", place: str = HERE) -> Owner:
    return Owner.of(place, "organization", urn(name, stack))


MAIN = of("main")


@pytest.fixture
def states(tmp_path: Path) -> dict[str, str]:
    """What `pulumi` exports, by the name of the stack; a test changes it before it asks."""
    return {"organization/calls/dev": EMPTY, "organization/calls/prod": EMPTY}


@pytest.fixture
def login(tmp_path: Path, states: dict[str, str]) -> "Login":
    return Login(tmp_path, states)


class Login:
    """A `pulumi` whose states are files of the test's."""

    def __init__(self, folder: Path, states: dict[str, str]) -> None:
        self.folder = folder
        self.states = states
        self.config: dict[str, dict[str, Any]] = {}
        self.script = ""

    def path(self) -> str:
        return pulumi(
            self.folder,
            self.states,
            self.script,
            config=self.config,
            stacks=tuple(self.states),
        )

    def purchases(self, shop: Shop, *args: str, **env: str) -> Done:
        done = called(shop, "purchases", *args, PATH=self.path(), **env)
        for line in done.stdout.splitlines():
            assert len(line) <= 100 or "urn:pulumi" in line, line
        return done

    def json(self, shop: Shop, *args: str) -> list[dict[str, Any]]:
        done = self.purchases(shop, "--json", *args)
        found: list[dict[str, Any]] = json.loads(done.stdout)
        assert done.returncode == (1 if any(not one["retained"] for one in found) else 0)
        return found


def newest(shop: Shop, number: str) -> Any:
    return shop.ledger.history(number).newest


def buy(shop: Shop, **inputs: Any) -> str:
    """Buy in the dashboard."""
    return str(shop.account.call("POST", BUY["path"], inputs or None)["number"])


def label(shop: Shop, number: str) -> str:
    shop.account.call("POST", "/v1/numbers/update", {"label": "x"}, phone_number=number)
    return number


def user_id(shop: Shop) -> str:
    return str(shop.account.call("GET", "/v1/usage")["user_id"])


def in_service(shop: Shop) -> list[str]:
    return sorted(one["number"] for one in shop.account.purchases() if one["active"])


# What it lists.


def test_where_nothing_is_to_be_settled_it_says_so(shop: Shop, login: Login) -> None:
    number = shop.buy(MAIN).number
    login.states["organization/calls/dev"] = exported(resource("main", number))
    done = login.purchases(shop)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == ("No unfinished purchase, and no number that no stack has.\n")
    assert login.json(shop) == []


def test_a_ledger_that_is_not_there_is_not_made(shop: Shop, login: Login) -> None:
    assert login.purchases(shop).returncode == 0
    assert not shop.path.exists()


def test_without_a_ledger_an_account_with_numbers_is_no_all_clear(shop: Shop, login: Login) -> None:
    buy(shop)
    for words in ([], ["--json"]):
        line = refusal(login.purchases(shop, *words))
        assert line.startswith(f"The ledger {shop.path} is empty or does not exist")
        assert "the account has numbers (1). So this may be the wrong ledger." in line
    assert not shop.path.exists()


def test_a_purchase_without_a_known_end_is_listed_with_what_to_type(
    shop: Shop, login: Login
) -> None:
    shop.die(MAIN, area_code="415")
    done = login.purchases(shop)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout == (
        "main in calls/dev\n"
        "    number    not known; no number of the account fits so far\n"
        "    asked for area code 415\n"
        f"    account   {user_id(shop)} at {shop.account.url}\n"
        f"    state     {HERE}\n"
        f"    urn       {urn('main')}\n"
        "    next      `pulumi up` in calls/dev finds it out before it buys; or type:\n"
        "              vocode-pulumi purchases resolve main\n"
        "              vocode-pulumi purchases --forget main\n"
    )
    (found,) = login.json(shop)
    assert found == {
        "urn": urn("main"),
        "stack": "calls/dev",
        "place": HERE,
        "number": None,
        "candidates": [],
        "cancelling": False,
        "retained": False,
        "asked": "area code 415",
        "account": user_id(shop),
        "base_url": shop.account.url,
        "not_asked": [],
    }


def test_what_it_may_have_bought_is_named(shop: Shop, login: Login) -> None:
    there = buy(shop)
    shop.die(MAIN)
    ours = buy(shop)
    done = login.purchases(shop)
    assert f"    number    not known; candidates: {ours}\n" in done.stdout
    for way in ("--keep", "--cancel"):
        assert f"              vocode-pulumi purchases {way} {ours}\n" in done.stdout
    assert "--forget" not in done.stdout
    assert there not in done.stdout
    (found,) = login.json(shop)
    assert found["candidates"] == [ours]


def test_a_number_that_no_state_has_is_listed_with_what_to_type(shop: Shop, login: Login) -> None:
    number = shop.buy(MAIN).number
    done = login.purchases(shop)
    assert (done.returncode, done.stderr) == (1, "")
    assert done.stdout == (
        "main in calls/dev\n"
        f"    number    {number}: bought, and in no state that was read\n"
        "    asked for any number\n"
        f"    account   {user_id(shop)} at {shop.account.url}\n"
        f"    state     {HERE}\n"
        f"    urn       {urn('main')}\n"
        "    next      `pulumi up` in calls/dev takes it, if the program declares the resource; or type:\n"
        f"              vocode-pulumi purchases --keep {number}\n"
        f"              vocode-pulumi purchases --cancel {number}\n"
    )
    (found,) = login.json(shop)
    assert (found["number"], found["account"]) == (number, user_id(shop))


def test_where_the_resource_has_another_number_only_a_replacement_takes_it(
    shop: Shop, login: Login
) -> None:
    number = shop.buy(MAIN).number
    shop.die(of("other"))
    has = buy(shop)
    login.states["organization/calls/dev"] = exported(
        resource("main", label(shop, has)), resource("other", "14155550199")
    )
    lines = login.purchases(shop).stdout.splitlines()
    up = "    next      `pulumi up` in calls/dev"
    assert f"{up} takes it when it replaces {has}; or type:" in lines
    assert f"{up} finds it out when it replaces 14155550199; or type:" in lines
    done = login.purchases(shop, "--keep", number)
    assert done.stdout.endswith(
        f"{number} is kept, and no resource holds it. To take it over, put this into a program:\n"
        f'    adopt="{number}"\n'
    )
    done = login.purchases(shop, "resolve", "other")
    replaces = "The resource has 14155550199: a `pulumi up` there that replaces it"
    assert done.stdout.endswith(f"other in calls/dev: nothing was bought.\n{replaces} buys.\n")
    shop.die(of("other"))
    bought = buy(shop)
    done = login.purchases(shop, "resolve", "other", bought)
    assert done.stdout.endswith(f"other in calls/dev: {bought} was bought.\n{replaces} takes it.\n")


@pytest.mark.parametrize("stack", ["dev", "prod"])
def test_a_number_that_some_state_has_is_not(shop: Shop, login: Login, stack: str) -> None:
    number = shop.buy(MAIN).number
    login.states[f"organization/calls/{stack}"] = exported(resource("main", number, stack))
    assert login.json(shop) == []


def test_a_number_that_was_let_go_or_is_out_of_service_is_not(shop: Shop, login: Login) -> None:
    released, gone = shop.buy(of("a")).number, shop.buy(of("b")).number
    holding.release(shop.process(), released)
    shop.account.call("POST", CANCEL["path"], phone_number=gone)
    assert login.json(shop) == []


def test_a_number_that_is_not_listed_yet_is_in_service(shop: Shop, login: Login) -> None:
    shop.account.fault(**BUY, unlisted=600)
    number = shop.buy(MAIN).number
    assert [one["number"] for one in login.json(shop)] == [number]


def test_what_cannot_be_asked_is_said(shop: Shop, login: Login) -> None:
    number = shop.buy(MAIN).number
    login.states["organization/calls/prod"] = "error: access denied"
    (found,) = login.json(shop)
    why = "organization/calls/prod (access denied)"
    assert (found["number"], found["not_asked"]) == (number, [why])
    assert f"    not read  {why}\n" in login.purchases(shop).stdout


def test_a_number_of_another_login_is_a_line_and_nothing_to_settle_here(
    shop: Shop, login: Login
) -> None:
    number = shop.buy(of("main", place="s3:///elsewhere")).number
    line = "1 number of stacks in s3:///elsewhere: only that login can see whether the stacks have them.\n"
    assert login.purchases(shop).stdout.endswith(line)
    done = login.purchases(shop, "--json")
    assert (done.returncode, done.stdout, done.stderr) == (0, "[]\n", line)
    shop.buy(of("other", place="s3:///elsewhere"))
    assert "2 numbers of stacks in s3:///elsewhere" in login.purchases(shop).stdout
    assert login.purchases(shop, "--keep", number).returncode == 0
    assert "1 number of stacks" in login.purchases(shop).stdout


def test_a_purchase_of_another_login_without_a_known_end_is_to_be_settled(
    shop: Shop, login: Login
) -> None:
    shop.die(of("main", place="s3:///elsewhere"))
    (found,) = login.json(shop)
    assert (found["place"], found["number"]) == ("s3:///elsewhere", None)


def test_without_a_pulumi_no_state_is_asked(shop: Shop, tmp_path: Path) -> None:
    number = shop.buy(MAIN).number
    done = called(shop, "purchases", PATH=str(tmp_path))
    assert number in done.stdout
    assert "    not read  organization/calls/dev (`pulumi` is not on PATH)\n" in done.stdout


def test_a_number_that_stays_on_purpose_is_a_line_and_nothing_to_settle(
    shop: Shop, login: Login
) -> None:
    number = Buyer(shop.process(), Order(MAIN, {}, None, retained=True)).buy().number
    done = login.purchases(shop)
    assert (done.returncode, done.stderr) == (0, "")
    line = f"{number} of main in calls/dev stays on purpose (retain_on_delete).\n"
    assert done.stdout.endswith(line)
    (found,) = login.json(shop)
    assert found["retained"]
    assert login.purchases(shop, "--cancel", number).returncode == 0
    assert in_service(shop) == []


def test_a_number_that_stays_on_purpose_can_be_let_go(shop: Shop, login: Login) -> None:
    number = Buyer(shop.process(), Order(MAIN, {}, None, retained=True)).buy().number
    done = login.purchases(shop, "--keep", number)
    assert done.stdout.endswith(
        f"{number} is kept, and no resource holds it. To take it over, put this into a program:\n"
        f'    adopt="{number}"\n'
    )
    line = refusal(login.purchases(shop, "--cancel", number))
    assert line == (
        f"No purchase has bought {number}. `vocode-pulumi audit --stack NAME` says who holds it. With "
        "`--cancel-orphans` it cancels a number that nobody holds."
    )


def test_what_version_0_1_left_is_of_this_login(shop: Shop, login: Login) -> None:
    process = shop.process()
    key = AttemptKey(*keys(HERE, shop.account.url, MAIN.urn), 1)
    listed = shop.ledger.keep_list(process.account, [])
    # It called the place of a state otherwise.
    owner = Owner.of("file:///as/it/was", "organization", MAIN.urn)
    attempt = Attempt(key, Intent(owner, process.account, Ask(), listed, PurchaseWindow(0, 0, 0)))
    assert shop.ledger.begin(key, attempt.intent)
    number = buy(shop)
    holder = Holder("c", "found in an old ledger", owner, process.account, str(key))
    assert shop.ledger.step(attempt, Take(number, 0, guess=False), holder) == 2
    (found,) = login.json(shop)
    assert (found["number"], found["not_asked"]) == (number, [])
    login.states["organization/calls/dev"] = exported(resource("main", number))
    assert login.json(shop) == []


# Other accounts.


def test_purchases_of_another_account_are_said_to_exist_and_whose_they_are(
    sandbox: Sandbox, shop: Shop, login: Login
) -> None:
    another = Shop(sandbox.another_account(f"another-{shop.account.api_key}"), shop.path)
    buy(another)
    another.die(MAIN)
    done = login.purchases(shop)
    assert (done.returncode, done.stderr) == (0, "")
    first, second, *rest = done.stdout.splitlines()
    assert first == "No unfinished purchase, and no number that no stack has."
    assert second == "main in calls/dev: an unfinished purchase, made with another key."
    assert " ".join(line.removeprefix("    ") for line in rest) == (
        f"It was made in the account {user_id(another)} at {shop.account.url}: settle it with that key."
    )
    done = login.purchases(shop, "--json")
    assert (done.returncode, json.loads(done.stdout)) == (0, [])
    assert f"It was made in the account {user_id(another)}" in done.stderr
    for words in (["--forget", "main"], ["resolve", "main"], ["resolve", "main", "14155550100"]):
        line = login.purchases(shop, *words)
        assert (line.returncode, line.stdout) == (2, "")
        assert "No purchase to settle is for 'main'. There is nothing to settle." in line.stderr
    assert [one.steps for one in shop.ledger.attempts().by_key.values()] == [()]


def test_numbers_that_another_account_bought_are_said_to_be_there(
    sandbox: Sandbox, shop: Shop, login: Login
) -> None:
    another = Shop(sandbox.another_account(f"another-{shop.account.api_key}"), shop.path)
    numbers = [another.buy(of(name)).number for name in ("a", "b", "c")]
    cancelled = another.buy(of("cancelled"))
    given = holding.StateClaim(cancelled.number, of("cancelled"), cancelled.claim)
    assert holding.begin_cancelling(another.process(), given) is None
    login.states["organization/calls/prod"] = exported(resource("c", numbers.pop(), "prod"))
    lines = (
        f"Bought in the account {user_id(another)} at {shop.account.url}, and in no state that was "
        f"read:\n    {', '.join(sorted(numbers))}. Settle it with the key of that account.\n"
    )
    done = login.purchases(shop, "--json")
    assert (done.returncode, done.stdout, done.stderr) == (0, "[]\n", lines)
    assert refusal(login.purchases(shop, "--cancel", numbers[0])).startswith(
        "No purchase has bought"
    )
    assert {*numbers} < {*in_service(another)}
    assert {one["number"] for one in login.json(another)} == {*numbers, cancelled.number}


def test_a_number_that_another_accounts_key_was_to_cancel_is_still_this_accounts(
    sandbox: Sandbox, shop: Shop, login: Login
) -> None:
    another = Shop(sandbox.another_account(f"another-{shop.account.api_key}"), shop.path)
    bought, process = shop.buy(MAIN), another.process()
    process.user_id()
    assert (
        holding.begin_cancelling(process, holding.StateClaim(bought.number, MAIN, bought.claim))
        is None
    )
    (found,) = login.json(shop)
    assert (found["number"], found["cancelling"]) == (bought.number, True)


def test_a_number_that_was_cancelled_before_its_key_was_changed_is_not_named(
    shop: Shop, login: Login
) -> None:
    # The first purchase of an account without numbers did not know which account that was.
    number, held = shop.buy(MAIN), shop.buy(of("other")).number
    process = shop.process()
    assert (
        holding.begin_cancelling(process, holding.StateClaim(number.number, MAIN, number.claim))
        is None
    )
    shop.account.call("POST", CANCEL["path"], phone_number=number.number)
    shop.account.rotate_key(f"new-{shop.account.api_key}")
    done = login.purchases(shop)
    assert number.number not in done.stdout
    assert [one["number"] for one in login.json(shop)] == [held]


def test_a_purchase_of_a_key_that_is_no_more_is_settled_by_who_knows(
    shop: Shop, login: Login
) -> None:
    # Of an account without numbers, nothing said yet which it was.
    shop.die(MAIN)
    shop.account.rotate_key(f"new-{shop.account.api_key}")
    number = buy(shop)
    done = login.purchases(shop)
    assert done.returncode == 0
    head, *words, resolve, forget = done.stdout.splitlines()[1:]
    assert head == "main in calls/dev: an unfinished purchase, made with another key."
    assert " ".join(line.strip() for line in words) == (
        f"Which account at {shop.account.url} has that key is not known: settle the purchase with that "
        "key. If it was an earlier key of this account, say what was bought:"
    )
    assert [resolve, forget] == [
        f"    vocode-pulumi purchases resolve {urn('main')} NUMBER",
        f"    vocode-pulumi purchases --forget {urn('main')}",
    ]
    line = refusal_after_waiting(login.purchases(shop, "--forget", urn("main")))
    assert (
        f"The purchase for main in calls/dev may have bought {number}, so it cannot be forgotten"
        in line
    )
    done = login.purchases(shop, "resolve", urn("main"), number)
    assert done.returncode == 0
    assert newest(shop, number).account.is_same(shop.process().account)
    assert [one["number"] for one in login.json(shop)] == [number]


def test_the_key_of_another_account_than_the_settings_name_settles_nothing(
    shop: Shop, login: Login
) -> None:
    number = shop.buy(MAIN).number
    for words in ([], ["--json"], ["--cancel", number], ["--keep", number]):
        line = refusal(login.purchases(shop, *words, VOCODE_ACCOUNT="somebody-else"))
        assert line.startswith("vocode:account (VOCODE_ACCOUNT) is somebody-else")
    assert in_service(shop) == [number]
    assert isinstance(newest(shop, number), Holder)


# Settling, without a terminal.


def refusal_after_waiting(done: Done) -> str:
    assert done.returncode == 2, done
    (line,) = done.stderr.splitlines()
    return line


def test_a_number_that_is_kept_is_there_for_an_adopt(shop: Shop, login: Login) -> None:
    number = shop.buy(MAIN).number
    done = login.purchases(shop, "--keep", f"+{number}")
    assert (done.returncode, done.stderr) == (0, "")
    assert (
        f"A `pulumi up` that still runs may record {number} for main in calls/dev. Waiting 38 s"
        in " ".join(done.stdout.split())
    )
    assert done.stdout.endswith(f'    adopt="{number}"\n')
    assert isinstance(newest(shop, number), Released)
    assert login.json(shop) == []
    history = holding.require_may_take(shop.process(), of("other", "prod"), number, "adopted")
    assert history.next == 2
    assert in_service(shop) == [number]


def test_a_number_that_a_purchase_may_have_bought_is_not_released(shop: Shop, login: Login) -> None:
    before = buy(shop)
    shop.die(MAIN)
    number = buy(shop)
    line = refusal(vocode_pulumi(shop, "release", number))
    assert line.startswith(
        f"The purchase for main in calls/dev may have bought {number}. Nothing was changed."
    )
    assert (
        f"`vocode-pulumi purchases --keep {number}` writes down that it did, and lets the number go."
        in line
    )
    assert newest(shop, number) is None
    assert vocode_pulumi(shop, "release", before).returncode == 0
    assert isinstance(newest(shop, before), Released)


def test_a_number_that_is_kept_may_be_a_guess(shop: Shop, login: Login) -> None:
    shop.die(MAIN)
    number = buy(shop)
    assert login.purchases(shop, "--keep", number).returncode == 0
    (attempt,) = shop.ledger.attempts().by_key.values()
    assert attempt.steps == (Take(number, 0, guess=True),)
    holder, released = shop.ledger.history(number).by_generation.values()
    assert isinstance(holder, Holder)
    assert (holder.act, holder.owner, holder.attempt) == ("bought", MAIN, str(attempt.key))
    assert isinstance(released, Released)
    # The next create buys.
    assert shop.buy(MAIN).number != number


def test_what_was_taken_and_is_nobodys_yet_is_kept_as_the_purchases(
    shop: Shop, login: Login
) -> None:
    shop.die(MAIN)
    number = buy(shop)
    (attempt,) = shop.ledger.attempts().by_key.values()
    assert shop.ledger.step(attempt, Take(number, 0, guess=True)) == 1
    assert login.purchases(shop, "--keep", number).returncode == 0
    assert [type(one) for one in shop.ledger.history(number).by_generation.values()] == [
        Holder,
        Released,
    ]
    assert login.json(shop) == []


def test_a_number_is_cancelled_once_it_is_said_which_states_were_asked(
    shop: Shop, login: Login
) -> None:
    number = shop.buy(MAIN).number
    done = login.purchases(shop, "--cancel", number)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[2:] == [
        f"The states of these stacks were read, and none has {number}:",
        "- organization/calls/dev",
        "- organization/calls/prod",
        f"{number} is cancelled.",
    ]
    assert in_service(shop) == []
    ending = newest(shop, number)
    assert isinstance(ending, Cancelling)
    assert (ending.owner, ending.ends_old_holder) == (MAIN, False)
    assert ending.claim == shop.ledger.history(number).by_generation[0].claim  # type: ignore[union-attr]
    assert login.json(shop) == []


def test_a_number_that_is_cancelled_may_be_a_guess(shop: Shop, login: Login) -> None:
    shop.die(MAIN)
    number = buy(shop)
    assert login.purchases(shop, "--cancel", number).returncode == 0
    assert in_service(shop) == []
    assert [type(one) for one in shop.ledger.history(number).by_generation.values()] == [
        Holder,
        Cancelling,
    ]


@pytest.mark.parametrize("guessed", [True, False], ids=["guessed", "known"])
@pytest.mark.parametrize("way", ["--keep", "--cancel"])
def test_what_a_state_has_by_then_is_left_alone(
    shop: Shop, login: Login, way: str, guessed: bool
) -> None:
    if guessed:
        shop.die(MAIN)
        number = buy(shop)
    else:
        number = shop.buy(MAIN).number
    # A run records it while it is waited.
    recorded = shlex.quote(exported(resource("main", number, "prod")))
    file = shlex.quote(str(login.folder / "--stack=organization%calls%prod"))
    login.script = (
        f'[ "$3" != --stack=organization/calls/dev ] || [ ! -e asked-once ] || echo {recorded} > '
        f"{file}; touch asked-once"
    )
    if guessed:
        (shop.path.parent / "asked-once").touch()
    line = refusal_after_waiting(login.purchases(shop, way, number))
    assert f"{number} is held by the stack organization/calls/prod" in line
    assert in_service(shop) == [number]
    assert newest(shop, number) is None or isinstance(newest(shop, number), Holder)


@pytest.mark.parametrize("place", [HERE, "s3:///elsewhere"])
@pytest.mark.parametrize("guessed", [True, False], ids=["guessed", "known"])
def test_what_a_state_may_have_that_cannot_be_asked_is_not_cancelled_but_can_be_kept(
    shop: Shop, login: Login, place: str, guessed: bool
) -> None:
    owner = of("main", place=place)
    if guessed:
        shop.die(owner)
        number = buy(shop)
    else:
        number = shop.buy(owner).number
    if place == HERE:
        login.states["organization/calls/prod"] = "error: access denied"
    line = refusal_after_waiting(login.purchases(shop, "--cancel", number))
    assert f"{number} may be held by a stack whose state cannot be read: " in line
    assert line.endswith(f"or keep the number: `vocode-pulumi purchases --keep {number}`.")
    assert in_service(shop) == [number]
    assert not isinstance(newest(shop, number), Cancelling)
    assert login.purchases(shop, "--keep", number).returncode == 0


def test_a_cancellation_that_fails_is_listed_and_made_again(shop: Shop, login: Login) -> None:
    number = shop.buy(MAIN).number
    shop.account.fault(**CANCEL, status=500, times=2)
    line = refusal_after_waiting(login.purchases(shop, "--cancel", number))
    assert "POST /v1/numbers/cancel answered 500" in line
    assert in_service(shop) == [number]
    done = login.purchases(shop)
    assert done.returncode == 1
    assert f"{number}: its cancellation was begun, and it is still in service" in done.stdout
    assert f"    next      vocode-pulumi purchases --cancel {number}\n" in done.stdout
    (found,) = login.json(shop)
    assert found["cancelling"]
    written = shop.ledger.history(number).next
    assert login.purchases(shop, "--cancel", number).returncode == 0
    assert in_service(shop) == []
    assert shop.ledger.history(number).next == written
    assert login.json(shop) == []


def test_a_cancellation_whose_answer_is_lost_is_done(shop: Shop, login: Login) -> None:
    number = shop.buy(MAIN).number
    shop.account.fault(**CANCEL, close="after")
    assert login.purchases(shop, "--cancel", number).returncode == 0
    assert in_service(shop) == []


def test_a_cancellation_that_is_answered_404_all_the_time_is_not_done(
    shop: Shop, login: Login
) -> None:
    number = shop.buy(MAIN).number
    shop.account.fault(**CANCEL, status=404, times=9)
    line = refusal_after_waiting(login.purchases(shop, "--cancel", number))
    assert f"answered 404 for {number}, which the account has" in line


@pytest.mark.parametrize("words", [["--forget", "main"], ["forget", "main"]])
def test_a_purchase_that_bought_nothing_is_forgotten(
    shop: Shop, login: Login, words: list[str]
) -> None:
    shop.die(MAIN)
    done = login.purchases(shop, *words)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith(
        "main in calls/dev: nothing was bought. The next `pulumi up` there buys.\n"
    )
    (attempt,) = shop.ledger.attempts().by_key.values()
    assert attempt.steps == (NotBought(),)
    assert login.json(shop) == []


def test_a_purchase_that_may_have_bought_something_is_not_forgotten(
    shop: Shop, login: Login
) -> None:
    shop.die(MAIN)
    number = buy(shop)
    line = refusal_after_waiting(login.purchases(shop, "--forget", "main"))
    assert (
        f"The purchase for main in calls/dev may have bought {number}, so it cannot be forgotten."
        in line
    )
    assert login.purchases(shop, "--keep", number).returncode == 0
    shop.buy(of("other"))
    (found,) = login.json(shop)
    line = refusal(login.purchases(shop, "--forget", "other"))
    assert (
        f"The purchase for other in calls/dev bought {found['number']}, so it cannot be forgotten."
        in line
    )


def test_it_is_found_out_now_what_a_purchase_bought(shop: Shop, login: Login) -> None:
    shop.die(MAIN)
    number = buy(shop)
    done = login.purchases(shop, "resolve", "main")
    assert (done.returncode, done.stderr) == (0, "")
    words = f"main in calls/dev: {number} was bought. The next `pulumi up` there takes it.\n"
    assert done.stdout.endswith(words)
    assert newest(shop, number).owner == MAIN
    # It is known by now, and nothing is waited for.
    assert login.purchases(shop, "resolve", "main").stdout == words
    assert shop.buy(MAIN).number == number


def test_it_is_found_out_now_that_a_purchase_bought_nothing(shop: Shop, login: Login) -> None:
    shop.die(MAIN)
    done = login.purchases(shop, "resolve", "main")
    assert (done.returncode, done.stderr) == (0, "")
    assert "waiting up to 110 s" in done.stdout or "waiting up to 38 s" in done.stdout
    assert done.stdout.endswith("nothing was bought. The next `pulumi up` there buys.\n")
    assert login.json(shop) == []


def test_what_cannot_be_found_out_is_one_line_that_names_the_numbers(
    shop: Shop, login: Login
) -> None:
    shop.die(MAIN)
    numbers = sorted(buy(shop) for _ in range(2))
    line = refusal(login.purchases(shop, "resolve", "main"))
    assert ", ".join(numbers) in line
    done = login.purchases(shop, "resolve", "main", numbers[1])
    assert (done.returncode, done.stderr) == (0, "")
    assert newest(shop, numbers[1]).owner == MAIN
    assert shop.buy(MAIN).number == numbers[1]


def test_a_person_may_know_better_what_a_purchase_bought(shop: Shop, login: Login) -> None:
    shop.die(MAIN)
    # Somebody has labelled it since, so that it does not look like a purchase of ours.
    number = label(shop, buy(shop))
    assert login.json(shop)[0]["candidates"] == []
    assert login.purchases(shop, "resolve", "main", number).returncode == 0
    assert newest(shop, number).owner == MAIN


def test_a_person_may_be_mistaken(shop: Shop, login: Login) -> None:
    there = buy(shop)
    theirs = shop.buy(of("theirs")).number
    shop.die(MAIN)
    moved = label(shop, buy(shop))
    login.states["organization/calls/prod"] = exported(
        {**resource("x", moved, "prod"), "outputs": {"__record": {"v": 1, "claim": "unheard of"}}}
    )
    for number, words in {
        "14155550100": "GET /v1/numbers found no active number 14155550100 in this account",
        there: f"{there} was in the account before this purchase was made",
        theirs: f"{theirs} is in the ledger as the number of another purchase or resource",
        moved: f"{moved} is held by the stack organization/calls/prod",
    }.items():
        line = refusal_after_waiting(login.purchases(shop, "resolve", "main", number))
        assert words in line
    line = refusal(login.purchases(shop, "resolve", "theirs", there))
    assert f"The purchase for theirs in calls/dev bought {theirs}, and not {there}." in line
    assert shop.steps(MAIN) == {1: ()}


# Which one.


@pytest.mark.parametrize("name", ["a b", "a::b", "it's", "désk", "$(id)", "-x"])
def test_a_resource_is_named_as_in_the_program(shop: Shop, login: Login, name: str) -> None:
    shop.die(of(name))
    done = login.purchases(shop)
    command = next(line for line in done.stdout.splitlines() if "--forget" in line)
    assert f"{name} in calls/dev\n" in done.stdout
    *_, given = shlex.split(command)
    assert given == name
    done = login.purchases(shop, f"--forget={name}")
    assert (done.returncode, done.stderr) == (0, "")


def test_a_name_that_two_resources_have_is_not_enough(shop: Shop, login: Login) -> None:
    for stack in ("dev", "prod"):
        shop.die(of("main", stack))
    done = login.purchases(shop, "--forget", "main")
    assert (done.returncode, done.stdout) == (2, "")
    head, *urns = done.stderr.splitlines()
    assert head == "vocode-pulumi: 2 purchases are for 'main'. Name one of these:"
    assert sorted(urns) == sorted(f"    {urn('main', stack)}" for stack in ("dev", "prod"))
    listed = login.purchases(shop).stdout
    for stack in ("dev", "prod"):
        assert f"vocode-pulumi purchases --forget {urn('main', stack)}\n" in listed
    assert login.purchases(shop, "forget", urn("main", "prod")).returncode == 0
    assert [one["stack"] for one in login.json(shop)] == ["calls/dev"]


def test_a_name_that_nobody_has_is_an_error_that_names_those_there_are(
    shop: Shop, login: Login
) -> None:
    shop.die(of("a b"))
    done = login.purchases(shop, "resolve", "mein")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines() == [
        "vocode-pulumi: No purchase to settle is for 'mein'. Name one of these:",
        f"    '{urn('a b')}'",
    ]


def test_a_number_that_several_may_have_bought_is_first_said_whose_it_is(
    shop: Shop, login: Login
) -> None:
    for name in "ab":
        shop.die(of(name))
    number = buy(shop)
    done = login.purchases(shop, "--cancel", number)
    assert (done.returncode, done.stdout) == (2, "")
    head, *commands = done.stderr.splitlines()
    assert (
        head
        == f"vocode-pulumi: 2 purchases may have bought {number}. First say which purchase bought it:"
    )
    assert sorted(commands) == sorted(
        f"    vocode-pulumi purchases resolve {urn(name)} {number}" for name in "ab"
    )
    words = shlex.split(commands[0])[2:]
    assert login.purchases(shop, *words).returncode == 0
    assert login.purchases(shop, "--cancel", number).returncode == 0
    assert in_service(shop) == []


def test_a_number_that_nobody_has_bought_is_an_error(shop: Shop, login: Login) -> None:
    number = buy(shop)
    shop.buy(MAIN)
    line = refusal(login.purchases(shop, "--keep", number))
    assert line.startswith(f"No purchase has bought {number}.")
    line = refusal(login.purchases(shop, "--cancel", "main"))
    assert line.startswith("'main' is no phone number: give digits with the country code first")


# At a terminal.


def ask(shop: Shop, login: Login, *args: str, **env: str) -> Any:
    return at_a_terminal(shop, "purchases", *args, PATH=login.path(), **env)


def test_a_person_is_asked_for_each(shop: Shop, login: Login) -> None:
    kept = shop.buy(of("a")).number
    cancelled = shop.buy(of("b")).number
    left = shop.buy(of("c")).number
    answers = {kept: ["k"], cancelled: ["C", "Y"], left: [""]}
    session: Session
    with ask(shop, login) as session:
        for _ in range(3):
            asked = session.until(LEAVE)
            (number,) = [
                one
                for one, name in ((kept, "a"), (cancelled, "b"), (left, "c"))
                if asked.endswith(
                    f"\n{name} in calls/dev:\n[k]eep it for a program to adopt, [c]ancel it, or "
                    "Enter to leave it? "
                )
            ]
            session.answer(answers[number][0])
            if number == cancelled:
                assert session.until(SURE).endswith(f"Cancel {cancelled}? {SURE}")
                session.answer("y")
        assert session.end() == 1
    assert f'adopt="{kept}"' in session.printed
    assert "    next " not in session.printed
    assert f"{cancelled} is cancelled.\n" in session.printed
    assert "Left as it is.\n" in session.printed
    assert in_service(shop) == sorted([kept, left])
    assert [one["number"] for one in login.json(shop)] == [left]


def test_nothing_is_cancelled_unless_a_person_is_sure(shop: Shop, login: Login) -> None:
    number = shop.buy(MAIN).number
    with ask(shop, login) as session:
        session.until(LEAVE)
        session.answer("cancel")
        session.until(SURE)
        session.answer("")
        assert session.end() == 1
    assert session.printed.endswith("Left as it is.\n")
    assert in_service(shop) == [number]


@pytest.mark.parametrize(
    ("answer", "words", "left"),
    [
        ("f", "nothing was bought. The next `pulumi up` there buys.\n", 0),
        ("r", "nothing was bought. The next `pulumi up` there buys.\n", 0),
        ("k", "Say which number, as in `k 14155550100`.\nLeft as it is.\n", 1),
        ("k main", "'main' is no phone number: give digits", 1),
        ("what?", "Left as it is.\n", 1),
        (None, "Left as it is.\n", 1),
    ],
)
def test_a_purchase_without_a_number_is_asked_for(
    shop: Shop, login: Login, answer: str | None, words: str, left: int
) -> None:
    shop.die(MAIN)
    with ask(shop, login) as session:
        session.until(LEAVE)
        if answer is None:
            session.press(b"\x04")
        else:
            session.answer(answer)
        assert session.end() == left
    assert words in session.printed
    assert len(login.json(shop)) == left


@pytest.mark.parametrize("given", ["", " {}", " +{}"])
@pytest.mark.parametrize(("word", "status"), [("k", 0), ("c", 0), ("r", 1)])
def test_the_only_number_that_it_may_be_need_not_be_typed(
    shop: Shop, login: Login, given: str, word: str, status: int
) -> None:
    shop.die(MAIN)
    number = buy(shop)
    with ask(shop, login) as session:
        session.until(LEAVE)
        session.answer(word + given.format(number))
        if word == "c":
            session.until(SURE)
            session.answer("yes")
        assert session.end() == status
    assert in_service(shop) == ([] if word == "c" else [number])
    assert type(newest(shop, number)) is {"k": Released, "c": Cancelling, "r": Holder}[word]


def test_which_of_several_it_was_is_for_the_person_to_say(shop: Shop, login: Login) -> None:
    shop.die(MAIN)
    numbers = [buy(shop) for _ in range(2)]
    with ask(shop, login) as session:
        session.until(LEAVE)
        session.answer("c")
        assert session.end() == 1
    assert "Say which number" in session.printed
    assert in_service(shop) == sorted(numbers)


def test_what_goes_wrong_with_one_does_not_keep_the_others(shop: Shop, login: Login) -> None:
    for name in "ab":
        shop.buy(of(name))
    shop.account.fault(**CANCEL, status=500, times=2)
    with ask(shop, login) as session:
        for _ in range(2):
            session.until(LEAVE)
            session.answer("c")
            session.until(SURE)
            session.answer("y")
        assert session.end() == 1
    assert "vocode-pulumi: POST /v1/numbers/cancel answered 500" in session.printed
    assert len(in_service(shop)) == 1


def test_a_cancellation_that_failed_can_only_be_made_again(shop: Shop, login: Login) -> None:
    bought = shop.buy(MAIN)
    ending = Cancelling(bought.claim, MAIN, shop.process().account)
    assert shop.ledger.hold(bought.number, 1, ending)
    for answer, left in (("k", 1), ("c", 0)):
        with ask(shop, login) as session:
            assert session.until(LEAVE).endswith("[c]ancel it again, or Enter to leave it? ")
            session.answer(answer)
            if answer == "c":
                session.until(SURE)
                session.answer("y")
            assert session.end() == left
    assert in_service(shop) == []


@pytest.mark.parametrize("way", ["k", "c", "f"])
def test_who_interrupts_the_waiting_has_changed_nothing(shop: Shop, login: Login, way: str) -> None:
    shop.die(MAIN)
    number = None if way == "f" else buy(shop)
    before = {key: shop.ledger.store.read([key]) for key in shop.ledger.store.list("")}
    # This one waits as long as it says.
    with ask(shop, login, TEST_HASTY="no") as session:
        session.until(LEAVE)
        session.answer(way)
        if way == "c":
            session.until(SURE)
            session.answer("y")
        session.until("nothing is changed.\n")
        session.press(b"\x03")
        assert session.end() == 130
    assert session.printed.endswith("vocode-pulumi: interrupted\n")
    assert {key: shop.ledger.store.read([key]) for key in shop.ledger.store.list("")} == before
    assert in_service(shop) == ([] if number is None else [number])


# Where it cannot be said.


def test_without_a_key_nothing_is_said(shop: Shop, login: Login) -> None:
    line = refusal(login.purchases(shop, VOCODE_API_KEY=""))
    assert line == "VOCODE_API_KEY is not set: set it, or name a stack that has one (--stack NAME)."


def test_a_wrong_key_is_one_line(shop: Shop, login: Login) -> None:
    line = refusal(login.purchases(shop, "--json", VOCODE_API_KEY="nobodys"))
    assert line.startswith("GET /v1/usage answered 401")
    assert "Check the key" in line


@pytest.mark.parametrize("words", [["--json"], ["resolve", "main"], ["--forget", "main"]])
def test_a_ledger_that_cannot_be_read_is_one_line(
    shop: Shop, login: Login, words: list[str]
) -> None:
    shop.path.write_text("not a database" * 99)
    line = refusal(login.purchases(shop, *words))
    assert line.startswith(f"The ledger of purchases, {shop.path}, cannot be used: ")


@pytest.mark.parametrize("what", ["tables", "an object"])
def test_a_ledger_of_a_newer_version_is_one_line(shop: Shop, login: Login, what: str) -> None:
    shop.die(MAIN)
    if what == "tables":
        shop.ledger.store._write(lambda db: db.execute("UPDATE ledger SET version = 9"))  # type: ignore[attr-defined]
    else:
        assert shop.ledger.store.create(
            f"attempts/{MAIN.stack.key}/{MAIN.key}/2/0", {"v": 9, "kind": "intent"}
        )
    line = refusal(login.purchases(shop))
    assert "a newer version of pulumi-vocode" in line
    assert "upgrade pulumi-vocode" in line


def test_an_account_that_cannot_be_listed_is_one_line(shop: Shop, login: Login) -> None:
    shop.account.fault(path="/v1/numbers/list", status=503, times=9)
    assert "GET /v1/numbers/list answered 503" in refusal(login.purchases(shop))


# The settings of a stack.


def test_the_settings_of_a_stack_are_used_and_are_in_what_to_type(shop: Shop, login: Login) -> None:
    shop.die(MAIN)
    login.config = {
        "vocode:apiKey": {"value": shop.account.api_key, "secret": True},
        "vocode:baseUrl": {"value": shop.account.url, "secret": False},
        "calls:more": {"value": '{"a": 1}', "objectValue": {"a": 1}, "secret": False},
    }
    nothing = {"VOCODE_API_KEY": "", "VOCODE_BASE_URL": "http://127.0.0.1:1"}
    done = login.purchases(shop, "--stack", "my stack", **nothing)
    assert done.returncode == 1
    command = "vocode-pulumi purchases --stack 'my stack' --forget main\n"
    assert command in done.stdout
    asked = (login.folder / "asked").read_text()
    assert "config --json --show-secrets --stack=my stack --non-interactive" in asked
    for words in (
        ["--stack", "my stack", "forget", "main"],
        ["forget", "--stack", "my stack", "main"],
    ):
        done = login.purchases(shop, *words, **nothing)
        assert done.returncode in (0, 2)
        assert "VOCODE_API_KEY" not in done.stderr
    assert login.json(shop) == []


def test_a_stack_without_a_key_is_one_line(shop: Shop, login: Login) -> None:
    line = refusal(login.purchases(shop, "--stack", "dev", VOCODE_API_KEY=""))
    assert line == "dev has no vocode:apiKey, and VOCODE_API_KEY is not set: set it."


@pytest.mark.parametrize(
    ("script", "words"),
    [
        ("echo 'error: no stack named dev found' >&2; exit 255", "no stack named dev found"),
        ("exit 3", "exit status 3"),
        ("echo nonsense; exit 0", "printed something that is not a configuration."),
        ("echo '{\"vocode:apiKey\": 7}'; exit 0", "printed something that is not a configuration."),
        ("echo '[]'; exit 0", "printed something that is not a configuration."),
    ],
)
def test_a_configuration_that_cannot_be_read_is_one_line(
    shop: Shop, login: Login, script: str, words: str
) -> None:
    login.script = script
    line = refusal(login.purchases(shop, "--stack", "dev"))
    assert line.startswith("`pulumi config --stack dev`")
    assert line.endswith(words)


def test_a_stack_needs_a_pulumi(shop: Shop, tmp_path: Path) -> None:
    line = refusal(called(shop, "purchases", "--stack", "dev", PATH=str(tmp_path)))
    assert line.startswith("`pulumi` cannot be run (No such file or directory): put it on PATH")
