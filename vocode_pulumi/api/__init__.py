# SPDX-License-Identifier: Apache-2.0
"""The client of Vocode's API: calls, lists of any length, errors, and HTTP with limits."""
