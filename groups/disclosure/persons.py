"""Names of private people: one rule, whose explanation tells why this name matters here."""

from collections.abc import Iterable
from datetime import date

from groups.disclosure.accused import accused, is_called_so
from groups.disclosure.disciplined import is_disciplined
from groups.disclosure.findings import Hit, Level
from groups.disclosure.names import Name
from groups.disclosure.people import minors
from groups.disclosure.peoples import names_of_all
from groups.disclosure.public import is_public
from groups.disclosure.reading import Reading
from groups.disclosure.shortened import is_of_low_age, short_names

_OF_A_MINOR = (
    "Có tên người dưới 18 tuổi (“{}”). Hãy thay bằng “một cháu bé”, “một học sinh”. Nếu phải nêu "
    "tên "
    "(tìm trẻ lạc, biểu dương) thì hỏi cha mẹ trước, rồi ghi lý do."
)
_OF_A_CASE = (
    "Có tên người bị xử lý hoặc bị hại (“{}”). Hãy bỏ tên, ví dụ “một người đàn ông ở ấp 2”; "
    "viết tắt "
    "thì hàng xóm vẫn nhận ra. Nếu phải nêu (quyết định truy nã, bản án đã công bố) thì ghi lý do."
)
_OF_SOMEBODY = (
    "Có tên người dân (“{}”). Chỉ nêu tên khi người đó đã đồng ý hoặc pháp luật cho phép. Hãy bỏ "
    "tên, "
    "hoặc hỏi người đó rồi ghi lý do."
)


def named_people(
    reading: Reading, today: date, official: Iterable[tuple[int, int]], *, is_roster: bool
) -> list[Hit]:
    """Every name of a private person, full or cut short; `official` are places of known phones.

    Of a roster, which a second person looks at anyway, only minors and people of a case.
    """
    full = names_of_all(reading)
    children, suspects, shortened = short_names(reading, today)
    young, of_a_case = minors(reading, today, full), accused(reading, full)
    young.update(children)
    of_a_case.update(suspects)
    known = tuple(official)
    found: dict[Name, str] = {}
    for name in full:
        is_called = is_called_so(reading, name) or is_disciplined(reading, name)
        is_minor = name in young and is_of_low_age(reading, name, today)
        if not (is_called or is_minor) and is_public(reading, name, full, known):
            continue
        found[name] = _said_of(name, young, of_a_case)
    for name in [*children, *suspects, *shortened]:
        if not any(one.start < name.end and name.start < one.end for one in full):
            found.setdefault(name, _said_of(name, young, of_a_case))
    return [
        reading.hit(
            "named_person",
            Level.REASON,
            name.start,
            name.end,
            said.format(reading.text[name.start : name.end]),
        )
        for name, said in found.items()
        if not is_roster or said is not _OF_SOMEBODY
    ]


def _said_of(name: Name, young: set[Name], of_a_case: set[Name]) -> str:
    if name in young:
        return _OF_A_MINOR
    return _OF_A_CASE if name in of_a_case else _OF_SOMEBODY
