"""Content of a page of one row, as `step_pages/row.html` draws it."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True)
class Entry:
    """One entry of the history; `file` is the address of its attachment."""

    at: datetime
    what: str
    who: str
    words: str = ""
    file: str = ""


@dataclass(frozen=True)
class Line:
    """One entry of the list on the page, which leads to `url`."""

    title: str
    url: str
    badge: str = ""
    tone: str = ""
    note: str = ""


@dataclass(frozen=True)
class Link:
    """A button beside those of the steps, which leads to another page."""

    label: str
    url: str
    is_primary: bool = False


@dataclass(frozen=True)
class RowContent:
    """The content of the page of one row.

    `links` lead to pages, `exports` are files that a button downloads; `before` and `after` stand
    beside the steps that are one press.
    """

    badge: str
    tone: str
    under: str = ""
    notes: tuple[tuple[str, str], ...] = ()
    texts: tuple[tuple[str, str], ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    exports: tuple[tuple[str, str], ...] = ()
    list_title: str = ""
    lines: tuple[Line, ...] = ()
    history: tuple[Entry, ...] = ()
    before: tuple[Link, ...] = ()
    after: tuple[Link, ...] = ()

    @property
    def words(self) -> list[tuple[str, str]]:
        """Texts that are not blank."""
        return [(heading, text) for heading, text in self.texts if text]
