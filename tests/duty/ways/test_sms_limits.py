"""A day's short messages are limited for a person and a commune; what is over is folded."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.users.roles import Role
from accounts.workflow.declaration import NotAllowed
from duty.models import DutySettings, Notice, Occasion, OwnPhone
from duty.occasions import rounds, services
from duty.ways import office, trial
from duty.ways.sms import limits
from tests.duty.ways.notices import REAL, notice_for
from tests.factories.accounts import make_user

pytestmark = pytest.mark.django_db(transaction=True)
State = Notice.State
BACKEND = "django.contrib.auth.backends.ModelBackend"


@pytest.fixture
def by_sms(station, real_ways, settings) -> Any:
    """Everybody on duty is reached by short message alone; two a day for each."""
    settings.SMS_URL = "http://127.0.0.1:9/"
    for number, person in enumerate((station.duty, station.leader, station.second)):
        OwnPhone.objects.create(user=person, phone=f"+8491200011{number}")
    DutySettings.objects.create(commune=station.commune, sms_person_day=2, sms_commune_day=3)
    return station


def sent(station: Any, person: Any, *, state: str = State.ACCEPTED, number: int = 1) -> None:
    """Messages of earlier matters that are over."""
    for _time in range(number):
        occasion = station.open_row(700 + Notice.objects.count(), "tip_new")
        row = notice_for(occasion, "sms", f"own:{person.pk}", person)
        Notice.objects.filter(pk=row.pk).update(state=state)
        station.close_row(occasion.subject_pk)


def notices(occasion: Any) -> list[tuple[str, str, str]]:
    rows = occasion.notices.order_by("pk").select_related("user")
    return [(one.user.username, one.state, one.reason) for one in rows]


def test_over_the_limit_it_is_folded_with_the_reason_and_the_next_are_told_at_once(by_sms):
    sent(by_sms, by_sms.duty, number=2)
    occasion = by_sms.open()

    rounds.advance_due()

    assert notices(occasion)[0] == (
        "truc.ban", State.FOLDED,
        "Đã đủ 2 tin SMS hôm nay cho người này. Việc vẫn ở danh sách.",
    )  # fmt: skip
    assert ("truc.chi.huy", State.WAITING, "") in notices(occasion)
    occasion.refresh_from_db()
    assert occasion.is_open
    first = occasion.events.filter(kind="nobody").first()
    assert first.note == "bước 1: 0 người, 1 lượt quá mức ngày của Tin nhắn SMS"


def test_other_way_of_the_person_is_enough(by_sms, settings):
    settings.MAIL_FROM = "bao-viec@xa.example.vn"
    by_sms.duty.email = "truc.ban@xa.example.vn"
    by_sms.duty.save()
    sent(by_sms, by_sms.duty, number=2)
    occasion = by_sms.open()

    rounds.advance_due()

    assert sorted(one[:2] for one in notices(occasion)) == [
        ("truc.ban", State.FOLDED), ("truc.ban", State.WAITING),
    ]  # fmt: skip
    assert occasion.events.get(kind="told").note == (
        "bước 1: 1 người, 1 lượt quá mức ngày của Tin nhắn SMS"
    )


def test_commune_has_a_limit_of_its_own(by_sms):
    sent(by_sms, by_sms.leader, number=2)
    sent(by_sms, by_sms.second)
    occasion = by_sms.open()

    rounds.advance_due()

    reasons = {one[2] for one in notices(occasion)}
    assert "Đã đủ 3 tin SMS hôm nay của xã. Việc vẫn ở danh sách." in reasons
    assert State.WAITING not in {one[1] for one in notices(occasion)}


@pytest.mark.parametrize("state", [State.CANCELLED, State.FAILED, State.FOLDED])
def test_what_did_not_leave_is_not_counted(by_sms, state):
    sent(by_sms, by_sms.duty, state=state, number=3)
    occasion = by_sms.open()

    rounds.advance_due()

    assert notices(occasion) == [("truc.ban", State.WAITING, "")]


def test_day_begins_at_midnight_here(by_sms):
    sent(by_sms, by_sms.duty, number=2)  # 14:00
    by_sms.clock.shift(timedelta(hours=9, minutes=59))
    assert limits.sent_today(by_sms.commune.pk, timezone.now()).count() == 2

    by_sms.clock.shift(timedelta(minutes=2))

    assert limits.sent_today(by_sms.commune.pk, timezone.now()).count() == 0


def test_messages_of_another_commune_are_not_counted(by_sms, other_commune):
    sent(by_sms, by_sms.duty, number=2)
    Occasion.objects.update(commune=other_commune)
    occasion = by_sms.open()

    rounds.advance_due()

    assert notices(occasion) == [("truc.ban", State.WAITING, "")]


def test_folded_one_stands_in_the_list_and_is_opened_by_looking_at_it(by_sms):
    sent(by_sms, by_sms.duty, number=2)
    occasion = by_sms.open()
    rounds.advance_due()

    services.note_list_seen(by_sms.duty, [occasion])

    assert occasion.sights.filter(user=by_sms.duty).exists()


def test_trial_over_the_limit_is_refused_in_words(by_sms):
    sent(by_sms, by_sms.duty, number=2)

    with pytest.raises(NotAllowed, match="Đã đủ 2 tin SMS hôm nay"):
        trial.send_trial("sms", by=by_sms.duty)

    assert not Notice.objects.filter(occasion__kind="own_trial").exists()


def test_page_of_a_person_says_how_many_are_left(by_sms):
    sent(by_sms, by_sms.duty)

    words = REAL["sms"].in_words(by_sms.duty, timezone.now())

    assert words.endswith("Hôm nay đã gửi 1, nhiều nhất 2 tin một ngày.")


# The page of the chief.


def test_chief_sets_the_limits_and_others_do_not(by_sms, client):
    client.force_login(by_sms.chief, backend=BACKEND)
    page = reverse("admin:duty_office_limits")

    client.post(page, {"nguoi": "5", "xa": "40"})
    row = DutySettings.objects.get(commune=by_sms.commune)
    assert (row.sms_person_day, row.sms_commune_day) == (5, 40)
    assert AuditEvent.objects.filter(action="duty_settings.ways_changed").count() == 1

    for wrong in ({"nguoi": "50", "xa": "40"}, {"nguoi": "x", "xa": "4"}, {"nguoi": "1"},
                  {"nguoi": "1", "xa": "1001"}):  # fmt: skip
        client.post(page, wrong)
    row.refresh_from_db()
    assert (row.sms_person_day, row.sms_commune_day) == (5, 40)

    client.force_login(by_sms.duty, backend=BACKEND)
    assert client.post(page, {"nguoi": "1", "xa": "1"}).status_code == 403


def test_account_of_another_commune_sets_nothing(by_sms, other_commune):
    stranger = make_user(other_commune, Role.CHIEF)

    with pytest.raises(NotAllowed):
        office.set_limits(by_sms.commune, 1, 1, by=stranger)


def test_mailbox_of_the_office_is_an_address_or_none(by_sms):
    office.set_mail(by_sms.commune, " truc@xa.example.vn ", by=by_sms.chief)
    assert DutySettings.objects.get().office_mail == "truc@xa.example.vn"

    with pytest.raises(NotAllowed, match="thư này không đúng"):
        office.set_mail(by_sms.commune, "không phải thư", by=by_sms.chief)

    office.set_mail(by_sms.commune, "", by=by_sms.chief)
    assert DutySettings.objects.get().office_mail == ""
