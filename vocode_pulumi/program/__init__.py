# SPDX-License-Identifier: Apache-2.0
"""What runs in the user's program."""
