"""Work lists of checklists and yearly reviews."""

from datetime import date, datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.scoped_admin.asking import Asking
from accounts.scoped_admin.questions import Number
from accounts.scoped_admin.work_lists import Level, WorkItem, WorkList, work_list
from oversight.checklists.models import ChecklistItem, SafetyChecklist
from oversight.checklists.services import year_of
from oversight.review import writers
from oversight.review.models import ReviewHamlet, YearlyReview
from oversight.work_lists import rows_list

REGISTRATION = ((1, 1), (3, 31))  # the first quarter
RECOGNITION = ((10, 15), (11, 20))
TICKS = "oversight.change_safetychecklist"


def _is_in(day: date, span: tuple[tuple[int, int], tuple[int, int]]) -> bool:
    return span[0] <= (day.month, day.day) <= span[1]


def _lists(user: Any, year: int) -> QuerySet[SafetyChecklist]:
    rows = SafetyChecklist.objects.visible_to(user).filter(year=year, is_recognised=None)
    return rows.select_related("hamlet", "commune").order_by("hamlet__code", "pk")


def _unregistered(user: Any, today: date) -> Any:
    """In the first quarter: checklists without registration."""
    if not _is_in(today, REGISTRATION):
        return None
    return _lists(user, today.year).filter(registered_on=None)


unregistered = rows_list(
    "Chưa ghi đăng ký an toàn về an ninh, trật tự", "safetychecklist", _unregistered,
    lambda one, today: (one.place, "Đăng ký trong quý I."),
    right=TICKS, verb="Xét", level=Level.SHIFT,
)  # fmt: skip


def _unticked(user: Any, today: date) -> Any:
    """From 15/10 to 20/11: checklists with unticked lines or without a decision."""
    if not _is_in(today, RECOGNITION):
        return None
    rows = _lists(user, today.year)
    if user.has_perm("oversight.decide_safetychecklist"):
        return rows
    return rows.filter(Exists(ChecklistItem.objects.filter(checklist=OuterRef("pk"), answer="")))


unticked = rows_list(
    "Bảng kiểm an toàn cần xem", "safetychecklist", _unticked,
    lambda one, today: (one.place, "Ấp, khu phố xét trước 15/11; xã trước 20/11."),
    right=TICKS, verb="Xét", level=Level.SHIFT,
)  # fmt: skip


@work_list(permission="oversight.add_safetychecklist")
def no_lists(user: Any, now: datetime) -> Asking[WorkList | None]:
    """In the first quarter: no checklists opened yet."""
    today = timezone.localdate(now)
    year = year_of(today)
    if user.commune_id is None or not _is_in(today, REGISTRATION):
        return None
    there = SafetyChecklist.objects.filter(commune=user.commune_id, year=year)
    if (yield Number(there)):
        return None
    url = reverse("admin:oversight_safetychecklist_new")
    items = [WorkItem(f"Lập bảng kiểm năm xét {year}", url, "Đăng ký trong quý I.")]
    title = "Chưa lập bảng kiểm an toàn của năm"
    return WorkList(title, items, 1, url=url, verb="Lập bảng kiểm", level=Level.SHIFT)


def _parts(user: Any, today: date) -> Any:
    rows = ReviewHamlet.objects.visible_to(user).filter(text="", review__status="frozen")
    return rows.select_related("hamlet", "review").order_by("hamlet__code", "pk")


parts = rows_list(
    "Ấp, khu phố chưa viết phần tổng kết", "reviewhamlet", _parts,
    lambda one, today: (str(one.hamlet), str(one.review)),
    right="oversight.change_reviewhamlet", verb="Viết", level=Level.SHIFT,
)  # fmt: skip
to_sign = rows_list(
    "Tổng kết chờ đồng chí ký", "yearlyreview",
    lambda user, today: YearlyReview.objects.visible_to(user).filter(
        writers.not_by(user), status="assessed"
    ),
    lambda one, today: (str(one),),
    right="oversight.sign_yearlyreview", verb="Đọc và ký",
)  # fmt: skip
