# SPDX-License-Identifier: Apache-2.0
"""The numbers that one run of a program declares, whatever providers the run uses."""

import asyncio
import os
from typing import Any
from weakref import WeakKeyDictionary

import pulumi
from pulumi.runtime.settings import get_monitor

from vocode_pulumi import digits
from vocode_pulumi.errors import VocodeError
from vocode_pulumi.record import DECLARED_NUMBERS


class NumberTakenTwice(VocodeError, pulumi.RunError):
    """Two resources of a program would have the same number."""


class DeclaredNumbers:
    """The numbers that the resources of a run have, and the numbers that they take over."""

    def __init__(self) -> None:
        self._takers: dict[str, str] = {}
        self._owners: dict[str, str] = {}
        self._undecided = 0
        self._new = 0
        self._declared = 0
        self._providers: set[Any] = set()

    def first_input(self) -> dict[str, Any]:
        """Count a number that the program declares; the hidden input that the first one has besides."""
        self._declared += 1
        return {DECLARED_NUMBERS: self._count()} if self._declared == 1 else {}

    def add_provider(self, provider: Any) -> None:
        """Remember the provider of a number: each provider sees only its own resources."""
        self._providers.add(provider)

    async def _count(self) -> int:
        # Pulumi asks when the program has run: then every number is declared, except in an `apply`.
        return self._declared if len(self._providers) == 1 else 0

    def add_taker(self, number: Any, name: str, input_name: str) -> None:
        """Remember that a resource takes a number over.

        Args:
            number: the number as the program gives it.
            name: the name of the resource.
            input_name: the input that names the number.

        Raises:
            NumberTakenTwice: another resource has the number or takes it over too.
        """
        normal = digits.normal(number)
        if normal is None:
            return
        for other in (self._takers.setdefault(normal, name), self._owners.get(normal, name)):
            if other != name:
                raise NumberTakenTwice(_taken_twice_message(normal, name, other, input_name))

    def add_owner(self, number: Any, name: str) -> None:
        """Remember that a resource has a number.

        Raises:
            NumberTakenTwice: another resource takes the number over.
        """
        normal = digits.normal(number)
        if normal is None:
            return
        self._owners[normal] = name
        taker = self._takers.get(normal, name)
        if taker != name:
            raise NumberTakenTwice(_taken_twice_message(normal, taker, name, "adopt"))

    def count_possible_purchase(self, resource: pulumi.CustomResource) -> None:
        """Count a possible purchase in a preview with a limit; the count is told at the end."""
        if not pulumi.runtime.is_dry_run() or _max_numbers() is None:
            return
        if hasattr(get_monitor(), "mocks"):
            return
        self._undecided += 1
        # Pulumi waits for an Output before it ends the run, also the run of an inline program, whose process
        # goes on.
        told: pulumi.Output[None] = pulumi.Output.from_input(self._tell_if_last(resource))
        # This object does not keep it: an Output keeps the whole run in memory.
        del told

    async def _tell_if_last(self, resource: pulumi.CustomResource) -> None:
        (is_known,) = await asyncio.gather(resource.id.is_known(), return_exceptions=True)
        self._undecided -= 1
        self._new += is_known is False
        if self._new and not self._undecided:
            await self._tell_count(self._new)

    async def _tell_count(self, count: int) -> None:
        try:
            existing = await asyncio.to_thread(_count_existing)
        except VocodeError:
            # The first resource that uses the account reports the error.
            return
        what = "number" if count == 1 else "numbers"
        pulumi.log.info(
            f"Buys up to {count} {what}: the account has {existing} now, and then {existing + count}; "
            f"vocode:maxNumbers (VOCODE_MAX_NUMBERS) allows {_max_numbers()}."
        )


def _max_numbers() -> str | None:
    return pulumi.runtime.get_config("vocode:maxNumbers") or os.environ.get("VOCODE_MAX_NUMBERS")


def _count_existing() -> int:
    # Imported here, because most programs do not call Vocode.
    from vocode_pulumi.api.absence import NUMBERS
    from vocode_pulumi.api.client import client_for
    from vocode_pulumi.settings import Settings

    return len(client_for(Settings.load(pulumi.runtime.get_config)).list(f"{NUMBERS}/list"))


def _taken_twice_message(number: str, name: str, other: str, input_name: str) -> str:
    return (
        f"{input_name} of {name!r}: {number} was given to {other!r} in this run already, and one number "
        "belongs to one resource. Take one of the two out, or give a renamed resource an alias."
    )


_RUNS: WeakKeyDictionary[Any, DeclaredNumbers] = WeakKeyDictionary()


def numbers_of_this_run() -> DeclaredNumbers:
    """The declared numbers of the current run. One process may run several programs."""
    return _RUNS.setdefault(get_monitor(), DeclaredNumbers())
