"""Texts of long forms are saved while they are written, for their account alone."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from accounts.form_drafts import services
from accounts.form_drafts.addresses import saves_texts, view_at
from accounts.form_drafts.models import FormDraft
from accounts.retention import purge_expired
from accounts.vault import pages as vault_pages
from broadcasts.models import Broadcast
from tests.accounts.form_drafts.conftest import add_url, form_of

pytestmark = pytest.mark.django_db
FIELDS = [["title", "Mời họp"], ["text", "Mời bà con dự họp ấp."]]


def drafts_url() -> str:
    return reverse("admin:form_draft_drafts")


def save(client: Client, user: Any, fields: Any = FIELDS, **sent: Any) -> dict[str, str]:
    data = {
        "account": user.pk, "address": add_url(), "number": str(uuid4()),
        "fields": json.dumps(fields), **sent,
    }  # fmt: skip
    answer: dict[str, str] = client.post(drafts_url(), data).json()
    return answer


def found(client: Client, address: str = "") -> Any:
    address = address or add_url()
    answer = client.get(drafts_url(), {"form": address})
    assert "no-store" in answer["Cache-Control"]
    return answer.json()["drafts"].get(address)


def test_what_was_typed_comes_back_in_another_browser(author, web):
    first = save(web(author), author)

    (draft,) = found(web(author))

    assert first["state"] == "saved"
    assert (draft["number"], draft["fields"]) == (first["number"], FIELDS)
    assert draft["at"] == f"{timezone.localtime():%H:%M}"


def test_a_draft_is_written_on_and_two_open_pages_have_two(author, web):
    client, number = web(author), str(uuid4())
    save(client, author, number=number)
    save(client, author, [["text", "Mời bà con dự họp ấp lúc 19 giờ."]], number=number)
    save(client, author)

    assert [draft["fields"][0][0] for draft in found(client)] == ["title", "text"]
    for _page in range(services.MOST):
        save(client, author)
    assert len(found(client)) == services.MOST


def test_nobody_else_sees_or_drops_it(author, colleague, chief, web):
    number = save(web(author), author)["number"]

    for other in (colleague, chief):
        client = web(other)
        assert found(client) == []
        client.post(reverse("admin:form_draft_drop"), {"number": number})
        save(client, other, [["text", "Chữ khác"]], number=number)

    assert [draft["number"] for draft in found(web(author))] == [number]
    assert found(web(author))[0]["fields"] == FIELDS


def test_a_page_left_open_by_another_account_saves_nothing(author, colleague, web):
    assert save(web(colleague), author) == {"state": "other"}
    assert not FormDraft.objects.exists()


@pytest.mark.parametrize(
    "text", ["TỐI MẬT\nKế hoạch tuần tra đêm", "Công văn số 12/MẬT-CAX về việc tuần tra"]
)
def test_a_mark_of_secrecy_leaves_nothing_and_takes_away_what_was_saved(author, web, text):
    client, number = web(author), str(uuid4())
    save(client, author, number=number)

    answer = save(client, author, [["title", "Mời họp"], ["text", text]], number=number)

    assert answer == {"state": "secret"}
    assert not FormDraft.objects.exists()


def test_a_text_that_is_too_long_leaves_the_last_draft(author, web):
    client, number = web(author), str(uuid4())
    save(client, author, number=number)

    answer = save(client, author, [["text", "a" * services.LONGEST]], number=number)

    assert answer == {"state": "long"}
    assert found(client)[0]["fields"] == FIELDS


@pytest.mark.parametrize(
    "sent", [{"fields": "{"}, {"fields": '{"a": 1}'}, {"fields": "[[1, 2]]"}, {"number": "x"}]
)
def test_what_no_page_of_ours_sends_is_not_saved(author, web, sent):
    assert save(web(author), author, **sent) == {"state": "never"}
    assert not FormDraft.objects.exists()


def test_it_goes_with_the_accepted_form_and_stays_with_the_refused_one(author, web):
    client, number = web(author), str(uuid4())
    save(client, author, number=number)

    refused = client.post(add_url(), form_of(title="", **{"form-draft": number}))
    assert f'data-number="{number}"' in refused.content.decode()
    assert FormDraft.objects.exists()

    client.post(add_url(), form_of(**{"form-draft": number}))
    assert Broadcast.objects.exists()
    assert not FormDraft.objects.exists()


def test_a_lost_session_loses_no_draft(author, web):
    client, number = web(author), str(uuid4())
    save(client, author, number=number)
    client.logout()

    late = client.post(drafts_url(), {"account": author.pk})
    client.post(add_url(), form_of(**{"form-draft": number}))

    assert late.status_code != 200
    assert not Broadcast.objects.exists()
    assert [draft["fields"] for draft in found(web(author))] == [FIELDS]


def test_bỏ_drops_it(author, web):
    client = web(author)
    number = save(client, author)["number"]

    client.post(reverse("admin:form_draft_drop"), {"number": number})

    assert found(client) == []


def test_it_lies_sealed_and_goes_after_seven_days(author, web):
    save(web(author), author)
    with connection.cursor() as cursor:
        cursor.execute("SELECT fields FROM accounts_formdraft")
        (sealed,) = cursor.fetchone()
    assert "bà con" not in sealed

    with time_machine.travel(timezone.now() + timedelta(days=6), tick=False):
        purge_expired()
        assert FormDraft.objects.exists()
    with time_machine.travel(timezone.now() + timedelta(days=8), tick=False):
        purge_expired()
    assert not FormDraft.objects.exists()


# Pages of tips.


def test_no_page_that_the_vault_answers_has_a_draft():
    admin_pages = get_resolver().namespace_dict["admin"][1].url_patterns
    names = {one.name for one in admin_pages if getattr(one, "name", None)}
    assert "admin:reports_tipreport_show" in vault_pages.names()

    for address in (
        "/admin/reports/tipreport/ghi/", "/admin/reports/tipreport/1/phan-loai/",
        "/admin/reports/tipreport/1/buoc/ghi-viec/", "/admin/reports/identityopening/1/xem/",
        "/admin/groups/member/1/change/", "/admin/accounts/user/add/", "/phan-anh/", "/khong-co/",
    ):  # fmt: skip
        assert not saves_texts(view_at(address)), address
    assert names


def test_words_of_tips_are_refused_whatever_a_page_sends(author, web):
    answer = save(web(author), author, address="/admin/reports/tipreport/ghi/")

    assert answer == {"state": "never"}
    assert not FormDraft.objects.exists()


def test_pages_of_tips_do_not_load_the_script(chief, web):
    client = web(chief)

    assert "accounts/drafts.js" in client.get(add_url()).content.decode()
    for name in ("record", "changelist"):
        page = client.get(reverse(f"admin:reports_tipreport_{name}"))
        assert (page.status_code, "accounts/drafts.js" in page.content.decode()) == (200, False)
