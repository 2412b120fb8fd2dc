"""Finding tips by code, hamlet and words that lie nowhere in clear."""

import pytest
from django.db import connection

from accounts.vault import resealing, sealing
from reports.models import TipReport
from reports.tips import search
from reports.tips.search import tokens
from reports.work.admin import NOT_LISTED
from tests.factories.groups import make_hamlet
from tests.factories.tips import make_tip, make_triaged


@pytest.fixture(autouse=True)
def _database(db):
    pass


def known(summary: str, place: str = "", **fields) -> TipReport:
    found = tokens(f"{summary} {place}")
    return make_triaged(summary=summary, place=place, search_tokens=found, **fields)


def codes(term: str) -> set[int]:
    return {tip.pk for tip in search.find(TipReport.objects.all(), term)}


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


def test_a_tip_of_before_the_vault_is_found_and_its_tokens_are_made_anew():
    tip, other = known("Đánh bạc ở quán nước"), known("Mất trộm gà")
    old = search.tokens_of_before("Đánh bạc ở quán nước")
    TipReport.objects.filter(pk=tip.pk).update(search_tokens=old)
    assert codes("đánh bạc") == {tip.pk}

    counts = dict(resealing.seal_anew()), dict(resealing.seal_anew())

    assert [done["reports_tipreport.search_tokens"] for done in counts] == [1, 0]
    now = TipReport.objects.get(pk=tip.pk)
    assert now.search_tokens == tokens("Đánh bạc ở quán nước")
    assert not set(now.search_tokens) & set(old)
    assert codes("đánh bạc") == {tip.pk}
    assert codes("trộm") == {other.pk}


def test_code_and_hamlet_find_what_nobody_summed_up():
    hamlet = make_hamlet(name="Bàu Sen")
    tip = make_tip(hamlet=hamlet)
    make_tip()

    assert codes("bau sen") == {tip.pk}
    assert tip.pk in codes(tip.code.lower())


def test_a_number_alone_is_the_number_of_a_tip():
    twelfth = make_tip(code="PA25-0012")
    make_tip(code="PA25-0120")
    make_tip(code="PA12-0007")

    assert (codes("12"), codes("0012")) == ({twelfth.pk}, {twelfth.pk})
    assert codes("9" * 5000) == set()


def test_a_numbered_hamlet_is_not_the_one_that_begins_like_it():
    first, tenth = (make_tip(hamlet=make_hamlet(name=name)) for name in ("Ấp 1", "Ấp 10"))

    assert (codes("ấp 1"), codes("ấp 10")) == ({first.pk}, {tenth.pk})
    assert codes("ấp") == {first.pk, tenth.pk}


def test_a_part_of_the_name_of_a_hamlet_finds_its_tips():
    tip = make_tip(hamlet=make_hamlet(name="Bàu Sen"))

    assert codes("bàu se") == {tip.pk}


@pytest.mark.parametrize("hits", [1, 3])
def test_search_opens_what_the_list_leaves_out_without_asking_for_each(
    hits, django_assert_num_queries
):
    for _number in range(hits):
        known("Đánh bạc ở quán nước", "Quán nước đầu ấp")
    listed = TipReport.objects.defer(*NOT_LISTED)

    with django_assert_num_queries(3):  # hamlets, candidates, what was found
        found = list(search.find(listed, "quán nước"))

    assert len(found) == hits


def test_search_goes_by_the_indexes_of_words_and_codes():
    known("Đánh bạc ở quán nước")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")

    rows = TipReport.objects.order_by()

    assert "tipreport_tokens" in rows.filter(search_tokens__contains=tokens("bạc")).explain()
    assert "tipreport_code_trgm" in search.find(rows, "pa26-00").explain()


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


@pytest.fixture
def opened_values(monkeypatch):
    """Every value that is opened, in its order."""
    found, unseal = [], sealing.unseal

    def counted(token, *, context):
        found.append(unseal(token, context=context).decode())
        return found[-1].encode()

    monkeypatch.setattr(sealing, "unseal", counted)
    return found


def test_more_hits_than_a_page_are_found_by_their_hashes_alone(
    chief, login, monkeypatch, opened_values
):
    monkeypatch.setattr(search, "COMPARED", 2)
    tips = [known("Đánh bạc ở quán nước", "Đầu ấp", commune=chief.commune) for _number in range(3)]
    client = login(chief)
    opened_values.clear()

    many = client.get("/admin/reports/tipreport/?q=đánh bạc").text

    assert [tip.code for tip in tips if tip.code not in many] == []
    assert opened_values == ["Đánh bạc ở quán nước"] * 3


@pytest.mark.parametrize(
    ("term", "also"), [("đánh bạc", []), ("bạc chợ cũ", ["Chợ cũ"]), ("khinh khí cầu", None)]
)
def test_what_is_compared_and_shown_is_opened_once(chief, login, opened_values, term, also):
    known("Đánh bạc ban đêm", "Chợ cũ", commune=chief.commune)
    client = login(chief)
    opened_values.clear()

    client.get(f"/admin/reports/tipreport/?q={term}")

    assert opened_values == ([] if also is None else ["Đánh bạc ban đêm", *also])
