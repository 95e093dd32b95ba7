# SPDX-License-Identifier: Apache-2.0
"""When a number is in service, and when it is gone.

Facts: https://docs.vocode.dev and the API's OpenAPI document, ``/v1/numbers``.
"""

from contextlib import suppress

from vocode_pulumi import digits
from vocode_pulumi.api.answers import Json
from vocode_pulumi.api.client import Client
from vocode_pulumi.errors import NotFoundError, UnreadableAnswer

NUMBERS = "/v1/numbers"
CANCEL = f"POST {NUMBERS}/cancel"


def get_number(client: Client, number: str) -> Json:
    """A number as ``GET`` gives it, whether it is in service or not.

    Raises:
        UnreadableAnswer: the answer is about something else.
        CallError: it cannot be said.
    """
    answer = client.get(NUMBERS, phone_number=number)
    if not digits.same(answer.get("number"), number):
        raise UnreadableAnswer(
            f"GET {NUMBERS}",
            200,
            "",
            f"answered 200 with something that is not the number {number}",
            f"Check that {client.settings.base_url} is the API's address. Run it again.",
        )
    return answer


def in_service(client: Client, number: str) -> Json | None:
    """A number as ``GET`` gives it; ``None`` when it is gone or was released.

    Args:
        client: of the account.
        number: its digits.

    Raises:
        CallError: it cannot be said.
    """
    try:
        answer = get_number(client, number)
    except NotFoundError:
        return None
    return None if answer.get("active") is False else answer


def cancel(client: Client, number: str, account: str | None) -> None:
    """Take a number out of service; one that is so already stays so.

    Args:
        client: of the account.
        number: its digits.
        account: Vocode's id of the account that it is in, if that is known.

    Raises:
        CallError: as :func:`require_released`, or Vocode did not do it.
    """
    try:
        client.update(f"{NUMBERS}/cancel", phone_number=number)
    except NotFoundError:
        require_released(client, number, account)


def require_released(client: Client, number: str, account: str | None) -> None:
    """See to it that a number whose release was answered 404 is out of service.

    Args:
        client: of the account.
        number: its digits.
        account: Vocode's id of the account that it was in, if that is known.

    Raises:
        UnreadableAnswer: it is in service.
        WrongAccount: the key in use is another account's.
        CallError: it cannot be said.
    """
    listed = None
    with suppress(NotFoundError):
        # It says who has the number and whether it is in service.
        listed = [get_number(client, number)]
    client.require_gone(CANCEL, NUMBERS, number, account, listed)
