"""Every look at a person and every change leaves a trace, by every page and command."""

import pytest
from django.urls import reverse

from accounts.models import AuditEvent
from groups.models import DataRequest, Member, Membership
from groups.personal_data import erasure
from tests.factories.groups import make_group, make_member, make_membership, make_ordinary_group
from tests.factories.people import make_data_request, make_merge
from tests.groups.test_admin import group_form


def url(model: str, page: str, *args: object) -> str:
    return reverse(f"admin:groups_{model}_{page}", args=args)


@pytest.fixture
def officer(officer_of, hamlet):
    return officer_of(hamlet)


@pytest.fixture
def member(hamlet):
    return make_member(hamlet, full_name="Nguyễn Văn Tám")


def traces(action: str) -> list[str]:
    return list(AuditEvent.objects.filter(action=action).values_list("target_id", flat=True))


@pytest.mark.parametrize("model", ["member", "datarequest"])
def test_a_page_seen_through_a_refused_form_is_written_down(login, officer, hamlet, member, model):
    row = member if model == "member" else make_data_request(hamlet.commune, hamlet=hamlet)
    forged = {"full_name": "", "member": "999999999"}

    answer = login(officer).post(url(model, "change", row.pk), forged)

    assert answer.status_code == 200
    assert traces(f"{model}.viewed") == [str(row.pk)]


def test_places_in_groups_leave_a_trace_of_the_member(login, officer, hamlet, member):
    client = login(officer)
    group = make_group(hamlet)
    form = {"member": member.pk, "group": group.pk, "role": "member", "state": "joined"}

    assert client.post(url("membership", "add"), form).status_code == 302
    place = Membership.objects.get()
    client.post(url("membership", "change", place.pk), form | {"role": "deputy"})
    client.post(url("membership", "delete", place.pk), {"post": "yes", "delete_reason": "Ghi nhầm"})
    place = make_membership(member, group)
    chosen = {
        "action": "delete_selected",
        "_selected_action": [place.pk],
        "post": "yes",
        "delete_reason": "Ghi nhầm",
    }
    client.post(url("membership", "changelist"), chosen)

    assert not Membership.objects.exists()
    assert traces("member.place_changed") == [str(member.pk)] * 4


def test_a_place_written_on_the_page_of_the_member_leaves_a_trace(login, officer, hamlet, member):
    group = make_group(hamlet)
    form = {
        "full_name": member.full_name, "gender": "", "birth_year": "", "birth_date": "",
        "phone": "", "hamlet": hamlet.pk, "team": "", "address": "", "household_code": "",
        "reached_through": "", "memberships-TOTAL_FORMS": "1", "memberships-INITIAL_FORMS": "0",
        "memberships-0-group": group.pk, "memberships-0-role": "member",
        "memberships-0-state": "joined", "consents-TOTAL_FORMS": "0",
        "consents-INITIAL_FORMS": "0",
    }  # fmt: skip

    assert login(officer).post(url("member", "change", member.pk), form).status_code == 302

    assert Membership.objects.get().member == member
    assert traces("member.place_changed") == [str(member.pk)]


def test_places_written_on_the_page_of_a_group_leave_a_trace_of_each_member(
    login, chief, hamlet, member
):
    group, other = make_ordinary_group(hamlet), make_member(hamlet)
    rows = {"memberships-TOTAL_FORMS": "2", "memberships-INITIAL_FORMS": "0"}
    for number, row in enumerate((member, other)):
        rows |= {
            f"memberships-{number}-member": row.pk, f"memberships-{number}-role": "member",
            f"memberships-{number}-state": "joined",
        }  # fmt: skip
    form = group_form(hamlet, name=group.name, link=group.link) | rows

    assert login(chief).post(url("zalogroup", "change", group.pk), form).status_code == 302

    assert Membership.objects.filter(group=group).count() == 2
    assert set(traces("member.place_changed")) == {str(member.pk), str(other.pk)}


@pytest.mark.parametrize("verb", [erasure.leave, erasure.withdraw])
def test_who_ended_is_not_put_into_a_group_again(login, officer, hamlet, member, verb):
    verb(member, by=officer)
    form = {"member": member.pk, "group": make_group(hamlet).pk, "role": "member"}

    for state in ("joined", "invited"):
        page = login(officer).post(url("membership", "add"), form | {"state": state})
        assert "đã rút đồng ý nên không ở trong nhóm" in page.content.decode()
    assert not Membership.objects.exists()


def test_a_refusal_while_saving_is_told(login, superuser):
    form = {
        "kind": "access", "person_name": "Bà Ba", "contact": "0900 000 111", "channel": "desk",
        "received_at_0": "01/11/2026", "received_at_1": "08:00", "detail": "",
    }  # fmt: skip

    page = login(superuser).post(url("datarequest", "add"), form, follow=True)

    assert "để biết yêu cầu thuộc xã nào" in page.content.decode()
    assert not DataRequest.objects.exists()


def test_the_page_of_a_request_leads_to_the_person(login, officer, hamlet, member):
    row = make_data_request(hamlet.commune, hamlet=hamlet, member=member, kind="correct")
    client = login(officer)

    page = client.get(url("datarequest", "change", row.pk)).content.decode()
    assert f'href="{url("member", "change", member.pk)}">Mở trang của người này' in page

    client.post(url("datarequest", "change", row.pk), {"member": ""})
    page = client.get(url("datarequest", "change", row.pk)).content.decode()
    assert "Trước đó hãy chọn người này ở ô Thành viên rồi lưu." in page


def test_who_wrote_a_request_down_does_not_learn_who_was_found(
    login, duty_officer, chief, hamlet, member
):
    row = make_data_request(
        hamlet.commune, hamlet=hamlet, member=member, recorded_by=duty_officer,
        person_name="Ông Tám",
    )  # fmt: skip
    page = url("datarequest", "change", row.pk)

    assert member.full_name not in login(duty_officer).get(page).content.decode()
    assert member.full_name in login(chief).get(page).content.decode()


def test_the_list_of_merges_says_which_date_is_which(login, officer, hamlet, member):
    make_merge(member, make_member(hamlet), by=officer)

    page = login(officer).get(url("membermerge", "changelist")).content.decode()

    assert "Gộp " in page
    assert "Tách lại được đến " in page
    assert Member.objects.filter(status="merged").count() == 1
