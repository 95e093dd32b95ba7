# SPDX-License-Identifier: Apache-2.0
"""Which account pays: a stack's numbers are in one account, unless ``vocode:account`` allows another.

Facts: the API's OpenAPI document, ``GET /v1/usage``. ASSUMED: its ``user_id`` is the ``user_id`` of every
object of the account.
"""

from collections.abc import Collection, Set

from vocode_pulumi.errors import StackOfOtherAccount
from vocode_pulumi.purchasing.context import PurchasingContext
from vocode_pulumi.purchasing.objects import Attempt
from vocode_pulumi.purchasing.owner import StackId
from vocode_pulumi.purchasing.states import StateNotReadable


def require_account_of_setting(context: PurchasingContext) -> None:
    """Raise if ``vocode:account`` names an account and the key in use is of another one.

    Raises:
        PinnedAccount: the key is of another account.
        CallError: Vocode does not tell whose the key is.
    """
    if context.settings.account is not None:
        context.settings.require_account(context.user_id())


def require_account_of_stack(context: PurchasingContext, stack: StackId) -> None:
    """Raise if all numbers of a stack are in accounts other than the account of the key.

    If ``vocode:account`` names the account of the key, the stack may use several accounts.

    Raises:
        PinnedAccount: the setting names another account.
        StackOfOtherAccount: the stack's numbers are all in other accounts.
        CallError: Vocode does not tell whose the key is.
    """
    require_account_of_setting(context)
    if context.settings.account is not None or _has_bought(context, stack):
        return
    try:
        state = context.state_at_start(stack).result()
    except StateNotReadable:
        # The next step that reads the state raises the error.
        return
    theirs = {held.account for held in state.numbers if held.account is not None}
    if theirs and context.user_id() not in theirs:
        raise StackOfOtherAccount(theirs, str(context.user_id()))


def begin_to_read_state(context: PurchasingContext, stack: StackId) -> None:
    """Begin to read the state in the background, if :func:`require_account_of_stack` will read it."""
    if context.settings.account is None and not _has_bought(context, stack):
        context.state_at_start(stack)


def _has_bought(context: PurchasingContext, stack: StackId) -> bool:
    """Whether the ledger has a purchase of the stack whose payer is the account of the key.

    A purchase is an *attempt*, and its payer is ``intent.account``.
    """
    attempts = _attempts(context, stack)
    return any(attempt.intent.account.is_same(context.account) for attempt in attempts)


def _attempts(context: PurchasingContext, stack: StackId) -> Collection[Attempt]:
    """The purchases of the stack in the ledger, as they were when this process began."""
    return context.stack_at_start(stack).attempts.result().by_key.values()


def require_account_in_preview(
    context: PurchasingContext, stack: StackId, theirs: Set[str]
) -> None:
    """The check of :func:`require_account_of_stack`, for a preview.

    Without ``vocode:account``, it does not call Vocode if the ledger has a purchase by this account.

    Args:
        context: what the purchases of this process share.
        stack: the stack that declares a new number.
        theirs: the accounts of all numbers that the engine has passed to this process so far.

    Raises:
        PinnedAccount, StackOfOtherAccount, CallError: as :func:`require_account_of_stack`.
    """
    if context.settings.account is not None:
        require_account_of_setting(context)
        return
    accounts = [attempt.intent.account for attempt in _attempts(context, stack)]
    # What is known without a call: the address, the key's hash, perhaps the id. `user_id()` may call Vocode.
    mine = context.account
    if any(account.is_same(mine) for account in accounts) or not (accounts or theirs):
        return
    if context.user_id() not in theirs:
        require_account_of_stack(context, stack)
