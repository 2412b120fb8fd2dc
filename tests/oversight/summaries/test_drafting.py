"""Drafts of missed nights, the command that checks, the sign of health, the post."""

from datetime import date
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.papers.services import Issuer
from accounts.users.roles import Role
from accounts.work_budget import WorkBudget
from broadcasts.content_check.services import check
from content_rules.engine.findings import Level
from oversight import health, periods, tasks
from oversight.models import PeriodSummary
from oversight.summaries import drafting
from oversight.summaries import services as summaries
from oversight.summaries.result_post import LONGEST, draft_post, text_of
from tests.factories.accounts import make_commune, make_user
from tests.factories.groups import make_group, make_hamlet, make_member, make_membership
from tests.factories.procedures import make_question
from tests.factories.summaries import make_signed
from tests.oversight.conftest import at

pytestmark = pytest.mark.django_db
NEW_YEAR = at(date(2027, 1, 1), 1)


@pytest.fixture
def bodies(chief, party_office):
    """Accounts that were there long before."""
    for user in (chief, party_office):
        user.date_joined = at(date(2020, 1, 1))
        user.save()
    return chief.commune


def made(issuer):
    found = PeriodSummary.objects.filter(issuer=issuer).order_by("first", "last")
    return [row.period.words for row in found]


def test_night_that_was_missed_is_made_up_for(bodies, time_machine):
    time_machine.move_to(at(date(2026, 12, 9)), tick=False)
    assert drafting.draft_due(bodies) > 0
    time_machine.move_to(at(date(2027, 1, 7)), tick=False)

    assert not health.summary_drafts(date(2027, 1, 7))["ok"]
    drafting.draft_due(bodies)

    assert "tháng 12/2026" in made(Issuer.POLICE)
    assert health.summary_drafts(date(2027, 1, 7))["ok"]


def test_drafts_are_made_in_steps(bodies, time_machine, monkeypatch):
    time_machine.move_to(NEW_YEAR, tick=False)
    called = []
    monkeypatch.setattr(tasks.draft_summaries, "delay", called.append)
    monkeypatch.setattr(tasks, "WorkBudget", lambda: WorkBudget(0))
    missing = len(drafting.missing([bodies.pk], timezone.localdate()))

    counts = []
    for _step in range(3):
        tasks.draft_summaries(bodies.pk)
        counts.append(PeriodSummary.objects.count())

    assert counts == [1, 2, 3]
    assert called == [bodies.pk] * 3
    drafting.draft_due(bodies)
    tasks.draft_summaries(bodies.pk)
    assert (PeriodSummary.objects.count(), len(called)) == (missing, 3)


def test_first_night_of_a_month_is_not_late_yet(bodies, time_machine):
    time_machine.move_to(at(date(2026, 12, 9)), tick=False)
    drafting.draft_due(bodies)

    assert health.summary_drafts(date(2027, 1, 1))["ok"]
    assert not health.summary_drafts(date(2027, 1, 2))["ok"]


@pytest.mark.parametrize("count", [1, 3])
def test_the_sign_of_health_asks_as_much_for_three_communes_as_for_one(
    bodies, count, django_assert_num_queries, time_machine
):
    for _number in range(count - 1):
        other = make_user(make_commune(), Role.CHIEF)
        other.date_joined = at(date(2020, 1, 1))
        other.save()
    time_machine.move_to(NEW_YEAR, tick=False)
    spans = list(drafting.ended(timezone.localdate() - periods.ONE_DAY))

    with django_assert_num_queries(6):
        told = health.summary_drafts(timezone.localdate())

    assert told["drafts_missing"] == len(spans) * (3 + count - 1)
    assert not told["ok"]


def test_spans_of_before_the_accounts_are_not_drafted(chief):
    assert drafting.draft_due(chief.commune) == 0
    assert health.summary_drafts(timezone.localdate())["ok"]


def test_locked_account_signs_for_nobody(bodies, chief, time_machine):
    time_machine.move_to(NEW_YEAR, tick=False)
    chief.is_active = False
    chief.save()

    drafting.draft_due(bodies)

    assert made(Issuer.POLICE) == []
    assert made(Issuer.PARTY) != []


# The command


def test_command_finds_all_well(chief):
    make_signed(chief)
    told = StringIO()

    call_command("verify_summaries", stdout=told)

    assert "1 báo cáo đã ký" in told.getvalue()


# The post


def test_post_tells_the_frozen_numbers_and_passes_the_gate(chief, party_office, tips_of):
    hamlet = make_hamlet(chief.commune, households=120)
    make_group(hamlet)
    summer = periods.quarter(2026, 3)
    for month in (7, 8, 9):
        tips_of(8, date(2026, month, 5))
    summary = make_signed(party_office, Issuer.PARTY, period=summer)
    tips_of(5, date(2026, 8, 7))

    post = draft_post(summary, by=chief)

    assert "Tiếp nhận 24 phản ánh" in post.text
    assert len(post.text) <= LONGEST
    assert [hit for hit in check(post) if hit.level == Level.BLOCK] == []


def test_post_says_on_which_day_households_and_groups_were_counted(chief, party_office):
    hamlet = make_hamlet(chief.commune, households=120)
    make_membership(
        make_member(hamlet, household_code="H1"), make_group(hamlet), joined_on=date(2026, 9, 1)
    )
    make_membership(make_member(hamlet, household_code="H2"), make_group(hamlet))
    summary = make_signed(party_office, Issuer.PARTY, period=periods.quarter(2026, 3))
    counted_on = f"{timezone.localdate(summary.as_of):%d/%m/%Y}"

    text = text_of(summary)

    assert "- Đến ngày 30/09/2026: 1 trên 120 hộ có người trong nhóm Zalo của ấp" in text
    assert f"- Đến ngày {counted_on}: 2 nhóm đang hoạt động." in text


def test_post_tells_nobody_how_many_questions_were_none(commune, chief, party_office):
    """Mostly tips: the number without them, beside that of the page, would say how many."""
    day = date(2026, 8, 5)
    made = [make_question(commune, asked_on=day) for _number in range(3)]
    made[0].outcome, made[0].settled_by, made[0].settled_at = "set_aside", chief, at(day)
    made[0].save()
    text = text_of(make_signed(party_office, Issuer.PARTY, period=periods.quarter(2026, 3)))

    assert "Nhận 3 câu hỏi về thủ tục" in text


def test_post_is_silent_about_tips_that_are_too_few(chief, party_office, tips_of):
    summer = periods.quarter(2026, 3)
    tips_of(3, date(2026, 8, 5))

    assert "phản ánh của bà con" not in text_of(
        make_signed(party_office, Issuer.PARTY, period=summer)
    )


def test_officer_of_another_commune_makes_no_post(party_office, other_commune):
    summary = make_signed(party_office, Issuer.PARTY)
    stranger = make_user(other_commune, Role.CHIEF)

    with pytest.raises(summaries.NotAllowed, match="không thuộc xã"):
        draft_post(summary, by=stranger)
