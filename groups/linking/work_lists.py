"""Work lists about linking and the followers for the home page."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from accounts.scoped_admin.asking import Asking
from accounts.scoped_admin.matters import subject_of
from accounts.scoped_admin.questions import Later
from accounts.scoped_admin.work_lists import (
    MOST,
    Level,
    WorkItem,
    WorkList,
    short_list,
    work_list,
)
from groups.linking.models import LinkProposal
from zalo.models import FollowerSync, OfficialAccount


@work_list(permission="groups.settle_linkproposal")
def shares_to_confirm(user: Any, now: datetime) -> Any:
    """People who pressed “share” and wait for a call; no name stands on the home page."""
    return short_list(
        "Đề nghị liên kết Zalo",
        lambda: LinkProposal.objects.visible_to(user).select_related("hamlet"),
        lambda row: WorkItem(
            "Khớp tên và số" if row.member_id else "Chưa khớp với ai",
            reverse("admin:groups_linkproposal_change", args=[row.pk]),
            f"{_of(row)}Gọi hỏi rồi xác nhận.",
            key=subject_of(row),
        ),
        url=reverse("admin:groups_linkproposal_changelist"),
        verb="Gọi và xác nhận",
    )


def _of(row: LinkProposal) -> str:
    return f"{row.hamlet}. " if row.hamlet else ""


@work_list(permission="zalo.sync_follower")
def lists_not_read(user: Any, now: datetime) -> Asking[WorkList | None]:
    """Accounts whose list of followers could not be read the last time."""

    def newest() -> Any:
        accounts = OfficialAccount.objects.visible_to(user)
        rows = FollowerSync.objects.filter(account__in=accounts).newest()
        return rows.select_related("account")

    rows = yield Later("readings of followers", newest)
    failed = [sync for sync in rows if sync.state == FollowerSync.State.FAILED]
    if not failed:
        return None
    page = reverse("admin:groups_linkproposal_followers")
    items = [
        WorkItem(
            str(sync.account),
            f"{page}?oa={sync.account_id}",
            sync.problem,
            key=subject_of(sync.account),
        )
        for sync in failed[:MOST]
    ]
    return WorkList(
        "Danh sách người quan tâm OA", items, len(failed), verb="Xem danh sách", level=Level.SHIFT
    )
