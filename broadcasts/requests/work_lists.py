"""Work lists of requests: due ones for writers, progress for requesters."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from accounts.scoped_admin.matters import subject_of
from accounts.scoped_admin.work_lists import (
    Level,
    WorkItem,
    by_day,
    short_list,
    work_list,
)
from broadcasts.requests.models import PostRequest
from broadcasts.requests.pages import due_words, state_of


def _url(asked: PostRequest) -> str:
    return reverse("admin:broadcasts_postrequest_show", args=[asked.pk])


def _to_answer(user: Any, now: datetime) -> Any:
    waiting = PostRequest.objects.visible_to(user).unanswered()
    return waiting.filter(Q(taken_by=None) | Q(taken_by=user))


@work_list(permission="broadcasts.answer_postrequest")
def requests_to_answer(user: Any, now: datetime) -> Any:
    """Open ones for which nothing was approved yet, the first due first."""
    today = timezone.localdate(now)
    return short_list(
        "Yêu cầu đăng bài",
        lambda: _to_answer(user, now).by_need(),
        lambda asked: WorkItem(
            asked.title,
            _url(asked),
            f"{asked.get_source_display()}. {due_words(asked, today)}. {state_of(asked).label}.",
            asked.due_on is not None and asked.due_on <= today,
            key=subject_of(asked),
            due_at=by_day(asked.due_on),
        ),
        url=f"{reverse('admin:broadcasts_postrequest_changelist')}?viec=mo",
        verb="Trả lời yêu cầu",
    )


@work_list
def own_requests(user: Any, now: datetime) -> Any:
    """Progress of own requests, for accounts that do not answer requests."""
    asks = user.has_perm("broadcasts.add_postrequest")
    if not asks or user.has_perm("broadcasts.answer_postrequest"):
        return None
    today = timezone.localdate(now)
    return short_list(
        "Yêu cầu đăng bài của tôi",
        lambda: (
            PostRequest.objects.visible_to(user).with_state().order_by("closed_as", "-created_at")
        ),
        lambda asked: WorkItem(
            asked.title,
            _url(asked),
            f"{state_of(asked).label}. {due_words(asked, today)}.",
            key=subject_of(asked),
        ),
        url=reverse("admin:broadcasts_postrequest_changelist"),
        verb="Xem",
        level=Level.SHIFT,
        actions=[WorkItem("Gửi yêu cầu đăng bài", reverse("admin:broadcasts_postrequest_add"))],
    )
