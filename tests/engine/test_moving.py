# SPDX-License-Identifier: Apache-2.0
"""Numbers that go from stack to stack, and states that are set back, moved or renamed."""

from tests.engine.harness import (
    PROJECT,
    Stack,
    active,
    connection,
    is_active,
    paid,
    writes,
)
from vocode_pulumi.sandbox import Sandbox

MAIN = 'PhoneNumber("main")'
BOTH = """
if pulumi.get_stack() == "dev":
    {dev}
else:
    {prod}
"""


def declare(stack: Stack, dev: str, prod: str) -> None:
    stack.program(BOTH.format(dev=dev, prod=prod))


def test_a_number_is_moved_by_pulumis_own_command_and_nothing_changes(
    stack: Stack, sandbox: Sandbox
) -> None:
    declare(stack, MAIN, "pass")
    stack.up()
    (number,) = stack.ids()
    prod = stack.beside("prod")
    prod.up()
    stack.pulumi("state", "move", "--yes", "--source", "dev", "--dest", "prod", stack.urn("main"))
    declare(stack, "pass", MAIN)
    sandbox.clear_requests()
    prod.up("--expect-no-changes")
    stack.up("--expect-no-changes")
    assert prod.ids() == [number]
    assert writes(sandbox) == []
    # Whoever declares it still, in the stack that it left, gets another one.
    declare(stack, MAIN, MAIN)
    assert f"{number}, which was bought for this resource, is held by main" in stack.preview()
    assert "another number is bought" in stack.up()
    assert stack.ids() != [number]
    assert active(sandbox) == sorted([*stack.ids(), number])
    stack.destroy()
    assert active(sandbox) == [number]
    prod.up("--expect-no-changes")
    prod.destroy()
    assert active(sandbox) == []


def test_a_stack_that_was_renamed_and_a_new_one_of_its_old_name_are_two(
    stack: Stack, sandbox: Sandbox
) -> None:
    stack.program(MAIN)
    stack.up()
    (number,) = stack.ids()
    stack.pulumi("stack", "rename", "--stack", "dev", "prod")
    prod = Stack(stack.folder, stack.env, stack.printed, "prod")
    stack.pulumi("stack", "init", "dev")
    stack.up()
    assert prod.ids() == [number] != stack.ids()
    assert len(paid(sandbox)) == 2
    printed = prod.up("--expect-no-changes") + prod.preview()
    assert "bought" not in printed
    stack.destroy()
    assert active(sandbox) == [number]
    # A forced replacement under its new name.
    prod.up("--replace", prod.urn("main"))
    assert active(sandbox) == prod.ids() != [number]
    assert len(paid(sandbox)) == 3
    prod.destroy()
    assert active(sandbox) == []
    stack.pulumi("stack", "rm", "--yes", "--stack", "prod")


def test_a_state_that_is_set_back_or_loses_a_number_takes_it_again_and_says_so(
    stack: Stack, sandbox: Sandbox
) -> None:
    before = stack.exported()
    stack.program(MAIN)
    stack.up()
    (number,) = stack.ids()
    stack.set_back(before)
    assert "`pulumi up` takes it again" in stack.preview()
    assert "no state has it: it is taken again, and nothing is paid" in stack.up()
    assert stack.ids() == [number]
    stack.pulumi("state", "delete", "--yes", "--stack", "dev", stack.urn("main"))
    assert "it is taken again" in stack.up()
    assert stack.ids() == [number]
    assert paid(sandbox) == [number]
    stack.destroy()
    assert active(sandbox) == []


def test_a_number_that_is_retained_is_taken_again(stack: Stack, sandbox: Sandbox) -> None:
    retained = 'PhoneNumber("main", opts=pulumi.ResourceOptions(retain_on_delete=True))'
    stack.program(retained + '\nPhoneNumber("other")')
    stack.up()
    number = stack.held()["main"]
    stack.program('PhoneNumber("other")')
    stack.up()
    assert is_active(sandbox, number)
    # It stays on purpose: that keeps nobody from a destroy, and is said.
    assert f"{number} was bought for main" in stack.destroy()
    assert active(sandbox) == [number]
    stack.program(retained)
    assert "it is taken again" in stack.up()
    assert stack.ids() == [number]
    assert paid(sandbox).count(number) == 1


def test_a_copy_of_a_state_in_another_place_is_another_stack(
    stack: Stack, sandbox: Sandbox, engine_home: object
) -> None:
    stack.program(MAIN)
    stack.up()
    (number,) = stack.ids()
    folder = stack.folder.parent / "elsewhere"
    folder.mkdir()
    (folder / "program").mkdir()
    (folder / "program" / "Pulumi.yaml").write_text(PROJECT)
    other = Stack(
        folder / "program",
        stack.env | {"PULUMI_BACKEND_URL": f"file://{folder}"},
        stack.printed,
    )
    other.pulumi("stack", "init", "dev")
    other.program(MAIN)
    other.up()
    assert other.ids() != [number]
    other.destroy()
    assert active(sandbox) == [number]


# Adopting what another stack has.


def test_a_number_that_another_stack_has_is_not_adopted_and_the_ways_are_said(
    stack: Stack, sandbox: Sandbox
) -> None:
    prod = stack.beside("prod")
    stack.program(MAIN)
    stack.up()
    (number,) = stack.ids()
    declare(stack, MAIN, f'PhoneNumber("mine", adopt="{number}")')
    for printed in (prod.preview(code=1), prod.up(code=1)):
        assert f"{number} is held by main of the stack organization/calls/dev" in printed
        assert "pulumi state move" in printed
        assert f"vocode-pulumi release {number}" in printed
    declare(stack, "pass", f'PhoneNumber("mine", adopt="{number}")')
    assert prod.held() == {}
    stack.command("release", number)
    prod.up()
    stack.up()
    assert stack.ids() == []
    assert prod.ids() == [number]
    assert is_active(sandbox, number)
    prod.destroy()
    assert not is_active(sandbox, number)


def test_a_linked_number_goes_the_same_ways(stack: Stack, sandbox: Sandbox) -> None:
    twilio, other = connection(sandbox), connection(sandbox)
    number = "14155550100"

    def linked(of: str) -> str:
        return f'LinkedNumber("main", phone_number="{number}", telephony_account_connection="{of}")'

    prod = stack.beside("prod")
    declare(stack, linked(twilio), "pass")
    stack.up()
    declare(stack, linked(twilio), linked(twilio))
    assert "is held by main of the stack organization/calls/dev" in prod.up(code=1)
    # Its connection changes, it is removed, and linked again; here, then there.
    declare(stack, linked(other), "pass")
    stack.up()
    assert is_active(sandbox, number)
    declare(stack, "pass", "pass")
    stack.up()
    assert not is_active(sandbox, number)
    declare(stack, linked(other), "pass")
    stack.up()
    assert stack.nothing_to_do()
    assert is_active(sandbox, number)
    declare(stack, "pass", linked(other))
    stack.up()
    prod.up()
    assert prod.held() == {"main": number}
    assert is_active(sandbox, number)


def test_explicit_providers_are_processes_of_their_own_under_the_same_rules(
    stack: Stack, sandbox: Sandbox
) -> None:
    providers = """
one, two = (pulumi.ProviderResource("pulumi-python", name, {}) for name in ("one", "two"))
"""
    stack.program(
        providers
        + """
PhoneNumber("a", opts=pulumi.ResourceOptions(provider=one))
PhoneNumber("b", opts=pulumi.ResourceOptions(provider=two))
"""
    )
    stack.up()
    held = stack.held()
    assert len({*held.values()}) == 2
    # Each resource changes its provider, and one is replaced on command.
    stack.program(
        providers
        + """
PhoneNumber("a", opts=pulumi.ResourceOptions(provider=two))
PhoneNumber("b", opts=pulumi.ResourceOptions(provider=one))
"""
    )
    stack.up()
    assert stack.held() == held
    stack.up("--replace", stack.urn("a"))
    assert stack.held()["a"] != held["a"]
    assert active(sandbox) == sorted(stack.held().values())
    twice = f"""
PhoneNumber("c", adopt="{held["b"]}", opts=pulumi.ResourceOptions(provider=two))
PhoneNumber("b", opts=pulumi.ResourceOptions(provider=one))
PhoneNumber("a", opts=pulumi.ResourceOptions(provider=two))
"""
    stack.program(providers + twice)
    assert "one number belongs to one resource" in stack.preview(code=1)
    stack.program(providers)
    stack.up()
    assert active(sandbox) == []


def test_the_program_says_that_an_explicit_provider_does_not_see_the_stacks_limit(
    stack: Stack,
) -> None:
    stack.config("vocode:maxNumbers", "5")
    stack.program("""
        one = pulumi.ProviderResource("pulumi-python", "one", {})
        for name in "ab":
            PhoneNumber(name, opts=pulumi.ResourceOptions(provider=one))
    """)
    printed = stack.preview()
    assert printed.count("does not see vocode:maxNumbers of the stack") == 1


# Names.


def test_a_number_that_is_renamed_keeps_its_claim_and_shows_no_change(
    stack: Stack, sandbox: Sandbox
) -> None:
    stack.program(MAIN)
    stack.up()
    (number,) = stack.ids()
    claim = stack.claim("main")
    renamed = (
        'PhoneNumber("other", opts=pulumi.ResourceOptions(aliases=[pulumi.Alias(name="main")]))'
    )
    stack.program(renamed)
    assert stack.nothing_to_do()
    stack.up("--expect-no-changes")
    assert stack.claim("other") == claim
    # Replaced under the new name, which the state's outputs do not know yet.
    stack.up("--replace", stack.urn("other"))
    assert active(sandbox) == stack.ids() != [number]
    assert len(paid(sandbox)) == 2
    stack.program("")
    stack.up()
    assert active(sandbox) == []


def test_an_adopted_number_that_was_renamed_and_is_declared_again_is_refused_and_stays(
    stack: Stack, sandbox: Sandbox
) -> None:
    number = sandbox.call("POST", "/v1/numbers/buy")["number"]
    stack.program(f'PhoneNumber("old", adopt="{number}")')
    stack.up()
    alias = 'opts=pulumi.ResourceOptions(aliases=[pulumi.Alias(name="old")])'
    stack.program(f'PhoneNumber("new", adopt="{number}", {alias})')
    stack.up("--expect-no-changes")
    for again in (
        f'PhoneNumber("new", adopt="{number}", {alias})\nPhoneNumber("old", adopt="{number}")',
        f'PhoneNumber("new", {alias})\nPhoneNumber("old", adopt="{number}")',
        f'PhoneNumber("old", adopt="{number}")\nPhoneNumber("new", {alias})',
    ):
        stack.program(again)
        assert "one number belongs to one resource" in stack.preview(code=1)
        stack.up(code=1)
        stack.program(f'PhoneNumber("new", adopt="{number}", {alias})')
        stack.up()
        assert is_active(sandbox, number)
        assert stack.held() == {"new": number}


def test_names_may_hold_anything(stack: Stack, sandbox: Sandbox) -> None:
    names = {"a::b", "a b", "ü"}
    stack.program(f"for name in {sorted(names)!r}: PhoneNumber(name)")
    stack.up()
    assert stack.held().keys() == names
    assert len(active(sandbox)) == len(names)
    assert stack.nothing_to_do()
    stack.destroy()
    assert active(sandbox) == []
