# SPDX-License-Identifier: Apache-2.0
"""The numbers that one run of a program declares: the program is one process, whatever its providers."""

import asyncio
import atexit
import os
from typing import Any
from weakref import WeakKeyDictionary

import pulumi
from pulumi.runtime.settings import get_monitor

from vocode_pulumi import digits
from vocode_pulumi.errors import VocodeError


class NumberTakenTwice(VocodeError, pulumi.RunError):
    """Two resources of a program would have one number."""


class DeclaredNumbers:
    """What a run of a program declares of numbers."""

    def __init__(self) -> None:
        self._takers: dict[str, str] = {}
        self._owners: dict[str, str] = {}
        self._are_new: list[asyncio.Future[bool]] = []

    def takes(self, number: Any, name: str, by: str) -> None:
        """A resource takes a number over.

        Args:
            number: as the program gives it.
            name: of the resource.
            by: the input that names the number.

        Raises:
            NumberTakenTwice: another one has it, or takes it over too.
        """
        of = digits.normal(number)
        if of is None:
            return
        for other in (self._takers.setdefault(of, name), self._owners.get(of, name)):
            if other != name:
                raise NumberTakenTwice(_twice(of, name, other, by))

    def has(self, number: Any, name: str) -> None:
        """A resource has a number.

        Raises:
            NumberTakenTwice: another one takes it over.
        """
        of = digits.normal(number)
        if of is None:
            return
        self._owners[of] = name
        taker = self._takers.get(of, name)
        if taker != name:
            raise NumberTakenTwice(_twice(of, taker, name, "adopt"))

    def may_buy(self, resource: pulumi.Resource) -> None:
        """In a preview with a limit: count what is bought, and say it when the program ends."""
        if not pulumi.runtime.is_dry_run() or _limit() is None:
            return
        if not self._are_new:
            atexit.register(self._say_how_many)
        self._are_new.append(asyncio.ensure_future(_is_new(resource)))

    def _say_how_many(self) -> None:
        many = sum(
            one.done() and not one.cancelled() and one.exception() is None and one.result()
            for one in self._are_new
        )
        if not many:
            return
        try:
            there = _numbers_there()
        except VocodeError:
            # What is wrong with the account is said where it is used.
            return
        what = "number" if many == 1 else "numbers"
        print(
            f"buys up to {many} {what}: {there} there, {there + many} then, limit {_limit()}",
            flush=True,
        )


async def _is_new(resource: Any) -> bool:
    return not await resource.id.is_known()


def _limit() -> str | None:
    return pulumi.runtime.get_config("vocode:maxNumbers") or os.environ.get("VOCODE_MAX_NUMBERS")


def _numbers_there() -> int:
    # Here, since most programs ask nothing of Vocode.
    from vocode_pulumi.api.absence import NUMBERS
    from vocode_pulumi.api.client import client_for
    from vocode_pulumi.settings import Settings

    return len(client_for(Settings.load(pulumi.runtime.get_config)).list(f"{NUMBERS}/list"))


def _twice(number: str, name: str, other: str, by: str) -> str:
    return (
        f"{by} of {name!r}: {number} was given to {other!r} in this run already, and one number "
        "belongs to one resource. Take one of the two out, or give a renamed resource an alias."
    )


_RUNS: WeakKeyDictionary[Any, DeclaredNumbers] = WeakKeyDictionary()


def numbers_of_this_run() -> DeclaredNumbers:
    """Those of the run that is under way: one process may run several programs."""
    return _RUNS.setdefault(get_monitor(), DeclaredNumbers())
