"""The import screen where a file is odd, a hand is quick, or somebody tries a door."""

import pytest
from django.conf import settings
from django.test import Client

from groups.member_import import services as member_import
from groups.models import Hamlet, Member, MemberImport
from tests.factories.accounts import make_commune
from tests.factories.groups import make_hamlet, make_officer
from tests.factories.people import make_notice
from tests.groups.importing import (
    BAD,
    ONE,
    TWO,
    State,
    page,
    read_file,
    read_in,
    upload,
    write_down,
)
from tests.groups.member_list.writers import Grid, ods, xlsx

STRANGE = xlsx(
    Grid([["Bà con", "Xóm chợ"], ["Ngô Văn Đông", "Nhà 1"], ["Ngô Thị Tây", "Nhà 2"]], name="Xóm")
)


@pytest.fixture
def head(hamlet_head_of, hamlet):
    return hamlet_head_of(hamlet)


@pytest.fixture
def client(login, head):
    return login(head)


# Odd files


def test_a_table_with_unknown_headings_can_be_named_on_the_page(client, hamlet, head):
    batch = read_file(hamlet, head, STRANGE)
    ended = client.get(page("show", batch.pk)).content.decode()
    shown = client.get(page("mapping", batch.pk)).content.decode()

    client.post(
        page("mapping", batch.pk),
        {"include-0": "on", "header-0": "1", "column-0-A": "full_name", "column-0-B": "address"},
    )
    member_import.read(batch.pk)

    batch.refresh_from_db()
    assert page("mapping", batch.pk) in ended
    assert page("template") in ended
    assert "Máy không nhận ra tiêu đề của bảng" in shown
    assert "Ngô Thị Tây" in shown
    assert batch.state == State.PREVIEW
    assert list(batch.rows.filter(lane="new").values_list("full_name", "address")) == [
        ("Ngô Văn Đông", "Nhà 1"), ("Ngô Thị Tây", "Nhà 2"),
    ]  # fmt: skip


def test_a_choice_of_an_earlier_list_is_said(client, hamlet, head):
    first = read_file(hamlet, head, STRANGE)
    fresh = client.get(page("mapping", first.pk)).context["is_remembered"]
    form = {"include-0": "on", "header-0": "1", "column-0-A": "full_name", "column-0-B": "address"}
    client.post(page("mapping", first.pk), form)

    again = read_file(hamlet, head, STRANGE)
    answer = client.get(page("mapping", again.pk))

    assert fresh is False
    assert again.state == State.PREVIEW
    assert "Máy dùng cách chọn cột lần trước" in answer.content.decode()


def test_a_table_with_unknown_headings_needs_a_column_of_names(client, hamlet, head):
    batch = read_file(hamlet, head, STRANGE)

    answer = client.post(page("mapping", batch.pk), {"include-0": "on", "header-0": "1"})

    assert "hãy chọn cột nào là “Họ và tên”" in answer.content.decode()


def test_a_file_without_any_table_offers_no_columns(client, hamlet, head):
    batch = read_file(hamlet, head, xlsx(Grid([["Xin chào"]])))

    ended = client.get(page("show", batch.pk)).content.decode()

    assert batch.state == State.FAILED
    assert page("mapping", batch.pk) not in ended
    assert client.get(page("mapping", batch.pk))["Location"] == page("show", batch.pk)


def test_the_marked_file_of_any_sheet_names_is_given(client, hamlet, head):
    rows = [["Họ và tên", "Điện thoại"], ["Ngô Văn Nam", "09x"]]
    long = "Tổ 1/2: danh sách [mới] dài quá ba mươi mốt"
    content = ods(*(Grid(rows, name=name) for name in (f"{long} a", f"{long} b", "'", "History")))
    batch = read_file(hamlet, head, content)

    answer = client.get(page("marked", batch.pk))

    assert answer.content.startswith(b"PK")


def test_the_name_of_a_marked_file_says_so_however_long_it_is(client, hamlet, head):
    batch = read_in(hamlet, head, BAD)
    MemberImport.objects.update(filename="Danh sách " + "rất dài " * 20 + ".xlsx")

    answer = client.get(page("marked", batch.pk))

    assert answer["Content-Disposition"].endswith('-danh-dau.xlsx"')


@pytest.mark.parametrize(
    "content",
    [b"\x00\x00\x00\x18ftypheic" + bytes(range(256)), b"RIFF\x24\x00\x00\x00WEBPVP8 " + b"x" * 99],
)
def test_a_photo_of_a_telephone_is_refused_as_one(client, hamlet, content):
    answer = upload(client, hamlet, content)

    assert "Đây là hình ảnh hoặc phim," in answer.content.decode()


def test_a_cell_with_several_numbers_is_named(client, hamlet, head):
    batch = read_in(hamlet, head, (*ONE[:2], "0900000001 / 0900000003", "Tổ 1"))

    [line] = client.get(page("review", batch.pk)).context["lines"]

    assert [note.cell for note in line.notes] == ["D3"]


@pytest.fixture
def chosen(hamlet, commune, login, officer_of):
    """An officer of two hamlets, and how a list of one of them is read."""
    Hamlet.objects.filter(pk=hamlet.pk).update(name="Suối Lành")
    hamlet.refresh_from_db()
    other = make_hamlet(commune, name="Bàu Sen", code="AP77")
    officer = officer_of(hamlet, other)

    def said_of(title, filename="ds.xlsx"):
        content = xlsx(Grid([[title], ["Họ và tên", "Điện thoại"], ["Ngô Văn Nam", "0900000001"]]))
        batch = member_import.start(content, filename, hamlet=hamlet, by=officer)
        member_import.read(batch.pk)
        client = login(officer)
        pages = [client.get(page(name, batch.pk)) for name in ("mapping", "review", "commit")]
        return {str(one.context["other_place"]) for one in pages}

    return said_of


@pytest.mark.parametrize(
    ("title", "filename", "said"),
    [
        ("DANH SÁCH HỘ DÂN ẤP BÀU SEN", "ds.xlsx", "Ấp Bàu Sen"),
        ("Danh sách KP. Bàu Sen năm 2026", "ds.xlsx", "Ấp Bàu Sen"),
        ("Danh sách hộ dân", "ap_bau_sen_2026.xlsx", "Ấp Bàu Sen"),
        ("Danh sách ấp Suối Lành, giáp ấp Bàu Sen", "ds.xlsx", "None"),
        ("Danh sách ấp Bàu Senh", "ds.xlsx", "None"),
        ("Danh sách hộ dân", "ds.xlsx", "None"),
    ],
)
def test_a_list_of_another_hamlet_is_noticed(chosen, title, filename, said):
    assert chosen(title, filename) == {said}


def test_a_hamlet_that_the_account_does_not_see_is_not_named(client, hamlet, head, commune):
    make_hamlet(commune, name="Bàu Sen", code="AP77")
    content = xlsx(Grid([["DANH SÁCH ẤP BÀU SEN"], ["Họ và tên", "Điện thoại"], ["Ngô An", ""]]))

    batch = read_file(hamlet, head, content)

    assert client.get(page("review", batch.pk)).context["other_place"] is None


def test_years_of_two_digits_are_asked_about_once_for_the_whole_list(client, hamlet, head):
    batch = read_in(
        hamlet, head, ("Ngô Văn Nam", "5/3/15", "", ""), ("Ngô Thị Tây", "00/00/20", "", ""),
        ("Ngô Văn Bắc", "7/8/60", "", ""),
    )  # fmt: skip
    births = batch.rows.filter(lane="new").order_by("position")
    first = list(births.values_list("birth_year", flat=True))
    offered = client.get(page("review", batch.pk)).context["repairs"].choices

    client.post(page("repair", batch.pk), {"sua": "century", "nhom": "new"})

    assert first == [2015, 2020, 1960]
    assert [one.count for one in offered] == [2]
    assert list(births.values_list("birth_year", flat=True)) == [1915, 1920, 1960]
    assert births[0].birth_date.isoformat() == "1915-03-05"
    left = client.get(page("review", batch.pk)).context["repairs"]
    assert left.choices == []
    assert [code for _one, code, _said in left.remarks] == ["year_two_digits"]


# Quick hands and dead ends


def test_the_page_knows_how_much_may_be_pasted(client):
    body = client.get(page("upload")).content.decode()

    most = int(body.partition('data-max-pasted="')[2].partition('"')[0])
    assert 0 < most < settings.DATA_UPLOAD_MAX_MEMORY_SIZE


def test_a_file_that_is_read_for_too_long_can_be_thrown_away(client, hamlet, head):
    batch = member_import.start(STRANGE, "ds.xlsx", hamlet=hamlet, by=head)

    at_work = client.get(page("show", batch.pk)).content.decode()
    client.post(page("discard", batch.pk))
    member_import.read(batch.pk)

    batch.refresh_from_db()
    assert page("discard", batch.pk) in at_work
    assert batch.state == State.DISCARDED


def test_a_second_press_writes_nobody_twice(client, hamlet, head):
    batch = read_in(hamlet, head, ONE, TWO)

    answers = [client.post(page("commit", batch.pk), {"basis": ""}) for _press in (1, 2)]

    assert {answer["Location"] for answer in answers} == {page("show", batch.pk)}
    write = MemberImport.objects.get(pk=batch.pk)
    assert write.state == State.COMMITTING


def test_an_undo_with_nothing_left_to_do_has_no_button(client, hamlet, head):
    batch = write_down(read_in(hamlet, head, ONE), head)
    Member.objects.update(address="Nhà mới")

    answer = client.get(page("undo", batch.pk))

    body = answer.content.decode()
    assert answer.context["does_something"] is False
    assert "Không còn gì để hoàn tác" in body
    assert "by-danger" not in body


def test_the_result_of_an_undo_names_those_who_stayed(client, hamlet, head):
    batch = write_down(read_in(hamlet, head, ONE, TWO, BAD), head)
    Member.objects.filter(full_name=ONE[0]).update(address="Nhà mới")

    client.post(page("undo", batch.pk))
    answer = client.get(page("result", batch.pk))

    assert "trừ 1 người được để nguyên" in answer.content.decode()
    assert answer.context["can_mend"] is False


# Doors


@pytest.mark.parametrize("name", ["correct", "decide"])
@pytest.mark.parametrize("state", [State.COMMITTED, State.UNDONE, State.DISCARDED])
def test_a_line_of_a_list_that_is_over_stays_as_it_is(client, hamlet, head, name, state):
    batch = read_in(hamlet, head, ONE, BAD)
    row = batch.rows.get(lane="refused")
    moment = batch.created_at
    MemberImport.objects.update(
        state=state, committed_at=moment, undo_until=moment, undone_at=moment
    )
    before = batch.rows.filter(pk=row.pk).values().get()

    answer = client.post(
        page(name, batch.pk, row.pk), {"phone": "0900000077", "la": "khac"}, follow=True
    )

    assert "không làm được việc này" in answer.content.decode()
    assert batch.rows.filter(pk=row.pk).values().get() == before


def test_no_page_takes_a_form_without_its_token(hamlet, head):
    batch = read_in(hamlet, head, ONE, BAD)
    row = batch.rows.get(lane="refused")
    stranger = Client(enforce_csrf_checks=True)
    stranger.force_login(head)
    addresses = [page("upload")]
    addresses += [
        page(name, batch.pk) for name in ("mapping", "repair", "commit", "undo", "discard")
    ]
    addresses += [page(name, batch.pk, row.pk) for name in ("correct", "decide")]

    answers = {address: stranger.post(address, {"hamlet": hamlet.pk}) for address in addresses}

    assert {address: one.status_code for address, one in answers.items()} == dict.fromkeys(
        addresses, 403
    )
    batch.refresh_from_db()
    assert batch.state == State.PREVIEW


def test_what_changes_a_list_cannot_be_asked_for_by_a_link(client, hamlet, head):
    batch = read_in(hamlet, head, ONE, BAD)
    row = batch.rows.get(lane="refused")

    addresses = [page(name, batch.pk, row.pk) for name in ("correct", "decide")]
    for address in (page("repair", batch.pk), *addresses):
        assert client.get(address).status_code == 405


def test_what_a_file_says_is_never_markup(client, hamlet, head):
    trick = "<img src=x onerror=alert(1)>"
    grid = Grid(
        [["Họ và tên", "Điện thoại", "Địa chỉ", trick], [trick, trick, trick, trick]], name="<b>x"
    )
    batch = read_file(hamlet, head, ods(grid))
    MemberImport.objects.update(filename=f"{trick}.xlsx")

    for address in (page("review", batch.pk) + "?nhom=refused", page("mapping", batch.pk)):
        body = client.get(address).content.decode()
        assert "<img src=x" not in body
        assert "<b>x" not in body
        assert "&lt;img src=x" in body


def test_a_paper_of_an_officer_elsewhere_is_no_choice(client, hamlet, head, commune):
    batch = read_in(hamlet, head, ONE)
    elsewhere = make_commune("Xa Lạ", code="90999")
    form = {
        "basis": "list", "given_on": "2026-01-05", "notice": make_notice(elsewhere).pk,
        "collected_by": make_officer(elsewhere).pk,
    }  # fmt: skip

    answer = client.post(page("commit", batch.pk), form)

    assert set(answer.context["form"].errors) == {"notice", "collected_by"}
    batch.refresh_from_db()
    assert batch.state == State.PREVIEW


def test_a_template_says_the_hamlet_that_was_asked_for(client, hamlet, commune):
    elsewhere = make_hamlet(commune, name="Xa", code="AP98")

    own = client.get(page("upload"), {"ap": hamlet.pk}).content.decode()
    other = client.get(page("template"), {"ap": elsewhere.pk})

    assert f"{page('template')}?ap={hamlet.pk}" in own
    assert other.status_code == 404
