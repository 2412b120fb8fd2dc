"""Zalo's numbers decide how much may be sent, and how much stays for emergencies."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import AuditEvent
from tests.factories.zalo import make_official_account
from zalo.client.types import SentQuota
from zalo.followers import quota
from zalo.models import QuotaLedger

pytestmark = pytest.mark.django_db

START = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
END = date(2026, 12, 31)


@pytest.fixture
def account(commune):
    return make_official_account(commune)


@pytest.fixture
def frozen(monkeypatch):
    """Today is the day on which these tests begin."""
    monkeypatch.setattr(timezone, "now", lambda: START)


def day(number: float) -> datetime:
    return START + timedelta(days=number)


def package(remain: int | None, total: int | None = 500) -> SentQuota:
    return SentQuota("sub_quota", remain, total, END)


def test_answers_out_of_order_leave_the_newest(account):
    quota.record(account, package(490), day(2))
    quota.record(account, package(499), day(0))
    quota.record(account, package(495), day(1))

    row = QuotaLedger.objects.get()
    assert (row.remain, row.total, row.expires_on, row.seen_at) == (490, 500, END, day(2))


def test_no_finer_time_than_the_quarter_of_an_hour_is_kept(account):
    at = START.replace(minute=7, second=31)
    quota.record(account, package(490), at)
    quota.record(account, package(489), at + timedelta(minutes=2))
    quota.record(account, package(490), at + timedelta(minutes=1))  # it comes late

    row = QuotaLedger.objects.get()
    assert (row.remain, row.seen_at) == (489, at.replace(minute=0, second=0, microsecond=0))
    assert row.first_seen_at == row.seen_at

    quota.record(account, package(600, 600), at + timedelta(minutes=3), is_asked=True)
    assert QuotaLedger.objects.get().remain == 600  # topped up, and somebody asked


def test_unknown_kinds_and_missing_numbers_are_left_alone(account):
    quota.record(account, SentQuota("promo", 3, 4, None), START)
    quota.record(account, package(None), START)

    assert not QuotaLedger.objects.exists()


def test_more_left_than_there_was_does_not_break_the_row(account):
    quota.record(account, SentQuota("sub_quota", 12, 10, END), START)

    assert QuotaLedger.objects.get().total == 12


@pytest.mark.parametrize(
    ("said", "words", "is_short"),
    [
        ([(0, 500)], "Còn 500 tin đến 31/12/2026; chưa đủ số liệu", False),
        ([(0, 500), (10, 412)], "Còn 412 tin đến 31/12/2026; theo nhịp hiện nay hết vào", True),
        ([(0, 500), (10, 480)], "Còn 480 tin đến 31/12/2026; theo nhịp hiện nay đủ dùng.", False),
        ([(0, 500), (10, 0)], "Còn 0 tin đến 31/12/2026. Tin ngoài 48 giờ sẽ bị tính tiền", True),
        ([(0, 20), (9, 2), (10, 2002)], "Còn 2.002 tin đến 31/12/2026; chưa đủ", False),
    ],
)
def test_forecast_by_the_pace_since_the_last_top_up(account, said, words, is_short):
    for number, remain in said:
        quota.record(account, package(remain, 3000), day(number))

    line = quota.summary(account, day(said[-1][0]))[0]

    assert line.label == "Tin trong gói"
    assert line.sentence.startswith(words)
    assert line.is_short is is_short


def test_day_on_which_it_runs_out(account):
    quota.record(account, package(500), day(0))
    quota.record(account, package(400), day(10))

    assert "khoảng ngày 22/12/2026" in quota.summary(account, day(10))[0].sentence


def test_quota_that_has_run_out_by_its_date_is_not_counted(account):
    quota.record(account, SentQuota("sub_quota", 100, 100, date(2026, 11, 5)), START)

    assert quota.is_known(account, day(0))
    assert not quota.is_known(account, day(10))
    assert quota.summary(account, day(0))
    assert not quota.summary(account, day(10))


def test_a_message_whose_price_is_unknown_needs_a_yes(account):
    assert not quota.may_send(account, START).is_allowed


@pytest.mark.parametrize(
    ("remain", "is_urgent", "is_allowed"),
    [(26, False, True), (25, False, False), (25, True, True), (1, True, True), (0, True, False)],
)
def test_the_last_messages_are_kept_for_what_is_urgent(account, remain, is_urgent, is_allowed):
    quota.record(account, package(remain), START)

    assert quota.may_send(account, START, is_urgent=is_urgent).is_allowed is is_allowed


def test_bought_and_given_messages_count_together(account):
    quota.record(account, package(0), START)
    quota.record(account, SentQuota("reward_quota", 40, 40, None), START)

    assert "Còn 40 tin" in quota.may_send(account, START).sentence
    assert quota.may_send(account, START).is_allowed


def test_what_was_said_long_ago_lets_nothing_leave(account):
    """Meanwhile somebody may have used the package up in Zalo's own tool."""
    quota.record(account, package(300), START)
    later = START + quota.FRESH_FOR + timedelta(seconds=1)

    assert not quota.is_known(account, later)
    assert not quota.may_send(account, later).is_allowed
    assert "Còn 300 tin" in quota.summary(account, later)[0].sentence


def test_articles_of_a_month_are_counted_against_what_zalo_allows(account, frozen):
    quota.note_broadcasts_allowed(account, 3, START)
    quota.count_broadcast(account, day(0))
    quota.count_broadcast(account, day(1))

    assert quota.may_broadcast(account, day(2)).sentence == (
        "Tháng này còn gửi được 1 bài tới người quan tâm."
    )
    assert not quota.may_broadcast(account, day(2), ahead=1).is_allowed
    quota.count_broadcast(account, day(2))
    used_up = quota.may_broadcast(account, day(3))
    assert not used_up.is_allowed
    assert used_up.sentence.startswith("Tháng này đã hết 3 bài Zalo cho gửi tới người quan tâm.")


def test_a_figure_holds_for_later_months_and_not_for_earlier_ones(account, frozen):
    quota.note_broadcasts_allowed(account, 1, START)
    quota.count_broadcast(account, START)

    assert not quota.may_broadcast(account, START).is_allowed
    later = quota.may_broadcast(account, day(30))
    assert (later.is_allowed, later.sentence) == (
        True, "Tháng 12/2026 còn gửi được 1 bài tới người quan tâm."
    )  # fmt: skip
    assert quota.broadcasts_allowed(account, day(-30)) == (None, False)


def test_what_zalo_says_replaces_what_a_person_typed(account, chief, frozen):
    quota.declare_broadcasts(account, 4, by=chief)
    typed = quota.broadcasts_allowed(account, START)
    quota.note_broadcasts_allowed(account, 6, START)

    assert typed == (4, False)
    assert quota.broadcasts_allowed(account, START) == (6, True)


def test_a_figure_that_was_typed_is_taken_back_with_those_before_it(account, chief, frozen):
    quota.note_broadcasts_allowed(account, 2, day(-40))
    quota.declare_broadcasts(account, 4, by=chief)

    quota.declare_broadcasts(account, None, by=chief)

    assert quota.broadcasts_allowed(account, START) == (None, False)
    kept = AuditEvent.objects.filter(action="zalo.broadcasts_declared").order_by("pk")
    assert [event.details["allowed"] for event in kept] == [4, None]


@pytest.mark.parametrize("total", [-1, quota.MOST_BROADCASTS + 1])
def test_a_figure_that_no_package_has_is_refused(account, chief, total):
    with pytest.raises(ValueError, match=str(total)):
        quota.declare_broadcasts(account, total, by=chief)


def test_months_are_those_of_vietnam(account):
    quota.count_broadcast(account, datetime(2026, 11, 30, 18, 0, tzinfo=UTC))

    assert QuotaLedger.objects.get().month == date(2026, 12, 1)


def test_broadcasts_without_a_known_limit_are_counted_and_shown(account):
    quota.count_broadcast(account, START)

    line = quota.summary(account, START)[0]

    assert "đã gửi 1 bài; chưa biết được gửi bao nhiêu" in line.sentence
