# SPDX-License-Identifier: Apache-2.0
"""What Pulumi's engine calls, for every resource, and what one engine process shares."""
