"""What a channel carries: one message each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Text:
    """Words alone."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture that Zalo holds already, with its caption."""

    attachment_id: str
    caption: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class File:
    """A file that Zalo holds already."""

    token: str


@dataclass(frozen=True, slots=True)
class ContactButton:
    """The button by which a person shares name and phone."""

    title: str
    subtitle: str
    image_url: str


@dataclass(frozen=True, slots=True)
class Page:
    """An article."""

    title: str
    author: str
    description: str
    cover_url: str
    body: Sequence[Mapping[str, str]]


type Content = Text | Picture | File | ContactButton | Page
