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


def heads_of_teams_in_their_rows():
    """The phone beside the name of a team is that of who leads it, and of no further person."""
    rows = [
        ["STT", "Họ và tên", "Năm sinh", "SĐT"],
        ["Tổ 3", "Tổ trưởng: Ngạc Văn Bảy", "", phone(281)],
        [1, "Ngạc Thị Bê", 1970, phone(282)],
        ["", "Tổ 4 - Tổ trưởng: Ngạc Văn Tám", "", phone(283)],
        [1, "Tổ trưởng: Ngạc Văn Tám", 1971, phone(283)],
    ]
    people = [
        person(3, "Ngạc Thị Bê", phone(282), 1970, team="Tổ 3"),
        person(5, "Ngạc Văn Tám", phone(283), 1971, team="Tổ 4"),
    ]
    dropped = {(2, "group"), (4, "group")}
    return Layout("heads_of_teams_in_their_rows", Grid(rows), people, set(), dropped)


def phones_below_signatures():
    rows = [
        ["STT", "Họ và tên", "Năm sinh", "SĐT"],
        [1, "Ngạc Thị Bê", 1970, phone(282)],
        [],
        ["", "Người lập", "", "Trưởng ấp"],
        ["", "Ngạc Văn Tám", "", "ĐT: 0900 000 283"],
        ["", "ĐT: 0900 000 284"],
    ]
    people = [person(2, "Ngạc Thị Bê", phone(282), 1970)]
    dropped = {(4, "signature"), (5, "signature"), (6, "signature")}
    return Layout("phones_below_signatures", Grid(rows), people, set(), dropped)


def names_in_the_column_of_the_sex():
    rows = [
        ["STT", "Họ và tên", "", "Năm sinh", "SĐT"],
        ["", "Nam", "Nữ", "", ""],
        [1, "Mễ Văn Lúa", "", 1970, phone(291)],
        [2, "", "Mễ Thị Gạo", 1972, phone(292)],
        [3, "Mễ Văn Nếp", "", "", ""],
    ]
    people = [
        person(3, "Mễ Văn Lúa", phone(291), 1970, gender="male"),
        person(4, "Mễ Thị Gạo", phone(292), 1972, gender="female", nth=1),
        person(5, "Mễ Văn Nếp", gender="male"),
    ]
    merges = [(0, 1, 0, 2)]
    return Layout("names_in_the_column_of_the_sex", Grid(rows, merges=merges), people)


def phones_behind_names():
    rows = [
        ["STT", "Họ và tên", "Năm sinh", "SĐT"],
        [1, "Nhan Văn Bê 0900000293", 1970, ""],
        [2, "Nhan Thị Xê", 1972, phone(294)],
        [3, "Nhan Thị Đê (0900000295)", 1974, ""],
        [4, "Nhan Thị Ê - 0900000296", "", phone(297)],
        [5, "Nhan Văn Giê (1960)", "", ""],
    ]
    people = [
        person(2, "Nhan Văn Bê", phone(293), 1970),
        person(3, "Nhan Thị Xê", phone(294), 1972),
        person(4, "Nhan Thị Đê", phone(295), 1974),
        person(5, "Nhan Thị Ê", phone(297), other_phones=("+84900000296",)),
        person(6, "Nhan Văn Giê", "", 1960),
    ]
    return Layout("phones_behind_names", Grid(rows), people)


def families_that_sound_like_headings():
    rows = [
        ["STT", "Họ", "Tên đệm", "Tên", "Nam/Nữ", "Năm sinh"],
        [1, "Lê", "Văn", "Tươi", "Nam", 1970],
        [2, "Trần", "", "Xê", "Nữ", 1971],
        [3, "Hồ", "Thị", "", "Nữ", 1972],
        ["", "Hồ", "Thị", "Phương", "Nữ", "1973"],
        ["", "Tô", "Nữ", "Sinh", "Nữ", ""],
    ]
    people = [
        person(2, "Lê Văn Tươi", year=1970, gender="male"),
        person(3, "Trần Xê", year=1971, gender="female"),
        person(4, "Hồ Thị", year=1972, gender="female"),
        person(5, "Hồ Thị Phương", year=1973, gender="female"),
        person(6, "Tô Nữ Sinh", gender="female"),
    ]
    return Layout("families_that_sound_like_headings", Grid(rows), people)


def a_phone_merged_for_a_household():
    rows = [
        ["STT", "Họ và tên", "Quan hệ", "SĐT", "Năm sinh"],
        [1, "Ôn Văn Cội", "Chủ hộ", phone(298), 1970],
        ["", "Ôn Thị Rễ", "Con", "", 1992],
        [2, "Ôn Văn Ngọn", "Chủ hộ", "", 1980],
    ]
    head = {"household_code": "Ôn Văn Cội"}
    people = [
        person(2, "Ôn Văn Cội", phone(298), 1970, is_representative=True, **head),
        person(3, "Ôn Thị Rễ", phone(298), 1992, **head),
        person(4, "Ôn Văn Ngọn", "", 1980, is_representative=True, household_code="Ôn Văn Ngọn"),
    ]
    grid = Grid(rows, merges=[(1, 3, 2, 3)])
    return Layout("a_phone_merged_for_a_household", grid, people, needs_workbook=True)


def an_empty_row_inside_the_heading():
    rows = [
        ["STT", "Họ và tên", "Năm sinh", "", "SĐT"],
        [],
        ["", "", "Nam", "Nữ", ""],
        [1, "Ngân Văn Bê", 1970, "", phone(299)],
        [2, "Ngân Thị Xê", "", 1972, ""],
    ]
    people = [
        person(4, "Ngân Văn Bê", phone(299), 1970, gender="male"),
        person(5, "Ngân Thị Xê", "", 1972, gender="female"),
    ]
    return Layout("an_empty_row_inside_the_heading", Grid(rows), people)


def heads_named_once():
    """Merged cells leave their first cell alone in a file of text."""
    rows = [
        ["STT", "Chủ hộ", "Họ và tên", "Năm sinh"],
        [1, "Ông Lã Văn Bê", "Lã Văn Bê", 1970],
        ["", "", "Ninh Thị Xê", 1972],
        [2, "Bà Lã Thị Gi", "Lã Thị Gi", 1980],
        ["", "", "Vũ Văn Ích", 1999],
    ]
    first, second = {"household_code": "Lã Văn Bê"}, {"household_code": "Lã Thị Gi"}
    people = [
        person(2, "Lã Văn Bê", year=1970, is_representative=True, **first),
        person(3, "Ninh Thị Xê", year=1972, **first),
        person(4, "Lã Thị Gi", year=1980, is_representative=True, **second),
        person(5, "Vũ Văn Ích", year=1999, **second),
    ]
    return Layout("heads_named_once", Grid(rows), people)


MISLEADING_COLUMNS = [
    numbers_that_became_days(),
    numbers_that_became_days_in_text(),
    two_columns_of_births(),
    births_of_relatives_beside(),
    families_that_sound_like_titles(),
    heads_of_teams_in_their_rows(),
    phones_below_signatures(),
    names_in_the_column_of_the_sex(),
    phones_behind_names(),
    families_that_sound_like_headings(),
    a_phone_merged_for_a_household(),
    an_empty_row_inside_the_heading(),
    heads_named_once(),
]
