"""Lists on their way into the register, as the screen and the workers take them."""

from typing import Any

from django.db import connection

from groups.member_import import committing
from groups.member_import import services as member_import
from groups.models import Hamlet, MemberImport
from tests.groups.member_list.writers import Grid, xlsx

HEADER = ("STT", "Họ và tên", "Năm sinh", "Giới tính", "Điện thoại", "Địa chỉ", "Tổ")
AN = ("Nguyễn Văn An", 1980, "Nam", "0900000001", "Số 1", "Tổ 1")
BE = ("Trần Thị Bé", 1990, "Nữ", "0900000002", "Số 2", "Tổ 2")
CU = ("Lê Văn Cư", 1970, "Nam", "", "", "Tổ 1")
BAD = ("Phạm Văn Sai", 1970, "Nam", "0900 0000", "", "Tổ 1")


def book(*people: Any, name: str = "Danh sách") -> bytes:
    """A workbook with one line for each of these."""
    rows: list[list[Any]] = [["DANH SÁCH THÀNH VIÊN"], list(HEADER)]
    rows += [[number, *cells] for number, cells in enumerate(people, start=1)]
    return xlsx(Grid(rows, name=name))


def many(count: int, first: int = 0) -> list[tuple[Any, ...]]:
    """People without anything in common but words of their names."""
    words = ("An", "Bé", "Cư", "Dung", "Em", "Giang", "Hoa", "Khang", "Lan", "Minh")
    return [
        (
            f"Nguyễn {words[n // 100 % 10]} {words[n // 10 % 10]} {words[n % 10]}",
            1940 + n % 60, "", f"0900{n:06}", f"Số {n}", f"Tổ {n % 3 + 1}",
        )
        for n in range(first, first + count)
    ]  # fmt: skip


def previewed(hamlet: Hamlet, by: Any, *people: Any, content: bytes = b"") -> MemberImport:
    """A list that a worker has read."""
    batch = member_import.start(content or book(*people), "ds.xlsx", hamlet=hamlet, by=by)
    member_import.read(batch.pk)
    batch.refresh_from_db()
    return batch


def committed(hamlet: Hamlet, by: Any, *people: Any, **options: Any) -> MemberImport:
    """A list that a worker has written down."""
    return write_down(previewed(hamlet, by, *people), by, **options)


def write_down(batch: MemberImport, by: Any, **options: Any) -> MemberImport:
    member_import.commit(batch, by=by, **options)
    committing.run(batch.pk)
    batch.refresh_from_db()
    return batch


def lanes(batch: MemberImport) -> dict[str, list[str]]:
    """Lane → names, without the lines that speak of nobody."""
    found: dict[str, list[str]] = {}
    for row in batch.rows.exclude(lane="dropped").order_by("position"):
        found.setdefault(row.lane, []).append(row.full_name)
    return found


def register(hamlet: Hamlet) -> list[dict[str, Any]]:
    """Every column of every member, team and consent of the hamlet, as the database has it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 'member', m.id, to_jsonb(m)::text FROM groups_member m"
            " WHERE m.hamlet_id = %(hamlet)s"
            " UNION ALL SELECT 'team', t.id, to_jsonb(t)::text FROM groups_team t"
            " WHERE t.hamlet_id = %(hamlet)s"
            " UNION ALL SELECT 'consent', c.id, to_jsonb(c)::text FROM groups_consentrecord c"
            " JOIN groups_member m ON m.id = c.member_id WHERE m.hamlet_id = %(hamlet)s"
            " ORDER BY 1, 2",
            {"hamlet": hamlet.pk},
        )
        return list(cursor.fetchall())
