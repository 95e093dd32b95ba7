# SPDX-License-Identifier: Apache-2.0
"""The site: the pages of `docs/`, made by MkDocs. Unlike the rest of `tools` it needs MkDocs."""
