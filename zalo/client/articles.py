"""Articles on the page of the account, and their broadcast to followers."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from zalo.client.calls import Calls
from zalo.client.errors import ZaloRetryable, ZaloUncertain
from zalo.client.types import (
    ArticleDetail,
    ArticlePage,
    ArticleSummary,
    SentMessage,
    as_id,
    as_int,
    as_mapping,
    as_text,
)

ARTICLE: Final = "/v2.0/article"
BROADCAST_PATH: Final = "/v2.0/oa/message"
ARTICLES_A_PAGE: Final = 10


class ArticleCalls(Calls):
    """An article is made under a token first; its id comes when Zalo has processed it."""

    def create_article(
        self,
        *,
        title: str,
        author: str,
        description: str,
        cover_url: str,
        body: Sequence[Mapping[str, str]],
    ) -> str:
        """Hand in an article; returns the token under which it is processed.

        `body` holds `{"type": "text", "content": …}` and `{"type": "image", "url": …, "caption":
        …}`. Limits: title 150, author 50, description 300 characters. ZaloArticleQuota: as many as
        the package allows are there. ZaloUncertain: it may have been taken; look at `articles`.
        """
        data = self._data(
            "POST",
            f"{ARTICLE}/create",
            is_repeatable=False,
            json_body={
                "type": "normal",
                "title": title,
                "author": author,
                "description": description,
                "cover": {"cover_type": "photo", "photo_url": cover_url, "status": "show"},
                "body": [dict(part) for part in body],
                "status": "show",
                "comment": "hide",
            },
        )
        token = as_text(data.get("token"))
        if not token:
            raise ZaloUncertain(f"{ARTICLE}/create: no token in the answer")
        return token

    def verify_article(self, token: str) -> str:
        """The id of an article by its token. ZaloRetryable (-214): Zalo still processes it."""
        data = self._data(
            "POST", f"{ARTICLE}/verify", is_repeatable=True, json_body={"token": token}
        )
        article_id = as_id(data.get("id"))
        if not article_id:
            raise ZaloRetryable(f"{ARTICLE}/verify: no id in the answer", code=-214)
        return article_id

    def articles(self, offset: int = 0, limit: int = ARTICLES_A_PAGE) -> ArticlePage:
        """A page of the account's articles, at most ten."""
        data = self._data(
            "GET",
            f"{ARTICLE}/getslice",
            is_repeatable=True,
            params={"offset": str(offset), "limit": str(limit), "type": "normal"},
        )
        medias = data.get("medias")
        return ArticlePage(
            total=as_int(data.get("total")),
            articles=tuple(
                ArticleSummary(
                    article_id=as_id(item.get("id")),
                    title=as_text(item.get("title")),
                    status=as_text(item.get("status")),
                    link=as_text(item.get("link_view")),
                )
                for item in map(as_mapping, medias if isinstance(medias, list) else ())
            ),
        )

    def article_detail(self, article_id: str) -> ArticleDetail:
        """One article as Zalo keeps it."""
        data = self._data(
            "GET", f"{ARTICLE}/getdetail", is_repeatable=True, params={"id": article_id}
        )
        return ArticleDetail(
            article_id=as_id(data.get("id")) or article_id,
            title=as_text(data.get("title")),
            status=as_text(data.get("status")),
            link=as_text(data.get("link_view")),
            total_view=as_int(data.get("total_view")),
        )

    def remove_article(self, article_id: str) -> None:
        """Take an article down for good."""
        self._data("POST", f"{ARTICLE}/remove", is_repeatable=True, json_body={"id": article_id})

    def broadcast_article(self, article_id: str, *, cities: Sequence[int] = ()) -> SentMessage:
        """Have an article sent to the followers, of some old provinces only if any are named.

        The answer means accepted, not delivered: it takes up to half an hour, and who has had
        their share is skipped without a word. ZaloRetryable (-234): not between 22:00 and 06:00.
        """
        target: dict[str, Any] = {"gender": "0"}
        if cities:
            target["cities"] = ",".join(map(str, cities))
        element = {"media_type": "article", "attachment_id": article_id}
        payload = {"template_type": "media", "elements": [element]}
        return self._send(
            BROADCAST_PATH,
            {"target": target},
            {"attachment": {"type": "template", "payload": payload}},
        )
