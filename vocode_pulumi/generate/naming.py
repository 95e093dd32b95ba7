# SPDX-License-Identifier: Apache-2.0
"""The names of objects in a program: legible, unique, valid in Python, the same from run to run. Pure."""

import builtins
import keyword
import re
import unicodedata
from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any
from urllib.parse import urlsplit

from vocode_pulumi.generate.declaring import refs_in
from vocode_pulumi.generate.kinds import AGENTS, KINDS
from vocode_pulumi.generate.reading import Account, Live

LONGEST = 40
"""The most letters of a name, without its number."""
WORDS = 4
"""How many words of a prompt are its name."""
RESERVED = {
    *keyword.kwlist,
    *keyword.softkwlist,
    *dir(builtins),
    *("config", "pulumi", "pathlib", "texts", "prompt_text", "vocode_pulumi"),
    *(kind.module for kind in KINDS),
}
"""What the program uses otherwise."""
NAMES_IN_ANSWERS = ("label", "name", "voice_name", "speaker", "voice_id", "index")
"""Fields of answers that name an object."""


def names_of(
    account: Account, kept: Mapping[str, str], in_state: Mapping[str, str]
) -> dict[str, str]:
    """The name of each object, by its id.

    Args:
        account: the objects of the account.
        kept: names of earlier runs, by id; objects that the account does not have any more keep theirs.
        in_state: the names of resources that the stack has already, by id. They need not be valid in Python.
    """
    names = dict(kept)
    taken = {*RESERVED, *kept.values()}
    for id_, name in in_state.items():
        if id_ not in names and name not in taken and name == _identifier(name):
            names[id_] = name
            taken.add(name)
    taken |= {*in_state.values()}
    user = _only_users(account)

    def give(live: Live) -> None:
        if live.id in names:
            return
        if live.id in user:
            give(user[live.id])
        for name in _candidates(live, names.get(user[live.id].id) if live.id in user else None):
            if name not in taken:
                names[live.id] = name
                taken.add(name)
                return

    order = {kind.plural: place for place, kind in enumerate(reversed(KINDS))}
    for live in sorted(account.values(), key=lambda live: (order[live.kind.plural], live.id)):
        give(live)
    return names


def _candidates(live: Live, user: str | None) -> Iterator[str]:
    """Names for an object, the best first.

    Args:
        live: the object.
        user: the name of the only object that refers to it; ``None`` if none or several do.
    """
    noun, own = live.kind.noun, _identifier(_text_of(live))
    if live.kind.is_number:
        first = own or f"number_{live.id}"
    elif live.kind == AGENTS:
        first = own or (f"{user}_agent" if user else noun)
        yield first
        first = f"{own}_{noun}" if own else first
    else:
        before = user or own
        first = f"{before}_{noun}" if before and not before.endswith(noun) else before or noun
    yield first
    for number in count(2):
        yield f"{first}_{number}"


def _text_of(live: Live) -> str:
    """What names an object among others of its kind."""
    answer = live.answer
    for key in NAMES_IN_ANSWERS:
        if isinstance(answer.get(key), str) and answer[key].strip():
            return str(answer[key])
    if isinstance(answer.get("content"), str):
        return " ".join(re.findall(r"\w+", answer["content"])[:WORDS])
    if isinstance(answer.get("url"), str):
        return _host(answer["url"])
    config: Any = answer.get("config")
    if isinstance(config, Mapping) and isinstance(config.get("name"), str):
        return str(config["name"])
    return re.sub("^(action|account_connection|voice)_", "", str(answer.get("type") or ""))


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _identifier(text: str) -> str:
    """A text as a name in Python; empty if it has no letter and no digit."""
    name = re.sub(r"\W+", "_", unicodedata.normalize("NFKC", text).lower())[:LONGEST].strip("_")
    if name[:1].isdigit():
        name = f"n{name}"
    return name if name.isidentifier() else ""


def _only_users(account: Account) -> dict[str, Live]:
    """By the id of an object that one object alone refers to, and could have inline: that one object."""
    users: dict[str, list[Live]] = {}
    for live in account.values():
        for ref in refs_in(live.declaration.inputs):
            if ref.can_be_inline:
                users.setdefault(ref.id, []).append(live)
    return {id_: live[0] for id_, live in users.items() if len(live) == 1}
