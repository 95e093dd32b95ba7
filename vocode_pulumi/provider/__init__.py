# SPDX-License-Identifier: Apache-2.0
"""The provider that Pulumi's engine calls, and what the resources of one process share."""
