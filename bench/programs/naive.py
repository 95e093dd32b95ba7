# SPDX-License-Identifier: Apache-2.0
"""Numbers of a provider that keeps no promise: no check, no retry, no record of purchases."""

import functools
import os
from collections.abc import Iterable
from typing import Any

from pulumi.dynamic import CreateResult, ReadResult, Resource, ResourceProvider


@functools.cache
def session() -> Any:
    """What asks Vocode; loaded by whoever asks, so that other runs do not show what it takes."""
    import requests

    return requests if "BENCH_CONNECT_ANEW" in os.environ else requests.Session()


def ask(method: str, path: str, body: Any = None, **query: str) -> dict[str, Any]:
    """Ask Vocode."""
    url = os.environ["VOCODE_BASE_URL"] + path
    headers = {"Authorization": f"Bearer {os.environ['VOCODE_API_KEY']}"}
    answer = session().request(method, url, params=query, json=body, headers=headers, timeout=60)
    answer.raise_for_status()
    found: dict[str, Any] = answer.json()
    return found


class NaiveProvider(ResourceProvider):
    """Asks Vocode, and believes the answer."""

    serialize_as_secret_always = False

    def create(self, props: dict[str, Any]) -> CreateResult:
        number = ask("POST", "/v1/numbers/buy", {"area_code": props["area_code"]})["number"]
        return CreateResult(number, {**props, "number": number})

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        answer = ask("GET", "/v1/numbers", phone_number=id_)
        return ReadResult(id_, {**props, "number": answer["number"]})

    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        ask("POST", "/v1/numbers/cancel", phone_number=_id)


class Naive(Resource, module="bench", name="Naive"):
    """A number."""


def declare(lines: Iterable[int]) -> None:
    """Declare a number for each line."""
    for line in lines:
        Naive(NaiveProvider(), f"line-{line}", {"area_code": "415", "number": None})
