"""Any file gives people and problems, or one sentence in Vietnamese; nothing is lost."""

import io
import re
import time
import zipfile
from datetime import date, datetime, timedelta
from datetime import time as hour
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from groups.member_import.reader import member_list
from groups.member_import.reader.aliases import FIELDS
from groups.member_import.reader.cells import text_of
from groups.member_import.reader.files import PASTED, Worksheet
from groups.member_import.reader.member_list import (
    MemberList,
    UnreadableFile,
    read_member_list,
)
from tests.groups.member_list.layouts import LAYOUTS
from tests.groups.member_list.writers import ods, xls, xlsx
from tests.sizes import size

STARTS = (b"", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xff\xfe", b"\xef\xbb\xbf")
HEADINGS = (
    "STT", "Họ và tên", "Họ đệm", "Tên", "Năm sinh", "Nam", "Nữ", "Giới tính", "SĐT", "Địa chỉ",
    "Tổ", "Chủ hộ", "Quan hệ", "Ghi chú", "CCCD", "H? v� t�n", "",
)  # fmt: skip
WORDS = st.sampled_from(
    ("Nguyễn Văn An", "NguyÔn V¨n An", "Nguye^~n Va(n A`", "0912000111", "912000111", "Tổ 1", "x",
     "Tổng cộng", "Người lập", "1965", "31/2/1965", "không có", "=1+1", "#N/A", "1. Lê Văn Bé 1970",
     "(", "  ", "\u200b", "Chủ hộ", "VD: Lê A", "I", "1.1", "9.12E+08", "Trang 1", "-", "’")
)  # fmt: skip
TEXTS = st.one_of(WORDS, st.text(max_size=40))
CELLS = st.one_of(
    TEXTS,
    st.integers(-(10**13), 10**13),
    st.floats(),
    st.booleans(),
    st.dates(date(1900, 1, 1), date(2200, 1, 1)),
    st.datetimes(datetime(1, 1, 1), datetime(9999, 12, 31)),  # noqa: DTZ001 -- cells have no zone
    st.times(),
    st.timedeltas(timedelta(0), timedelta(days=30_000)),
)
CHANGES = st.tuples(st.integers(0, 10**6), st.binary(max_size=8))
ROWS = st.lists(st.lists(CELLS, max_size=9), max_size=12)


def check(found: MemberList) -> None:
    """Assert the rules that every answer keeps."""
    places = [one.key for one in found.people]
    assert len(set(places)) == len(places)
    assert not set(places) & {one.person.key for one in found.refused}
    ledger = found.ledger
    assert ledger.read == ledger.kept + ledger.repaired + ledger.left_out
    for one in found.people:
        assert any(map(str.isalpha, one.full_name))
        assert len(one.full_name) <= 100
        assert not one.full_name.startswith(("=", "@"))
        for phone in (one.phone, *one.other_phones):
            assert phone == "" or re.fullmatch(r"\+84\d{9,10}", phone)
        assert one.birth_year is None or 1900 <= one.birth_year <= date.today().year  # noqa: DTZ011
        assert one.birth_date is None or one.birth_date.year == one.birth_year
        assert one.gender in ("", "male", "female")
    for problem in found.problems:
        assert problem.message.endswith(".")
    errors = {(one.sheet, one.row) for one in found.problems if one.is_error}
    assert found.refused_rows <= errors
    for mapping in found.mapping:
        assert {column.field for column in mapping.columns} <= {*FIELDS, ""}


def read_or_refuse(content: bytes, name: str = "a.xlsx") -> MemberList | UnreadableFile:
    """Check a list that is read; a refusal must be a sentence."""
    try:
        found = read_member_list(content, name)
    except UnreadableFile as error:
        refusal = error
    else:
        check(found)
        return found
    assert re.fullmatch(r"(?s)[A-ZĐ“].*[ạảãàáâậấđêệềôộốơớởưứ].*\.", str(refusal))
    return refusal


@given(st.sampled_from(STARTS), st.binary(max_size=3000))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_read_or_refused(start, content):
    read_or_refuse(start + content)


@given(st.text(max_size=2000))
@settings(deadline=None)
def test_any_text_is_read_or_refused(text):
    read_or_refuse(text.encode(), PASTED)


@pytest.mark.parametrize("write", [xlsx, xls, ods])
@given(
    layout=st.sampled_from(LAYOUTS),
    changes=st.lists(
        st.tuples(st.integers(0, 10**6), st.binary(max_size=8)), min_size=1, max_size=6
    ),
    cut=st.integers(0, 10**6),
)
@settings(max_examples=25, deadline=None)
def test_a_damaged_workbook_is_read_or_refused(write, layout, changes, cut):
    content = bytearray(write(layout.grid))
    for at, new in changes:
        at %= len(content)
        content[at : at + len(new)] = new
    if cut % 3 == 0:
        del content[cut % len(content) :]
    read_or_refuse(bytes(content))


PIECES = st.one_of(
    st.binary(max_size=8),
    st.sampled_from(
        (b"<", b">", b"</", b"/>", b'"', b"<v/>", b"<f>", b"&#0;", b"&x;", b"<!--", b"<![CDATA[",
         b"<row>", b"</row>", b't="e"', b't="d"', b's="9"', b"-1", b"9" * 20,
         b'table:number-rows-repeated="99999"')
    ),
)  # fmt: skip


@pytest.mark.parametrize("write", [xlsx, ods])
@given(
    layout=st.sampled_from(LAYOUTS),
    part=st.integers(0, 100),
    changes=st.lists(
        st.tuples(st.integers(0, 10**6), st.integers(0, 40), PIECES), min_size=1, max_size=4
    ),
)
@settings(max_examples=60, deadline=None)
def test_a_damaged_part_of_a_workbook_is_read_or_refused(write, layout, part, changes):
    """The zip is whole, so that what opens workbooks meets the damage."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(write(layout.grid))) as old,
        zipfile.ZipFile(buffer, "w") as new,
    ):
        names = old.namelist()
        for number, name in enumerate(names):
            body = bytearray(old.read(name))
            for at, removed, piece in changes if number == part % len(names) else ():
                at %= len(body) + 1
                body[at : at + removed] = piece
            new.writestr(name, bytes(body))
    before = time.monotonic()

    read_or_refuse(buffer.getvalue())

    assert time.monotonic() - before < 30


@given(st.lists(st.sampled_from(HEADINGS), min_size=1, max_size=9), ROWS, st.data())
@settings(max_examples=300, deadline=None)
def test_any_cells_below_a_heading_are_accounted_for(header, rows, data):
    top = data.draw(st.integers(0, 2))
    grid = [*([["DANH SÁCH"]] * top), header, *rows]
    areas = st.tuples(st.integers(0, 14), st.integers(0, 8), st.integers(0, 5), st.integers(0, 5))
    merged = [
        ((t, left), (t + down, left + right))
        for t, left, down, right in data.draw(st.lists(areas, max_size=4))
    ]
    sheet = Worksheet(data.draw(st.sampled_from(("", "Ấp 1", "Tổ 5"))), grid, merged)
    with mock.patch.object(member_list, "read_sheets", return_value=[sheet]):
        found = read_or_refuse(b"")

    if isinstance(found, UnreadableFile):
        return
    header_rows = {mapping.header_row for mapping in found.mapping}
    known = {one.row for one in (*found.people, *found.dropped)}
    known |= {row for _sheet, row in found.refused_rows | found.joined}
    for number, row in enumerate(grid, start=1):
        speaks = [text for text in map(text_of, row) if re.search(r"[^\W\d_]{2}", text)]
        is_heading = any(0 <= number - header < 3 for header in header_rows if header)
        assert number in known or is_heading or not speaks


@pytest.mark.parametrize(
    "unit",
    ["(", "a(", ")", "0", "0-", "(0)", "a.", "a'", "- ", "1.", "1/", "9e", "[", "?", "a^", "’x",
     "0912000111/", "Tổ 1 ", "ông ", "sn ", "Ã", "á»", "\u200b", "_", "…", "🌸"],
)  # fmt: skip
def test_a_long_cell_is_no_trap(unit):
    """A cell of a hundred thousand signs is read at once; a slow pattern would take minutes.

    Of the part, it would take far more of the processor than a test may.
    """
    cell = unit * (size(100_000, 30_000) // len(unit))
    lines = f"STT;Họ và tên;Năm sinh;SĐT;Tổ;Địa chỉ\n1{';'.join([cell] * 6)}\n2;Lê Văn Bé;1970;;;\n"

    for text in (lines, f"{cell}\n1. Lê Văn Bé {cell} 1970\n"):
        read_or_refuse(text.encode(), PASTED)


def test_times_and_hours_are_no_births():
    rows = [["Họ và tên", "Năm sinh"], ["Lê Văn Bé", hour(7, 30)], ["Lê An", timedelta(days=3)]]
    with mock.patch.object(member_list, "read_sheets", return_value=[Worksheet("Ấp 1", rows)]):
        found = read_member_list(b"", "a.xlsx")

    assert found.people == []
    assert [(one.row, one.code) for one in found.problems if one.is_error] == [
        (2, "date_unreadable"), (3, "date_unreadable"),
    ]  # fmt: skip
