# SPDX-License-Identifier: Apache-2.0
"""Buying exactly once: who holds a number, and when a purchase is over.

=================  ================================================================================
``buying``         a purchase, step by step
``resolving``      what a lost purchase has bought
``attribution``    the rule that says whose a number is; pure
``holding``        who may cancel a number: adopting, linking, deleting, releasing
``capping``        how many numbers an account may have
``over``           how long a purchase may still take effect; pure
``owner``          whose an attempt is; pure
``place``          where a state is, however that is spelled
``states``         asking the engine's states who has a number
``objects``        what stands in the ledger
``ledger``         reading and writing it
``store``          the five operations of a store; ``stores`` has them
=================  ================================================================================

The order of steps is what keeps a number from being bought twice. It needs no lock and no
transaction: objects are created once, and never changed.
"""
