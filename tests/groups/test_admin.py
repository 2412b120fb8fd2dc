"""The admin of the place: forged rows, masked phones, actions, counts of queries."""

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from groups.models import Hamlet, Member, Membership, ZaloGroup
from tests.factories.groups import (
    make_assignment,
    make_group,
    make_hamlet,
    make_member,
    make_membership,
    make_officer,
    make_ordinary_group,
    make_regulation,
    make_team,
)


def url(model: str, page: str, *args: object) -> str:
    return reverse(f"admin:groups_{model}_{page}", args=args)


def no_inlines(prefix: str) -> dict[str, str]:
    return {f"{prefix}-{name}_FORMS": "0" for name in ("TOTAL", "INITIAL")}


def member_form(hamlet: Hamlet, **fields: object) -> dict[str, object]:
    return {
        "full_name": "Lê  Thị Mới",
        "hamlet": hamlet.pk,
        "phone": "0900 000 777",
        "gender": "",
        "consent_basis": "none",
        "status": "active",
        **no_inlines("memberships"),
        **no_inlines("consents"),
        **fields,
    }


def group_form(hamlet: Hamlet | str, **fields: object) -> dict[str, object]:
    return {
        "name": "Nhóm mới",
        "kind": "ordinary",
        "hamlet": getattr(hamlet, "pk", hamlet),
        "capacity": "1000",
        **no_inlines("memberships"),
        **fields,
    }


@pytest.fixture
def officer(officer_of, hamlet):
    return officer_of(hamlet)


@pytest.fixture
def client(login, officer):
    return login(officer)


# Own hamlets only


def test_officer_adds_a_member_in_the_own_hamlet(client, officer, hamlet):
    answer = client.post(url("member", "add"), member_form(hamlet))

    made = Member.objects.get(full_name="Lê Thị Mới")
    assert answer.status_code == 302
    assert (made.hamlet, made.phone) == (hamlet, "+84900000777")
    event = AuditEvent.objects.get(action="member.added")
    assert (event.actor, event.commune) == (officer, hamlet.commune)
    assert "Lê Thị Mới" not in event.target_label


def test_forged_hamlet_of_a_member_is_refused(client, other_hamlet):
    answer = client.post(url("member", "add"), member_form(other_hamlet))

    assert answer.status_code == 200
    assert Member.objects.count() == 0
    assert str(other_hamlet) not in answer.content.decode()


def test_forged_team_of_a_member_is_refused(client, hamlet, other_hamlet):
    team = make_team(other_hamlet)

    answer = client.post(url("member", "add"), member_form(hamlet, team=team.pk))

    assert answer.status_code == 200
    assert Member.objects.count() == 0


def test_member_cannot_be_moved_to_a_foreign_hamlet(client, hamlet, other_hamlet):
    member = make_member(hamlet)

    client.post(url("member", "change", member.pk), member_form(other_hamlet))

    member.refresh_from_db()
    assert member.hamlet == hamlet


def test_officer_adds_a_group_in_the_own_hamlet(client, hamlet):
    answer = client.post(url("zalogroup", "add"), group_form(hamlet, status="active"))

    made = ZaloGroup.objects.get(name="Nhóm mới")
    assert answer.status_code == 302
    assert (made.hamlet, made.status) == (hamlet, ZaloGroup.Status.DRAFT)


@pytest.mark.parametrize("whose", ["other_hamlet", "commune"])
def test_forged_place_of_a_group_is_refused(client, request, whose, commune, other_hamlet):
    form = (
        group_form(other_hamlet) if whose == "other_hamlet" else group_form("", commune=commune.pk)
    )

    answer = client.post(url("zalogroup", "add"), form)

    assert answer.status_code == 200
    assert ZaloGroup.objects.count() == 0


def test_forged_group_of_a_member_is_refused(client, hamlet, other_hamlet):
    member, far = make_member(hamlet), make_group(other_hamlet)
    row = {
        "memberships-TOTAL_FORMS": "1",
        "memberships-0-member": member.pk,
        "memberships-0-group": far.pk,
        "memberships-0-role": "member",
        "memberships-0-state": "joined",
    }

    answer = client.post(url("member", "change", member.pk), member_form(hamlet) | row)

    assert answer.status_code == 200
    assert Membership.objects.count() == 0


def test_chief_adds_a_hamlet_to_the_own_commune_whatever_is_posted(
    login, chief, commune, other_commune
):
    form = {"name": "Mới", "code": "AP99", "kind": "ap", "households": "10"}
    form |= {"commune": other_commune.pk} | no_inlines("assignments")

    login(chief).post(url("hamlet", "add"), form)

    assert Hamlet.objects.get(code="AP99").commune == commune


def test_delete_does_not_name_what_is_out_of_sight(login, officer_of, hamlet, other_hamlet):
    """A membership hangs on both ends; here a group whose roster reaches next door."""
    from django.contrib import admin  # noqa: PLC0415 -- beside its only use
    from django.test import RequestFactory  # noqa: PLC0415 -- beside its only use

    far_member = make_member(other_hamlet, full_name="Người Ấp Bên")
    membership = make_membership(far_member, make_group(hamlet))
    request = RequestFactory().get("/")
    request.user = officer_of(hamlet)

    told = admin.site.get_model_admin(ZaloGroup).get_deleted_objects([membership.group], request)

    assert "Người Ấp Bên" not in repr(told)
    assert told[3] == ["Dữ liệu liên quan nằm ngoài địa bàn của bạn"]


# Phones and the trail


def test_list_masks_phones(client, hamlet):
    make_member(hamlet, phone="0900000777")

    page = client.get(url("member", "changelist")).content.decode()

    assert "••• ••• 777" in page
    assert "900000777" not in page.replace(" ", "")


def test_opening_a_member_shows_the_phone_and_is_recorded(client, officer, hamlet):
    member = make_member(hamlet, phone="0900000777")

    page = client.get(url("member", "change", member.pk)).content.decode()

    assert "0900 000 777" in page
    event = AuditEvent.objects.get(action="member.viewed")
    assert (event.actor, event.target_id) == (officer, str(member.pk))


def test_the_groups_of_a_person_stand_above_the_form(client, hamlet):
    member, group, left = make_member(hamlet), make_group(hamlet), make_group(hamlet)
    make_membership(member, group)
    make_membership(member, left, state=Membership.State.LEFT, left_on=timezone.localdate())

    page = client.get(url("member", "change", member.pk))
    assert [one.group for one in page.context["groups_now"]] == [group]
    text = page.content.decode()
    assert text.index("Đang ở nhóm:") < text.index('name="full_name"')
    text = client.get(url("member", "change", make_member(hamlet).pk)).content.decode()
    assert "Chưa ở nhóm Zalo nào." in text


def test_saving_without_a_change_records_none(client, hamlet):
    member = make_member(hamlet, full_name="Lê Thị Mới", phone="0900000777", birth_year=None)

    client.post(url("member", "change", member.pk), member_form(hamlet, phone="0900.000.777"))

    event = AuditEvent.objects.get(action="member.changed")
    assert "phone" not in event.details["fields"]


def test_refused_opening_is_not_recorded(client, other_hamlet):
    client.get(url("member", "change", make_member(other_hamlet).pk))

    assert AuditEvent.objects.filter(action="member.viewed").count() == 0


def test_a_forged_form_states_no_consent_and_no_status(client, hamlet):
    client.post(url("member", "add"), member_form(hamlet, consent_basis="meeting", status="left"))

    made = Member.objects.get()
    assert (made.consent_basis, made.status) == ("none", "active")


def test_search_finds_without_marks_and_by_end_of_phone(client, hamlet, other_hamlet):
    make_member(hamlet, full_name="Điểu Thị Hòa", phone="0900000111")
    make_member(hamlet, full_name="Lê An", phone="0900000222")
    make_member(other_hamlet, full_name="Điểu Hòa Bên", phone="0900000111")

    for asked in ("dieu hoa", "Điểu Hoà", "000111"):
        page = client.get(url("member", "changelist"), {"q": asked}).content.decode()
        assert "Điểu Thị Hòa" in page
        assert "Lê An" not in page
        assert "Điểu Hòa Bên" not in page


@pytest.mark.parametrize("asked", ["ap", "ấp Đồng", "ap dong tam", "dong", "AP77"])
def test_hamlets_are_found_with_or_without_their_kind(login, chief, commune, asked):
    make_hamlet(commune, name="Đồng Tâm", code="AP77")

    answer = login(chief).get(
        reverse("admin:autocomplete"),
        {"app_label": "groups", "model_name": "member", "field_name": "hamlet", "term": asked},
    )

    assert [row["text"] for row in answer.json()["results"]] == ["Ấp Đồng Tâm"]


# The gate of a group


def test_activation_page_asks_and_then_acts(client, hamlet):
    make_regulation(hamlet)
    group = make_ordinary_group(hamlet, status="draft")

    asked = client.get(url("zalogroup", "activate", group.pk))
    group.refresh_from_db()
    assert (asked.status_code, group.status) == (200, "draft")
    client.post(url("zalogroup", "activate", group.pk), {"reason": ""})

    group.refresh_from_db()
    assert group.status == "active"


def test_refusal_is_told_and_the_chief_may_override(login, chief, client, hamlet):
    group = make_ordinary_group(hamlet, status="draft")
    page = url("zalogroup", "activate", group.pk)

    refused = client.post(page, {"reason": "Cần gấp"}).content.decode()
    group.refresh_from_db()
    assert "Ấp chưa có quy chế đã thống nhất" in refused
    assert group.status == "draft"
    login(chief).post(page, {"reason": "Cần gấp"})

    group.refresh_from_db()
    assert group.status == "active"


def test_closed_group_is_read_only(client, hamlet):
    group = make_ordinary_group(hamlet)
    client.post(url("zalogroup", "close", group.pk), {"reason": "Giải thể"})

    assert client.get(url("zalogroup", "change", group.pk)).status_code == 200
    assert client.post(url("zalogroup", "change", group.pk), group_form(hamlet)).status_code == 403


def test_several_groups_are_activated_with_one_report(login, chief, hamlet, other_hamlet):
    make_regulation(hamlet)
    ready, waiting = (
        make_ordinary_group(place, status="draft") for place in (hamlet, other_hamlet)
    )

    page = login(chief).post(
        url("zalogroup", "changelist"),
        {"action": "activate_groups", "_selected_action": [ready.pk, waiting.pk]},
        follow=True,
    ).content.decode()  # fmt: skip

    ready.refresh_from_db()
    waiting.refresh_from_db()
    assert (ready.status, waiting.status) == ("active", "draft")
    assert "Đã cho hoạt động: 1." in page
    assert f"{waiting}: Ấp chưa có quy chế" in page


def test_kind_of_a_group_is_fixed_after_it_was_made(client, hamlet):
    group = make_ordinary_group(hamlet)

    client.post(url("zalogroup", "change", group.pk), group_form(hamlet, kind="oa"))

    group.refresh_from_db()
    assert group.kind == "ordinary"


def test_hamlet_head_reads_groups_and_changes_none(login, hamlet_head_of, hamlet):
    group = make_ordinary_group(hamlet)
    client = login(hamlet_head_of(hamlet))

    assert client.get(url("zalogroup", "change", group.pk)).status_code == 200
    assert client.post(url("zalogroup", "pause", group.pk), {"reason": ""}).status_code == 403


def test_history_names_no_row_of_an_inline(login, chief, commune, hamlet):
    officer = make_officer(commune)
    client = login(chief)
    client.post(
        url("officer", "change", officer.pk),
        {
            "full_name": "Lê An",
            "title": "Cán bộ",
            "is_active": "on",
            "assignments-TOTAL_FORMS": "1",
            "assignments-INITIAL_FORMS": "0",
            "assignments-0-officer": officer.pk,
            "assignments-0-hamlet": hamlet.pk,
            "assignments-0-valid_from": "01/11/2026",
        },
    )

    page = client.get(url("officer", "history", officer.pk)).content.decode()
    assert officer.assignments.count() == 1
    assert "phân công địa bàn" in page
    assert f"– {hamlet}" not in page


# Queries


def three_more(commune, hamlet) -> None:
    for _ in range(2):
        place = make_hamlet(commune)
        make_team(place)
        group = make_group(place, owner=make_officer(commune))
        make_membership(make_member(hamlet, team=make_team(hamlet)), group)
        make_assignment(make_officer(commune), place)
        make_regulation(place)


@pytest.mark.parametrize(
    "model",
    ["hamlet", "team", "officer", "hamletassignment", "zalogroup", "member", "membership",
     "regulation"],
)  # fmt: skip
def test_lists_take_as_many_queries_for_three_rows_as_for_one(
    login, chief, commune, hamlet, model, django_assert_max_num_queries
):
    make_membership(make_member(hamlet, team=make_team(hamlet)), make_group(hamlet))
    make_assignment(make_officer(commune), hamlet)
    make_regulation(hamlet)
    client = login(chief)
    client.get(url(model, "changelist"))
    counts = []
    for _ in range(2):
        with django_assert_max_num_queries(12) as captured:
            assert client.get(url(model, "changelist")).status_code == 200
        counts.append(len(captured))
        three_more(commune, hamlet)

    assert counts[0] == counts[1]


@pytest.mark.parametrize("model", ["member", "team", "zalogroup", "datarequest", "regulation"])
def test_hamlet_chosen_in_a_filter_takes_effect_by_a_button(login, officer_of, hamlet, model):
    client = login(officer_of(hamlet, make_hamlet(hamlet.commune)))
    next_door = make_hamlet(hamlet.commune)

    page = client.get(url(model, "changelist")).text

    _before, opening, rest = page.partition('<form id="filter-form"')
    form = rest.partition("</form>")[0]
    assert opening
    assert '<select name="hamlet__id__exact"' in form
    assert 'type="submit"' in form
    assert str(hamlet) in form
    assert str(next_door) not in form
