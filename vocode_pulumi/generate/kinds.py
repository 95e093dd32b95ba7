# SPDX-License-Identifier: Apache-2.0
"""The kinds of objects that a program can declare."""

from typing import NamedTuple, cast

from vocode_pulumi.api.absence import NUMBERS
from vocode_pulumi.program.resource import VocodeResource
from vocode_pulumi.provider.hidden_inputs import HiddenInputs
from vocode_pulumi.provider.lifecycle import Lifecycle
from vocode_pulumi.provider.run import Run
from vocode_pulumi.resources.account_connection import AccountConnection
from vocode_pulumi.resources.action import Action
from vocode_pulumi.resources.agent import Agent
from vocode_pulumi.resources.linked_number import LinkedNumber
from vocode_pulumi.resources.number import Number
from vocode_pulumi.resources.objects import ObjectLifecycle, ObjectResource
from vocode_pulumi.resources.phone_number import PhoneNumber
from vocode_pulumi.resources.prompt import Prompt
from vocode_pulumi.resources.vector_database import VectorDatabase
from vocode_pulumi.resources.voice import Voice
from vocode_pulumi.resources.webhook import Webhook


class Kind(NamedTuple):
    """A kind of object.

    Args:
        plural: what ``--only`` calls it.
        module: the module of the program that declares such objects, if the program has several.
        resource: the resource that declares it.
    """

    plural: str
    module: str
    resource: type[VocodeResource]

    @property
    def collection(self) -> str:
        """The API's path, such as ``/v1/agents``."""
        return NUMBERS if self.is_number else f"/v1/{self.plural}"

    @property
    def noun(self) -> str:
        """``vector_database`` for ``vector_databases``."""
        return self.plural.removesuffix("s")

    @property
    def lookup(self) -> str:
        """The function that looks such an object up, such as ``get_agent``."""
        return f"get_{self.noun}"

    @property
    def type(self) -> str:
        """Pulumi's type of the resource."""
        return f"pulumi-python:{self.resource._resource_type_name}"

    @property
    def is_number(self) -> bool:
        """Whether it is a number, which is bought and cancelled."""
        return issubclass(self.resource, Number)

    @property
    def takes_adopt(self) -> bool:
        """Whether its resource has the input ``adopt``. A linked number is taken over by its digits."""
        return self.resource is not LinkedNumber

    def lifecycle(self, run: Run) -> Lifecycle:
        """What reads such objects."""
        return self.resource.provider.lifecycle(run, HiddenInputs(""))


def _part(resource: type[ObjectResource]) -> Kind:
    """The kind of a resource whose objects have a collection of their own."""
    lifecycle = cast(type[ObjectLifecycle], resource.provider.lifecycle)
    plural = lifecycle.collection.rsplit("/", 1)[-1]
    return Kind(plural, plural, resource)


CONNECTIONS = _part(AccountConnection)
VOICES = _part(Voice)
PROMPTS = _part(Prompt)
WEBHOOKS = _part(Webhook)
ACTIONS = _part(Action)
DATABASES = _part(VectorDatabase)
AGENTS = _part(Agent)
# A module with the name `numbers` would take the place of Python's own.
LINKED = Kind("linked_numbers", "phone_numbers", LinkedNumber)
BOUGHT = Kind("numbers", "phone_numbers", PhoneNumber)

PARTS = (CONNECTIONS, VOICES, PROMPTS, WEBHOOKS, ACTIONS, DATABASES, AGENTS)
"""The kinds with a collection of their own: each refers only to kinds before it."""
KINDS = (*PARTS, LINKED, BOUGHT)
"""Every kind, in the order in which a program declares them."""
