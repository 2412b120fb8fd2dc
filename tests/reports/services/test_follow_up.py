"""The receiver of a tip is asked for its result in time, and never again once heard."""

from datetime import timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.scoped_admin.work_lists import lists_for
from reports.tips.errors import NotAllowed
from reports.triage import referrals
from reports.work import closing
from tests.factories.tips import make_worked

TO_ASK = "Đến hạn hỏi kết quả nơi nhận"
SAID = "Đã thụ lý, đang xác minh thêm."


@pytest.fixture
def tip(hamlet, chief):
    """Handed to the investigators, taken by them, told and closed here."""
    made = make_worked(chief, hamlet=hamlet, kind="crime_report", category="toi-pham")
    referral = referrals.refer(
        made, by=chief, to="investigating_agency", to_whom="Cơ quan điều tra",
        slip_number="12/PC", slip_on=timezone.localdate(),
    )  # fmt: skip
    referrals.accept(referral, by=chief)
    closing.resolve(made, by=chief, disposition="investigating_agency", outcome="Đã chuyển.")
    closing.tell(made, by=chief, spoken=True)
    closing.close(made, by=chief)
    return made


def follow_ups(tip):
    rows = tip.clocks.filter(stage="follow_up").order_by("due_at")
    return [row.state for row in rows]


def waiting(user):
    made = {one.title: one for one in lists_for(user, timezone.localtime())}
    return [item.title.split(" · ")[0] for item in made[TO_ASK].items] if TO_ASK in made else []


def test_it_is_time_to_ask_after_twenty_days_and_again_after_sixty(tip, chief):
    assert (follow_ups(tip), waiting(chief)) == (["running", "running"], [])

    with time_machine.travel(timezone.now() + timedelta(days=21), tick=False):
        assert waiting(chief) == [tip.code]
        referrals.hear(tip, by=chief, text=SAID, has_result=False)
        assert waiting(chief) == []
    with time_machine.travel(timezone.now() + timedelta(days=61), tick=False):
        assert waiting(chief) == [tip.code]
        referrals.hear(tip, by=chief, text="Đã khởi tố.", has_result=True)
        assert waiting(chief) == []

    assert not tip.clocks.open().exists()


def test_a_result_that_was_heard_early_ends_every_reminder(tip, chief):
    referrals.hear(tip, by=chief, text="Đã khởi tố.", has_result=True)

    assert follow_ups(tip) == ["met", "met"]
    tip.refresh_from_db()
    assert tip.status == "closed"
    with pytest.raises(NotAllowed, match="Không có nơi nhận nào"):
        referrals.hear(tip, by=chief, text="Đã khởi tố.", has_result=True)


def test_what_was_said_is_sealed_in_the_history(tip, chief, login):
    client = login(chief)
    page = reverse("admin:reports_tipreport_refer", args=[tip.pk])
    assert page in client.get(reverse("admin:reports_tipreport_show", args=[tip.pk])).text

    answered = client.post(page, {"said": SAID, "heard": "asked"})

    assert answered.status_code == 302
    assert follow_ups(tip) == ["met", "running"]
    step = tip.events.filter(kind="referral_answered").last()
    assert (step.note, step.details) == (SAID, {"has_result": False})
    trail = client.get(reverse("admin:reports_tipreport_trail", args=[tip.pk])).text
    assert "đã hỏi, chưa có kết quả" in trail


def test_only_who_works_on_the_tip_hears_for_it(tip, chief, officer_of, other_hamlet):
    with pytest.raises(NotAllowed):
        referrals.hear(tip, by=officer_of(other_hamlet), text=SAID, has_result=True)
    with pytest.raises(NotAllowed, match="lời nơi nhận trả lời"):
        referrals.hear(tip, by=chief, text=" ", has_result=True)
    assert follow_ups(tip) == ["running", "running"]
