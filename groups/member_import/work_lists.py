"""The member lists that an account has sent, for its home page."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse

from accounts.scoped_admin.work_lists import MOST, WorkItem, WorkList, work_list
from groups.member_import.models import MemberImport

NEWS_HOURS = 24  # how long the page says that a list is in
State = MemberImport.State
NOTES = {
    State.READING: "Máy đang đọc tệp.",
    State.PREVIEW: "Đã đọc xong, chờ xem và nhập.",
    State.COMMITTING: "Máy đang nhập.",
    State.COMMITTED: "Đã nhập xong, xem kết quả.",
    State.FAILED: "Không đọc được tệp này.",
}


@work_list(permission="groups.import_member")
def my_member_lists(user: Any, now: datetime) -> WorkList | None:
    """Lists that this account sent and has not finished with, and those just written down.

    Who keeps some hamlets and not the whole commune is led to the next upload as well.
    """
    is_news = Q(state=State.COMMITTED, committed_at__gte=now - timedelta(hours=NEWS_HOURS))
    is_open = Q(state__in=[state for state in NOTES if state != State.COMMITTED])
    mine = (
        MemberImport.objects.visible_to(user)
        .filter(is_open | is_news, created_by=user.pk)
        .select_related("hamlet")
        .order_by("-created_at", "-pk")
    )
    rows = list(mine[: MOST + 1])
    brings_lists = not user.has_perm("groups.view_all_hamlets")
    if not rows and not brings_lists:
        return None
    upload = WorkItem("Nhập danh sách", reverse("admin:groups_memberimport_upload"))
    items = [
        WorkItem(
            batch.filename,
            reverse("admin:groups_memberimport_show", args=[batch.pk]),
            f"{batch.hamlet}. {NOTES[State(batch.state)]}",
            is_urgent=batch.state == State.FAILED,
        )
        for batch in rows[:MOST]
    ]
    return WorkList(
        "Danh sách thành viên đã tải lên",
        items,
        len(rows) if len(rows) <= MOST else mine.count(),
        url=f"{reverse('admin:groups_memberimport_changelist')}?viec=toi" if rows else "",
        empty="Không có danh sách nào đang làm dở.",
        icon="upload_file",
        order=60,
        actions=[upload] if brings_lists else [],
    )
