"""A list pasted from Zalo: three lists on a page, and nothing kept of whom nobody joined."""

import re
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from groups.models import Member, Membership
from groups.personal_data import erasure
from groups.personal_data.holdings import gather
from tests.factories.groups import (
    make_member,
    make_membership,
    make_officer,
    make_ordinary_group,
    make_team,
)

STRANGER = "Mẹ Bin Xóm Trên"


@pytest.fixture
def group(hamlet):
    return make_ordinary_group(hamlet)


@pytest.fixture
def head(hamlet_head_of, hamlet):
    return hamlet_head_of(hamlet)


def every_row():
    """All tables as text."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" t')  # noqa: S608 -- names of tables
            found += [row[0] for row in cursor.fetchall()]
    return "\n".join(found)


def paste(client, group, text):
    return client.post(reverse("admin:groups_zalogroup_paste", args=[group.pk]), {"text": text})


def save(client, group, page, **chosen):
    form = {"seen": page.context["seen"], "names": page.context["names"], "on": "", **chosen}
    form["text"] = page.context["text"]
    return client.post(reverse("admin:groups_zalogroup_savepasted", args=[group.pk]), form)


def test_three_lists_with_the_sure_ones_ticked(login, group, head, hamlet):
    sure, inside, first, second = (
        make_member(hamlet, full_name=name)
        for name in ("Lê Văn Tám", "Hồ Thị Út", "Trần Bảo", "Trần Bảo")
    )
    make_membership(inside, group)
    make_officer(hamlet.commune, full_name="Phan Cán Bộ")
    text = f"Thành viên (5)\nle van tam\nHồ Thị Út\nTrần Bảo\nPhan Cán Bộ\n{STRANGER}"

    page = paste(login(head), group, text)

    context = page.context
    assert [person for _one, person, _ticked in context["sure"]] == [sure]
    assert context["inside"] == [inside]
    assert [[row for row, _in in one["people"]] for one in context["doubtful"]] == [[first, second]]
    assert [one["pasted"].text for one in context["nobody"]] == [STRANGER]
    assert [one.text for one in context["officers"]] == ["Phan Cán Bộ"]
    seen = page.content.decode()
    assert seen.count(f"“{STRANGER}”") == 1
    assert "no-store" in page["Cache-Control"]


def test_nothing_is_written_before_a_tick(login, group, head, hamlet):
    make_member(hamlet, full_name="Lê Văn Tám")
    events = AuditEvent.objects.filter(action__startswith="group.")

    paste(login(head), group, "Lê Văn Tám\nTrần Lạ")

    assert (Membership.objects.count(), events.count()) == (0, 0)


def test_a_chosen_pair_joins_and_keeps_the_name_of_zalo(login, group, head, hamlet):
    first = make_member(hamlet, full_name="Trần Thị Bảo Ngọc")
    make_member(hamlet, full_name="Lê Bảo Ngọc")
    client = login(head)
    page = paste(client, group, "Ngọc Bảo")

    save(client, group, page, **{"pair-0": first.pk})

    first.refresh_from_db()
    assert first.zalo_name == "Ngọc Bảo"
    assert Membership.objects.get().member == first
    assert paste(client, group, "ngoc bao").context["inside"] == [first]


def test_a_name_that_matched_nobody_is_joined_by_choosing_who_it_is(login, group, head, hamlet):
    member = make_member(hamlet, full_name="Đỗ Thị Mận")
    client = login(head)
    page = paste(client, group, f"0900 777 888\n{STRANGER}")
    (number,) = [one["number"] for one in page.context["nobody"] if one["pasted"].text == STRANGER]

    save(client, group, page, **{f"whose-{number}": f"Đỗ Thị Mận (số {member.pk})"})

    member.refresh_from_db()
    assert member.zalo_name == STRANGER
    assert Membership.objects.get().member == member


@pytest.mark.parametrize(
    ("typed", "finds"),
    [("do thi man", True), ("Đỗ Thị Mận, Tổ 3", True), ("Đỗ Thị", False), ("Hồ Út", False)],
)
def test_a_name_typed_without_a_pick_is_found_or_told(login, group, head, hamlet, typed, finds):
    member = make_member(hamlet, full_name="Đỗ Thị Mận", team=make_team(hamlet, name="Tổ 3"))
    for _nth in range(2):
        make_member(hamlet, full_name="Hồ Út")
    client = login(head)

    answer = save(client, group, paste(client, group, STRANGER), **{"whose-0": typed})

    page = client.get(answer["Location"]).content.decode()
    assert ("1 tên gõ tay chưa rõ là ai, chưa ghi." in page) is not finds
    assert [row.member for row in Membership.objects.all()] == ([member] if finds else [])


def test_a_refused_day_loses_no_choice(login, group, head, hamlet):
    ticked, left_out, paired, _other = (
        make_member(hamlet, full_name=name)
        for name in ("Lê Văn Tám", "Hồ Thị Út", "Trần Bảo", "Trần Bảo")
    )
    client = login(head)
    page = paste(client, group, f"Lê Văn Tám\nHồ Thị Út\nTrần Bảo\n{STRANGER}")
    later = f"{timezone.localdate() + timedelta(days=2):%Y-%m-%d}"
    chosen = {"in": ticked.pk, "pair-0": paired.pk, "whose-1": "Ai đó"}

    again = save(client, group, page, **chosen, on=later)

    seen = again.content.decode()
    assert not Membership.objects.exists()
    assert "Ngày vào, ra nhóm không được ở tương lai." in seen
    assert f'max="{timezone.localdate():%Y-%m-%d}"' in seen
    sure = {person: is_ticked for _one, person, is_ticked in again.context["sure"]}
    assert sure == {ticked: True, left_out: False}
    assert 'value="Ai đó"' in seen
    checked = {int(pk) for pk in re.findall(r'value="(\d+)"\s+checked', seen)}
    assert checked == {ticked.pk, paired.pk}
    save(client, group, again, **chosen)
    assert {row.member for row in Membership.objects.all()} == {ticked, paired}


def test_no_name_is_kept_of_who_withdrew_since(login, group, head, hamlet):
    member = make_member(hamlet, full_name="Đỗ Thị Mận")
    make_membership(member, group)
    client = login(head)
    page = paste(client, group, STRANGER)
    Member.objects.filter(pk=member.pk).update(status="left", ended_at=timezone.now())

    save(client, group, page, **{"whose-0": f"Đỗ Thị Mận (số {member.pk})"})

    member.refresh_from_db()
    assert member.zalo_name == ""


def test_a_name_is_not_kept_where_it_says_no_more_than_the_name_itself(login, group, head, hamlet):
    first = make_member(hamlet, full_name="Trần Bảo")
    make_member(hamlet, full_name="Trần Bảo")
    client = login(head)
    page = paste(client, group, "TRAN BAO")

    save(client, group, page, **{"pair-0": first.pk})

    first.refresh_from_db()
    assert (first.zalo_name, Membership.objects.count()) == ("", 1)


def test_unticked_and_unchosen_are_left_as_they_are(login, group, head, hamlet):
    """A list that lacks somebody says nothing of them: nobody leaves by a paste."""
    inside, sure = make_member(hamlet, full_name="Hồ Út"), make_member(hamlet, full_name="Lê Tám")
    make_membership(inside, group)
    client = login(head)

    save(client, group, paste(client, group, "Lê Tám"))

    assert Membership.objects.get().member == inside
    assert not Membership.objects.filter(member=sure).exists()


def test_nothing_is_kept_of_names_that_nobody_was_joined_to(login, group, head, hamlet, caplog):
    sure = make_member(hamlet, full_name="Lê Văn Tám")
    make_member(hamlet, full_name="Trần Thị Ngọc Mai")
    client = login(head)
    page = paste(client, group, f"Lê Văn Tám\n{STRANGER}\nMai Lan Xóm Dưới\nNgọc Mai")
    save(client, group, page, **{"in": sure.pk, "pair-0": ""})
    page = client.get(reverse("admin:groups_zalogroup_roll", args=[group.pk]))

    sessions = [str(row.get_decoded()) for row in Session.objects.all()]
    seen = [str(client.cookies), caplog.text, page.content.decode()]
    everything = "".join([every_row(), *sessions, *seen])

    assert Membership.objects.get().member == sure
    assert "Lê Văn Tám" in everything
    words = ("Mẹ Bin", "Xóm Trên", "Mai Lan", "Xóm Dưới", "me bin", "mai lan")
    assert not [word for word in words if word in everything]


def test_the_kept_name_is_told_to_the_person_and_goes_with_the_data(hamlet, chief):
    member = make_member(hamlet, zalo_name="Ba Khía")

    held = gather(member, by=chief, reason="theo yêu cầu số 12")
    assert ("Tên trên Zalo", "Ba Khía") in held.sections[0].lines

    erasure.anonymise(member, by=chief, reason="theo yêu cầu số 12")
    member.refresh_from_db()
    assert member.zalo_name == ""


def test_a_long_list_says_that_it_was_cut(login, group, head, monkeypatch):
    monkeypatch.setattr("groups.roll_call.pages.LONGEST_PASTE", 10)

    page = paste(login(head), group, "Trần Lan\nLê Bé Tư")

    assert page.context["is_cut"]
    assert "máy chỉ đọc" in page.content.decode()
