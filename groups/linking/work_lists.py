"""Work lists about linking and the followers for the home page."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from accounts.scoped_admin.work_lists import MOST, WorkItem, WorkList, short_list, work_list
from groups.linking.models import LinkProposal
from zalo.models import FollowerSync, OfficialAccount


@work_list(permission="groups.settle_linkproposal")
def shares_to_confirm(user: Any, now: datetime) -> WorkList | None:
    """People who pressed “share” and wait for a call; no name stands on the home page."""
    return short_list(
        "Đề nghị liên kết Zalo",
        LinkProposal.objects.visible_to(user).select_related("hamlet"),
        lambda row: WorkItem(
            "Khớp tên và số" if row.member_id else "Chưa khớp với ai",
            reverse("admin:groups_linkproposal_change", args=[row.pk]),
            f"{row.hamlet}. Gọi hỏi rồi xác nhận." if row.hamlet else "Gọi hỏi rồi xác nhận.",
        ),
        url=reverse("admin:groups_linkproposal_changelist"),
        icon="link",
        order=60,
    )


@work_list(permission="zalo.sync_follower")
def lists_not_read(user: Any, now: datetime) -> WorkList | None:
    """Accounts whose list of followers could not be read the last time."""
    accounts = OfficialAccount.objects.visible_to(user)
    newest = FollowerSync.objects.filter(account__in=accounts).newest().select_related("account")
    failed = [sync for sync in newest if sync.state == FollowerSync.State.FAILED]
    if not failed:
        return None
    page = reverse("admin:groups_linkproposal_followers")
    items = [
        WorkItem(str(sync.account), f"{page}?oa={sync.account_id}", sync.problem)
        for sync in failed[:MOST]
    ]
    return WorkList("Danh sách người quan tâm OA", items, len(failed), icon="groups", order=79)
