"""The little of the compound file of old Office that tells of the cells of an .xls."""

import struct
from array import array

from groups.member_list import limits
from groups.member_list.problems import UnreadableFile
from groups.member_list.scanning import SheetFacts

_HEADER = 512
_END = 0xFFFFFFFA  # from here on numbers are marks, not sectors
BEGIN, _FINISH, BOUND_SHEET = 0x0809, 0x000A, 0x0085
_COLUMNS, _ROW, _FORMULA, _LOGICAL = 0x007D, 0x0208, 0x0006, 0x0205
_CELLS = frozenset((0x0006, 0x00BD, 0x00D6, 0x00FD, 0x0203, 0x0204, 0x0205, 0x027E))
_CELLS_OF_OLD = frozenset((0x0001, 0x0002, 0x0003, 0x0004, 0x0005))


class _Sheets:
    """Goes through the records of a workbook; other streams may stand inside that of a sheet."""

    def __init__(self, book: bytes) -> None:
        self.book = book
        self.starts: list[int] = []
        self.facts: list[SheetFacts] = []
        self.number = -1
        self.depth = 0
        self.rows = self.columns = 0

    def see(self, at: int, kind: int, length: int) -> None:
        body = at + 4
        if kind == BOUND_SHEET and length >= 4 and len(self.starts) < limits.MAX_SHEETS:
            self.starts.append(struct.unpack_from("<I", self.book, body)[0])
            self.facts.append(SheetFacts())
        elif kind == BEGIN:
            if at in self.starts:
                self.number, self.depth = self.starts.index(at), 0
            self.depth += 1
            self.rows = self.columns = 0
        elif kind == _FINISH:
            self.depth -= 1
        elif kind in _CELLS or (kind in _CELLS_OF_OLD and length >= 7):
            self._see_cell(body, kind, length)
        elif self.number >= 0 and self.depth == 1:
            self._see_layout(body, kind, length)

    def _see_cell(self, body: int, kind: int, length: int) -> None:
        row, column = struct.unpack_from("<HH", self.book, body)
        last = column
        if kind == 0x00BD and length >= 6 and body + length <= len(self.book):
            (last,) = struct.unpack_from("<H", self.book, body + length - 2)
        if row >= self.rows or last >= self.columns:
            self.rows = max(self.rows, row + 1)
            self.columns = max(self.columns, column + 1, last + 1)
            limits.check_extent(str(self.number), self.rows, self.columns)
        if self.number < 0 or self.depth != 1 or kind not in (_FORMULA, _LOGICAL):
            return
        value = self.book[body + 6 : body + 14]
        if kind == _FORMULA:
            is_error = value[:1] == b"\x02" and value[6:] == b"\xff\xff"
        else:
            is_error = value[1:2] == b"\x01"
        errors = self.facts[self.number].error_cells
        if is_error and len(errors) < limits.MAX_ROWS:
            errors.append((row + 1, column + 1))

    def _see_layout(self, body: int, kind: int, length: int) -> None:
        facts = self.facts[self.number]
        if kind == _ROW and length >= 14:
            (row,) = struct.unpack_from("<H", self.book, body)
            if self.book[body + 12] & 0x20:
                facts.hidden_rows.add(row + 1)
        elif kind == _COLUMNS and length >= 10:
            first, last, _width, _style, flags = struct.unpack_from("<HHHHH", self.book, body)
            if flags & 1:
                facts.hidden_columns.update(range(first + 1, min(last + 2, limits.MAX_COLUMNS)))


def facts_of(content: bytes) -> list[SheetFacts]:
    """The facts of each sheet. Refuses cells that reach too far, and chains that lead nowhere."""
    try:
        book = workbook_stream(content)
    except (struct.error, IndexError, ValueError) as error:
        raise UnreadableFile(limits.BROKEN) from error
    sheets = _Sheets(book)
    at = 0
    while at + 8 <= len(book):
        kind, length = struct.unpack_from("<HH", book, at)
        try:
            sheets.see(at, kind, length)
        except (struct.error, IndexError):
            break
        at += 4 + length
    return sheets.facts


def workbook_stream(content: bytes) -> bytes:
    """The records of the workbook; raises the errors of a broken file as they come."""
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
