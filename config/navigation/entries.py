"""Lines behind sections: how they are made, and who may open them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

type May = Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class Entry:
    """A line behind a section: a page or a list, a sentence about it, and who may open it."""

    title: str
    about: str
    view: str
    may: May
    also: str = ""
    """Other words by which people look for it."""

    def address(self) -> str:
        return reverse(f"admin:{self.view}")


@dataclass(frozen=True, slots=True)
class Part:
    """Lines that belong together behind a section."""

    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """A section: its key in addresses, its name, a short one for the bar of a phone, its parts."""

    key: str
    title: str
    short: str
    icon: str
    about: str
    parts: tuple[Part, ...] = field(default=())


def page(title: str, about: str, view: str, permission: str, also: str = "") -> Entry:
    """A page of our own, for accounts with this permission."""
    return Entry(title, about, view, lambda user: user.has_perm(permission), also)


def table(title: str, about: str, model: str, also: str = "") -> Entry:
    """A list, for accounts that may read it."""
    app, _dot, name = model.partition(".")
    return page(title, about, f"{app}_{name}_changelist", f"{app}.view_{name}", also)


def tended(title: str, about: str, model: str, also: str = "") -> Entry:
    """A list that others only choose from: for accounts that add to it or change it."""
    app, _dot, name = model.partition(".")
    verbs = (f"{app}.add_{name}", f"{app}.change_{name}")
    return Entry(
        title, about, f"{app}_{name}_changelist", lambda user: any(map(user.has_perm, verbs)), also
    )
