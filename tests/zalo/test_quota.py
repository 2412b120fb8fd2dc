"""What may still be sent, as Zalo said it, and what is kept for emergencies."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.factories.zalo import make_official_account
from zalo.models import QuotaLedger
from zalo.services import quota
from zalo.types import SentQuota

pytestmark = pytest.mark.django_db

START = datetime(2026, 11, 2, 3, 0, tzinfo=UTC)
END = date(2026, 12, 31)


@pytest.fixture
def account(commune):
    return make_official_account(commune)


def day(number: float) -> datetime:
    return START + timedelta(days=number)


def package(remain: int | None, total: int | None = 500) -> SentQuota:
    return SentQuota("sub_quota", remain, total, END)


def test_answers_out_of_order_leave_the_newest(account):
    quota.note(account, package(490), day(2))
    quota.note(account, package(499), day(0))
    quota.note(account, package(495), day(1))

    row = QuotaLedger.objects.get()
    assert (row.remain, row.total, row.expires_on, row.seen_at) == (490, 500, END, day(2))


def test_unknown_kinds_and_missing_numbers_are_left_alone(account):
    quota.note(account, SentQuota("promo", 3, 4, None), START)
    quota.note(account, package(None), START)

    assert not QuotaLedger.objects.exists()


def test_more_left_than_there_was_does_not_break_the_row(account):
    quota.note(account, SentQuota("sub_quota", 12, 10, END), START)

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
        quota.note(account, package(remain, 3000), day(number))

    line = quota.summary(account, day(said[-1][0]))[0]

    assert line.label == "Tin trong gói"
    assert line.sentence.startswith(words)
    assert line.is_short is is_short


def test_day_on_which_it_runs_out(account):
    quota.note(account, package(500), day(0))
    quota.note(account, package(400), day(10))

    assert "khoảng ngày 22/12/2026" in quota.summary(account, day(10))[0].sentence


def test_quota_that_has_run_out_by_its_date_is_not_counted(account):
    quota.note(account, SentQuota("sub_quota", 100, 100, date(2026, 11, 5)), START)

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
    quota.note(account, package(remain), START)

    assert quota.may_send(account, START, is_urgent=is_urgent).is_allowed is is_allowed


def test_bought_and_given_messages_count_together(account):
    quota.note(account, package(0), START)
    quota.note(account, SentQuota("reward_quota", 40, 40, None), START)

    assert "Còn 40 tin" in quota.may_send(account, START).sentence
    assert quota.may_send(account, START).is_allowed


def test_what_was_said_long_ago_lets_nothing_leave(account):
    """Meanwhile somebody may have used the package up in Zalo's own tool."""
    quota.note(account, package(300), START)
    later = START + quota.FRESH_FOR + timedelta(seconds=1)

    assert not quota.is_known(account, later)
    assert not quota.may_send(account, later).is_allowed
    assert "Còn 300 tin" in quota.summary(account, later)[0].sentence


def test_last_broadcast_of_a_month_is_kept_for_what_is_urgent(account):
    quota.note_broadcasts_allowed(account, 4, START)
    for number in range(3):
        quota.count_broadcast(account, day(number))

    routine = quota.may_broadcast(account, day(3))
    assert not routine.is_allowed
    assert "để dành cho việc khẩn" in routine.sentence
    assert quota.may_broadcast(account, day(3), is_urgent=True).is_allowed
    quota.count_broadcast(account, day(3))
    assert not quota.may_broadcast(account, day(3), is_urgent=True).is_allowed
    assert quota.may_broadcast(account, START + timedelta(days=30)).is_allowed


def test_months_are_those_of_vietnam(account):
    quota.count_broadcast(account, datetime(2026, 11, 30, 18, 0, tzinfo=UTC))

    assert QuotaLedger.objects.get().month == date(2026, 12, 1)


def test_broadcasts_without_a_known_limit_are_counted_and_shown(account):
    quota.count_broadcast(account, START)

    line = quota.summary(account, START)[0]

    assert line.sentence.startswith("Tháng này đã gửi 1 bài; Zalo chưa cho biết")
