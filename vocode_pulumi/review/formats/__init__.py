# SPDX-License-Identifier: Apache-2.0
"""The forms of a report: for a terminal, as Markdown, as JSON, and as annotations of GitHub."""
