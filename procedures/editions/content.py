"""The content of an edition as plain data: copied, compared, loaded and carried by workbooks.

`{"who": "…", "dossier": [{"name": "…"}], "citations": [{"text": "TT 75/2022/TT-BTC"}]}`: columns
and parts without their defaults, in the form of the data files.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from procedures import models
from procedures.editions.models import Edition

# Parts in the order in which they are read: relation, model, columns.
PARTS: Final = {
    "dossier": ("DossierItem", ("case", "name", "detail", "form_code", "is_waivable")),
    "time_limits": ("TimeLimit", ("amount", "unit", "condition")),
    "fees": (
        "Fee",
        ("case", "direct", "online", "condition", "valid_from", "valid_to", "legal_basis",
         "is_verified"),
    ),
    "citations": ("Citation", ("text", "purpose", "place")),
}  # fmt: skip
PART_LABELS: Final = {
    "dossier": "Hồ sơ", "time_limits": "Thời hạn", "fees": "Lệ phí", "citations": "Căn cứ",
}  # fmt: skip
_DAYS: Final = {"valid_from", "valid_to"}

type Content = dict[str, Any]
type GetModel = Callable[[str], Any]


@dataclass(frozen=True)
class Difference:
    """One column or part, as it was and as it is; either may be blank."""

    label: str
    before: str
    after: str


def _is_default(value: Any) -> bool:
    return value is None or value == "" or value == [] or value is False


def plain(value: Any) -> Any:
    """Amounts as whole numbers where they are whole, days as ISO text."""
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value.isoformat() if isinstance(value, date) else value


def content_of(edition: Edition) -> Content:
    """The content of a stored edition, without blanks; parts should be prefetched."""
    content = {name: plain(getattr(edition, name)) for name in Edition.CONTENT}
    for relation, (_model, columns) in PARTS.items():
        content[relation] = [
            _row_of(part, relation, columns) for part in getattr(edition, relation).all()
        ]
    return {name: value for name, value in content.items() if not _is_default(value)}


def _row_of(part: Any, relation: str, columns: tuple[str, ...]) -> dict[str, Any]:
    row = {
        name: part.text.number if (relation, name) == ("citations", "text") else getattr(part, name)
        for name in columns
    }
    return without_defaults(row)


def without_defaults(row: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a part as plain data, without those that say nothing."""
    columns = {name: plain(value) for name, value in row.items() if not _is_default(value)}
    if columns.get("purpose") == models.Citation.Purpose.BASIS:
        del columns["purpose"]
    return columns


def columns_of(content: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of an edition in a content, with blanks for what it leaves out."""
    found: dict[str, Any] = {}
    for name in Edition.CONTENT:
        value = content.get(name)
        if name in _DAYS:
            found[name] = date.fromisoformat(value) if value else None
        elif name == "forms":
            found[name] = list(value or [])
        else:
            found[name] = value or ""
    return found


def write_parts(
    edition: Any,
    content: Mapping[str, Any],
    get_model: GetModel = lambda name: getattr(models, name),
) -> None:
    """Replace the parts of an edition by those of a content.

    `get_model` gives a model by its name, for migrations. Citations of unknown texts make them.
    """
    for relation, (name, columns) in PARTS.items():
        model = get_model(name)
        model.objects.filter(edition=edition).delete()
        rows = []
        for order, row in enumerate(content.get(relation, ())):
            values = {column: row[column] for column in columns if row.get(column) is not None}
            for day in _DAYS & values.keys():
                values[day] = date.fromisoformat(values[day])
            if "amount" in values:
                values["amount"] = Decimal(str(values["amount"]))
            if relation == "citations":
                number = values["text"]
                values["text"] = get_model("LegalText").objects.get_or_create(number=number)[0]
            rows.append(model(edition=edition, order=order, **values))
        model.objects.bulk_create(rows)


def differences(before: Content, after: Content) -> list[Difference]:
    """Differences between two contents, in the words of the page."""
    found = []
    for name in Edition.CONTENT:
        old, new = _as_text(before.get(name)), _as_text(after.get(name))
        if old != new:
            label = str(Edition._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
            found.append(Difference(label[:1].upper() + label[1:], old, new))
    for relation, (model, columns) in PARTS.items():
        old, new = (
            "\n".join(_line(getattr(models, model), row, columns) for row in side.get(relation, ()))
            for side in (before, after)
        )
        if old != new:
            found.append(Difference(PART_LABELS[relation], old, new))
    return found


def _as_text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else _day(str(value))


def _day(text: str) -> str:
    """A day of ISO as people write it; other text as it is."""
    try:
        return f"{date.fromisoformat(text):%d/%m/%Y}"
    except ValueError:
        return text


def _line(model: Any, row: Mapping[str, Any], columns: tuple[str, ...]) -> str:
    """`lệ phí`: every column of a part that is not blank, named where its name says more."""
    words = []
    for name in columns:
        value = row.get(name)
        if _is_default(value):
            continue
        field = model._meta.get_field(name)
        label = str(field.verbose_name)
        if value is True:
            words.append(label)
        elif field.choices:
            words.append(str(dict(field.flatchoices)[value]))
        elif name in {"name", "text", "amount"}:
            words.append(_as_text(value))
        else:
            words.append(f"{label}: {_as_text(value)}")
    return "; ".join(words)
