# SPDX-License-Identifier: Apache-2.0
"""What a review must not contain. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from vocode_pulumi.errors import ConfigError
from vocode_pulumi.review.changes import NUMBERS, Action, Change, Reviewed
from vocode_pulumi.review.text import Quoted, Sentence
from vocode_pulumi.settings import FORBID_RELEASE, FORBID_REPLACE, MAX_BUYS, REQUIRE_PROTECT
from vocode_pulumi.terminal_text import count


@dataclass(frozen=True)
class Gates:
    """What a review must not contain.

    Args:
        max_buys: the most numbers that a run may buy, replacements included; ``None`` for no limit.
        forbid_release: whether no number may be lost. A replacement loses the old number.
        forbid_replace: whether no number may be replaced.
        require_protect: whether each number of the program must have ``protect=True``.
    """

    max_buys: int | None = None
    forbid_release: bool = False
    forbid_replace: bool = False
    require_protect: bool = False

    def stricter(self, other: "Gates") -> "Gates":
        """What both forbid.

        Args:
            other: further gates.
        """
        limits = [limit for limit in (self.max_buys, other.max_buys) if limit is not None]
        return Gates(
            min(limits, default=None),
            self.forbid_release or other.forbid_release,
            self.forbid_replace or other.forbid_replace,
            self.require_protect or other.require_protect,
        )

    @classmethod
    def of_config(cls, config: Mapping[str, str]) -> "Gates":
        """The gates in the configuration of a stack.

        Args:
            config: values by their keys.

        Raises:
            ConfigError: a value cannot be right.
        """
        most = config.get(MAX_BUYS)
        if most is not None and not most.strip().isdecimal():
            raise ConfigError(f"{MAX_BUYS} is {most!r}, which is not a whole number.")
        return cls(
            None if most is None else int(most),
            _truth(config, FORBID_RELEASE),
            _truth(config, FORBID_REPLACE),
            _truth(config, REQUIRE_PROTECT),
        )


def _truth(config: Mapping[str, str], key: str) -> bool:
    text = str(config.get(key, "false")).strip().lower()
    if text not in ("true", "false"):
        raise ConfigError(f"{key} is {text!r}: write true or false.")
    return text == "true"


@dataclass(frozen=True)
class Closed:
    """A gate that is closed.

    Args:
        gate: the gate, as its flag.
        why: what is in the way.
        changes: the changes that are.
    """

    gate: str
    why: Sentence
    changes: tuple[Change, ...] = ()


def closed(gates: Gates, reviewed: Reviewed) -> Iterator[Closed]:
    """The gates that a review closes.

    Args:
        gates: the gates.
        reviewed: what the preview of one stack would do.
    """
    bought = tuple(change for change in reviewed.changes if change.buys)
    if gates.max_buys is not None and len(bought) > gates.max_buys:
        yield Closed(
            f"--max-buys {gates.max_buys}",
            (f"{count(len(bought), 'number')} would be bought",),
            bought,
        )
    lost = tuple(change for change in reviewed.changes if change.is_loss)
    if gates.forbid_release and lost:
        yield Closed("--forbid-release", ("lost: ", *_listed(lost)), lost)
    replaced = tuple(change for change in reviewed.changes if change.action is Action.REPLACE)
    if gates.forbid_replace and replaced:
        yield Closed("--forbid-replace", ("replaced: ", *_listed(replaced)), replaced)
    bare = [
        resource
        for _, resource in sorted(reviewed.resources.items())
        if resource.kind in NUMBERS and not resource.is_external and not resource.protect
    ]
    if gates.require_protect and bare:
        names = [piece for one in bare for piece in (", ", Quoted(one.name))][1:]
        of_bare = {one.urn for one in bare}
        changes = tuple(one for one in reviewed.changes if one.resource.urn in of_bare)
        yield Closed("--require-protect", ("without protect=True: ", *names), changes)
    elif gates.require_protect and not reviewed.preview.shows_unchanged:
        why = "it cannot be told, because the preview leaves out what does not change"
        yield Closed("--require-protect", (why,))


def _listed(changes: Iterable[Change]) -> Sentence:
    return tuple(piece for change in changes for piece in (", ", Quoted(change.resource.name)))[1:]
