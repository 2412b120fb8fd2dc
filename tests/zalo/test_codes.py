from datetime import UTC, datetime

import pytest

from zalo.client import codes
from zalo.client.errors import ZaloConsentRequired, ZaloRejected, ZaloRetryable, ZaloUncertain


@pytest.mark.parametrize("code", sorted(codes.CODES))
def test_sentence_says_what_happened_and_what_to_do(code: int):
    sentence = codes.CODES[code].sentence

    assert sentence.endswith(".")
    assert sentence.count(". ") >= 1 or ";" in sentence or "nên" in sentence


def test_unknown_number_has_a_sentence_that_asks_to_look():
    assert "-4711" in codes.sentence_for(-4711)
    assert "mở nhóm" in codes.sentence_for(-4711)


@pytest.mark.parametrize(
    ("now", "wait_s"),
    [
        (datetime(2026, 11, 24, 16, 0, tzinfo=UTC), 7 * 3600),  # 23:00 in Vietnam
        (datetime(2026, 11, 24, 22, 59, 30, tzinfo=UTC), 30),
        (datetime(2026, 11, 24, 23, 0, tzinfo=UTC), 24 * 3600),  # 06:00 already
    ],
)
def test_night_refusal_waits_until_six_in_vietnam(now: datetime, wait_s: float):
    assert codes.wait_for(-234, now) == wait_s


def test_errors_without_a_number_speak_vietnamese():
    for error in (ZaloRetryable(), ZaloRejected(), ZaloUncertain(), ZaloConsentRequired()):
        assert "Zalo" in str(error)
    assert "mở nhóm" in str(ZaloUncertain(code=-9999))


def test_account_wide_failures_are_marked():
    assert ZaloRejected(code=-224).is_account_wide
    assert ZaloConsentRequired().is_account_wide
    assert not ZaloRejected(code=-237).is_account_wide
