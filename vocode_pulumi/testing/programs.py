# SPDX-License-Identifier: Apache-2.0
"""Running a whole program with the mocks."""

import contextvars
import json
import os
import runpy
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import chdir, contextmanager
from dataclasses import dataclass
from inspect import isawaitable
from pathlib import Path
from typing import Any, NamedTuple

import pulumi
from google.protobuf.json_format import MessageToDict  # type: ignore[import-untyped]
from pulumi.runtime import set_config, set_mocks
from pulumi.runtime.config import get_config
from pulumi.runtime.mocks import MockMonitor
from pulumi.runtime.settings import SETTINGS, set_root_resource
from pulumi.runtime.stack import run_in_stack
from pulumi.runtime.sync_await import _sync_await

from vocode_pulumi.errors import VocodeError
from vocode_pulumi.program.declared_numbers import NumberTakenTwice
from vocode_pulumi.record import TYPE_PREFIX, without_hidden
from vocode_pulumi.testing.mocks import VocodeMocks
from vocode_pulumi.testing.refusals import ProgramRefused
from vocode_pulumi.testing.values import readable
from vocode_pulumi.testing.waiting import event_loop, until_quiet

STACK = "pulumi:pulumi:Stack"
Program = str | os.PathLike[str] | Callable[[], Any]


@dataclass(frozen=True)
class Resource:
    """A resource that a program declares. Each secret is :data:`vocode_pulumi.testing.HIDDEN`.

    Args:
        type: such as ``"PhoneNumber"``; for a resource of another provider, Pulumi's type token.
        name: the resource's name in the program.
        id: the resource's Pulumi id; ``None`` for a component.
        inputs: the inputs that the program gave.
        outputs: the outputs of the resource.
        protect: whether it has the option ``protect``.
        retain_on_delete: whether it has the option ``retain_on_delete``.
    """

    type: str
    name: str
    id: str | None
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any]
    protect: bool
    retain_on_delete: bool


@dataclass(frozen=True)
class Declared:
    """The resources and exports of a program.

    Args:
        resources: the resources in the order of their registration, without those that the program only
            reads with ``get``.
        exports: the exports by name. Each secret is :data:`vocode_pulumi.testing.HIDDEN`.
    """

    resources: list[Resource]
    exports: Mapping[str, Any]

    def of_type(self, type_: str) -> list[Resource]:
        """The resources of a type, such as ``"PhoneNumber"``."""
        return [resource for resource in self.resources if resource.type == type_]


def run(
    program: Program,
    *,
    config: Mapping[str, str] | None = None,
    stack: str = "stack",
    mocks: VocodeMocks | None = None,
) -> Declared:
    """Run a program to its end, and return the resources and exports that it declares.

    Args:
        program: the program's folder, its ``__main__.py``, or a function.
        config: the stack's configuration, such as ``{"vocode:maxNumbers": "6"}``; default: none. It is
            added to the values of ``pulumi.runtime.set_config`` and the defaults in ``Pulumi.yaml``.
        stack: the stack's name, which ``pulumi.get_stack()`` returns.
        mocks: the mocks; default: new :class:`VocodeMocks`.

    Raises:
        ProgramRefused: a preview would refuse the program; the error has all problems.
        Exception: any other error of the program.
    """
    __tracebackhide__ = True
    # The context keeps the mocks and exports of the surrounding test unchanged.
    with _runnable(program) as runnable, _configured(runnable, config or {}):
        return contextvars.copy_context().run(_run, runnable, stack, mocks or VocodeMocks())


def _run(program: "_Runnable", stack: str, mocks: VocodeMocks) -> Declared:
    __tracebackhide__ = True
    monitor = _Monitor(mocks)
    # After `asyncio.run`, a thread has no event loop, and Pulumi's mocks need one.
    event_loop()
    set_mocks(mocks, program.project, stack, monitor=monitor)
    # Each run waits only for its own outputs: Pulumi keeps here those that are not known yet.
    SETTINGS.outputs = type(SETTINGS.outputs)()
    # Each run has exports of its own: they belong to the stack's root resource.
    set_root_resource(None)  # type: ignore[arg-type]
    with mocks.collecting() as problems:
        raised = _sync_await(_everything(program.function))
    # If two resources take the same number, one of them has reported that problem already.
    raised = [
        error
        for error in raised
        if not isinstance(error, ProgramRefused)
        and not (problems and isinstance(error, NumberTakenTwice))
    ]
    for error in raised:
        if isinstance(error, VocodeError | pulumi.RunError):
            problems.append(" ".join(str(error).split()))
        elif not problems:
            raise error
        else:
            problems.append(f"the program itself raised {type(error).__name__}: {error}")
    if problems:
        raise ProgramRefused(problems)
    return Declared(monitor.declared, monitor.exports)


async def _everything(program: Callable[[], Any]) -> list[BaseException]:
    """Run a program to its end; return the errors of the program and of its background tasks."""
    raised: list[BaseException] = []

    async def to_its_end() -> None:
        # Without this, Pulumi would raise the errors of background tasks in place of the program's.
        try:
            result = program()
            if isawaitable(result):
                await result
        except Exception as error:  # noqa: BLE001 - raised once everything has ended
            raised.append(error)
        raised.extend(await until_quiet())

    try:
        await run_in_stack(to_its_end)
    except Exception as error:  # noqa: BLE001 - raised once everything has ended
        raised.append(error)
    raised.extend(await until_quiet())
    return [*{id(error): error for error in raised}.values()]


class _Monitor(MockMonitor):
    """Records the resources and exports that the program declares."""

    def __init__(self, mocks: VocodeMocks) -> None:
        super().__init__(mocks)
        self.declared: list[Resource] = []
        self.exports: dict[str, Any] = {}

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - Pulumi's name
        answer = super().RegisterResource(request)  # type: ignore[no-untyped-call]
        if request.type != STACK:
            self.declared.append(
                Resource(
                    # "pulumi-python:dynamic/vocode:PhoneNumber" becomes "PhoneNumber".
                    type=request.type.removeprefix(TYPE_PREFIX),
                    name=request.name,
                    id=answer.id or None,
                    inputs=_readable_properties(request.object),
                    outputs=_readable_properties(answer.object),
                    protect=bool(request.protect),
                    retain_on_delete=bool(request.retainOnDelete),
                )
            )
        return answer

    def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: N802 - Pulumi's name
        if f"::{STACK}::" in request.urn:
            self.exports = _readable_properties(request.outputs)
        return super().RegisterResourceOutputs(request)  # type: ignore[no-untyped-call]


def _readable_properties(properties: Any) -> dict[str, Any]:
    """Properties as plain values, each secret as HIDDEN, without the hidden ones that begin with ``__``."""
    return without_hidden(readable(MessageToDict(properties)))


@contextmanager
def _configured(runnable: "_Runnable", given: Mapping[str, str]) -> Iterator[None]:
    defaults = runnable.config.items()
    config = {key: value for key, value in defaults if get_config(key) is None} | {**given}
    before = {key: get_config(key) for key in config}
    for key, value in config.items():
        set_config(key, value)
    try:
        yield
    finally:
        for key, value in before.items():
            set_config(key, value)


class _Runnable(NamedTuple):
    """A program that can be run.

    Args:
        function: runs the program.
        project: the project's name in ``Pulumi.yaml``; ``None`` if there is no such file.
        config: the defaults of the stack's configuration in ``Pulumi.yaml``.
    """

    function: Callable[[], Any]
    project: str | None
    config: Mapping[str, str]


@contextmanager
def _runnable(program: Program) -> Iterator[_Runnable]:
    """The program as a function. A file runs in its folder, as with Pulumi."""
    if not isinstance(program, str | os.PathLike):
        yield _Runnable(program, None, {})
        return
    path = Path(program).resolve()
    project_folder, project = _project(path if path.is_dir() else path.parent)
    if path == project_folder:
        path = path / str(project.get("main") or "")
    file = path / "__main__.py" if path.is_dir() else path
    if not file.is_file():
        raise FileNotFoundError(f"{file} is no file: give a program's folder, or its __main__.py")
    before, folder = {*sys.modules}, file.parent
    sys.path.insert(0, str(folder))
    try:
        with chdir(folder):
            yield _Runnable(lambda: _run_file(file), project.get("name"), _defaults(project))
    finally:
        sys.path.remove(str(folder))
        # The program's own modules may declare resources, so the next run has to import them again.
        for name in {*sys.modules} - before:
            if _is_own(name, folder):
                del sys.modules[name]


def _run_file(file: Path) -> None:
    runpy.run_path(str(file), run_name="__main__")


def _project(folder: Path) -> tuple[Path, Mapping[str, Any]]:
    """The folder with ``Pulumi.yaml``, this one or a parent, and the content of that file."""
    import yaml  # type: ignore[import-untyped]  # here, because functions do not need it

    for parent in (folder, *folder.parents):
        file = parent / "Pulumi.yaml"
        if file.is_file():
            return parent, yaml.safe_load(file.read_text(encoding="utf-8")) or {}
    return folder, {}


def _defaults(project: Mapping[str, Any]) -> dict[str, str]:
    """The defaults of the stack's configuration. As with Pulumi, each value is a text or JSON."""
    defaults = {}
    for name, entry in (project.get("config") or {}).items():
        value = entry.get("default", entry.get("value")) if isinstance(entry, Mapping) else entry
        key = name if ":" in name else f"{project['name']}:{name}"
        defaults[key] = value if isinstance(value, str) else json.dumps(value)
    return {key: value for key, value in defaults.items() if value != "null"}


def _is_own(module: str, folder: Path) -> bool:
    """Whether a module belongs to the program, and not to a package that is installed in its folder."""
    file = Path(getattr(sys.modules[module], "__file__", None) or "/")
    is_below = file.is_relative_to(folder) and "site-packages" not in file.parts
    return is_below and module.partition(".")[0] != __name__.partition(".")[0]
