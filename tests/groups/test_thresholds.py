"""When the people have agreed: shares of all households, said in words."""

from datetime import timedelta

import pytest
from django.utils import timezone

from groups.consultation import thresholds
from groups.consultation.thresholds import Matter, Tally
from tests.factories.groups import make_meeting, make_regulation, make_team


@pytest.mark.parametrize(
    ("total", "matter", "needed"),
    [
        (720, "self_managed", 361), (721, "self_managed", 361), (1, "self_managed", 1),
        (2, "self_managed", 2), (720, "weighty", 480), (721, "weighty", 481), (3, "weighty", 2),
        (1, "weighty", 1),
    ],
)  # fmt: skip
def test_share_is_of_all_households(total, matter, needed):
    assert thresholds.needed(total, matter) == needed
    assert Tally(needed, total, matter).passes
    assert not Tally(needed - 1, total, matter).passes


def test_result_is_said_in_words():
    assert Tally(402, 720).sentence == "Cần ít nhất 361/720 hộ đồng ý; hiện 402 (55,8%): đạt."
    assert Tally(300, 1720, Matter.WEIGHTY).sentence == (
        "Cần ít nhất 1.147/1.720 hộ đồng ý; hiện 300 (17,4%): còn thiếu 847."
    )
    assert Tally(5, 0).sentence == "Hãy ghi tổng số hộ để tính số cần đồng ý."
    assert not Tally(0, 0).passes


@pytest.fixture
def regulation(hamlet):
    return make_regulation(hamlet, agreed=False, status="consulting")


@pytest.fixture
def commune_meeting(commune):
    day = timezone.localdate() - timedelta(days=20)
    return make_meeting(commune=commune, held_on=day, households=12, agree=11, disagree=1)


def test_hamlet_agrees_after_the_commune_was_asked(regulation, commune_meeting):
    meeting = make_meeting(regulation)

    result = thresholds.outcome(regulation)

    assert (result.passes, result.decided_on) == (True, meeting.held_on)
    assert result.commune_meeting == commune_meeting


def test_nothing_is_agreed_before_the_commune_was_asked(regulation):
    make_meeting(regulation)

    assert thresholds.outcome(regulation).needs == (
        "Chưa ghi cuộc họp cấp xã lấy ý kiến các ban, ngành, đoàn thể, các ấp.",
    )


def test_a_meeting_of_another_commune_or_a_later_one_does_not_count(
    regulation, commune, other_commune
):
    make_meeting(regulation)
    make_meeting(commune=other_commune, agree=10)
    late = make_meeting(commune=commune, held_on=timezone.localdate(), agree=10)

    result = thresholds.outcome(regulation)

    assert result.commune_meeting == late
    assert result.needs == ("Cuộc họp cấp xã phải diễn ra trước cuộc họp của ấp.",)


def test_meetings_of_teams_count_together_against_the_whole_hamlet(
    regulation, hamlet, commune_meeting
):
    teams = [make_team(hamlet) for _ in range(3)]
    for team in teams[:2]:
        make_meeting(regulation, team=team, households=30, agree=30)
    short = thresholds.outcome(regulation)
    make_meeting(regulation, team=teams[2], households=30, agree=1)

    assert short.needs == ("Cần ít nhất 61/120 hộ đồng ý; hiện 60 (50%): còn thiếu 1.",)
    assert thresholds.outcome(regulation).passes


def test_the_same_team_asked_twice_counts_once(regulation, hamlet, commune_meeting):
    team = make_team(hamlet)
    for days in (9, 3):
        day = timezone.localdate() - timedelta(days=days)
        make_meeting(regulation, team=team, households=40, agree=40, held_on=day)

    assert thresholds.outcome(regulation).tally.agree == 40


def test_one_passing_meeting_is_not_undone_by_a_later_poor_one(regulation, commune_meeting):
    good = make_meeting(regulation, held_on=timezone.localdate() - timedelta(days=9))
    make_meeting(regulation, agree=5)

    assert thresholds.outcome(regulation).decided_on == good.held_on


def test_regulation_of_the_commune_is_settled_by_its_own_meeting(commune, hamlet):
    regulation = make_regulation(None, commune=commune, agreed=False, status="consulting")
    make_meeting(regulation, hamlet)
    assert not thresholds.outcome(regulation).passes
    make_meeting(regulation, commune=commune, households=12, agree=7)

    assert thresholds.outcome(regulation).tally.sentence == (
        "Cần ít nhất 7/12 đơn vị đồng ý; hiện 7 (58,3%): đạt."
    )


def test_minutes_are_read_with_open_eyes(hamlet):
    today = timezone.localdate()
    tomorrow = today + timedelta(days=1)
    meeting = make_meeting(
        hamlet=hamlet, households=100, agree=90, notice_on=today, held_on=tomorrow, minutes=""
    )
    meeting.represented = 110

    assert thresholds.warnings(meeting, clusters=2, today=today) == [
        "Chỉ báo họp trước 1 ngày; phải báo trước ít nhất 2 ngày.",
        "Ngày họp chưa tới mà đã có kết quả.",
        "Số có mặt nhiều hơn tổng số.",
        "Ấp đang ghi 120 hộ, biên bản ghi 100 hộ.",
        "Ấp dưới 200 hộ thì họp chung, không họp theo cụm.",
        "Chưa có biên bản: hãy ghi kết luận hoặc kèm tệp.",
    ]


def test_good_minutes_raise_no_eyebrow(hamlet):
    meeting = make_meeting(hamlet=hamlet)

    assert thresholds.warnings(meeting, clusters=0, today=timezone.localdate()) == []
