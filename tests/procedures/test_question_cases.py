"""That the sets of messages are well formed; what a search does with them is tested elsewhere."""

from collections import Counter

import pytest

from procedures.library.loading import SURE, read_areas
from tests.procedures.question_cases import SETS, Case, cases

LIBRARY = {entry["slug"]: entry for area in read_areas() for entry in area["procedures"]}
NAMES = {entry["name"].casefold() for entry in LIBRARY.values()}
QUESTIONS = ("first", "second")


def folded(case: Case) -> str:
    return case.text.strip().casefold()


def test_sets_hold_300_and_100_questions_and_100_tips_with_50_courtesies():
    assert Counter(case.kind for case in cases("first")) == {"question": 300}
    assert Counter(case.kind for case in cases("second")) == {"question": 100}
    assert Counter(case.kind for case in cases("not_questions")) == {"tip": 100, "greeting": 50}
    second = Counter(case.kind for case in cases("not_questions_second"))
    assert second == {"tip": 100, "greeting": 48}


@pytest.mark.parametrize("name", SETS)
def test_no_text_stands_in_a_set_twice_or_is_empty(name):
    texts = Counter(folded(case) for case in cases(name))

    assert "" not in texts
    assert [text for text, times in texts.items() if times > 1] == []


def test_no_text_stands_in_two_sets():
    texts = Counter(text for name in SETS for text in {folded(case) for case in cases(name)})

    assert [text for text, times in texts.items() if times > 1] == []


def test_wanted_procedures_are_in_the_library_and_each_of_it_is_asked_for():
    assert {slug for case in cases("first") for slug in case.wanted} == set(LIBRARY)
    assert {slug for case in cases("second") for slug in case.wanted} <= set(LIBRARY)


def test_every_question_wants_something_and_what_is_none_wants_nothing():
    assert all(case.wanted for name in QUESTIONS for case in cases(name))
    others = [name for name in SETS if name not in QUESTIONS]
    assert not any(case.wanted for name in others for case in cases(name))


@pytest.mark.parametrize("name", QUESTIONS)
def test_either_leaves_a_choice(name):
    assert all(len(case.wanted) > 1 for case in cases(name) if case.either)


def test_most_questions_are_about_what_is_published():
    unsure = [
        case.text
        for case in cases("first")
        if not any(LIBRARY[slug]["edition"]["confidence"] in SURE for slug in case.wanted)
    ]

    assert 20 <= len(unsure) <= 40


def test_few_questions_are_official_names():
    assert sum(case.text.casefold() in NAMES for case in cases("first")) <= 12


@pytest.mark.parametrize("name", QUESTIONS)
def test_half_of_the_questions_have_no_accents(name):
    questions = cases(name)

    assert sum(case.text.isascii() for case in questions) * 2 >= len(questions)
