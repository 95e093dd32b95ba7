# SPDX-License-Identifier: Apache-2.0
"""A rule for phone numbers in inputs.

Facts: https://docs.vocode.dev and the API's OpenAPI document.
"""

from vocode_pulumi import digits
from vocode_pulumi.schema.marks import Rule

DIGITS = Rule(
    r"[1-9][0-9]{6,14}",
    "digits alone with the country code first, such as 14155550100",
    wrong=digits.wrong_country_code,
    doubtful=digits.doubtful_country_code,
)
