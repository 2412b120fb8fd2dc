"""A form moves no group past its gate and changes no owner past a handover; all of it is noted."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.users.roles import Role
from groups import services
from groups.hamlet_changes import services as hamlet_changes
from groups.models import HamletAssignment
from tests.factories.groups import (
    make_assignment,
    make_hamlet,
    make_meeting,
    make_member,
    make_officer,
    make_ordinary_group,
    make_regulation,
    make_team,
)
from tests.groups.test_admin import group_form, no_inlines
from tests.groups.test_hamlet_changes import make_change, result


@pytest.fixture
def agreed(hamlet):
    return make_regulation(hamlet)


@pytest.fixture
def group(hamlet, agreed, chief):
    group = make_ordinary_group(hamlet, name="Bà con ấp", status="draft")
    services.activate(group, by=chief)
    services.pin_rules(group, by=chief)
    group.refresh_from_db()
    return group


def save(client, group, **fields):
    page = reverse("admin:groups_zalogroup_change", args=[group.pk])
    hamlet = fields.pop("hamlet", group.hamlet)
    values = {"name": group.name, "link": group.link} | fields
    return client.post(page, group_form(hamlet, **values), follow=True)


def test_group_in_service_does_not_slip_into_a_hamlet_without_rules(
    login, officer_of, hamlet, other_hamlet, group
):
    answer = save(login(officer_of(hamlet, other_hamlet)), group, hamlet=other_hamlet.pk)

    assert "Hãy tạm dừng nhóm rồi mới chuyển nơi" in answer.content.decode()
    group.refresh_from_db()
    assert (group.hamlet, group.status) == (hamlet, "active")


def test_group_of_a_hamlet_does_not_become_one_of_the_commune(login, chief, commune, group):
    save(login(chief), group, hamlet="", commune=commune.pk)

    group.refresh_from_db()
    assert group.commune is None


def test_paused_group_moves_loses_its_pin_and_meets_the_gate_again(
    login, chief, other_hamlet, group
):
    services.pause(group, by=chief)

    save(login(chief), group, hamlet=other_hamlet.pk)

    group.refresh_from_db()
    assert group.hamlet == other_hamlet
    assert (group.rules_pinned_on, group.rules_pinned_by, group.rules_pinned) == (None,) * 3
    with pytest.raises(services.NotAllowed, match="chưa có quy chế đã thống nhất"):
        services.activate(group, by=chief)


def test_saving_in_place_keeps_service_and_pin(login, chief, group):
    save(login(chief), group, name="Bà con ấp mới")

    group.refresh_from_db()
    assert (group.name, group.status) == ("Bà con ấp mới", "active")
    assert group.rules_pinned is not None
    event = AuditEvent.objects.get(action="group.changed")
    assert (event.actor, event.details) == (chief, {"fields": ["name"]})


def test_officer_takes_no_group_from_another_by_form(login, officer_of, hamlet, group):
    officer = officer_of(hamlet)
    owner = make_officer(hamlet.commune)
    group.owner = owner
    group.save()

    save(login(officer), group, owner=officer.officer.pk)

    group.refresh_from_db()
    assert group.owner == owner


@pytest.mark.parametrize("gone", [True, False])
def test_officer_names_an_owner_where_none_serves(login, officer_of, hamlet, group, gone):
    officer = officer_of(hamlet)
    group.owner = make_officer(hamlet.commune, is_active=False) if gone else None
    group.save()

    save(login(officer), group, owner=officer.officer.pk)

    group.refresh_from_db()
    assert group.owner == officer.officer


def test_chief_changes_an_owner_and_that_is_noted(login, chief, hamlet, group):
    group.owner, other = make_officer(hamlet.commune), make_officer(hamlet.commune)
    group.save()

    save(login(chief), group, owner=other.pk)

    group.refresh_from_db()
    assert group.owner == other
    assert AuditEvent.objects.get(action="group.changed").details == {"fields": ["owner"]}


# Who covers a hamlet sees its people


def assignment_form(officer, hamlet, **fields):
    return {"officer": officer.pk, "hamlet": hamlet.pk, "valid_from": "01/11/2026"} | fields


def test_assignments_by_form_are_noted(login, chief, commune, hamlet):
    client, officer = login(chief), make_officer(commune, full_name="Lê An")
    add = reverse("admin:groups_hamletassignment_add")
    client.post(add, assignment_form(officer, hamlet))
    row = HamletAssignment.objects.get()
    page = reverse("admin:groups_hamletassignment_change", args=[row.pk])
    client.post(page, assignment_form(officer, hamlet, valid_to="30/11/2026"))
    client.post(page, assignment_form(officer, hamlet, valid_to="30/11/2026"))
    client.post(
        reverse("admin:groups_hamletassignment_delete", args=[row.pk]),
        {"post": "yes", "delete_reason": "Ghi nhầm"},
    )

    events = AuditEvent.objects.filter(action__startswith="assignment.").order_by("sequence")
    assert [(event.action, event.target_label) for event in events] == [
        (f"assignment.{verb}", f"Lê An – {hamlet}") for verb in ("added", "changed", "deleted")
    ]
    assert {event.commune for event in events} == {commune}


def test_assignments_deleted_from_the_list_are_noted(login, chief, commune, hamlet):
    rows = [make_assignment(make_officer(commune), hamlet) for _ in range(2)]

    login(chief).post(
        reverse("admin:groups_hamletassignment_changelist"),
        {
            "action": "delete_selected",
            "_selected_action": [row.pk for row in rows],
            "post": "yes",
            "delete_reason": "Ghi nhầm",
        },
    )

    assert not HamletAssignment.objects.exists()
    assert AuditEvent.objects.filter(action="assignment.deleted").count() == 2


def test_assignment_on_the_page_of_an_officer_is_named(login, chief, commune, hamlet):
    officer = make_officer(commune, full_name="Lê An", title="Cán bộ")
    page = reverse("admin:groups_officer_change", args=[officer.pk])
    rows = {
        "assignments-TOTAL_FORMS": 1, "assignments-INITIAL_FORMS": 0,
        "assignments-0-hamlet": hamlet.pk, "assignments-0-valid_from": "01/11/2026",
    }  # fmt: skip

    login(chief).post(page, {"full_name": "Lê An", "title": "Cán bộ", "is_active": "on"} | rows)

    event = AuditEvent.objects.get(action="officer.changed")
    assert event.details == {"fields": [], "assignments": [f"Lê An – {hamlet}"]}


def test_account_given_to_an_officer_is_noted(login, chief, actor, commune):
    officer, user = make_officer(commune, full_name="Lê An"), actor(Role.HAMLET_HEAD)
    login(chief).post(
        reverse("admin:groups_officer_change", args=[officer.pk]),
        {"full_name": "Lê An", "title": officer.title, "is_active": "on", "user": user.pk}
        | no_inlines("assignments"),
    )

    officer.refresh_from_db()
    assert officer.user == user
    assert AuditEvent.objects.get(action="officer.changed").details == {"fields": ["user"]}


def test_group_moves_with_its_hamlet_all_the_same(group, hamlet, commune, chief):
    """A merger moves groups in service: rules go with them."""
    change = make_change(
        "merge", [hamlet, make_hamlet(commune)], [result("Mới", "AP801", 900)], chief
    )
    hamlet_changes.rehearse(change, by=chief)
    hamlet_changes.carry_out(change, by=chief)

    group.refresh_from_db()
    assert (group.hamlet.code, group.status) == ("AP801", "active")
    assert group.rules_pinned is not None


@pytest.mark.parametrize(
    "link",
    [
        "https://zalo.me/0900000123",
        "https://zalo.me/84900000123/",
        "https://zalo.me/0900000123?a=1",
    ],
)
def test_link_of_a_person_is_no_link_of_a_group(login, chief, group, link):
    answer = save(login(chief), group, link=link)

    assert "không phải của một nhóm" in answer.content.decode()
    group.refresh_from_db()
    assert group.link.startswith("https://zalo.me/g/")


@pytest.mark.parametrize(
    "link",
    ["https://zalo.me.example.org/g/abc", "http://zalo.me/g/abc", "https://zalo.me@example.org/g/a",
     "https://example.org/?https://zalo.me/g/abc", "https://zalo.me/0900000123"],
)  # fmt: skip
@pytest.mark.parametrize("paper", ["letter", "slips"])
def test_no_letter_leads_anywhere_but_into_a_group(login, chief, group, link, paper):
    """However the link came into the row."""
    type(group).objects.filter(pk=group.pk).update(link=link)

    answer = login(chief).get(
        reverse(f"admin:groups_zalogroup_{paper}", args=[group.pk]), follow=True
    )

    assert "không in thư mời được" in answer.content.decode()
    assert "data:image/svg" not in answer.content.decode()


def test_heads_are_not_counted_tomorrow(login, chief, group):
    tomorrow = timezone.localdate() + timedelta(days=1)

    save(login(chief), group, head_count=9, head_count_on=f"{tomorrow:%d/%m/%Y}")

    group.refresh_from_db()
    assert group.head_count_on is None


# Teams


def move(client, team, hamlet):
    page = reverse("admin:groups_team_change", args=[team.pk])
    return client.post(page, {"name": team.name, "households": 30, "hamlet": hamlet.pk})


@pytest.mark.parametrize("make", [make_member, make_ordinary_group, make_meeting])
def test_team_leaves_nobody_behind(login, officer_of, hamlet, other_hamlet, make):
    team = make_team(hamlet)
    make(hamlet=hamlet, team=team)

    answer = move(login(officer_of(hamlet, other_hamlet)), team, other_hamlet)

    assert "Chuyển tổ sang ấp khác bằng một nghị quyết" in answer.content.decode()
    team.refresh_from_db()
    assert team.hamlet == hamlet


def test_empty_team_entered_under_the_wrong_hamlet_moves(login, chief, hamlet, other_hamlet):
    team = make_team(hamlet)

    move(login(chief), team, other_hamlet)

    team.refresh_from_db()
    assert team.hamlet == other_hamlet


def test_group_in_service_is_not_put_into_service_again(login, chief, group):
    page = reverse("admin:groups_zalogroup_activate", args=[group.pk])
    client = login(chief)

    for answer in (client.get(page, follow=True), client.post(page, {"reason": ""}, follow=True)):
        assert f"{group} đang hoạt động rồi." in answer.content.decode()
    assert AuditEvent.objects.filter(action="group.activated").count() == 1
