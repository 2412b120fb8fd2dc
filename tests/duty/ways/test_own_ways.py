"""The page “Tôi được báo bằng cách nào”, and what it changes."""

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import AuditEvent
from accounts.users.roles import Role
from accounts.workflow.declaration import NotAllowed
from duty.models import Notice, Occasion, OwnPhone, OwnWays
from duty.occasions import rounds, services
from duty.ways import choice, sending, trial
from tests.factories.accounts import make_user

pytestmark = pytest.mark.django_db(transaction=True)
PERSONAL = [one.key for one in choice.personal_ways()]


@pytest.fixture
def reachable(station, real_ways, settings) -> Any:
    """The one on duty has a mail address, and mails leave."""
    settings.MAIL_FROM = "bao-viec@xa.example.vn"
    station.duty.email = "truc.ban@xa.example.vn"
    station.duty.save()
    return station


@pytest.fixture
def page(client, reachable) -> Any:
    client.force_login(reachable.duty, backend="django.contrib.auth.backends.ModelBackend")
    return client


def keys(user: Any) -> list[str]:
    return [one.key for one in choice.ways_of(user)]


def test_order_is_the_persons(reachable):
    first, *rest = PERSONAL

    assert keys(reachable.duty) == PERSONAL
    choice.switch_off(first, by=reachable.duty)
    assert keys(reachable.duty) == rest
    choice.switch_on(first, by=reachable.duty)
    assert keys(reachable.duty) == [*rest, first]
    choice.move_up(first, by=reachable.duty)
    assert keys(reachable.duty) == [*rest[:-1], first, rest[-1]]
    assert AuditEvent.objects.filter(action="ownways.chosen").count() == 3
    assert keys(reachable.leader) == PERSONAL


def test_way_that_is_off_gets_no_notice(reachable):
    choice.switch_off("mail", by=reachable.duty)
    reachable.open()

    rounds.advance_due()

    assert not Notice.objects.filter(user=reachable.duty).exists()


def test_later_ways_wait_and_are_spared_who_has_opened_it(reachable, settings):
    settings.SMS_URL = "http://127.0.0.1:9/"
    OwnPhone.objects.create(user=reachable.duty, phone="+84912000111")
    occasion = reachable.open()
    rounds.advance_due()
    now = occasion.opened_at
    assert list(occasion.notices.order_by("pk").values_list("way", "next_attempt_at")) == [
        ("mail", now), ("sms", now + choice.LAG),
    ]  # fmt: skip

    services.note_seen(occasion, reachable.duty)
    reachable.clock.shift(choice.LAG)

    assert sending.drain("sms") == 0
    short = occasion.notices.get(way="sms")
    assert (short.state, short.reason) == (Notice.State.CANCELLED, "người này đã mở")


@pytest.mark.parametrize("key", ["group", "chim-bo-cau", ""])
def test_only_ways_of_persons_are_chosen(reachable, key):
    for act in (choice.switch_on, choice.switch_off, choice.move_up, trial.send_trial):
        with pytest.raises(NotAllowed):
            act(key, by=reachable.duty)


def test_trial_goes_to_the_person_alone_and_calls_nobody(reachable):
    trial.send_trial("mail", by=reachable.duty)

    (notice,) = Notice.objects.all()
    assert (notice.user, notice.way, notice.text) == (reachable.duty, "mail", "see")
    for _ in range(12):
        reachable.clock.shift(timedelta(minutes=1))
        rounds.advance_due()
    assert list(Notice.objects.all()) == [notice]
    assert Occasion.objects.get().closed_because == Occasion.Ended.GONE


def test_trials_of_several_ways_share_one_occasion(reachable, settings):
    settings.SMS_URL = "http://127.0.0.1:9/"
    OwnPhone.objects.create(user=reachable.duty, phone="+84912000111")

    trial.send_trial("mail", by=reachable.duty)
    trial.send_trial("sms", by=reachable.duty)
    trial.send_trial("mail", by=reachable.duty)

    occasion = Occasion.objects.get()
    assert list(occasion.notices.values_list("way", "step")) == [
        ("mail", 0),
        ("sms", 1),
        ("mail", 2),
    ]


def test_trial_of_a_way_that_reaches_nothing_is_refused(reachable):
    with pytest.raises(NotAllowed):
        trial.send_trial("sms", by=reachable.duty)

    assert not Occasion.objects.exists()


def test_trials_have_an_end(reachable):
    for _ in range(trial.MOST):
        trial.send_trial("mail", by=reachable.duty)

    with pytest.raises(NotAllowed):
        trial.send_trial("mail", by=reachable.duty)


def test_page_tells_accepted_shown_and_opened_apart(page, reachable):
    response = page.post(reverse("admin:duty_ways_try"), {"key": "mail"}, follow=True)
    assert "Chờ gửi" in response.content.decode()

    sending.drain("mail")  # the test's mailbox in memory takes it
    text = page.get(reverse("admin:duty_ways_own")).content.decode()
    assert "Dịch vụ đã nhận" in text
    assert "Mở: chưa" in " ".join(text.split())

    services.note_seen(Occasion.objects.get(), reachable.duty)
    text = " ".join(page.get(reverse("admin:duty_ways_own")).content.decode().split())
    assert "Mở: chưa" not in text


def test_page_changes_order_and_says_so(page, reachable):
    last = PERSONAL[-1]

    page.post(reverse("admin:duty_ways_up"), {"key": last})
    page.post(reverse("admin:duty_ways_off"), {"key": PERSONAL[0]})

    assert OwnWays.objects.get().ways == [*PERSONAL[1:-2], last, PERSONAL[-2]]
    assert "Đang tắt" in page.get(reverse("admin:duty_ways_own")).content.decode()


def test_who_has_a_shift_and_no_way_is_warned(page, reachable):
    text = page.get(reverse("admin:duty_ways_own")).content.decode()
    assert "có ca trực nhưng chưa đường nào" not in text

    page.post(reverse("admin:duty_ways_off"), {"key": "mail"})

    text = page.get(reverse("admin:duty_ways_own")).content.decode()
    assert "có ca trực nhưng chưa đường nào" in text


def test_phone_is_kept_shown_masked_and_removed(page, reachable, settings):
    settings.SMS_URL = "http://127.0.0.1:9/"
    page.post(reverse("admin:duty_ways_phone"), {"phone": "0912 000 111"})

    assert OwnPhone.objects.get().phone == "+84912000111"
    text = page.get(reverse("admin:duty_ways_own")).content.decode()
    assert "912000111" not in text.replace(" ", "")

    page.post(reverse("admin:duty_ways_phone_end"))
    assert not OwnPhone.objects.exists()
    assert not AuditEvent.objects.filter(details__icontains="912").exists()


def test_code_for_zalo_needs_an_account(page):
    response = page.post(reverse("admin:duty_ways_zalo_code"), follow=True)

    assert "chưa kết nối tài khoản Zalo OA" in response.content.decode()


def test_get_changes_nothing(page):
    for name in ("up", "off", "on", "try", "zalo_code", "zalo_end", "phone", "phone_end"):
        assert page.get(reverse(f"admin:duty_ways_{name}")).status_code == 405


def test_account_without_the_right_has_no_page(client, reachable):
    outsider = make_user(reachable.commune, Role.PARTY_MEMBER)
    client.force_login(outsider, backend="django.contrib.auth.backends.ModelBackend")

    assert client.get(reverse("admin:duty_ways_own")).status_code == 403
    with pytest.raises(NotAllowed):
        choice.switch_off("mail", by=outsider)
    with pytest.raises(NotAllowed):
        trial.send_trial("mail", by=outsider)
