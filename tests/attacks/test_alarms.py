"""Alarms: who hears of what, once, and who may say that it is seen to."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts import services
from accounts.alarms import raise_alarm
from accounts.alarms import services as alarm_services
from accounts.alarms.kinds import KINDS, AlarmKind
from accounts.models import Alarm, AuditEvent, Commune, User
from accounts.retention import purge_expired
from accounts.scoped_admin.queue import cards_of
from accounts.scoped_admin.work_lists import lists_for
from accounts.second_person import services as second_person
from accounts.services import NotAllowed
from accounts.sign_in import second_factor, two_persons
from accounts.users.roles import Role, permissions_of
from config.navigation.sections import address, open_to
from groups.residents import exports
from groups.residents.models import Member
from tests.factories.accounts import PASSWORD, make_second_factor, make_user
from tests.factories.groups import make_member
from tests.factories.tips import make_tip

SIGNED_IN = timezone.now()


@pytest.fixture
def party_office(actor) -> User:
    return actor(Role.PARTY_OFFICE, last_login=SIGNED_IN)


def home_of(user: User) -> list[str]:
    """Titles of the lists on the home page of an account."""
    return [made.title for made in lists_for(user, timezone.localtime())]


def card(user: User) -> list[str]:
    """Lines of the alarms on the home page of an account."""
    made = lists_for(user, timezone.localtime())
    return [item.title for one in made if one.title == "Cảnh báo an toàn" for item in one.items]


def hears(user: User) -> list[str]:
    return sorted(Alarm.objects.visible_to(user).values_list("kind", flat=True))


def test_spray_is_the_first_matter_of_chief_and_administrator(chief, tech_admin):
    raise_alarm("spray", "nhiều tên đăng nhập từ mạng 203.0.113.0/24")

    for user in (chief, tech_admin):
        now = timezone.localtime()
        first = cards_of(lists_for(user, now), now)[0]
        assert (first.title, first.presses) == (
            "Dò mật khẩu: nhiều tên đăng nhập từ mạng 203.0.113.0/24", True,
        )  # fmt: skip
        assert [act.words for act in first.buttons] == ["Xem cảnh báo", "Tôi nhận"]
        assert card(user) == ["Dò mật khẩu: nhiều tên đăng nhập từ mạng 203.0.113.0/24"]


@pytest.mark.parametrize(
    "role",
    [role for role in Role if role not in (Role.CHIEF, Role.TECH_ADMIN, Role.CITY)],
)
def test_who_is_not_concerned_hears_nothing(actor, role, client):
    raise_alarm("spray", "nhiều tên đăng nhập từ mạng 203.0.113.0/24")
    user = actor(role)
    client.force_login(user)

    assert "Cảnh báo an toàn" not in home_of(user)
    page = client.get(reverse("admin:alarms_show")).content.decode()
    assert "203.0.113" not in page
    alarm = Alarm.objects.get()
    assert client.post(reverse("admin:alarms_acknowledge", args=[alarm.pk])).status_code == 404
    alarm.refresh_from_db()
    assert alarm.acknowledged_at is None


def test_chief_of_another_commune_hears_nothing_of_these_accounts(chief, other_commune):
    raise_alarm("second_step_reset", chief)

    assert hears(make_user(other_commune, Role.CHIEF)) == []


def test_same_within_an_hour_is_one_alarm_that_counts(chief):
    for minute in range(0, 90, 10):
        with time_machine.travel(SIGNED_IN + timedelta(minutes=minute), tick=False):
            raise_alarm("spray", chief)

    assert list(Alarm.objects.order_by("pk").values_list("count", flat=True)) == [6, 3]


def test_other_subject_and_other_kind_are_alarms_of_their_own(chief, tech_admin):
    for subject in (chief, tech_admin):
        raise_alarm("spray", subject)
    raise_alarm("second_step_reset", chief)

    assert Alarm.objects.count() == 3


def test_what_goes_on_after_somebody_has_seen_it_is_a_new_alarm(chief):
    alarm_services.acknowledge(raise_alarm("spray", "mạng 203.0.113.0/24"), by=chief)

    raise_alarm("spray", "mạng 203.0.113.0/24")

    assert list(Alarm.objects.order_by("pk").values_list("count", flat=True)) == [1, 1]


def test_acknowledging_takes_it_off_every_home_and_stands_in_the_trail(chief, tech_admin, client):
    alarm = raise_alarm("spray", "mạng 203.0.113.0/24")
    client.force_login(chief)

    client.post(reverse("admin:alarms_acknowledge", args=[alarm.pk]))

    alarm.refresh_from_db()
    assert alarm.acknowledged_by == chief
    assert "Cảnh báo an toàn" not in home_of(tech_admin)
    event = AuditEvent.objects.get(action="account.alarm_acknowledged")
    assert (event.actor, event.target_label) == (chief, str(alarm))
    assert f"{chief} xác nhận lúc" in client.get(reverse("admin:alarms_show")).content.decode()


def test_nobody_acknowledges_twice(chief, deputy_chief):
    alarm = alarm_services.acknowledge(raise_alarm("spray", "mạng 203.0.113.0/24"), by=chief)

    with pytest.raises(NotAllowed, match="đã có người"):
        alarm_services.acknowledge(alarm, by=deputy_chief)


def test_reset_of_the_party_office_is_heard_by_chief_and_its_own_side(
    chief, tech_admin, party_office, actor
):
    colleague = actor(Role.PARTY_OFFICE)
    make_second_factor(party_office)

    second_factor.reset(party_office, by=tech_admin, reason="Đổi điện thoại")

    assert hears(chief) == hears(colleague) == ["second_step_reset"]
    assert hears(tech_admin) == hears(actor(Role.OFFICER)) == []


def test_new_password_of_the_chief_is_heard_by_the_party_office(chief, tech_admin, party_office):
    User.objects.filter(pk=chief.pk).update(last_login=SIGNED_IN)
    chief.refresh_from_db()

    services.issue_temporary_password(chief, by=tech_admin)

    assert hears(party_office) == ["password_issued"]
    with pytest.raises(NotAllowed, match="chính tài khoản này"):
        alarm_services.acknowledge(Alarm.objects.get(), by=chief)
    assert "Cảnh báo an toàn" not in home_of(chief)


def test_first_password_of_an_account_is_no_alarm(actor, tech_admin):
    services.issue_temporary_password(actor(Role.FRONT), by=tech_admin)

    assert not Alarm.objects.exists()


def test_who_did_it_does_not_acknowledge_it(chief, deputy_chief, actor):
    officer = actor(Role.OFFICER, password=PASSWORD)
    second_factor.reset(officer, by=chief, reason="Đổi điện thoại")

    with pytest.raises(NotAllowed, match="đã làm việc này"):
        alarm_services.acknowledge(Alarm.objects.get(), by=chief)
    assert "Cảnh báo an toàn" not in home_of(chief)
    alarm_services.acknowledge(Alarm.objects.get(), by=deputy_chief)


def agreed_reset(user: User, actor) -> tuple[User, User]:
    """Proposer and second person of a reset that took two."""
    proposer, second = actor(Role.TECH_ADMIN), actor(Role.PARTY_OFFICE, last_login=SIGNED_IN)
    make_second_factor(user)
    proposal = two_persons.propose_reset(user, by=proposer, reason="Đổi điện thoại")
    second_person.confirm(proposal, by=second)
    return proposer, second


def test_second_person_does_not_acknowledge_the_act_of_both(commune, party_office, actor, chief):
    Commune.objects.filter(pk=commune.pk).update(chief_since=timezone.now())
    commune.refresh_from_db()
    proposer, second = agreed_reset(party_office, actor)

    alarm = Alarm.objects.get(kind="second_step_reset")
    assert (alarm.done_by, alarm.second_by) == (proposer, second)
    with pytest.raises(NotAllowed, match="đã làm việc này"):
        alarm_services.acknowledge(alarm, by=second)
    assert "Cảnh báo an toàn" not in home_of(second)
    alarm_services.acknowledge(alarm, by=chief)


def test_page_of_alarms_and_changes_for_two_stand_in_the_menu_of_whom_they_concern(
    chief, tech_admin, party_office, actor, client
):
    for user, is_concerned in (
        (chief, True), (tech_admin, True), (party_office, True), (actor(Role.OFFICER), False),
    ):  # fmt: skip
        client.force_login(user)
        pages = "".join(client.get(address(section)).content.decode() for section in open_to(user))

        assert (f'href="{reverse("admin:alarms_show")}"' in pages) is is_concerned
        assert f'href="{reverse("admin:accounts_changeproposal_changelist")}"' in pages


def test_every_role_that_an_alarm_concerns_has_the_page_in_its_menu():
    for about in KINDS.values():
        for role in {*about.roles, *(role for role, _others in about.hears_of)}:
            assert "accounts.view_alarm" in permissions_of(role)


def test_reset_on_the_server_is_an_alarm_without_a_doer(actor, chief):
    second_factor.reset_on_server(actor(Role.OFFICER), reason="Không còn chỉ huy")

    assert Alarm.objects.get().done_by is None
    assert hears(chief) == ["second_step_reset"]


@pytest.mark.parametrize("is_print", [False, True])
def test_export_of_people_is_heard_by_another_than_who_took_them(
    chief, tech_admin, hamlet, is_print
):
    make_member(hamlet)

    exports.export(Member.objects.all(), by=chief, reason="Họp tổ nhân dân", is_print=is_print)

    assert card(tech_admin) == [f"Lấy danh sách người dân: {chief}"]
    with pytest.raises(NotAllowed, match="chính tài khoản này"):
        alarm_services.acknowledge(Alarm.objects.get(), by=chief)


def test_refused_export_is_no_alarm(chief, hamlet):
    with pytest.raises(NotAllowed):
        exports.export(Member.objects.all(), by=chief, reason="x")

    assert not Alarm.objects.exists()


def test_alarm_never_holds_words_of_a_tip(hamlet):
    tip = make_tip(hamlet.commune, words="Ông A bán hàng cấm")

    alarm = raise_alarm("spray", tip)

    assert alarm.subject == f"{tip._meta.verbose_name} số {tip.pk}"
    assert alarm.commune == hamlet.commune


def test_unknown_kind_is_an_error():
    with pytest.raises(ValueError, match="khac"):
        raise_alarm("khac", "đâu đó")


def test_every_kind_has_a_sentence_and_somebody_whom_it_concerns():
    assert set(KINDS) == set(AlarmKind)
    for about in KINDS.values():
        assert "{subject}" in about.sentence
        assert about.roles


def test_alarm_leaves_the_home_page_after_two_weeks_and_the_portal_after_a_year(chief):
    raise_alarm("spray", "mạng 203.0.113.0/24")

    with time_machine.travel(timezone.now() + timedelta(days=15), tick=False):
        assert "Cảnh báo an toàn" not in home_of(chief)
        assert hears(chief) == ["spray"]
    with time_machine.travel(timezone.now() + timedelta(days=366), tick=False):
        assert purge_expired()["alarms"] == 1
