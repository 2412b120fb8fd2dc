"""Marks that were typed decide where the search finds several as likely, and nowhere else."""

import pytest

from procedures.models import Synonym
from procedures.searching.services import Score, by_marks
from tests.factories.procedures import make_procedure

pytestmark = pytest.mark.django_db


@pytest.fixture
def two():
    return [make_procedure(name="Cấp mã số"), make_procedure(name="Khai báo ma chay")]


def scores_of(two, first=2.0, second=2.0):
    values = zip(two, (first, second), strict=True)
    return [Score(row.pk, value, frozenset({1})) for row, value in values]


def order(scores):
    return [row.procedure for row in scores]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("xin mã", 0),
        ("hỏi về đám ma", 0),  # `ma` itself came without marks, and may be anything
        ("chuyện má tôi", 1),  # `má` is not `mã`; what has no marks agrees
        ("xin ma", 0),
    ],
)
def test_words_with_other_marks_stand_behind(two, text, first):
    found = order(by_marks(scores_of(two), text))

    assert found[0] == two[first].pk


def test_everyday_words_count_as_names_do(two):
    Synonym.objects.create(term="má", procedure=two[1])

    assert order(by_marks(scores_of(two), "má"))[0] == two[1].pk


def test_what_is_well_ahead_stays_ahead(two):
    assert order(by_marks(scores_of(two, first=2.0, second=1.5), "má")) == order(scores_of(two))


def test_what_other_offices_do_keeps_its_place(two):
    first, second = scores_of(two)
    scores = [first, Score(None, 2.0, frozenset({1})), second]

    assert order(by_marks(scores, "má")) == [second.procedure, None, first.procedure]


def test_text_without_marks_asks_nothing(two, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert by_marks(scores_of(two), "xin ma so") == scores_of(two)
