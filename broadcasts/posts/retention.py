"""Retention rules for files handed in with posts, and for lapsed occurrences."""

from datetime import timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.retention import RetentionRule, register
from broadcasts.posts.models import Broadcast
from broadcasts.requests.models import PostRequest
from broadcasts.sending.models import Delivery
from documents import uploads

PROOF_DAYS = 180
ATTACHMENT_DAYS = 730
FILE_DAYS = 730
LAPSED_DAYS = 365


def old_proofs() -> QuerySet[Delivery]:
    """Manual posts with an outdated screenshot."""
    before = timezone.now() - timedelta(days=PROOF_DAYS)
    return Delivery.objects.exclude(proof="").filter(posted_at__lt=before)


def old_attachments() -> QuerySet[PostRequest]:
    """Requests closed long ago that still have their attachment."""
    before = timezone.now() - timedelta(days=ATTACHMENT_DAYS)
    return PostRequest.objects.exclude(attachment="").filter(closed_at__lt=before)


def _drop(field: str, rows: QuerySet[Any]) -> int:
    """Delete the files of a field; the rows stay. Returns how many."""
    with transaction.atomic():
        locked = list(rows.select_for_update(of=("self",)).only(field))
        for row in locked:
            uploads.forget(getattr(row, field))
        return rows.model.objects.filter(pk__in=[row.pk for row in locked]).update(**{field: ""})


drop_attachments = partial(_drop, "attachment")


def lapsed_occurrences() -> QuerySet[Broadcast]:
    """Occurrences that nobody approved; never sent, without deliveries."""
    before = timezone.localdate() - timedelta(days=LAPSED_DAYS)
    return Broadcast.objects.filter(
        schedule__isnull=False, is_own_version=False, started_at=None,
        status=Broadcast.Status.CANCELLED, occurrence_on__lt=before, deliveries=None,
    )  # fmt: skip


def old_files() -> QuerySet[Broadcast]:
    """Old finished posts that still have their file."""
    before = timezone.now() - timedelta(days=FILE_DAYS)
    over = [Broadcast.Status.COMPLETED, Broadcast.Status.CANCELLED, Broadcast.Status.REJECTED]
    return Broadcast.objects.exclude(file="").filter(status__in=over, created_at__lt=before)


@transaction.atomic
def drop_files(rows: QuerySet[Broadcast]) -> int:
    """Delete file and text; name and hash stay as approved. Returns how many."""
    locked = list(rows.select_for_update(of=("self",)).only("file"))
    others = Broadcast.objects.exclude(pk__in=[post.pk for post in locked])
    names = [post.file.name for post in locked]
    shared = set(others.filter(file__in=names).values_list("file", flat=True))
    for post in locked:
        if post.file.name not in shared:  # the posts of a schedule hold the same file
            uploads.forget(post.file)
    return Broadcast.objects.filter(pk__in=[one.pk for one in locked]).update(
        file="", file_text="", zalo_file_token=""
    )


register(
    RetentionRule(
        "broadcasts.Broadcast.lapsed", LAPSED_DAYS,
        "Lần đăng theo lịch đã bỏ, chưa từng gửi đi: xóa sau một năm.", lapsed_occurrences,
    ),
    RetentionRule(
        "broadcasts.PostRequest.attachment", ATTACHMENT_DAYS,
        "Văn bản kèm yêu cầu có bản gốc ở nơi ban hành: xóa tệp, giữ số văn bản.",
        old_attachments, drop_attachments,
    ),
    RetentionRule(
        "broadcasts.Broadcast.file", FILE_DAYS,
        "Tệp kèm bài đã gửi có bản gốc ở nơi soạn: xóa tệp, giữ tên và mã kiểm.",
        old_files, drop_files,
    ),
    RetentionRule(
        "broadcasts.Delivery.proof", PROOF_DAYS,
        "Ảnh chụp khi đăng tay có thể lộ chữ của bà con: xóa ảnh, giữ lời khai.",
        old_proofs, partial(_drop, "proof"),
    ),
)  # fmt: skip
