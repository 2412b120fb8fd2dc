"""Alarms of accounts, access to Zalo and the health of the machine: who hears of them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.dispatch import receiver
from django.urls import reverse
from django.utils import timezone

from accounts.alarms import raise_alarm
from accounts.alarms import services as alarms
from accounts.alarms.kinds import AlarmKind
from accounts.models import Commune, HealthSnapshot
from accounts.sign_in import second_factor
from accounts.system_health import checks
from accounts.users.roles import Role
from duty.models import Notice, Occasion, Seat
from duty.occasions import subjects
from duty.occasions.receivers import OF_ALARMS
from duty.occasions.watch import watch
from duty.signals import Waiting, waiting_asked
from duty.ways import base
from groups.residents import exports
from groups.residents.models import Member
from tests.factories.accounts import PASSWORD, make_commune, make_user
from tests.factories.duty import Hours, ends, everybody_is_reached, hours, make_shift, open_kinds
from tests.factories.groups import make_member
from tests.factories.zalo import make_official_account
from zalo.models import OfficialAccount
from zalo.outbox.outcomes import Outcome, Verdict

pytestmark = pytest.mark.django_db

# A Tuesday in Vietnam.
NOON = datetime(2026, 12, 1, 7, 0, tzinfo=UTC)
MORNING = datetime(2026, 12, 2, 0, 31, tzinfo=UTC)  # 07:31, when a shift has begun
AT_TWO = datetime(2026, 11, 30, 19, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _reached(monkeypatch: pytest.MonkeyPatch) -> None:
    everybody_is_reached(monkeypatch)


@pytest.fixture
def day() -> Iterator[Hours]:
    with hours(NOON) as clock:
        yield clock


# Alarms of accounts.


def test_every_kind_of_alarm_is_an_occasion():
    assert set(OF_ALARMS) == set(AlarmKind)
    assert set(OF_ALARMS.values()) <= subjects.registered()


def test_guessing_wakes_chief_and_administrator_at_night_and_nobody_else(chief, tech_admin, actor):
    with hours(AT_TWO) as night:
        actor(Role.OFFICER)
        raise_alarm("spray", chief)

        assert night.after() == sorted([chief.username, tech_admin.username])


def test_acknowledging_on_the_page_silences_it(day, chief, tech_admin, login):
    alarm = raise_alarm("spray", chief)
    occasion = Occasion.objects.get()
    client = login(tech_admin)
    address = subjects.subject(occasion).address(tech_admin, occasion.subject_pk)
    assert client.get(address).status_code == 200

    client.post(reverse("admin:alarms_acknowledge", args=[alarm.pk]))

    assert ends() == [("spray", "done")]
    assert day.after(600) == []


def test_alarm_of_no_commune_is_heard_in_each_and_again_only_after_the_hour(
    day, chief, other_commune
):
    other = make_user(other_commune, Role.CHIEF)
    make_commune()  # nobody there
    for _ in range(3):
        raise_alarm("spray", "nhiều tên đăng nhập từ mạng 203.0.113.0/24")

    assert day.after() == sorted([chief.username, other.username])
    told = Notice.objects.values_list("user__commune", "occasion__commune")
    assert all(person == occasion for person, occasion in told)
    assert list(Occasion.objects.values_list("count", flat=True)) == [1, 1]
    raised = alarms.acknowledge(raise_alarm("spray", "nhiều tên đăng nhập từ mạng 203.0.113.0/24"),
                                by=chief)  # fmt: skip
    assert raised.acknowledged_by == chief
    assert open_kinds() == []


def test_who_took_people_out_is_not_told_of_it(day, chief, tech_admin, deputy_chief, hamlet):
    make_member(hamlet)

    exports.export(Member.objects.all(), by=chief, reason="Họp tổ nhân dân")

    assert day.after(120) == sorted([deputy_chief.username, tech_admin.username])
    assert not subjects.may_open(Occasion.objects.get(), chief)


def test_who_reset_a_second_step_is_not_told_of_it(day, chief, deputy_chief, actor):
    second_factor.reset(actor(Role.OFFICER, password=PASSWORD), by=chief, reason="Đổi điện thoại")

    assert day.after(120) == [deputy_chief.username]
    assert open_kinds() == ["account_reset"]


def test_refused_reset_tells_nobody(day, chief):
    with pytest.raises(alarms.NotAllowed):
        second_factor.reset(chief, by=chief, reason="Đổi điện thoại")

    assert not Occasion.objects.exists()


def test_nobody_able_to_sign_in_is_told_at_night(commune, chief):
    with hours(AT_TWO) as night:
        raise_alarm("everyone_shut_out", commune)

        assert night.after() == [chief.username]


# Access to Zalo.


@pytest.fixture
def account(day: Hours, commune: Commune) -> OfficialAccount:
    return make_official_account(commune)


def set_account(account: OfficialAccount, **fields: Any) -> None:
    OfficialAccount.objects.filter(pk=account.pk).update(**fields)


def test_withdrawn_consent_is_told_until_it_is_given_again(
    day, account, chief, tech_admin, officer_of, hamlet
):
    officer_of(hamlet)
    watch()
    assert open_kinds() == []
    set_account(account, needs_consent=True)

    watch()
    watch()

    assert Occasion.objects.get().count == 1
    assert day.after(120) == sorted([chief.username, tech_admin.username])
    set_account(account, needs_consent=False)
    watch()
    assert ends() == [("zalo_consent", "done")]


def test_refusing_is_another_kind_and_its_page_is_that_of_the_account(day, account, chief, login):
    set_account(account, parked_until=NOON + timedelta(hours=1), last_error="Zalo từ chối.")

    watch()

    assert open_kinds() == ["zalo_refuses"]
    occasion = Occasion.objects.get()
    address = subjects.subject(occasion).address(chief, occasion.subject_pk)
    assert login(chief).get(address).status_code == 200


def test_chief_of_another_commune_hears_nothing_of_it(day, account, other_commune):
    set_account(account, needs_consent=True)
    make_user(other_commune, Role.CHIEF)

    watch()

    assert day.after(120) == []


@pytest.fixture
def messages() -> Iterator[dict[str, frozenset[int]]]:
    """Messages that wait beside the posts of this database."""
    waiting: dict[str, frozenset[int]] = {"stuck": frozenset(), "urgent": frozenset()}

    @receiver(waiting_asked)
    def answer(sender: Any, **kwargs: Any) -> Waiting:
        return Waiting(**waiting)

    yield waiting
    waiting_asked.disconnect(answer)


def test_trouble_wakes_people_at_once_while_something_urgent_waits(
    day, account, commune, chief, messages
):
    set_account(account, needs_consent=True)
    watch()
    assert Occasion.objects.get().level == "hours"
    messages["urgent"] = frozenset({commune.pk})

    watch()
    watch()

    occasion = Occasion.objects.get()
    assert (occasion.level, occasion.count) == ("now", 2)
    assert day.after() == [chief.username]


def test_nothing_that_leaves_is_told_and_ends_once_something_leaves(
    day, account, commune, chief, messages
):
    messages["stuck"] = frozenset({commune.pk})
    watch()

    assert day.after(120) == [chief.username]
    messages["stuck"] = frozenset()
    watch()
    assert ends() == [("nothing_leaves", "done")]


def test_trouble_with_zalo_is_not_told_through_zalo(day, account, chief, monkeypatch):
    def one(key: str) -> base.Way:
        return base.Way(
            key, key, base.Doubt.AGAIN, places=lambda user, now: (user.username,),
            shared=lambda occasion, now: ("chung",), load=lambda notice: None,
            send=lambda notice, loaded: Outcome(Verdict.SENT),
        )  # fmt: skip

    monkeypatch.setattr(base, "_WAYS", {key: one(key) for key in ("zalo", "group", "push")})
    set_account(account, needs_consent=True)
    raise_alarm("spray", chief)
    watch()

    day.after(120)

    used = {
        kind: set(Notice.objects.filter(occasion__kind=kind).values_list("way", flat=True))
        for kind in ("zalo_consent", "spray")
    }
    assert used == {"zalo_consent": {"push"}, "spray": {"zalo", "group", "push"}}


def test_one_look_that_breaks_keeps_no_other(day, commune, tech_admin, messages, caplog):
    messages["nonsense"] = frozenset()
    record_health(disk={"ok": False})

    watch()

    assert open_kinds() == ["disk_full"]
    assert "the watch broke at look_at_official_accounts" in caplog.text


# The machine.


def record_health(**parts: Any) -> None:
    """A snapshot of this moment."""
    now = timezone.now()
    values = {key: {"since": now.isoformat()} | found for key, found in parts.items()}
    HealthSnapshot.objects.update_or_create(
        defaults={"recorded_at": now, "duration_ms": 1, "parts": values}
    )


def test_full_disk_is_told_to_the_administrator_and_the_leader_on_duty(
    day, commune, tech_admin, chief, deputy_chief, login
):
    make_shift(commune, chief, NOON, Seat.LEADER)
    record_health(disk={"ok": False})
    watch()

    assert day.after(120) == sorted([tech_admin.username, chief.username])
    occasion = Occasion.objects.get()
    for person in (tech_admin, chief):
        address = subjects.subject(occasion).address(person, occasion.subject_pk)
        assert login(person).get(address).status_code == 200
    record_health(disk={"ok": True})
    watch()
    assert ends() == [("disk_full", "done")]


def test_old_snapshot_says_nothing_and_ends_nothing(day, commune, tech_admin):
    record_health(backup={"ok": False})
    watch()
    assert open_kinds() == ["backup_old"]
    day.clock.shift(300)
    HealthSnapshot.objects.update(parts={"backup": {"ok": True}})

    watch()

    assert open_kinds() == ["backup_old"]
    assert day.at(MORNING) == [tech_admin.username]


def test_officer_who_leads_the_shift_is_not_told_of_the_machine(
    day, commune, tech_admin, officer_of, hamlet
):
    make_shift(commune, officer_of(hamlet), MORNING, Seat.LEADER)
    record_health(backup={"ok": False})
    watch()

    assert day.at(MORNING) == [tech_admin.username]


@pytest.mark.parametrize(
    ("age_h", "ok"), [(1, True), (25, True), (27, False), (None, False)], ids=str
)
def test_age_of_the_backup_is_that_of_the_stamp(settings, tmp_path, age_h, ok):
    stamp = tmp_path / "backup.stamp"
    if age_h is not None:
        stamp.touch()
    settings.BACKUP_STAMP = str(stamp)

    found = checks.backup(timezone.now() + timedelta(hours=age_h or 0))

    assert (found["ok"], found["is_named"]) == (ok, True)


def test_backup_without_a_stamp_is_no_alarm_and_said_on_the_page(settings):
    settings.BACKUP_STAMP = ""

    assert checks.backup(timezone.now()) == {"ok": True, "is_named": False, "age_h": None}


def test_people_of_other_communes_are_never_told(day, chief, other_commune):
    make_user(other_commune, Role.CHIEF)
    make_user(other_commune, Role.TECH_ADMIN)
    raise_alarm("spray", chief)

    assert day.after() == [chief.username]
