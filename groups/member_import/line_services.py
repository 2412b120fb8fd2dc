"""Verbs on single lines of a list that waits: correct, decide, repair, agree again."""

from collections.abc import Callable, Mapping

from django.db import transaction

from accounts.models import User
from accounts.services import NotAllowed
from accounts.workflow.services import record
from groups.member_import import agreements, correcting, erased_people, repair_history
from groups.member_import.correcting import EDITABLE
from groups.member_import.locking import lock_list
from groups.member_import.models import MemberImport, MemberImportRow
from groups.member_import.staging import Entry
from groups.residents.consent.services import SignedConsent

State, Lane, Decision = MemberImport.State, MemberImportRow.Lane, MemberImportRow.Decision


@transaction.atomic
def correct(
    batch: MemberImport, row_id: int, values: Mapping[str, str], *, by: User
) -> MemberImportRow:
    """Write other texts over parts of EDITABLE and check the row anew; returns it."""
    lock_list(batch, by, State.PREVIEW)
    row = _row(batch, row_id)
    if unknown := set(values) - set(EDITABLE):
        raise NotAllowed(f"Không sửa được ô này ({len(unknown)} ô). Hãy tải lại trang.")

    def change(entry: Entry) -> None:
        for part, text in values.items():
            correcting.write(entry, part, text)

    return _rework(batch, row, change)


@transaction.atomic
def repair(batch: MemberImport, code: str, *, by: User | None) -> int:
    """Do one bulk repair; returns the number of rows."""
    return repair_history.repair(lock_list(batch, by, State.PREVIEW), code)


@transaction.atomic
def take_back_repair(batch: MemberImport, step: int, *, by: User) -> int:
    """Undo the last bulk repair; returns the number of rows. Raises NotAllowed."""
    return repair_history.take_back(lock_list(batch, by, State.PREVIEW), step)


@transaction.atomic
def decide(batch: MemberImport, row_id: int, member_id: int | None, *, by: User) -> MemberImportRow:
    """A doubtful row is this candidate, or (None) somebody else."""
    lock_list(batch, by, State.PREVIEW)
    row = _row(batch, row_id)
    if row.lane != Lane.DOUBTFUL and row.decision == Decision.NONE:
        raise NotAllowed("Dòng này không còn cần quyết định. Hãy tải lại trang.")
    offered = {one.get("member"): one for one in row.candidates or []}
    if member_id is not None and member_id not in offered:
        raise NotAllowed("Người được chọn không nằm trong những người gần giống. Hãy chọn lại.")

    def change(entry: Entry) -> None:
        entry.decision = Decision.SEPARATE if member_id is None else Decision.SAME
        of_list = member_id is not None and "row" in offered[member_id]
        entry.chosen = None if of_list else member_id

    return _rework(batch, row, change, keep=row.candidates)


@transaction.atomic
def agree_again(
    batch: MemberImport, row_id: int, *, signed: SignedConsent, by: User
) -> MemberImportRow:
    """Somebody who had been erased has signed anew: the line goes in, and the paper with it.

    Raises NotAllowed, also for a paper that is older than the erasure.
    """
    lock_list(batch, by, State.PREVIEW)
    row = _row(batch, row_id)
    erased_on = erased_people.erased_on(row, batch.hamlet_id)
    if row.lane != Lane.REFUSED or erased_on is None:
        raise NotAllowed("Dòng này không còn cần giấy đồng ý mới. Hãy tải lại trang.")
    agreements.check(signed, erased_on=erased_on, by=by)
    row.consent = agreements.as_json(signed)
    row.save(update_fields=["consent"])
    record(batch, "agreed_again", by=by, notice=signed.notice.version)
    return _rework(batch, row, lambda _entry: None)


def _row(batch: MemberImport, row_id: int) -> MemberImportRow:
    row = MemberImportRow.objects.filter(batch=batch, pk=row_id).exclude(lane=Lane.DROPPED).first()
    if row is None:
        raise NotAllowed("Không còn dòng này trong danh sách. Hãy tải lại trang.")
    return row


def _rework(
    batch: MemberImport,
    row: MemberImportRow,
    change: Callable[[Entry], None],
    keep: list[dict[str, int]] | None = None,
) -> MemberImportRow:
    correcting.rework(batch, [row], change)
    repair_history.forget([row.pk])
    if keep:  # so that a decision can be taken back
        MemberImportRow.objects.filter(pk=row.pk, candidates=None).update(candidates=keep)
    row.refresh_from_db()
    return row
