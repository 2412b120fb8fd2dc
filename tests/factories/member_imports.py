"""Member lists that wait for somebody, without a file behind them."""

from typing import Any

from groups.models import Hamlet, MemberImport, MemberImportRow
from vietnamese.text import fold, sort_key

Lane = MemberImportRow.Lane


def make_member_import(hamlet: Hamlet, **fields: Any) -> MemberImport:
    """A list in preview, without rows."""
    values = {"filename": "danh sách.xlsx", "state": MemberImport.State.PREVIEW}
    return MemberImport.objects.create(hamlet=hamlet, **(values | fields))


def make_import_row(batch: MemberImport, **fields: Any) -> MemberImportRow:
    """A line of a list, last of it; the numbers of the list follow."""
    position = batch.rows.count() + 1
    name = fields.get("full_name", f"Người Trong Tệp {position}")
    values = {
        "position": position, "row": position + 1, "sheet": "Tổ 1", "lane": Lane.NEW,
        "full_name": name, "sort_key": sort_key(name), "search_text": fold(name),
    }  # fmt: skip
    row = MemberImportRow.objects.create(batch=batch, **(values | fields))
    batch.counts = {**batch.counts, row.lane: batch.counts.get(row.lane, 0) + 1}
    batch.rows_total = position
    batch.save(update_fields=["counts", "rows_total"])
    return row
