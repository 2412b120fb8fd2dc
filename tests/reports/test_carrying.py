"""A form carries sealed values between its steps, for a while, good for nothing else."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.public import form_tokens
from reports.public.form_tokens import CannotOpen, open_door, open_draft, seal_door, seal_draft

NOW = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)
ANSWERS = {"words": "Quán ở đầu ấp mở nhạc tới khuya.", "hamlet": 3, "now": False, "files": []}
TIP = uuid.UUID("6f1c2f1e-3c55-4c1e-9d0a-0d4c9a5b7e11")


def test_a_draft_comes_back_as_it_was():
    token = seal_draft(ANSWERS, purpose="web", now=NOW)

    assert open_draft(token, purpose="web", now=NOW) == ANSWERS


@given(
    st.dictionaries(
        st.text(max_size=20),
        st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=200)
        | st.lists(st.text(max_size=20), max_size=3),
        max_size=8,
    )
)  # fmt: skip
def test_any_answers_come_back_as_they_were(answers):
    token = seal_draft(answers, purpose="web", now=NOW)

    assert open_draft(token, purpose="web", now=NOW) == answers


def test_a_draft_shows_nothing_and_never_looks_the_same():
    first, second = (seal_draft(ANSWERS, purpose="web", now=NOW) for _ in range(2))

    assert first != second
    assert "khuya" not in first
    assert first.isascii()
    assert not set(first) & set("\"'<>& \n")


def test_drafts_of_short_answers_are_equally_long():
    lengths = {
        len(seal_draft({"words": "x" * size}, purpose="web", now=NOW)) for size in range(1, 400)
    }

    assert len(lengths) == 1


@pytest.mark.parametrize(
    ("age", "opens"),
    [
        (timedelta(0), True),
        (timedelta(minutes=119, seconds=59), True),
        (timedelta(hours=2), True),
        (timedelta(hours=2, seconds=1), False),
        (timedelta(days=400), False),
        (timedelta(minutes=-30), True),  # the clock of the server was set back
        (timedelta(hours=-3), False),
    ],
)
def test_a_draft_lives_two_hours(age, opens):
    token = seal_draft(ANSWERS, purpose="web", now=NOW)

    if opens:
        assert open_draft(token, purpose="web", now=NOW + age) == ANSWERS
    else:
        with pytest.raises(CannotOpen):
            open_draft(token, purpose="web", now=NOW + age)


@pytest.mark.parametrize(
    ("age", "opens"),
    [(timedelta(minutes=30), True), (timedelta(minutes=30, seconds=1), False),
     (timedelta(minutes=-10), True), (timedelta(minutes=-31), False)],
)  # fmt: skip
def test_a_door_stands_open_for_half_an_hour(age, opens):
    token = seal_door(TIP, now=NOW)

    if opens:
        assert open_door(token, now=NOW + age) == (TIP, "")
    else:
        with pytest.raises(CannotOpen):
            open_door(token, now=NOW + age)


def test_a_draft_of_one_form_does_not_open_in_another():
    token = seal_draft(ANSWERS, purpose="web", now=NOW)

    with pytest.raises(CannotOpen):
        open_draft(token, purpose="receipt", now=NOW)


def test_a_draft_is_no_door_and_a_door_no_draft():
    draft = seal_draft({"tip": str(TIP)}, purpose="door", now=NOW)
    door = seal_door(TIP, now=NOW)

    with pytest.raises(CannotOpen):
        open_door(draft, now=NOW)
    with pytest.raises(CannotOpen):
        open_draft(door, purpose="door", now=NOW)


@pytest.mark.parametrize(
    "token",
    ["", " ", "v1", "v1:t2:", "v1:t2:AAAA", "v1:zz:AAAA", "v9:t2:AAAA", "x" * 500_000, "\x00", "ấp",
     "v1:t2:" + "A" * 64, "null", "{}", "\ud800", ":::"],
)  # fmt: skip
def test_whatever_else_comes_is_one_exception(token):
    with pytest.raises(CannotOpen):
        open_draft(token, purpose="web", now=NOW)
    with pytest.raises(CannotOpen):
        open_door(token, now=NOW)


@given(st.text(max_size=400))
def test_any_text_as_a_token_is_one_exception(token):
    with pytest.raises(CannotOpen):
        open_draft(token, purpose="web", now=NOW)


@given(st.data())
def test_a_changed_letter_changes_nothing_that_opens(data):
    token = seal_draft(ANSWERS, purpose="web", now=NOW)
    place = data.draw(st.integers(0, len(token) - 1))
    letter = data.draw(st.sampled_from("AbZ09-_:+/"))
    changed = token[:place] + letter + token[place + 1 :]

    try:
        opened = open_draft(changed, purpose="web", now=NOW)
    except CannotOpen:
        assert changed != token
    else:  # the last letter of base64 has bits that mean nothing
        assert (opened, sum(map(str.__ne__, token, changed)) <= 1) == (ANSWERS, True)
        assert changed == token or place >= len(token) - 3


def test_a_draft_outlives_a_new_key(settings):
    token = seal_draft(ANSWERS, purpose="web", now=NOW)
    settings.DATA_ENCRYPTION_KEYS = {"t3": b"\x03" * 32} | settings.DATA_ENCRYPTION_KEYS

    assert open_draft(token, purpose="web", now=NOW) == ANSWERS


def test_a_draft_dies_with_its_key(settings):
    token = seal_draft(ANSWERS, purpose="web", now=NOW)
    settings.DATA_ENCRYPTION_KEYS = {"t3": b"\x03" * 32}

    with pytest.raises(CannotOpen):
        open_draft(token, purpose="web", now=NOW)


def test_a_draft_of_another_version_is_not_understood(monkeypatch):
    monkeypatch.setattr(form_tokens, "VERSION", 0)
    token = seal_draft(ANSWERS, purpose="web", now=NOW)
    monkeypatch.undo()

    with pytest.raises(CannotOpen):
        open_draft(token, purpose="web", now=NOW)


def test_too_much_is_not_carried():
    with pytest.raises(form_tokens.TooMuch):
        seal_draft({"words": "ấ" * form_tokens.MOST_BYTES}, purpose="web", now=NOW)


def test_as_much_as_is_carried_comes_back():
    words = "ấ" * ((form_tokens.MOST_BYTES - 1000) // 3)
    token = seal_draft({"words": words}, purpose="web", now=NOW)

    assert open_draft(token, purpose="web", now=NOW) == {"words": words}
    assert len(token) <= form_tokens.LONGEST_TOKEN


def test_the_exception_tells_nothing():
    token = seal_draft(ANSWERS, purpose="web", now=NOW)

    with pytest.raises(CannotOpen) as late:
        open_draft(token, purpose="web", now=NOW + timedelta(days=1))
    with pytest.raises(CannotOpen) as wrong:
        open_draft(token[:-8], purpose="web", now=NOW)

    assert (str(late.value), late.value.__cause__) == (str(wrong.value), None)
    assert (late.value.__context__, wrong.value.__suppress_context__) == (None, True)
