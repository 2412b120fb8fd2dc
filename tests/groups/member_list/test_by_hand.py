"""Tables with headings that nobody knows: people name the columns once, and never again."""

import pytest

from groups.member_import import services as member_import
from groups.member_import.reader.member_list import NoTable, read_member_list
from groups.models import MemberImport
from tests.groups.member_list.uploads import lanes
from tests.groups.member_list.writers import Grid, text, xlsx

State = MemberImport.State
TITLE = ["Danh sách bà con xóm trên"]
HEADINGS = ["Bà con", "Xóm chợ", "Giấy tờ"]
ONE = ["Ngô Văn Đông", "Nhà số 1", "079070000001"]
TWO = ["Ngô Thị Tây", "Nhà số 2", "079072000002"]
STRANGE = xlsx(Grid([TITLE, HEADINGS, ONE, TWO], name="Xóm"))
CHOSEN = {"A": "full_name", "B": "address", "C": "ignored"}


@pytest.fixture
def head(hamlet_head_of, hamlet):
    return hamlet_head_of(hamlet)


def started(hamlet, head, content=STRANGE):
    batch = member_import.start(content, "ds.xlsx", hamlet=hamlet, by=head)
    member_import.read(batch.pk)
    batch.refresh_from_db()
    return batch


def named(hamlet, head):
    """The strange list after somebody has named its columns."""
    batch = started(hamlet, head)
    mapping = {f"Xóm!{letter}": name for letter, name in CHOSEN.items()}
    member_import.remap(batch, mapping=mapping, header_rows={"Xóm": 2}, by=head)
    member_import.read(batch.pk)
    batch.refresh_from_db()
    return batch


@pytest.mark.parametrize(
    "content", [STRANGE, text(Grid([HEADINGS, ONE, TWO]), separator=";", encoding="utf-8")]
)
def test_columns_are_offered_where_no_heading_is_known(content):
    with pytest.raises(NoTable, match="Không tìm thấy bảng") as refusal:
        read_member_list(content, "ds")

    [table] = refusal.value.sheets
    assert [column.header for column in table.columns] == HEADINGS
    assert [column.field for column in table.columns] == ["", "", ""]
    assert table.columns[0].samples == (ONE[0], TWO[0])


def test_no_number_of_an_id_is_among_what_is_offered():
    with pytest.raises(NoTable) as refusal:
        read_member_list(xlsx(Grid([["079070000001", "a"], *([[ONE[2], "b"]] * 5)])), "ds.xlsx")

    [table] = refusal.value.sheets
    assert (table.columns[0].header, table.columns[0].samples) == ("", ())


def test_a_failed_list_keeps_its_columns_to_be_named(hamlet, head):
    batch = started(hamlet, head)

    assert batch.state == State.FAILED
    assert [column["header"] for column in batch.sheets[0]["columns"]] == HEADINGS


def test_the_named_columns_are_read(hamlet, head):
    batch = named(hamlet, head)

    assert (batch.state, lanes(batch)) == (State.PREVIEW, {"new": [ONE[0], TWO[0]]})
    assert list(batch.rows.filter(lane="new").values_list("address", flat=True)) == [
        ONE[1], TWO[1],
    ]  # fmt: skip


def test_headings_named_once_are_known_in_the_next_list(hamlet, head):
    named(hamlet, head)

    again = started(hamlet, head)

    assert (again.state, lanes(again)) == (State.PREVIEW, {"new": [ONE[0], TWO[0]]})


def test_what_a_hamlet_named_is_nothing_to_another(hamlet, head, other_hamlet, hamlet_head_of):
    named(hamlet, head)

    other = started(other_hamlet, hamlet_head_of(other_hamlet))

    assert other.state == State.FAILED


def test_a_cover_is_no_list_of_people():
    cover = Grid([["Danh sách năm 2026"], ["Ấp Tân Lập 2026"], ["Bà con, năm 2026"]], name="Bìa")
    people = Grid([["Họ và tên", "Địa chỉ"], ONE[:2], TWO[:2]], name="Tổ 1")

    found = read_member_list(xlsx(cover, people), "ds.xlsx")

    assert [person.full_name for person in found.people] == [ONE[0], TWO[0]]


def test_a_heading_pointed_out_above_guessed_columns_is_remembered(hamlet, head):
    heading = ["Bà con", "Máy riêng"]
    content = xlsx(Grid([heading, [ONE[0], "0900000301"], [TWO[0], "0900000302"]], name="Xóm"))
    batch = started(hamlet, head, content)
    assert batch.sheets[0]["header_row"] == 0
    member_import.remap(
        batch, by=head, header_rows={"Xóm": 1}, mapping={"Xóm!A": "full_name", "Xóm!B": "phone"}
    )
    member_import.read(batch.pk)

    again = started(hamlet, head, content)

    assert again.sheets[0]["header_row"] == 1
    assert lanes(again) == {"new": [ONE[0], TWO[0]]}
