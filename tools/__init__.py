# SPDX-License-Identifier: Apache-2.0
"""What `make` runs: Python's standard library alone, so that it works before anything is installed."""
