"""Writing: a first edition, a new one from an old, changes to a draft."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from accounts.models import User
from accounts.workflow.services import lock, record
from procedures.content import Content, columns_of, content_of, differences, write_parts
from procedures.models import Edition, Procedure
from procedures.services.errors import NotAllowed
from procedures.services.steps import Kind, Status, check_right, edition_for


def _with_parts(edition: Edition) -> Edition:
    return Edition.objects.with_parts().get(pk=edition.pk)


def _add(procedure: Procedure, content: Content, *, by: User, kind: Kind, note: str) -> Edition:
    last: int = procedure.editions.aggregate(last=Max("number"))["last"] or 0
    edition = Edition(procedure=procedure, number=last + 1, drafted_by=by, **columns_of(content))
    _full_clean(edition)
    edition.save(force_insert=True)
    write_parts(edition, content)
    record(edition, kind, by=by, text=note)
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
    return _add(procedure, content or {}, by=by, kind=kind, note="")


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
        former.status, former.superseded_at = Status.SUPERSEDED, timezone.now()
        former.save(update_fields=["status", "superseded_at"])
        record(former, Kind.SUPERSEDED, by=by, text="Soạn lại trước khi công bố")
    _refuse_second_draft(procedure)
    content = content_of(_with_parts(former))
    made = _add(procedure, content, by=by, kind=Kind.DRAFTED, note=f"Từ bản {former.number}")
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
