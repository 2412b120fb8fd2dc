"""Verbs of an article that Zalo has, or may have: take down, verify, settle the broadcast."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.workflow.services import lock, lock_for, record, require, require_state
from broadcasts.articles.models import Article
from broadcasts.articles.services import refusal
from broadcasts.posts.errors import NotAllowed
from zalo import services as zalo
from zalo.client.errors import ZaloError
from zalo.models import OfficialAccount

Status, Spread = Article.Status, Article.Spread
APPROVES = "broadcasts.approve_article"


def _account_for(article: Article, by: User, permission: str, status: str) -> OfficialAccount:
    """Account that a call to Zalo about this article goes through. Raises NotAllowed."""
    require(article, by, permission=permission)
    require_state(article, only=status)
    account = zalo.account_for(article.commune_id)
    if account is None:
        raise NotAllowed("Xã chưa kết nối tài khoản Zalo OA.")
    return account


def take_down(article: Article, *, by: User, reason: str = "") -> Article:
    """Remove a published article from the account's page at once. Call outside a transaction.

    What followers have received stays with them. Raises NotAllowed, with Zalo's words too.
    """
    account = _account_for(article, by, "broadcasts.remove_article", Status.PUBLISHED)
    try:
        zalo.remove_article(account, article.zalo_article_id, reference=f"article:{article.pk}")
    except ZaloError as error:
        raise NotAllowed(f"Chưa gỡ được. {error}") from error
    with transaction.atomic():
        lock(article)
        article.status = Status.REMOVED
        if article.spread == Spread.WAITING:
            article.spread, article.spread_due_at = Spread.CANCELLED, None
        article.save(update_fields=["status", "spread", "spread_due_at"])
        record(article, "removed", by=by, text=reason.strip())
    return article


def look_again(article: Article, *, by: User) -> bool:
    """Look for the title of an uncertain article on the account's page.

    Returns whether it was there (it is published then); otherwise it waits to be submitted anew.
    Raises NotAllowed. Call outside a transaction.
    """
    account = _account_for(article, by, APPROVES, Status.UNCERTAIN)
    try:
        found = zalo.find_article(account, article.title)
    except ZaloError as error:
        raise NotAllowed(f"Chưa xem được trang của OA. {error}") from error
    with transaction.atomic():
        lock(article)
        require_state(article, only=Status.UNCERTAIN)
        if found is not None:
            article.status, article.published_at = Status.PUBLISHED, timezone.now()
            article.zalo_article_id, article.link = found.article_id, found.link[:500]
            article.error_code = article.error_text = ""
        else:
            article.status = Status.FAILED
            article.error_text = "Đã xem trang của OA: chưa có bài này. Hãy trình duyệt lại."
        article.save()
        record(article, "settled", by=by, finding="đã có" if found is not None else "không có")
    return found is not None


@transaction.atomic
def settle_spread(article: Article, *, by: User, is_sent: bool) -> Article:
    """Record whether Zalo took an uncertain broadcast; if not, send it again."""
    lock_for(article, by, permission=APPROVES)
    if article.spread != Spread.UNCERTAIN:
        raise NotAllowed("Việc gửi rộng của bài này không ở trạng thái chưa rõ.")
    now = timezone.now()
    if is_sent:
        note_accepted(article, article.claimed_at or now)
        article.error_text = "Cán bộ xem trên trang quản lý OA: đã gửi."
    else:
        article.spread, article.spread_due_at = Spread.WAITING, now
        article.error_text = ""
    article.error_code = ""
    article.save()
    record(article, "settled", by=by, finding="đã gửi" if is_sent else "chưa gửi")
    return article


def note_accepted(article: Article, at: datetime, message_id: str = "") -> None:
    """Zalo took the broadcast at `at`; without its id a person vouches for that. Saves nothing."""
    article.spread, article.spread_at = Spread.ACCEPTED, at
    article.spread_message_id = message_id or f"declared-{article.pk}"
    if account := zalo.account_for(article.commune_id):
        zalo.count_broadcast(account, at)


@transaction.atomic
def spread_again(article: Article, *, by: User) -> Article:
    """Send a failed broadcast again; nothing had left. Raises NotAllowed."""
    lock_for(article, by, permission=APPROVES, only=Status.PUBLISHED)
    if article.spread != Spread.FAILED:
        raise NotAllowed("Việc gửi rộng của bài này không ở trạng thái không gửi được.")
    if why := refusal(article):
        raise NotAllowed(why)
    article.spread, article.spread_due_at = Spread.WAITING, timezone.now()
    article.error_code = article.error_text = ""
    article.save(update_fields=["spread", "spread_due_at", "error_code", "error_text"])
    record(article, "spread_again", by=by)
    return article
