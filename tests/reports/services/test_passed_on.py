"""The days on which a hamlet head passed something on say nothing of what became of it."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from accounts.retention import purge_expired
from reports.intake import Person, TipContent
from reports.models import PassedOnDays, TipReport
from reports.recording import services as recording
from reports.recording.services import AlreadyTaken
from reports.triage import duplicates, splitting
from reports.triage import services as triage
from reports.vault import passed_on_days
from tests.factories.tips import make_triaged
from tests.vaults import opened

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("as_vault")]

WORDS = "Có nhóm thanh niên tụ tập nẹt pô trước trường học."
PAGE = "admin:reports_tipreport_relay"


@pytest.fixture
def head(hamlet_head_of, hamlet):
    return hamlet_head_of(hamlet)


def passed(head, hamlet, *, once="", words=WORDS) -> TipReport:
    told = TipContent(words, hamlet=hamlet)
    return recording.relay(told, by=head, person=Person(), once=once)


def lines(client, head) -> list[str]:
    client.force_login(head, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse(PAGE)).content.decode()
    return re.findall(r'<li class="by-line">(.*?)</li>', page)


def later(monkeypatch, days: int) -> date:
    """Move the clock on by so many days."""
    day = timezone.localdate() + timedelta(days=days)
    monkeypatch.setattr(timezone, "localdate", lambda *_: day)
    return day


def diverted(tip, chief, hamlet):
    triage.divert(tip, by=chief, kind="denunciation")


def handed_over(tip, chief, hamlet):
    triage.hand_over_secretly(tip, by=chief)


def split(tip, chief, hamlet):
    with opened():
        splitting.split(tip, by=chief, summary="Việc thứ hai.")


def linked(tip, chief, hamlet):
    duplicates.link(tip, of=make_triaged(hamlet=hamlet), by=chief)


@pytest.mark.parametrize("end", [diverted, handed_over, split, linked])
def test_whatever_becomes_of_a_tip_the_page_shows_the_same(client, head, hamlet, chief, end):
    tip = passed(head, hamlet)
    before = lines(client, head)

    end(tip, chief, hamlet)

    assert before == [f"Ngày {timezone.localdate():%d/%m/%Y}"]
    assert lines(client, head) == before


@pytest.mark.parametrize("is_wiped", [False, True])
def test_an_old_form_sent_again_does_not_ask_whether_its_tip_is_still_there(
    head, hamlet, chief, monkeypatch, is_wiped
):
    tip = passed(head, hamlet, once="form")
    first = timezone.localdate()
    if is_wiped:
        handed_over(tip, chief, hamlet)
    day = later(monkeypatch, 3)

    try:
        passed(head, hamlet, once="form")
    except AlreadyTaken:
        assert not is_wiped

    assert passed_on_days.days_of(head) == [day, first]


def test_several_of_a_day_are_one_line(head, hamlet):
    for number in range(3):
        passed(head, hamlet, once=str(number))

    assert passed_on_days.days_of(head) == [timezone.localdate()]


def test_twenty_days_are_shown_the_newest_first(head):
    today = timezone.localdate()
    for ago in range(25):
        passed_on_days.add_day(head, on=today - timedelta(days=ago))

    assert passed_on_days.days_of(head) == [today - timedelta(days=ago) for ago in range(20)]


def test_no_column_tells_days_or_whether_there_are_any(head, hamlet, hamlet_head_of):
    for ago in range(20):
        passed_on_days.add_day(head, on=timezone.localdate() - timedelta(days=ago))
    passed_on_days.days_of(hamlet_head_of(hamlet))

    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM reports_passedondays")
        names = {column.name for column in cursor.description}
        cursor.execute("SELECT days FROM reports_passedondays")
        sealed = [row[0] for row in cursor.fetchall()]

    assert names == {"id", "uuid", "user_id", "days"}
    assert len(sealed) == 2
    assert len({len(days) for days in sealed}) == 1
    assert f"{timezone.localdate():%Y%m%d}" not in "".join(sealed)
    assert not AuditEvent.objects.exists()


def test_rows_are_shown_to_nobody(head, hamlet, chief):
    passed(head, hamlet)

    for user in (head, chief):
        assert not PassedOnDays.objects.visible_to(user).exists()


def test_days_go_after_three_months(head, hamlet, monkeypatch):
    passed(head, hamlet)
    later(monkeypatch, PassedOnDays.KEEP_DAYS - 1)
    assert purge_expired(dry_run=True)["passed_on_days"] == 0
    later(monkeypatch, 1)

    assert passed_on_days.days_of(head) == []
    assert purge_expired(dry_run=True)["passed_on_days"] == 1
    assert [purge_expired()["passed_on_days"] for _night in range(2)] == [1, 0]
    assert PassedOnDays.objects.get(user=head).days == ""
