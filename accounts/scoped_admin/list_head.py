"""Head of a list of the admin: tabs, filters, those that are set, those that were saved."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from django.contrib.admin.views.main import IGNORED_PARAMS, SEARCH_VAR
from django.forms import ModelChoiceField
from django.utils.text import capfirst

from accounts.saved_filters.models import SavedFilter

# The filter whose choices are the tabs of a list.
WORK: Final = "viec"


@dataclass(frozen=True)
class Chosen:
    """A filter that is set: its title, its choice in words, and the address without it."""

    title: str
    words: str
    without: str


@dataclass(frozen=True)
class Filter:
    """A filter of the list: choices that are links, or fields of one form."""

    title: str
    links: list[dict[str, Any]]
    fields: list[Any]


@dataclass
class ListHead:
    """All of it for one page; `query` is the combination of filters that is set, in one order."""

    tabs: list[dict[str, Any]] = field(default_factory=list)
    filters: list[Filter] = field(default_factory=list)
    chosen: list[Chosen] = field(default_factory=list)
    carried: list[tuple[str, str]] = field(default_factory=list)
    saved: list[SavedFilter] = field(default_factory=list)
    label: str = ""
    query: str = ""
    is_narrowed: bool = False

    @property
    def has_fields(self) -> bool:
        return any(one.fields for one in self.filters)

    @property
    def current(self) -> SavedFilter | None:
        """The saved filter that is set just now."""
        return next((one for one in self.saved if one.query == self.query), None)


def head_of(changelist: Any, user: Any) -> ListHead:
    """Above the list of this page, for this account."""
    head = ListHead(label=changelist.opts.label_lower)
    used: list[tuple[str, str]] = []
    typed: set[str] = set()
    for spec in changelist.filter_specs:
        choices = list(spec.choices(changelist))
        form = choices[0].get("form") if choices else None
        fields = list(form) if form is not None else []
        typed |= {one.html_name for one in fields}
        pairs = list(_pairs(changelist, spec))
        words = _words(choices, fields, pairs) if pairs else ""
        used += pairs if words else []
        if getattr(spec, "parameter_name", None) == WORK and not fields:
            head.tabs = _tabs(spec, choices)
            continue
        title = capfirst(str(spec.title))
        head.filters.append(Filter(title, [] if fields else choices, fields))
        if pairs:
            without = changelist.get_query_string({name: None for name, _value in pairs})
            head.chosen.append(Chosen(title, words or _of_elsewhere(pairs), without))
    head.query = urlencode(sorted(used))
    head.is_narrowed = any(
        any(values) and (name == SEARCH_VAR or name not in {*IGNORED_PARAMS, WORK})
        for name, values in changelist.filter_params.items()
    )
    head.carried = [
        (name, value)
        for name, values in changelist.filter_params.items()
        for value in values
        if name not in typed and value
    ]
    known = {name for spec in changelist.filter_specs for name in spec.expected_parameters()}
    head.saved = [
        one
        for one in SavedFilter.objects.of_list(user, head.label)
        if {name for name, _value in parse_qsl(one.query)} <= known
    ]
    return head


def is_covered(head: ListHead, query: str) -> bool:
    """Whether each part of a query is a filter of this list, set to something that it offers."""
    asked = parse_qsl(query)
    return bool(asked) and SEARCH_VAR not in dict(asked) and head.query == urlencode(sorted(asked))


def _pairs(changelist: Any, spec: Any) -> Iterator[tuple[str, str]]:
    """The parameters of a filter that say something."""
    for name in spec.expected_parameters():
        for value in changelist.filter_params.get(name, []):
            if value:
                yield name, value


def _tabs(spec: Any, choices: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The first tab is the list as it opens, by a name of its own where it has one."""
    first, *rest = choices
    return [{**first, "display": getattr(spec, "all_label", first["display"])}, *rest]


def _words(choices: list[Any], fields: list[Any], pairs: list[tuple[str, str]]) -> str:
    """The choice in words; nothing for a value that is not offered."""
    if not fields:
        _all, *rest = choices
        return ", ".join(str(one["display"]) for one in rest if one["selected"])
    values = dict(pairs)
    parts = [_words_of(one, values[one.html_name]) for one in fields if one.html_name in values]
    return " ".join(parts) if all(parts) else ""


def _of_elsewhere(pairs: list[tuple[str, str]]) -> str:
    """A choice that the list does not offer itself, which a link of another page may have made."""
    return "chưa có" if pairs[0][0].endswith("__isnull") else "theo trang vừa mở"


def _words_of(bound: Any, value: str) -> str:
    if isinstance(bound.field, ModelChoiceField):
        rows = bound.field.queryset
        row = rows.filter(pk=value).first() if value.isdecimal() else None
        return str(row) if row else ""
    if hasattr(bound.field, "choices"):
        return {str(key): str(text) for key, text in bound.field.choices}.get(value, "")
    try:
        return f"{str(bound.label).lower()} {date.fromisoformat(value):%d/%m/%Y}"
    except ValueError:
        return ""
