"""Work lists of checklists and yearly reviews."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.scoped_admin.work_lists import WorkItem, WorkList, work_list
from oversight.checklists.models import ChecklistItem, SafetyChecklist
from oversight.checklists.services import year_of
from oversight.review import writers
from oversight.review.models import ReviewHamlet, YearlyReview
from oversight.work_lists import listed

REGISTRATION = ((1, 1), (3, 31))  # the first quarter
RECOGNITION = ((10, 15), (11, 20))


def _is_in(now: datetime, span: tuple[tuple[int, int], tuple[int, int]]) -> bool:
    day = timezone.localdate(now)
    return span[0] <= (day.month, day.day) <= span[1]


def _lists(user: Any, year: int) -> QuerySet[SafetyChecklist]:
    rows = SafetyChecklist.objects.visible_to(user).filter(year=year, is_recognised=None)
    return rows.select_related("hamlet", "commune").order_by("hamlet__code", "pk")


def _unregistered(user: Any, now: datetime) -> Any:
    may = user.has_perm("oversight.change_safetychecklist")
    if not may or not _is_in(now, REGISTRATION):
        return None
    return _lists(user, timezone.localdate(now).year).filter(registered_on=None)


@work_list(asks=_unregistered)
def unregistered(user: Any, now: datetime) -> WorkList:
    """In the first quarter: checklists without registration."""
    rows = _unregistered(user, now)
    return _of_lists("Chưa ghi đăng ký an toàn về an ninh, trật tự", rows, "Đăng ký trong quý I.")


def _unticked(user: Any, now: datetime) -> Any:
    may = user.has_perm("oversight.change_safetychecklist")
    if not may or not _is_in(now, RECOGNITION):
        return None
    bare = ChecklistItem.objects.filter(checklist=OuterRef("pk"), answer="")
    rows = _lists(user, timezone.localdate(now).year)
    if user.has_perm("oversight.decide_safetychecklist"):
        return rows
    return rows.filter(Exists(bare))


@work_list(asks=_unticked)
def unticked(user: Any, now: datetime) -> WorkList:
    """From 15/10 to 20/11: checklists with unticked lines or without a decision."""
    rows = _unticked(user, now)
    remark = "Ấp, khu phố xét trước 15/11; xã trước 20/11."
    return _of_lists("Bảng kiểm an toàn cần xem", rows, remark)


def _of_lists(title: str, rows: QuerySet[SafetyChecklist], remark: str) -> WorkList:
    return listed(
        title, rows,
        lambda one: WorkItem(
            one.place, reverse("admin:oversight_safetychecklist_show", args=[one.pk]), remark
        ),
        url=reverse("admin:oversight_safetychecklist_changelist"), icon="checklist", order=420,
    )  # fmt: skip


def _no_lists(user: Any, now: datetime) -> Any:
    if not user.has_perm("oversight.add_safetychecklist") or user.commune_id is None:
        return None
    if not _is_in(now, REGISTRATION):
        return None
    year = year_of(timezone.localdate(now))
    there = SafetyChecklist.objects.filter(commune=OuterRef("commune"), year=year)
    return User.objects.filter(~Exists(there), pk=user.pk)


@work_list(asks=_no_lists)
def no_lists(user: Any, now: datetime) -> WorkList:
    """In the first quarter: no checklists opened yet."""
    year = year_of(timezone.localdate(now))
    url = reverse("admin:oversight_safetychecklist_new")
    items = [WorkItem(f"Lập bảng kiểm năm xét {year}", url, "Đăng ký trong quý I.")]
    title = "Chưa lập bảng kiểm an toàn của năm"
    return WorkList(title, items, 1, url=url, icon="checklist", order=419)


def _parts(user: Any, now: datetime) -> Any:
    if not user.has_perm("oversight.change_reviewhamlet"):
        return None
    rows = ReviewHamlet.objects.visible_to(user).filter(text="", review__status="frozen")
    return rows.select_related("hamlet", "review").order_by("hamlet__code", "pk")


@work_list(asks=_parts)
def parts(user: Any, now: datetime) -> WorkList:
    """Parts of reviews without text."""
    return listed(
        "Ấp, khu phố chưa viết phần tổng kết", _parts(user, now),
        lambda one: WorkItem(
            str(one.hamlet), reverse("admin:oversight_reviewhamlet_show", args=[one.pk]),
            str(one.review),
        ),
        url=reverse("admin:oversight_reviewhamlet_changelist"), icon="edit_note", order=415,
    )  # fmt: skip


def _to_sign(user: Any, now: datetime) -> Any:
    if not user.has_perm("oversight.sign_yearlyreview"):
        return None
    rows = YearlyReview.objects.visible_to(user).filter(status="assessed")
    return rows.filter(writers.not_by(user))


@work_list(asks=_to_sign)
def to_sign(user: Any, now: datetime) -> WorkList:
    """Reviews waiting for the signature of this account."""
    return listed(
        "Tổng kết chờ đồng chí ký", _to_sign(user, now),
        lambda one: WorkItem(
            str(one), reverse("admin:oversight_yearlyreview_show", args=[one.pk])
        ),
        url=reverse("admin:oversight_yearlyreview_changelist"), icon="draw", order=60,
    )  # fmt: skip
