# SPDX-License-Identifier: Apache-2.0
"""Calling Vocode from a program. Every lookup uses this module."""

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
from vocode_pulumi.observing.caller import Caller, working_for
from vocode_pulumi.schema import reading
from vocode_pulumi.schema.walking import fields_of
from vocode_pulumi.settings import Settings

Result = TypeVar("Result")
Answer = Mapping[str, Any]


class LookupFailed(VocodeError, pulumi.RunError):
    """A lookup found nothing, or its call failed. ``__cause__`` is the error of the call.

    The error is a ``RunError``, so Pulumi ends the program with one line.
    """


@dataclass(frozen=True)
class Lookup(Generic[Result]):
    """A kind of object that can be looked up.

    Args:
        noun: the noun in the names of functions, such as ``vector_database``.
        plural: the plural in the names of functions and in the API's paths.
        result: the class of a result.
        args: the ``TypedDict`` of the object's fields.
    """

    noun: str
    plural: str
    result: type[Result]
    args: Any

    def read(self, answer: Answer) -> Result:
        """The result for an answer, without credentials."""
        known = fields_of(reading.schema_of(self.args), answer)
        names = [field.name for field in fields(self.result)]  # type: ignore[arg-type]
        return self.result(
            **{
                name: public_value(known[name], answer[name]) if name in known else answer[name]
                for name in names
                if name in answer
            }
        )


def get(lookup: Lookup[Result], **query: str) -> Result:
    """Read one object.

    Args:
        lookup: the kind of object.
        **query: the query parameter that names the object.

    Raises:
        LookupFailed: the account has no such object, or the call failed.
    """
    path = f"/v1/{lookup.plural}"
    return lookup.read(ask(f"get_{lookup.noun}", query, lambda client: client.get(path, **query)))


def list_all(lookup: Lookup[Result], **wanted: Any) -> list[Result]:
    """Read every object.

    Args:
        lookup: the kind of objects.
        **wanted: values that the fields of a result must have; ``None`` for any value.

    Raises:
        LookupFailed: the call failed.
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
    """Call Vocode, or the mocks in a test with mocks.

    Args:
        function: the name of the lookup.
        arguments: the arguments of the lookup.
        call: makes the call with a client.

    Raises:
        LookupFailed: an argument is an Output, or the call failed.
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
        # An argument may be a secret of the program.
        given = [value for value in arguments.values() if isinstance(value, str)]
        with working_for(Caller(function, secrets=lambda: given)):
            return call(client_for(Settings.load(get_config)))
    except VocodeError as error:
        raise LookupFailed(f"{call_text(function, arguments)}: {error}") from error


def call_text(function: str, arguments: Mapping[str, Any]) -> str:
    """The call of a lookup, as an error names it."""
    given = (f"{name}={value!r}" for name, value in arguments.items() if value is not None)
    return f"{function}({', '.join(given)})"
