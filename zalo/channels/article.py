"""Articles handed in for the page of the account."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from zalo.channels.contents import Content, Page
from zalo.channels.kinds import Channel
from zalo.models import OfficialAccount
from zalo.services import articles
from zalo.types import SentMessage


def send(
    account: OfficialAccount,
    to: str,
    content: Content,
    *,
    heard_at: datetime | None = None,
    reference: str = "",
) -> SentMessage:
    """Hand in an article; its token stands for the id, which Zalo tells later. Raises as
    `zalo.services.articles`."""
    if not isinstance(content, Page):
        raise TypeError(f"no article is a {type(content).__name__}")
    token = articles.create_article(
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
