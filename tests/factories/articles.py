"""Articles in any state, made as rows without the services."""

from io import BytesIO
from itertools import count
from typing import Any

from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image

from accounts.models import Commune
from accounts.users.roles import Role
from broadcasts.models import Article, Topic
from tests.factories.accounts import make_user

_numbers = count(1)
APPROVED = {"approved", "publishing", "published", "failed", "uncertain", "removed"}


def small_picture() -> ContentFile:
    """A JPEG of a few bytes."""
    target = BytesIO()
    Image.new("RGB", (40, 20), "navy").save(target, "JPEG")
    return ContentFile(target.getvalue(), name="bia.jpg")


def make_article(commune: Commune, *, status: str = "draft", **fields: Any) -> Article:
    """An article in a state, with the columns that prove it; its cover has a name and no file."""
    number, now = next(_numbers), timezone.now()
    author = fields.pop("created_by", None) or make_user(commune, Role.OFFICER)
    values: dict[str, Any] = {
        "title": f"Bài viết {number}",
        "author": "Công an xã",
        "description": "Những điều bà con cần biết.",
        "text": "Đoạn một.\n\nĐoạn hai.",
        "cover": "articles/bia.jpg",
        "topic": Topic.objects.get(code="chu-truong"),
        "last_edited_by": author,
    }
    if status not in {"draft", "cancelled"}:
        values |= {"submitted_by": author, "submitted_at": now}
    if status == "published":
        values |= {"zalo_article_id": f"a{number}", "published_at": now}
    article = Article(commune=commune, created_by=author, status=status, **(values | fields))
    article.content_hash = article.compute_hash()
    if status in APPROVED:
        article.approved_by = fields.get("approved_by") or make_user(commune, Role.CHIEF)
        article.approved_at, article.approved_hash = now, article.content_hash
    article.save()
    return article
