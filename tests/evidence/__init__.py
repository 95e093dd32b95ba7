# SPDX-License-Identifier: Apache-2.0
"""Faults of machines, each at every step and over every store, and what they cost: `make evidence`."""
