"""The bulk repairs of a list that waits, so that the last one can be taken back.

Each row keeps itself as it was before; what a person wrote on it since stays, and is not undone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from accounts.services import NotAllowed
from groups.member_import.correcting import label_of, own_problems, rework, rows_for
from groups.member_import.correcting import repair as do_repair
from groups.member_import.models import MemberImport, MemberImportRow
from groups.member_import.staging import Entry

_KEEP = """
    UPDATE groups_memberimportrow r SET repaired = COALESCE(repaired, '[]')
        || jsonb_build_array(jsonb_build_object('step', %s::int, 'code', %s::text,
                                                'was', to_jsonb(r) - 'repaired'))
    WHERE r.id = ANY(%s)
"""
_LAST = """
    SELECT (repaired -> -1 ->> 'step')::int, repaired -> -1 ->> 'code', count(*)
    FROM groups_memberimportrow WHERE batch_id = %s AND repaired -> -1 IS NOT NULL
    GROUP BY 1, 2 ORDER BY 1 DESC LIMIT 1
"""
# What a repair may change of an entry.
_PARTS = (
    "full_name", "birth_year", "gender", "phone", "address", "team", "household_code", "decision",
)  # fmt: skip


@dataclass(frozen=True)
class Done:
    """The last repair; `label` is a sentence with the number of its lines."""

    step: int
    label: str


def _last(batch: MemberImport) -> tuple[int, str, int]:
    with connection.cursor() as cursor:
        cursor.execute(_LAST, [batch.pk])
        return cursor.fetchone() or (0, "", 0)


def last_repair(batch: MemberImport) -> Done | None:
    """The repair that can be taken back now."""
    step, code, rows = _last(batch)
    return Done(step, f"Vừa bấm: {label_of(code, rows)}") if step else None


def repair(batch: MemberImport, code: str) -> int:
    """Do one bulk repair and keep what was before. Call in a transaction, with the batch locked."""
    step, _code, _rows = _last(batch)
    ids = list(rows_for(batch, code).values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, [step + 1, code, ids])
    return do_repair(batch, code)


def take_back(batch: MemberImport, step: int) -> int:
    """Put the lines of the last repair back; how many. Raises NotAllowed for an earlier one.

    Call in a transaction, with the batch locked.
    """
    last, _code, _rows = _last(batch)
    if not step or step != last:
        raise NotAllowed("Lần sửa này không còn lấy lại được. Hãy tải lại trang.")
    rows = list(batch.rows.filter(repaired__contains=[{"step": step}]))
    before: dict[int, dict[str, Any]] = {}
    for row in rows:
        steps = row.repaired or []
        before[row.position] = steps[-1]["was"]
        row.repaired = steps[:-1] or None
    MemberImportRow.objects.bulk_update(rows, ["repaired"], batch_size=500)
    return rework(batch, rows, lambda entry: _restore(entry, before[entry.position]))


def _restore(entry: Entry, was: dict[str, Any]) -> None:
    for part in _PARTS:
        setattr(entry, part, was[part])
    entry.birth_date = date.fromisoformat(was["birth_date"]) if was["birth_date"] else None
    entry.chosen = was["member_id"] if was["decision"] == "same" else None
    entry.texts, entry.edits = dict(was["texts"] or {}), dict(was["edits"] or {})
    entry.problems = own_problems(was["problems"] or [])


def forget(rows: Iterable[int]) -> None:
    """A person wrote on these rows: what they say now stays."""
    MemberImportRow.objects.filter(pk__in=list(rows)).update(repaired=None)
