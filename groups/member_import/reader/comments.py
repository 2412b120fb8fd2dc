"""Comments of cells: texts that Excel shows beside a cell, where it is pointed at."""

import html
import posixpath
import re
import zipfile
from io import BytesIO

from groups.member_import.reader import inspecting
from groups.member_import.reader.problems import UnreadableFile
from groups.member_import.reader.scanning import SheetFacts, column_number

MOST, _LONGEST = 5_000, 1_000
_MAX_PART = 5 * 1024 * 1024
_TARGET = re.compile(rb"""Target\s*=\s*["']([^"']*(?:comments|threadedComment)[^"']*)["']""", re.I)
_COMMENT = re.compile(
    rb"""<(?:\w+:)?(?:threadedC|c)omment\s[^>]*?\bref\s*=\s*["']([A-Z]{1,3})(\d{1,7})["'][^>]*>"""
    rb"""(.*?)</(?:\w+:)?(?:threadedC|c)omment>""",
    re.DOTALL,
)
_TEXT = re.compile(rb"<(?:\w+:)?(?:t|text)(?:\s[^>]*)?>([^<]*)<")
# What Excel writes for programs that know no threads, and the author it puts first.
_THREADED = re.compile(r"^\[(?:Threaded comment|Chú thích theo chuỗi|Bình luận theo chuỗi)\]", re.I)


def of_sheet(content: bytes, known: SheetFacts) -> dict[tuple[int, int], str]:
    """The comments of a sheet by row and column, which count from 0."""
    if known.comments:
        return {(row, column): text for row, column, text in known.comments if text.strip()}
    if not known.part or not content.startswith(b"PK"):
        return {}
    with zipfile.ZipFile(BytesIO(content)) as archive:
        parts = {info.filename: info for info in archive.infolist()}
    folder, name = posixpath.split(known.part)
    relations = parts.get(f"{folder}/_rels/{name}.rels")
    if relations is None:
        return {}
    found: dict[tuple[int, int], str] = {}
    for target in _TARGET.findall(_bytes_of(content, relations)):
        path = target.decode(errors="replace")
        path = path[1:] if path.startswith("/") else posixpath.normpath(f"{folder}/{path}")
        if part := parts.get(path):
            for place, text in _comments_of(_bytes_of(content, part)):
                if place not in found or _THREADED.match(found[place]):
                    found[place] = text
    return {place: text for place, text in found.items() if not _THREADED.match(text)}


def _comments_of(part: bytes) -> list[tuple[tuple[int, int], str]]:
    found: list[tuple[tuple[int, int], str]] = []
    for letters, number, body in _COMMENT.findall(part):
        pieces = (piece.decode(errors="replace") for piece in _TEXT.findall(body))
        text = html.unescape("".join(pieces)).strip()[:_LONGEST]
        if text and len(found) < MOST:
            found.append(((int(number) - 1, column_number(letters) - 1), text))
    return found


def _bytes_of(content: bytes, part: zipfile.ZipInfo) -> bytes:
    """The part, as far as comments of a list may reach; empty for a longer one."""
    whole = b""
    try:
        for piece in inspecting.unpack(content, part):
            whole += piece
            if len(whole) > _MAX_PART:
                return b""
    except UnreadableFile:
        return b""
    return whole
