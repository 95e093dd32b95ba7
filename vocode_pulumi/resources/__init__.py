# SPDX-License-Identifier: Apache-2.0
"""One file a resource: its inputs, its outputs, what replaces it, what is secret."""
