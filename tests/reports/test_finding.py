"""Finding tips by code, hamlet and words that lie nowhere in clear."""

import pytest

from reports import finding
from reports.models import TipReport
from reports.searching import tokens
from tests.factories.groups import make_hamlet
from tests.factories.tips import make_tip, make_triaged


@pytest.fixture(autouse=True)
def _database(db):
    pass


def known(summary: str, place: str = "", **fields) -> TipReport:
    found = tokens(f"{summary} {place}")
    return make_triaged(summary=summary, place=place, search_tokens=found, **fields)


def codes(term: str) -> set[int]:
    return {tip.pk for tip in finding.find(TipReport.objects.all(), term)}


@pytest.mark.parametrize(
    "term", ["đánh bạc", "DANH BAC", "quán nước", "bạc quán", "60B1 000.17", "60b1-00017"]
)
def test_words_of_summary_and_place_find_a_tip(term):
    tip = known("Đánh bạc, xe 60B1-000.17 đậu trước cửa", "Quán nước đầu ấp")
    known("Mất trộm gà")

    assert codes(term) == {tip.pk}


@pytest.mark.parametrize("term", ["bạ", "đánh nhau", "ánh", "khinh khí cầu"])
def test_parts_of_words_and_words_that_are_not_there_find_none(term):
    known("Đánh bạc ở quán nước")

    assert codes(term) == set()


def test_a_false_hit_of_tokens_falls_out():
    tip = known("Đánh bạc ở quán nước")
    TipReport.objects.filter(pk=tip.pk).update(search_tokens=tokens("mất trộm gà"))

    assert codes("mất trộm") == set()


def test_code_and_hamlet_find_what_nobody_summed_up():
    hamlet = make_hamlet(name="Bàu Sen")
    tip = make_tip(hamlet=hamlet)
    make_tip()

    assert codes("bau sen") == {tip.pk}
    assert tip.pk in codes(tip.code.lower())


def test_original_words_find_nothing():
    make_tip(words="Anh Hai bán pháo lậu")

    assert codes("pháo") == set()


def test_search_looks_among_closed_ones_as_well(chief, login):
    tip = make_triaged(chief.commune)
    TipReport.objects.filter(pk=tip.pk).update(
        status="closed", disposition="guided", closed_at=tip.received_at
    )
    client = login(chief)

    assert tip.code in client.get(f"/admin/reports/tipreport/?q={tip.code}").text
    assert tip.code not in client.get("/admin/reports/tipreport/").text
