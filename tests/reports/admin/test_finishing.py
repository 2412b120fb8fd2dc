"""A small matter ended on one page: what it writes, for whom it is, and the ten minutes to undo."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.users.roles import Role
from reports.models import TipReport
from reports.tips.errors import NotAllowed
from reports.triage import duplicates, finishing
from tests.factories.accounts import make_user
from tests.factories.tips import make_canned, make_message, make_tip, make_triaged, make_worked

pytestmark = pytest.mark.django_db
Status = TipReport.Status
FORM = {
    "xong-kind": "feedback", "xong-category": "mau-thuan", "xong-disposition": "handled_here",
    "xong-measure": "reconciled", "xong-summary": "Hai nhà cãi nhau vì rãnh nước.",
    "xong-outcome": "Đã gặp hai nhà, hòa giải xong.",
    "xong-answer": "Công an xã đã gặp hai gia đình, việc đã xong.",
}  # fmt: skip


@pytest.fixture
def filled(hamlet):
    return {**FORM, "xong-hamlet": hamlet.pk}


@pytest.fixture
def officer(officer_of, hamlet):
    return officer_of(hamlet)


@pytest.fixture
def client(login, officer):
    return login(officer)


def page(name, tip, *more):
    return reverse(f"admin:reports_tipreport_{name}", args=[tip.pk, *more])


def test_a_petition_ends_in_three_screens(client, officer, hamlet, filled):
    tip = make_tip(hamlet=hamlet)

    shown = client.get(page("show", tip)).content.decode()
    read = client.post(page("read", tip)).content.decode()
    done = client.post(page("finish", tip), filled, follow=True)

    assert "Đọc và phân loại" in shown
    assert 'name="xong-summary"' in read
    tip.refresh_from_db()
    assert (tip.status, tip.disposition, tip.measure) == ("closed", "handled_here", "reconciled")
    assert (tip.owner, tip.kind, tip.category) == (officer, "feedback", "mau-thuan")
    assert tip.summary == FORM["xong-summary"]
    assert tip.told_at is not None
    text = done.content.decode()
    assert "hòa giải" in text
    assert "Hoàn tác" in text
    kinds = list(tip.events.order_by("pk").values_list("kind", flat=True))
    for kind in ("triaged", "assigned", "summarised", "answered", "closed"):
        assert kind in kinds


@pytest.mark.parametrize(
    "left", ["summary", "outcome", "answer", "category", "disposition", "measure"]
)
def test_without_a_part_nothing_is_written(client, hamlet, left, filled):
    tip = make_tip(hamlet=hamlet)

    answer = client.post(page("finish", tip), {**filled, f"xong-{left}": ""})

    assert answer.status_code == 200
    tip.refresh_from_db()
    assert (tip.status, tip.owner, tip.summary) == (Status.NEW, None, "")
    assert not tip.messages.filter(direction="out").exists()
    for name in ("summary", "outcome", "answer"):
        if name != left:
            assert FORM[f"xong-{name}"] in answer.content.decode()


def test_words_that_give_the_teller_away_undo_the_whole_act(client, hamlet, filled):
    tip = make_tip(hamlet=hamlet)

    client.post(page("finish", tip), {**filled, "xong-answer": "Nhờ tin của bà Lê Thị Mẫu báo."})

    tip.refresh_from_db()
    assert (tip.status, tip.kind, tip.owner) == (Status.NEW, "", None)


def test_who_was_told_by_word_of_mouth_gets_no_message(client, hamlet, filled):
    tip = make_tip(hamlet=hamlet)

    client.post(page("finish", tip), {**filled, "xong-answer": "", "xong-spoken": "on"})

    tip.refresh_from_db()
    assert tip.status == Status.CLOSED
    assert tip.told_at is not None
    assert not tip.messages.filter(direction="out").exists()


@pytest.mark.parametrize("kind", TipReport.CRIME_KINDS)
def test_crime_goes_the_long_way(officer, client, hamlet, kind, filled):
    tip = make_triaged(hamlet=hamlet, kind=kind)
    values = {"category": "toi-pham", "hamlet": hamlet, "summary": "x", "outcome": "x",
              "answer": "x", "disposition": "handled_here"}  # fmt: skip

    with pytest.raises(NotAllowed):
        finishing.finish(tip, by=officer, kind=kind, **values)
    with pytest.raises(NotAllowed):
        finishing.finish(tip, by=officer, kind="feedback", **values)
    assert "finish" not in client.get(page("show", tip)).content.decode()
    client.post(page("finish", tip), filled)
    tip.refresh_from_db()
    assert tip.status == Status.TRIAGED


def test_a_tip_under_work_has_no_such_page(client, officer, hamlet):
    tip = make_worked(officer, hamlet=hamlet)

    assert page("finish", tip) not in client.get(page("show", tip)).content.decode()
    assert client.get(page("finish", tip)).status_code == 302


@pytest.mark.parametrize("role", [Role.DUTY_OFFICER, Role.HAMLET_HEAD, Role.PARTY_MEMBER])
def test_roles_that_close_nothing_have_none(login, commune, hamlet, role, filled):
    tip = make_tip(hamlet=hamlet)

    answer = login(make_user(commune, role)).post(page("finish", tip), filled)

    assert answer.status_code in {403, 404}
    tip.refresh_from_db()
    assert tip.status == Status.NEW


def test_undo_is_for_ten_minutes_and_for_who_closed(client, officer, chief, hamlet, filled):
    tip = make_tip(hamlet=hamlet)
    client.post(page("finish", tip), filled)
    tip.refresh_from_db()
    later = tip.closed_at + finishing.UNDO + timedelta(seconds=1)

    assert finishing.may_undo(tip, officer)
    assert not finishing.may_undo(tip, chief)
    assert not finishing.may_undo(tip, officer, later)
    client.post(page("step", tip, "hoan-tac"))

    tip.refresh_from_db()
    assert (tip.status, tip.measure, tip.closed_at) == (Status.IN_PROGRESS, "", None)


def test_after_ten_minutes_a_reason_is_asked(client, officer, hamlet, filled):
    tip = make_tip(hamlet=hamlet)
    client.post(page("finish", tip), filled)
    past = timezone.now() - finishing.UNDO - timedelta(minutes=1)
    TipReport.objects.filter(pk=tip.pk).update(closed_at=past)
    tip.refresh_from_db()

    with pytest.raises(NotAllowed):
        finishing.undo(tip, by=officer)
    tip.refresh_from_db()
    assert tip.status == Status.CLOSED


def test_the_answer_comes_from_a_template(client, commune, hamlet):
    make_canned(commune, stage="resolved", title="Đã xong", text="Việc bà con báo đã xong.")
    tip = make_tip(hamlet=hamlet)

    assert "Việc bà con báo đã xong." in client.post(page("read", tip)).content.decode()


def test_words_that_came_meanwhile_are_read_first(client, filled, hamlet):
    tip = make_tip(hamlet=hamlet)
    make_message(tip, text="Giờ họ cầm dao.")

    client.post(page("finish", tip), filled)

    tip.refresh_from_db()
    assert (tip.status, tip.has_unread) == (Status.NEW, True)
    assert page("finish", tip) not in client.get(page("show", tip)).content.decode()


def test_an_emergency_goes_the_long_way(client, filled, hamlet):
    tip = make_tip(hamlet=hamlet, urgency="emergency")

    client.post(page("finish", tip), filled)

    tip.refresh_from_db()
    assert tip.status == Status.NEW


def test_blanks_of_the_template_are_filled_in_first(client, commune, filled, hamlet):
    canned = make_canned(commune, stage="resolved", text="Đã giải quyết: [đã làm gì].")
    tip = make_tip(hamlet=hamlet)
    read = client.post(page("read", tip)).content.decode()
    assert f'name="mau" value="{canned.pk}"' in read

    client.post(page("finish", tip), {**filled, "mau": canned.pk, "xong-answer": canned.text})

    tip.refresh_from_db()
    assert tip.status == Status.NEW


def test_the_place_stays(client, filled, hamlet):
    tip = make_tip(hamlet=hamlet)
    tip.place = "Sau chợ"
    tip.save()

    client.post(page("finish", tip), filled)

    assert TipReport.objects.get(pk=tip.pk).place == "Sau chợ"


def test_a_tip_from_elsewhere_is_taken_before_it_is_sorted(client, officer, filled, commune):
    tip = make_tip(commune, recorded_by=officer)

    client.post(page("finish", tip), {**filled, "xong-hamlet": ""})

    tip.refresh_from_db()
    assert (tip.status, tip.owner) == (Status.CLOSED, officer)


def test_an_answer_that_waits_for_the_chat_does_not_leave_after_undo(client, filled, hamlet):
    tip = make_tip(hamlet=hamlet, channel=TipReport.Channel.OA_CHAT)
    client.post(page("finish", tip), filled)
    (answer,) = tip.messages.filter(direction="out", is_result=True)
    assert answer.state == "queued"

    client.post(page("step", tip, "hoan-tac"))

    answer.refresh_from_db()
    assert (answer.state, answer.next_attempt_at) == ("closed", None)


def test_reporters_of_duplicates_are_told_too(client, officer, filled, hamlet):
    tip, twin = make_triaged(hamlet=hamlet), make_triaged(hamlet=hamlet)
    duplicates.link(twin, of=tip, by=officer)

    client.post(page("finish", tip), filled)

    assert twin.messages.filter(direction="out", is_result=True).count() == 1
