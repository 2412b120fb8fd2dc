"""Decisions that somebody would like to tilt: planned, later, removed and simultaneous meetings."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEvent
from groups import services
from groups.consultation import thresholds
from groups.consultation.meetings import carries_decisions, may_remove
from groups.models import ConsultationMeeting, Regulation, RegulationAcknowledgement
from tests.factories.groups import (
    make_hamlet,
    make_meeting,
    make_member,
    make_regulation,
    make_team,
)
from tests.groups.test_change_races import at_once
from tests.groups.test_consultation_edges import ask_commune

TODAY = timezone.localdate


def days_ago(days: int):
    return TODAY() - timedelta(days=days)


@pytest.fixture
def regulation(commune, hamlet):
    """Put to 120 households, after the bodies of the commune were asked twenty days ago."""
    ask_commune(commune)
    return make_regulation(hamlet, agreed=False, status="consulting", text="Điều 1")


def plan(regulation, **fields):
    day = TODAY() + timedelta(days=5)
    return make_meeting(regulation, held_on=day, agree=0, minutes="", **fields)


def test_planned_meeting_of_a_team_hides_no_result(hamlet, regulation):
    team = make_team(hamlet, households=90)
    make_meeting(regulation, team=team, households=90, agree=70)
    plan(regulation, team=team, households=90)

    assert thresholds.outcome(regulation).passes
    assert thresholds.outcome(regulation).tally.agree == 70


def test_planned_meeting_of_the_hamlet_hides_no_result(regulation):
    make_meeting(regulation, agree=50)
    plan(regulation)

    assert thresholds.outcome(regulation).tally.agree == 50


def test_a_plan_alone_decides_nothing(regulation):
    plan(regulation)

    assert not thresholds.outcome(regulation).passes


def test_a_later_no_of_more_than_half_undoes_a_yes(regulation, chief):
    make_meeting(regulation, agree=80, held_on=days_ago(9))
    make_meeting(regulation, agree=20, disagree=61, held_on=days_ago(3))

    with pytest.raises(services.NotAllowed, match="hiện 20"):
        services.agree(regulation, by=chief)


def test_a_later_no_of_half_undoes_nothing(regulation):
    good = make_meeting(regulation, agree=80, held_on=days_ago(9))
    make_meeting(regulation, agree=20, disagree=60, held_on=days_ago(3))

    assert thresholds.outcome(regulation).decided_on == good.held_on


def test_a_yes_after_a_no_counts(regulation):
    make_meeting(regulation, agree=20, disagree=61, held_on=days_ago(9))
    make_meeting(regulation, agree=61, held_on=days_ago(3))

    assert thresholds.outcome(regulation).passes


def test_each_team_is_asked_after_the_commune(commune, hamlet, regulation):
    for days in (25, 3):
        make_meeting(
            regulation, team=make_team(hamlet), households=60, agree=50, held_on=days_ago(days)
        )

    assert thresholds.outcome(regulation).needs == (
        "Cuộc họp cấp xã phải diễn ra trước cuộc họp của ấp.",
    )


def test_more_yeses_than_households_is_a_wrong_figure(hamlet, regulation):
    for _ in range(2):
        make_meeting(regulation, team=make_team(hamlet), households=80, agree=70)

    assert thresholds.outcome(regulation).needs == (
        "Biên bản ghi 140 hộ đồng ý, mà ấp có 120 hộ. Hãy sửa số sai.",
    )


def test_a_team_of_thirty_does_not_hold_eighty(hamlet):
    meeting = make_meeting(hamlet=hamlet, team=make_team(hamlet, households=30), households=80)

    found = thresholds.warnings(meeting, clusters=0, today=TODAY())

    assert found == ["Tổ đang ghi 30 hộ, biên bản ghi 80 hộ."]


# What a decision rests on


def bodies(commune) -> ConsultationMeeting:
    return ConsultationMeeting.objects.of_bodies(commune).get()


def test_meeting_of_the_bodies_stays_once_a_hamlet_has_agreed(commune, regulation, chief):
    asked = bodies(commune)
    assert may_remove(asked)
    make_meeting(regulation)
    services.agree(regulation, by=chief)

    with pytest.raises(services.NotAllowed, match="đã thống nhất dựa vào cuộc họp này"):
        services.remove(asked, by=chief)
    for change in ({"held_on": days_ago(1)}, {"represented": 0, "agree": 0}):
        fresh = bodies(commune)
        for name, value in change.items():
            setattr(fresh, name, value)
        with pytest.raises(services.NotAllowed, match="không dời ngày họp về sau"):
            services.record(fresh, by=chief)
    assert bodies(commune) == asked


def test_minutes_of_the_bodies_may_still_be_completed(commune, regulation, chief):
    make_meeting(regulation)
    services.agree(regulation, by=chief)
    asked = bodies(commune)
    asked.minutes, asked.venue = "Thống nhất triển khai.", "Hội trường"

    services.record(asked, by=chief)

    assert bodies(commune).venue == "Hội trường"


def test_of_two_meetings_of_the_bodies_one_may_go(commune, regulation, chief):
    second = make_meeting(commune=commune, held_on=days_ago(15), households=12, agree=12)
    make_meeting(regulation)
    services.agree(regulation, by=chief)
    first = ConsultationMeeting.objects.of_bodies(commune).first()
    assert not carries_decisions(first)

    services.remove(first, by=chief)

    assert carries_decisions(second)
    with pytest.raises(services.NotAllowed):
        services.remove(second, by=chief)


def test_meeting_of_the_bodies_of_elsewhere_or_of_later_may_go(
    commune, other_commune, regulation, chief
):
    make_meeting(regulation)
    services.agree(regulation, by=chief)
    late = make_meeting(commune=commune, held_on=TODAY(), households=12, agree=12)
    elsewhere = make_meeting(commune=other_commune, held_on=days_ago(30), agree=9)

    assert may_remove(late)
    assert may_remove(elsewhere)


def test_page_offers_no_deletion_of_what_carries_decisions(login, commune, regulation, chief):
    make_meeting(regulation)
    services.agree(regulation, by=chief)
    asked = bodies(commune)

    answer = login(chief).post(
        reverse("admin:groups_consultationmeeting_delete", args=[asked.pk]),
        {"post": "yes", "delete_reason": "Ghi nhầm"},
    )

    assert answer.status_code == 403
    assert bodies(commune) == asked


def test_a_meeting_removed_twice_is_told(hamlet, chief):
    meeting = make_meeting(hamlet=hamlet)
    again = ConsultationMeeting.objects.get(pk=meeting.pk)
    services.remove(meeting, by=chief)

    with pytest.raises(services.NotAllowed, match="đã được xóa"):
        services.remove(again, by=chief)
    assert AuditEvent.objects.filter(action="meeting.removed").count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("round_", range(3))
@pytest.mark.parametrize("act", ["record", "remove"])
def test_rules_are_not_agreed_on_a_meeting_that_changes_meanwhile(chief, hamlet, act, round_):
    ask_commune(hamlet.commune)
    regulation = make_regulation(hamlet, agreed=False, status="consulting", text="Điều 1")
    meeting = make_meeting(regulation)
    worse = ConsultationMeeting.objects.get(pk=meeting.pk)
    worse.agree = worse.represented = 10

    ends = at_once(
        lambda: services.agree(regulation, by=chief),
        lambda: getattr(services, act)(worse, by=chief),
    )

    assert ends[0] == "done"
    assert ends[1] != "done"
    regulation.refresh_from_db()
    kept = ConsultationMeeting.objects.filter(pk=meeting.pk, agree=70).exists()
    assert (regulation.status == Regulation.Status.AGREED) == kept


# Days that cannot be


def clusters(*rows):
    fields = {"clusters-TOTAL_FORMS": len(rows), "clusters-INITIAL_FORMS": 0}
    for number, (name, day, count) in enumerate(rows):
        fields |= {
            f"clusters-{number}-{key}": value
            for key, value in {
                "name": name, "held_on": f"{day:%d/%m/%Y}", "represented": count, "agree": count,
                "disagree": 0, "other": 0,
            }.items()
        }  # fmt: skip
    return fields


@pytest.mark.parametrize(("last", "is_kept"), [(3, True), (2, False)])
def test_meeting_by_clusters_ends_with_its_last_cluster(login, chief, commune, last, is_kept):
    hamlet = make_hamlet(commune, households=400)
    form = {
        "hamlet": hamlet.pk, "subject": "Quy chế", "matter": "self_managed", "form": "meeting",
        "held_on": f"{days_ago(3):%d/%m/%Y}", "households": 400, "represented": 0, "agree": 0,
        "disagree": 0, "other": 0,
    } | clusters(("Cụm 1", days_ago(9), 100), ("Cụm 2", days_ago(last), 120))  # fmt: skip

    answer = login(chief).post(reverse("admin:groups_consultationmeeting_add"), form)

    assert ConsultationMeeting.objects.filter(agree=220).exists() is is_kept
    if not is_kept:
        assert "Có cụm họp sau ngày họp" in answer.content.decode()


def test_nobody_knew_the_rules_before_they_were_asked_about(hamlet, regulation, chief):
    member = make_member(hamlet)
    for days in (9, 3):
        make_meeting(regulation, held_on=days_ago(days))
    services.agree(regulation, by=chief)

    def note_result(day):
        return services.acknowledge(regulation, [member.pk], by=chief, on=day, method="meeting")

    with pytest.raises(services.NotAllowed, match="ngày ghi nhận không thể sớm hơn"):
        note_result(days_ago(10))
    assert note_result(days_ago(9)) == 1


@pytest.mark.parametrize("page", ["known", "issue"])
def test_a_day_that_is_in_no_calendar_is_refused(login, chief, hamlet, page):
    regulation, member = make_regulation(hamlet), make_member(hamlet)

    answer = login(chief).post(
        reverse(f"admin:groups_regulation_{page}", args=[regulation.pk]),
        {"on": "2026-02-31", "member": member.pk, "way": "meeting"}, follow=True,
    )  # fmt: skip

    assert "Ngày ghi không có trong lịch" in answer.content.decode()
    regulation.refresh_from_db()
    assert regulation.issued_on is None
    assert not RegulationAcknowledgement.objects.exists()
