# SPDX-License-Identifier: Apache-2.0
"""Marks: facts about a field that its type cannot express."""

import re
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


@dataclass(frozen=True)
class Rule:
    """The form of a string.

    Args:
        pattern: a regular expression for the whole string.
        right: the right form, as the end of a sentence that begins with "must be".
        is_free_text: whether the string can still hold a text that anybody may choose.
    """

    pattern: str
    right: str
    is_free_text: bool = False


URL = Rule(
    r"(?i:https?)://[^\s/]\S*", 'a URL, such as "https://example.com/calls"', is_free_text=True
)
"""The form of an address that Vocode calls."""


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
"""A list whose order has no meaning."""

GENERATED = Flag("generated")
"""Vocode makes a value if none is given."""

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
