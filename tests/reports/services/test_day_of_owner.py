"""The day that the giver of a tip names for its owner: shown, in the queue, told of when near."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from reports import alerts
from reports.models import TipEvent, TipReport
from reports.tips.errors import NotAllowed
from reports.triage import duplicates
from reports.triage import services as triage
from reports.work import closing
from reports.work import services as work
from reports.work.work_lists import mine, past_the_day_given
from tests.duty.telling import NOON, Telling, kinds
from tests.factories.tips import make_triaged, make_worked
from tests.vaults import opened

pytestmark = pytest.mark.django_db
END = {"disposition": "handled_here", "measure": "reconciled", "outcome": "Đã hòa giải."}


@pytest.fixture(autouse=True)
def telling(monkeypatch):
    with time_machine.travel(NOON, tick=False) as clock:
        yield Telling(clock, monkeypatch)


@pytest.fixture
def officer(officer_of, hamlet):
    return officer_of(hamlet)


@pytest.fixture
def tip(hamlet):
    return make_triaged(hamlet=hamlet)


def day(days):
    return timezone.localdate() + timedelta(days=days)


def own_kinds(tip):
    return [kind for kind in kinds(tip) if kind == "tip_day"]


def lines(provider, user):
    found = provider(user, timezone.now())
    return [] if found is None else found.items


def test_it_is_told_of_from_the_day_before_until_there_is_an_outcome(telling, tip, officer, chief):
    work.assign(tip, to=officer, by=chief, due_on=day(3))
    assert own_kinds(tip) == []
    alerts.follow(timezone.now())
    assert own_kinds(tip) == []

    telling.clock.shift(timedelta(days=2))
    alerts.follow(timezone.now())
    assert own_kinds(tip) == ["tip_day"]
    telling.after(2)
    assert telling.people("tip_day") == {officer}

    work.start(tip, by=officer)
    closing.resolve(tip, by=officer, **END)
    assert own_kinds(tip) == []
    closing.reopen(tip, by=officer, reason="Lại cãi nhau.")
    tip.refresh_from_db()
    assert tip.owner_due_on is None


def test_one_for_tomorrow_is_told_of_at_once(tip, officer, chief):
    work.assign(tip, to=officer, by=chief, due_on=day(1))

    assert own_kinds(tip) == ["tip_day"]


@pytest.mark.parametrize(
    "act",
    [
        lambda tip, by: work.hand_back(tip, by=by, reason="Bận."),
        lambda tip, by: closing.close_unworked(tip, by=by, **END),
        lambda tip, by: duplicates.link(tip, of=make_worked(by), by=by),
        lambda tip, by: triage.divert(tip, by=by, kind="complaint"),
    ],
    ids=["hand back", "close", "link", "divert"],
)
def test_what_ends_the_work_ends_the_telling(tip, officer, chief, act):
    work.assign(tip, to=officer, by=chief, due_on=day(0))
    assert own_kinds(tip) == ["tip_day"]

    with opened():
        act(tip, chief)

    assert own_kinds(tip) == []


def test_it_goes_with_the_owner(tip, officer, officer_of, hamlet, chief):
    other = officer_of(hamlet)
    work.assign(tip, to=officer, by=chief, due_on=day(2))
    with pytest.raises(NotAllowed, match="đang phụ trách"):
        work.assign(tip, to=officer, by=chief, due_on=day(2))

    work.assign(tip, to=officer, by=chief, due_on=day(5))
    tip.refresh_from_db()
    assert (tip.owner, tip.owner_due_on) == (officer, day(5))

    work.assign(tip, to=other, by=chief)
    tip.refresh_from_db()
    assert (tip.owner, tip.owner_due_on) == (other, None)
    days = [event.details.get("day") for event in tip.events.filter(kind="assigned")]
    assert days == [f"{day(2):%d/%m/%Y}", f"{day(5):%d/%m/%Y}", None]


def test_days_of_the_past_and_of_what_is_done_are_refused(tip, officer, chief):
    with pytest.raises(NotAllowed, match="đã qua"):
        work.assign(tip, to=officer, by=chief, due_on=day(-1))
    TipReport.objects.filter(pk=tip.pk).update(status="resolved", disposition="guided")
    with pytest.raises(NotAllowed, match="đã có kết quả"):
        work.assign(tip, to=officer, by=chief, due_on=day(1))


def test_there_is_no_day_without_an_owner(tip):
    tip.owner_due_on = day(1)
    with pytest.raises(IntegrityError, match="tipreport_day_has_owner"), transaction.atomic():
        tip.save()


def test_page_gives_and_shows_it_and_the_terms_stay(tip, officer, chief, login, telling):
    due = tip.next_due_at
    address = reverse("admin:reports_tipreport_assign", args=[tip.pk])
    login(chief).post(
        address, {"deed": "assign", "seen": "", "to-to": officer.pk, "to-due_on": day(2)}
    )

    tip.refresh_from_db()
    assert (tip.owner, tip.owner_due_on, tip.next_due_at) == (officer, day(2), due)
    words = f"xong trước hết ngày {day(2):%d/%m/%Y}"
    show = reverse("admin:reports_tipreport_show", args=[tip.pk])
    trail = reverse("admin:reports_tipreport_trail", args=[tip.pk])
    for page in (show, trail):
        assert words in login(officer).get(page).text
    assert f'value="{day(2).isoformat()}"' in login(chief).get(address).text
    assert TipEvent.objects.get(tip=tip, kind="assigned").details["day"] == f"{day(2):%d/%m/%Y}"


def test_queue_counts_the_nearer_of_both_and_the_giver_sees_what_is_late(
    telling, tip, officer, chief
):
    work.assign(tip, to=officer, by=chief, due_on=day(1))
    [line] = lines(mine, officer)
    assert timezone.localdate(line.due_at) == day(1)
    assert f"Giao xong trước hết ngày {day(1):%d/%m}" in line.note
    assert lines(past_the_day_given, chief) == []

    telling.clock.shift(timedelta(days=2))

    assert [one.key for one in lines(past_the_day_given, chief)] == [f"reports.tipreport:{tip.pk}"]
    assert lines(past_the_day_given, officer) == []
