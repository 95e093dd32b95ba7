# SPDX-License-Identifier: Apache-2.0
"""The account over HTTP: routes, faults, the server."""
