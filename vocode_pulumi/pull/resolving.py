# SPDX-License-Identifier: Apache-2.0
"""Writing what is at Vocode into the program, and then into the state.

A preview after the write shows whether the program declares what was meant, and nothing else. If not, the files
are put back.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from vocode_pulumi.errors import VocodeError
from vocode_pulumi.leaves import leaves
from vocode_pulumi.pull.comparing import Changed, Declared
from vocode_pulumi.pull.files import files_of, require_clean, write_all
from vocode_pulumi.pull.taking import Literals, Planner, Taken, not_as_meant, taken_whole, written
from vocode_pulumi.purchasing.pulumi_command import reason_of, run_pulumi
from vocode_pulumi.record import name_in
from vocode_pulumi.settings import project_folder

Declare = Callable[[], Mapping[str, Declared]]
"""Gives what the program declares, by a new preview."""
TEXTS = (".md", ".txt")
"""How the names of files end that may hold texts."""


@dataclass(frozen=True)
class Outcome:
    """What became of what was changed at Vocode.

    Args:
        plan: what became of each value.
        whole: the resources of which nothing is left to do.
    """

    plan: Sequence[Taken]
    whole: Sequence[Changed]


def take_over(
    stack: str,
    changed: Sequence[Changed],
    declared: Mapping[str, Declared],
    declare: Declare,
    *,
    literals: bool,
    force: bool,
    log: Path | None = None,
) -> Outcome:
    """Write what is at Vocode into the files of the program, and into the state where nothing is left to do.

    Args:
        stack: the stack's name, as Pulumi's commands take it.
        changed: the resources that were changed at Vocode.
        declared: what the program declares.
        declare: finds that out again.
        literals: whether literals of the program are written.
        force: whether files are written that are not committed.
        log: the log that this command writes; ``None`` for none.

    Raises:
        NotWritten: files are not committed, or cannot be written.
        VocodeError: the preview or the refresh failed.
    """
    folder = project_folder()
    texts, sources = files_of(folder, *TEXTS), files_of(folder, ".py")
    files = {**texts, **sources}
    plan: Sequence[Taken] = Planner(texts, _literals(sources, declared), declared, changed).plan()
    if taken_whole(changed, plan, literals=literals) or any(
        one.is_written(literals=literals) for one in plan
    ):
        if not force:
            require_clean(folder, log)
        plan = _write(plan, folder, files, declared, declare, literals=literals)
    whole = taken_whole(changed, plan, literals=literals)
    if whole:
        _refresh(stack, [one.seen.resource.urn for one in whole])
    return Outcome(plan, whole)


def _literals(sources: Mapping[Path, bytes], declared: Mapping[str, Declared]) -> Literals:
    try:
        from vocode_pulumi.pull.editing import Literals as OfProgram
    except ModuleNotFoundError as error:
        raise VocodeError(
            f"--resolve theirs needs {error.name}, which is not installed: `pip install 'pulumi-vocode[pull]'`."
        ) from None
    return OfProgram(sources, declared)


def _write(
    plan: Sequence[Taken],
    folder: Path,
    files: Mapping[Path, bytes],
    declared: Mapping[str, Declared],
    declare: Declare,
    *,
    literals: bool,
) -> Sequence[Taken]:
    """Write what a plan has, as far as the program then declares what was meant; what it does not is refused."""
    while True:
        new, plan = written(files, plan, literals=literals)
        meant = [one for one in plan if one.is_written(literals=literals)]
        if not new:
            return plan
        with _put_back(folder, {path: files[path] for path in new}) as put_back:
            write_all(folder, new)
            after = declare()
            wrong = not_as_meant(meant, declared, after)
            if not wrong:
                return plan
            put_back()
        plan = _without(plan, meant, wrong, after)


@contextmanager
def _put_back(folder: Path, before: Mapping[Path, bytes]) -> Iterator[Callable[[], None]]:
    """Write files again as they were after an error, or if it is asked for."""

    def put_back() -> None:
        write_all(folder, before)

    try:
        yield put_back
    except BaseException:
        put_back()
        raise


def _without(
    plan: Sequence[Taken], meant: Sequence[Taken], wrong: Set[str], after: Mapping[str, Declared]
) -> list[Taken]:
    """A plan without the edits after which the program declared something else than was meant."""
    why = "the program does not take it from there as it is: a preview showed another value"
    guilty = [one for one in meant if one.changed.seen.resource.urn in wrong]
    if not guilty:
        why = f"a preview showed that it changes {', '.join(sorted(map(name_in, wrong)))} too"
        spilled = [leaf for urn in wrong if urn in after for leaf in leaves(after[urn].inputs)]
        guilty = [one for one in meant if _is_in(one.row.there, spilled)] or [*meant]
    return [
        replace(one, edit=None, why_not=why) if any(one is other for other in guilty) else one
        for one in plan
    ]


def _is_in(value: Any, leaves_of_others: Sequence[Any]) -> bool:
    if isinstance(value, str):
        return any(value in leaf for leaf in leaves_of_others if isinstance(leaf, str))
    return value in leaves_of_others


def _refresh(stack: str, urns: Sequence[str]) -> None:
    """Let the state of some resources be what is at Vocode."""
    targets = [word for urn in urns for word in ("--target", urn)]
    done = run_pulumi("refresh", "--yes", "--skip-preview", f"--stack={stack}", *targets)
    if done.returncode:
        raise VocodeError(f"`pulumi refresh`: {reason_of(done)}")
