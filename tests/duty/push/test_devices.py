"""Devices follow their person: enrolled by a tap, off with the account, the role, the sessions."""

import json

import pytest
from django.contrib.auth.models import Group

from accounts import services as accounts
from accounts.models import AuditEvent
from accounts.sign_in import sessions
from accounts.users.roles import Role
from duty.models import Device, Notice, Occasion
from duty.ways import device_trials, devices
from duty.ways.devices import Subscription
from tests.factories.accounts import make_user

pytestmark = pytest.mark.django_db


def subscription(post, name: str) -> Subscription:
    return Subscription.read(post.service.phones.add(name).subscription(post.service.url))


def test_enrolling_again_keeps_one_device(post):
    first = post.enrol()
    again = post.enrol()

    assert again.pk == first.pk
    assert Device.objects.count() == 1


def test_sealed_row_shows_neither_address_nor_keys(post):
    device = post.enrol()
    given = post.phone().subscription(post.service.url)

    stored = Device.objects.filter(pk=device.pk).values().get()
    trail = json.dumps([list(event.values()) for event in AuditEvent.objects.values()], default=str)
    secrets = [given["endpoint"], post.phone().token, *given["keys"].values()]
    for secret in secrets:
        assert secret not in json.dumps(stored, default=str)
        assert secret not in trail + repr(device) + str(device) + repr(Subscription.of(device))
    assert AuditEvent.objects.filter(action="device.enrolled").count() == 1


def test_another_account_on_the_same_browser_gets_it_over(post):
    old = post.enrol()
    other = make_user(post.commune, Role.DUTY_OFFICER)

    new = post.enrol(user=other)

    old.refresh_from_db()
    assert old.off_because == Device.Off.OTHER_ACCOUNT
    assert new.user == other
    assert Device.objects.on().count() == 1


def test_renewed_address_replaces_the_one_before(post):
    old = post.enrol("trước")

    new = devices.compare(
        post.officer, subscription(post, "sau"), label="sau", before=old.endpoint_hash
    )

    old.refresh_from_db()
    assert new is not None
    assert old.off_because == Device.Off.REPLACED


def test_lost_device_comes_back_and_its_matter_ends(post):
    device = post.enrol()
    devices.lose(device)
    assert Occasion.objects.open().filter(kind="device_lost").exists()

    back = devices.compare(
        post.officer, subscription(post, "máy 1"), label="máy 1", before=device.endpoint_hash
    )

    assert back is not None
    assert not Occasion.objects.open().filter(kind="device_lost").exists()


@pytest.mark.parametrize("by_whom", ["person", "sessions", "other account", "stranger"])
def test_comparing_switches_nothing_on_that_a_person_switched_off(post, by_whom):
    device = post.enrol()
    user = post.officer
    if by_whom == "person":
        devices.turn_off(device, by=user)
    elif by_whom == "sessions":
        accounts.sign_out_everywhere(user)
    elif by_whom == "other account":
        post.enrol(user=make_user(post.commune, Role.DUTY_OFFICER))
    else:
        user = make_user(post.commune, Role.DUTY_OFFICER)

    answer = devices.compare(
        user, subscription(post, "máy 1"), label="máy 1", before=device.endpoint_hash
    )

    assert answer is None
    assert not Device.objects.on().filter(user=user).exists()


def test_locked_account_gets_nothing_more(post):
    post.enrol()
    accounts.lock(post.officer, by=make_user(post.commune, Role.TECH_ADMIN))

    assert Device.objects.get().off_because == Device.Off.ACCOUNT


def test_refused_lock_leaves_the_device_on(post):
    post.enrol()
    with pytest.raises(accounts.NotAllowed):
        accounts.lock(post.officer, by=post.officer)

    assert Device.objects.on().exists()


def test_sign_out_everywhere_ends_the_devices(post):
    post.enrol()
    accounts.sign_out_everywhere(post.officer)

    assert Device.objects.get().off_because == Device.Off.ACCOUNT


def test_own_new_password_leaves_the_devices_on(post, rf):
    post.enrol()
    request = rf.get("/")
    request.session = {}
    request.user = post.officer
    request.session = _Session()
    sessions.end_all(post.officer, keep=request)

    assert Device.objects.on().exists()


class _Session(dict):
    def cycle_key(self) -> None:
        self["cycled"] = True


def test_lost_role_ends_the_devices_and_another_that_receives_does_not(post):
    post.enrol()
    duty = Group.objects.get(name=str(Role.DUTY_OFFICER.label))
    post.officer.groups.add(duty)
    post.officer.groups.remove(Group.objects.get(name=str(Role.OFFICER.label)))
    assert Device.objects.on().exists()

    post.officer.groups.clear()

    assert Device.objects.get().off_because == Device.Off.ACCOUNT


def test_role_that_a_group_loses_from_its_side_ends_the_devices(post):
    post.enrol()
    Group.objects.get(name=str(Role.OFFICER.label)).user_set.remove(post.officer)

    assert Device.objects.get().off_because == Device.Off.ACCOUNT


def test_what_waits_for_a_device_that_is_off_is_called_off(post):
    device = post.enrol()
    occasion = post.open()
    post.service.switch("503")
    post.run()

    devices.turn_off(device, by=post.officer)
    post.send()

    assert len(post.received) == 1
    assert occasion.notices.get().state == Notice.State.CANCELLED


def test_account_that_is_told_of_nothing_enrols_nothing(post):
    with pytest.raises(devices.NotAllowed, match="không thuộc diện"):
        post.enrol(user=make_user(post.commune, Role.PARTY_MEMBER))
    with pytest.raises(devices.NotAllowed, match="không thuộc diện"):
        post.enrol(user=make_user(None, Role.OFFICER))


def test_portal_without_a_key_says_so(post, settings):
    settings.VAPID_PRIVATE_KEY = ""

    with pytest.raises(devices.NotAllowed, match="VAPID_PRIVATE_KEY"):
        post.enrol()


def test_eleventh_device_is_refused(post):
    for number in range(devices.MOST):
        post.enrol(f"máy {number}")

    with pytest.raises(devices.NotAllowed, match="nhiều nhất 10 máy"):
        post.enrol("máy nữa")


@pytest.mark.parametrize(
    "given",
    [None, {}, [], "x", {"endpoint": 1}, {"endpoint": "https://x", "keys": {}},
     {"endpoint": "https://x", "keys": {"p256dh": "AAAA", "auth": "AAAA"}}],
)  # fmt: skip
def test_what_is_no_subscription_is_refused(given):
    with pytest.raises(devices.NotAllowed):
        Subscription.read(given)


def test_device_of_another_is_neither_tried_nor_switched_off(post):
    device, other = post.enrol(), make_user(post.commune, Role.DUTY_OFFICER)

    with pytest.raises(devices.NotAllowed):
        devices.turn_off(device, by=other)
    with pytest.raises(devices.NotAllowed):
        device_trials.send_trial(device, by=other)
    assert Device.objects.on().exists()


def test_trial_goes_to_its_device_alone_and_climbs_to_nobody(post):
    device = post.enrol("máy 1")
    post.enrol("máy 2")
    make_user(post.commune, Role.CHIEF)

    notice = device_trials.send_trial(device, by=post.officer)
    post.run()
    Occasion.objects.update(next_step_at=notice.made_at)
    post.run()

    assert [one.phone for one in post.received] == ["máy 1"]
    assert Notice.objects.count() == 1
    assert Occasion.objects.get().closed_because == Occasion.Ended.GONE


def test_trials_are_not_sent_without_end(post):
    device = post.enrol()
    for _ in range(device_trials.MOST_A_MINUTE):
        device_trials.send_trial(device, by=post.officer)

    with pytest.raises(devices.NotAllowed, match="đợi một phút"):
        device_trials.send_trial(device, by=post.officer)


def test_word_of_a_shown_notice_counts_once(post):
    device = post.enrol()
    notice = device_trials.send_trial(device, by=post.officer)

    devices.note_shown(notice.shown_token)
    notice.refresh_from_db()
    first = notice.shown_at
    devices.note_shown(notice.shown_token)

    notice.refresh_from_db()
    device.refresh_from_db()
    assert notice.shown_at == first == device.shown_at
