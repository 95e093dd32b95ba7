# SPDX-License-Identifier: Apache-2.0
"""Lookups of numbers and of the account's usage."""

from dataclasses import fields, replace

from pulumi import Input, Output

from vocode_pulumi import digits
from vocode_pulumi.args.linked_number import LinkedNumberArgs
from vocode_pulumi.errors import NotFoundError
from vocode_pulumi.lookups.asking import Lookup, LookupFailed, ask, get, lifted, list_all
from vocode_pulumi.results import NumberResult, UsageResult

_NUMBER = Lookup("number", "numbers", NumberResult, LinkedNumberArgs)


def get_number(phone_number: str) -> NumberResult:
    """Read a number that is in service.

    Args:
        phone_number: digits, such as ``"14155550100"``.

    Raises:
        LookupFailed: the account has no such number in service, or the call failed.
    """
    number = digits.normal(phone_number)
    if number is None:
        raise LookupFailed(
            f"get_number(phone_number={phone_number!r}): that is no phone number; give digits with the "
            "country code first, such as 14155550100."
        )
    wrong = digits.wrong_country_code(number)
    if wrong is not None:
        raise LookupFailed(f"get_number(phone_number={phone_number!r}): phone_number {wrong}.")
    try:
        found = _normal(get(_NUMBER, phone_number=number))
    except LookupFailed as error:
        doubt = digits.doubtful_country_code(str(phone_number))
        if doubt is None or not isinstance(error.__cause__, NotFoundError):
            raise
        raise LookupFailed(f"{error} {doubt}") from error.__cause__
    if not found.active:
        raise LookupFailed(f"GET /v1/numbers: {phone_number} is not in service any more.")
    return found


def get_number_output(phone_number: Input[str]) -> Output[NumberResult]:
    """:func:`get_number` for outputs."""
    return lifted(get_number, phone_number=phone_number)


def list_numbers(
    *, label: str | None = None, active: bool | None = None, area_code: str | None = None
) -> list[NumberResult]:
    """Read every number of the account.

    Args:
        label: only numbers with this label; default: any label.
        active: ``True`` for only numbers in service, ``False`` for only numbers out of service (Vocode may
            list none of these); default: both.
        area_code: only numbers with this US area code, three digits; default: any.

    Raises:
        LookupFailed: the call failed.
    """
    found = map(_normal, list_all(_NUMBER, label=label, active=active))
    start = f"1{area_code}" if area_code else ""
    return [result for result in found if result.number.startswith(start)]


def list_numbers_output(
    *,
    label: Input[str] | None = None,
    active: Input[bool] | None = None,
    area_code: Input[str] | None = None,
) -> Output[list[NumberResult]]:
    """:func:`list_numbers` for outputs."""
    return lifted(list_numbers, label=label, active=active, area_code=area_code)


def get_usage() -> UsageResult:
    """Read the usage of the account in this month.

    Raises:
        LookupFailed: the call failed.
    """
    answer = ask("get_usage", {}, lambda client: client.get("/v1/usage"))
    return UsageResult(**{field.name: answer.get(field.name) for field in fields(UsageResult)})


def get_usage_output() -> Output[UsageResult]:
    """:func:`get_usage` as an output."""
    return lifted(get_usage)


def _normal(found: NumberResult) -> NumberResult:
    return replace(found, number=digits.normal(found.number) or found.number)
