# SPDX-License-Identifier: Apache-2.0
"""The secrets that a program's transforms give.

A resource lists its secret inputs when the program declares it, and transforms run after that. The engine
does not tell the provider which values are secrets. So if a program has transforms, this module registers
one more, which runs after them and lists what they gave.
"""

from collections.abc import AsyncIterator, Mapping
from typing import Any
from weakref import WeakSet

import pulumi
from pulumi.runtime.settings import get_monitor, get_root_resource

from vocode_pulumi.provider.secret_paths import SECRET_SIGNATURE, credentials_in, overlap
from vocode_pulumi.record import SECRETS

_runs: WeakSet[Any] = WeakSet()


def list_secrets_of_transforms(token: str, opts: pulumi.ResourceOptions | None) -> None:
    """Register the transform once in a run, if the program has transforms.

    It does not see the secrets of a transform that the program registers later.

    Args:
        token: the type of the resource that is declared next.
        opts: Pulumi's options of that resource.
    """
    run = get_monitor()
    if run in _runs or not _has_transforms(opts) or hasattr(run, "mocks"):
        return
    _runs.add(run)
    prefix = token.rpartition(":")[0] + ":"

    async def list_secrets(
        args: pulumi.ResourceTransformArgs,
    ) -> pulumi.ResourceTransformResult | None:
        if not args.type_.startswith(prefix):
            return None
        already = args.props.get(SECRETS)
        listed = already if isinstance(already, list) else []
        given = [
            path
            async for path in _secrets_in(args.props, "")
            if not any(overlap(path, known) for known in listed)
        ]
        if not given:
            return None
        return pulumi.ResourceTransformResult({**args.props, SECRETS: [*listed, *given]}, args.opts)

    pulumi.runtime.register_resource_transform(list_secrets)


def _has_transforms(opts: pulumi.ResourceOptions | None) -> bool:
    """Whether the program has transforms. Pulumi has no public way to ask."""
    if opts and (opts.transforms or opts.transformations):
        return True
    parent = (opts and opts.parent) or get_root_resource()
    if getattr(parent, "_transformations", None):
        return True
    callbacks = getattr(pulumi.runtime, "_callbacks", None)
    servers = getattr(getattr(callbacks, "_CallbackServicer", None), "_servicers", ())
    return any(
        getattr(server, "_monitor", None) is get_monitor() and getattr(server, "_transforms", None)
        for server in servers
    )


async def _secrets_in(value: Any, path: str) -> AsyncIterator[str]:
    """The paths of the secrets in some inputs, except credentials."""
    if isinstance(value, pulumi.Output):
        if await value.is_secret() and not any(credentials_in(await value.future())):
            yield path
    elif isinstance(value, Mapping):
        if SECRET_SIGNATURE.items() <= value.items():
            # Pulumi marks a whole input if another transform has returned a secret within it.
            if not any(credentials_in(value.get("value"))):
                yield path
            return
        for name, item in value.items():
            if not name.startswith("__") and not any(credentials_in({name: name})):
                below = f"{path}.{name}" if path else name
                async for found in _secrets_in(
                    item, below if name.isidentifier() else f'{path}["{name}"]'
                ):
                    yield found
    elif isinstance(value, list):
        for index, item in enumerate(value):
            async for found in _secrets_in(item, f"{path}[{index}]"):
                yield found
