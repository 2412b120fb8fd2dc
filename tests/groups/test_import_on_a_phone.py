"""A clean list on three screens: what is asked at once, what is skipped, what the end tells."""

import re
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.services import NotAllowed
from groups.coverage.households import by_hamlet
from groups.member_import import committing
from groups.member_import import services as member_import
from groups.models import ConsentRecord, Member, MemberImport, Membership
from groups.residents.forms import PaperForm, paper_choices
from tests.factories.groups import (
    make_assignment,
    make_officer,
    make_ordinary_group,
    make_team,
)
from tests.factories.people import make_notice
from tests.groups.importing import BAD, ONE, TWO, State, page, read_in, row_of
from tests.groups.member_list.writers import Grid, xlsx

HEADINGS = ["Họ và tên", "Năm sinh", "Điện thoại", "Mã hộ", "Vào nhóm Zalo"]
PEOPLE = [
    ["Nguyễn Văn Mẫu An", 1980, "0900000001", "H1", "x"],
    ["Trần Thị Mẫu Bé", 1990, "0900000002", "H2", "x"],
    ["Lê Văn Mẫu Cư", 1970, "0900000003", "H3", ""],
]


@pytest.fixture
def head(hamlet_head_of, hamlet):
    return hamlet_head_of(hamlet)


@pytest.fixture
def client(login, head):
    return login(head)


@pytest.fixture
def group(hamlet):
    return make_ordinary_group(hamlet, name="Nhóm Zalo Ấp Mẫu")


def file_of(*people, headings=HEADINGS):
    return SimpleUploadedFile("ds.xlsx", xlsx(Grid([headings, *people])))


def send(client, hamlet, *people, headings=HEADINGS, **fields):
    """Upload as the form does, and read as a worker would; the page that comes by itself."""
    file = file_of(*(people or PEOPLE), headings=headings)
    answer = client.post(page("upload"), {"hamlet": hamlet.pk, "file": file, **fields})
    assert answer.status_code == 302, answer.context["form"].errors
    batch = MemberImport.objects.latest("pk")
    member_import.read(batch.pk)
    batch.refresh_from_db()
    return batch, client.get(answer["Location"])


def forms_on(body):
    """Addresses of the big buttons of a page."""
    return re.findall(r'<form[^>]*method="post"[^>]*action="([^"]+)"', body)


# Three screens


def test_a_clean_list_goes_from_home_to_coverage_on_three_screens(client, hamlet, group):
    home = client.get(reverse("admin:index"), follow=True).content.decode()
    batch, led_to = send(client, hamlet)
    preview = client.get(led_to["Location"]).content.decode()
    committed = client.post(page("commit", batch.pk), {"basis": ""})
    committing.run(batch.pk)
    result = client.get(client.get(committed["Location"])["Location"]).content.decode()

    assert page("upload") in home
    assert led_to["Location"] == page("review", batch.pk)
    assert page("commit", batch.pk) in forms_on(preview)
    assert "Nhập 3 người" in preview
    assert "Nhóm Zalo Ấp Mẫu" in result
    assert set(Membership.objects.joined().values_list("member__full_name", flat=True)) == {
        "Nguyễn Văn Mẫu An", "Trần Thị Mẫu Bé",
    }  # fmt: skip
    batch.refresh_from_db()
    assert (batch.coverage["before"][0], batch.coverage["after"][0]) == (0, 2)
    assert by_hamlet([hamlet])[hamlet.pk].joined == 2


def test_the_group_of_the_whole_list_is_asked_at_the_upload(client, hamlet, group):
    batch, _page = send(client, hamlet, group=group.pk)

    assert [one["group"] for row in batch.rows.all() for one in row.places or []] == [group.pk] * 3


def test_nobody_is_written_into_a_group_where_that_was_answered(client, hamlet, group):
    batch, led_to = send(client, hamlet, group="nobody")

    assert led_to["Location"] == page("review", batch.pk)
    assert not batch.rows.filter(places__isnull=False).exists()


def test_a_column_of_which_nobody_knows_the_group_is_asked_about(client, hamlet, group):
    make_ordinary_group(hamlet, name="Nhóm Zalo thứ hai")

    batch, led_to = send(client, hamlet)

    assert led_to["Location"] == page("groups", batch.pk)


def test_a_group_of_another_hamlet_is_refused(client, hamlet, group, other_hamlet):
    foreign = make_ordinary_group(other_hamlet)
    form = {"hamlet": hamlet.pk, "file": file_of(*PEOPLE), "group": foreign.pk}

    answer = client.post(page("upload"), form)

    assert "Không chọn được nhóm Zalo này" in answer.content.decode()
    assert MemberImport.objects.count() == 0


def test_the_service_takes_no_group_of_elsewhere(hamlet, head, other_hamlet):
    foreign = make_ordinary_group(other_hamlet)

    with pytest.raises(NotAllowed, match="không phải của ấp"):
        member_import.start(
            xlsx(Grid([HEADINGS, *PEOPLE])), "ds.xlsx", hamlet=hamlet, by=head, group=foreign.pk
        )


def test_columns_are_asked_about_only_where_one_was_guessed(client, hamlet):
    headings = ["Họ và tên", "Năm sinh", "", "Mã hộ"]

    batch, led_to = send(client, hamlet, *(row[:4] for row in PEOPLE), headings=headings)
    shown = client.get(led_to["Location"])

    assert led_to["Location"] == page("mapping", batch.pk)
    [sheet] = shown.context["groups"]
    assert [column["letter"] for column in sheet.doubtful] == ["C"]
    assert [column["letter"] for column in sheet.sure] == ["A", "B", "D"]
    assert len(sheet.doubtful[0]["likely"]) < 6
    assert "0900000001" in shown.content.decode()


def test_any_other_meaning_of_a_column_is_behind_other(client, hamlet):
    batch = read_in(hamlet, batch_head(hamlet), ONE)
    [table] = batch.sheets
    chosen = {f"column-0-{one['letter']}": one["field"] or "ignored" for one in table["columns"]}
    form = chosen | {
        "include-0": "on", "header-0": "2", "column-0-E": "other", "other-0-E": "street",
    }  # fmt: skip

    client.post(page("mapping", batch.pk), form)

    batch.refresh_from_db()
    assert batch.mapping["Danh sách!E"] == "street"


def batch_head(hamlet):
    return hamlet.assignments.get().officer.user


def test_the_page_of_a_list_keeps_the_filter_of_its_address(client, hamlet, head):
    batch = read_in(hamlet, head, ONE, BAD)

    answer = client.get(page("show", batch.pk), {"nhom": "new", "tim": "an", "x": "y"})

    assert answer["Location"] == f"{page('review', batch.pk)}?nhom=new&tim=an"


def test_a_page_that_was_left_leads_on_without_scripts(client, hamlet, head):
    batch = member_import.start(xlsx(Grid([HEADINGS, *PEOPLE])), "ds.xlsx", hamlet=hamlet, by=head)
    body = client.get(page("show", batch.pk)).content.decode()
    member_import.read(batch.pk)

    assert f'<meta http-equiv="refresh" content="5;url={page("show", batch.pk)}">' in body
    assert client.get(page("show", batch.pk))["Location"] == page("review", batch.pk)


def test_the_result_says_what_was_left_out_and_offers_the_undo(client, hamlet, head):
    batch = read_in(hamlet, head, ONE, BAD)
    member_import.commit(batch, by=head)
    committing.run(batch.pk)

    body = client.get(page("result", batch.pk)).content.decode()

    assert "Không nhận: 1 dòng" in body
    assert body.index("Chưa nhập, và vì sao") < body.index("Xem và hoàn tác")


# Repairs by kind, and back


def test_a_repair_of_many_lines_is_taken_back(client, hamlet, head):
    batch = read_in(hamlet, head, BAD, ("Lê Thị Sai", 1971, "0912 345", "Tổ 1"), ONE)
    before = list(batch.rows.order_by("pk").values("lane", "phone", "problems", "texts", "edits"))

    client.post(page("repair", batch.pk), {"sua": "drop_phone"})
    done = client.get(page("review", batch.pk)).context["repairs"].last
    batch.refresh_from_db()
    mended = batch.counts["refused"]
    answer = client.post(page("repair", batch.pk), {"lai": done.step}, follow=True)

    batch.refresh_from_db()
    after = list(batch.rows.order_by("pk").values("lane", "phone", "problems", "texts", "edits"))
    assert "2 số điện thoại" in done.label
    assert (mended, batch.counts["refused"]) == (0, 2)
    assert "Đã lấy lại 2 dòng" in answer.content.decode()
    assert (after, answer.context["repairs"].last) == (before, None)


def test_remarks_that_were_ticked_off_come_back(client, hamlet, head):
    batch = read_in(hamlet, head, ("NGUYỄN VĂN HOA", 1980, "900000001", ""), TWO)
    before = {one.code: one.label for one in member_import.repairs(batch)}

    for code in before:
        member_import.repair(batch, code, by=head)
    gone = member_import.repairs(batch)
    for _code in before:
        last = member_import.last_repair(batch)
        member_import.take_back_repair(batch, last.step, by=head)

    assert len(before) == 2
    assert gone == []
    assert {one.code: one.label for one in member_import.repairs(batch)} == before


def test_what_a_person_wrote_since_is_not_taken_back(hamlet, head):
    batch = read_in(hamlet, head, BAD, ("Lê Thị Sai", 1971, "0912 345", "Tổ 1"))
    member_import.repair(batch, "drop_phone", by=head)
    row = row_of(batch, BAD[0])
    member_import.correct(batch, row.pk, {"phone": "0900000077"}, by=head)

    member_import.take_back_repair(batch, member_import.last_repair(batch).step, by=head)

    row.refresh_from_db()
    assert (row.lane, row.phone) == ("new", "+84900000077")
    assert row_of(batch, "Lê Thị Sai").lane == "refused"


def test_an_earlier_repair_waits_for_the_later_one(hamlet, head):
    batch = read_in(hamlet, head, ("NGUYỄN VĂN HOA", 1980, "900000001", ""), TWO)
    member_import.repair(batch, "seen_name_capitals", by=head)
    first = member_import.last_repair(batch).step
    member_import.repair(batch, "seen_phone_zero_added", by=head)

    with pytest.raises(NotAllowed, match="không còn lấy lại"):
        member_import.take_back_repair(batch, first, by=head)


def test_nothing_of_a_repair_is_kept_after_the_commit(hamlet, head):
    batch = read_in(hamlet, head, BAD, ONE)
    member_import.repair(batch, "drop_phone", by=head)

    member_import.commit(batch, by=head)
    committing.run(batch.pk)

    assert not batch.rows.exclude(repaired=None).exists()


# Who signed


def test_who_may_have_asked_covers_or_covered_this_hamlet_leads_a_team_or_keeps_the_commune(
    hamlet, head, chief, officer_of, hamlet_head_of, other_hamlet, duty_officer
):
    boss = make_officer(hamlet.commune, user=chief)
    area = officer_of(hamlet)
    hamlet_head_of(other_hamlet)
    make_officer(hamlet.commune, user=duty_officer)
    former = make_officer(hamlet.commune, is_active=False)
    for first, last in ((date(2019, 1, 1), date(2019, 5, 6)), (date(2020, 1, 1), date(2023, 7, 8))):
        make_assignment(former, hamlet, valid_from=first, valid_to=last)
    leader = make_officer(hamlet.commune)
    make_team(hamlet, leader=leader)
    make_team(other_hamlet, leader=make_officer(hamlet.commune))

    _notices, officers = paper_choices(head, hamlet.commune_id, [hamlet.pk])
    field = PaperForm(user=head, commune=hamlet.commune_id, hamlets=[hamlet.pk])["collected_by"]

    found = list(officers)
    assert len(found) == 5
    assert set(found[:4]) == {head.officer, area.officer, boss, leader}
    assert found[4] == former
    assert f"{former}, đến 08/07/2023" in str(field)
    assert str(field).count("đến ") == 1


SIGNED = [*HEADINGS[:4], "Đã đồng ý", "Ngày ký", "Phiếu đồng ý số"]


def test_a_column_of_agreements_becomes_records_with_day_and_paper(client, hamlet, head):
    notice = make_notice(hamlet.commune)
    day = timezone.localdate() - timedelta(days=20)
    batch, led_to = send(
        client, hamlet,
        [*PEOPLE[0][:4], "x", f"{day:%d/%m/%Y}", "P7"], [*PEOPLE[1][:4], "đã ký", "", ""],
        [*PEOPLE[2][:4], "chưa", "", ""],
        headings=SIGNED,
    )  # fmt: skip
    preview = client.get(led_to["Location"])
    said = timezone.localdate() - timedelta(days=3)
    form = {
        "basis": "form", "notice": notice.pk, "given_on": said.isoformat(),
        "collected_by": head.officer.pk, "evidence": "Hồ sơ 5",
    }  # fmt: skip

    client.post(page("commit", batch.pk), form)
    committing.run(batch.pk)

    assert "Danh sách ghi 2 người đã đồng ý" in preview.content.decode()
    assert f"đã đồng ý ngày {day:%d/%m/%Y}, giấy: P7" in preview.content.decode()
    found = {
        one.member.full_name: (timezone.localdate(one.given_at), one.evidence)
        for one in ConsentRecord.objects.select_related("member")
    }
    assert found == {PEOPLE[0][0]: (day, "P7"), PEOPLE[1][0]: (said, "Hồ sơ 5")}
    assert Member.objects.get(full_name=PEOPLE[2][0]).consent_basis == "none"


def test_agreements_of_a_list_go_back_with_it(client, hamlet, head):
    notice = make_notice(hamlet.commune)
    batch, _page = send(client, hamlet, [*PEOPLE[0][:4], "x", "", ""], headings=SIGNED)
    form = {
        "basis": "form", "notice": notice.pk, "given_on": timezone.localdate().isoformat(),
        "collected_by": head.officer.pk,
    }  # fmt: skip
    client.post(page("commit", batch.pk), form)
    committing.run(batch.pk)

    done = member_import.undo(MemberImport.objects.get(), by=head)

    assert (done.removed, ConsentRecord.objects.count(), Member.objects.count()) == (1, 0, 0)


def test_a_day_before_the_notice_is_told_and_not_written(client, hamlet, head):
    notice = make_notice(hamlet.commune)
    day = notice.valid_from - timedelta(days=1)
    batch, _page = send(
        client, hamlet, [*PEOPLE[0][:4], "x", f"{day:%d/%m/%Y}", ""], headings=SIGNED
    )
    form = {
        "basis": "list", "notice": notice.pk, "given_on": timezone.localdate().isoformat(),
        "collected_by": head.officer.pk,
    }  # fmt: skip

    client.post(page("commit", batch.pk), form)
    committing.run(batch.pk)

    batch.refresh_from_db()
    assert (batch.state, ConsentRecord.objects.count()) == (State.COMMITTED, 0)
    assert "Chưa ghi sự đồng ý của 1 người" in batch.message


def test_no_day_is_asked_for_where_every_line_has_one(client, hamlet, head):
    notice = make_notice(hamlet.commune)
    day = timezone.localdate() - timedelta(days=20)
    batch, _page = send(
        client, hamlet, [*PEOPLE[0][:4], f"đã ký {day:%d/%m/%Y}", "", ""], headings=SIGNED
    )
    form = {"basis": "list", "notice": notice.pk, "collected_by": head.officer.pk}

    client.post(page("commit", batch.pk), form)
    committing.run(batch.pk)

    assert timezone.localdate(ConsentRecord.objects.get().given_at) == day


def test_without_a_statement_nobody_agreed(client, hamlet):
    make_notice(hamlet.commune)
    batch, _page = send(client, hamlet, [*PEOPLE[0][:4], "x", "", ""], headings=SIGNED)

    client.post(page("commit", batch.pk), {"basis": ""})
    committing.run(batch.pk)

    assert (Member.objects.count(), ConsentRecord.objects.count()) == (1, 0)
