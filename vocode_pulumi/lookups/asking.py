# SPDX-License-Identifier: Apache-2.0
"""Asking Vocode from within a program: one way for every lookup."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Generic, TypeVar

import pulumi
from pulumi import Input, Output
from pulumi.runtime import MockCallArgs, get_config
from pulumi.runtime.mocks import MockMonitor
from pulumi.runtime.settings import get_monitor

from vocode_pulumi.api.client import Client, client_for
from vocode_pulumi.errors import VocodeError
from vocode_pulumi.inline.reading_back import public_value
from vocode_pulumi.schema import reading
from vocode_pulumi.schema.walking import fields_of
from vocode_pulumi.settings import Settings

Result = TypeVar("Result")
Answer = Mapping[str, Any]


class LookupFailed(VocodeError, pulumi.RunError):
    """A lookup found nothing, or could not ask; its cause is what the call raised.

    As a ``RunError`` it ends a program with one line.
    """


@dataclass(frozen=True)
class Lookup(Generic[Result]):
    """What can be looked up.

    Args:
        noun: in the names of functions, such as ``vector_database``.
        plural: of the noun, in the names of functions and in the API's paths.
        result: the class of what is found.
        args: the ``TypedDict`` that says what is known of its fields.
    """

    noun: str
    plural: str
    result: type[Result]
    args: Any

    def read(self, answer: Answer) -> Result:
        """A result out of an answer, without the credentials in it."""
        known = fields_of(reading.schema_of(self.args), answer)
        own = [field.name for field in fields(self.result)]  # type: ignore[arg-type]
        return self.result(
            **{
                name: public_value(known[name], answer[name]) if name in known else answer[name]
                for name in own
                if name in answer
            }
        )


def get(lookup: Lookup[Result], **query: str) -> Result:
    """Read one object.

    Args:
        lookup: what it is.
        **query: that names it.

    Raises:
        LookupFailed: the account has no such object, or cannot be asked.
    """
    path = f"/v1/{lookup.plural}"
    return lookup.read(ask(f"get_{lookup.noun}", query, lambda client: client.get(path, **query)))


def list_all(lookup: Lookup[Result], **wanted: Any) -> list[Result]:
    """Read every object.

    Args:
        lookup: what they are.
        **wanted: values that the found ones must have; ``None`` for any.

    Raises:
        LookupFailed: the account cannot be asked.
    """
    path = f"/v1/{lookup.plural}/list"
    answer = ask(f"list_{lookup.plural}", wanted, lambda client: {"items": client.list(path)})
    found = map(lookup.read, answer["items"])
    given = {name: value for name, value in wanted.items() if value is not None}
    return [
        result
        for result in found
        if all(getattr(result, name) == value for name, value in given.items())
    ]


def lifted(lookup: Callable[..., Result], **arguments: Input[Any]) -> Output[Result]:
    """Call a lookup when its arguments are known."""
    return Output.all(**arguments).apply(lambda given: lookup(**given))


def ask(function: str, arguments: dict[str, Any], call: Callable[[Client], Answer]) -> Answer:
    """Ask Vocode, or the mocks that are set.

    Args:
        function: name of the lookup.
        arguments: of the lookup.
        call: asks.

    Raises:
        LookupFailed: an argument is an output, or the call failed.
    """
    for name, value in arguments.items():
        if isinstance(value, Output):
            raise LookupFailed(f"{function}: {name} is an output: use {function}_output.")
    monitor = get_monitor()
    if isinstance(monitor, MockMonitor):
        token = re.sub("_([a-z])", lambda found: found[1].upper(), function)
        answer: Any = monitor.mocks.call(MockCallArgs(f"vocode:index:{token}", arguments, ""))
        found: Answer = answer[0] if isinstance(answer, tuple) else answer
        return found
    try:
        return call(client_for(Settings.load(get_config)))
    except VocodeError as error:
        raise LookupFailed(f"{_call_text(function, arguments)}: {error}") from error


def _call_text(function: str, arguments: dict[str, Any]) -> str:
    given = (f"{name}={value!r}" for name, value in arguments.items() if value is not None)
    return f"{function}({', '.join(given)})"
