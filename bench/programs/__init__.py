# SPDX-License-Identifier: Apache-2.0
"""What the measured programs declare, all of them alike: numbers that are called `line-0`, `line-1`, …

Modules, so that Pulumi keeps their providers by reference, as it keeps the ones of `vocode_pulumi`.
"""
