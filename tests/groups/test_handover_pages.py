"""Pages of a handover: the first signature, the second, the record; nobody else finds them."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.users.roles import Role
from groups.models import Handover, HandoverGroup, Officer
from tests.factories.accounts import make_commune
from tests.factories.groups import (
    make_group,
    make_hamlet,
    make_handover,
    make_member,
    make_officer,
)


def url(page: str, *args: object) -> str:
    return reverse(f"admin:groups_handover_{page}", args=args)


@pytest.fixture
def giver(officer_of, hamlet):
    return officer_of(hamlet, username="giao")


@pytest.fixture
def taker(officer_of):
    return officer_of(username="nhan")


@pytest.fixture
def handover(giver, taker, hamlet):
    make_group(hamlet, name="Nhóm của người giao", owner=giver.officer)
    return make_handover(giver.officer, taker.officer, hamlet, by=giver)


def offer_form(taker: Any, **fields: Any) -> dict[str, Any]:
    return {
        "kind": "transfer", "to_officer": taker.officer.pk, "reason": "Điều động", "buoc": "ky",
    } | fields  # fmt: skip


def test_chief_says_first_whose_hamlets_go(login, chief, giver, hamlet):
    make_group(commune=hamlet.commune, owner=make_officer(hamlet.commune, user=chief))
    client = login(chief)

    asked, chosen = (
        client.get(url("add"), data) for data in ({}, {"nguoi-giao": giver.officer.pk})
    )

    assert asked.context["form"] is None
    assert "Tiếp tục" in asked.text
    assert f"Người giao: <strong>{giver.officer}</strong>" in chosen.text
    assert 'id="giao"' not in chosen.text


def test_officer_looks_first_and_then_signs(login, giver, taker, hamlet):
    group = make_group(hamlet, owner=giver.officer)
    make_member(hamlet)
    client = login(giver)
    form = client.get(url("add")).context["form"]
    assert (form.initial["hamlets"], form.initial["groups"]) == ([hamlet.pk], [group.pk])
    data = offer_form(taker, hamlets=[hamlet.pk], groups=[group.pk])

    page = client.post(url("add"), data | {"buoc": "xem"}).content.decode()
    assert "chưa có gì thay đổi" in page
    assert "Nhóm Zalo đổi trưởng nhóm" in page
    assert not Handover.objects.exists()
    answer = client.post(url("add"), data)

    made = Handover.objects.get()
    assert answer["Location"] == url("show", made.pk)
    assert (made.given_by, made.state) == (giver, "offered")
    again = client.post(url("add"), data)
    assert "Đã có bàn giao chờ ký" in again.content.decode()
    assert Handover.objects.count() == 1


def test_taker_signs_on_the_page_and_marks_the_groups(login, taker, handover, hamlet):
    client = login(taker)
    assert url("show", handover.pk) in client.get(reverse("admin:index")).content.decode()
    page = client.get(url("show", handover.pk)).content.decode()
    assert "Sẽ chuyển khi người nhận ký" in page
    client.post(url("deed", handover.pk), {"viec": "nhan"})
    handover.refresh_from_db()
    assert handover.state == "offered"

    client.post(url("deed", handover.pk), {"viec": "nhan", "sure": "yes"})
    twice = client.post(url("deed", handover.pk), {"viec": "nhan", "sure": "yes"}, follow=True)

    assert "không còn chờ ký" in twice.content.decode()
    handover.refresh_from_db()
    assert handover.state == "accepted"
    assert "Còn nhóm chưa đổi trưởng nhóm" in client.get(reverse("admin:index")).content.decode()
    item = HandoverGroup.objects.get()
    client.post(url("deed", handover.pk), {"viec": "da-doi", "nhom": item.pk})
    item.refresh_from_db()
    assert item.changed_on_zalo_by == taker
    assert "Còn nhóm chưa đổi" not in client.get(reverse("admin:index")).content.decode()


def test_giver_is_told_of_a_refusal(login, giver, taker, handover):
    login(taker).post(url("deed", handover.pk), {"viec": "khong-nhan", "answer": "Đang đi học"})

    page = login(giver).get(reverse("admin:index")).content.decode()

    assert "Người nhận không nhận: Đang đi học." in page


def test_chief_is_told_of_what_two_officers_signed(login, chief, taker, handover):
    client = login(chief)
    assert "hai bên đã ký" not in client.get(reverse("admin:index")).content.decode()

    login(taker).post(url("deed", handover.pk), {"viec": "nhan", "sure": "yes"})

    page = client.get(reverse("admin:index")).content.decode()
    assert "Bàn giao hẳn, hai bên đã ký." in page
    assert url("show", handover.pk) in page


def test_record_is_printed_and_noted(login, taker, handover, hamlet):
    page = login(taker).get(url("record", handover.pk)).content.decode()

    for said in ("Biên bản bàn giao địa bàn", str(hamlet), "Nhóm của người giao", "Chưa ký nhận"):
        assert said in page
    assert AuditEvent.objects.get(action="handover.printed").actor == taker


def test_cover_needs_its_days(login, giver, taker, hamlet):
    client = login(giver)
    data = offer_form(taker, kind="cover", hamlets=[hamlet.pk])

    answer = client.post(url("add"), data)
    assert answer.context["form"].errors["starts_on"] == ["Trực thay phải ghi ngày này."]
    past = {"starts_on": "2020-01-01", "ends_on": "2020-01-09"}
    assert "không thể ở quá khứ" in client.post(url("add"), data | past).content.decode()
    assert not Handover.objects.exists()


def test_chief_signs_for_any_officer_and_not_to_oneself(login, chief, giver, taker, hamlet):
    make_officer(hamlet.commune, user=chief)
    client = login(chief)
    data = offer_form(taker, hamlets=[hamlet.pk]) | {"nguoi-giao": giver.officer.pk}
    to_self = data | {"to_officer": chief.officer.pk}

    refused = client.post(url("add"), to_self).content.decode()
    client.post(url("add"), data)

    assert "Người ký giao không được ký nhận" in refused
    made = Handover.objects.get()
    assert (made.from_officer, made.given_by) == (giver.officer, chief)


def test_page_of_an_officer_leads_to_the_handover(login, chief, giver, hamlet):
    address = reverse("admin:groups_officer_hand_over", args=[giver.officer.pk])

    assert login(chief).get(address)["Location"] == f"{url('add')}?nguoi-giao={giver.officer.pk}"
    other = make_officer(hamlet.commune)
    foreign = reverse("admin:groups_officer_hand_over", args=[other.pk])
    assert login(giver).get(foreign).status_code == 403
    away = reverse("admin:groups_officer_hand_over", args=[make_officer(make_commune()).pk])
    assert login(chief).get(away).status_code == 404
    assert address in login(giver).get(
        reverse("admin:groups_officer_change", args=[giver.officer.pk])
    ).content.decode()  # fmt: skip


def test_forged_giver_and_forged_parts_are_refused(login, giver, taker, hamlet, other_commune):
    client = login(giver)
    foreign = make_hamlet(hamlet.commune)
    group = make_group(foreign)
    stranger = make_officer(hamlet.commune)
    away = make_officer(other_commune)

    for officer in (stranger, away):
        data = offer_form(taker, hamlets=[hamlet.pk]) | {"nguoi-giao": officer.pk}
        assert client.post(url("add"), data).status_code == 404
        assert client.get(url("add"), {"nguoi-giao": officer.pk}).status_code == 404
    for forged in ({"hamlets": [foreign.pk]}, {"groups": [group.pk]}, {"to_officer": away.pk}):
        answer = client.post(url("add"), offer_form(taker, hamlets=[hamlet.pk]) | forged)
        assert answer.context["form"].errors
    assert not Handover.objects.exists()


def test_chief_of_elsewhere_cannot_choose_the_giver(login, actor, other_commune, giver):
    away = actor(Role.CHIEF, username="xa.khac")
    away.commune = other_commune
    away.save()

    assert login(away).get(url("add"), {"nguoi-giao": giver.officer.pk}).status_code == 404


def test_nobody_else_finds_the_page(login, handover, officer_of, hamlet_head_of, duty_officer):
    hamlet = handover.hamlet_items.get().hamlet
    for user, status in (
        (officer_of(hamlet), 404), (hamlet_head_of(hamlet), 404), (duty_officer, 403),
    ):  # fmt: skip
        client = login(user)
        assert client.get(url("show", handover.pk)).status_code == status
        assert client.get(url("record", handover.pk)).status_code == status
        for what in ("nhan", "khong-nhan", "rut-lai", "ket-thuc", "da-doi"):
            answer = client.post(url("deed", handover.pk), {"viec": what, "sure": "yes"})
            assert answer.status_code == status
    handover.refresh_from_db()
    assert handover.state == "offered"


def test_forged_group_of_another_handover_is_not_found(login, taker, handover, giver):
    other = make_handover(make_officer(handover.commune), make_officer(handover.commune), by=giver)
    HandoverGroup.objects.create(handover=other, group=make_group(make_hamlet(handover.commune)))
    item = other.group_items.get()

    answer = login(taker).post(url("deed", handover.pk), {"viec": "da-doi", "nhom": item.pk})

    assert answer.status_code == 404


def test_head_may_take_and_may_not_give(login, giver, hamlet, hamlet_head_of):
    head = hamlet_head_of(username="truong.ap")
    handover = make_handover(giver.officer, head.officer, hamlet, by=giver)
    client = login(head)

    assert client.get(url("add")).status_code == 403
    client.post(url("deed", handover.pk), {"viec": "nhan", "sure": "yes"})

    handover.refresh_from_db()
    assert handover.state == "accepted"


def test_home_names_running_covers(login, giver, taker, hamlet):
    today = timezone.localdate()
    handover = make_handover(
        giver.officer, taker.officer, hamlet, by=giver, kind="cover", starts_on=today, ends_on=today
    )
    client = login(taker)
    client.post(url("deed", handover.pk), {"viec": "nhan", "sure": "yes"})

    page = client.get(reverse("admin:index")).content.decode()
    assert f"Trực thay đến hết {today:%d/%m/%Y}." in page

    client.post(url("deed", handover.pk), {"viec": "ket-thuc"})
    assert "Đang trực thay" not in client.get(reverse("admin:index")).content.decode()


def test_account_without_an_officer_is_told_what_to_do(login, giver):
    Officer.objects.filter(user=giver).update(user=None)

    assert "chưa gắn với cán bộ nào" in login(giver).get(url("add")).content.decode()
