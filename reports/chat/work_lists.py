"""Work lists about the chat and about what hamlet heads pass on, for the home page."""

from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse

from accounts.scoped_admin.matters import subject_of
from accounts.scoped_admin.work_lists import (
    WorkItem,
    WorkList,
    short_list,
    work_list,
)
from reports.chat.answers import astray
from reports.work.models import TipMessage

LOOKED_BACK = timedelta(days=60)


def _astray(user: Any, now: datetime) -> Any:
    return TipMessage.objects.visible_to(user).filter(astray(), at__gte=now - LOOKED_BACK)


@work_list(permission="reports.work_tipreport")
def answers_astray(user: Any, now: datetime) -> Any:
    """Answers that did not reach the reporter, or of unknown outcome; never their text."""

    def rows() -> Any:
        found = _astray(user, now).select_related("tip").order_by("at", "pk")
        return found.only("state", "at", "is_result", "tip__code")

    return short_list(
        "Lời chưa tới người báo tin",
        rows,
        lambda row: WorkItem(
            row.tip.code,
            reverse("admin:reports_tipreport_talk", args=[row.tip_id]),
            f"{'Kết quả chưa tới: ' if row.is_result else ''}{row.get_state_display()}.",
            row.is_result,
            key=subject_of(row),
        ),
        verb="Báo lại",
    )


@work_list(permission="reports.relay_tipreport")
def to_pass_on(user: Any, now: datetime) -> WorkList | None:
    """Link for hamlet heads to pass on a tip."""
    page = reverse("admin:reports_tipreport_relay")
    return WorkList(
        "Tin của người dân",
        [],
        0,
        actions=[WorkItem("Chuyển tin cho Công an xã", page)],
    )
