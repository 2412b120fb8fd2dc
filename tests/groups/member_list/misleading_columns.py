"""Columns and cells that say something else than they seem to: days, births, titles."""

from datetime import date

from django.utils import timezone

from tests.groups.member_list.expected import Layout, person
from tests.groups.member_list.usual_forms import phone
from tests.groups.member_list.writers import Grid


def numbers_that_became_days():
    """Excel takes 12/4 for the twelfth of April, and 3/45 for March 1945."""
    this_year = timezone.localdate().year
    rows = [
        ["STT", "Họ và tên", "Số nhà", "Đường", "Tổ", "SĐT"],
        [1, "Nghiêm Văn Nhà", date(this_year, 4, 12), "Lê Lợi", 1.0, phone(251)],
        [2, "Nghiêm Thị Cửa", date(1945, 3, 1), "Lê Lợi", "1.0", phone(252)],
        [3, "Nghiêm Văn Hẻm", "12/4", "Lê Lợi", date(this_year, 2, 1), phone(253)],
    ]
    people = [
        person(2, "Nghiêm Văn Nhà", phone(251), team="Tổ 1", address="12/4, Lê Lợi"),
        person(3, "Nghiêm Thị Cửa", phone(252), team="Tổ 1", address="3/45, Lê Lợi"),
        person(4, "Nghiêm Văn Hẻm", phone(253), team="1/2", address="12/4, Lê Lợi"),
    ]
    return Layout("numbers_that_became_days", Grid(rows), people, needs_workbook=True)


def numbers_that_became_days_in_text():
    rows = [
        ["STT", "Họ và tên", "Số nhà", "SĐT"],
        [1, "Nghiêm Văn Nhà", "12-Apr", phone(251)],
        [2, "Nghiêm Thị Cửa", "Mar-45", phone(252)],
        [3, "Nghiêm Văn Hẻm", "7-Bis", phone(253)],
    ]
    people = [
        person(2, "Nghiêm Văn Nhà", phone(251), address="12/4"),
        person(3, "Nghiêm Thị Cửa", phone(252), address="3/45"),
        person(4, "Nghiêm Văn Hẻm", phone(253), address="7-Bis"),
    ]
    return Layout("numbers_that_became_days_in_text", Grid(rows), people)


def two_columns_of_births():
    rows = [
        ["STT", "Họ và tên", "Năm sinh", "Ngày sinh", "SĐT"],
        [1, "Từ Văn Năm", 1970, "", phone(261)],
        [2, "Từ Thị Ngày", "", "1/2/1980", phone(262)],
        [3, "Từ Văn Đủ", 1975, "3/4/1975", phone(263)],
        [4, "Từ Thị Lệch", 1976, "3/4/1977", phone(264)],
        [5, "Từ Văn Sai", "", "31/4/1977", phone(265)],
    ]
    people = [
        person(2, "Từ Văn Năm", phone(261), 1970),
        person(3, "Từ Thị Ngày", phone(262), birth_date=date(1980, 2, 1)),
        person(4, "Từ Văn Đủ", phone(263), birth_date=date(1975, 4, 3)),
        person(5, "Từ Thị Lệch", phone(264), birth_date=date(1977, 4, 3)),
    ]
    bad = {(6, "D", "date_impossible")}
    return Layout("two_columns_of_births", Grid(rows), people, bad)


def births_of_relatives_beside():
    """The year behind another name is not of the person of the row."""
    rows = [
        ["STT", "Họ và tên", "Năm sinh", "Họ tên con", "Ngày sinh", "SĐT"],
        [1, "Viên Văn Cha", "", "Viên Thị Con", "1/2/2001", phone(271)],
        [2, "Viên Thị Mẹ", 1970, "Viên Văn Út", "2003", phone(272)],
    ]
    people = [
        person(2, "Viên Văn Cha", phone(271)),
        person(3, "Viên Thị Mẹ", phone(272), 1970),
    ]
    return Layout("births_of_relatives_beside", Grid(rows), people)


def families_that_sound_like_titles():
    rows = [
        ["STT", "Họ và tên", "Năm sinh"],
        [1, "Trương Văn Ấp", 1970],
        ["", "Trương Công An", 1980],
        ["", "Tống Toàn", 1975],
        ["", "Tô Trường", 1976],
        ["", "TRƯƠNG BAN", 1977],
        ["", "Tổng cộng", "5 người"],
        ["", "TRƯỞNG ẤP"],
        ["", "Trương Văn Ký"],
    ]
    people = [
        person(2, "Trương Văn Ấp", year=1970),
        person(3, "Trương Công An", year=1980),
        person(4, "Tống Toàn", year=1975),
        person(5, "Tô Trường", year=1976),
        person(6, "Trương Ban", year=1977),
    ]
    dropped = {(7, "total"), (8, "signature"), (9, "signature")}
    return Layout("families_that_sound_like_titles", Grid(rows), people, set(), dropped)


MISLEADING_COLUMNS = [
    numbers_that_became_days(),
    numbers_that_became_days_in_text(),
    two_columns_of_births(),
    births_of_relatives_beside(),
    families_that_sound_like_titles(),
]
