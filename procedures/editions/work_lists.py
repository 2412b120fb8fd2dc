"""Work lists of the library for the home page: what to review, publish, and add."""

from datetime import datetime
from typing import Any, Final

from django.urls import reverse

from accounts.scoped_admin.asking import Asking
from accounts.scoped_admin.matters import subject_of
from accounts.scoped_admin.questions import Later, Number
from accounts.scoped_admin.work_lists import (
    Level,
    WorkItem,
    by_day,
    short_list,
    state_line,
    work_list,
)
from procedures.asking.models import Question
from procedures.editions.models import Edition
from procedures.editions.services import keeps_library

_LIST: Final = "admin:procedures_edition_changelist"


def _url(edition: Edition) -> str:
    return reverse("admin:procedures_edition_show", args=[edition.pk])


def _to_review(user: Any, now: datetime) -> Any:
    if not (user.has_perm("procedures.change_edition") and keeps_library(user)):
        return None
    return Edition.objects.visible_to(user).to_review(now.date())


def review_note(edition: Edition, today: Any) -> str:
    """Why an edition in use waits for a review, in one sentence."""
    if edition.reopened_at is not None:
        return f"{edition.reopened_because}. Máy không gửi."
    if edition.is_stale(today):
        return f"Kiểm chứng ngày {edition.verified_on:%d/%m/%Y}, đã quá hạn. Máy không gửi."
    return f"Đến hạn rà soát ngày {edition.next_review_on:%d/%m/%Y}."


@work_list
def editions_to_review(user: Any, now: datetime) -> Any:
    """Editions in use that are stale, reopened, or at the day of their review."""
    today = now.date()
    waiting = _to_review(user, now)
    if waiting is None:
        return None
    return short_list(
        "Thủ tục cần rà soát",
        lambda: waiting.worst_first().select_related("procedure"),
        lambda row: WorkItem(
            row.procedure.name,
            _url(row),
            review_note(row, today),
            row.reopened_at is not None or row.is_stale(today),
            key=subject_of(row),
            due_at=by_day(row.next_review_on),
        ),
        url=f"{reverse(_LIST)}?ra-soat=can",
        verb="Rà soát",
        level=Level.SHIFT,
    )


def _to_publish(user: Any, now: datetime) -> Any:
    if not (user.has_perm("procedures.publish_edition") and keeps_library(user)):
        return None
    return Edition.objects.visible_to(user).filter(status=Edition.Status.CHECKED)


@work_list
def editions_to_publish(user: Any, now: datetime) -> Any:
    """Checked editions to be published by a second account."""
    waiting = _to_publish(user, now)
    if waiting is None:
        return None
    return short_list(
        "Thủ tục chờ công bố",
        lambda: waiting.select_related("procedure", "checked_by").order_by("checked_at"),
        lambda row: WorkItem(
            str(row),
            _url(row),
            f"{row.checked_by or 'Đã'} rà soát ngày {row.checked_at:%d/%m/%Y}.",
            key=subject_of(row),
        ),
        url=f"{reverse(_LIST)}?ban=checked",
        verb="Đọc và công bố",
    )


def question_note(question: Any) -> str:
    """How often it was asked, and that an answer of the machine did not get there."""
    often = f"Đã hỏi {question.times} lần." if question.times > 1 else "Hỏi lần đầu."
    return f"{often} Câu trả lời: {question.get_told_display()}." if question.is_lost else often


def _unanswered(user: Any, now: datetime) -> Any:
    if not (user.has_perm("procedures.change_question") and keeps_library(user)):
        return None
    return Question.objects.visible_to(user).unanswered()


@work_list
def questions_unanswered(user: Any, now: datetime) -> Any:
    """Questions that the library does not answer; how often and when, never their words."""
    waiting = _unanswered(user, now)
    if waiting is None:
        return None
    return short_list(
        "Câu hỏi thủ tục chưa có câu trả lời",
        lambda: waiting.each_once().order_by("-times", "-asked_on", "-pk"),
        lambda row: WorkItem(
            f"Câu hỏi ngày {row.asked_on:%d/%m/%Y}",
            reverse("admin:procedures_question_show", args=[row.pk]),
            question_note(row),
            key=subject_of(row),
        ),
        url=reverse("admin:procedures_question_changelist"),
        verb="Xem câu hỏi",
    )


@state_line(permission="procedures.view_edition")
def library_now(user: Any, now: datetime) -> Asking[WorkItem | None]:
    """How many procedures are in use, and of how many the machine may tell residents."""
    today = now.date()
    rows = Edition.objects.visible_to(user)
    current, sendable = yield [
        Later("editions in use", lambda: Number(rows.current(today))),
        Later("editions sendable", lambda: Number(rows.sendable(today))),
    ]
    if not current:
        return None
    left = current - sendable
    return WorkItem(
        f"{current} thủ tục đang dùng",
        reverse(_LIST),
        f"{left} thủ tục cần rà soát lại, máy chưa báo cho bà con."
        if left
        else "Máy báo được tất cả cho bà con.",
        is_urgent=not sendable,
    )
