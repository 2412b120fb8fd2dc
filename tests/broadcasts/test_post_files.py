"""Files of posts on their way: taken in, checked, approved, sent after the words, downloaded."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.models import Commune, User
from broadcasts.content_check.services import check_content
from broadcasts.models import Broadcast, Delivery
from broadcasts.scheduling.tick import run_tick
from broadcasts.sending.delivery import drain
from broadcasts.services import GateBlocked, NotAllowed, approve, check, edit, submit
from groups.models import Hamlet, ZaloGroup
from tests.broadcasts import documents as made
from tests.factories.broadcasts import make_delivery
from tests.factories.groups import make_ordinary_group
from zalo.models import OfficialAccount
from zalo_simulator.faults import parse
from zalo_simulator.server import Simulator

pytestmark = pytest.mark.django_db
# Sending claims its row in a transaction of its own.
sends = pytest.mark.django_db(transaction=True)

TEXT = "Thong bao lich cap can cuoc luu dong tai nha van hoa"
UPLOAD = "/v2.0/oa/upload/file"
Make = Callable[..., Broadcast]
OaGroups = Callable[..., list[ZaloGroup]]


@pytest.fixture(autouse=True)
def _own_media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def upload(content: bytes = b"", name: str = "Thông báo lịch cấp căn cước.pdf") -> Any:
    return SimpleUploadedFile(name, content or made.pdf(TEXT))


def found(post: Broadcast) -> set[str]:
    """Return the findings about the content, without those about the hour of the test."""
    return {hit.rule for hit in check_content(post, now=timezone.now())}


def test_a_file_is_kept_cleaned_and_told_about(draft: Make) -> None:
    post = draft(file=upload(made.pdf(TEXT, author="Nguyen Van Hung")))

    assert post.file_name == "Thông báo lịch cấp căn cước.pdf"
    assert TEXT in post.file_text
    assert b"Nguyen Van Hung" not in post.file.read()
    assert found(post) == {"file_cleaned"}


def test_the_ending_is_what_the_file_is(draft: Make) -> None:
    post = draft(file=upload(made.word(TEXT), "thong_bao.pdf"))

    assert post.file_name == "thong_bao.docx"


def test_what_cannot_be_opened_is_refused(draft: Make) -> None:
    with pytest.raises(NotAllowed, match="mật khẩu"):
        draft(file=upload(made.pdf(TEXT, password="1")))


def test_words_and_name_of_a_file_are_checked(draft: Make, author: User, hamlet: Hamlet) -> None:
    make_ordinary_group(hamlet)
    post = draft(file=upload(made.pdf(f"{TEXT} 075090000123"), "xe 60B1-234.56.pdf"))

    with pytest.raises(GateBlocked) as refusal:
        submit(post, by=author, reasons="Tìm chủ xe bỏ quên.")

    assert found(post) >= {"national_id", "plate"}
    assert {(hit.rule, hit.where) for hit in refusal.value.hits} == {("national_id", "file")}


def test_a_mark_in_hidden_facts_is_found(draft: Make) -> None:
    post = draft(file=upload(made.pdf(TEXT, author="TUYET MAT")))

    assert ("secrecy", "file_meta") in {(hit.rule, hit.where) for hit in check(post)}


def test_a_scan_waits_for_the_second_person(
    draft: Make, author: User, chief: User, hamlet: Hamlet
) -> None:
    make_ordinary_group(hamlet)
    post = submit(draft(file=upload(made.pdf("", author=""))), by=author)
    (scan,) = [hit for hit in check(post) if hit.rule == "file_unread"]

    with pytest.raises(GateBlocked):
        approve(post, by=chief)

    assert approve(post, by=chief, confirmations=[scan.key]).status == "scheduled"


def test_another_file_voids_the_approval(approved: Make, author: User, hamlet: Hamlet) -> None:
    make_ordinary_group(hamlet)
    post = approved(file=upload(made.pdf(TEXT, author="")))
    post.file = upload(made.pdf(f"{TEXT} moi", author=""))

    edit(post, by=author)

    assert (post.status, post.approved_by) == ("draft", None)


def test_a_file_can_be_taken_away(draft: Make, author: User) -> None:
    post = draft(file=upload())
    post.file = ""

    edit(post, by=author)

    assert (post.file_name, post.file_text, post.file_sha256) == ("", "", "")


def test_a_file_changed_on_the_disk_is_not_approved(
    draft: Make, author: User, chief: User, hamlet: Hamlet
) -> None:
    make_ordinary_group(hamlet)
    post = submit(draft(file=upload(made.pdf(TEXT, author=""))), by=author)
    Path(post.file.path).write_bytes(made.pdf("khac"))

    with pytest.raises(NotAllowed, match="đã bị thay"):
        approve(post, by=chief)


@sends
def test_the_file_follows_the_words_into_each_group(
    commune: Commune, account: OfficialAccount, simulator: Simulator, oa_groups: OaGroups,
    approved: Make,
) -> None:  # fmt: skip
    groups = oa_groups(2)
    post = approved(file=upload(made.pdf(TEXT, author="")))
    run_tick()

    for _part in range(2):
        drain(commune.pk, urgent=False)

    for group in groups:
        kinds = [one.kind for one in simulator.state.messages_of(group.zalo_group_id)]
        assert kinds == ["text", "file"]
    assert simulator.state.stats[f"calls {UPLOAD}"] == 1
    assert {row.status for row in post.deliveries.all()} == {"sent"}
    assert [len(row.zalo_message_ids) for row in post.deliveries.all()] == [2, 2]


@sends
def test_a_file_that_zalo_forgot_is_uploaded_again(
    commune: Commune, account: OfficialAccount, simulator: Simulator, oa_groups: OaGroups,
    approved: Make,
) -> None:  # fmt: skip
    (group,) = oa_groups(1)
    post = approved(file=upload(made.pdf(TEXT, author="")))
    simulator.faults.add(
        parse({"kind": "-100", "group_id": group.zalo_group_id, "times": 1, "after": 1})
    )

    for _round in range(3):
        run_tick()
        Delivery.objects.filter(status="queued").update(next_attempt_at=post.created_at)
        drain(commune.pk, urgent=False)

    kinds = [one.kind for one in simulator.state.messages_of(group.zalo_group_id)]
    assert (post.deliveries.get().status, kinds) == ("sent", ["text", "file"])
    assert simulator.state.stats[f"calls {UPLOAD}"] == 2


@sends
def test_a_lost_file_fails_its_post_with_a_sentence(
    commune: Commune, account: OfficialAccount, oa_groups: OaGroups, approved: Make
) -> None:
    oa_groups(1)
    post = approved(file=upload(made.pdf(TEXT, author="")))
    Path(post.file.path).unlink()
    run_tick()

    drain(commune.pk, urgent=False)

    row = post.deliveries.get()
    assert (row.status, row.error_code) == ("failed", "file")
    assert "Tệp của bài" in row.error_text


def test_whoever_posts_by_hand_downloads_the_file(
    approved: Make, author: User, hamlet: Hamlet, login: Any
) -> None:
    group = make_ordinary_group(hamlet)
    post = approved(file=upload(made.pdf(TEXT, author="")))
    run_tick()
    task = post.deliveries.filter(zalo_group=group).first() or make_delivery(post, group)
    client = login(author)

    page = client.get(reverse("admin:broadcasts_delivery_hand_task", args=[task.pk]))
    answer = client.get(reverse("admin:broadcasts_delivery_file", args=[task.pk]))

    assert "Tải tệp về máy: Thông báo lịch cấp căn cước.pdf" in page.content.decode()
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"].startswith("attachment")
