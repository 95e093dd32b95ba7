# SPDX-License-Identifier: Apache-2.0
"""A preview as a reviewer needs it: what it costs, what is lost, and who answers differently."""
