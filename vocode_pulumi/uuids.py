# SPDX-License-Identifier: Apache-2.0
"""How an id of Vocode is recognized."""

import re

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
"""A uuid, in lower or upper case."""
