"""Member lists from upload to undo: the verbs behind the import screen and the command.

Every verb takes the acting account as `by`, checks the permission `groups.import_member` and that
the hamlet is in its scope, and raises NotAllowed with a sentence. `by` None is the command on the
server, which no account runs. A verb takes the batch's row under lock and reads it anew into the
given instance.
"""

import base64
import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Any

from billiard.exceptions import SoftTimeLimitExceeded
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts import work_budget
from accounts.models import User
from accounts.services import NotAllowed
from accounts.workflow.services import record
from groups.coverage.households import by_hamlet
from groups.member_import import enqueue, place_planning, previewing, undoing
from groups.member_import.correcting import EDITABLE, Repair, editable_text, repairs
from groups.member_import.line_services import (
    agree_again,
    correct,
    decide,
    repair,
    take_back_repair,
)
from groups.member_import.locking import lock_list, lock_with_hamlet, may_import
from groups.member_import.models import (
    MemberImport,
    MemberImportFile,
    MemberImportRow,
    MemberListMapping,
)
from groups.member_import.previewing import content_of
from groups.member_import.reader import inspecting
from groups.member_import.reader.files import PASTED
from groups.member_import.reader.problems import UnreadableFile
from groups.member_import.repair_history import Done, last_repair
from groups.member_import.undoing import UndoPlan
from groups.member_import.workbooks import mark, template
from groups.places.models import Hamlet
from groups.residents.consent import services as consent
from groups.residents.consent.services import SignedConsent

__all__ = [
    "EDITABLE",
    "Done",
    "NotAllowed",
    "Repair",
    "SignedConsent",
    "UndoPlan",
    "UnreadableFile",
    "agree_again",
    "correct",
    "decide",
    "editable_text",
    "last_repair",
    "repair",
    "repairs",
    "take_back_repair",
    "template",
]

State, Lane = MemberImport.State, MemberImportRow.Lane
NO_PLACES = "Tài khoản này không ghi được ai ở trong nhóm Zalo."
BROKE = "Không đọc được tệp này vì lỗi của cổng. Hãy báo quản trị kỹ thuật kèm số của danh sách."


# Reading


@transaction.atomic
def start(
    content: bytes,
    filename: str,
    *,
    hamlet: Hamlet,
    by: User | None,
    group: int | str = "",
    in_background: bool = True,
) -> MemberImport:
    """Keep a file and have it read in the background (state READING).

    `group` is the one of which everybody is, or one of `place_planning.ANSWERS`; asked later
    without it. Raises UnreadableFile with a sentence when the file is refused at once.
    """
    if by is not None and not may_import(hamlet, by):
        raise NotAllowed(MemberImport.workflow.denied)
    if not Hamlet.objects.valid_on(timezone.localdate()).filter(pk=hamlet.pk).exists():
        raise NotAllowed("Ấp này không còn nữa. Hãy chọn ấp hiện nay.")
    inspecting.inspect(content)
    remembered = MemberListMapping.objects.filter(hamlet=hamlet).first()
    batch = MemberImport.objects.create(
        hamlet=hamlet,
        filename=filename.replace("\x00", "")[-200:],
        digest=hashlib.sha256(content).hexdigest(),
        mapping=remembered.headings if remembered else {},
        created_by=by,
    )
    if group and by is not None:
        _answer_at_once(batch, group, by)
    MemberImportFile.objects.create(batch=batch, content=base64.b64encode(content).decode())
    record(batch, "started", by=by)
    if in_background:
        enqueue.wake_reader(batch.pk)
    return batch


def _answer_at_once(batch: MemberImport, group: int | str, by: User) -> None:
    if not by.has_perms(("groups.add_membership", "groups.change_membership")):
        raise NotAllowed(NO_PLACES)
    whole = group if isinstance(group, int) else 0
    if whole and whole not in {one.pk for one in place_planning.choices(batch, by)}:
        raise NotAllowed("Nhóm Zalo này không phải của ấp đã chọn. Hãy chọn lại nhóm.")
    batch.groups = {
        "asked": place_planning.COLUMNS if whole else group,
        "everyone": whole,
        "on": timezone.localdate().isoformat(),
    }
    batch.save(update_fields=["groups"])


def start_pasted(text: str, *, hamlet: Hamlet, by: User, group: int | str = "") -> MemberImport:
    """The same for a table pasted into a box."""
    return start(text.encode(), PASTED, hamlet=hamlet, by=by, group=group)


def earlier(batch: MemberImport) -> MemberImport | None:
    """The last time that the very same file was committed for this hamlet."""
    return (
        MemberImport.objects.filter(
            hamlet=batch.hamlet_id, digest=batch.digest, state=State.COMMITTED
        )
        .exclude(pk=batch.pk)
        .order_by("-committed_at")
        .first()
    )


def read(batch_id: int) -> None:
    """In the worker: read the file and plan its rows; ends in PREVIEW, or FAILED with a message."""
    if not enqueue.claim(batch_id, State.READING, enqueue.READING_S):
        return
    batch = MemberImport.objects.select_related("hamlet__commune").get(pk=batch_id)
    try:
        previewing.make_preview(batch)
    except UnreadableFile as refusal:
        _fail(batch, str(refusal))
    except Exception as error:
        if isinstance(error, SoftTimeLimitExceeded) and work_budget.is_stopping():
            enqueue.give_back(batch_id)  # nothing was written: the next worker reads it anew
            return
        _fail(batch, BROKE)
        raise


def _fail(batch: MemberImport, message: str) -> None:
    MemberImport.objects.filter(pk=batch.pk, state=State.READING).update(
        state=State.FAILED, message=message, heartbeat_at=None
    )


@transaction.atomic
def remap(
    batch: MemberImport, *, mapping: Mapping[str, str], header_rows: Mapping[str, int], by: User
) -> MemberImport:
    """Read the file again with other columns: field by column letter, heading row by sheet.

    Back to READING. The headings are remembered for the hamlet. What was corrected and decided
    stays where the row still says the same.
    """
    lock_list(batch, by, State.PREVIEW, State.FAILED)
    content_of(batch)
    batch.mapping, batch.header_rows = dict(mapping), dict(header_rows)
    batch.state, batch.heartbeat_at = State.READING, None
    batch.save(update_fields=["mapping", "header_rows", "state", "heartbeat_at"])
    previewing.remember(batch)
    enqueue.wake_reader(batch.pk)
    return batch


# Groups


@transaction.atomic
def choose_groups(
    batch: MemberImport,
    *,
    columns: Mapping[str, int | str],
    everyone: int | None,
    on: date,
    by: User,
) -> MemberImport:
    """Answer which group each column is about: a group, NAMES, TEAMS, or 0 for none.

    `everyone` is the group of which the whole list is, `on` the day of which it speaks. Groups are
    those that the account may see (`place_planning.choices`). Raises NotAllowed.
    """
    lock_list(batch, by, State.PREVIEW)
    if not by.has_perms(("groups.add_membership", "groups.change_membership")):
        raise NotAllowed(NO_PLACES)
    if on > timezone.localdate():
        raise NotAllowed("Ngày của danh sách không thể sau hôm nay.")
    offered = {group.pk for group in place_planning.choices(batch, by)}
    asked = {answer for answer in (*columns.values(), everyone) if isinstance(answer, int)}
    if not asked <= {*offered, 0}:
        raise NotAllowed("Không chọn được nhóm này. Hãy tải lại trang.")
    batch.groups = {"columns": dict(columns), "everyone": everyone or 0, "on": on.isoformat()}
    place_planning.plan_places(batch)
    batch.save(update_fields=["groups"])
    return batch


# Committing


def commit(
    batch: MemberImport,
    *,
    by: User | None,
    signed: SignedConsent | None = None,
    by_line: bool = False,
    in_background: bool = True,
) -> MemberImport:
    """Write new and changed people down in the background (state COMMITTING).

    `signed` states what everybody of the list signed, or `by_line` those whom the list names, each
    on the own day; without it nobody's consent changes. Doubtful rows without a decision stay out.
    `rows_done` of `rows_total` tells the progress.
    """
    try:
        with transaction.atomic():
            lock_with_hamlet(batch, by, State.PREVIEW)
            if not batch.hamlet.is_in_force:
                raise NotAllowed("Ấp này không còn nữa. Hãy tải danh sách lên ấp hiện nay.")
            if signed is not None and by is not None:
                consent.give([], signed=signed, by=by)
                batch.consent_notice, batch.consent_basis = signed.notice, signed.basis
                batch.consent_given_on = signed.given_on
                batch.consent_collected_by = signed.collected_by
                batch.consent_evidence, batch.consent_by_line = signed.evidence, by_line
            reach = by_hamlet([batch.hamlet])[batch.hamlet_id]
            batch.coverage = {"before": [reach.joined, reach.households]}
            batch.state, batch.committed_by, batch.rows_done = State.COMMITTING, by, 0
            batch.heartbeat_at = timezone.now()
            batch.save()
            if in_background:
                enqueue.wake_writer(batch.pk)
    except IntegrityError as error:
        if "member_import_one_at_a_time" not in str(error):
            raise
        raise NotAllowed("Ấp này đang nhập một danh sách khác. Hãy chờ xong rồi bấm lại.") from None
    return batch


@transaction.atomic
def discard(batch: MemberImport, *, by: User) -> MemberImport:
    """Throw a preview away, with its file and rows."""
    lock_list(batch, by, State.PREVIEW, State.FAILED, State.READING)
    batch.rows.all().delete()
    MemberImportFile.objects.filter(batch=batch).delete()
    batch.state, batch.heartbeat_at = State.DISCARDED, None
    batch.save(update_fields=["state", "heartbeat_at"])
    record(batch, "discarded", by=by)
    return batch


# Undoing


@transaction.atomic
def undo_plan(batch: MemberImport, *, by: User) -> UndoPlan:
    """Result of `undo` now."""
    lock_list(batch, by, State.COMMITTED)
    undoing.check(batch)
    return undoing.plan_of(batch)


@transaction.atomic
def undo(batch: MemberImport, *, by: User) -> UndoPlan:
    """Take a committed list back within 30 days: people who were added go, changes go back.

    Who was edited since, or has something hanging on them, stays as they are.
    """
    lock_with_hamlet(batch, by, State.COMMITTED)
    if MemberImport.objects.filter(hamlet=batch.hamlet, state=State.COMMITTING).exists():
        raise NotAllowed("Ấp này đang nhập một danh sách khác. Hãy chờ xong rồi hoàn tác.")
    undoing.check(batch)
    done = undoing.take_back(batch)
    batch.state, batch.undone_by, batch.undone_at = State.UNDONE, by, timezone.now()
    batch.message = undoing.said_of(done)
    batch.save(update_fields=["state", "undone_by", "undone_at", "message"])
    record(
        batch,
        "undone",
        by=by,
        removed=done.removed,
        restored=done.restored,
        kept=len(done.kept),
        **_places(done.places),
    )
    return done


def _places(number: int) -> dict[str, Any]:
    return {"places": number} if number else {}


# Files back


@transaction.atomic
def marked_workbook(batch: MemberImport, *, by: User) -> bytes:
    """The file again as .xlsx, with a note and a colour on each cell that needs a look."""
    lock_list(batch, by, *(state for state in State if state != State.READING))
    noted = batch.rows.exclude(problems=None).exclude(lane=Lane.DROPPED).order_by("position")
    notes: dict[tuple[str, int, str], list[str]] = {}
    errors: set[tuple[str, int, str]] = set()
    for row in noted.iterator():
        for problem in row.problems or []:
            cell = (row.sheet, row.row, problem["column"])
            notes.setdefault(cell, []).append(problem["message"])
            if problem["is_error"]:
                errors.add(cell)
    marked = mark(content_of(batch), batch.filename, notes, errors)
    record(batch, "file_taken", by=by)
    return marked
