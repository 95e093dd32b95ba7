# SPDX-License-Identifier: Apache-2.0
"""The base class of all resources in a Pulumi program."""

import functools
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, ClassVar, Self, cast, get_origin
from weakref import WeakSet

import pulumi
import pulumi.dynamic
from pulumi.dynamic.dynamic import PROVIDER_KEY
from pulumi.runtime.config import CONFIG, get_config, get_config_env, is_config_secret
from pulumi.runtime.settings import get_monitor

from vocode_pulumi.errors import ConfigError
from vocode_pulumi.program import exact_json, secrets
from vocode_pulumi.program.doubts import doubts
from vocode_pulumi.program.transforms import list_secrets_of_transforms
from vocode_pulumi.provider.engine import VocodeProvider
from vocode_pulumi.record import (
    DEFAULT_ORGANIZATION,
    EXACT,
    ORGANIZATION,
    PREVIEW,
    RETAINED,
    SECRETS,
    URN,
)
from vocode_pulumi.settings import API_KEY, Settings, is_loopback, misspelled

MODULE = "vocode"


class WrongArguments(TypeError, pulumi.RunError):
    """A resource was given something else than a name, resource options and named inputs."""


class WrongOptions(ValueError, pulumi.RunError):
    """Resource options that would do harm or cannot work with a resource."""


class VocodeResource(pulumi.dynamic.Resource):
    """Base of every resource.

    A subclass is declared as ``class X(VocodeResource, module="vocode", name="X")``. Without ``module``
    and ``name`` Pulumi would give it another type token, and would treat it as another type of resource.
    """

    provider: ClassVar[VocodeProvider]
    """Answers the engine's calls."""
    _takes_over: ClassVar[str] = "adopt"
    """The input that names an existing object to take over."""
    secret_outputs: ClassVar[tuple[str, ...]] = ()
    """Outputs that are credentials and that are not inputs."""

    def __init_subclass__(cls, module: str = "", name: str = "Resource", **kwargs: Any) -> None:
        if module != MODULE or name != cls.__name__:
            raise TypeError(
                f'{cls.__name__} must be declared as `class {cls.__name__}(…, module="{MODULE}", '
                f'name="{cls.__name__}")`: Pulumi would silently take it for another type of '
                "resource. To build on a resource, use a pulumi.ComponentResource."
            )
        super().__init_subclass__(module=module, name=name, **kwargs)

    def __init__(
        self,
        resource_name: str,
        inputs: Mapping[str, Any],
        opts: pulumi.ResourceOptions | None,
    ) -> None:
        cls = type(self)
        self._require_options(resource_name, inputs, opts)
        _warn_of_settings()
        fields = self.provider.lifecycle.fields_of(inputs)
        token = f"pulumi-python:{cls._resource_type_name}"

        def warn(text: str) -> None:
            _warn(f"{cls.__name__} {resource_name!r}: {text}")

        if opts is not None and opts.custom_timeouts is not None:
            warn(
                "custom_timeouts has no effect, because Pulumi does not pass it to dynamic providers. "
                "vocode:readTimeout limits each call."
            )
        props: dict[str, Any] = dict.fromkeys(cls._outputs())
        outputs: list[tuple[str, pulumi.Output[Any]]] = []
        texts: list[Any] = []
        # The provider then knows whether an input comes from the state.
        may_ignore = bool(opts is not None and opts.ignore_changes)
        for name, value in inputs.items():
            if name in fields:
                outputs += secrets.outputs_within(fields[name], value, name)
                texts += exact_json.exact_texts(fields[name], value, name, always=may_ignore)
                if pulumi.runtime.is_dry_run():
                    for line in doubts(fields[name], value, name):
                        warn(line)
                props[name] = secrets.mark_credentials(fields[name], value, name, warn)
            else:
                outputs += [(name, value)] if isinstance(value, pulumi.Output) else []
                props[name] = value
        props[URN] = _urn(resource_name, token, opts)
        # Pulumi makes an Output of each of these, so those that say nothing are left out.
        if pulumi.get_organization() != DEFAULT_ORGANIZATION:
            props[ORGANIZATION] = pulumi.get_organization()
        if pulumi.runtime.is_dry_run():
            props[PREVIEW] = True
        if opts is not None and opts.retain_on_delete:
            props[RETAINED] = True
        if opts is None or opts.id is None:
            props |= self._further_inputs()
        if outputs:
            props[SECRETS] = pulumi.Output.from_input(_secret_paths(outputs))
        if texts:
            props[EXACT] = exact_json.merged(texts)
        if cls.secret_outputs:
            hidden = pulumi.ResourceOptions(additional_secret_outputs=[*cls.secret_outputs])
            opts = pulumi.ResourceOptions.merge(opts, hidden)
        list_secrets_of_transforms(token, opts)
        props[PROVIDER_KEY] = self.provider.serialized()
        # What a dynamic resource does besides would serialize the provider in Pulumi's way.
        pulumi.CustomResource.__init__(self, token, resource_name, props, opts)
        if self._provider is not None and self._provider.package == "pulumi-python":
            _warn_of_settings_that_a_provider_does_not_see()
        _raise_what_mocks_refuse(self)

    @classmethod
    def _further_inputs(cls) -> dict[str, Any]:
        """Hidden inputs that only this kind of resource has."""
        return {}

    @classmethod
    def _require_options(
        cls, resource_name: str, inputs: Mapping[str, Any], opts: pulumi.ResourceOptions | None
    ) -> None:
        """Raise if the options would do harm or cannot work.

        Args:
            resource_name: the name in the program.
            inputs: the inputs that the program gives.
            opts: Pulumi's resource options.
        """
        if not isinstance(opts, pulumi.ResourceOptions | None):
            raise WrongArguments(
                f"{cls.__name__} takes a name and resource options; its inputs have names: "
                f"{cls.__name__}({resource_name!r}, input=…)"
            )
        if opts is not None and opts.import_ is not None:
            raise WrongOptions(
                f"{cls.__name__} {resource_name!r}: Pulumi cannot import dynamic resources. Leave "
                "import_ out, and give what exists as an input: "
                f"{cls.__name__}({resource_name!r}, {cls._takes_over}={opts.import_!r})"
            )

    @classmethod
    def get(
        cls,
        resource_name: str,
        id: pulumi.Input[str],  # noqa: A002 - Pulumi's own name for it, in every `get`
        opts: pulumi.ResourceOptions | None = None,
    ) -> Self:
        """Read an existing object without managing it. A destroy leaves the object alone.

        Args:
            resource_name: the name in the program.
            id: the object's id at Vocode; for a number, its digits.
            opts: Pulumi's resource options.
        """
        read = cls.__new__(cls)
        options = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(id=id))
        VocodeResource.__init__(read, resource_name, {}, options)
        return read

    @classmethod
    @functools.cache
    def _outputs(cls) -> list[str]:
        bases = [base for base in cls.__mro__ if issubclass(base, VocodeResource)]
        return [
            name
            for base in bases
            for name, hint in base.__annotations__.items()
            if cast(Any, get_origin(hint)) is pulumi.Output
        ]


def _raise_what_mocks_refuse(resource: pulumi.Resource) -> None:
    """In a test with :class:`vocode_pulumi.testing.VocodeMocks`, raise the errors of a preview."""
    __tracebackhide__ = True
    settled = getattr(getattr(get_monitor(), "mocks", None), "settled", None)
    if settled is not None:
        settled(resource)


def _warn(text: str) -> None:
    """Print a warning in a preview: an `up` runs the program a second time."""
    if pulumi.runtime.is_dry_run():
        pulumi.log.warn(text)


def _once_in_each_run(warn: Callable[[], None]) -> Callable[[], None]:
    """Make a function do its work once in each run. One process may run several programs."""
    runs: WeakSet[Any] = WeakSet()

    def warn_once() -> None:
        run = get_monitor()
        if run not in runs:
            runs.add(run)
            warn()

    return warn_once


@_once_in_each_run
def _warn_of_settings() -> None:
    # An inline program of the Automation API has its configuration elsewhere than in the environment.
    for line in misspelled({**get_config_env(), **CONFIG.get()}):
        _warn(line)
    if sandbox := os.environ.get("VOCODE_SANDBOX"):
        _warn_of_real_account(sandbox)
    if get_config(API_KEY) and not is_config_secret(API_KEY):
        _warn(
            f"{API_KEY} is in clear in the stack's configuration, and so in every copy of that file. Make "
            f"a new key in the Vocode dashboard, and set it with `pulumi config set --secret {API_KEY}`."
        )


def _warn_of_real_account(sandbox: str) -> None:
    # `check` reports a setting that cannot be right.
    with suppress(ConfigError):
        base_url = Settings.load(get_config).base_url
        if not is_loopback(base_url):
            _warn(
                f"This shell has the settings of a sandbox (`make env` in {sandbox}): Pulumi's state is "
                f"there, and `make clean` removes it. But {base_url} is a real account. Use another "
                "shell for it."
            )


@_once_in_each_run
def _warn_of_settings_that_a_provider_does_not_see() -> None:
    hidden = [key for key in ("vocode:maxNumbers", "vocode:ledger") if get_config(key)]
    if hidden:
        _warn(
            f"A resource with a `provider` of its own does not see {' and '.join(hidden)} of the stack: "
            "give the same settings to that provider, or set them in the environment."
        )


async def _secret_paths(outputs: list[tuple[str, pulumi.Output[Any]]]) -> list[str] | None:
    """The paths of the outputs that are secret."""
    return [path for path, output in outputs if await output.is_secret()] or None


async def _urn_of(parent: pulumi.Resource) -> str:
    return cast(str, await parent.urn.future())


def _urn(name: str, token: str, opts: pulumi.ResourceOptions | None) -> pulumi.Input[str]:
    parent = opts.parent if opts else None
    if parent is None:
        # The same text as from `create_urn`, without an Output for each part of it.
        return f"urn:pulumi:{pulumi.get_stack()}::{pulumi.get_project()}::{token}::{name}"
    # With the parent's URN Output itself, the resource would depend on the whole parent.
    return pulumi.create_urn(name, token, parent=pulumi.Output.from_input(_urn_of(parent)))
