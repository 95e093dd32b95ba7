# SPDX-License-Identifier: Apache-2.0
"""The one place a purchase goes through.

===========================================  ======================================================
what happened to ``POST /v1/numbers/buy``    what it means, and what is done
===========================================  ======================================================
no connection, no name, no TLS               nothing bought: tried again within limits, then an error
429                                          nothing bought: waited as told within limits, then again
401, 402, 403, 404, 422, other 4xx           nothing bought: an error at once
5xx, read time-out, reset, cut or unreadable not known: never sent again, an error that says so
===========================================  ======================================================
"""

from typing import Any

from pydantic import ValidationError

from vocode_pulumi.client import Client
from vocode_pulumi.errors import UnreadableAnswer
from vocode_pulumi.models import PhoneNumber

BUY = "/v1/numbers/buy"


def buy(client: Client, body: dict[str, Any] | None) -> dict[str, Any]:
    """Buy one number.

    Args:
        client: of the account that pays.
        body: ``area_code``, ``telephony_provider``, ``telephony_account_connection``,
            ``inbound_agent``, or ``None`` for a number of Vocode's choice.

    Returns:
        The number as Vocode describes it.

    Raises:
        CallError: it says whether a number was bought, or that this is not known.
    """
    answer = client.create(BUY, body, buys=True)
    try:
        PhoneNumber.model_validate(answer)
    except ValidationError:
        raise UnreadableAnswer(
            f"POST {BUY}",
            200,
            "",
            "answered 200 without a number in it",
            "Look at the numbers in the Vocode dashboard before running it again, and take over "
            "a number that is there with `adopt`.",
            "Whether a number was bought is not known.",
        ) from None
    return answer
