"""Receipts: twenty digits, forgiven spellings, a check digit for slips, and a slow hash."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2.exceptions import HashingError
from hypothesis import example, given
from hypothesis import strategies as st

from config import settings as shipped
from reports.tips import receipts

DIGITS = "0123456789"
NINETEEN = st.text(alphabet=DIGITS, min_size=19, max_size=19)
RECEIPT = NINETEEN.map(lambda digits: digits + receipts.check_digit(digits))


def test_a_new_receipt_is_twenty_digits_with_a_right_check_digit():
    made = receipts.new()

    assert (len(made), made.isascii(), made.isdigit()) == (20, True, True)
    assert receipts.check_digit(made) == "0"


def test_new_receipts_use_every_digit_at_every_place():
    made = [receipts.new() for _ in range(400)]

    assert len(set(made)) == 400
    assert [set(place) for place in zip(*made, strict=True)] == [set(DIGITS)] * 20


# The worked example of the method's author: 572 has the check digit 4.
@pytest.mark.parametrize(
    ("digits", "check"), [("572", "4"), ("0", "0"), ("", "0"), ("11294", "6"), ("1", "3")]
)
def test_check_digits_are_those_of_damm(digits, check):
    assert receipts.check_digit(digits) == check


@given(RECEIPT, st.integers(0, 19), st.sampled_from(DIGITS))
def test_one_wrong_digit_is_always_caught(receipt, place, digit):
    wrong = receipt[:place] + digit + receipt[place + 1 :]

    assert (receipts.check_digit(wrong) == "0") == (wrong == receipt)


@given(RECEIPT, st.integers(0, 18))
def test_two_neighbours_swapped_are_always_caught(receipt, place):
    swapped = receipt[:place] + receipt[place + 1] + receipt[place] + receipt[place + 2 :]

    assert (receipts.check_digit(swapped) == "0") == (swapped == receipt)


TYPED = "12340567890123456785"


@pytest.mark.parametrize(
    "typed",
    [
        "12340567890123456785",
        "1234 0567 8901 2345 6785",
        " 1234-0567-8901-2345-6785 ",
        "1234.0567.8901.2345.6785",
        "1234 – 0567 — 8901 − 2345 ‑ 6785",
        "1234\u00a00567\u20098901\u30002345\t6785",
        "1234\n0567\r\n8901\n2345\n6785\n",
        "1234\u200b0567\ufeff8901\u20602345\u00ad6785",
        "１２３４　０５６７　８９０１　２３４５　６７８５",
        "١٢٣٤ ٠٥٦٧ ٨٩٠١ ٢٣٤٥ ٦٧٨٥",
        "۱۲۳۴ ۰۵۶۷ ۸۹۰۱ ۲۳۴۵ ۶۷۸۵",
        "l234 O567 89oI 2345 6785",
        "I234 o567 89OL 2345 6785",
        "|234 0567 8901 2345 6785",
        "1234_0567_8901_2345_6785",
        "1234/0567/8901/2345/6785",
        "1234, 0567, 8901, 2345, 6785.",
        "(1234) [0567] 8901 · 2345 • 6785",
        "“1234 0567 8901 2345 6785”",
        "Mã: 1234 0567 8901 2345 6785",
        "mã nhận: 1234 0567 8901 2345 6785",
    ],
)
def test_receipts_are_read_however_they_are_typed(typed):
    assert receipts.normalise(typed) == TYPED


@pytest.mark.parametrize(
    "typed",
    [
        "", "   ", "----", "1234 0567 8901 2345 678", "1234 0567 8901 2345 67855",
        "1234 0567 8901 2345 678x", "1234 0567 8901 2345 678ó", "không nhớ mã", "0" * 5000,
        "1 " * 3000, "1234 0567 8901 2345 67½5", "\x00" * 20, "-1234056789012345678.5e1",
        "1234 0567 8901 2345 67 mã 85",
    ],
)  # fmt: skip
def test_what_cannot_be_a_receipt_is_none(typed):
    assert receipts.normalise(typed) is None


@given(st.text(max_size=300))
@example("Ⅷ" * 20)
@example("\ud800" * 20)
def test_any_text_becomes_twenty_digits_or_none(typed):
    found = receipts.normalise(typed)

    assert found is None or (len(found) == 20 and found.isascii() and found.isdigit())


@given(RECEIPT, st.lists(st.sampled_from([" ", "-", ".", "\u00a0", "–", ""]), min_size=20))
def test_signs_between_the_digits_change_nothing(receipt, signs):
    typed = "".join(sign + digit for digit, sign in zip(receipt, signs, strict=False))

    assert receipts.normalise(typed) == receipt


@given(RECEIPT)
def test_five_blocks_of_four_are_shown_and_read_again(receipt):
    shown = receipts.blocks(receipt)

    assert [len(block) for block in shown] == [4] * 5
    assert receipts.normalise(" ".join(shown)) == receipt
    assert receipts.last_block(receipt) == receipt[16:] == shown[-1]


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("6785", True), ("67 85", True), (" 6785.", True), ("６７８５", True), ("678S", False),
        ("6784", False), ("", False), ("12340567890123456785", True), ("85", False),
        ("1234 0567 8901 2345 6784", False), ("678585", False),
    ],
)  # fmt: skip
def test_the_last_block_typed_back_is_compared(typed, same):
    assert receipts.is_last_block(typed, TYPED) == same


def test_a_receipt_is_told_by_phone_digit_by_digit_and_block_by_block():
    assert receipts.spoken("01234567890123456785") == (
        "không một hai ba, bốn năm sáu bảy, tám chín không một, hai ba bốn năm, sáu bảy tám năm"
    )


# The slow hash


def test_the_hash_is_hex_and_the_same_each_time():
    made = receipts.hash_of(TYPED)

    assert (len(made), set(made) <= set("0123456789abcdef")) == (64, True)
    assert made == receipts.hash_of(TYPED)
    assert made != receipts.hash_of(TYPED[:-1] + "4")


def test_the_hash_hangs_on_the_key(settings):
    before = receipts.hash_of(TYPED)
    settings.BLIND_INDEX_KEY = "another-key-" * 4

    assert receipts.hash_of(TYPED) != before


@pytest.mark.parametrize("name", ["RECEIPT_HASH_PASSES", "RECEIPT_HASH_MEMORY_KIB"])
def test_the_hash_hangs_on_its_cost(settings, name):
    before = receipts.hash_of(TYPED)
    setattr(settings, name, getattr(settings, name) * 2)

    assert receipts.hash_of(TYPED) != before


@pytest.mark.parametrize("typed", ["", "1234 0567 8901 2345 6785", "1" * 19, "١" * 20])
def test_only_normalised_receipts_are_hashed(typed):
    with pytest.raises(ValueError, match="20 digits"):
        receipts.hash_of(typed)


def test_neither_the_error_nor_the_hash_shows_the_receipt():
    with pytest.raises(ValueError, match="20 digits") as raised:
        receipts.hash_of("1234 0567 8901 2345 6785")

    assert "1234" not in str(raised.value)
    assert TYPED[:6] not in receipts.hash_of(TYPED)


def test_the_shipped_cost_is_slow_for_a_thief_and_bearable_for_the_machine():
    assert 16 * 1024 <= shipped.RECEIPT_HASH_MEMORY_KIB <= 64 * 1024
    assert shipped.RECEIPT_HASH_MEMORY_KIB * shipped.RECEIPT_HASH_PASSES >= 96 * 1024


def test_hashes_of_many_at_once_never_hold_more_memory_than_two(monkeypatch):
    at_work, most, lock = 0, 0, threading.Lock()
    real = receipts.hash_secret_raw

    def counted(*args, **kwargs):
        nonlocal at_work, most
        with lock:
            at_work += 1
            most = max(most, at_work)
        time.sleep(0.01)
        made = real(*args, **kwargs)
        with lock:
            at_work -= 1
        return made

    monkeypatch.setattr(receipts, "hash_secret_raw", counted)
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(receipts.hash_of, [TYPED] * 16))

    assert (most, len(set(made))) == (2, 1)


def test_a_hash_that_fails_gives_its_place_back(settings):
    settings.RECEIPT_HASH_MEMORY_KIB = 0
    for _ in range(3):
        with pytest.raises(HashingError):
            receipts.hash_of(TYPED)
    settings.RECEIPT_HASH_MEMORY_KIB = 64

    assert len(receipts.hash_of(TYPED)) == 64


@pytest.mark.alone
def test_a_hash_of_the_shipped_cost_takes_a_noticeable_time(settings):
    settings.RECEIPT_HASH_MEMORY_KIB = shipped.RECEIPT_HASH_MEMORY_KIB
    settings.RECEIPT_HASH_PASSES = shipped.RECEIPT_HASH_PASSES

    begun = time.thread_time()
    receipts.hash_of(TYPED)

    assert 0.02 < time.thread_time() - begun < 1
