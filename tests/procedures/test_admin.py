from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEvent
from accounts.users.roles import Role
from procedures.editions.content import content_of
from procedures.models import Edition, LegalText, Procedure, Synonym
from tests.conftest import MODEL_BACKEND
from tests.factories.accounts import make_user
from tests.factories.procedures import (
    CONTENT,
    content_with,
    days_ago,
    make_edition,
    make_procedure,
    make_published,
    make_text,
)

LIST = "admin:procedures_edition_changelist"


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user, backend=MODEL_BACKEND)
    return client


@pytest.fixture
def web(chief) -> Client:
    return signed_in(chief)


def page(name: str, edition: Edition) -> str:
    return reverse(f"admin:procedures_edition_{name}", args=[edition.pk])


def form_of(client: Client, address: str) -> dict[str, str]:
    """Return the fields that a browser would send back of a form."""
    response = client.get(address)
    data = {}
    forms = [response.context["adminform"].form]
    for inline in response.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    for form in forms:
        for field in form:
            value = field.value()
            if value is True:
                value = "on"
            if value is not None and value is not False:
                data[field.html_name] = ",".join(value) if isinstance(value, list) else value
    return data


def test_list_shows_state_freshness_and_next_review_and_leaves_out_the_old(web):
    fresh = make_published(make_procedure(name="Còn mới"))
    stale = make_published(make_procedure(name="Đã lâu"), verified_on=days_ago(200))
    old = make_published(make_procedure(name="Bỏ rồi"))
    Edition.objects.filter(pk=old.pk).update(status="superseded", superseded_at=old.published_at)

    text = web.get(reverse(LIST), {"q": "lau"}).content.decode()
    assert "Đã lâu" in text
    assert "quá hạn" in text
    assert "Còn mới" not in text
    text = web.get(reverse(LIST), {"q": "thu tuc khong co"}).content.decode()
    assert "Đã lâu" not in text
    text = web.get(reverse(LIST), {"ra-soat": "can"}).content.decode()
    assert "Đã lâu" in text
    assert "Còn mới" not in text
    assert "Bỏ rồi" not in web.get(reverse(LIST), {"q": "bo roi"}).content.decode()
    assert "Bỏ rồi" in web.get(reverse(LIST), {"q": "bo roi", "ban": "tat-ca"}).content.decode()
    assert stale.pk != fresh.pk


@pytest.mark.parametrize("number", [1, 3])
def test_list_asks_as_many_questions_for_three_as_for_one(
    web, number, django_assert_max_num_queries
):
    Edition.objects.all().delete()
    for _n in range(number):
        make_published()
    web.get(reverse(LIST))

    with django_assert_max_num_queries(24):
        web.get(reverse(LIST))


def test_page_shows_content_message_and_what_differs_from_the_one_in_use(web):
    published = make_published()
    draft = make_edition(published.procedure, content=CONTENT | {"where": "Nơi khác hẳn."})

    text = web.get(page("show", draft)).content.decode()

    assert "Khác với bản 1" in text
    assert "Nơi khác hẳn." in text
    assert "Công an xã nơi cư trú." in text
    assert "Tin nhắn bà con sẽ nhận khi công bố" in text
    assert "đang được rà soát lại" not in text
    # What a reader decides about stands before what they decide it with.
    assert text.index('id="khac"') < text.index('id="noi-dung"')
    assert "20.000 đồng nộp trực tiếp" in web.get(page("show", published)).content.decode()


def test_an_officer_may_read_out_a_fee_that_the_machine_does_not_send(web):
    unsure = make_published(content=content_with(fees=[{"direct": 70000}]))
    sure = make_published(content=content_with(fees=[{"direct": 70000, "is_verified": True}]))

    text = web.get(page("show", unsure)).content.decode()
    assert "chưa chắc, máy không gửi" in text
    assert "đồng chí đọc được mức chưa chắc này" in text
    text = web.get(page("show", sure)).content.decode()
    assert "chưa chắc" not in text


def test_page_of_a_stale_edition_is_red_and_says_why(web):
    edition = make_published(verified_on=days_ago(181))

    text = web.get(page("show", edition)).content.decode()

    assert "đã quá 180 ngày" in text
    assert "Máy không gửi" in text


def test_draft_is_changed_in_its_form_with_its_parts(web, chief):
    draft = make_edition()
    address = page("change", draft)
    data = form_of(web, address)
    data |= {
        "where": "Nơi mới.", "fees-0-direct": "0", "fees-0-online": "", "dossier-1-DELETE": "on",
        "time_limits-1-amount": "2", "time_limits-1-unit": "days",
        "time_limits-1-condition": "việc phức tạp", "time_limits-TOTAL_FORMS": "2",
    }  # fmt: skip

    response = web.post(address, data)

    assert response.status_code == 302, response.context["errors"]
    assert response.url == page("show", draft)
    content = content_of(Edition.objects.with_parts().get(pk=draft.pk))
    assert content == CONTENT | {
        "where": "Nơi mới.",
        "dossier": CONTENT["dossier"][:1],
        "fees": [{"direct": 0, "is_verified": True}],
        "time_limits": [
            *CONTENT["time_limits"],
            {"amount": 2, "unit": "days", "condition": "việc phức tạp"},
        ],
    }
    assert draft.events.get().by == chief


def test_form_sent_back_unchanged_changes_nothing(web):
    draft = make_edition()

    web.post(page("change", draft), form_of(web, page("change", draft)))

    assert content_of(Edition.objects.with_parts().get(pk=draft.pk)) == CONTENT
    assert not draft.events.exists()


@pytest.mark.parametrize(
    ("words", "sentence"), [("chữ " * 91, "tối đa 90"), ("Nộp 20.000 đồng.", "Đừng ghi số tiền")]
)
def test_form_names_what_is_wrong_with_the_short_answer(web, words, sentence):
    draft = make_edition()
    data = form_of(web, page("change", draft)) | {"short_answer": words}

    response = web.post(page("change", draft), data)

    assert response.status_code == 200
    assert sentence in response.content.decode()


def test_first_draft_of_a_procedure_is_written_in_the_form(web, chief):
    procedure, text = make_procedure(), make_text("TT 5/2026")
    address = reverse("admin:procedures_edition_add")
    data = form_of(web, address) | {
        "procedure": procedure.pk, "short_answer": "Mang tờ khai.", "forms": "CT01, CT02",
        "citations-TOTAL_FORMS": "1", "citations-0-text": text.pk, "citations-0-purpose": "fee",
    }  # fmt: skip

    response = web.post(address, data)

    draft = procedure.editions.get()
    assert response.url == page("show", draft)
    assert content_of(Edition.objects.with_parts().get(pk=draft.pk)) == {
        "short_answer": "Mang tờ khai.", "forms": ["CT01", "CT02"],
        "citations": [{"text": "TT 5/2026", "purpose": "fee"}],
    }  # fmt: skip
    assert draft.drafted_by == chief


def test_second_draft_is_refused_with_a_sentence(web):
    draft = make_edition()
    address = reverse("admin:procedures_edition_add")
    data = form_of(web, address) | {"procedure": draft.procedure.pk, "short_answer": "Khác."}

    response = web.post(address, data, follow=True)

    assert "đang được soạn" in response.content.decode()
    assert draft.procedure.editions.count() == 1


def test_edition_in_use_has_no_form(web):
    edition = make_published()

    assert web.get(page("change", edition)).url == page("show", edition)
    web.post(page("change", edition), {"where": "Nơi khác."})
    edition.refresh_from_db()
    assert edition.where == "Công an xã nơi cư trú."


def test_whole_way_in_the_browser_from_new_edition_to_published(web, deputy_chief):
    edition = make_published()
    today = f"{edition.published_at:%d/%m/%Y}"

    response = web.post(page("renew", edition))
    draft = edition.procedure.editions.open().get()
    assert response.url == page("change", draft)
    said = {"with_what": "Cổng Dịch vụ công", "confidence": "high", "on": today}
    web.post(page("check", draft), said)
    refused = web.post(page("publish", draft), follow=True)
    assert "người khác phải công bố" in refused.content.decode()
    signed_in(deputy_chief).post(page("publish", draft))

    draft.refresh_from_db()
    edition.refresh_from_db()
    assert (draft.status, edition.status) == ("published", "superseded")


def test_form_of_a_step_with_a_day_that_is_none_is_refused_with_a_sentence(web):
    edition = make_published()

    response = web.post(
        page("verify", edition), {"with_what": "Cổng", "on": "32/1/2026"}, follow=True
    )

    assert "Ngày đối chiếu" in response.content.decode()
    edition.refresh_from_db()
    assert edition.verified_by is None


@pytest.mark.parametrize("role", [Role.OFFICER, Role.HAMLET_HEAD, Role.FRONT, Role.PARTY_OFFICE])
def test_readers_read_and_find_no_button(commune, role):
    edition, draft = make_published(), make_edition()
    client = signed_in(make_user(commune, role))

    text = client.get(page("show", edition)).content.decode()
    assert "Tin nhắn bà con nhận" in text
    assert 'class="by-ask"' not in text
    assert client.get(page("change", draft)).url == page("show", draft)
    assert client.get(reverse("admin:procedures_edition_add")).status_code == 403
    for name in ("renew", "check", "publish", "verify", "supersede"):
        assert client.post(page(name, edition)).status_code == 403
    assert client.get(reverse("admin:procedures_edition_import")).status_code == 403
    assert client.get(reverse("admin:procedures_edition_take_out")).status_code in (302, 403)
    edition.refresh_from_db()
    assert edition.status == "published"


def test_technical_administrator_has_no_library(commune):
    edition = make_published()
    client = signed_in(make_user(commune, Role.TECH_ADMIN))

    assert client.get(page("show", edition)).status_code == 403
    assert client.get(reverse(LIST)).status_code == 403


def test_chief_of_one_of_several_communes_reads_only(web, other_commune):
    edition = make_published()

    assert "by-ask" not in web.get(page("show", edition)).content.decode()
    web.post(page("supersede", edition), {"reason": "x"})
    assert web.get(reverse("admin:procedures_edition_import")).status_code == 403
    assert web.get(reverse("admin:procedures_procedure_add")).status_code == 403
    edition.refresh_from_db()
    assert edition.status == "published"


def test_changed_text_reopens_from_its_page(web):
    edition = make_published()
    text = LegalText.objects.get(citations__edition=edition)
    address = reverse("admin:procedures_legaltext_tell_change", args=[text.pk])

    assert str(edition) in web.get(address).content.decode()
    web.post(address, {"status": "replaced", "changed_on": "01/11/2026", "through": "TT 8/2026"})

    edition.refresh_from_db()
    assert "TT 8/2026" in edition.reopened_because
    assert "mở lại" in web.get(reverse(LIST), {"q": edition.procedure.name}).content.decode()


def test_synonym_is_added_and_removed_with_a_trace(web):
    procedure = make_procedure()
    web.post(
        reverse("admin:procedures_synonym_add"),
        {"term": "Sổ hộ khẩu", "procedure": procedure.pk, "weight": "7", "is_active": "on"},
    )
    made = Synonym.objects.get(procedure=procedure)
    assert (made.folded, made.is_shipped) == ("so ho khau", False)

    web.post(
        reverse("admin:procedures_synonym_delete", args=[made.pk]),
        {"post": "yes", "delete_reason": "Ghi nhầm"},
    )

    assert not Synonym.objects.filter(procedure=procedure).exists()
    assert AuditEvent.objects.filter(action="procedure.synonym_changed").count() == 2


def test_page_of_a_procedure_leads_to_its_editions_and_keeps_its_address(web):
    edition = make_published()
    address = reverse("admin:procedures_procedure_change", args=[edition.procedure_id])

    assert page("show", edition) in web.get(address).content.decode()
    data = form_of(web, address) | {"name": "Tên mới", "slug": "khac"}
    response = web.post(address, data)
    assert response.status_code == 302, response.context["errors"]
    edition.procedure.refresh_from_db()
    assert edition.procedure.name == "Tên mới"
    assert edition.procedure.slug != "khac"


def test_library_leaves_and_comes_back_as_a_workbook(web):
    edition = make_published()
    taken = web.get(reverse("admin:procedures_edition_take_out"))
    assert taken["Content-Disposition"].startswith('attachment; filename="thu-vien-thu-tuc-')
    book = openpyxl.load_workbook(BytesIO(taken.content))
    sheet = book["Thủ tục"]
    rows = {sheet.cell(row, 1).value: row for row in range(2, sheet.max_row + 1)}
    headings = [cell.value for cell in sheet[1]]
    sheet.cell(rows[edition.procedure.slug], headings.index("Nơi làm") + 1).value = "Nơi mới."
    address = reverse("admin:procedures_edition_import")

    def upload():
        target = BytesIO()
        book.save(target)
        return {"file": SimpleUploadedFile("thu-vien.xlsx", target.getvalue())}

    planned = web.post(address, upload())
    assert planned.context["count"] == 1
    assert edition.procedure.editions.count() == 1
    web.post(address, {"token": planned.context["token"]})
    assert edition.procedure.editions.open().get().where == "Nơi mới."
    assert web.post(address, {"token": planned.context["token"]}).status_code == 302

    wrong = sheet.cell(rows[edition.procedure.slug], headings.index("Nơi giải quyết") + 1)
    wrong.value = "Ở đâu"
    text = web.post(address, upload()).content.decode()
    assert "Có 1 ô sai nên chưa nhập gì" in text
    assert f"ô {wrong.coordinate}" in text
    assert AuditEvent.objects.filter(action="procedure.imported").count() == 1 + 1
    assert Procedure.objects.filter(pk=edition.procedure_id).exists()


def test_token_of_another_account_opens_nothing(web, deputy_chief):
    make_published()
    taken = web.get(reverse("admin:procedures_edition_take_out")).content
    address = reverse("admin:procedures_edition_import")
    token = web.post(address, {"file": SimpleUploadedFile("a.xlsx", taken)}).context["token"]

    response = signed_in(deputy_chief).post(address, {"token": token}, follow=True)

    assert "quá một giờ" in response.content.decode()
