# SPDX-License-Identifier: Apache-2.0
"""A Pulumi program that declares what an account has, and the file by which Pulumi imports it.

``reading`` reads the account, ``declaring`` says what a program declares of each object, ``choosing`` says which
objects are in the program, ``naming`` names them, ``program`` and ``code`` write the program, and ``importing``
makes the import file.
"""
