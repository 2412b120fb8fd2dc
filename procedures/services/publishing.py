"""From a draft to what residents read: checked by one, published by another."""

from datetime import date, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.workflow.four_eyes import is_writer
from accounts.workflow.services import move, record
from procedures.models import Edition
from procedures.querysets import STALE_DAYS
from procedures.searching import refresh
from procedures.services.errors import NotAllowed
from procedures.services.steps import Kind, Status, edition_for

SURE: Final = (Edition.Confidence.HIGH, Edition.Confidence.FAIRLY_HIGH)
REVIEW_AFTER: Final = timedelta(days=150)
_BACKEND: Final = "django.contrib.auth.backends.ModelBackend"


def set_verified(
    edition: Edition, *, by: User, on: date, with_what: str, next_review_on: date | None
) -> None:
    """Write down who compared the edition with what and when, without saving.

    Raises NotAllowed for days that cannot be.
    """
    with_what = with_what.strip()
    if on > timezone.localdate():
        raise NotAllowed("Ngày kiểm chứng không được ở tương lai.")
    if edition.verified_on is not None and on < edition.verified_on:
        raise NotAllowed("Ngày kiểm chứng không được trước lần kiểm chứng gần nhất.")
    if not with_what:
        raise NotAllowed("Hãy ghi đã kiểm chứng bằng trang, văn bản nào hoặc hỏi cơ quan nào.")
    next_review_on = next_review_on or on + REVIEW_AFTER
    if next_review_on <= on or next_review_on > on + timedelta(days=STALE_DAYS):
        raise NotAllowed(f"Ngày rà soát lại phải sau ngày kiểm chứng, trong {STALE_DAYS} ngày.")
    edition.verified_on, edition.verified_by = on, by
    edition.verified_with, edition.next_review_on = with_what[:200], next_review_on


def missing_for_publication(edition: Edition) -> list[str]:
    """What an edition lacks, as sentences."""
    lacks = []
    if not edition.short_answer.strip():
        lacks.append("Chưa có câu trả lời ngắn.")
    if not edition.link:
        lacks.append("Chưa có liên kết trang chính thức.")
    if not edition.where.strip():
        lacks.append("Chưa ghi nơi làm.")
    return lacks


@transaction.atomic
def check(
    edition: Edition, *, by: User, with_what: str, confidence: str, on: date | None = None,
    next_review_on: date | None = None,
) -> Edition:  # fmt: skip
    """The content was compared with its sources: from now on it does not change.

    Raises NotAllowed with what is missing or doubtful.
    """
    edition = edition_for(edition, by, "check_edition")
    move(edition, Status.CHECKED)
    lacks = missing_for_publication(edition)
    if confidence not in SURE:
        lacks.append("Độ tin cậy phải là cao hoặc khá cao; điều chưa chắc thì để trống trong bản.")
    if lacks:
        raise NotAllowed(" ".join(lacks))
    set_verified(
        edition, by=by, on=on or timezone.localdate(), with_what=with_what,
        next_review_on=next_review_on,
    )  # fmt: skip
    edition.confidence = confidence
    edition.checked_by, edition.checked_at = by, timezone.now()
    edition.save()
    record(edition, Kind.CHECKED, by=by, text=with_what)
    return edition


def authors_of(edition: Edition) -> set[int]:
    """The accounts that wrote something into the edition."""
    wrote = (Kind.DRAFTED, Kind.EDITED, Kind.IMPORTED)
    found = edition.events.filter(kind__in=wrote, by__isnull=False)
    return set(found.values_list("by_id", flat=True))


def others_who_may_publish(edition: Edition, by: User) -> bool:
    """Whether the commune has somebody else, who did not write it, to publish it."""
    able = User.objects.with_perm(
        "procedures.publish_edition", include_superusers=False, backend=_BACKEND
    )
    others = able.filter(commune=by.commune_id).exclude(pk__in=[*authors_of(edition), by.pk])
    return bool(others.exists())


@transaction.atomic
def publish(edition: Edition, *, by: User) -> Edition:
    """Put a checked edition into use; the former one is superseded.

    Whoever wrote it publishes it only where the commune has nobody else who may, and that is
    written down. Raises NotAllowed.
    """
    edition = edition_for(edition, by, "publish_edition")
    move(edition, Status.PUBLISHED)
    if is_writer(by, *authors_of(edition)):
        if others_who_may_publish(edition, by):
            raise NotAllowed(
                "Bạn đã soạn bản này nên người khác phải công bố. Hãy báo chỉ huy còn lại."
            )
        edition.is_published_alone = True
    if edition.is_stale(timezone.localdate()):
        raise NotAllowed("Bản này kiểm chứng đã quá lâu. Hãy soạn lại và rà soát lần nữa.")
    former = edition.procedure.editions.published().select_for_update(of=("self",))
    for older in former:
        _supersede(older, by, f"Có bản {edition.number}")
    edition.published_by, edition.published_at = by, timezone.now()
    edition.save()
    record(
        edition, Kind.PUBLISHED, by=by,
        text="Người soạn tự công bố" if edition.is_published_alone else "",
    )  # fmt: skip
    refresh()
    return edition


def _supersede(edition: Edition, by: User, note: str) -> None:
    move(edition, Status.SUPERSEDED)
    edition.superseded_at = timezone.now()
    edition.save(update_fields=["status", "superseded_at"])
    record(edition, Kind.SUPERSEDED, by=by, text=note)


@transaction.atomic
def supersede(edition: Edition, *, by: User, reason: str) -> Edition:
    """Discard a draft, or take an edition out of use without another in its place.

    Raises NotAllowed.
    """
    edition = edition_for(
        edition, by, "change_edition" if edition.status == Status.DRAFT else "publish_edition"
    )
    if edition.status == Status.PUBLISHED and not by.has_perm("procedures.publish_edition"):
        raise NotAllowed("Chỉ người được công bố mới thôi dùng được một bản.")
    if not reason.strip():
        raise NotAllowed("Hãy ghi lý do.")
    was_in_use = edition.status == Status.PUBLISHED
    _supersede(edition, by, reason.strip())
    if was_in_use:
        refresh()
    return edition
