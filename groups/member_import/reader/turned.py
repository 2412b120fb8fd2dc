"""Tables on their side: what is asked stands in the first column, each person in a further one."""

from collections.abc import Iterator, Sequence

from groups.member_import.reader import aliases
from groups.member_import.reader.aliases import field_named
from groups.member_import.reader.cells import is_nothing, text_of
from groups.member_import.reader.columns import looks_like_name
from groups.member_import.reader.families import begins_rare_family
from groups.member_import.reader.family_cells import fields_of
from groups.member_import.reader.files import Cell, Worksheet
from groups.member_import.reader.filling import team_of_titles
from groups.member_import.reader.judging import share_of
from groups.member_import.reader.kin_columns import kin_of
from groups.member_import.reader.mentions import people_in
from groups.member_import.reader.names import looks_like_person
from groups.member_import.reader.people_table import Table
from groups.member_import.reader.problems import DroppedRow
from groups.member_import.reader.records import Record, tables_of
from groups.member_import.reader.rows import cell_at

_FIRST_COLUMNS, _FEWEST_LABELS, _WITHIN = 4, 3, 40
_NAMES = ("full_name", "household_head", "nickname")
_TELLING = frozenset(("birth", "phone", "gender", "address", "team"))


def read(tab: Worksheet) -> tuple[list[Table], list[DroppedRow]] | None:
    """The people of the columns; None for a sheet that stands upright."""
    for at in range(_FIRST_COLUMNS):
        if not any(_bands(tab.rows[:_WITHIN], at)):
            continue
        bands = list(_bands(tab.rows, at))
        records = [record for band in bands for record in _people_of(tab, at, band)]
        names = [record.fields["full_name"] for record in records]
        if len(records) > 1 and share_of(names, looks_like_name) >= 0.6:
            team = team_of_titles(tab, min(record.row for record in records) - 1)
            for record in records:
                record.team = record.team or team
            return tables_of(
                tab, records, [line for band in bands for line in _rest(tab, at, band)]
            )
    return None


def _bands(rows: Sequence[list[Cell]], at: int) -> Iterator[dict[int, str]]:
    """Rows one below the other with a label each: their fields by row, from 0."""
    band: dict[int, str] = {}
    for number, row in enumerate([*rows, []]):
        label = text_of(cell_at(row, at))
        field = field_named(label.rstrip(" :")) if label else ""
        is_name_again = field in _NAMES and field in band.values()
        if not label or is_name_again or any(text_of(cell) for cell in row[:at]):
            if _is_band(band):
                yield band
            band = {}
        if label:
            band[number] = field
    if _is_band(band):
        yield band


def _is_band(band: dict[int, str]) -> bool:
    known = set(band.values()) - {""}
    return len(known) >= _FEWEST_LABELS and bool(known & {*_NAMES}) and bool(known & _TELLING)


def _top_of(band: dict[int, str]) -> int:
    """The row of the names."""
    return next(number for name in _NAMES for number, field in band.items() if field == name)


def _rest(tab: Worksheet, at: int, band: dict[int, str]) -> Iterator[DroppedRow]:
    """Columns that say something of nobody."""
    names = tab.rows[_top_of(band)]
    width = max(len(tab.rows[number]) for number in band)
    for index in range(at + 1, width):
        texts = [text for n in band if (text := text_of(cell_at(tab.rows[n], index)))]
        if texts and is_nothing(text_of(cell_at(names, index))):
            yield DroppedRow(tab.name, _top_of(band) + 1, "note", " ".join(texts)[:200])


def _people_of(tab: Worksheet, at: int, band: dict[int, str]) -> Iterator[Record]:
    top = _top_of(band)
    for index in range(at + 1, len(tab.rows[top])):
        name = text_of(cell_at(tab.rows[top], index))
        if is_nothing(name) or field_named(name):
            continue
        record = Record(top + 1, {"full_name": name}, {number + 1 for number in band})
        family = [record]
        for number, field in band.items():
            cell, label = cell_at(tab.rows[number], index), text_of(cell_at(tab.rows[number], at))
            text = text_of(cell)
            if number == top or not text:
                continue
            if kin_of([label.rstrip(" :")]) or (family[1:] and field in _NAMES):
                if looks_like_person(text) or begins_rare_family(text):
                    family.append(_kin(record, number, text, label))
                else:
                    record.add("note", f"{label}: {text}")
            elif field in ("", aliases.IGNORED, "others"):
                others = people_in(text)
                family += [Record(number + 1, dict(fields_of(one, name))) for one in others]
                if not others:
                    record.add("note", f"{label}: {text}")
            elif field in _OF_HOUSEHOLD or field not in family[-1].fields:
                (record if field in _OF_HOUSEHOLD else family[-1]).fields[field] = cell
            else:
                record.add("note", text)
        for other in family[1:]:
            shared = {f: record.fields[f] for f in _OF_HOUSEHOLD if f in record.fields}
            other.fields = {**shared, **other.fields}
        yield from family


def _kin(record: Record, number: int, name: str, label: str) -> Record:
    """Somebody of the family, of whom the rows below speak."""
    other = Record(number + 1, {"full_name": name, "household_head": record.name})
    relation = kin_of([label.rstrip(" :")])
    if relation and " " not in relation:
        other.fields["relation"] = relation
    return other


_OF_HOUSEHOLD = ("address", "house_number", "street", "team", "household_code", "proxy")
