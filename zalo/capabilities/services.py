"""Capabilities of an account, learnt from asking and from use.

A refusal met in use outweighs what a harmless question is answered: only use, a person's button or
a new consent takes it back. Nothing is written where nothing is new, so a send stays without the
database.
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial

from django.db import DatabaseError, transaction

from zalo.capabilities.states import Capability, State, is_news, merged, state_for
from zalo.client.api import EndpointFamily, ZaloClient
from zalo.client.errors import ZaloConsentRequired, ZaloError, ZaloRetryable, ZaloWrongEndpoint
from zalo.official_accounts import call_log
from zalo.official_accounts.models import OfficialAccount
from zalo.pacing.services import call, note_success, update
from zalo.tokens import services as tokens

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


# Which family of endpoints an account uses: found by the first call, kept, switched on refusal.


STATE_AGENCY = 4


def family_of(account: OfficialAccount) -> EndpointFamily:
    """The family that is known to work, or the likelier one."""
    if account.endpoint_family != OfficialAccount.EndpointFamily.UNKNOWN:
        return EndpointFamily(account.endpoint_family)
    return EndpointFamily.V2 if account.oa_type == STATE_AGENCY else EndpointFamily.V3


def other_than(family: EndpointFamily) -> EndpointFamily:
    return EndpointFamily.V2 if family is EndpointFamily.V3 else EndpointFamily.V3


def in_family[Answer](
    account: OfficialAccount, do: Callable[[ZaloClient, EndpointFamily], Answer], reference: str
) -> Answer:
    """Make one call in the family of this account.

    The other one is tried only where Zalo says so (-235, -240: nothing was accepted), at most once
    a call; on no other number, for Zalo has reported errors for messages that were delivered.
    """
    family = family_of(account)
    try:
        answer = call(account, lambda client: do(client, family), reference)
    except ZaloWrongEndpoint:
        family = other_than(family)
        answer = call(account, lambda client: do(client, family), reference)
    _pin(account, family)
    return answer


def _pin(account: OfficialAccount, family: EndpointFamily) -> None:
    if account.endpoint_family == family:
        return
    with tokens.leaving_connection_as_found():
        try:
            update(account, endpoint_family=family.value)
        except DatabaseError:
            # The call has been made, and that must be told; the next one finds out again.
            account.endpoint_family = OfficialAccount.EndpointFamily(family.value)


# Asking Zalo, by harmless calls only, what an account may do.


REFERENCE = "probe"


def probe(account: OfficialAccount, *, is_asked: bool = False) -> dict[Capability, int | None]:
    """Ask for groups, followers and articles, and keep the answers on the account.

    Returns what Zalo said of each (0: yes). A question that could not be asked leaves what was
    known. `is_asked`: a person pressed the button, so refusals met in use are forgotten too.
    Raises ZaloConsentRequired, since then every question would have that answer.
    """
    found: dict[Capability, int | None] = {}
    try:
        found[Capability.GROUPS] = _code(account, lambda client: client.group_assets())
        found[Capability.FOLLOWERS] = _followers(account)
        found[Capability.ARTICLES] = _code(account, lambda client: client.articles(0, 1))
        if found[Capability.ARTICLES]:  # what cannot be made cannot be broadcast
            found[Capability.BROADCAST] = found[Capability.ARTICLES]
    finally:
        call_log.flush()
        learn(account, found, is_asked=is_asked)
    return found


def _followers(account: OfficialAccount) -> int | None:
    """Ask for one follower, by the other family too where Zalo says that this one is wrong."""
    known = account.users_family
    unknown = OfficialAccount.EndpointFamily.UNKNOWN
    family = family_of(account) if known == unknown else EndpointFamily(known)
    code = None
    for tried in (family, other_than(family)):
        try:
            call(
                account,
                partial(ZaloClient.followers, offset=0, count=1, family=tried),
                REFERENCE,
                is_question=True,
            )
        except ZaloWrongEndpoint as error:
            code = error.code
            continue
        except ZaloConsentRequired:
            raise
        except ZaloError as error:
            return _meaning(error)
        if account.users_family != tried:
            update(account, users_family=tried.value)
        return 0
    return code


def _code(account: OfficialAccount, do: Callable[[ZaloClient], object]) -> int | None:
    try:
        call(account, do, REFERENCE, is_question=True)
    except ZaloConsentRequired:
        raise
    except ZaloError as error:
        return _meaning(error)
    return 0


def _meaning(error: ZaloError) -> int | None:
    """A number that says something of the account; none for what passes by itself."""
    return None if isinstance(error, ZaloRetryable) else error.code
