"""The member lists that an account has sent, for its home page."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse

from accounts.scoped_admin.matters import subject_of
from accounts.scoped_admin.work_lists import (
    WorkItem,
    short_list,
    work_list,
)
from groups.member_import.models import MemberImport
from groups.places.querysets import ids_of_hamlets

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
def my_member_lists(user: Any, now: datetime) -> Any:
    """Lists that this account sent and has not finished with, and those just written down.

    Who keeps some hamlets, but not the whole commune, is led to the next upload as well.
    """
    is_news = Q(state=State.COMMITTED, committed_at__gte=now - timedelta(hours=NEWS_HOURS))
    is_open = Q(state__in=[state for state in NOTES if state != State.COMMITTED])

    def mine() -> Any:
        return (
            MemberImport.objects.visible_to(user)
            .filter(is_open | is_news, created_by=user.pk)
            .select_related("hamlet")
            .order_by("-created_at", "-pk")
        )

    keeps_all = user.has_perm("groups.view_all_hamlets")
    brings_lists = not keeps_all and bool(ids_of_hamlets(user))
    upload = WorkItem("Nhập danh sách", reverse("admin:groups_memberimport_upload"))
    return short_list(
        "Danh sách thành viên đã tải lên",
        mine,
        lambda batch: WorkItem(
            batch.filename,
            reverse("admin:groups_memberimport_show", args=[batch.pk]),
            f"{batch.hamlet}. {NOTES[State(batch.state)]}",
            is_urgent=batch.state == State.FAILED,
            key=subject_of(batch),
        ),
        url=f"{reverse('admin:groups_memberimport_changelist')}?viec=toi",
        verb="Xem danh sách",
        actions=[upload] if brings_lists else [],
    )
