# SPDX-License-Identifier: Apache-2.0
"""Calls, and what is said in them."""
