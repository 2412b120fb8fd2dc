"""A picture or document of a refused form waits, for its account alone, and goes along later."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import RequestFactory
from django.urls import resolve, reverse
from django.utils import timezone

from accounts.form_drafts import uploads
from accounts.form_drafts.addresses import saves_files
from accounts.form_drafts.models import PendingUpload
from accounts.retention import purge_expired
from accounts.workflow.declaration import NotAllowed
from broadcasts import services
from broadcasts.models import Broadcast
from tests.accounts.form_drafts.conftest import add_url, form_of
from tests.broadcasts import documents as made
from tests.factories.direction import make_body, make_direction, speaker_of

pytestmark = pytest.mark.django_db


def picture(name: str = "bien-canh-bao.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, made.jpeg_with_place(), "image/jpeg")


def token_in(page: Any, field: str) -> str:
    found = re.search(rf'name="{field}-pending" value="([^"]+)"', page.content.decode())
    assert found is not None
    return found[1]


def test_a_refused_post_keeps_its_picture_for_the_next_try(author, web):
    client = web(author)

    refused = client.post(add_url(), form_of(title="", image=picture()))
    page = refused.content.decode()
    token = token_in(refused, "image")
    shown = client.get(reverse("admin:form_draft_file", args=[token]))
    saved = client.post(add_url(), form_of(**{"image-pending": token}))

    assert (refused.status_code, saved.status_code) == (200, 302)
    assert "bien-canh-bao.jpg" in page
    assert "Bỏ tệp này" in page
    assert (shown["Content-Type"], shown["Cache-Control"]) == (
        "image/jpeg", "max-age=0, no-cache, no-store, must-revalidate, private",
    )  # fmt: skip
    assert b"Nha ong Ba" not in shown.content
    post = Broadcast.objects.get()
    assert post.image.name
    assert not PendingUpload.objects.exists()


def test_an_attached_document_waits_cleaned_under_its_own_name(author, web):
    client = web(author)
    document = SimpleUploadedFile("Lịch cấp căn cước.pdf", made.pdf("Lich cap", author="Nguyen"))

    refused = client.post(add_url(), form_of(title="", file=document))
    waiting = PendingUpload.objects.get()
    token = token_in(refused, "file")
    client.post(add_url(), form_of(**{"file-pending": token}))

    assert b"Nguyen" not in bytes(waiting.content)
    assert (waiting.name, waiting.is_picture) == ("Lịch cấp căn cước.pdf", False)
    assert Broadcast.objects.get().file_name == "Lịch cấp căn cước.pdf"


def test_it_still_waits_after_a_second_refusal(author, web):
    client = web(author)
    token = token_in(client.post(add_url(), form_of(title="", image=picture())), "image")

    again = client.post(add_url(), form_of(text="", **{"image-pending": token}))

    assert token_in(again, "image") != token
    assert PendingUpload.objects.count() == 1


def test_another_account_gets_neither_the_file_nor_a_post_without_it(author, colleague, web):
    token = token_in(web(author).post(add_url(), form_of(title="", image=picture())), "image")
    other = web(colleague)

    looked = other.get(reverse("admin:form_draft_file", args=[token]))
    sent = other.post(add_url(), form_of(**{"image-pending": token}))

    assert looked.status_code == 404
    assert sent.status_code == 200
    assert uploads.EXPIRED in sent.content.decode()
    assert not Broadcast.objects.exists()
    assert PendingUpload.objects.get().account == author


@pytest.mark.parametrize("token", ["7d9f1c52-0000-4000-8000-000000000001", "x", ""])
def test_a_token_of_nothing_never_sends_a_post_without_its_picture(author, web, token):
    sent = web(author).post(add_url(), form_of(**{"image-pending": token}))

    assert uploads.EXPIRED in sent.content.decode()
    assert not Broadcast.objects.exists()


def test_a_file_waits_for_its_own_field_and_form_alone(author, web):
    client = web(author)
    token = token_in(client.post(add_url(), form_of(title="", image=picture())), "image")

    in_other_field = client.post(add_url(), form_of(**{"file-pending": token}))
    of_other_form = client.post(
        reverse("admin:broadcasts_article_add"), {"title": "Bài", "cover-pending": token}
    )

    assert uploads.EXPIRED in in_other_field.content.decode()
    assert uploads.EXPIRED in of_other_form.content.decode() or of_other_form.status_code == 403
    assert not Broadcast.objects.exists()


def test_a_dropped_file_is_dropped_and_a_new_one_takes_its_place(author, web):
    client = web(author)
    first = token_in(client.post(add_url(), form_of(title="", image=picture())), "image")
    client.post(add_url(), form_of(**{"image-pending": first, "image-dropped": "1"}))
    assert Broadcast.objects.get().image.name == ""

    second = token_in(client.post(add_url(), form_of(title="", image=picture())), "image")
    other = client.post(
        add_url(), form_of(title="", image=picture("moi.jpg"), **{"image-pending": second})
    )

    assert "moi.jpg" in other.content.decode()
    assert [row.name for row in PendingUpload.objects.all()] == ["moi.jpg"]


def test_a_refused_step_keeps_its_file(commune, web):
    direction = make_direction(make_body(commune))
    client = web(speaker_of(direction.body))
    url = reverse("admin:oversight_direction_step", args=[direction.pk, "tra-loi"])

    refused = client.post(url, {"tra-loi-file": picture("bao-cao.jpg")})
    token = token_in(refused, "tra-loi-file")
    client.post(url, {"tra-loi-text": "Đã làm xong.", "tra-loi-file-pending": token})

    assert refused.status_code == 400
    assert direction.replies.get().file.name
    assert not PendingUpload.objects.exists()


def test_a_file_that_its_own_field_refuses_is_not_kept(author, web):
    broken = SimpleUploadedFile("anh.jpg", b"no picture")

    refused = web(author).post(add_url(), form_of(title="", image=broken))

    assert "-pending" not in refused.content.decode()
    assert not PendingUpload.objects.exists()


def test_a_form_that_cleans_no_file_keeps_none_and_says_so(author):
    class Raw(forms.Form):
        title = forms.CharField()
        file = forms.FileField()

    request = RequestFactory().post("/admin/", {"file": picture()})
    request.user = author
    form = Raw(request.POST, request.FILES)
    assert not form.is_valid()

    uploads.keep_refused(request, {"form": form})

    assert "Hãy chọn lại tệp." in str(form["file"])
    assert not PendingUpload.objects.exists()


def test_a_mark_of_secrecy_in_its_name_is_not_kept(author, web):
    refused = web(author).post(add_url(), form_of(title="", image=picture("TỐI MẬT ke hoach.jpg")))

    assert "Hãy chọn lại tệp." in refused.content.decode()
    assert not PendingUpload.objects.exists()


def test_it_lies_sealed_and_goes_after_a_day(author, web):
    web(author).post(add_url(), form_of(title="", image=picture()))
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, content FROM accounts_pendingupload")
        name, content = cursor.fetchone()

    with time_machine.travel(timezone.now() + timedelta(hours=23), tick=False):
        purge_expired()
        assert PendingUpload.objects.exists()
    with time_machine.travel(timezone.now() + timedelta(hours=25), tick=False):
        purge_expired()

    assert "bien-canh-bao" not in name
    assert b"\xff\xd8\xff" not in bytes(content)
    assert not PendingUpload.objects.exists()


def test_of_many_the_oldest_go(author):
    for number in range(uploads.MOST + 2):
        uploads.store("/admin/", "image", f"{number}.jpg", b"x", by=author)

    names = [row.name for row in PendingUpload.objects.order_by("pk")]
    assert names == [f"{number}.jpg" for number in range(2, uploads.MOST + 2)]


def test_pages_of_tips_and_of_residents_keep_no_file(commune):
    for address in (
        f"/phan-anh/{commune.code}/bao-tin/", "/admin/reports/tipreport/ghi/",
        "/admin/reports/tipreport/1/trao-doi/",
    ):  # fmt: skip
        assert not saves_files(resolve(address).view_name), address


def test_what_only_the_service_refuses_keeps_text_and_picture_too(author, web, monkeypatch):
    client = web(author)

    def refuse(*args, **kwargs):
        raise NotAllowed("Xã chưa mở kênh gửi.")

    with monkeypatch.context() as patched:
        patched.setattr(services, "create", refuse)
        refused = client.post(add_url(), form_of(image=picture(), text="Câu gõ rất lâu."))
    page = refused.content.decode()
    client.post(add_url(), form_of(**{"image-pending": token_in(refused, "image")}))

    assert refused.status_code == 200
    assert "Xã chưa mở kênh gửi." in page
    assert "Câu gõ rất lâu." in page
    assert Broadcast.objects.get().image.name
