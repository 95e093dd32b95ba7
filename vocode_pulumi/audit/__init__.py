# SPDX-License-Identifier: Apache-2.0
"""The numbers of an account against the numbers that stacks hold."""
