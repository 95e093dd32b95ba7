# SPDX-License-Identifier: Apache-2.0
"""Inline objects: who owns them, what to send where, how they are compared."""
