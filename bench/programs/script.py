# SPDX-License-Identifier: Apache-2.0
"""What somebody without Pulumi would write: Vocode's own SDK, one number after another.

`python bench/programs/script.py COUNT LABEL`, with the account in `VOCODE_BASE_URL`, `VOCODE_API_KEY`.
"""

import os
import sys

from vocode import Vocode

client = Vocode(base_url=os.environ["VOCODE_BASE_URL"], token=os.environ["VOCODE_API_KEY"])
for _ in range(int(sys.argv[1])):
    number = client.numbers.buy_number(area_code="415").number
    client.numbers.update_number(phone_number=number, label=sys.argv[2])
