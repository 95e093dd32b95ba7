# SPDX-License-Identifier: Apache-2.0
"""Marks: facts about a field that its type cannot express."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Default:
    """The value that a new object has if the field is not given; ``None`` if the API names none."""

    value: Any


@dataclass(frozen=True)
class RefersTo:
    """The field refers to another object at Vocode, by id or as an inline object.

    Args:
        collection: the API's path of such objects, such as ``/v1/agents``.
        text_field: the field of the inline object that a plain string stands for; ``None`` if a plain string is
            not allowed.
        words: strings that are neither an id nor text, such as ``"default"``.
    """

    collection: str
    text_field: str | None = None
    words: tuple[str, ...] = ()

    @property
    def noun(self) -> str:
        """``agent`` for ``/v1/agents``."""
        return self.collection.rsplit("/", 1)[-1].removesuffix("s").replace("_", " ")

    @property
    def a_noun(self) -> str:
        """``an agent`` for ``/v1/agents``."""
        return f"an {self.noun}" if self.noun[0] in "aeiou" else f"a {self.noun}"


@dataclass(frozen=True)
class Rule:
    """The form of a string.

    Args:
        pattern: a regular expression for the whole string.
        right: the right form, as the end of a sentence that begins with "must be".
        is_free_text: whether the string can still hold a text that anybody may choose.
        wrong: says what is wrong with a string of this form; ``None`` if nothing is.
        doubtful: says what may be wrong with a string of this form; ``None`` if nothing is.
    """

    pattern: str
    right: str
    is_free_text: bool = False
    wrong: Callable[[str], str | None] | None = None
    doubtful: Callable[[str], str | None] | None = None


URL = Rule(
    r"(?i:https?)://[^\s/]\S*", 'a URL, such as "https://example.com/calls"', is_free_text=True
)
"""The form of an address that Vocode calls."""


@dataclass(frozen=True)
class NotEmpty:
    """The field has no use with an empty list, or with a text that has only white space.

    Args:
        right: what to write, as a sentence without a full stop.
        unless: fields of the same object. If one of them is given, the field may be empty.
    """

    right: str
    unless: tuple[str, ...] = ()


@dataclass(frozen=True)
class UsualRange:
    """The numbers that have a meaning. Vocode's document gives no limits, so others are not refused.

    Args:
        low: the lowest number.
        high: the highest number; ``None`` if there is no highest.
    """

    low: float
    high: float | None = None


@dataclass(frozen=True)
class OtherWords:
    """Words that people write for one of the strings that the field can have.

    Args:
        meaning: the right string for each word. The words are in lower case.
    """

    meaning: Mapping[str, str]


@dataclass(frozen=True)
class MemberCalls:
    """A list that an update cannot set: other calls add and remove its members one by one.

    Args:
        add: the path of the call that adds a member.
        remove: the path of the call that removes a member.
        name: the name of the member in the bodies of both calls.
    """

    add: str
    remove: str
    name: str


@dataclass(frozen=True)
class Flag:
    """A fact that a field has or does not have."""

    name: str


SECRET = Flag("secret")
"""A credential. It is encrypted in the state, and no output repeats it."""
REPLACES = Flag("replaces")
"""A change replaces the resource."""
CREATE_ONLY = Flag("create only")
"""The API sets the field only when it creates the object."""
UNORDERED = Flag("unordered")
"""A list whose order has no meaning. ASSUMED of a webhook's subscriptions and of a steering pool."""
PROSE = Flag("prose")
"""A text of any length. People keep such texts in files."""

GENERATED = Flag("generated")
"""Vocode makes a value if none is given. ASSUMED of an external action's ``signature_secret``."""
