# SPDX-License-Identifier: Apache-2.0
"""Marks: facts about a field that its type cannot say."""

import re
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Default:
    """What a new object has without the field; ``None`` where nothing is said."""

    value: Any


@dataclass(frozen=True)
class RefersTo:
    """The field refers to an object of its own at Vocode: by id, or declared inline.

    Args:
        collection: the API's path of such objects, such as ``/v1/agents``.
        text: the field of the inline object that a plain string stands for, if any.
        words: strings that are neither an id nor text, such as ``"default"``.
    """

    collection: str
    text: str | None = None
    words: tuple[str, ...] = ()

    @property
    def noun(self) -> str:
        """``agent`` for ``/v1/agents``."""
        return self.collection.rsplit("/", 1)[-1].removesuffix("s").replace("_", " ")


@dataclass(frozen=True)
class Rule:
    """A string's form.

    Args:
        pattern: regular expression of the whole string.
        right: what would be right, as the end of a sentence that begins with "must be".
    """

    pattern: str
    right: str


@dataclass(frozen=True)
class Members:
    """A list that an update does not carry: its members are added and removed one by one.

    Args:
        add: path of the call that adds one.
        remove: path of the call that removes one.
        name: of the member in the bodies of both.
    """

    add: str
    remove: str
    name: str


@dataclass(frozen=True)
class Flag:
    """A fact that is so or not."""

    name: str


SECRET = Flag("secret")
"""A credential: encrypted in state, never in an output of its own."""
REPLACES = Flag("replaces")
"""A change makes a new resource."""
CREATE_ONLY = Flag("create only")
"""The API takes the field only when the object is made."""
UNORDERED = Flag("unordered")
"""A list whose order means nothing."""

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
