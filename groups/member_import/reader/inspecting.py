"""Kind of a file, decided before anything large is built from it.

A workbook is a zip: its parts are unpacked in small pieces and counted, because the sizes that
a zip claims for itself may be lies.
"""

import html
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO

from groups.member_import.reader import limits, markup, scanning
from groups.member_import.reader.problems import UnreadableFile
from groups.member_import.reader.scanning import SheetFacts

_CHUNK = 256 * 1024
_TOO_BIG = (
    f"Tệp lớn hơn {limits.MAX_BYTES // 1024 // 1024} MB. "
    "Hãy xoá hình ảnh hoặc tách thành nhiều tệp."
)
_EMPTY = "Tệp rỗng, không có nội dung. Hãy mở tệp trên máy để kiểm tra rồi tải lên lại."
_MACRO = "Tệp có macro nên không được nhận. Hãy lưu lại dạng .xlsx (không macro) rồi tải lên."
_FORMATS = "Hãy dùng tệp .xlsx, .xls, .ods, .csv, .txt, .vcf, hoặc dán bảng vào ô."
_PICTURE = (
    "Đây là hình ảnh, cổng không đọc được chữ trong ảnh. "
    "Hãy chép chữ trong ảnh (giữ vào ảnh, chọn chép văn bản) rồi dán vào ô, hoặc gõ vào tệp mẫu."
)
_PACKED = "Hãy giải nén rồi tải lên từng tệp bên trong."
_FOREIGN = (
    (b"%PDF", "Đây là tệp PDF. Hãy mở tệp, chép bảng rồi dán vào ô, hoặc xin bản .xlsx."),
    (b"{\\rtf", "Đây là tệp văn bản RTF. Hãy mở tệp, chép bảng rồi dán vào ô."),
    (b"\x89PNG", _PICTURE),
    (b"\xff\xd8\xff", _PICTURE),
    (b"GIF8", _PICTURE),
    (b"BM", _PICTURE),
    (b"Rar!", f"Đây là tệp nén RAR. {_PACKED}"),
    (b"7z\xbc\xaf", f"Đây là tệp nén 7z. {_PACKED}"),
    (b"\x1f\x8b", f"Đây là tệp nén gzip. {_PACKED}"),
    (b"SQLite format 3", f"Đây là tệp dữ liệu của một phần mềm, không phải danh sách. {_FORMATS}"),
    (b"ID3", f"Đây là tệp âm thanh. {_FORMATS}"),
)
_WORD = "Đây là tệp Word. Hãy mở tệp, chép bảng rồi dán vào ô, hoặc chép sang Excel."
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_BOOK = "xl/workbook.xml"
_RELATIONS = "xl/_rels/workbook.xml.rels"
_SHEET_TAG = re.compile(rb"<(?:\w+:)?sheet\s([^>]*)>")
_ATTRIBUTE = re.compile(rb"""([\w:]+)\s*=\s*["']([^"']*)["']""")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s([^>]*)>")


@dataclass
class Inspected:
    """The kind of the file, and the facts of its sheets in the order of the workbook."""

    kind: str
    sheets: list[SheetFacts] = field(default_factory=list)


def inspect(content: bytes) -> Inspected:
    """The kind of the file: workbook, legacy or text. Refuses what must not be opened."""
    if len(content) > limits.MAX_BYTES:
        raise UnreadableFile(_TOO_BIG)
    if not content.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise UnreadableFile(_EMPTY)
    for start, what in _FOREIGN:
        if content.startswith(start) and (start != b"BM" or not content[:400].isascii()):
            raise UnreadableFile(what)
    if content[4:8] == b"ftyp" or (content[:4] == b"RIFF" and content[8:12] == b"WEBP"):
        raise UnreadableFile(_PICTURE.replace("hình ảnh,", "hình ảnh hoặc phim,"))
    if content.startswith(_OLE):
        _inspect_ole(content)
        return Inspected("legacy")
    if content.startswith(b"PK"):
        return _inspect_zip(content)
    if kind := markup.kind_of(content):
        return Inspected(kind)
    return Inspected("text")


def _inspect_ole(content: bytes) -> None:
    """Directory names of an old Office file are UTF-16; they tell what is inside."""

    def holds(name: str) -> bool:
        return name.encode("utf-16-le") in content

    if holds("EncryptedPackage") or holds("EncryptionInfo"):
        raise UnreadableFile(limits.PASSWORD)
    if holds("WordDocument"):
        raise UnreadableFile(_WORD)
    if holds("_VBA_PROJECT"):
        raise UnreadableFile(_MACRO)
    if not (holds("Workbook") or holds("Book")):
        raise UnreadableFile(limits.BROKEN)


def _inspect_zip(content: bytes) -> Inspected:
    try:
        archive = zipfile.ZipFile(BytesIO(content))
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        raise UnreadableFile(limits.BROKEN) from None
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if len(names) < len(parts):
        raise UnreadableFile(limits.BROKEN)  # two parts of one name: programs take either
    if len(parts) > limits.MAX_PARTS:
        raise UnreadableFile(limits.BOMB)
    if any(part.flag_bits & 1 for part in parts):
        raise UnreadableFile(limits.PASSWORD)
    if any(name.lower().endswith("vbaproject.bin") for name in names) or any(
        name.startswith(("Basic/", "Scripts/")) for name in names
    ):
        raise UnreadableFile(_MACRO)
    if "word/document.xml" in names:
        raise UnreadableFile(_WORD)
    if "xl/workbook.bin" in names:
        raise UnreadableFile("Tệp dạng .xlsb không được nhận. Hãy lưu lại dạng .xlsx rồi tải lên.")
    if "content.xml" not in names and not any(name.startswith("xl/") for name in names):
        raise UnreadableFile(f"Đây là tệp nén, không phải bảng tính. {_PACKED}")
    facts: dict[str, SheetFacts] = {}
    lists: dict[str, bytes] = {}
    tables: list[SheetFacts] = []
    titles: dict[str, str] = {}
    budget = limits.MAX_UNPACKED
    for part in sorted(parts, key=lambda part: part.filename not in (_BOOK, _RELATIONS)):
        pieces = unpack(content, part)
        if part.filename in (_BOOK, _RELATIONS):
            lists[part.filename] = b"".join(pieces)
            budget -= len(lists[part.filename])
        elif part.filename == "content.xml":
            unpacked, tables = scanning.scan_ods(pieces)
            budget -= unpacked
        else:
            facts[part.filename] = SheetFacts(part.filename)
            titles = titles or dict(_sheets_of(lists))
            name = titles.get(part.filename, part.filename)
            budget -= scanning.scan_xlsx(pieces, name, facts[part.filename])
        if budget < 0:
            raise UnreadableFile(limits.BOMB)
    in_order = [facts.get(name, SheetFacts()) for name, _title in _sheets_of(lists)]
    return Inspected("workbook", tables or in_order)


def _sheets_of(lists: dict[str, bytes]) -> list[tuple[str, str]]:
    """The part and the title of each sheet as the workbook lists them; parts have any names."""
    targets: dict[bytes, str] = {}
    for attributes in _RELATION.findall(lists.get(_RELATIONS, b"")):
        found = dict(_ATTRIBUTE.findall(attributes))
        target = found.get(b"Target", b"").decode(errors="replace")
        targets[found.get(b"Id", b"")] = target[1:] if target.startswith("/") else f"xl/{target}"
    sheets = []
    for attributes in _SHEET_TAG.findall(lists.get(_BOOK, b"")):
        found = dict(_ATTRIBUTE.findall(attributes))
        identity = next((value for key, value in found.items() if key.endswith(b":id")), b"")
        title = html.unescape(found.get(b"name", b"").decode(errors="replace"))
        sheets.append((targets.get(identity, ""), title))
    return sheets


def unpack(content: bytes, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """The part in pieces of bounded size, whatever sizes its headers claim."""
    if part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise UnreadableFile(limits.BROKEN)
    try:
        name_length, extra_length = struct.unpack_from("<HH", content, part.header_offset + 26)
    except struct.error:
        raise UnreadableFile(limits.BROKEN) from None
    start = part.header_offset + 30 + name_length + extra_length
    packed = memoryview(content)[start : start + part.compress_size]
    if part.compress_type == zipfile.ZIP_STORED:
        yield from (bytes(packed[at : at + _CHUNK]) for at in range(0, len(packed), _CHUNK))
        return
    unpacker = zlib.decompressobj(-15)
    total = 0
    pending: bytes = b""
    at = 0
    try:
        while not unpacker.eof:
            if not pending:
                pending = bytes(packed[at : at + _CHUNK])
                at += len(pending)
                if not pending:
                    raise UnreadableFile(limits.BROKEN)
            piece = unpacker.decompress(pending, _CHUNK)
            pending = unpacker.unconsumed_tail
            total += len(piece)
            if total > limits.MAX_UNPACKED:
                raise UnreadableFile(limits.BOMB)
            if piece:
                yield piece
    except zlib.error:
        raise UnreadableFile(limits.BROKEN) from None
