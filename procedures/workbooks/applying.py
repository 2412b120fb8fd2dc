"""What a workbook changes: planned first, then carried out as drafts."""

from dataclasses import dataclass
from typing import Any, Final

from django.db import transaction

from accounts import audit
from accounts.models import User
from procedures import services
from procedures.content import Difference, content_of, differences
from procedures.models import Edition, Procedure
from procedures.searching import refresh
from procedures.services.steps import check_right
from procedures.workbooks.reading import Row
from procedures.workbooks.sheets import OWN
from procedures.workbooks.writing import at_hand

_OWN_LABELS: Final = {
    name: str(Procedure._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    for name in OWN
}


@dataclass(frozen=True)
class Change:
    """One procedure that would change: new, its own columns, the content of its edition."""

    row: Row
    procedure: Procedure | None
    edition: Edition | None
    own: dict[str, Any]
    content: list[Difference]

    @property
    def what(self) -> str:
        """In a few words, for the preview."""
        if self.procedure is None:
            return "thủ tục mới, một bản nháp"
        said = [_OWN_LABELS[name] for name in self.own]
        if self.content:
            is_draft = self.edition is not None and self.edition.status == Edition.Status.DRAFT
            said.append("sửa bản nháp" if is_draft else "bản nháp mới")
        return ", ".join(said)


def plan(rows: list[Row]) -> list[Change]:
    """What these rows say differently from the library; nothing for those that say the same."""
    known = {
        row.slug: row
        for row in Procedure.objects.filter(slug__in=[row.slug for row in rows]).select_related(
            "area"
        )
    }
    editions = at_hand(known.values())
    changes = []
    for row in rows:
        procedure = known.get(row.slug)
        edition = editions.get(procedure.pk) if procedure is not None else None
        own = {
            name: value
            for name, value in row.own.items()
            if procedure is None or getattr(procedure, name) != value
        }
        content = differences(content_of(edition) if edition is not None else {}, row.content)
        if own or content:
            changes.append(Change(row, procedure, edition, own, content))
    return changes


@transaction.atomic
def apply(changes: list[Change], *, by: User) -> int:
    """Carry out a plan: every changed content becomes a draft; returns how many procedures.

    What is in use stays in use until somebody checks and somebody else publishes the draft.
    Raises NotAllowed, and then nothing is changed.
    """
    check_right(by, "import_edition")
    check_right(by, "change_edition")
    for change in changes:
        procedure = _procedure(change, by)
        if not change.content and change.procedure is not None:
            continue
        _draft(change, procedure, by)
    refresh()
    audit.record("procedure.imported", by=by, rows=len(changes))
    return len(changes)


def _procedure(change: Change, by: User) -> Procedure:
    if change.procedure is None:
        procedure = Procedure.objects.create(**change.row.own)
    else:
        procedure = change.procedure
        for name, value in change.own.items():
            setattr(procedure, name, value)
        if change.own:
            procedure.save(update_fields=list(change.own))
    if change.own:
        audit.record("procedure.listed", by=by, target=procedure, fields=sorted(change.own))
    return procedure


def _draft(change: Change, procedure: Procedure, by: User) -> None:
    edition = change.edition
    if edition is not None and edition.status == Edition.Status.CHECKED:
        edition = services.draft_from(edition, by=by)
    if edition is not None and edition.status == Edition.Status.DRAFT:
        services.edit(edition, change.row.content, by=by, is_import=True)
    else:
        services.start(procedure, change.row.content, by=by, is_import=True)
