"""Husband and wife on one row are two people, each with problems and corrections of their own."""

import pytest

from groups.member_import import services as member_import
from groups.member_import.reader.member_list import read_member_list
from groups.models import Member
from tests.groups.member_list.uploads import lanes, previewed, write_down
from tests.groups.member_list.usual_forms import phone
from tests.groups.member_list.writers import Grid, xlsx

HEADING = ["STT", "Họ tên chồng", "Năm sinh", "SĐT", "Họ tên vợ", "Năm sinh", "SĐT", "Địa chỉ"]
ROWS = [
    HEADING,
    [1, "Ninh Văn Tâm", 1970, phone(1), "Ổn Thị Tình", "31/4/1974", phone(2), "Số 1"],
    [2, "Phí Văn Đạt", "khi nào", "", "Quản Thị Được", 1983, "", "Số 2"],
]


@pytest.fixture
def batch(hamlet, hamlet_head_of):
    return previewed(hamlet, hamlet_head_of(hamlet), content=xlsx(Grid(ROWS)))


def test_an_error_refuses_the_one_whose_cell_it_is(batch):
    assert lanes(batch) == {
        "new": ["Ninh Văn Tâm", "Quản Thị Được"],
        "refused": ["Ổn Thị Tình", "Phí Văn Đạt"],
    }
    wife = batch.rows.get(full_name="Ổn Thị Tình")
    assert [(one["column"], one["code"]) for one in wife.problems] == [("F", "date_impossible")]
    husband = batch.rows.get(full_name="Ninh Văn Tâm")
    assert not husband.problems


def test_both_are_written_down(batch, hamlet, hamlet_head_of):
    write_down(batch, hamlet_head_of(hamlet))

    found = Member.objects.order_by("full_name").values_list("full_name", "gender", "address")
    assert set(found) == {("Ninh Văn Tâm", "male", "Số 1"), ("Quản Thị Được", "female", "Số 2")}


def test_corrections_stay_with_the_one_they_are_of(batch, hamlet, hamlet_head_of):
    head = hamlet_head_of(hamlet)
    wife = batch.rows.get(full_name="Ổn Thị Tình")
    member_import.correct(batch, wife.pk, {"birth": "1974", "phone": phone(9)}, by=head)
    husband = batch.rows.get(full_name="Ninh Văn Tâm")
    member_import.correct(batch, husband.pk, {"full_name": "Ninh Văn Tám"}, by=head)

    member_import.remap(batch, mapping={"Ấp 1!H": "ignored"}, header_rows={}, by=head)
    member_import.read(batch.pk)

    rows = batch.rows.filter(row=2).order_by("position")
    assert list(rows.values_list("full_name", "birth_year", "phone", "address")) == [
        ("Ninh Văn Tám", 1970, "+84900000001", ""),
        ("Ổn Thị Tình", 1974, "+84900000009", ""),
    ]


def test_a_shared_phone_is_told_to_both_in_their_own_cells():
    rows = [HEADING, [1, "Ninh Văn Tâm", 1970, phone(1), "Ổn Thị Tình", 1974, phone(1), "Số 1"]]

    found = read_member_list(xlsx(Grid(rows)), "ds.xlsx")

    shared = [(p.row, p.column, p.nth) for p in found.problems if p.code == "phone_shared"]
    assert shared == [(2, "D", 0), (2, "G", 1)]
