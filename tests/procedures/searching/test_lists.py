import pytest
from django.test import Client
from django.urls import reverse

from procedures.models import Edition, Procedure, Synonym
from procedures.searching.services import find
from tests.conftest import MODEL_BACKEND
from tests.procedures.searching.test_finding import TODAY

pytestmark = pytest.mark.usefixtures("library")


@pytest.fixture
def web(chief) -> Client:
    client = Client()
    client.force_login(chief, backend=MODEL_BACKEND)
    return client


def listed(web, model, words):
    page = web.get(reverse(f"admin:procedures_{model}_changelist"), {"q": words})
    return [str(getattr(row, "procedure", row)) for row in page.context["cl"].result_list]


@pytest.mark.parametrize("model", ["procedure", "edition"])
@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("tach ho", "Tách hộ"),
        ("Tách hộ", "Tách hộ"),
        ("ra rieng", "Tách hộ"),
        ("mat cavet", "Cấp lại chứng nhận đăng ký xe, biển số (mất)"),
        ("khai bao tam vnag", "Khai báo tạm vắng"),
        ("1.010038", "Tách hộ"),
    ],
)
def test_lists_find_names_everyday_words_slips_and_codes(web, model, words, name):
    found = listed(web, model, words)

    assert name in found
    assert len(found) < 12


def test_lists_show_nothing_for_what_nobody_says(web):
    assert listed(web, "procedure", "qwzx") == listed(web, "edition", "qwzx") == []


def test_choosing_a_procedure_takes_everyday_words(web):
    answer = web.get(
        reverse("admin:autocomplete"),
        {
            "app_label": "procedures", "model_name": "synonym", "field_name": "procedure",
            "term": "mat can cuoc",
        },
    )  # fmt: skip

    assert answer.json()["results"][0]["text"] == "Cấp lại thẻ căn cước (mất, hỏng)"


@pytest.mark.parametrize("model", ["procedure", "edition"])
def test_search_costs_one_question_more(web, model, django_assert_max_num_queries):
    with django_assert_max_num_queries(15):
        listed(web, model, "lam lai can cuoc bi mat")


def test_word_of_an_officer_works_at_once_and_shows_what_it_finds(web):
    procedure = Procedure.objects.get(slug="tach-ho")
    assert not find("lục đục bếp núc", today=TODAY).hits

    web.post(
        reverse("admin:procedures_synonym_add"),
        {"term": "lục đục bếp núc", "procedure": procedure.pk, "weight": "9", "is_active": "on"},
    )

    assert find("luc duc bep nuc", today=TODAY).hits[0].procedure == procedure
    made = Synonym.objects.get(term="lục đục bếp núc")
    page = web.get(reverse("admin:procedures_synonym_change", args=[made.pk])).content.decode()
    assert "Rõ: Tách hộ." in page


def test_shipped_word_is_switched_off_and_not_deleted(web):
    shipped = Synonym.objects.get(term="tách hộ khẩu", procedure__slug="tach-ho")
    delete = reverse("admin:procedures_synonym_delete", args=[shipped.pk])
    assert web.post(delete, {"post": "yes"}).status_code == 403

    web.post(
        reverse("admin:procedures_synonym_change", args=[shipped.pk]),
        {"term": shipped.term, "procedure": shipped.procedure_id, "weight": "10"},
    )

    shipped.refresh_from_db()
    assert (shipped.is_active, shipped.is_shipped) == (False, False)


def test_new_name_of_a_procedure_is_heard_at_once(web):
    row = Procedure.objects.get(slug="tach-ho")
    web.post(
        reverse("admin:procedures_procedure_change", args=[row.pk]),
        {
            "area": row.area_id, "name": "Chia bếp lửa", "code": row.code, "matt_id": row.matt_id,
            "other_codes": "", "level": row.level, "order": row.order, "is_active": "on",
        },
    )  # fmt: skip

    assert find("chia bep lua", today=TODAY).hits[0].procedure == row
    assert Edition.objects.published().filter(procedure=row).exists()
