"""Work lists of articles for the home page."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from accounts.scoped_admin.matters import subject_of
from accounts.scoped_admin.work_lists import (
    WorkItem,
    short_list,
    work_list,
)
from broadcasts.articles.models import Article
from broadcasts.posts.wording import when


def _url(article: Article) -> str:
    return reverse("admin:broadcasts_article_show", args=[article.pk])


def _waiting(user: Any, now: datetime) -> Any:
    return Article.objects.visible_to(user).approvable_by(user).select_related("submitted_by")


@work_list(permission="broadcasts.approve_article")
def articles_to_approve(user: Any, now: datetime) -> Any:
    return short_list(
        "Bài viết OA chờ duyệt",
        lambda: _waiting(user, now).order_by("submitted_at"),
        lambda article: WorkItem(
            article.title,
            _url(article),
            f"{article.submitted_by} trình {when(article.submitted_at, now)}.",
            key=subject_of(article),
        ),
        url=f"{reverse('admin:broadcasts_article_changelist')}?status__exact=pending_approval",
        verb="Đọc và duyệt",
    )


def _in_trouble(user: Any, now: datetime) -> Any:
    return Article.objects.visible_to(user).in_trouble()


@work_list(permission="broadcasts.submit_article")
def articles_in_trouble(user: Any, now: datetime) -> Any:
    return short_list(
        "Bài viết OA cần xem",
        lambda: _in_trouble(user, now).order_by("-pk"),
        lambda article: WorkItem(
            article.title, _url(article), article.error_text[:200], True, key=subject_of(article)
        ),
        verb="Xem lỗi",
    )
