"""Findings on the pages of a post: marked in its words, with the box for the answer."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile as Upload
from django.test import Client
from django.urls import reverse

from accounts.models import User
from broadcasts.models import Broadcast, Topic
from broadcasts.services import check, submit
from groups.models import Hamlet
from tests.broadcasts import documents as made
from tests.factories.groups import make_ordinary_group

pytestmark = pytest.mark.django_db

Draft = Callable[..., Broadcast]
Login = Callable[[User], Client]
PLATE = "Ai là chủ xe 60B1-234.56 đang để ở nhà văn hóa <ấp 2>?"
ROSTER = "Lịch trực lễ: đ/c Hùng 7h-19h, đ/c Nam 19h-7h."


@pytest.fixture(autouse=True)
def group(hamlet: Hamlet) -> None:
    make_ordinary_group(hamlet)


def address(post: Broadcast, name: str, *args: Any) -> str:
    return reverse(f"admin:broadcasts_broadcast_{name}", args=[post.pk, *args])


def step(client: Client, post: Broadcast, name: str, **data: Any) -> str:
    sent = {"seen": post.content_hash, **data}
    return client.post(address(post, "step", name), sent, follow=True).content.decode()


def test_the_page_marks_the_words_and_escapes_the_rest(
    draft: Draft, author: User, login: Login
) -> None:
    page = login(author).get(address(draft(text=PLATE), "review")).content.decode()

    assert '<mark class="by-mark by-warn">60B1-234.56</mark> đang để' in page
    assert "&lt;ấp 2&gt;" in page
    assert 'name="reason_plate"' in page


def test_a_reason_is_asked_for_and_shown_to_the_approver(
    draft: Draft, author: User, chief: User, login: Login
) -> None:
    post = draft(text=PLATE)
    client = login(author)

    refused = step(client, post, "trinh-duyet")
    step(client, post, "trinh-duyet", reason_plate="Tìm chủ xe bỏ quên ba ngày.")

    post.refresh_from_db()
    seen = login(chief).get(address(post, "review")).content.decode()
    assert "hãy ghi lý do cho biển số xe" in refused
    assert post.status == Broadcast.Status.PENDING_APPROVAL
    assert "Lý do của người trình: Tìm chủ xe bỏ quên ba ngày." in seen
    assert 'name="reason_plate"' not in seen


def test_the_approver_ticks_the_finding(
    draft: Draft, author: User, chief: User, login: Login
) -> None:
    post = submit(draft(text=ROSTER), by=author)
    (key,) = [hit.key for hit in check(post) if hit.rule == "duty_plan"]
    client = login(chief)

    page = client.get(address(post, "review")).content.decode()
    refused = step(client, post, "duyet")
    step(client, post, "duyet", confirm=key)

    post.refresh_from_db()
    assert f'value="{key}"' in page
    assert "đánh dấu xác nhận" in refused
    assert post.approved_by == chief


def test_the_author_is_offered_no_tick(draft: Draft, author: User, login: Login) -> None:
    post = submit(draft(text=ROSTER), by=author)

    page = login(author).get(address(post, "review")).content.decode()

    assert "Người duyệt phải xác nhận" in page
    assert 'name="confirm"' not in page


def test_the_preview_marks_words_too(author: User, login: Login) -> None:
    form = {"text": "Gọi 0912 000 345 nhé", "title": "Thử", "send_to": "whole"}

    page = login(author).post(reverse("admin:broadcasts_broadcast_preview"), form).content.decode()

    assert '<mark class="by-mark by-bad">0912 000 345</mark>' in page
    assert "Phải sửa: Số điện thoại riêng" in page


def form_of(**fields: Any) -> dict[str, Any]:
    values = {
        "title": "Mời họp",
        "topic": Topic.objects.get(code="thu-doan").pk,
        "text": "Mời bà con dự họp ấp.",
        "send_to": "whole",
        "priority": "routine",
    }
    return values | fields


def test_the_form_takes_a_file_and_says_what_is_wrong_with_one(
    author: User, login: Login, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    client, add = login(author), reverse("admin:broadcasts_broadcast_add")
    locked = Upload("a.pdf", made.pdf("Thong bao cho ba con", password="1"))
    good = Upload("Thông báo.pdf", made.pdf("Thong bao cho tat ca ba con trong ap"))

    refused = client.post(add, form_of(file=locked)).content.decode()
    saved = client.post(add, form_of(file=good), follow=True).content.decode()

    assert "Tệp đặt mật khẩu" in refused
    post = Broadcast.objects.get()
    assert post.file_name == "Thông báo.pdf"
    assert address(post, "file") in saved
    assert "Đã xóa khỏi tệp trước khi gửi: người tạo: Hung." in saved


def test_submitting_from_the_form_tells_a_block_beside_the_file(
    author: User, login: Login, settings: Any, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    bad = Upload("a.pdf", made.pdf("Ong T so can cuoc 075090000123 den nhan giay"))
    form = form_of(file=bad, _submit="1")

    page = login(author).post(reverse("admin:broadcasts_broadcast_add"), form)

    assert list(page.context["adminform"].form.errors) == ["file"]


def test_a_usual_reason_is_chosen_with_one_tap(draft: Draft, author: User, login: Login) -> None:
    post = draft(text="Cảm ơn ông Lê Văn Bảy đã sửa đèn đường.")
    client = login(author)

    page = client.get(address(post, "review")).content.decode()
    step(client, post, "trinh-duyet", choice_named_person="Người được nêu tên đã đồng ý.")

    assert 'name="choice_named_person"' in page
    post.refresh_from_db()
    (answer,) = post.gate_answers["reasons"].values()
    assert answer["text"] == "Người được nêu tên đã đồng ý."
    assert post.status == Broadcast.Status.PENDING_APPROVAL


def test_a_written_reason_goes_before_the_chosen_one(
    draft: Draft, author: User, login: Login
) -> None:
    post = draft(text=PLATE)
    written = "Xe để quên ba ngày ở nhà văn hóa."

    step(login(author), post, "trinh-duyet", choice_plate="Tìm chủ xe.", reason_plate=written)

    post.refresh_from_db()
    assert [one["text"] for one in post.gate_answers["reasons"].values()] == [written]
