"""Work list of signers: drafts of past periods."""

from datetime import date
from typing import Any

from django.utils import timezone

from oversight.summaries.models import PeriodSummary
from oversight.summaries.querysets import SIGNS
from oversight.work_lists import rows_list


def _waiting(user: Any, today: date) -> Any:
    """Drafts to sign, oldest period first."""
    own = [issuer for issuer, right in SIGNS.items() if user.has_perm(right)]
    if not own:
        return None
    rows = PeriodSummary.objects.visible_to(user).drafts().filter(issuer__in=own, last__lt=today)
    return rows.for_lists().order_by("last", "first", "pk")


summaries_to_sign = rows_list(
    "Dự thảo báo cáo chờ ký", "periodsummary", _waiting,
    lambda row, today: (
        str(row),
        f"Số liệu đếm ngày {timezone.localtime(row.as_of):%d/%m/%Y}. Dự thảo lần {row.revision}.",
    ),
    query="?status__exact=draft", verb="Đọc và ký",
)  # fmt: skip
