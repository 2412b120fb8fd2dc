"""The little of the compound file of old Office that tells how far the cells of an .xls reach."""

import struct
from array import array

from groups.member_list.limits import BROKEN, check_extent
from groups.member_list.problems import UnreadableFile

_HEADER = 512
_END = 0xFFFFFFFA  # from here on numbers are marks, not sectors
_SUBSTREAM = 0x0809
_CELLS = frozenset((0x0006, 0x00BD, 0x00D6, 0x00FD, 0x0203, 0x0204, 0x0205, 0x027E))
_CELLS_OF_OLD = frozenset((0x0001, 0x0002, 0x0003, 0x0004, 0x0005))


def check_cells(content: bytes) -> None:
    """Refuses a workbook whose filled cells reach too far; and a file whose chains lead nowhere."""
    try:
        book = _workbook_stream(content)
    except (struct.error, IndexError, ValueError) as error:
        raise UnreadableFile(BROKEN) from error
    at = rows = columns = number = 0
    while at + 4 <= len(book):
        kind, length = struct.unpack_from("<HH", book, at)
        if kind == _SUBSTREAM:
            number, rows, columns = number + 1, 0, 0
        elif kind in _CELLS or (kind in _CELLS_OF_OLD and length >= 7):
            if at + 8 > len(book):
                break
            row, column = struct.unpack_from("<HH", book, at + 4)
            last = column
            if kind == 0x00BD and length >= 6 and at + 4 + length <= len(book):
                (last,) = struct.unpack_from("<H", book, at + 4 + length - 2)
            if row >= rows or last >= columns:
                rows, columns = max(rows, row + 1), max(columns, column + 1, last + 1)
                check_extent(str(number - 1), rows, columns)
        at += 4 + length


def _workbook_stream(content: bytes) -> bytes:
    shift, mini_shift = struct.unpack_from("<HH", content, 30)
    if not 7 <= shift <= 12 or not 4 <= mini_shift <= 8:
        raise ValueError("sector size")
    size = 1 << shift
    first_directory, _, cutoff, first_mini = struct.unpack_from("<IIII", content, 48)
    first_difat = struct.unpack_from("<I", content, 68)[0]

    def sector(number: int) -> bytes:
        start = max(_HEADER, size) + number * size
        if number >= _END or start >= len(content):
            raise ValueError("sector")
        return content[start : start + size].ljust(size, b"\0")

    tables = list(struct.unpack_from("<109I", content, 76))
    seen = 0
    while first_difat < _END:
        *more, first_difat = struct.unpack(f"<{size // 4}I", sector(first_difat))
        tables += more
        seen += 1
        if seen > len(content) // size:
            raise ValueError("loop")
    fat = array("I")
    for number in tables:
        if number < _END:
            fat.frombytes(sector(number))

    def stream(first: int, table: array[int], limit: int) -> list[int]:
        chain = []
        while first < _END:
            chain.append(first)
            if len(chain) > limit:
                raise ValueError("loop")
            first = table[first]
        return chain

    most = len(content) // size + 1
    directory = b"".join(map(sector, stream(first_directory, fat, most)))
    found: tuple[int, int] | None = None
    root: tuple[int, int] | None = None
    for at in range(0, len(directory) - 127, 128):
        length = struct.unpack_from("<H", directory, at + 64)[0]
        name = directory[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
        start, total = struct.unpack_from("<II", directory, at + 116)
        if directory[at + 66] == 5:
            root = (start, total)
        elif name in ("Workbook", "Book") and directory[at + 66] == 2:
            found = found or (start, total)
    if found is None or root is None:
        raise ValueError("no workbook")
    if found[1] >= cutoff:
        return b"".join(map(sector, stream(found[0], fat, most)))[: found[1]]
    mini_fat = array("I", b"".join(map(sector, stream(first_mini, fat, most))))
    pool = b"".join(map(sector, stream(root[0], fat, most)))
    small = 1 << mini_shift
    chain = stream(found[0], mini_fat, len(pool) // small + 1)
    return b"".join(pool[n * small : (n + 1) * small] for n in chain)[: found[1]]
