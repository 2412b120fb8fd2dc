"""Tables of web pages and of Excel's XML, which programs save under the ending of a workbook.

Nothing is fetched, no entity is expanded, and a document type with declarations is refused.
"""

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from html.parser import HTMLParser
from xml.parsers import expat

from groups.member_import.reader import limits
from groups.member_import.reader.problems import UnreadableFile
from groups.member_import.reader.scanning import Area

NO_TABLE = (
    "Đây là trang web không có bảng nào. Hãy mở bằng Excel và lưu lại dạng .xlsx, "
    "hoặc chép bảng rồi dán vào ô."
)
_BROKEN_XML = "Tệp XML bị hỏng. Hãy mở bằng Excel và lưu lại dạng .xlsx."
_FOREIGN_XML = "Đây là tệp XML không phải bảng tính. Hãy mở bằng Excel và lưu lại dạng .xlsx."
_CHARSET = re.compile(rb"""charset\s*=\s*["']?([\w-]+)""", re.IGNORECASE)
_ENCODING = re.compile(rb"""<\?xml[^>]*encoding\s*=\s*["']([\w-]+)["']""", re.IGNORECASE)
_SPREADSHEET = b"urn:schemas-microsoft-com:office:spreadsheet"
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")


@dataclass
class MarkedUp:
    """One table: its cells, merged areas and comments (row, column, text), counted from 0."""

    name: str
    rows: list[list[str | float | datetime]] = field(default_factory=list)
    merged: list[Area] = field(default_factory=list)
    comments: list[tuple[int, int, str]] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)

    def put(self, row: int, column: int, cell: str | float | datetime) -> None:
        limits.check_extent(self.name, row + 1, column + 1)
        self.rows.extend([] for _ in range(row + 1 - len(self.rows)))
        cells = self.rows[row]
        cells.extend([""] * (column + 1 - len(cells)))
        cells[column] = cell


def kind_of(content: bytes) -> str:
    """`mhtml`, `spreadsheet`, `html`, another `xml`, or nothing."""
    opening = content[:4000].removeprefix(b"\xef\xbb\xbf").lstrip()
    if opening.startswith((b"\xff\xfe", b"\xfe\xff")):
        opening = opening[2:].replace(b"\0", b"").lstrip()
    lower = opening.lower()
    if lower.startswith(b"mime-version:"):
        return "mhtml"
    is_page = lower.startswith((b"<html", b"<!doctype html", b"<table", b"<meta", b"<head"))
    if is_page or (lower.startswith((b"<div", b"<style", b"<body", b"<!--")) and b"<t" in lower):
        return "html"
    if lower.startswith((b"<?xml", b"<workbook", b"<ss:workbook")):
        if _SPREADSHEET in lower:
            return "spreadsheet"
        return "html" if b"<html" in lower or b"<table" in lower else "xml"
    return ""


def tables_of(content: bytes, kind: str) -> list[MarkedUp]:
    """Every table of the file. Raises UnreadableFile with a sentence."""
    if kind == "spreadsheet":
        return _Spreadsheet().read(content)
    if kind == "xml":
        raise UnreadableFile(_FOREIGN_XML)
    pages = list(_pages(content)) if kind == "mhtml" else [_decoded(content)]
    tables = [table for page in pages for table in _Page().read(page)]
    if not tables:
        raise UnreadableFile(NO_TABLE)
    for number, table in enumerate(tables, start=1):
        table.name = f"Bảng {number}"
    return tables


def _pages(content: bytes) -> Iterator[str]:
    message = email.message_from_bytes(content, policy=email.policy.compat32)
    for number, part in enumerate(message.walk()):
        if number > limits.MAX_PARTS:
            raise UnreadableFile(limits.BOMB)
        payload = part.get_payload(decode=True) if not part.is_multipart() else None
        if part.get_content_type() == "text/html" and isinstance(payload, bytes):
            yield _decoded(payload)


def _decoded(content: bytes) -> str:
    named = _CHARSET.search(content[:4000]) or _ENCODING.search(content[:400])
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", errors="replace")
    for encoding in ("utf-8", named[1].decode() if named else "utf-8"):
        try:
            return content.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return content.decode("cp1258", errors="replace")


class _Page(HTMLParser):
    """The outermost tables that hold rows of more than one cell; a table in a cell is text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[MarkedUp] = []
        self.open: list[_OpenTable] = []
        self.silent = 0

    def read(self, text: str) -> list[MarkedUp]:
        self.feed(text)
        self.close()
        while self.open:
            self._close_table()
        return [table for table in self.tables if any(table.rows)]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag in ("script", "style"):
            self.silent += 1
        elif tag == "table":
            if len(self.open) >= 20:
                raise UnreadableFile(limits.BOMB)
            self.open.append(_OpenTable(MarkedUp("Bảng")))
        elif self.open:
            self.open[-1].start(tag, values)

    def handle_endtag(self, tag: str) -> None:
        if tag in ("script", "style"):
            self.silent = max(0, self.silent - 1)
        elif tag == "table" and self.open:
            self._close_table()
        elif self.open:
            self.open[-1].end(tag)

    def handle_data(self, data: str) -> None:
        if self.open and not self.silent:
            self.open[-1].text(data)

    def _close_table(self) -> None:
        closed = self.open.pop()
        closed.end("tr")
        self.tables.append(closed.table)
        if len(self.tables) > limits.MAX_SHEETS:
            raise UnreadableFile(
                f"Trang web có hơn {limits.MAX_SHEETS} bảng. Hãy chép riêng bảng cần nhập."
            )


class _OpenTable:
    """The state of one table: the row and cell that are open, and cells that reach down."""

    def __init__(self, table: MarkedUp) -> None:
        self.table = table
        self.row = -1
        self.column = 0
        self.cell: list[str] | None = None
        self.span = (1, 1)
        self.reaching: dict[int, int] = {}  # column → rows that a cell above still covers

    def start(self, tag: str, values: dict[str, str]) -> None:
        if tag == "tr":
            self.end("tr")
            self.reaching = {at: left - 1 for at, left in self.reaching.items() if left > 1}
            self.row, self.column = self.row + 1, 0
            limits.check_extent(self.table.name, self.row + 1, 1)
            if _HIDDEN.search(values.get("style", "")):
                self.table.hidden_rows.add(self.row + 1)
        elif tag in ("td", "th"):
            self.end("td")
            self.row = max(self.row, 0)
            self.cell, self.span = [], (_span(values, "rowspan"), _span(values, "colspan"))
        elif tag in ("br", "p", "div", "li") and self.cell:
            self.cell.append("\n")

    def text(self, data: str) -> None:
        if self.cell is not None:
            self.cell.append(re.sub(r"\s+", " ", data))

    def end(self, tag: str) -> None:
        if tag in ("td", "th", "tr") and self.cell is not None:
            while self.reaching.get(self.column, 0):
                self.column += 1
            down, across = self.span
            text = "\n".join(line.strip() for line in "".join(self.cell).split("\n")).strip()
            self.table.put(self.row, self.column, text)
            last = min(self.column + across, limits.MAX_COLUMNS)
            if down > 1 or across > 1:
                area = (self.row, self.column), (self.row + down - 1, last - 1)
                self.table.merged.append(area)
            if down > 1:
                self.reaching |= dict.fromkeys(range(self.column, last), down)
            self.column, self.cell = last, None


def _span(values: dict[str, str], name: str) -> int:
    text = values.get(name, "").strip()
    return max(1, min(int(text), limits.MAX_ROWS)) if re.fullmatch(r"\d{1,7}", text) else 1


class _Spreadsheet:
    """Excel 2003's XML: sheets of rows of cells, each perhaps with an index of its own."""

    def __init__(self) -> None:
        self.tables: list[MarkedUp] = []
        self.row = self.column = -1
        self.across = 0
        self.kind = ""
        self.into = ""
        self.texts: list[str] = []
        self.letters = 0

    def read(self, content: bytes) -> list[MarkedUp]:
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = _refuse
        parser.EntityDeclHandler = _refuse
        try:
            parser.Parse(content, True)
        except expat.ExpatError:
            raise UnreadableFile(_BROKEN_XML) from None
        return [table for table in self.tables if any(table.rows)]

    def _start(self, tag: str, given: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        values = {key.rpartition(":")[2]: value for key, value in given.items()}
        if name == "Worksheet":
            self.tables.append(MarkedUp(values.get("Name", f"Trang {len(self.tables) + 1}")))
            self.row = -1
            if len(self.tables) > limits.MAX_SHEETS:
                raise UnreadableFile(limits.BOMB)
        elif not self.tables:
            return
        elif name == "Row":
            self.row, self.column = _index(values, self.row), -1
            limits.check_extent(self.tables[-1].name, self.row + 1, 1)
            if values.get("Hidden") == "1":
                self.tables[-1].hidden_rows.add(self.row + 1)
        elif name == "Cell":
            self.column = _index(values, self.column)
            limits.check_extent(self.tables[-1].name, self.row + 1, self.column + 1)
            self._merge(values)
        elif name in ("Data", "Comment") and not self.into:
            self.into, self.texts = name, []
            self.kind = values.get("Type", "String")

    def _merge(self, values: dict[str, str]) -> None:
        self.across = min(_whole(values.get("MergeAcross", "")), limits.MAX_COLUMNS)
        down = min(_whole(values.get("MergeDown", "")), limits.MAX_ROWS)
        if self.across or down:
            area = (self.row, self.column), (self.row + down, self.column + self.across)
            self.tables[-1].merged.append(area)

    def _text(self, data: str) -> None:
        if self.into:
            self.letters += len(data)
            if self.letters > limits.MAX_TEXTS:
                raise UnreadableFile(limits.BOMB)
            self.texts.append(data)

    def _end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        if name == self.into:
            text, table = "".join(self.texts), self.tables[-1]
            if name == "Data":
                table.put(self.row, self.column, _typed(text, self.kind))
            elif text.strip():
                table.comments.append((self.row, self.column, text.strip()))
            self.into = ""
        elif name == "Cell":
            self.column += self.across
            self.across = 0


def _refuse(*_declaration: object) -> None:
    raise UnreadableFile(_BROKEN_XML)


def _whole(text: str) -> int:
    return int(text) if re.fullmatch(r"\d{1,7}", text) else 0


def _index(values: dict[str, str], last: int) -> int:
    """The place from 0: an index of its own, else behind the last one."""
    own = _whole(values.get("Index", ""))
    return own - 1 if own else last + 1


def _typed(text: str, kind: str) -> str | float | datetime:
    if kind == "Number" and _NUMBER.fullmatch(text):
        return float(text)
    if kind == "DateTime":
        try:
            return datetime.fromisoformat(text)
        except ValueError:
            return text
    return text
