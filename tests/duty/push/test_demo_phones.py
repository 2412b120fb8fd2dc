"""The demo gives a phone of the stand-in to each account that is told of things."""

import pytest

from accounts.users.roles import Role
from dev import stage
from duty.models import Device
from tests.factories.accounts import make_user

pytestmark = pytest.mark.django_db


def test_phones_of_the_demo_are_given_once_and_ring(post, monkeypatch):
    monkeypatch.setenv("PUSH_HOSTS", post.service.url)
    make_user(post.commune, Role.HAMLET_HEAD)
    make_user(post.commune, Role.PARTY_MEMBER)
    make_user(None, Role.CITY)

    assert stage.give_phones() == 2
    assert stage.give_phones() == 2
    post.open()
    post.run()

    assert Device.objects.on().count() == 2
    assert [one.phone for one in post.received] == [f"{post.officer} ({Role.OFFICER.label})"]


def test_stand_in_that_begins_anew_replaces_the_phones_of_the_last_demo(post, monkeypatch):
    monkeypatch.setenv("PUSH_HOSTS", post.service.url)
    stage.give_phones()
    post.service.phones.by_token.clear()

    stage.give_phones()

    assert Device.objects.on().count() == 1
    assert Device.objects.exclude(off_at=None).get().off_because == Device.Off.REPLACED
