"""Proof of work and the question for browsers without scripts: signed, short-lived, good once."""

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from django.core import signing
from hypothesis import given
from hypothesis import strategies as st

from reports.public import demands, sums
from reports.public.nonce_store import Once

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
BITS = 8


def solve(challenge: demands.Challenge, *, bits: int | None = None) -> str:
    """The first number that is an answer, found as the browser finds it."""
    wanted = challenge.bits if bits is None else bits
    number = 0
    while True:
        digest = hashlib.sha256(f"{challenge.nonce}:{number}".encode()).digest()
        if int.from_bytes(digest) >> (256 - wanted) == 0:
            return str(number)
        number += 1


@pytest.fixture(autouse=True)
def _nothing_used_yet(monkeypatch):
    monkeypatch.setattr(demands, "_used", Once(1000))
    monkeypatch.setattr(sums, "_used", Once(1000))


def check(token, proof, *, purpose="tip", bits=BITS, now=NOW):
    return demands.is_done(token, proof, purpose=purpose, bits=bits, now=now)


def test_a_solved_challenge_is_accepted():
    challenge = demands.issue("tip", BITS, now=NOW)

    assert check(challenge.token, solve(challenge))


def test_a_challenge_is_good_once():
    challenge = demands.issue("tip", BITS, now=NOW)
    proof = solve(challenge)

    assert [check(challenge.token, proof) for _ in range(3)] == [True, False, False]


def test_another_answer_to_a_used_challenge_is_not_good_either():
    challenge = demands.issue("tip", 1, now=NOW)
    proofs = [
        str(number)
        for number in range(200)
        if hashlib.sha256(f"{challenge.nonce}:{number}".encode()).digest()[0] < 128
    ]

    assert [check(challenge.token, proof, bits=1) for proof in proofs[:4]] == [
        True, False, False, False,
    ]  # fmt: skip


def test_a_wrong_answer_does_not_use_the_challenge_up():
    challenge = demands.issue("tip", BITS, now=NOW)
    right = solve(challenge)
    wrong = str(int(right) + 1)
    while (
        int.from_bytes(hashlib.sha256(f"{challenge.nonce}:{wrong}".encode()).digest()) >> 248 == 0
    ):
        wrong = str(int(wrong) + 1)

    assert [check(challenge.token, proof) for proof in (wrong, right)] == [False, True]


def test_an_answer_for_another_purpose_is_not_good():
    challenge = demands.issue("receipt", BITS, now=NOW)

    assert not check(challenge.token, solve(challenge))


def test_an_easier_challenge_is_not_good_where_more_is_asked():
    challenge = demands.issue("tip", BITS, now=NOW)
    proof = solve(challenge)

    assert not check(challenge.token, proof, bits=BITS + 1)
    assert check(challenge.token, proof, bits=BITS - 1)


@pytest.mark.parametrize(
    ("age", "good"),
    [(timedelta(0), True), (timedelta(hours=2), True), (timedelta(hours=2, seconds=1), False),
     (timedelta(minutes=-20), True), (timedelta(hours=-3), False)],
)  # fmt: skip
def test_a_challenge_lives_as_long_as_a_draft(age, good):
    challenge = demands.issue("tip", BITS, now=NOW)

    assert check(challenge.token, solve(challenge), now=NOW + age) == good


def test_a_challenge_of_ones_own_is_not_good():
    forged = demands.Challenge(token="tip:1:1796000000:abcdefgh", nonce="abcdefgh", bits=1)
    signed_otherwise = signing.Signer(salt="another").sign("tip:1:1796000000:abcdefgh")

    assert not check(forged.token, solve(forged), bits=1)
    assert not check(signed_otherwise, solve(forged), bits=1)


def test_the_difficulty_cannot_be_lowered_by_the_browser():
    challenge = demands.issue("tip", 30, now=NOW)
    easier = challenge.token.replace(":30:", ":1:", 1)

    assert not check(easier, solve(challenge, bits=1), bits=1)


@pytest.mark.parametrize(
    "proof",
    ["", " ", "-1", "+1", "1e3", "0x10", "١", "1" * 40, "1 ", " 1", "1\n", "99999999999999999999",
     "abc", "\x00", "1.0", "ấ"],
)  # fmt: skip
def test_an_answer_is_a_plain_number(proof):
    challenge = demands.issue("tip", 0, now=NOW)

    assert not check(challenge.token, proof, bits=0)


@given(st.text(max_size=300), st.text(max_size=40))
def test_whatever_else_comes_is_just_not_good(token, proof):
    assert check(token, proof, bits=0) is False


def test_what_is_hashed_fits_one_block_so_that_old_phones_keep_up():
    challenge = demands.issue("tip", demands.MOST_BITS, now=NOW)

    assert len(f"{challenge.nonce}:{'9' * demands.LONGEST_PROOF}") <= 55
    assert challenge.nonce.isascii()


def test_no_two_challenges_are_the_same():
    assert len({demands.issue("tip", BITS, now=NOW).nonce for _ in range(1000)}) == 1000


# The memory of what was used


def test_memory_of_used_ones_is_bounded_and_forgets_the_oldest():
    once = Once(3)

    assert [once.use(name) for name in "abcab"] == [True, True, True, False, False]
    assert once.use("d")
    assert (len(once), once.use("a"), once.use("d")) == (3, True, False)


# The question


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("7", 7), (" 7 ", 7), ("7.", 7), ("07", 7), ("bảy", 7), ("Bảy", 7), ("BẢY", 7),
        ("bay", 7), ("bẩy", 7), ("số bảy", 7), ("là 7", 7), ("bằng bảy ạ", 7), ("７", 7),
        ("dạ là bảy", 7), ("mười", 10), ("muoi", 10), ("10", 10), ("mười một", 11),
        ("muoi mot", 11), ("mười lăm", 15), ("mười nhăm", 15), ("mười năm", 15), ("15", 15),
        ("mười bốn", 14), ("mười tư", 14), ("bốn", 4), ("tư", 4), ("không", 0), ("0", 0),
        ("năm", 5), ("lăm", 5), ("sáu", 6), ("tám", 8), ("chín", 9), ("3 + 4 = 7", None),
        ("", None), ("bảy tám", None), ("7 hay 8", None), ("nhiều", None), ("-7", None),
        ("7,5", None), ("7" * 50, None), ("mười mươi", None),
    ],
)  # fmt: skip
def test_numbers_are_read_as_people_type_them(typed, number):
    assert sums.number_in(typed) == number


def test_questions_are_sentences_with_an_answer_that_can_be_found():
    for _ in range(300):
        question = sums.ask(now=NOW)
        left, sign, right = sums.parts_of(question.sentence)
        answer = left + right if sign == "cộng" else left - right

        assert question.sentence.endswith("?")
        assert question.sentence[0].isupper()
        assert 1 <= answer <= 18
        assert sums.is_answered(question.token, str(answer), now=NOW)


def answer_to(question: sums.Question) -> int:
    left, sign, right = sums.parts_of(question.sentence)
    return left + right if sign == "cộng" else left - right


def test_a_question_is_good_once():
    question = sums.ask(now=NOW)
    answer = str(answer_to(question))

    assert [sums.is_answered(question.token, answer, now=NOW) for _ in range(2)] == [
        True, False,
    ]  # fmt: skip


def test_a_question_cannot_be_guessed_through():
    question = sums.ask(now=NOW)
    answer = answer_to(question)
    wrong = str(answer + 1)

    assert not sums.is_answered(question.token, wrong, now=NOW)
    assert not sums.is_answered(question.token, str(answer), now=NOW)


def test_a_blank_answer_uses_nothing_up():
    question = sums.ask(now=NOW)

    assert not sums.is_answered(question.token, "  ", now=NOW)
    assert not sums.is_answered(question.token, "không rõ lắm ạ", now=NOW)
    assert sums.is_answered(question.token, str(answer_to(question)), now=NOW)


@pytest.mark.parametrize(("age", "good"), [(60, True), (3600, True), (3601, False)])
def test_a_question_lives_an_hour(age, good):
    question = sums.ask(now=NOW)
    later = NOW + timedelta(seconds=age)

    assert sums.is_answered(question.token, str(answer_to(question)), now=later) == good


def test_the_token_of_a_question_does_not_tell_its_answer():
    by_answer: dict[int, set[int]] = {}
    for _ in range(200):
        question = sums.ask(now=NOW)
        by_answer.setdefault(answer_to(question), set()).add(len(question.token))

    assert len({frozenset(lengths) for lengths in by_answer.values()}) == 1


@given(st.text(max_size=300), st.text(max_size=40))
def test_whatever_else_comes_as_an_answer_is_just_not_good(token, typed):
    assert sums.is_answered(token, typed, now=NOW) is False


def test_a_proof_is_no_answer_and_an_answer_no_proof():
    challenge, question = demands.issue("tip", 0, now=NOW), sums.ask(now=NOW)

    assert not sums.is_answered(challenge.token, "7", now=NOW)
    assert not check(question.token, "7", bits=0)
