# SPDX-License-Identifier: Apache-2.0
"""Buying each declared number exactly once.

=================  ================================================================================
``buying``         a purchase, step by step
``resolving``      finding out what a purchase bought whose answer was lost
``attribution``    the rule that says which purchase bought which number; pure
``holding``        who may cancel a number: adopting, linking, deleting, releasing
``capping``        how many numbers an account may have
``over``           how long a purchase may still take effect; pure
``owner``          which resource of which stack made an attempt; pure
``place``          where a stack's state is kept: one name for each place
``states``         reading Pulumi's states to find out which resource has a number
``objects``        the objects in the ledger
``ledger``         reading and writing these objects
``store``          the five operations of a store; ``stores`` has the stores
=================  ================================================================================

The order of the steps keeps a number from being bought twice. The protocol needs no lock and no
transaction: an object is created once and never changed.
"""
