# SPDX-License-Identifier: Apache-2.0
"""The measured programs: all declare numbers that are called `line-0`, `line-1` and so on.

They are modules, so that Pulumi keeps their providers by reference, as it keeps the ones of `vocode_pulumi`.
"""
