"""The sections of one account, and the one a page lies behind."""

from dataclasses import replace
from functools import cache
from typing import Any, Final

from django.http import HttpRequest
from django.urls import reverse

from config.navigation.declared import HOME, SECTIONS
from config.navigation.entries import Part, Section

# On a phone the first sections stand at the bottom of the page; the last place leads to all.
ON_PHONE: Final = 4
_OF_APPS: Final = {
    "broadcasts": "bai-dang", "reports": "phan-anh", "groups": "nhom-ba-con", "duty": "truc",
    "procedures": "thu-tuc", "oversight": "so-lieu", "accounts": "thiet-lap", "zalo": "thiet-lap",
    "auth": "thiet-lap",
}  # fmt: skip


def address(section: Section) -> str:
    return (
        reverse("admin:index") if section is HOME else reverse("admin:section", args=[section.key])
    )


def open_to(user: Any) -> list[Section]:
    """The sections of an account, each with the lines that it may open."""
    return [
        section for made in SECTIONS if (section := _seen_by(user, made)) is HOME or section.parts
    ]


def _seen_by(user: Any, section: Section) -> Section:
    if section is HOME:
        return section
    parts = (
        Part(part.title, tuple(entry for entry in part.entries if entry.may(user)))
        for part in section.parts
    )
    return replace(section, parts=tuple(part for part in parts if part.entries))


@cache
def _keys_by_stem() -> dict[str, str]:
    """The section of each view, by its own name or by the model that it is about."""
    found = {"index": HOME.key}
    for section in SECTIONS:
        for part in section.parts:
            for entry in part.entries:
                found[entry.view.removesuffix("_changelist")] = section.key
    return found


def key_of(view: str) -> str:
    """The section behind which a view lies, or "".

    Pages of a row carry the name of its model: `groups_handover_show` is one of `groups_handover`.
    """
    known = _keys_by_stem()
    words = view.split("_")
    return next(
        (key for end in range(len(words), 0, -1) if (key := known.get("_".join(words[:end])))), ""
    )


def of_app(label: str) -> str:
    """The section of an app's lists, or ""."""
    return _OF_APPS.get(label, "")


def apps_of(key: str) -> frozenset[str]:
    """The apps whose lists stand in a section."""
    return frozenset(label for label, section in _OF_APPS.items() if section == key)


def key_here(request: HttpRequest) -> str:
    """The section of the page that is asked for; that of a section's own page is itself."""
    match = request.resolver_match
    if match is None:
        return ""
    return match.kwargs["key"] if match.url_name == "section" else key_of(match.url_name or "")


def _open_here(request: HttpRequest) -> list[Section]:
    """The sections of who asks: found once for the sidebar and the bar."""
    known: Any = request
    if not hasattr(known, "open_sections"):
        known.open_sections = open_to(request.user)
    found: list[Section] = known.open_sections
    return found


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The sidebar: the sections of this account."""
    here = key_here(request)
    items = [
        {
            "title": section.title,
            "icon": section.icon,
            "link": address(section),
            "active": section.key == here,
        }
        for section in _open_here(request)
    ]
    return [{"items": items}]


def bar(request: HttpRequest) -> list[dict[str, Any]]:
    """The bar at the bottom of a phone: the first sections of an account and the page of all; none
    for strangers. Its addresses are made here, so that a page of any site may show it."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or not user.is_staff:
        return []
    here = key_here(request)
    first = [
        {"title": section.short, "link": address(section), "is_here": section.key == here}
        for section in _open_here(request)[:ON_PHONE]
    ]
    return [*first, {"title": "Tất cả", "link": reverse("admin:sections"), "is_here": False}]
