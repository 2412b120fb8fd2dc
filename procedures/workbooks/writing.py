"""The library as a workbook: text cells only, nothing a formula or a link."""

from collections.abc import Iterable
from io import BytesIO
from typing import Any, Final

import xlsxwriter

from procedures.content import content_of
from procedures.models import Edition, Procedure
from procedures.workbooks.sheets import (
    FOR_READING,
    KEY,
    OWN,
    PART_SHEETS,
    PROCEDURES,
    columns_of_part,
    columns_of_procedures,
)

_OPTIONS: Final = {
    "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
    "strings_to_numbers": False,
}  # fmt: skip


def at_hand(procedures: Iterable[Procedure]) -> dict[int, Edition]:
    """The edition of each procedure that a workbook carries: the open one, or the one in use."""
    rows = Edition.objects.with_parts().filter(procedure__in=procedures)
    found: dict[int, Edition] = {}
    for edition in rows.exclude(status=Edition.Status.SUPERSEDED):
        known = found.get(edition.procedure_id)
        if known is None or edition.is_open:
            found[edition.procedure_id] = edition
    return found


def write(procedures: Iterable[Procedure]) -> bytes:
    """These procedures with the editions at hand, as an .xlsx."""
    rows = list(procedures)
    editions = at_hand(rows)
    contents = {pk: content_of(edition) for pk, edition in editions.items()}
    target = BytesIO()
    book = xlsxwriter.Workbook(target, _OPTIONS)
    bold = book.add_format({"bold": True, "text_wrap": True, "bottom": 1, "valign": "top"})
    plain = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})

    def add_sheet(name: str, headings: list[str], lines: Iterable[list[str]]) -> None:
        sheet = book.add_worksheet(name)
        sheet.freeze_panes(1, 1)
        sheet.set_column(0, 0, 32)
        sheet.set_column(1, len(headings) - 1, 28)
        for place, heading in enumerate(headings):
            sheet.write_string(0, place, heading, bold)
        for number, line in enumerate(lines, 1):
            for place, value in enumerate(line):
                sheet.write_string(number, place, value, plain)

    columns = columns_of_procedures()
    add_sheet(
        PROCEDURES,
        [*(column.heading for column in columns), *FOR_READING],
        (_line(row, editions.get(row.pk), contents.get(row.pk, {}), columns) for row in rows),
    )
    for relation, name in PART_SHEETS.items():
        part_columns = columns_of_part(relation)
        add_sheet(
            name,
            [KEY, *(column.heading for column in part_columns)],
            (
                [row.slug, *(column.written(_value(part, column)) for column in part_columns)]
                for row in rows
                for part in contents.get(row.pk, {}).get(relation, ())
            ),
        )
    book.close()
    return target.getvalue()


def _value(part: dict[str, Any], column: Any) -> Any:
    """A column of a part, with what the content leaves out because it goes without saying."""
    default = column.field.default if column.field.has_default() else None
    return part.get(column.name, default)


def _line(
    row: Procedure, edition: Edition | None, content: dict[str, Any], columns: list[Any]
) -> list[str]:
    own = {name: getattr(row, name) for name in OWN} | {"area": row.area.name}
    values = [own.get(column.name, content.get(column.name)) for column in columns]
    line = [column.written(value) for column, value in zip(columns, values, strict=True)]
    if edition is None:
        return [*line, "", "", ""]
    verified = f"{edition.verified_on:%d/%m/%Y}" if edition.verified_on else ""
    return [*line, str(edition.number), str(edition.get_status_display()), verified]
