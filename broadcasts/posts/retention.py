"""Retention rules for files handed in with posts, and for lapsed occurrences."""

from datetime import timedelta

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


@transaction.atomic
def drop_proofs(rows: QuerySet[Delivery]) -> int:
    """The declaration stays, the picture goes; returns how many."""
    taken = list(rows.select_for_update(of=("self",)).only("proof"))
    for delivery in taken:
        uploads.forget(delivery.proof)
    return Delivery.objects.filter(pk__in=[one.pk for one in taken]).update(proof="")


def old_attachments() -> QuerySet[PostRequest]:
    """Requests closed long ago that still have their attachment."""
    before = timezone.now() - timedelta(days=ATTACHMENT_DAYS)
    return PostRequest.objects.exclude(attachment="").filter(closed_at__lt=before)


@transaction.atomic
def drop_attachments(rows: QuerySet[PostRequest]) -> int:
    """The request and its number stay, the paper goes; returns how many."""
    taken = list(rows.select_for_update(of=("self",)).only("attachment"))
    for asked in taken:
        uploads.forget(asked.attachment)
    return PostRequest.objects.filter(pk__in=[one.pk for one in taken]).update(attachment="")


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
    taken = list(rows.select_for_update(of=("self",)).only("file"))
    others = Broadcast.objects.exclude(pk__in=[post.pk for post in taken])
    names = [post.file.name for post in taken]
    shared = set(others.filter(file__in=names).values_list("file", flat=True))
    for post in taken:
        if post.file.name not in shared:  # the posts of a schedule hold the same file
            uploads.forget(post.file)
    return Broadcast.objects.filter(pk__in=[one.pk for one in taken]).update(
        file="", file_text="", zalo_file_token=""
    )


def register_rules() -> None:
    """Called once, when the app is ready."""
    register(
        RetentionRule(
            label="broadcasts.Broadcast.lapsed",
            days=LAPSED_DAYS,
            sentence="Lần đăng theo lịch đã bỏ, chưa từng gửi đi: xóa sau một năm.",
            expired=lapsed_occurrences,
        )
    )
    register(
        RetentionRule(
            label="broadcasts.PostRequest.attachment",
            days=ATTACHMENT_DAYS,
            sentence="Văn bản kèm yêu cầu có bản gốc ở nơi ban hành: xóa tệp, giữ số văn bản.",
            expired=old_attachments,
            act=drop_attachments,
        )
    )
    register(
        RetentionRule(
            label="broadcasts.Broadcast.file",
            days=FILE_DAYS,
            sentence="Tệp kèm bài đã gửi có bản gốc ở nơi soạn: xóa tệp, giữ tên và mã kiểm.",
            expired=old_files,
            act=drop_files,
        )
    )
    register(
        RetentionRule(
            label="broadcasts.Delivery.proof",
            days=PROOF_DAYS,
            sentence="Ảnh chụp khi đăng tay có thể lộ chữ của bà con: xóa ảnh, giữ lời khai.",
            expired=old_proofs,
            act=drop_proofs,
        )
    )
