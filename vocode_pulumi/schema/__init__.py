# SPDX-License-Identifier: Apache-2.0
"""The shapes of inputs: reading them from ``TypedDict``s, and checking values."""
