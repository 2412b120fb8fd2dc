"""Groups that an account owns."""

from functools import partial

from zalo import call_log
from zalo.client import ZaloClient
from zalo.models import OfficialAccount
from zalo.services.calling import call
from zalo.types import GroupDetail, GroupPage, GroupSummary

GROUPS_A_PAGE = 50
MOST_GROUPS = 10_000


def list_groups(account: OfficialAccount) -> list[GroupSummary]:
    """Every group that the account owns. Raises ZaloRetryable or ZaloRejected."""
    groups: list[GroupSummary] = []
    try:
        while len(groups) < MOST_GROUPS:
            page = call(account, partial(_groups_from, offset=len(groups)), "groups")
            groups.extend(page.groups)
            if not page.groups or len(groups) >= page.total:
                break
    finally:
        call_log.flush()
    return groups


def group_detail(account: OfficialAccount, zalo_group_id: str) -> GroupDetail:
    """One group of the account. ZaloRejected (-403): it is not the account's."""
    try:
        return call(account, lambda client: client.group_detail(zalo_group_id), "group")
    finally:
        call_log.flush()


def _groups_from(client: ZaloClient, *, offset: int) -> GroupPage:
    return client.groups_of_oa(offset, GROUPS_A_PAGE)
