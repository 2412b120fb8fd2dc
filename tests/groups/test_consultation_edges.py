"""Luật 10/2022/QH15 read once more, case by case: what counts, what does not, what is missing."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from groups import services
from groups.consultation import thresholds
from groups.consultation.thresholds import Tally
from groups.models import MeetingCluster, Regulation
from tests.factories.groups import (
    make_acknowledgement,
    make_hamlet,
    make_meeting,
    make_member,
    make_membership,
    make_ordinary_group,
    make_regulation,
    make_team,
)


def ask_commune(commune) -> None:
    day = timezone.localdate() - timedelta(days=20)
    make_meeting(commune=commune, held_on=day, households=12, agree=12)


@pytest.fixture
def regulation(commune, hamlet):
    """Put to 120 households, after the bodies of the commune were asked."""
    ask_commune(commune)
    return make_regulation(hamlet, agreed=False, status="consulting", text="Điều 1")


@pytest.mark.parametrize(("agree", "passes"), [(60, False), (61, True)])
def test_half_of_all_households_is_not_more_than_half(regulation, agree, passes):
    make_meeting(regulation, agree=agree)

    assert thresholds.outcome(regulation).passes is passes


@pytest.mark.parametrize(("agree", "passes"), [(79, False), (80, True)])
def test_two_thirds_are_enough_when_they_are_exact(regulation, agree, passes):
    make_meeting(regulation, agree=agree, matter="weighty")

    assert thresholds.outcome(regulation).passes is passes


def test_more_than_half_of_those_present_is_not_enough(regulation):
    make_meeting(regulation, agree=50, disagree=2)

    assert thresholds.outcome(regulation).needs == (
        "Cần ít nhất 61/120 hộ đồng ý; hiện 50 (41,6%): còn thiếu 11.",
    )


@pytest.mark.parametrize(
    ("agree", "total", "share"),
    [(0, 3, "0%"), (1, 3, "33,3%"), (499, 999, "49,9%"), (3, 3, "100%"), (60, 120, "50%")],
)
def test_share_is_never_rounded_up(agree, total, share):
    assert f"({share})" in Tally(agree, total).sentence


@pytest.mark.parametrize(
    ("part", "total", "share"),
    [
        (1303, 13205, "9,9%"), (434, 495, "87,7%"), (3, 19, "15,8%"), (60, 120, "50%"),
        (1, 2000, "0,1%"), (1, 90_000, "0,1%"), (89_999, 90_000, "99,9%"), (0, 7, "0%"),
        (7, 7, "100%"), (9, 7, "128,6%"),
    ],
)  # fmt: skip
def test_percentage_is_the_one_of_a_calculator(part, total, share):
    assert thresholds.said_percentage(part, total) == share


def test_meeting_without_households_decides_nothing(commune, regulation):
    make_meeting(regulation, households=0, agree=0)

    assert thresholds.outcome(regulation).needs == ("Hãy ghi tổng số hộ để tính số cần đồng ý.",)


def test_more_present_than_there_are_is_refused(hamlet):
    meeting = make_meeting(hamlet=hamlet, households=80, agree=80)
    meeting.agree = meeting.represented = 81

    with pytest.raises(ValidationError, match="không được nhiều hơn tổng số"):
        meeting.full_clean()
    with pytest.raises(IntegrityError), transaction.atomic():
        meeting.save()


def test_more_votes_than_present_are_refused(hamlet):
    meeting = make_meeting(hamlet=hamlet, agree=70)
    meeting.disagree = 1

    with pytest.raises(ValidationError, match="cộng lại phải bằng số có mặt"):
        meeting.full_clean()


def test_clusters_may_not_hold_more_than_the_hamlet(commune):
    meeting = make_meeting(hamlet=make_hamlet(commune), households=120)
    for name in ("Cụm 1", "Cụm 2"):
        MeetingCluster.objects.create(meeting=meeting, name=name, represented=61, agree=61)

    with pytest.raises(services.NotAllowed, match="nhiều hơn tổng số hộ"):
        services.count_clusters(meeting)


def test_hiding_households_from_the_minutes_does_not_help(regulation, chief):
    make_meeting(regulation, households=100, agree=55)

    with pytest.raises(services.NotAllowed, match="ghi 100 hộ thì đạt, nhưng ấp có 120 hộ"):
        services.agree(regulation, by=chief)


def test_a_smaller_count_that_passes_either_way_is_no_obstacle(regulation):
    make_meeting(regulation, households=118, agree=90)

    assert thresholds.outcome(regulation).passes


def test_teams_of_a_hamlet_of_unknown_size_do_not_stand_for_all(commune, chief):
    ask_commune(commune)
    hamlet = make_hamlet(commune, households=0)
    regulation = make_regulation(hamlet, agreed=False, status="consulting", text="x")
    make_meeting(regulation, team=make_team(hamlet), households=30, agree=30)

    with pytest.raises(services.NotAllowed, match="Ấp chưa ghi tổng số hộ"):
        services.agree(regulation, by=chief)


def test_whole_hamlet_of_unknown_size_is_believed_by_its_minutes(commune):
    ask_commune(commune)
    hamlet = make_hamlet(commune, households=0)
    regulation = make_regulation(hamlet, agreed=False, status="consulting", text="x")
    make_meeting(regulation, households=90, agree=46)

    assert thresholds.outcome(regulation).passes


def test_two_meetings_of_the_same_households_are_not_added(regulation):
    for days in (9, 3):
        make_meeting(regulation, agree=40, held_on=timezone.localdate() - timedelta(days=days))

    assert thresholds.outcome(regulation).tally.agree == 40


def test_the_later_of_two_passing_meetings_dates_the_decision(regulation):
    for days in (9, 3):
        make_meeting(regulation, agree=80, held_on=timezone.localdate() - timedelta(days=days))

    assert thresholds.outcome(regulation).decided_on == timezone.localdate() - timedelta(days=3)


def test_meeting_of_the_hamlet_and_those_of_teams_are_not_added(hamlet, regulation):
    make_meeting(regulation, agree=40)
    make_meeting(regulation, team=make_team(hamlet), households=30, agree=30)

    assert thresholds.outcome(regulation).tally.agree == 40


def test_without_minutes_nothing_is_settled(regulation, chief):
    meeting = make_meeting(regulation, minutes="  ")

    with pytest.raises(services.NotAllowed, match=f"{meeting}: chưa có biên bản"):
        services.agree(regulation, by=chief)
    meeting.minutes_file.name = "minutes/2026/11/a.pdf"
    meeting.save()

    assert services.agree(regulation, by=chief).status == Regulation.Status.AGREED


def test_each_team_that_is_counted_has_minutes(hamlet, regulation):
    teams = [make_team(hamlet) for _ in range(2)]
    make_meeting(regulation, team=teams[0], households=60, agree=50)
    silent = make_meeting(regulation, team=teams[1], households=60, agree=50, minutes="")

    assert thresholds.outcome(regulation).needs == (
        f"{silent}: chưa có biên bản. Hãy ghi kết luận hoặc kèm tệp.",
    )


def test_a_result_from_the_future_settles_nothing(regulation, chief):
    make_meeting(regulation, held_on=timezone.localdate() + timedelta(days=2))

    with pytest.raises(services.NotAllowed, match="Ngày họp chưa tới"):
        services.agree(regulation, by=chief)


def test_text_changed_after_meetings_needs_new_meetings(regulation, hamlet, chief):
    make_meeting(regulation)
    services.agree(regulation, by=chief)
    second = services.new_version(regulation, by=chief)
    services.edit(second, "Điều 1 mới", by=chief)
    services.consult(second, by=chief)

    with pytest.raises(services.NotAllowed, match="Chưa ghi cuộc họp lấy ý kiến của ấp"):
        services.agree(second, by=chief)


@pytest.mark.parametrize("form", ["ballots", "online"])
@pytest.mark.parametrize(("people", "is_enough"), [(2, False), (3, True), (5, True), (6, False)])
def test_ballots_are_taken_by_three_to_five(hamlet, form, people, is_enough):
    team = "\n\n".join(f"Ông {number}" for number in range(people))
    meeting = make_meeting(hamlet=hamlet, form=form, notice_on=None, ballot_team=team)

    found = thresholds.warnings(meeting, clusters=0, today=timezone.localdate())

    asked = ["Phát phiếu, biểu quyết trực tuyến phải có tổ lấy phiếu 3 đến 5 người."]
    assert found == ([] if is_enough else asked)


@pytest.mark.parametrize(("days", "is_late"), [(1, True), (2, False)])
def test_meeting_is_called_two_days_ahead(hamlet, days, is_late):
    held_on = timezone.localdate() - timedelta(days=3)
    meeting = make_meeting(hamlet=hamlet, notice_on=held_on - timedelta(days=days))

    found = thresholds.warnings(meeting, clusters=0, today=timezone.localdate())

    assert found == (
        ["Chỉ báo họp trước 1 ngày; phải báo trước ít nhất 2 ngày."] if is_late else []
    )


def test_two_hundred_households_may_meet_by_clusters(commune):
    hamlet = make_hamlet(commune, households=200)
    meeting = make_meeting(hamlet=hamlet, households=200)

    assert thresholds.warnings(meeting, clusters=2, today=timezone.localdate()) == []


# Each member's acknowledgement of its version


def note_result(regulation, members, by, **fields) -> int:
    values = {"on": timezone.localdate(), "method": "signed_list"}
    return services.acknowledge(regulation, [row.pk for row in members], by=by, **(values | fields))


def test_a_new_version_asks_everyone_again(hamlet, chief):
    first = make_regulation(hamlet, status="issued")
    members = [make_member(hamlet) for _ in range(2)]
    note_result(first, members, chief)
    second = make_regulation(hamlet, version=2)

    asked = type(members[0]).objects.bound_by(second)
    assert (asked.not_knowing(first).count(), asked.not_knowing(second).count()) == (0, 2)
    assert note_result(second, members[:1], chief) == 1
    assert list(asked.not_knowing(second)) == members[1:]


def test_members_are_noted_once_and_only_where_one_may(hamlet, other_hamlet, officer_of):
    regulation, officer = make_regulation(hamlet), officer_of(hamlet)
    here, gone, there = make_member(hamlet), make_member(hamlet, status="left"), make_member(
        other_hamlet
    )  # fmt: skip

    assert note_result(regulation, [here, gone, there], officer) == 1
    assert note_result(regulation, [here, gone, there], officer) == 0
    assert regulation.acknowledgements.get().member == here


@pytest.mark.parametrize("status", ["draft", "consulting", "superseded"])
def test_nobody_is_noted_for_rules_that_are_not_in_force(hamlet, chief, status):
    regulation = make_regulation(hamlet, agreed=False, status=status)

    with pytest.raises(services.NotAllowed, match="đã thống nhất hoặc đã ban hành"):
        note_result(regulation, [make_member(hamlet)], chief)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"on": timezone.localdate() + timedelta(days=1)}, "tương lai"),
        ({"method": "x"}, "chọn cách"),
    ],
)
def test_notes_say_when_and_how(hamlet, chief, fields, sentence):
    with pytest.raises(services.NotAllowed, match=sentence):
        note_result(make_regulation(hamlet), [make_member(hamlet)], chief, **fields)


def test_rules_of_the_commune_bind_those_in_its_groups(commune, hamlet, chief):
    regulation = make_regulation(None, commune=commune)
    inside, outside = make_member(hamlet), make_member(hamlet)
    group = make_ordinary_group(None, commune=commune)
    make_membership(inside, group)
    make_membership(outside, group, state="left", left_on=timezone.localdate())

    assert note_result(regulation, [inside, outside], chief) == 1


def test_hamlet_head_notes_down_and_takes_nothing_back(hamlet, hamlet_head_of, officer_of):
    regulation, member = make_regulation(hamlet), make_member(hamlet)
    head = hamlet_head_of(hamlet)
    assert note_result(regulation, [member], head) == 1

    with pytest.raises(services.NotAllowed):
        services.take_back(regulation.acknowledgements.get(), by=head)
    services.take_back(regulation.acknowledgements.get(), by=officer_of(hamlet))
    assert not regulation.acknowledgements.exists()


def test_officer_next_door_takes_no_note_back(hamlet, other_hamlet, officer_of, chief):
    kept = make_acknowledgement(make_member(hamlet), make_regulation(hamlet), chief)

    with pytest.raises(services.NotAllowed):
        services.take_back(kept, by=officer_of(other_hamlet))
