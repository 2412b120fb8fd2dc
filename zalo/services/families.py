"""Which family of endpoints an account uses: found by the first call, kept, switched on refusal."""

from collections.abc import Callable

from django.db import DatabaseError

from zalo import tokens
from zalo.client import EndpointFamily, ZaloClient
from zalo.errors import ZaloWrongEndpoint
from zalo.models import OfficialAccount
from zalo.services.calling import call, update

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
