# SPDX-License-Identifier: Apache-2.0
"""What the command line and those who start it have to agree on. Imports nothing."""

DEFAULT_API_KEY = "sandbox"
"""Not a secret: the sandbox listens on loopback, and nothing in it costs money."""

API_KEY_VARIABLE = "VOCODE_SANDBOX_API_KEY"
"""Names another key, without showing it among the arguments of processes."""

FIRST_LINE = "Vocode sandbox listening on "
"""What `sandbox serve` prints first, before its address."""

DELIVERY_TIMEOUT = 10.0
"""Seconds that a receiver has to answer. Vocode's documents say 10 of external actions."""

PLANS = ("plan_free", "plan_developer", "plan_enterprise", "plan_unlimited")
AGES = (2023, 2024)
