"""Verbs of editions: draft, edit, check, publish, supersede, verify, reopen."""

from datetime import date, timedelta
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.audit import services as audit
from accounts.models import User
from accounts.users.roles import MODEL_BACKEND
from accounts.workflow.declaration import NotAllowed, TransitionNotAllowed
from accounts.workflow.four_eyes import is_writer
from accounts.workflow.services import lock, move, record, stored_for
from procedures.editions.content import Content, columns_of, content_of, differences, write_parts
from procedures.editions.models import Edition, EditionEvent
from procedures.editions.parts import LegalText
from procedures.library.models import Procedure
from procedures.library.querysets import STALE_DAYS
from procedures.searching.services import refresh

__all__ = ["NotAllowed", "TransitionNotAllowed"]


Kind = EditionEvent.Kind
Status = Edition.Status


def keeps_library(user: User) -> bool:
    """Whether the library is this account's to change: the city's, or that of the only commune."""
    return user.keeps_calendar


def check_right(by: User, permission: str) -> None:
    """Raises NotAllowed."""
    if not by.is_active or not by.has_perm(f"procedures.{permission}"):
        raise NotAllowed(Edition.workflow.denied)
    if not keeps_library(by):
        raise NotAllowed(
            "Thư viện thủ tục dùng chung cho mọi xã, nên do tài khoản cấp thành phố sửa. Giờ tiếp "
            "dân và nơi tiếp dân của xã thì sửa ở Thông tin xã."
        )


def edition_for(edition: Edition, by: User, permission: str, **states: Any) -> Edition:
    """The stored edition, locked, for an account with this right. Raises NotAllowed."""
    check_right(by, permission)
    return stored_for(edition, by, permission=None, **states)


def _with_parts(edition: Edition) -> Edition:
    return Edition.objects.with_parts().get(pk=edition.pk)


def _add(procedure: Procedure, content: Content, *, by: User, kind: Kind, remark: str) -> Edition:
    last: int = procedure.editions.aggregate(last=Max("number"))["last"] or 0
    edition = Edition(procedure=procedure, number=last + 1, drafted_by=by, **columns_of(content))
    _full_clean(edition)
    edition.save(force_insert=True)
    write_parts(edition, content)
    record(edition, kind, by=by, text=remark)
    return edition


def _full_clean(edition: Edition) -> None:
    """Raises NotAllowed with the sentences of what does not hold."""
    try:
        edition.full_clean()
    except ValidationError as error:
        raise NotAllowed(" ".join(error.messages)) from None


@transaction.atomic
def start(
    procedure: Procedure, content: Content | None = None, *, by: User, is_import: bool = False
) -> Edition:
    """The draft of a procedure that has no edition, or whose editions are all done with.

    Raises NotAllowed, also while another draft is open.
    """
    check_right(by, "change_edition")
    procedure = lock(Procedure(pk=procedure.pk))
    _refuse_second_draft(procedure)
    kind = Kind.IMPORTED if is_import else Kind.DRAFTED
    return _add(procedure, content or {}, by=by, kind=kind, remark="")


def _refuse_second_draft(procedure: Procedure) -> None:
    open_one = procedure.editions.open().first()
    if open_one is not None:
        raise NotAllowed(f"{open_one} đang được soạn. Hãy sửa bản đó, hoặc bỏ nó trước.")


@transaction.atomic
def draft_from(edition: Edition, *, by: User) -> Edition:
    """A new draft with the content of this edition; a checked one gives way to it.

    The edition in use stays in use until the new one is published. Raises NotAllowed.
    """
    check_right(by, "change_edition")
    procedure = lock(Procedure(pk=edition.procedure.pk))
    former = edition_for(edition, by, "change_edition")
    if former.status == Status.CHECKED:
        _supersede(former, by, "Soạn lại trước khi công bố")
    _refuse_second_draft(procedure)
    content = content_of(_with_parts(former))
    made = _add(procedure, content, by=by, kind=Kind.DRAFTED, remark=f"Từ bản {former.number}")
    made.confidence = former.confidence
    made.save(update_fields=["confidence"])
    return made


@transaction.atomic
def edit(edition: Edition, content: Content, *, by: User, is_import: bool = False) -> Edition:
    """Put a content in the place of a draft's; the same content changes nothing.

    Raises NotAllowed, also for an edition that is no draft any more.
    """
    edition = edition_for(edition, by, "change_edition")
    if edition.status != Status.DRAFT:
        raise NotAllowed(f"{edition} không còn là bản nháp. Muốn sửa, hãy soạn bản mới.")
    changed = differences(content_of(_with_parts(edition)), content)
    if not changed:
        return edition
    values: dict[str, Any] = columns_of(content)
    for name, value in values.items():
        setattr(edition, name, value)
    _full_clean(edition)
    edition.save(update_fields=list(values))
    write_parts(edition, content)
    kind = Kind.IMPORTED if is_import else Kind.EDITED
    record(edition, kind, by=by, text=", ".join(part.label for part in changed))
    return edition


SURE: Final = (Edition.Confidence.HIGH, Edition.Confidence.FAIRLY_HIGH)
REVIEW_AFTER: Final = timedelta(days=150)  # a month before it turns stale


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
    """Sentences about missing content of an edition."""
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
    """Mark a draft as compared with its sources; its content is fixed from now on.

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
    """Whether another account of the commune, which wrote none of it, may publish it."""
    able = User.objects.with_perm(
        "procedures.publish_edition", include_superusers=False, backend=MODEL_BACKEND
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


def _supersede(edition: Edition, by: User, remark: str) -> None:
    move(edition, Status.SUPERSEDED)
    edition.superseded_at = timezone.now()
    edition.save(update_fields=["status", "superseded_at"])
    record(edition, Kind.SUPERSEDED, by=by, text=remark)


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


@transaction.atomic
def verify(
    edition: Edition, *, by: User, with_what: str, on: date | None = None,
    next_review_on: date | None = None,
) -> Edition:  # fmt: skip
    """Record that the edition in use was compared with its sources and is still right.

    It may be sent again. Where something has changed, make a new edition. Raises NotAllowed.
    """
    edition = edition_for(edition, by, "publish_edition")
    if edition.status != Status.PUBLISHED:
        raise NotAllowed("Chỉ kiểm chứng lại được bản đang dùng.")
    on = on or timezone.localdate()
    if edition.reopened_at is not None and on < timezone.localtime(edition.reopened_at).date():
        raise NotAllowed("Ngày kiểm chứng phải từ ngày bản được mở lại trở đi.")
    set_verified(edition, by=by, on=on, with_what=with_what, next_review_on=next_review_on)
    edition.reopened_at, edition.reopened_because = None, ""
    edition.save()
    record(edition, Kind.VERIFIED, by=by, text=with_what)
    return edition


@transaction.atomic
def reopen_citing(
    text: LegalText, *, by: User, status: str, changed_on: date, through: str = ""
) -> int:
    """Record a changed legal text and reopen the published editions citing it; returns how many.

    No machine sends a reopened edition until it is verified again or superseded. Raises NotAllowed.
    """
    check_right(by, "change_law")
    text = LegalText.objects.select_for_update(of=("self",)).get(pk=text.pk)
    if status not in (LegalText.Status.AMENDED, LegalText.Status.REPLACED):
        raise NotAllowed("Hãy chọn văn bản được sửa đổi hay bị thay thế.")
    text.status, text.changed_on, text.changed_through = status, changed_on, through.strip()[:120]
    text.save()
    why = f"{text.number} thay đổi từ {changed_on:%d/%m/%Y}"
    if text.changed_through:
        why += f" theo {text.changed_through}"
    citing = Edition.objects.published().filter(
        pk__in=text.citations.values("edition"), reopened_at=None
    )
    count = 0
    for edition in citing.select_for_update(of=("self",)).select_related("procedure"):
        edition.reopened_at, edition.reopened_because = timezone.now(), why
        edition.save(update_fields=["reopened_at", "reopened_because"])
        record(edition, Kind.REOPENED, by=by, text=why)
        count += 1
    audit.record("procedure.law_changed", by=by, target=text, reason=why, reopened=count)
    return count
