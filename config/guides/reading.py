"""Guides as HTML, with anchors, pictures and links that hold inside the product.

Anchors are those of the repository's pages (`#năm-bước`), so that one link serves both.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import PurePosixPath
from typing import Final

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

GUIDES_DIR: Final = settings.BASE_DIR / "docs" / "huong-dan"
PICTURES: Final = "guides"
"""The folder of static files under which the screenshots lie."""
_NOT_IN_ANCHORS: Final = re.compile(r"[^\w\- ]")
# Guides are ours, but no HTML is taken from them: a file may hold words that somebody typed.
_PARSER: Final = MarkdownIt("commonmark", {"html": False}).enable("table")


@dataclass(frozen=True, slots=True)
class Heading:
    """A paragraph of a guide: its anchor, its name, its words without marks of writing."""

    anchor: str
    title: str
    words: str


@dataclass(frozen=True, slots=True)
class Guide:
    """A guide: its key in addresses, its name, its paragraphs, its page."""

    key: str
    title: str
    headings: tuple[Heading, ...]
    html: SafeString

    def anchors(self) -> set[str]:
        return {heading.anchor for heading in self.headings}


def anchor_of(title: str) -> str:
    """The anchor of a heading, as the pages of the repository have it."""
    return _NOT_IN_ANCHORS.sub("", title.strip().lower()).replace(" ", "-")


@cache
def guides() -> dict[str, Guide]:
    """Every guide by its key, read once a process."""
    return {path.stem: _read(path.stem, path.read_text("utf-8"))
            for path in sorted(GUIDES_DIR.glob("*.md"))}  # fmt: skip


def _read(key: str, text: str) -> Guide:
    tokens = _PARSER.parse(text)
    title = key
    headings: list[tuple[str, str, list[str]]] = [("", "", [])]
    for place, token in enumerate(tokens):
        if token.type == "heading_open":
            name = _text_of(tokens[place + 1])
            token.attrSet("id", anchor_of(name))
            if token.tag == "h1":
                title = name
            headings.append((anchor_of(name), name, []))
        elif token.type == "inline":
            headings[-1][2].append(_text_of(token))
            _mend(token, key)
    made = tuple(Heading(anchor, name, " ".join(words)) for anchor, name, words in headings[1:])
    # Only our renderer's own output, with HTML of the text escaped by it.
    html = mark_safe(_PARSER.renderer.render(tokens, _PARSER.options, {}))  # noqa: S308
    return Guide(key, title, made, html)


def _text_of(inline: Token) -> str:
    return "".join(part.content for part in inline.children or () if part.content)


def _mend(inline: Token, key: str) -> None:
    """Point pictures at static files and links at pages of guides; of what leads to other files of
    the repository the words stay."""
    leads_out = False
    parts = []
    for part in inline.children or ():
        if part.type == "link_close" and leads_out:
            leads_out = False
            continue
        if part.type == "image":
            name = PurePosixPath(str(part.attrs["src"])).name
            part.attrSet("src", static(f"{PICTURES}/{name}"))
            part.attrSet("loading", "lazy")
        elif part.type == "link_open":
            target, _mark, anchor = str(part.attrs["href"]).partition("#")
            stem = PurePosixPath(target).stem if target.endswith(".md") else key
            is_guide = not target or (GUIDES_DIR / f"{stem}.md").is_file()
            if is_guide and "/" not in target:
                part.attrSet("href", address(f"{stem}#{anchor}" if anchor else stem))
            elif "://" not in target:
                leads_out = True
                continue
        parts.append(part)
    inline.children = parts


def address(place: str) -> str:
    """The address of a guide, or of a paragraph: `nhap-danh-sach#năm-bước`."""
    key, mark, anchor = place.partition("#")
    return reverse("admin:guide", args=[key]) + mark + anchor


def found(words: list[str], fold: Callable[[str], str]) -> list[tuple[Guide, Heading]]:
    """Paragraphs that hold all these folded words; those whose name holds them come first."""
    hits = []
    for guide in guides().values():
        for heading in guide.headings:
            name, body = fold(heading.title), fold(heading.words)
            if all(word in name or word in body for word in words):
                hits.append((not all(word in name for word in words), guide, heading))
    hits.sort(key=lambda hit: hit[0])
    return [(guide, heading) for _later, guide, heading in hits]
