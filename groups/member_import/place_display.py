"""Places in groups, proxies and notes of a list in words for the import screen."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection
from django.db.models import Q

from accounts.models import User
from groups.member_import.models import MemberImport, MemberImportRow
from groups.member_import.place_planning import PlaceCounts, count_places
from groups.residents.models import Member
from groups.zalo_groups.models import ZaloGroup
from vietnamese.text import grouped

# What a person may ask the lines for, by the word of the address.
FILTERS: dict[str, Q] = {
    "nhom-ghi": Q(places__contains=[{"state": "joined"}]) | Q(places__contains=[{"state": "left"}]),
    "nhom-khong-ro": Q(places__0__unclear__isnull=False)
    | Q(zalo__remarks__contains=[{"kind": "unclear"}])
    | Q(zalo__remarks__contains=[{"kind": "bad_day"}]),
    "nhom-ghi-chu": Q(zalo__remarks__contains=[{"kind": "note"}])
    | Q(zalo__remarks__contains=[{"kind": "nick"}]),
    "nhom-thay": Q(zalo__has_key="proxy", proxy_id=None),
    "nhom-nhan-thay": Q(proxy_id__isnull=False),
    "nhom-chua-chon": Q(zalo__places__0__isnull=False, places__0__isnull=True),
    "nhom-khong-zalo": Q(zalo__has_key="no_zalo"),
}


@dataclass(frozen=True)
class PlaceFact:
    """A number about groups, in words, and the lines behind it."""

    count: str
    words: str
    code: str


def place_facts(batch: MemberImport) -> list[PlaceFact]:
    """Numbers of what the list says about groups; nothing for a list that says nothing."""
    counts: PlaceCounts = count_places(batch)
    group = _group_of(batch)
    lines = (
        (counts.joined, f"người được ghi đang ở trong {group}", "nhom-ghi"),
        (counts.left, f"người được ghi đã rời {group}", "nhom-ghi"),
        (counts.unasked, "người có dấu, chưa chọn nhóm nên không ghi", "nhom-chua-chon"),
        (counts.proxies, "người được ghi nhận tin qua người khác", "nhom-nhan-thay"),
        (counts.unclear, "dấu, ngày hoặc tên nhóm chưa rõ, không ghi", "nhom-khong-ro"),
        (counts.unmatched, "người có ghi ai nhận tin thay nhưng chưa biết là ai", "nhom-thay"),
        (counts.without_zalo, "người không dùng Zalo", "nhom-khong-zalo"),
        (counts.remarks, "dòng có ghi chú hoặc tên Zalo, chỉ để xem", "nhom-ghi-chu"),
    )
    return [PlaceFact(grouped(count), words, code) for count, words, code in lines if count]


def _group_of(batch: MemberImport) -> str:
    """The name of the one group that the list is about; several have none."""
    chosen = {*batch.groups.get("columns", {}).values(), batch.groups.get("everyone")} - {None, 0}
    one = chosen.pop() if len(chosen) == 1 else None
    if not isinstance(one, int):
        return "nhóm Zalo"
    name = ZaloGroup.objects.filter(pk=one).values_list("name", flat=True).first()
    return f"nhóm “{name}”" if name else "nhóm Zalo"


def joined_by_group(batch: MemberImport) -> list[tuple[str, int]]:
    """Name of each group and how many people the list brought into it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT g.name, count(DISTINCT r.member_id) FROM groups_memberimportrow r,"
            " jsonb_array_elements(r.places_new -> 'memberships') n"
            " JOIN groups_zalogroup g ON g.id = (n ->> 'group_id')::bigint"
            " WHERE r.batch_id = %s AND n ->> 'state' = 'joined' AND NOT EXISTS ("
            " SELECT FROM jsonb_array_elements(r.places_old -> 'memberships') o"
            " WHERE o ->> 'group_id' = n ->> 'group_id' AND o ->> 'state' = 'joined')"
            " GROUP BY g.id, g.name ORDER BY 2 DESC, g.name",
            [batch.pk],
        )
        return list(cursor.fetchall())


@dataclass
class Names:
    """Names of the groups and people of one page, as this account may read them."""

    groups: dict[int, str] = field(default_factory=dict)
    people: dict[int, str] = field(default_factory=dict)


def names_of(batch: MemberImport, rows: Iterable[MemberImportRow], user: User) -> Names:
    """Read the names for the lines of a page, in three queries at most."""
    rows = list(rows)
    groups = {p["group"] for row in rows for p in row.places or () if "group" in p}
    people = {row.proxy_id for row in rows if row.proxy_id}
    if not groups and not people:
        return Names()
    listed = batch.rows.filter(member__in=people).values_list("member", "full_name")
    seen = Member.objects.visible_to(user).filter(pk__in=people).values_list("pk", "full_name")
    offered = ZaloGroup.objects.filter(pk__in=groups).values_list("pk", "name")
    return Names(dict(offered), {**dict(listed), **dict(seen)})


def place_lines(row: MemberImportRow, names: Names) -> list[tuple[str, str]]:
    """Sentences about groups of one row, each with its tone."""
    return [*_places(row, names), *_people(row, names), *_remarks(row)]


def _day(text: str | None) -> str:
    return f"{date.fromisoformat(text):%d/%m/%Y}" if text else ""


def _places(row: MemberImportRow, names: Names) -> Iterator[tuple[str, str]]:
    for place in row.places or ():
        if "group" not in place:
            yield "warn", f"“{place['unclear']}” chưa rõ là nhóm nào: không ghi vào nhóm."
            continue
        name = names.groups.get(place["group"], "nhóm Zalo")
        since, until = _day(place.get("joined_on")), _day(place.get("left_on"))
        if place["state"] == "left":
            span = f" từ {since}" if since else ""
            yield "plain", f"Từng ở trong {name}{span}, rời {until or 'không rõ ngày'}."
        elif place["state"] == "invited":
            yield "plain", f"Đã mời vào {name}."
        else:
            yield "good", f"Đang ở trong {name}{f' từ {since}' if since else ''}."


def _people(row: MemberImportRow, names: Names) -> Iterator[tuple[str, str]]:
    facts: dict[str, Any] = row.zalo or {}
    if "consent" in facts:
        agreed = facts["consent"]
        since = f" ngày {_day(agreed['on'])}" if agreed.get("on") else ""
        evidence = f", giấy: {agreed['paper']}" if agreed.get("paper") else ""
        yield "plain", f"Danh sách ghi người này đã đồng ý{since}{evidence}."
    if facts.get("no_zalo"):
        yield "plain", "Không dùng Zalo."
    if facts.get("owner"):
        yield "plain", f"Dùng Zalo của {facts['owner']}, nên không ghi chính người này vào nhóm."
    if row.proxy_id:
        yield "good", f"Nhận tin qua {names.people.get(row.proxy_id, 'người khác')}."
    elif facts.get("proxy"):
        sentence = f"Nhận tin qua “{facts['proxy']}”, chưa biết là ai trong danh sách: không ghi."
        yield "warn", f"{sentence} Nhập xong, chọn ở trang của người này."


_REMARKS = {
    "unclear": ("warn", "Ô {cell} ghi “{text}”, chưa rõ đã vào nhóm hay chưa: không ghi."),
    "bad_day": ("warn", "Ô {cell}: không có ngày như vậy, nên không ghi ngày."),
    "nick": ("plain", "Tên trên Zalo: {text} (ô {cell}, chỉ để xem, không lưu)."),
    "note": ("plain", "Ghi chú: {text} (ô {cell}, không lưu; xem có việc gì cần làm không)."),
}


def _remarks(row: MemberImportRow) -> Iterator[tuple[str, str]]:
    for remark in (row.zalo or {}).get("remarks", ()):
        tone, sentence = _REMARKS[remark["kind"]]
        yield tone, sentence.format(cell=f"{remark['column']}{row.row}", text=remark["text"])
