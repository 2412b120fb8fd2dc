"""Articles handed in for the page of the account."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.db import DatabaseError
from django.utils.translation import gettext_lazy as _

from zalo.capabilities.services import used
from zalo.capabilities.states import Capability
from zalo.channels.base import Channel, Content, Page
from zalo.client.api import ZaloClient
from zalo.client.articles import ARTICLES_A_PAGE
from zalo.client.types import ArticleDetail, ArticleSummary, SentMessage
from zalo.followers import quota
from zalo.hold.process import require_open
from zalo.official_accounts import call_log
from zalo.official_accounts.models import OfficialAccount
from zalo.pacing.services import call
from zalo.tokens import services as tokens

# Articles on the page of an account, and their broadcast to its followers.
#
# Each function makes one call. `accepted` is all that Zalo ever says of a broadcast: who has had
# their share of the day or the month is skipped without a word.


PAGES_LOOKED_AT = 3


@call_log.flushed()
def verify_article(account: OfficialAccount, token: str, *, reference: str = "") -> str:
    """The id of an article by its token. ZaloRetryable (-214): ask again later."""
    return call(account, lambda client: client.verify_article(token), reference)


@call_log.flushed()
def article_detail(account: OfficialAccount, article_id: str) -> ArticleDetail:
    """One article as Zalo keeps it. Raises ZaloRetryable or ZaloRejected."""
    return call(account, lambda client: client.article_detail(article_id), "article")


@call_log.flushed()
def find_article(account: OfficialAccount, title: str) -> ArticleSummary | None:
    """The newest article of this title among the latest thirty; None where there is none.

    Raises ZaloRetryable or ZaloRejected.
    """
    for page in range(PAGES_LOOKED_AT):
        listed = call(
            account, partial(ZaloClient.articles, offset=page * ARTICLES_A_PAGE), "articles"
        )
        for article in listed.articles:
            if article.title == title:
                return article
        if len(listed.articles) < ARTICLES_A_PAGE:
            break
    return None


@call_log.flushed()
def remove_article(account: OfficialAccount, article_id: str, *, reference: str = "") -> None:
    """Take an article down for good. Raises ZaloRetryable, ZaloRejected or NotAllowed."""
    require_open()
    call(account, lambda client: client.remove_article(article_id), reference)


def broadcast_article(
    account: OfficialAccount,
    article_id: str,
    *,
    cities: Sequence[int] = (),
    now: datetime,
    reference: str = "",
) -> SentMessage:
    """Have Zalo send an article to the followers, perhaps of some old provinces only.

    Raises ZaloRetryable (nothing was accepted; -234: at night), ZaloRejected, or ZaloUncertain,
    after which the machine never tries again.
    """
    with call_log.flushed(), used(account, Capability.BROADCAST):
        sent = call(
            account, lambda client: client.broadcast_article(article_id, cities=cities), reference
        )
    with tokens.leaving_connection_as_found():
        try:
            quota.count_broadcast(account, now)
        except DatabaseError:
            return sent  # it was accepted, and that must be told
    return sent


@call_log.flushed()
def send(
    account: OfficialAccount,
    to: str,
    content: Content,
    *,
    heard_at: datetime | None = None,
    reference: str = "",
) -> SentMessage:
    """Hand in an article; its token stands for the id, which `verify_article` asks for later.

    Raises ZaloRetryable (nothing was taken; ZaloArticleQuota: no more in this period),
    ZaloRejected, or ZaloUncertain: look at `find_article` before handing it in again.
    """
    if not isinstance(content, Page):
        raise TypeError(f"no article is a {type(content).__name__}")
    page = content

    def create(client: ZaloClient) -> str:
        return client.create_article(
            title=page.title,
            author=page.author,
            description=page.description,
            cover_url=page.cover_url,
            body=page.body,
        )

    with used(account, Capability.ARTICLES):
        return SentMessage(call(account, create, reference))


ARTICLE = Channel("article", _("Đăng bài viết"), send=send)
