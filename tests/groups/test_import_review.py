"""Looking at the lines of a list: lanes, problems, corrections, answers, and what stays hidden."""

import pytest
from django.contrib.auth.models import Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import AuditEvent
from accounts.users.roles import Role
from groups.models import Member, MemberImport
from tests.factories.accounts import make_user
from tests.factories.groups import make_hamlet, make_member, make_team
from tests.factories.member_imports import make_import_row, make_member_import
from tests.groups.importing import (
    BAD,
    ONE,
    TWO,
    State,
    grid_of,
    page,
    read_file,
    read_in,
    row_of,
    write_down,
)
from tests.groups.member_list.writers import xlsx

LANES = ("new", "changed", "same", "doubtful", "refused")


@pytest.fixture
def head(hamlet_head_of, hamlet):
    return hamlet_head_of(hamlet)


@pytest.fixture
def client(login, head):
    return login(head)


def lines(client, batch, **query):
    return client.get(page("review", batch.pk), query).context["lines"]


def tabs(client, batch):
    shown = client.get(page("review", batch.pk)).context["tabs"]
    return {lane: count for lane, _label, _tone, count in shown}


# Lanes


def test_every_lane_is_there_with_its_number(client, hamlet, head):
    make_member(hamlet, full_name="Phạm Văn Cũ", phone="+84900000009", birth_year=1950)
    make_member(hamlet, full_name="Phạm Thị Như", phone="+84900000008", birth_year=1960)
    batch = read_in(
        hamlet, head, ONE, BAD, ("Phạm Văn Cũ", 1951, "0900000009", ""),
        ("Phạm Thị Như", 1960, "0900000008", ""), ("Phạm Thị Nhu", 1960, "", ""),
        ("Phạm Thị Nhung", 1960, "0900000008", ""),
    )  # fmt: skip

    found = tabs(client, batch)

    assert set(LANES) <= set(found)
    assert {lane: int(count) for lane, count in found.items()} == {
        lane: int(batch.counts[lane]) for lane in found
    }


def test_the_lane_that_needs_a_person_opens_first(client, hamlet, head):
    batch = read_in(hamlet, head, ONE, BAD)

    assert client.get(page("review", batch.pk)).context["lane"] == "refused"


def test_a_refused_line_says_the_cell_and_what_to_do(client, hamlet, head):
    batch = read_in(hamlet, head, ONE, BAD)

    [line] = lines(client, batch)
    body = client.get(page("review", batch.pk)).content.decode()

    [note] = line.notes
    assert (line.place, note.cell) == ("Trang “Danh sách”, dòng 4", "D4")
    assert note.sentence in body
    assert [cell.text for cell in line.cells if cell.is_wrong] == ["0900 0000"]


def test_a_changed_line_shows_the_old_and_the_new_value(client, hamlet, head):
    make_member(hamlet, full_name="Phạm Văn Cũ", phone="+84900000009", birth_year=1950)
    batch = read_in(hamlet, head, ("Phạm Văn Cũ", 1951, "0900000009", ""))

    [line] = lines(client, batch, nhom="changed")

    assert [(one.label, one.old, one.new) for one in line.changes] == [("Năm sinh", "1950", "1951")]


def test_what_was_dropped_is_named(client, hamlet, head):
    batch = read_in(hamlet, head, ONE)

    [line] = lines(client, batch, nhom="dropped")

    assert "DANH SÁCH THÀNH VIÊN" in line.dropped


def test_the_same_file_again_changes_nothing_and_says_so(client, hamlet, head):
    content = xlsx(grid_of(ONE, TWO))
    write_down(read_file(hamlet, head, content), head)

    batch = read_file(hamlet, head, content)
    body = client.get(page("review", batch.pk)).content.decode()

    assert "không có gì mới" in body
    assert "Đúng tệp này đã được nhập" in body
    assert page("commit", batch.pk) not in body.partition("by-main-steps")[2]


def test_lines_are_found_by_name_without_marks(client, hamlet, head):
    batch = read_in(hamlet, head, ONE, TWO)

    found = lines(client, batch, nhom="new", tim="tran be")

    assert [line.row.full_name for line in found] == [TWO[0]]


@pytest.mark.parametrize("asked", [{"trang": "99"}, {"trang": "x"}, {"nhom": "x"}, {"loc": "'"}])
def test_an_odd_address_shows_lines_all_the_same(client, hamlet, head, asked):
    batch = read_in(hamlet, head, ONE)

    assert [line.row.full_name for line in lines(client, batch, **asked)] == [ONE[0]]


def test_a_committed_list_is_read_only(client, hamlet, head):
    batch = write_down(read_in(hamlet, head, ONE, BAD), head)

    body = client.get(page("review", batch.pk), {"nhom": "refused"}).content.decode()
    client.post(page("correct", batch.pk, batch.rows.get(lane="refused").pk), {"phone": ""})

    assert page("correct", batch.pk, batch.rows.get(lane="refused").pk) not in body
    assert batch.rows.get(lane="refused").edits is None


# Correct, decide, repair


def test_a_corrected_line_leaves_the_refused(client, hamlet, head):
    batch = read_in(hamlet, head, ONE, BAD, ("Lê Thị Sai", 1971, "0912 345", "Tổ 1"))
    row = batch.rows.get(full_name=BAD[0])

    answer = client.post(
        page("correct", batch.pk, row.pk),
        {"phone": "0900 000 077", "nhom": "refused", "trang": "1"},
        follow=True,
    )

    row.refresh_from_db()
    assert (row.lane, row.phone) == ("new", "+84900000077")
    assert answer.redirect_chain[0][0].endswith(f"nhom=refused&trang=1&vua={row.pk}#vua-xong")
    [left] = answer.context["lines"]
    body = answer.content.decode()
    assert body.count("nay ở nhóm “Mới”") == 1
    assert body.index('id="vua-xong"') < body.index(f'id="dong-{left.row.pk}"')


def test_the_last_line_of_a_page_is_followed_by_the_word_that_it_is_done(client, hamlet, head):
    batch = read_in(hamlet, head, ("Lê Thị Sai", 1971, "0912 345", "Tổ 1"), BAD)
    row = batch.rows.get(full_name=BAD[0])

    answer = client.post(
        page("correct", batch.pk, row.pk), {"phone": "", "nhom": "refused"}, follow=True
    )

    body = answer.content.decode()
    assert answer.context["just_done"].before is None
    assert body.index('id="dong-') < body.index('id="vua-xong"')


@pytest.mark.parametrize("named", ["x", "²", "9" * 30, "-1", "0"])
def test_a_forged_line_just_done_says_nothing(client, hamlet, head, named):
    batch = read_in(hamlet, head, BAD)

    answer = client.get(page("review", batch.pk), {"vua": named})

    assert (answer.status_code, answer.context["just_done"]) == (200, None)


def test_the_last_line_of_a_lane_leads_on_to_what_is_left(client, hamlet, head):
    batch = read_in(hamlet, head, ONE, BAD)
    row = batch.rows.get(lane="refused")

    answer = client.post(
        page("correct", batch.pk, row.pk), {"phone": "", "nhom": "refused"}, follow=True
    )

    assert answer.context["lane"] == "new"


def test_a_correction_that_is_wrong_again_says_so_and_keeps_the_text(client, hamlet, head):
    batch = read_in(hamlet, head, ONE, BAD)
    row = batch.rows.get(lane="refused")

    answer = client.post(page("correct", batch.pk, row.pk), {"phone": "0900"}, follow=True)

    row.refresh_from_db()
    assert row.lane == "refused"
    assert f"Dòng {row.row}:" in answer.content.decode()
    [line] = lines(client, batch, nhom="refused")
    assert [cell.text for cell in line.cells if cell.is_wrong] == ["0900"]


def doubtful_batch(hamlet, head):
    known = make_member(
        hamlet, full_name="Đinh Thị Hoa", phone="+84900000055", birth_year=1966,
        address="Số 9, Tổ 2",
    )  # fmt: skip
    return known, read_in(hamlet, head, ("Đinh Thị Hoa", 1966, "", ""))


def test_a_doubtful_line_stands_beside_who_it_may_be(client, hamlet, head):
    known, batch = doubtful_batch(hamlet, head)

    [line] = lines(client, batch)
    body = client.get(page("review", batch.pk)).content.decode()

    [candidate] = line.candidates
    assert candidate.member_id == known.pk
    sides = {field.label: (field.own, field.other) for field in candidate.fields}
    assert sides["Họ và tên"] == ("Đinh Thị Hoa", "Đinh Thị Hoa")
    assert sides["Địa chỉ"] == ("(trống)", "Số 9, Tổ 2")
    assert "0900000055" not in body
    assert "Cùng một người" in body


def test_the_answer_same_person_is_kept_and_can_be_taken_back(client, hamlet, head):
    known, batch = doubtful_batch(hamlet, head)
    row = row_of(batch, "Đinh Thị Hoa")

    client.post(page("decide", batch.pk, row.pk), {"la": str(known.pk)})
    row.refresh_from_db()
    same = row.lane
    client.post(page("decide", batch.pk, row.pk), {"la": "khac"})

    row.refresh_from_db()
    assert (same, row.lane) == ("same", "new")
    assert tabs(client, batch)["doubtful"] == "0"


def test_a_person_that_was_not_offered_is_refused(client, hamlet, head):
    _known, batch = doubtful_batch(hamlet, head)
    row = row_of(batch, "Đinh Thị Hoa")
    stranger = make_member(make_hamlet(hamlet.commune), full_name="Đinh Thị Hoa")

    for said in (str(stranger.pk), "x", "", "9" * 40):
        client.post(page("decide", batch.pk, row.pk), {"la": said})

    row.refresh_from_db()
    assert (row.lane, row.decision) == ("doubtful", "")


def test_a_bulk_repair_mends_every_line_that_needs_it(client, hamlet, head):
    batch = read_in(hamlet, head, BAD, ("Lê Thị Sai", 1971, "0912 345", "Tổ 1"), ONE)

    offered = client.get(page("review", batch.pk)).context["repairs"].mends
    answer = client.post(page("repair", batch.pk), {"sua": "drop_phone"}, follow=True)

    batch.refresh_from_db()
    assert [one.code for one in offered] == ["drop_phone"]
    assert "Đã sửa 2 dòng." in answer.content.decode()
    assert (batch.counts["new"], batch.counts["refused"]) == (3, 0)


def test_a_repair_that_is_not_offered_does_nothing(client, hamlet, head):
    batch = read_in(hamlet, head, ONE, BAD)

    answer = client.post(page("repair", batch.pk), {"sua": "separate_all"}, follow=True)

    assert "Không còn dòng nào cần sửa như vậy." in answer.content.decode()


def test_a_remark_leads_to_its_lines_and_is_ticked_off(client, hamlet, head):
    batch = read_in(hamlet, head, ("NGUYỄN VĂN HOA", 1980, "0900000001", ""), TWO)

    [(repair, code, _said)] = client.get(page("review", batch.pk)).context["repairs"].remarks
    found = lines(client, batch, loc=code)
    client.post(page("repair", batch.pk), {"sua": repair.code})

    assert [line.row.full_name for line in found] == ["Nguyễn Văn Hoa"]
    assert client.get(page("review", batch.pk)).context["repairs"].remarks == []


# Who may


ROW_PAGES = ("correct", "decide", "agree")
BATCH_PAGES = (
    "show", "progress", "mapping", "review", "commit", "result", "marked", "undo", "discard",
)  # fmt: skip


def test_a_list_of_another_hamlet_is_not_there(client, hamlet, head, chief):
    foreign = make_hamlet(hamlet.commune)
    batch = read_in(foreign, chief, ONE, BAD)
    before = list(batch.rows.order_by("pk").values())

    for name in BATCH_PAGES:
        assert client.get(page(name, batch.pk)).status_code == 404, name
    for name in ("mapping", "commit", "undo", "discard", "repair"):
        assert client.post(page(name, batch.pk), {"sua": "drop_phone"}).status_code == 404, name
    for name in ROW_PAGES:
        address = page(name, batch.pk, before[0]["id"])
        assert client.post(address, {"phone": "", "la": "khac"}).status_code == 404, name

    batch.refresh_from_db()
    assert (batch.state, list(batch.rows.order_by("pk").values())) == (State.PREVIEW, before)


def test_a_line_of_another_list_is_not_there(client, hamlet, head, chief):
    mine = read_in(hamlet, head, ONE)
    foreign = read_in(make_hamlet(hamlet.commune), chief, BAD)
    row = foreign.rows.get(lane="refused")

    for name in ROW_PAGES:
        answer = client.post(page(name, mine.pk, row.pk), {"phone": "", "la": "khac"})
        assert answer.status_code == 404, name

    row.refresh_from_db()
    assert (row.lane, row.edits) == ("refused", None)


def test_lines_compare_with_nobody_of_another_hamlet(client, hamlet, head):
    foreign = make_hamlet(hamlet.commune)
    stranger = make_member(foreign, full_name="Người Ấp Khác", address="Nhà ấp khác")
    team = make_team(foreign, name="Tổ ấp khác")
    batch = make_member_import(hamlet)
    make_import_row(
        batch, lane="doubtful", candidates=[{"member": stranger.pk}],
        problems=[{"field": "", "column": "", "code": "x", "message": "x", "is_error": False}],
    )  # fmt: skip
    make_import_row(
        batch, lane="changed", old={"team_id": team.pk}, new={"team_id": None}, full_name="Của Tôi"
    )

    for lane in ("doubtful", "changed"):
        body = client.get(page("review", batch.pk), {"nhom": lane}).content.decode()
        assert [
            word for word in ("Người Ấp Khác", "Nhà ấp khác", "Tổ ấp khác") if word in body
        ] == []


def test_what_the_register_hides_from_an_account_is_hidden_here(login, hamlet, head):
    _known, batch = doubtful_batch(hamlet, head)
    importer = make_user(hamlet.commune)
    for name in ("import_member", "view_memberimport", "view_all_hamlets"):
        importer.user_permissions.add(Permission.objects.get(codename=name))

    body = login(importer).get(page("review", batch.pk)).content.decode()

    assert "(được che)" in body
    assert "Số 9, Tổ 2" not in body


def test_two_heads_at_once_do_not_meet(login, hamlet_head_of, hamlet, client, head):
    other_hamlet = make_hamlet(hamlet.commune)
    other = hamlet_head_of(other_hamlet)
    mine, theirs = read_in(hamlet, head, ONE), read_in(other_hamlet, other, ONE)

    write_down(mine, head)
    write_down(theirs, other)

    assert sorted(Member.objects.values_list("hamlet", "full_name")) == sorted(
        [(hamlet.pk, ONE[0]), (other_hamlet.pk, ONE[0])]
    )
    assert client.get(page("result", theirs.pk)).status_code == 404
    assert login(other).get(page("result", mine.pk)).status_code == 404


@pytest.mark.parametrize("role", [Role.DUTY_OFFICER, Role.TECH_ADMIN, Role.FRONT])
def test_who_may_not_import_finds_no_door(login, hamlet, chief, role, commune):
    batch = read_in(hamlet, chief, ONE)
    client = login(make_user(commune, role))

    for address in (page("upload"), page("template"), page("review", batch.pk)):
        assert client.get(address).status_code == 403, address


def test_taking_the_marked_file_is_in_the_trail(client, hamlet, head):
    batch = read_in(hamlet, head, BAD)

    client.get(page("marked", batch.pk))

    assert AuditEvent.objects.filter(action="import.file_taken", actor=head).count() == 1


# Ways in


def test_the_screen_is_found_from_members_the_hamlet_and_the_side_bar(client, hamlet):
    members = client.get(reverse("admin:groups_member_changelist")).content.decode()
    place = client.get(reverse("admin:groups_hamlet_change", args=[hamlet.pk])).content.decode()

    assert f'href="{page("upload")}"' in members
    assert f'href="{page("upload")}?ap={hamlet.pk}"' in place
    section = client.get(reverse("admin:section", args=["nhom-ba-con"])).content.decode()
    assert f'href="{reverse("admin:groups_memberimport_changelist")}"' in section


def test_the_home_page_reminds_of_own_lists(client, hamlet, head, chief):
    mine = read_in(hamlet, head, ONE)
    theirs = read_in(hamlet, chief, TWO)

    body = client.get(reverse("admin:index")).content.decode()

    assert f'href="{page("show", mine.pk)}"' in body
    assert f'href="{page("show", theirs.pk)}"' not in body
    assert "Đã đọc xong, chờ xem và nhập." in body


def test_the_home_page_of_a_hamlet_head_leads_to_the_next_list(client, login, chief):
    body = client.get(reverse("admin:index")).content.decode()

    assert f'href="{page("upload")}"' in body
    assert (
        f'href="{page("upload")}"' not in login(chief).get(reverse("admin:index")).content.decode()
    )


# Size


def test_a_page_asks_the_same_few_questions_however_many_lines(client, hamlet, head):
    counts = []
    for size in (1, 3):
        MemberImport.objects.all().delete()
        people = [
            (f"Đinh Thị Hoa {chr(65 + n)}", 1966, f"09000001{n:02d}", f"Tổ {n + 1}")
            for n in range(size)
        ]
        for name, year, phone, _team in people:
            make_member(hamlet, full_name=name, birth_year=year - 1, phone=f"+84{phone[1:]}")
        batch = read_in(hamlet, head, *people)
        assert batch.counts["changed"] == size
        with CaptureQueriesContext(connection) as asked:
            client.get(page("review", batch.pk), {"nhom": "changed"})
        counts.append(len(asked))
        Member.objects.all().delete()

    assert counts[0] == counts[1]
    assert counts[0] < 30


def test_a_long_list_comes_in_pages(client, hamlet, head):
    people = [(f"Đinh Thị {chr(65 + n // 26)}{chr(97 + n % 26)}", 1960, "", "") for n in range(120)]
    batch = read_in(hamlet, head, *people)

    context = client.get(page("review", batch.pk), {"nhom": "new", "trang": "3"}).context

    assert (len(context["lines"]), context["page"].paginator.num_pages) == (20, 3)
