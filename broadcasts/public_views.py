"""What anyone may fetch of a post: the cover of an article, which Zalo's servers must load."""

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.picture_views import picture
from broadcasts.models import Article

OPEN = ("approved", "publishing", "published", "uncertain")


@require_safe
def article_cover(request: HttpRequest, uuid: str) -> HttpResponseBase:
    """The cover of an article, from its approval until it is taken down; 404 otherwise."""
    article = get_object_or_404(Article, uuid=uuid, status__in=OPEN)
    response = picture(article.cover, download_as="")
    response["Cache-Control"] = "public, max-age=3600"
    return response
