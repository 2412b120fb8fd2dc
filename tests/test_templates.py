"""Templates escape what people wrote, run nothing inline, and fetch nothing from elsewhere."""

import re
from pathlib import Path

from tests.test_consistency import OURS, ROOT, named, sources


def templates() -> list[Path]:
    return sorted((ROOT / "templates").rglob("*.html"))


# Its text is a file of the repository, and its renderer escapes HTML (tests/config/guides).
RENDERERS = {"config/guides/reading.py"}


def test_no_text_is_passed_by_the_escaping():
    pattern = re.compile(r"\|\s*safe\b|autoescape off|mark_safe|SafeString|\|\s*safeseq")
    hits = [
        named(path)
        for path in [*templates(), *sources(*OURS)]
        if pattern.search(path.read_text(encoding="utf-8"))
    ]

    assert set(hits) == RENDERERS


def test_no_template_has_inline_script():
    script = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>", re.IGNORECASE)
    handler = re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE)
    hits = [
        named(path)
        for path in templates()
        for text in [path.read_text(encoding="utf-8")]
        if script.search(text) or handler.search(text) or "javascript:" in text
    ]

    assert hits == []


def test_pages_fetch_nothing_from_elsewhere():
    address = re.compile(r"(?:https?:)?//(?!zalo\.me\b|www\.w3\.org/)[a-z0-9-]+\.[a-z]{2,}")
    files = [
        *templates(),
        *(path for path in (ROOT / "static").rglob("*") if path.suffix in {".js", ".css", ".svg"}),
    ]
    hits = {
        f"{named(path)}: {found.group()}"
        for path in files
        for found in address.finditer(path.read_text(encoding="utf-8"))
    }

    assert hits == set()
