"""Forms in which things are written that must not be said, and their innocent neighbours."""

import pytest

from content_rules.rulebook import find
from tests.broadcasts.gate_cases import OFFICIAL, TODAY, Case, cases


@pytest.mark.parametrize("case", list(cases("forms")), ids=lambda case: case.text[:40])
def test_every_form_meets_its_rules_and_no_other(case: Case) -> None:
    hits = find(case.text, where=case.where, official=OFFICIAL, today=TODAY)

    assert {hit.rule for hit in hits} == case.rules


def test_digits_told_by_words_are_shown_where_they_stand() -> None:
    text = "Ai giữ hộ xin gọi không chín ba hai, không không không, một hai ba nha"

    (phone,) = find(text)

    said = text[phone.start : phone.end]
    assert (said[:14], said[-3:]) == ("không chín ba ", " ba")
    assert phone.excerpt == "093…123"


def test_an_official_phone_may_be_told_by_words() -> None:
    text = "Trực ban: không chín không không không không không một một ba"

    assert find(text, official=OFFICIAL) == []
    assert [hit.rule for hit in find(text)] == ["phone_unlisted"]
