"""Keeping the library true: verified again, and reopened where the law changes."""

from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from accounts.workflow.services import record
from procedures.models import Edition, LegalText
from procedures.services.errors import NotAllowed
from procedures.services.publishing import set_verified
from procedures.services.steps import Kind, Status, check_right, edition_for


@transaction.atomic
def verify(
    edition: Edition, *, by: User, with_what: str, on: date | None = None,
    next_review_on: date | None = None,
) -> Edition:  # fmt: skip
    """The edition in use was compared with its sources and is still right, word for word.

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
    """A legal text changed: every edition in use that cites it is reopened; returns how many.

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
