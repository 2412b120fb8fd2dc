"""Rows of every list of the admin: a table on a wide screen, a card each on a phone.

A model admin may name the column that is the title of a card (`list_title`, else the first) and the
one that is its state (`list_state`, else the first that shows a label). Every other value stands on
a card behind the title of its column, and one that is empty does not stand there at all.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from django.contrib.admin.templatetags.admin_list import result_headers
from django.contrib.admin.templatetags.admin_urls import add_preserved_filters
from django.contrib.admin.utils import (
    display_for_field,
    display_for_value,
    label_for_field,
    lookup_field,
)
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.urls import NoReverseMatch
from django.utils.html import format_html
from django.utils.text import capfirst

YES_OR_NO: Final = {True: "Có", False: "Không"}
EMPTY: Final = {"", "-", "–"}
CHECKBOX: Final = "action_checkbox"
BOX: Final = (
    '<td class="action-checkbox"><input type="checkbox" class="action-select" '
    'name="_selected_action" value="{}" aria-label="Chọn dòng này"></td>'
)
LONG, WORD = 40, 24
_TAGS: Final = re.compile("<[^>]*>")
_DAY_AT_END: Final = re.compile(r"\d\d/\d\d/\d{4}$")


@dataclass(frozen=True)
class Column:
    """A column as its cells need it."""

    name: str
    label: str
    is_title: bool
    is_state: bool

    @property
    def classes(self) -> str:
        return f"field-{self.name}{' list-state' if self.is_state else ''}"


def headers(changelist: Any) -> list[dict[str, Any]]:
    """The headers of the table, as the framework has them; one chosen to sort by says how."""
    found = list(result_headers(changelist))
    for name, header in zip(changelist.list_display, found, strict=True):
        header["is_box"] = name == CHECKBOX
        header["sorts"] = ""
        if header.get("sorted"):
            header["sorts"] = "ascending" if header["ascending"] else "descending"
    return found


def rows(changelist: Any) -> Iterator[list[Any]]:
    """The drawn cells of each row that the page lists."""
    columns = columns_of(changelist)
    for row in changelist.result_list:
        yield [_cell(changelist, row, column) for column in columns]


def columns_of(changelist: Any) -> list[Column]:
    model_admin = changelist.model_admin
    names = [name for name in changelist.list_display if name != CHECKBOX]
    # A plain model admin, of a library or a benchmark, names neither.
    title = getattr(model_admin, "list_title", "")
    title = title if title in names else names[0]
    named = getattr(model_admin, "list_state", "")
    columns, has_state = [], False
    for name in changelist.list_display:
        label, attribute = label_for_field(name, changelist.model, model_admin, return_attr=True)
        is_state = name == named if named in names else bool(getattr(attribute, "is_label", False))
        is_state = is_state and not has_state and name != title
        has_state = has_state or is_state
        columns.append(Column(name, capfirst(str(label)), name == title, is_state))
    return columns


def _cell(changelist: Any, row: Any, column: Column) -> Any:
    if column.name == CHECKBOX:
        return format_html(BOX, row.pk)
    value = _value(changelist, row, column.name)
    text = str(value).strip()
    plain = _TAGS.sub("", text) if "<" in text else text
    classes = f"{column.classes}{_width(plain)}"
    if column.is_title:
        link = _link(changelist, row, value if text not in EMPTY else str(row))
        return format_html('<th scope="row" class="{}">{}</th>', classes, link)
    if text in EMPTY:
        return format_html('<td class="{} list-empty"></td>', column.classes)
    if plain.lower().startswith(column.label.lower()):  # it names itself
        return format_html('<td class="{} list-named">{}</td>', classes, value)
    return format_html('<td class="{}" data-label="{}">{}</td>', classes, column.label, value)


def _width(plain: str) -> str:
    """The class of a long text, and of a code, a number or a day, which would break inside."""
    if len(plain) > LONG:
        return " list-long"
    is_word = " " not in plain or _DAY_AT_END.search(plain)
    return " list-word" if is_word and len(plain) <= WORD else ""


def _link(changelist: Any, row: Any, text: Any) -> Any:
    if changelist.list_display_links is None:
        return text
    try:
        address = changelist.url_for_result(row)
    except NoReverseMatch:
        return text
    address = add_preserved_filters(
        {"preserved_filters": changelist.preserved_filters, "opts": changelist.opts}, address
    )
    if not changelist.is_popup:
        return format_html('<a href="{}">{}</a>', address, text)
    key = row.serializable_value(changelist.to_field or changelist.pk_attname)
    return format_html('<a href="{}" data-popup-opener="{}">{}</a>', address, key, text)


def _value(changelist: Any, row: Any, name: str) -> Any:
    """The value of a column in words."""
    try:
        field, attribute, value = lookup_field(name, row, changelist.model_admin)
    except ObjectDoesNotExist:
        return ""
    if field is None or field.auto_created:
        if getattr(attribute, "boolean", False):
            return YES_OR_NO.get(value, "")
        return display_for_value(value, "")
    if isinstance(field.remote_field, models.ManyToOneRel):
        return getattr(row, field.name) or ""
    if isinstance(field, models.BooleanField):
        return YES_OR_NO.get(value, "")
    return display_for_field(value, field, "")
