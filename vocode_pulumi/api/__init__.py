# SPDX-License-Identifier: Apache-2.0
"""Talking to Vocode: calls, lists of any length, what answers mean, HTTP within limits."""
