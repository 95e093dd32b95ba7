# SPDX-License-Identifier: Apache-2.0
"""What numbers cost a month. Pure."""

import re
import unicodedata
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from vocode_pulumi.errors import ConfigError
from vocode_pulumi.settings import PRICE_PER_NUMBER


@dataclass(frozen=True)
class Price:
    """The price of a number a month.

    Args:
        amount: in the currency.
        currency: such as ``USD`` or ``$``; empty if none is given.
    """

    amount: Decimal
    currency: str = ""

    @classmethod
    def of(cls, text: str) -> "Price":
        """Read a price such as ``1.15``, ``1.15 USD`` or ``$1.15``.

        Raises:
            ConfigError: the text is no price.
        """
        found = re.fullmatch(
            r"(?P<before>[^\d\s.,-]{0,3})\s*(?P<amount>[\d.]+)\s*(?P<after>[^\d\s.,-]{0,3})",
            text.strip(),
        )
        currency = (found["before"] or found["after"]) if found else ""
        try:
            if found is None or not all(map(_is_of_currency, currency)):
                raise InvalidOperation
            return cls(Decimal(found["amount"]), currency)
        except InvalidOperation:
            raise ConfigError(
                f"{PRICE_PER_NUMBER} is {text!r}, which is no price of a month: write it like 1.15 or 1.15 USD."
            ) from None

    def of_many(self, count: int) -> str:
        """The price of some numbers a month, with its sign: ``+2.30 USD``.

        Args:
            count: how many numbers more; negative for fewer.
        """
        return f"{self.amount * count:+.2f} {self.currency}".strip()


def _is_of_currency(letter: str) -> bool:
    return letter.isalpha() or unicodedata.category(letter) == "Sc"
