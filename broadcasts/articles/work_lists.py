"""Work lists of articles for the home page."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from accounts.scoped_admin.work_lists import WorkItem, WorkList, work_list
from broadcasts.articles.models import Article
from broadcasts.posts.wording import when

SHOWN = 5


def _url(article: Article) -> str:
    return reverse("admin:broadcasts_article_show", args=[article.pk])


def _list(query: str) -> str:
    return f"{reverse('admin:broadcasts_article_changelist')}?{query}"


def _waiting(user: Any, now: datetime) -> Any:
    if not user.has_perm("broadcasts.approve_article"):
        return None
    return Article.objects.visible_to(user).approvable_by(user).select_related("submitted_by")


@work_list(asks=_waiting)
def articles_to_approve(user: Any, now: datetime) -> WorkList | None:
    waiting = _waiting(user, now)
    rows = list(waiting.order_by("submitted_at")[: SHOWN + 1])
    if not rows:
        return None
    items = [
        WorkItem(
            article.title,
            _url(article),
            f"{article.submitted_by} trình {when(article.submitted_at, now)}.",
        )
        for article in rows[:SHOWN]
    ]
    count = len(rows) if len(rows) <= SHOWN else waiting.count()
    return WorkList(
        "Bài viết OA chờ duyệt", items, count, url=_list("status__exact=pending_approval"),
        icon="article", order=12,
    )  # fmt: skip


def _in_trouble(user: Any, now: datetime) -> Any:
    if not user.has_perm("broadcasts.submit_article"):
        return None
    return Article.objects.visible_to(user).in_trouble()


@work_list(asks=_in_trouble)
def articles_in_trouble(user: Any, now: datetime) -> WorkList | None:
    wrong = _in_trouble(user, now)
    rows = list(wrong.order_by("-pk")[: SHOWN + 1])
    if not rows:
        return None
    items = [
        WorkItem(article.title, _url(article), article.error_text[:200], True)
        for article in rows[:SHOWN]
    ]
    count = len(rows) if len(rows) <= SHOWN else wrong.count()
    return WorkList("Bài viết OA cần xem", items, count, icon="error", order=27)
