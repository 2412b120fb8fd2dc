"""Work list of signers: drafts of past periods."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts.scoped_admin.work_lists import WorkItem, WorkList, work_list
from oversight.summaries.models import PeriodSummary
from oversight.summaries.querysets import SIGNS
from oversight.work_lists import listed


def _waiting(user: Any, now: datetime) -> Any:
    own = [issuer for issuer, right in SIGNS.items() if user.has_perm(right)]
    if not own:
        return None
    rows = PeriodSummary.objects.visible_to(user).drafts().filter(issuer__in=own)
    return rows.filter(last__lt=timezone.localdate(now))


@work_list(asks=_waiting)
def summaries_to_sign(user: Any, now: datetime) -> WorkList:
    """Drafts to sign, oldest period first."""
    return listed(
        "Dự thảo báo cáo chờ ký",
        _waiting(user, now).for_lists().order_by("last", "first", "pk"),
        lambda row: WorkItem(
            str(row), reverse("admin:oversight_periodsummary_show", args=[row.pk]),
            f"Số liệu tính đến {timezone.localtime(row.as_of):%d/%m/%Y}. Dự thảo lần "
            f"{row.revision}.",
        ),
        url=reverse("admin:oversight_periodsummary_changelist") + "?status__exact=draft",
        icon="draw", order=85,
    )  # fmt: skip
