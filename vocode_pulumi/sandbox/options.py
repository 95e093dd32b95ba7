# SPDX-License-Identifier: Apache-2.0
"""Constants that the command line and its callers share. This module imports nothing."""

DEFAULT_API_KEY = "sandbox"
"""Not a secret: the sandbox listens on loopback, and nothing in it costs money."""

API_KEY_VARIABLE = "VOCODE_SANDBOX_API_KEY"
"""The variable that sets the key. An argument would show the key in the list of processes."""

FIRST_LINE = "Vocode sandbox listening on "
"""The words before the address in the first line of `sandbox serve`."""

DELIVERY_TIMEOUT = 10.0
"""Seconds that a receiver may take to answer. Vocode documents 10 for external actions."""

PLANS = ("plan_free", "plan_developer", "plan_enterprise", "plan_unlimited")
AGES = (2023, 2024)
