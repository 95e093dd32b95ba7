# SPDX-License-Identifier: Apache-2.0
"""A resource as the engine keeps it, over the real provider in this process."""

from collections.abc import Mapping
from typing import Any

from pulumi.dynamic import Config, ConfigureRequest

import vocode_pulumi
from tests.support.states import urn
from vocode_pulumi.errors import InterruptedUpdate
from vocode_pulumi.program.exact_json import exact_texts
from vocode_pulumi.provider.secret_paths import SECRET_SIGNATURE

Inputs = dict[str, Any]


def carried(value: Any) -> Any:
    """A value as the engine gives it back: without nulls in objects and secrets' marks, and with doubles alone."""
    if isinstance(value, Mapping):
        if value.items() >= SECRET_SIGNATURE.items():
            return carried(value["value"])
        return {name: carried(item) for name, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [carried(item) for item in value]
    if isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    return value


class KeptResource:
    """A resource of a stack."""

    def __init__(self, kind: str, url: str, api_key: str) -> None:
        self.provider = type(getattr(vocode_pulumi, kind).provider)()
        settings = {"vocode:apiKey": api_key, "vocode:baseUrl": url, "vocode:maxRetryWait": "0.05"}
        self.provider.configure(ConfigureRequest(Config(settings, "calls")))
        self.urn = urn("x", kind=f"vocode:index:{kind}")
        self.id = ""
        self.inputs: Inputs = {}
        self.outs: Inputs = {}

    def _checked(self, declared: Inputs) -> Inputs:
        fields = self.provider.lifecycle.fields_of(declared)
        found = [exact_texts(fields[name], declared[name], name, always=False) for name in declared]
        texts = {path: text for one in found for part in one for path, text in dict(part).items()}
        news = carried({**declared, "__urn": self.urn, "__exact": texts or None})
        checked = self.provider.check(self.inputs, news)
        assert checked.failures == []
        return dict(carried(checked.inputs))

    def differs(self, declared: Inputs) -> bool:
        """Whether a preview shows a change."""
        return self._differs(self._checked(declared))

    def _differs(self, news: Inputs) -> bool:
        diff = self.provider.diff(self.id, self.outs, news)
        assert not diff.replaces
        return bool(news != self.inputs if diff.changes is None else diff.changes)

    def up(self, declared: Inputs) -> None:
        """Bring it to what a program declares."""
        news = self._checked(declared)
        if not self.id:
            made = self.provider.create(news)
            self.id, self.outs = made.id, carried(made.outs)
        elif self._differs(news):
            try:
                self.outs = carried(self.provider.update(self.id, self.outs, news).outs)
            except InterruptedUpdate as error:
                self.inputs, self.outs = news, carried(error.outs)
                raise
        self.inputs = news

    def refresh(self) -> bool:
        """Read it; gives whether that shows a change."""
        before = (self.inputs, self.outs)
        read = self.provider.read(self.id, self.outs)
        self.outs = carried(read.outs)
        if read.inputs is not None:
            self.inputs = carried(read.inputs)
        return before != (self.inputs, self.outs)
