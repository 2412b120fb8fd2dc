"""What a new post comes from: a template, a request, a post that was wrong."""

from accounts.models import User
from accounts.workflow.services import sees
from broadcasts.models import Broadcast, PostTemplate
from broadcasts.services import post_requests
from broadcasts.services.errors import NotAllowed


def require_sources(broadcast: Broadcast, by: User) -> None:
    """They are of the same commune and in sight of the author; a request is taken up by it.

    Raises NotAllowed. Call inside the transaction that saves the post.
    """
    if broadcast.template_id:
        of_commune = PostTemplate.objects.of_commune(broadcast.commune_id)
        if not of_commune.filter(pk=broadcast.template_id).exists():
            raise NotAllowed("Mẫu bài này là của xã khác.")
    if broadcast.request is None:
        return
    if broadcast.request.commune_id != broadcast.commune_id:
        raise NotAllowed("Yêu cầu này là của xã khác.")
    if not sees(by, broadcast.request):
        raise NotAllowed("Tài khoản này không thấy yêu cầu đó.")
    post_requests.take(broadcast.request, by=by)


def source_words(broadcast: Broadcast) -> str:
    """The edition of the library behind a post, with its number and day; blank for others."""
    edition = broadcast.edition
    if edition is None:
        return ""
    checked = f", rà soát ngày {edition.verified_on:%d/%m/%Y}" if edition.verified_on else ""
    return f"Soạn từ thủ tục “{edition.procedure}”, bản {edition.number}{checked}."
