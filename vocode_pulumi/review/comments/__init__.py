# SPDX-License-Identifier: Apache-2.0
"""A review as a comment of a pull request or merge request, and the approval that is read there."""
