# SPDX-License-Identifier: Apache-2.0
"""What a person can see of a run: the log of API calls, and what a resource waits for."""
