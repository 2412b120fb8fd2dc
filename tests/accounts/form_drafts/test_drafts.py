"""Texts of long forms are saved while they are written, for their account alone."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.form_drafts import services, stores
from accounts.form_drafts.addresses import saves_with_portal_keys
from accounts.form_drafts.models import FormDraft
from accounts.retention import purge_expired
from accounts.services import lock
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


# Pages of tips: their drafts lie with the vault (tests/reports/vault/test_drafts.py).


def test_no_form_of_tips_or_residents_is_saved_under_a_key_of_the_portal():
    for name in vault_pages.names() | {
        "admin:reports_tipreport_record", "admin:reports_tipreport_capture",
        "admin:reports_tipreport_relay", "admin:groups_member_change", "admin:accounts_user_add",
        "tip_home", "tip_form", "tip_receipt", "",
    }:  # fmt: skip
        assert not saves_with_portal_keys(name), name
    assert saves_with_portal_keys("admin:broadcasts_broadcast_add")


def test_words_of_tips_never_lie_among_other_drafts(author, web):
    save(web(author), author, address="/admin/reports/tipreport/ghi/")

    assert not FormDraft.objects.exists()


@pytest.mark.parametrize(
    "address",
    [
        "/phan-anh/", "/khong-co/", "/admin/reports/identityopening/1/xem/",
        "/admin/reports/tipreport/1/danh-tinh/", "/admin/groups/member/1/change/",
        "/admin/broadcasts/broadcast/" + "0" * 300 + "1/change/",
    ],
)  # fmt: skip
def test_what_no_store_names_is_refused_whatever_a_page_sends(author, web, address):
    assert save(web(author), author, address=address) == {"state": "never"}
    assert not any(store.model.objects.exists() for store in stores.all_stores())


def test_an_account_that_is_locked_leaves_no_draft(author, colleague, web, superuser):
    save(web(author), author)
    save(web(colleague), colleague)

    lock(author, by=superuser)

    assert set(FormDraft.objects.values_list("account", flat=True)) == {colleague.pk}


def test_a_save_that_comes_after_its_form_leaves_nothing(author, web):
    client, number = web(author), str(uuid4())
    save(client, author, number=number)
    client.post(add_url(), form_of(**{"form-draft": number}))

    assert save(client, author, number=number) == {"state": "never"}
    assert not FormDraft.objects.exists()
