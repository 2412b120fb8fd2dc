"""Articles handed in for the page of the account."""

from collections.abc import Mapping, Sequence
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
from zalo.followers.quota import Allowance
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
def create_article(
    account: OfficialAccount,
    *,
    title: str,
    author: str,
    description: str,
    cover_url: str,
    body: Sequence[Mapping[str, str]],
    reference: str = "",
) -> str:
    """Hand in an article; returns the token by which `verify_article` asks for its id.

    Raises ZaloRetryable (nothing was taken; ZaloArticleQuota: no more in this period),
    ZaloRejected, or ZaloUncertain: look at `find_article` before handing it in again.
    """

    def create(client: ZaloClient) -> str:
        return client.create_article(
            title=title, author=author, description=description, cover_url=cover_url, body=body
        )

    with used(account, Capability.ARTICLES):
        return call(account, create, reference)


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
    """Take an article down for good. Raises ZaloRetryable or ZaloRejected."""
    call(account, lambda client: client.remove_article(article_id), reference)


def broadcast_allowance(account: OfficialAccount, at: datetime, *, ahead: int = 0) -> Allowance:
    """Whether one more article may go to the followers in the month of `at`, behind `ahead` that
    wait for it, and why (not)."""
    return quota.may_broadcast(account, at, ahead=ahead)


def count_broadcast(account: OfficialAccount, at: datetime) -> None:
    """One more went to the followers at that moment, as a person found."""
    quota.count_broadcast(account, at)


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


def send(
    account: OfficialAccount,
    to: str,
    content: Content,
    *,
    heard_at: datetime | None = None,
    reference: str = "",
) -> SentMessage:
    """Hand in an article; its token stands for the id, which Zalo tells later. Raises as
    `zalo.channels.article`."""
    if not isinstance(content, Page):
        raise TypeError(f"no article is a {type(content).__name__}")
    token = create_article(
        account,
        title=content.title,
        author=content.author,
        description=content.description,
        cover_url=content.cover_url,
        body=content.body,
        reference=reference,
    )
    return SentMessage(token)


ARTICLE = Channel("article", _("Đăng bài viết"), send=send)
