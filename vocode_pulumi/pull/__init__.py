# SPDX-License-Identifier: Apache-2.0
"""What somebody changed at Vocode by hand, and taking it over into the program.

``state`` reads what a stack has, ``looking`` reads what Vocode has, ``comparing`` compares both with what the program
declares, ``table`` and ``document`` show it, and ``ours`` says what the next run puts back. ``taking`` plans what has to be
written so that the program takes it over, ``texts`` finds it in files of texts, ``source``, ``literals`` and ``editing`` in the literals of
the program. ``resolving`` and ``files`` write it, and ``theirs`` says what became of it.
"""
