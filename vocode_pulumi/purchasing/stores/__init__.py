# SPDX-License-Identifier: Apache-2.0
"""The stores that can keep a ledger."""
