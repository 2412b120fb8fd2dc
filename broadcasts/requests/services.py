"""Verbs of requests for posts: receive, change, assign, close."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.workflow.services import lock_for, record, stored_for
from broadcasts.content_check.services import check_name, check_text
from broadcasts.posts.attachments import NotADocument, clean_document
from broadcasts.posts.errors import NotAllowed
from broadcasts.posts.models import Broadcast
from broadcasts.requests.models import DIRECTED, PostRequest
from broadcasts.sending.models import Delivery
from content_rules.engine.findings import Level
from content_rules.rulebook import GIVES_AWAY, find
from documents import uploads

Closing = PostRequest.Closing
OPEN = ""  # not closed as anything
NO_NUMBER = (
    "Nội dung theo chỉ đạo phải có số văn bản. Hãy ghi số văn bản, hoặc chọn chủ đề khác nếu không "
    "có văn bản."
)
# “số 25-CV/ĐU”, “12/KH-UBND”, “Số: 1234/CAT-PV01”
_DOCUMENT = re.compile(r"\b\d{1,5}\s*[-/]\s*[A-ZĐ]{1,8}(?:\W[A-ZĐ\d]+)*", re.UNICODE)


def refusals(request: PostRequest) -> dict[str, list[str]]:
    """Refusals by field: secrecy marks, a missing document number."""
    found: dict[str, list[str]] = {}
    if request.topic_id and request.topic.code == DIRECTED and not request.document_number.strip():
        found["document_number"] = [NO_NUMBER]
    for name in ("title", "message", "document_number", "audience"):
        words = str(getattr(request, name))
        hits = [hit for hit in check_text(words) if hit.level == Level.BLOCK]
        if words.strip() and hits:
            found.setdefault(name, []).extend(hit.sentence for hit in hits)
    if request.attachment and (hits := check_name(request.attachment.name or "")):
        found["attachment"] = [hit.sentence for hit in hits]
    return found


def prepare_attachment(handed_in: Any) -> "ContentFile[bytes]":
    """Prepare an uploaded document. Raises ValidationError for a secrecy mark or a teller."""
    document = uploads.prepare(handed_in)
    if sentences := secrecy_of(document.read()):
        raise ValidationError(sentences)
    document.seek(0)
    return document


def secrecy_of(document: bytes) -> list[str]:
    """Sentences about secrecy marks and tellers in a document; none where it cannot be read."""
    try:
        opened = clean_document(document)
    except NotADocument:
        return []
    words = "\n".join([opened.text, *(opened.facts.get("meta") or {}).values()])
    return [hit.sentence for hit in find(words, where="file") if hit.rule in GIVES_AWAY]


def missing_document(broadcast: Broadcast) -> str:
    """Sentence for a directive post that names no document; blank otherwise.

    A correction rests on the document of the original.
    """
    if broadcast.topic_id is None or broadcast.topic.code != DIRECTED or broadcast.corrects_id:
        return ""
    by_request = broadcast.request is not None and broadcast.request.document_number.strip()
    if by_request or _DOCUMENT.search(f"{broadcast.title} {broadcast.text}"):
        return ""
    return (
        "Bài theo chỉ đạo phải ghi số văn bản, ví dụ “số 25-CV/ĐU”. Hãy ghi vào bài, hoặc soạn từ "
        "yêu cầu đã có số văn bản."
    )


def _require_takeable(request: PostRequest) -> None:
    if found := refusals(request):
        raise NotAllowed(
            " ".join(sentence for sentences in found.values() for sentence in sentences)
        )


@transaction.atomic
def receive(request: PostRequest, *, by: User) -> PostRequest:
    """Store a new request. Raises NotAllowed for secrecy marks or a directive without a number."""
    own_commune = by.commune_id in {None, request.commune_id}
    if not own_commune or not by.has_perm("broadcasts.add_postrequest"):
        raise NotAllowed("Tài khoản này không có quyền gửi yêu cầu cho xã này.")
    _require_takeable(request)
    request.created_by = by
    request.save(force_insert=True)
    record(request, "received", by=by)
    return request


def may_change(request: PostRequest, by: Any) -> bool:
    """Whether the account may edit: requester and answering accounts, until it is assigned."""
    untouched = not request.closed_as and request.taken_at is None and not request.posts.exists()
    own = request.created_by_id == by.pk or by.has_perm("broadcasts.answer_postrequest")
    return untouched and own and by.has_perm("broadcasts.change_postrequest")


@transaction.atomic
def change(request: PostRequest, *, by: User) -> PostRequest:
    """Save what was changed before anybody began to write. Raises NotAllowed."""
    stored_for(
        request, by, permission=may_change,
        denied="Yêu cầu đã có người làm nên không sửa được nữa. Hãy báo Công an xã.",
    )  # fmt: skip
    _require_takeable(request)
    request.save()
    record(request, "changed", by=by)
    return request


@transaction.atomic
def assign(request: PostRequest, *, by: User) -> PostRequest:
    """Assign a request to the account; a request already assigned stays with the first."""
    lock_for(request, by, permission="broadcasts.answer_postrequest", only=OPEN)
    if request.taken_at is None:
        request.taken_by, request.taken_at = by, timezone.now()
        request.save(update_fields=["taken_by", "taken_at"])
        record(request, "taken", by=by)
    return request


def _close(request: PostRequest, closing: str, *, by: User, remark: str) -> PostRequest:
    request.closed_as, request.close_note = closing, remark.strip()
    request.closed_by, request.closed_at = by, timezone.now()
    request.save(update_fields=["closed_as", "close_note", "closed_by", "closed_at"])
    record(request, closing, by=by, text=request.close_note)
    return request


@transaction.atomic
def finish(request: PostRequest, *, by: User, remark: str = "") -> PostRequest:
    """It has been said. Needs a post that has left. Raises NotAllowed."""
    lock_for(request, by, permission="broadcasts.answer_postrequest", only=OPEN)
    if not request.posts.filter(started_at__isnull=False).exists():
        raise NotAllowed("Chưa có bài nào của yêu cầu này được gửi nên chưa xong.")
    return _close(request, Closing.DONE, by=by, remark=remark)


@transaction.atomic
def decline(request: PostRequest, *, by: User, reason: str) -> PostRequest:
    """Decline a request; the requester reads the reason."""
    lock_for(request, by, permission="broadcasts.answer_postrequest", only=OPEN)
    if not reason.strip():
        raise NotAllowed("Hãy ghi lý do để nơi yêu cầu biết.")
    if request.posts.filter(started_at__isnull=False).exists():
        raise NotAllowed("Đã có bài được gửi cho yêu cầu này. Hãy bấm “Đã xong”.")
    return _close(request, Closing.DECLINED, by=by, remark=reason)


@transaction.atomic
def withdraw(request: PostRequest, *, by: User, reason: str = "") -> PostRequest:
    """Withdraw a request of one's own, as long as nothing was approved for it."""
    lock_for(request, by, permission="broadcasts.view_postrequest", only=OPEN)
    if request.created_by_id != by.pk:
        raise NotAllowed("Chỉ người gửi yêu cầu mới rút được.")
    if request.posts.filter(status__in=Broadcast.UNDER_APPROVAL).exists():
        raise NotAllowed("Đã có bài được duyệt nên không rút được. Hãy gọi Công an xã.")
    return _close(request, Closing.WITHDRAWN, by=by, remark=reason)


def progress_of(request: PostRequest) -> list[tuple[Broadcast, dict[str, int]]]:
    """The posts that have begun to leave, each with its counts over all groups.

    Counts alone, so that who asked may read them too; call for a request that was found by
    `visible_to`.
    """
    posts = list(request.posts.filter(started_at__isnull=False).order_by("started_at", "pk"))
    counts = Delivery.objects.progress([post.pk for post in posts])
    return [(post, counts[post.pk]) for post in posts if post.pk in counts]
