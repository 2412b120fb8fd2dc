"""The library as a workbook: text cells only, nothing a formula or a link."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from io import BytesIO
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.db import models

from documents.new_workbook import new_workbook
from procedures import models as library
from procedures.editions.content import PART_LABELS, PARTS, content_of
from procedures.editions.models import Edition
from procedures.editions.parts import LegalText
from procedures.library.models import Procedure, ProcedureArea
from vietnamese.text import clean, fold

# What the sheets hold: a sheet of procedures, and one for each kind of part.


KEY: Final = "Mã thủ tục"
PROCEDURES: Final = "Thủ tục"
# Columns of a procedure itself, before those of its edition.
OWN: Final = ("slug", "name", "area", "code", "matt_id", "other_codes", "level", "is_active")
# Written for the reader; what is typed over them is not read.
FOR_READING: Final = ("Bản số (chỉ xem)", "Trạng thái (chỉ xem)", "Kiểm chứng ngày (chỉ xem)")
_LONG: Final = {"who", "in_person", "where", "when", "how", "online", "result", "short_answer",
                "review_note"}  # fmt: skip


@dataclass(frozen=True)
class Column:
    """A heading and the model field behind it."""

    heading: str
    name: str
    field: Any

    @property
    def is_needed(self) -> bool:
        return not self.field.blank and not self.field.has_default()

    def written(self, value: Any) -> str:
        """A value as it stands in a cell: always text."""
        if value is None:
            return ""
        if isinstance(value, bool):
            return "Có" if value else "Không"
        if isinstance(value, list):
            return ", ".join(value)
        if self.field.choices:
            return str(dict(self.field.flatchoices).get(value, ""))
        if isinstance(self.field, models.DateField):
            day = date.fromisoformat(value) if isinstance(value, str) else value
            return f"{day:%d/%m/%Y}"
        if isinstance(self.field, models.DecimalField):
            return f"{Decimal(str(value)).normalize():f}".replace(".", ",")
        return str(value)

    def read(self, cell: Any) -> Any:
        """A cell as the plain value of a content. Raises ValueError with a sentence."""
        text = _text(cell)
        if not text:
            if self.is_needed:
                raise ValueError("Ô này không được để trống.")
            return [] if hasattr(self.field, "base_field") else None
        if isinstance(self.field, models.BooleanField):
            folded = fold(text)
            if folded not in {"co", "x", "1", "true", "khong", "0", "false"}:
                raise ValueError(f"“{text}” không rõ là có hay không. Ghi Có hoặc Không.")
            return folded in {"co", "x", "1", "true"}
        if self.field.choices:
            return _choice(text, self.field.flatchoices)
        if isinstance(self.field, models.DateField):
            return _day(cell, text).isoformat()
        if isinstance(self.field, models.DecimalField):
            return _decimal(text, self.field)
        if isinstance(self.field, models.IntegerField):
            return _whole(text)
        if hasattr(self.field, "base_field"):
            return [part for piece in text.split(",") if (part := piece.strip())]
        return self._checked(text if self.name in _LONG else clean(text))

    def _checked(self, text: str) -> str:
        field = LegalText._meta.get_field("number") if self.name == "text" else self.field
        if isinstance(field, models.ForeignKey):
            return text
        try:
            for validator in field.validators:
                validator(text)
        except ValidationError as error:
            raise ValueError(" ".join(error.messages)) from None
        return text


def columns_of_procedures() -> list[Column]:
    """The sheet of procedures: their own columns, then the content of an edition."""
    own = [Column(_heading(Procedure, name), name, Procedure._meta.get_field(name)) for name in OWN]
    own[0] = Column(KEY, "slug", Procedure._meta.get_field("slug"))
    return own + [
        Column(_heading(Edition, name), name, Edition._meta.get_field(name))
        for name in Edition.CONTENT
    ]


def columns_of_part(relation: str) -> list[Column]:
    """The sheet of a kind of part, without the key that stands first in each."""
    model_name, names = PARTS[relation]
    model = getattr(library, model_name)
    return [Column(_heading(model, name), name, model._meta.get_field(name)) for name in names]


def area_by_name() -> dict[str, ProcedureArea]:
    """Areas by their folded names."""
    return {fold(area.name): area for area in ProcedureArea.objects.all()}


def _heading(model: type[models.Model], name: str) -> str:
    label = str(model._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    return label[:1].upper() + label[1:]


def _text(cell: Any) -> str:
    """A cell as text in NFC, with its lines; a number that Excel made a fraction is whole again."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return unicodedata.normalize("NFC", str(cell)).replace("\r\n", "\n").strip()


def _choice(text: str, choices: Any) -> str:
    wanted = fold(text)
    for value, label in choices:
        if wanted == fold(str(label)):
            return str(value)
    names = ", ".join(str(label) for _value, label in choices)
    raise ValueError(f"“{text}” không có trong danh mục. Chọn một trong: {names}.")


def _day(cell: Any, text: str) -> date:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    try:
        return datetime.strptime(text.replace("-", "/").replace(".", "/"), "%d/%m/%Y").date()  # noqa: DTZ007 -- a day has no zone
    except ValueError:
        raise ValueError(f"“{text}” không phải là ngày. Ghi ngày/tháng/năm.") from None


def _decimal(text: str, field: Any) -> int | float:
    try:
        number = Decimal(text.replace(",", "."))
        field.run_validators(number)
    except (InvalidOperation, ValidationError):
        raise ValueError(f"“{text}” không phải là số lượng. Ghi ví dụ 7 hoặc 0,5.") from None
    return int(number) if number == number.to_integral_value() else float(number)


def _whole(text: str) -> int:
    digits = text.replace(".", "").replace(" ", "")
    if not digits.isdecimal() or not digits.isascii() or int(digits) > 2_000_000_000:
        raise ValueError(f"“{text}” không phải là số tiền. Ghi số nguyên, ví dụ 20000.")
    return int(digits)


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
    book = new_workbook(target)
    bold = book.add_format({"bold": True, "text_wrap": True, "bottom": 1, "valign": "top"})
    plain = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})

    def add_sheet(name: str, headings: list[str], lines: Iterable[list[str]]) -> None:
        worksheet = book.add_worksheet(name)
        worksheet.freeze_panes(1, 1)
        worksheet.set_column(0, 0, 32)
        worksheet.set_column(1, len(headings) - 1, 28)
        for place, heading in enumerate(headings):
            worksheet.write_string(0, place, heading, bold)
        for number, line in enumerate(lines, 1):
            for place, value in enumerate(line):
                worksheet.write_string(number, place, value, plain)

    columns = columns_of_procedures()
    add_sheet(
        PROCEDURES,
        [*(column.heading for column in columns), *FOR_READING],
        (_line(row, editions.get(row.pk), contents.get(row.pk, {}), columns) for row in rows),
    )
    for relation, name in PART_LABELS.items():
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
