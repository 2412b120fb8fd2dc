"""What an account may do, learnt from asking and from use.

A refusal met in use outweighs what a harmless question is answered: only use, a person's button or
a new consent takes it back. Nothing is written where nothing is new, so a send stays without the
database.
"""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from django.db import DatabaseError, transaction

from zalo import tokens
from zalo.capabilities import Capability, State, is_news, merged, state_for
from zalo.errors import ZaloError, ZaloRetryable
from zalo.models import OfficialAccount
from zalo.services.calling import note_success

_lock = threading.Lock()


@contextmanager
def used(account: OfficialAccount, capability: Capability) -> Iterator[None]:
    """Around one call that uses a capability: its success or refusal is remembered."""
    try:
        yield
    except ZaloError as error:
        if not isinstance(error, ZaloRetryable):
            _learn_from_any_thread(account, capability, error.code)
        raise
    else:
        _learn_from_any_thread(account, capability, 0)
        note_success(account)


@transaction.atomic
def learn(
    account: OfficialAccount,
    found: Mapping[Capability, int | None],
    *,
    by_use: bool = False,
    is_asked: bool = False,
) -> None:
    """Keep what was found (capability → number of Zalo); numbers that prove nothing are left out.

    `is_asked`: a person wants to know now, so that older refusals in use no longer count.
    """
    row = OfficialAccount.objects.select_for_update(of=("self",)).get(pk=account.pk)
    row.capabilities = merged(row.capabilities, found, by_use=by_use, is_asked=is_asked)
    row.save(update_fields=["capabilities"])
    account.capabilities = row.capabilities


def _learn_from_any_thread(
    account: OfficialAccount, capability: Capability, code: int | None
) -> None:
    if state_for(code) is State.UNKNOWN or not is_news(account.capabilities, capability, code):
        return
    with _lock:  # of many threads at once one writes it down
        if not is_news(account.capabilities, capability, code):
            return
        account.capabilities = merged(account.capabilities, {capability: code}, by_use=True)
    with tokens.leaving_connection_as_found():
        try:
            learn(account, {capability: code}, by_use=True)
        except DatabaseError:
            return  # the next call finds out again
