# SPDX-License-Identifier: Apache-2.0
"""What is relied on in the API's answers, tolerant of everything else.

Answers of both ages are understood: in those of 2023 an agent's ``prompt`` is a string, and a
number has no ``label``, ``outbound_only``, ``example_context`` or ``telephony_*``. In lists,
whatever a number refers to is an id; elsewhere it is a whole object.

Facts: https://docs.vocode.dev and the API's OpenAPI documents.
"""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

CREDENTIALS = frozenset(
    {"api_key", "signature_secret", "twilio_auth_token", "twilio_account_sid", "openai_api_key"}
)
"""Names under which answers and requests carry credentials."""


class Answer(BaseModel):
    """Base of them all: what is not known is kept, what is missing is no error."""

    model_config = ConfigDict(extra="allow", protected_namespaces=())


class Page(Answer):
    """One page of a list. ``total`` may be an estimate, so only ``has_more`` is relied on."""

    items: list[dict[str, Any]]
    has_more: bool = False


class PhoneNumber(Answer):
    """A number, as ``GET``, ``buy``, ``update``, ``cancel``, ``link`` and lists give it.

    Only ``number`` is relied on: whatever else an answer lacks or has otherwise, a number that was
    paid for is not lost over it.
    """

    number: str = Field(min_length=1)
    id: Any = None
    user_id: Any = None
    active: Any = True
    label: Any = None
    outbound_only: Any = None
    example_context: Any = None
    inbound_agent: Any = None
    telephony_provider: Any = None
    telephony_account_connection: Any = None
