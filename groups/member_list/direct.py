"""A whole import in the calling process, for the command: read, compare, write down, tell."""

from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from groups.member_list import PASTED, batches, committing, previewing, waking
from groups.member_list.problems import notice
from groups.models import Hamlet, MemberImport, MemberImportRow

Lane, State = MemberImportRow.Lane, MemberImport.State
# Lines that are left out in every list and say nothing of a person.
_QUIET = frozenset(f"dropped_{kind}" for kind in (
    "title", "group", "place", "total", "signature", "numbering", "note", "left_out"
))  # fmt: skip


@dataclass
class Outcome:
    """What an import did; `errors` and `warnings` name sheet, row, column, code and message."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: int = 0
    errors: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[dict[str, Any]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "skipped": self.skipped,
            "errors": self.errors,
            "warnings": self.warnings,
        }


def import_members(
    content: bytes, filename: str, *, hamlet: Hamlet, dry_run: bool = False
) -> Outcome:
    """Import a list into a hamlet; doubtful people go in as people of their own, with a warning.

    Raises UnreadableFile when nothing can be read, and NotAllowed with a sentence.
    """
    if dry_run:
        with transaction.atomic():
            outcome = _outcome(_preview(content, filename, hamlet))
            transaction.set_rollback(True)
        return outcome
    finish_stale(hamlet)
    batch = _preview(content, filename, hamlet)
    batches.commit(batch, by=None, in_background=False)
    committing.run(batch.pk)
    batch.refresh_from_db()
    return _outcome(batch)


def finish_stale(hamlet: Hamlet) -> None:
    """A list of the hamlet that was left half written by a process that is gone comes first."""
    stale = waking.stale(State.COMMITTING, waking.COMMITTING_S)
    own = MemberImport.objects.filter(pk__in=stale, hamlet=hamlet).order_by("pk")
    for batch_id in own.values_list("pk", flat=True):
        committing.run(batch_id)


@transaction.atomic
def _preview(content: bytes, filename: str, hamlet: Hamlet) -> MemberImport:
    batch = batches.start(content, filename or PASTED, hamlet=hamlet, by=None, in_background=False)
    previewing.make_preview(batch)
    doubtful = {row.position: row for row in batch.rows.filter(lane=Lane.DOUBTFUL)}
    batches.repair(batch, "separate_all", by=None)
    rows = list(batch.rows.filter(position__in=list(doubtful)))
    for row in rows:
        before = doubtful[row.position]
        twins = [one for one in before.problems or [] if one["code"] == "row_twin"]
        row.problems = [*(row.problems or []), *(twins or [notice("added_separately")])]
        row.candidates = before.candidates
    MemberImportRow.objects.bulk_update(rows, ["problems", "candidates"], batch_size=500)
    return batch


def _outcome(batch: MemberImport) -> Outcome:
    counts = batch.counts
    left_out = (Lane.REFUSED, Lane.REPEATED, Lane.OUTDATED, Lane.DOUBTFUL)
    outcome = Outcome(
        created=counts[Lane.NEW],
        updated=counts[Lane.CHANGED],
        unchanged=counts[Lane.SAME],
        skipped=sum(counts[lane] for lane in left_out),
    )
    letters = {
        (sheet["sheet"], column["field"]): column["letter"]
        for sheet in batch.sheets
        for column in sheet["columns"]
    }
    noted = batch.rows.exclude(problems=None).order_by("position")
    for row in noted.only("sheet", "row", "problems", "lane").iterator():
        for problem in row.problems or []:
            if problem["code"] in _QUIET:
                continue
            said = {
                "sheet": row.sheet,
                "row": row.row,
                "column": problem["column"]
                or letters.get((row.sheet, problem.get("field", "")), ""),
                "code": problem["code"],
                "message": problem["message"],
            }
            (outcome.errors if problem["is_error"] else outcome.warnings).append(said)
    return outcome
