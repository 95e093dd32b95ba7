# SPDX-License-Identifier: Apache-2.0
"""Whose money it is: a stack's numbers are of one account, unless somebody says otherwise.

Facts: the API's OpenAPI document, ``GET /v1/usage``, whose ``user_id`` is that of every object.
"""

from collections.abc import Set

from vocode_pulumi.errors import StackOfOtherAccount
from vocode_pulumi.purchasing.owner import StackId
from vocode_pulumi.purchasing.shared import Shared
from vocode_pulumi.purchasing.states import StateNotReadable


def require_pinned(shared: Shared) -> None:
    """See to it that the key in use is of the account that ``vocode:account`` names, if it names one.

    Raises:
        PinnedAccount: it is another's.
        CallError: that cannot be asked.
    """
    if shared.settings.account is not None:
        shared.settings.require_account(shared.user_id())


def require_account_of_stack(shared: Shared, stack: StackId) -> None:
    """See to it that a new number of a stack is in the account of the stack's other numbers.

    A setting ``vocode:account`` that names the account of the key says that it is meant.

    Raises:
        PinnedAccount: the setting names another account.
        StackOfOtherAccount: the stack's numbers are all of another account.
        CallError: whose the key is cannot be asked.
    """
    require_pinned(shared)
    if shared.settings.account is not None:
        return
    attempts = shared.look(stack).attempts.result().attempts.values()
    if any(attempt.intent.account.is_same(shared.account) for attempt in attempts):
        return
    try:
        state = shared.state_at_first_look(stack).result()
    except StateNotReadable:
        # Whoever must know what the state says finds that out and says it.
        return
    theirs = {held.account for held in state.numbers if held.account is not None}
    if theirs and shared.user_id() not in theirs:
        raise StackOfOtherAccount(theirs, str(shared.user_id()))


def require_account_in_preview(shared: Shared, stack: StackId, theirs: Set[str]) -> None:
    """The same for a preview, which asks Vocode nothing where the ledger knows whose the key is.

    Args:
        shared: what this process shares.
        stack: that a new number is declared in.
        theirs: accounts of numbers that the engine has shown in this process.

    Raises:
        PinnedAccount, StackOfOtherAccount, CallError: as :func:`require_account_of_stack`.
    """
    if shared.settings.account is not None:
        require_pinned(shared)
        return
    attempts = shared.look(stack).attempts.result().attempts.values()
    mine = shared.account
    accounts = [attempt.intent.account for attempt in attempts]
    if any(account.is_same(mine) for account in accounts) or not (accounts or theirs):
        return
    if shared.user_id() not in theirs:
        require_account_of_stack(shared, stack)
