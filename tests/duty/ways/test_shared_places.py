"""The duty group and the office's mailbox: only of what everybody who reads there may open."""

from typing import Any

import pytest
import time_machine
from django.utils import timezone

from accounts.users.roles import Role
from duty.models import DutySettings, Notice, Occasion
from duty.occasions import rounds, services, shift_change
from duty.roster.services import is_on_duty
from duty.ways import base
from reports import intake
from reports.models import TipConflict, TipReport
from tests.duty.telling import NOON, put_on_duty
from tests.duty.ways.notices import notice_for
from tests.factories.accounts import make_user
from zalo.outbox.outcomes import Outcome, Verdict

pytestmark = pytest.mark.django_db


def shared_way(key: str) -> base.Way:
    """A way with one place of many people."""
    return base.Way(
        key, key, base.Doubt.AGAIN, places=lambda user, now: (), is_personal=False,
        shared=lambda occasion, now: ("all",), load=lambda notice: None,
        send=lambda notice, loaded: Outcome(Verdict.SENT),
    )  # fmt: skip


@pytest.fixture
def shared(monkeypatch: pytest.MonkeyPatch) -> None:
    """A duty group and a mailbox beside the way to each person."""
    monkeypatch.setitem(base._WAYS, "group", shared_way("group"))
    monkeypatch.setitem(base._WAYS, "mail", shared_way("mail"))


def at_shared_places() -> list[str]:
    rows = Notice.objects.filter(user=None).order_by("made_at", "way")
    return list(rows.values_list("way", flat=True))


def test_both_get_what_everybody_who_keeps_shifts_may_open(station, shared):
    station.open()

    for seconds in (0, 180, 120, 300):
        station.after(seconds)

    assert at_shared_places() == ["group", "group", "group", "group", "mail"]


def test_neither_gets_what_is_kept_from_one_who_keeps_shifts(station, shared):
    station.matters.hidden_from = {make_user(station.commune, Role.OFFICER).pk}
    station.open()

    for seconds in (0, 180, 120, 300):
        station.after(seconds)

    assert at_shared_places() == []


def test_those_who_keep_no_shifts_of_the_commune_do_not_count(station, shared, other_commune):
    station.matters.hidden_from = {
        make_user(station.commune, Role.HAMLET_HEAD).pk, make_user(other_commune, Role.OFFICER).pk,
        make_user(station.commune, Role.OFFICER, is_active=False).pk,
    }  # fmt: skip
    station.open()

    station.after(0)

    assert at_shared_places() == ["group"]


@pytest.mark.parametrize(("way", "place"), [("group", "duty"), ("mail", "office")])
def test_it_is_asked_again_when_it_leaves(real_ways: Any, station, settings, way, place):
    settings.MAIL_FROM = "bao-viec@xa.example.vn"
    DutySettings.objects.create(
        commune=station.commune, duty_group="nhom-truc", office_mail="co-quan@xa.example.vn"
    )
    notice = notice_for(station.open(), way, place, None)
    station.matters.hidden_from = {station.second.pk}

    loaded = real_ways[way].load(notice)

    assert loaded == Outcome(Verdict.CLOSED, "Có người trực không được xem việc này.")


def test_reminder_of_the_taker_and_word_to_the_newcomer_go_to_them_alone(station, shared):
    occasion = station.open()
    station.after(0)
    services.claim(occasion, by=station.leader)
    before = len(at_shared_places())

    station.after(1)
    assert station.after(899) == ["truc.chi.huy"]

    assert len(at_shared_places()) == before
    services.release(occasion, by=station.leader)
    Occasion.objects.update(next_step_at=timezone.now() + rounds.OVERDUE)
    station.clock.shift(1)
    assert shift_change.notify_newcomer(station.second, timezone.now(), timezone.now()) == 1
    assert len(at_shared_places()) == before


# With real tips.


@pytest.fixture
def keepers(monkeypatch, commune, officer_of, hamlet, other_hamlet, duty_officer):
    """Officers of two hamlets and the desk, of whom one is on duty."""
    way = base.Way(
        "push", "Thử", base.Doubt.AGAIN, places=lambda user, now: (user.username,),
        load=lambda notice: None, send=lambda notice, loaded: Outcome(Verdict.SENT),
    )  # fmt: skip
    monkeypatch.setattr(base, "_WAYS", {"push": way, "group": shared_way("group")})
    with time_machine.travel(NOON, tick=False):
        put_on_duty(commune, duty=duty_officer)
        yield [officer_of(hamlet), officer_of(other_hamlet), duty_officer]


def receive(commune: Any, hamlet: Any) -> TipReport:
    content = intake.TipContent("Có đánh nhau.", urgency="emergency", hamlet=hamlet)
    return intake.receive(commune, content, channel="web_form").tip


def test_group_hears_of_a_new_tip_that_each_of_them_could_open_in_the_seat(
    keepers, commune, hamlet
):
    receive(commune, hamlet)

    rounds.advance_due()

    assert at_shared_places() == ["group"]
    assert [is_on_duty(one) for one in keepers] == [False, False, True]


def test_group_hears_nothing_of_a_tip_about_one_of_them(keepers, commune, hamlet, chief):
    tip = receive(commune, hamlet)
    TipConflict.objects.create(tip=tip, user=keepers[1], added_by=chief)

    rounds.advance_due()

    assert at_shared_places() == []
    assert Notice.objects.filter(user=keepers[2]).exists()
