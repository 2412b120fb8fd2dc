"""Pages of a group at Zalo: who opens which, what they say without the capability, names."""

from datetime import timedelta
from typing import Any

import pytest
import responses
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from groups import services
from groups.demo import oa_groups
from groups.models import GroupAtZalo, GroupReconciliation, Membership, ZaloLink
from groups.oa_groups import participants
from groups.oa_groups import services as oa_groups_services
from groups.services import NotAllowed
from groups.zalo_groups import health, zalo_state
from tests.factories.groups import (
    make_group,
    make_member,
    make_membership,
    make_officer,
    make_ordinary_group,
)
from tests.factories.oa_groups import make_at_zalo, make_difference, make_reconciliation
from tests.factories.people import make_consent, make_link
from tests.factories.zalo import make_asset, make_official_account
from zalo.client import transport
from zalo.models import Follower
from zalo.tokens import services as tokens
from zalo_simulator.state.people import ADMIN_ID

RUN_PAGES = ["pending", "roster", "invite", "deputies", "switches", "place"]
API = "http://zalo.test"


@pytest.fixture(autouse=True)
def _wire(settings: Any) -> None:
    settings.ZALO_API_URL = API
    transport.forget_connections()
    tokens.forget()


@pytest.fixture
def account(commune: Any) -> Any:
    return make_official_account(commune)


@pytest.fixture
def group(hamlet: Any, account: Any) -> Any:
    made = make_group(hamlet, link="https://zalo.me/g/thu0001")
    make_at_zalo(made)
    return made


def at(name: str, group: Any) -> str:
    return reverse(f"admin:groups_zalogroup_{name}", args=[group.pk])


def people(*names: str) -> None:
    rows = [{"user_id": f"70000000000{n:04d}", "name": name} for n, name in enumerate(names)]
    for path in ("listmember", "listpendinginvite"):
        responses.get(
            f"{API}/v3.0/oa/group/{path}",
            json={"error": 0, "data": {"total": len(rows), "members": rows}},
        )


def test_a_hamlet_head_sees_link_and_code_and_nothing_else(login, hamlet_head_of, hamlet, group):
    client = login(hamlet_head_of(hamlet))

    text = client.get(at("at_zalo", group)).content.decode()

    assert "https://zalo.me/g/thu0001" in text
    assert "Khóa gửi tin" not in text
    assert "Zalo ghi" not in text
    assert client.get(at("poster", group)).status_code == 200
    assert [client.get(at(page, group)).status_code for page in RUN_PAGES] == [403] * 6
    assert client.post(at("look", group)).status_code == 403
    assert client.post(at("publish", group), {"cong-khai": "co"}).status_code == 403


@pytest.mark.parametrize("page", ["at_zalo", "poster", *RUN_PAGES])
def test_a_group_next_door_is_not_found(login, officer_of, hamlet, other_hamlet, account, page):
    away = make_group(other_hamlet, link="https://zalo.me/g/xa00001")

    assert login(officer_of(hamlet)).get(at(page, away)).status_code == 404


def test_an_ordinary_group_has_no_pages_at_zalo(login, chief, hamlet):
    assert login(chief).get(at("at_zalo", make_ordinary_group(hamlet))).status_code == 404


def test_without_the_capability_the_pages_say_what_to_do(login, officer_of, hamlet, account):
    account.capabilities = {"groups": {"state": "no", "code": -224, "at": None}}
    account.save()
    group = make_group(hamlet, status="draft", zalo_group_id="")
    client = login(officer_of(hamlet))

    hub = client.get(at("at_zalo", group)).content.decode()
    make = client.get(at("make", group)).content.decode()

    assert "đăng tay" in hub
    assert "lập một nhóm thường trên Zalo" in hub
    assert 'name="asset"' not in make
    with pytest.raises(NotAllowed, match="đăng tay"):
        oa_groups_services.refresh_places(group, by=officer_of(hamlet))


@responses.activate
def test_names_are_short_until_somebody_asks_for_them(login, officer_of, hamlet, group):
    people("Trần Thị Bông", "Tèo")
    client = login(officer_of(hamlet))

    short = client.get(at("roster", group)).content.decode()
    whole = client.get(at("roster", group), {"ten": "du"}).content.decode()

    assert "T. T. Bông" in short
    assert "Trần Thị Bông" not in short
    assert "Trần Thị Bông" in whole
    actions = list(AuditEvent.objects.values_list("action", flat=True))
    assert actions.count("group.roster_viewed") == 2
    assert actions.count("group.names_shown") == 1


@responses.activate
def test_a_member_of_a_hamlet_out_of_sight_stays_a_stranger(
    login, officer_of, hamlet, other_hamlet, group
):
    people("Bông Sen", "Lan Rừng")
    own, other = make_member(hamlet), make_member(other_hamlet)
    make_link(own, "700000000000000")
    make_link(other, "700000000000001")

    text = login(officer_of(hamlet)).get(at("roster", group)).content.decode()

    assert own.full_name in text
    assert other.full_name not in text
    assert "L. Rừng" in text


@responses.activate
def test_zalo_out_of_reach_is_a_sentence_and_no_fault(login, officer_of, hamlet, group):
    responses.get(f"{API}/v3.0/oa/group/listpendinginvite", status=502, body="<html>")

    answer = login(officer_of(hamlet)).get(at("pending", group))

    assert answer.status_code == 200
    assert "Chưa gọi được Zalo nên chưa có gì thay đổi" in answer.content.decode()


@responses.activate
def test_an_unclear_answer_to_a_change_is_told_as_such(login, officer_of, hamlet, group):
    responses.post(f"{API}/v3.0/oa/group/removemembers", status=502, body="<html>")

    with pytest.raises(NotAllowed, match="chưa rõ đã làm hay chưa"):
        participants.remove(group, ["70000000001"], by=officer_of(hamlet), reason="Quảng cáo")

    assert len(responses.calls) == 1


@responses.activate
def test_a_refusal_because_the_package_ended_holds_the_group(officer_of, hamlet, group):
    responses.get(f"{API}/v3.0/oa/group/getgroup", json={"error": -237, "message": "disabled"})

    with pytest.raises(NotAllowed, match="Zalo đã khóa nhóm này"):
        oa_groups_services.look(group, by=officer_of(hamlet))

    group.refresh_from_db()
    assert (group.status, group.at_zalo.is_held) == ("paused", True)


@pytest.mark.parametrize("is_paused_by_people", [True, False])
def test_what_people_paused_does_not_go_on_by_itself(hamlet, chief, group, is_paused_by_people):
    zalo_state.note_refusal(group.zalo_group_id, -237)
    if is_paused_by_people:
        services.pause(group, by=chief)
    row = GroupAtZalo.objects.get()
    group.refresh_from_db()

    zalo_state._let_go_on(group, row)

    group.refresh_from_db()
    assert (group.status == "paused") is is_paused_by_people


def test_only_who_agreed_linked_and_may_be_reached_is_offered_for_invitation(
    hamlet, officer_of, group, account
):
    names = ["được", "chưa đồng ý", "xa lâu", "đã vào", "chưa liên kết"]
    members = [make_member(hamlet, full_name=name) for name in names]
    for number, member in enumerate(members[:4]):
        make_link(member, f"70000000{number}")
    for member in (members[0], *members[2:]):
        make_consent(member)
    type(members[0]).objects.filter(pk=members[1].pk).update(consent_basis="none")
    Follower.objects.filter(account=account).update(is_following=False)
    ZaloLink.objects.filter(member=members[2]).update(linked_at=timezone.now() - timedelta(days=8))
    make_membership(members[3], group)

    found = participants.invitable(group, officer_of(hamlet))

    assert [member.full_name for member in found] == ["được"]


@responses.activate
def test_inviting_writes_down_an_invitation_and_not_a_member(hamlet, officer_of, group):
    member = make_member(hamlet)
    make_link(member, "70000000001")
    make_consent(member)
    responses.post(f"{API}/v3.0/oa/group/invite", json={"error": 0})

    participants.invite(group, [member.pk], by=officer_of(hamlet))

    assert list(Membership.objects.values_list("state", flat=True)) == ["invited"]


def test_officers_are_not_taken_out_from_here(hamlet, officer_of, group):
    make_officer(hamlet.commune, zalo_user_id="70000000001")

    with pytest.raises(NotAllowed, match="bàn giao"):
        participants.remove(group, ["70000000001"], by=officer_of(hamlet), reason="x")


@pytest.mark.parametrize(
    ("days", "is_renewed", "is_urgent", "said"),
    [
        (30, False, False, "còn 30 ngày. Tự gia hạn đang tắt"),
        (14, True, False, "còn 14 ngày. Tự gia hạn đang bật"),
        (7, False, True, "còn 7 ngày"),
        (0, None, True, "hôm nay"),
    ],
)
def test_an_ending_package_is_told_of_in_time(group, account, days, is_renewed, is_urgent, said):
    today = timezone.localdate()
    group.asset_expires_on = today + timedelta(days=days)
    group.save()
    if is_renewed is not None:
        group.at_zalo.asset = make_asset(account, is_auto_renewed=is_renewed)
        group.at_zalo.save()
    row = type(group).objects.with_health(today).select_related("at_zalo__asset").get(pk=group.pk)

    ending = [reason for reason in health.reasons(row, today) if reason.code == "ending"]

    assert [reason.is_urgent for reason in ending] == [is_urgent]
    assert said in ending[0].sentence


def test_a_package_that_lasts_is_not_spoken_of(group):
    today = timezone.localdate()
    group.asset_expires_on = today + timedelta(days=31)
    group.save()
    row = type(group).objects.with_health(today).select_related("at_zalo__asset").get(pk=group.pk)

    assert "ending" not in [reason.code for reason in health.reasons(row, today)]


def test_a_locked_group_counts_the_days_to_its_end(group, login, chief):
    day = timezone.localdate() - timedelta(days=7)
    GroupAtZalo.objects.update(status="disabled", disabled_on=day, is_held=True)
    type(group).objects.update(status="paused")
    client = login(chief)

    care = client.get(reverse("admin:groups_zalogroup_care")).content.decode()
    home = client.get(reverse("admin:index")).content.decode()

    for text in (care, home):
        assert "Còn 38 ngày" in text
    assert "Xem gói, gia hạn" in care


def test_a_link_without_address_is_not_published(login, officer_of, hamlet, account):
    group = make_group(hamlet)
    client = login(officer_of(hamlet))

    client.post(at("publish", group), {"cong-khai": "co"})
    group.refresh_from_db()
    refused = group.is_link_public
    type(group).objects.update(link="https://zalo.me/g/thu0002")
    client.post(at("publish", group), {"cong-khai": "co"})
    group.refresh_from_db()

    assert (refused, group.is_link_public) == (False, True)


def test_who_says_how_many_people_are_inside_is_told(hamlet):
    today = timezone.localdate()
    ours = make_group(hamlet, head_count=12, head_count_on=today)
    theirs = make_ordinary_group(hamlet, head_count=13, head_count_on=today)

    assert ours.said_heads.startswith("12 người (theo Zalo")
    assert theirs.said_heads.startswith("13 người (khai báo")


def test_a_comparison_is_for_who_sees_all_hamlets(login, chief, officer_of, hamlet, commune):
    run = make_reconciliation(commune)
    page = reverse("admin:groups_groupreconciliation_show", args=[run.pk])

    assert login(chief).get(page).status_code == 200
    assert login(officer_of(hamlet)).get(page).status_code == 403


def test_the_list_of_comparisons_needs_the_same_queries_for_more(login, chief, commune, account):
    client = login(chief)
    page = reverse("admin:groups_groupreconciliation_changelist")
    made = []
    for rows in (1, 2):
        for _number in range(rows):
            make_reconciliation(commune)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(page).status_code == 200
        made.append(len(queries))

    assert made[0] == made[1]


def test_an_officer_decides_about_the_own_group_alone(
    login, officer_of, hamlet, other_hamlet, commune, group, account
):
    run = make_reconciliation(commune)
    own = make_difference(run, group, kind="gone", subject="", ours="a", theirs="b")
    away_group = make_group(other_hamlet)
    away = make_difference(run, away_group, kind="gone", subject="", ours="a", theirs="b")
    client = login(officer_of(hamlet))

    client.post(at("decide", group), {"line": own.pk, "verb": "ignore"})
    refused = client.post(at("decide", group), {"line": away.pk, "verb": "ignore"})

    own.refresh_from_db()
    away.refresh_from_db()
    assert (own.outcome, away.outcome, refused.status_code) == ("ignored", "open", 404)


def test_old_comparisons_go_and_open_questions_stay(commune, group):
    old = timezone.localdate() - timedelta(days=181)
    settled = make_reconciliation(commune, day=old)
    make_difference(settled, group, outcome="taken")
    waiting = make_reconciliation(commune, day=old)
    make_difference(waiting, group)
    fresh = make_reconciliation(commune)

    call_command("purge_expired")

    left = set(GroupReconciliation.objects.values_list("pk", flat=True))
    assert left == {waiting.pk, fresh.pk}


def test_the_demo_names_the_person_who_runs_the_simulated_account():
    assert oa_groups.ADMIN_ID == ADMIN_ID


def test_the_only_administrator_of_the_account_is_chosen_already(
    login, officer_of, hamlet, account
):
    make_officer(hamlet.commune, full_name="An Chưa Có Mã")
    known = make_officer(hamlet.commune, full_name="Yên Có Mã", zalo_user_id=ADMIN_ID)
    make_asset(account)
    group = make_group(hamlet, status="draft", zalo_group_id="")
    client = login(officer_of(hamlet))

    form = client.get(at("make", group)).context["form"]
    make_officer(hamlet.commune, full_name="Bình Có Mã", zalo_user_id="3000000000000000002")
    two = client.get(at("make", group)).context["form"]

    assert form.fields["admin"].initial == known
    assert form.fields["admin"].queryset.first() == known
    assert two.fields["admin"].initial is None
