# SPDX-License-Identifier: Apache-2.0
"""Finding out whether a number is in service or gone.

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
        UnreadableAnswer: the answer is not about this number.
        CallError: the call failed.
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


def get_if_in_service(client: Client, number: str) -> Json | None:
    """A number as ``GET`` gives it; ``None`` if it is gone or was released.

    ASSUMED: a number whose ``active`` is false was released, and does not come back.

    Args:
        client: the client of the account.
        number: digits.

    Raises:
        CallError: the call failed.
    """
    try:
        answer = get_number(client, number)
    except NotFoundError:
        return None
    return None if answer.get("active") is False else answer


def cancel(client: Client, number: str, account: str | None) -> None:
    """Cancel a number. A number that is already out of service is no error.

    Args:
        client: the client of the account.
        number: digits.
        account: Vocode's id of the number's account; ``None`` if it is not known.

    Raises:
        CallError: Vocode did not cancel the number, or as :func:`require_released`.
    """
    try:
        client.update(f"{NUMBERS}/cancel", phone_number=number)
    except NotFoundError:
        require_released(client, number, account)


def require_released(client: Client, number: str, account: str | None) -> None:
    """After a cancellation that was answered 404: raise unless the number is really out of service.

    Args:
        client: the client of the account.
        number: digits.
        account: Vocode's id of the number's account; ``None`` if it is not known.

    Raises:
        UnreadableAnswer: the number is in service.
        WrongAccount: the key in use is of another account.
        CallError: a call failed.
    """
    items = None
    with suppress(NotFoundError):
        # The answer names the account, and says whether the number is in service.
        items = [get_number(client, number)]
    # If GET found the number, its answer serves instead of the account's list. Without it, `require_gone`
    # reads that list.
    client.require_gone(CANCEL, NUMBERS, number, account, items)


def explain_not_found(
    client: Client, error: NotFoundError, path: str, id_: str, account: str | None
) -> None:
    """Raise a clearer error for a call about an object that was answered 404, if there is one.

    Args:
        client: the client of the account.
        error: the 404.
        path: the path of the collection, such as ``/v1/numbers``.
        id_: the object's id; for a number, its digits.
        account: Vocode's id of the object's account; ``None`` if it is not known.

    Raises:
        UnreadableAnswer: the account has the object, and the request names no other.
        WrongAccount: the key in use is of another account.
        CallError: a call failed.
    """
    try:
        client.require_gone(error.call, path, id_, account)
    except UnreadableAnswer:
        if all(name.endswith(id_) for name in error.named):
            raise
