# SPDX-License-Identifier: Apache-2.0
"""One file a resource: its outputs, the words of its API, what only it does."""
