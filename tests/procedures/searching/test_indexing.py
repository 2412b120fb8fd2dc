import json

import pytest

from procedures.editions import services
from procedures.editions.content import content_of
from procedures.library.loading import FILE, load, load_synonyms
from procedures.models import Edition, Procedure, SearchForm, SearchTerm, Synonym
from procedures.searching.indexing import LONGEST_PHRASE
from procedures.searching.services import refresh
from procedures.searching.words import PLAIN, words_of
from tests.factories.procedures import make_synonym

pytestmark = pytest.mark.usefixtures("library")


def value(key, slug):
    return SearchTerm.objects.get(key=key, procedure__slug=slug).value


def test_long_phrases_and_rare_ones_are_worth_more():
    assert value("giahantamtru", "gia-han-tam-tru") > value("giahan", "gia-han-tam-tru")
    assert value("hokhau", "tach-ho") < value("tachho", "tach-ho")


def test_second_run_writes_nothing():
    before = set(SearchTerm.objects.values_list("pk", "key", "procedure", "value"))
    forms = SearchForm.objects.count()

    refresh()

    assert set(SearchTerm.objects.values_list("pk", "key", "procedure", "value")) == before
    assert SearchForm.objects.count() == forms > 0


def test_forms_follow_the_phrases():
    made = make_synonym("lạch bạch", Procedure.objects.get(slug="tach-ho"))
    refresh()
    forms = SearchForm.objects.filter(key="lachbach")
    assert {"lachbach", "achbach", "lachbac"} <= set(forms.values_list("form", flat=True))

    made.delete()
    refresh()

    assert not forms.exists()
    assert not SearchTerm.objects.filter(key="lachbach").exists()


def test_texts_follow_the_edition_in_use(chief, deputy_chief):
    edition = Edition.objects.published().with_parts().get(procedure__slug="tach-ho")
    made = services.draft_from(edition, by=chief)
    text = "Bà con mang theo chong chóng."
    services.edit(made, content_of(edition) | {"short_answer": text}, by=chief)
    assert not SearchTerm.objects.filter(key="chongchong", value__gt=0).exists()

    services.check(made, by=chief, with_what="Cổng", confidence=Edition.Confidence.HIGH)
    services.publish(made, by=deputy_chief)

    assert value("chongchong", "tach-ho") > 0


def test_shipped_file_names_known_procedures_and_says_each_word_once():
    said = json.loads(FILE.read_text(encoding="utf-8"))
    known = set(Procedure.objects.values_list("slug", flat=True))

    assert set(said["procedures"]) == known
    for groups in [*said["procedures"].values(), *said["areas"].values(), said["elsewhere"]]:
        terms = [term for terms in groups.values() for term in terms]
        assert len(terms) == len(set(terms))
        assert {int(weight) for weight in groups} <= set(range(1, 11))
        for term in terms:
            words = words_of(term)
            assert 1 <= len(words) <= LONGEST_PHRASE, term
            assert len(words) > 1 or words[0] not in PLAIN, term


def test_second_load_adds_nothing_and_keeps_what_people_changed():
    changed, off = Synonym.objects.filter(is_shipped=True, weight=9)[:2]
    Synonym.objects.filter(pk=changed.pk).update(term="Từ của xã", weight=2, is_shipped=False)
    Synonym.objects.filter(pk=off.pk).update(is_active=False, is_shipped=False)
    count = Synonym.objects.count()

    assert load_synonyms() == 0
    load()

    changed.refresh_from_db()
    off.refresh_from_db()
    assert (changed.term, changed.weight, off.is_active) == ("Từ của xã", 2, False)
    assert Synonym.objects.count() == count


def test_newer_file_changes_untouched_rows_and_takes_away_what_it_no_longer_says(tmp_path):
    said = json.loads(FILE.read_text(encoding="utf-8"))
    kept, *gone = said["procedures"]["tach-ho"]["10"]
    said["procedures"]["tach-ho"] = {"3": [kept], "5": ["từ mới tinh"]}
    file = tmp_path / "synonyms.json"
    file.write_text(json.dumps(said))
    own = make_synonym(gone[0], Procedure.objects.get(slug="dang-ky-tam-tru"))

    assert load_synonyms(file=file) == 1

    rows = Synonym.objects.filter(procedure__slug="tach-ho")
    assert set(rows.values_list("term", "weight")) == {(kept, 3), ("từ mới tinh", 5)}
    assert Synonym.objects.filter(pk=own.pk).exists()


def test_word_that_somebody_here_wrote_first_is_left_to_them(tmp_path):
    procedure = Procedure.objects.get(slug="tach-ho")
    own = make_synonym("từ trùng", procedure, weight=4)
    said = json.loads(FILE.read_text(encoding="utf-8"))
    said["procedures"]["tach-ho"]["8"] = ["từ trùng"]
    file = tmp_path / "synonyms.json"
    file.write_text(json.dumps(said))

    assert load_synonyms(file=file) == 0
    own.refresh_from_db()
    assert (own.weight, own.is_shipped) == (4, False)
