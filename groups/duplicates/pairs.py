"""Pairs of rows that may be one person, found by one query, and why, in words.

Nothing is scored. Names are compared without order of words, without where the tone stands
(hòa, hoà) and with i for y; a name typed without any marks is like every name of its letters.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from django.db import connection

from groups.duplicates.models import DistinctPair
from groups.residents.models import Member
from vietnamese.text import clean, fold

# More than a person can look at in a sitting; the rest comes when these are settled.
MOST_PAIRS = 500
_TONES = "\u0300\u0301\u0303\u0309\u0323"

_SORTED = """(
    SELECT string_agg(word, ' ' ORDER BY word)
    FROM unnest(string_to_array({text}, ' ')) AS word
)"""
_FOLDED = _SORTED.format(text="replace(m.search_text, 'y', 'i')")
# Each word without its tone, then the tone: where it stood no longer matters.
_TONED = f"""(
    SELECT string_agg(
        regexp_replace(word, '[{_TONES}]', '', 'g') || regexp_replace(word, '[^{_TONES}]', '', 'g'),
        ' ' ORDER BY word
    )
    FROM unnest(string_to_array(
        replace(replace(lower(normalize(m.full_name, NFD)), 'Đ', 'đ'), 'y', 'i'), ' '
    )) AS word
)"""  # noqa: S608 -- made of constants
_SAME_BIRTH = """(
    (a.year IS NULL OR b.year IS NULL OR a.year = b.year)
    AND (
        a.birth_date IS NULL OR b.birth_date IS NULL OR a.birth_date = b.birth_date
        OR to_char(a.birth_date, 'MMDD') = '0101' OR to_char(b.birth_date, 'MMDD') = '0101'
    )
)"""
_SAME_PHONE = "(a.phone <> '' AND a.phone = b.phone)"
_PAIRS = """
WITH people AS MATERIALIZED (
    SELECT m.id, m.hamlet_id, m.phone, m.birth_date, m.sort_key,
        coalesce(m.birth_year, extract(year FROM m.birth_date)::int) AS year,
        {folded} AS folded, {toned} AS toned,
        m.full_name ~ '^[ -~]*$' AS is_bare
    FROM groups_member m
    WHERE m.id IN ({visible})
),
alike AS (
    SELECT a.id AS first_id, b.id AS second_id, {same_phone} AS has_phone,
        coalesce(a.year = b.year, FALSE) AS has_year, a.hamlet_id, a.sort_key
    FROM people a JOIN people b ON a.folded = b.folded AND a.id < b.id
    WHERE {same_birth} AND (
        {same_phone}
        OR a.hamlet_id = b.hamlet_id AND (a.toned = b.toned OR a.is_bare OR b.is_bare)
        OR a.birth_date = b.birth_date AND (a.toned = b.toned OR a.is_bare OR b.is_bare)
    )
    UNION
    SELECT a.id, b.id, TRUE, coalesce(a.year = b.year, FALSE), a.hamlet_id, a.sort_key
    FROM people a JOIN people b ON {same_phone} AND a.id < b.id AND a.folded <> b.folded
    WHERE {same_birth} AND (
        string_to_array(a.folded, ' ') <@ string_to_array(b.folded, ' ')
        OR string_to_array(b.folded, ' ') <@ string_to_array(a.folded, ' ')
    )
)
SELECT first_id, second_id FROM alike
WHERE NOT EXISTS (
    SELECT 1 FROM {told_apart} d
    WHERE d.first_id = alike.first_id AND d.second_id = alike.second_id
)
ORDER BY has_phone DESC, has_year DESC, hamlet_id, sort_key, first_id, second_id
LIMIT %s
"""


@dataclass(frozen=True)
class Pair:
    """Two members and the sentences that say why they stand side by side."""

    first: Member
    second: Member
    why: list[str]


def pair_ids(people: Any) -> list[tuple[int, int]]:
    """Pairs among the active members of a queryset, those with a shared phone first."""
    if people.query.is_empty():
        return []
    visible, params = people.active().order_by().values("pk").query.sql_with_params()
    sql = _PAIRS.format(
        folded=_FOLDED,
        toned=_TONED,
        visible=visible,
        same_phone=_SAME_PHONE,
        same_birth=_SAME_BIRTH,
        told_apart=connection.ops.quote_name(DistinctPair._meta.db_table),
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*params, MOST_PAIRS])
        return [(first, second) for first, second in cursor.fetchall()]


def pairs(ids: list[tuple[int, int]]) -> list[Pair]:
    """The members behind some pairs, with the reasons, in the same order."""
    wanted = {pk for pair in ids for pk in pair}
    found = Member.objects.select_related("hamlet", "team").in_bulk(wanted)
    return [
        Pair(found[first], found[second], reasons(found[first], found[second]))
        for first, second in ids
        if first in found and second in found
    ]


def _toned(name: str) -> list[str]:
    """The words of a name as `_TONED` compares them."""
    words = unicodedata.normalize("NFD", clean(name).lower()).replace("y", "i").split(" ")
    return sorted(
        re.sub(f"[{_TONES}]", "", word) + re.sub(f"[^{_TONES}]", "", word) for word in words
    )


def _name_reason(first: str, second: str) -> str:
    if clean(first).lower() == clean(second).lower():
        return "Cùng họ tên"
    if _toned(first) == _toned(second):
        return "Cùng họ tên, khác chỗ đặt dấu, i và y hoặc thứ tự chữ"
    folded = sorted(fold(first).replace("y", "i").split(" "))
    if folded == sorted(fold(second).replace("y", "i").split(" ")):
        return "Họ tên giống nhau, một bên viết không dấu hoặc khác dấu"
    return "Họ tên bên này nằm trong họ tên bên kia"


def _birth_reason(first: Member, second: Member) -> str:
    years = [member.birth_date.year if member.birth_date else member.birth_year
             for member in (first, second)]  # fmt: skip
    if None in years:
        return "Có người chưa ghi năm sinh"
    if first.birth_date and first.birth_date == second.birth_date:
        return "Cùng ngày sinh"
    if first.birth_date and second.birth_date:
        return "Cùng năm sinh, một bên ghi ngày 01/01"
    if first.birth_date or second.birth_date:
        return "Cùng năm sinh, một bên chỉ ghi năm"
    return "Cùng năm sinh"


def reasons(first: Member, second: Member) -> list[str]:
    """Why two rows may be one person; facts only."""
    found = [_name_reason(first.full_name, second.full_name), _birth_reason(first, second)]
    if first.phone and first.phone == second.phone:
        found.append("Cùng số điện thoại (người một nhà cũng hay dùng chung)")
    elif first.phone and second.phone:
        found.append("Hai số điện thoại khác nhau")
    if first.household_code and first.household_code == second.household_code:
        found.append("Cùng mã hộ")
    if first.hamlet_id != second.hamlet_id:
        found.append("Ở hai ấp khác nhau")
    return found
