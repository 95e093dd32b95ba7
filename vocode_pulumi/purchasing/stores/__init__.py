# SPDX-License-Identifier: Apache-2.0
"""Where a ledger may be kept."""
