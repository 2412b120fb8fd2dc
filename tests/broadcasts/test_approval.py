"""From draft to approved and back: four eyes, bound to the content."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import AuditEvent, Commune, User
from broadcasts.models import Broadcast, BroadcastEvent, Topic
from broadcasts.scheduling.tick import run_tick
from broadcasts.services import (
    GateBlocked,
    NotAllowed,
    TransitionNotAllowed,
    approve,
    cancel,
    create,
    edit,
    pause,
    reach,
    reject,
    resume,
    return_for_changes,
    submit,
)
from broadcasts.tasks import tick
from groups.models import Hamlet, ZaloGroup
from tests.factories.groups import make_group, make_hamlet, make_ordinary_group

pytestmark = pytest.mark.django_db
Draft = Callable[..., Broadcast]

ONE_PIXEL = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00"
    b"\x1f\x15\xc4\x89\x00\x00\x00\rIDATx\x9cc\xf8\xff\xff?\x00\x05\xfe\x02\xfe\xa7\x9a\xa0\xa0"
    b"\x00\x00\x00\x00IEND\xaeB`\x82"
)


@pytest.fixture(autouse=True)
def groups(hamlet: Hamlet) -> list[ZaloGroup]:
    return [make_group(hamlet), make_ordinary_group(hamlet)]


@pytest.fixture(autouse=True)
def _own_media(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def kinds(broadcast: Broadcast) -> list[str]:
    return list(broadcast.events.values_list("kind", flat=True))


def test_submit_and_approve_schedule_the_post(draft: Draft, author: User, chief: User) -> None:
    broadcast = draft(scheduled_for=timezone.now() + timedelta(hours=2))

    submit(broadcast, by=author)
    approve(broadcast, by=chief)

    broadcast.refresh_from_db()
    assert broadcast.status == Broadcast.Status.SCHEDULED
    assert (broadcast.submitted_by, broadcast.approved_by) == (author, chief)
    assert broadcast.approved_hash == broadcast.content_hash == broadcast.compute_hash()
    assert broadcast.approved_parts == [broadcast.text]
    assert kinds(broadcast) == ["created", "submitted", "approved", "scheduled"]


def test_each_step_of_a_person_is_audited(draft: Draft, author: User, chief: User) -> None:
    approve(submit(draft(), by=author), by=chief)

    actions = AuditEvent.objects.order_by("sequence").values_list("action", "actor")
    assert list(actions) == [
        ("broadcast.created", author.pk),
        ("broadcast.submitted", author.pk),
        ("broadcast.approved", chief.pk),
    ]


def test_author_cannot_approve_even_as_superuser(commune: Commune, superuser: User) -> None:
    broadcast = create(
        Broadcast(commune=commune, title="Tin", text="Bà con chú ý.", topic=Topic.objects.first()),
        by=superuser,
    )
    submit(broadcast, by=superuser)

    with pytest.raises(NotAllowed, match="người khác phải duyệt"):
        approve(broadcast, by=superuser)


def test_chief_who_edited_last_cannot_approve(
    draft: Draft, author: User, chief: User, deputy_chief: User
) -> None:
    broadcast = draft()
    broadcast.text = "Nội dung do chỉ huy sửa."
    edit(broadcast, by=chief)
    submit(broadcast, by=author)

    with pytest.raises(NotAllowed, match="sửa bài sau cùng"):
        approve(broadcast, by=chief)
    assert approve(broadcast, by=deputy_chief).status == Broadcast.Status.SCHEDULED


def test_an_editor_before_the_last_one_cannot_approve(
    draft: Draft, author: User, chief: User, deputy_chief: User, superuser: User
) -> None:
    broadcast = draft()
    for number, editor in enumerate((chief, deputy_chief, author)):
        broadcast.text = f"Bản sửa {number} cho bà con."
        edit(broadcast, by=editor)
    submit(broadcast, by=author)

    for editor in (chief, deputy_chief):
        with pytest.raises(NotAllowed, match="đã sửa bài này nên người khác phải duyệt"):
            approve(broadcast, by=editor)
        assert not Broadcast.objects.approvable_by(editor).filter(pk=broadcast.pk).exists()
    assert approve(broadcast, by=superuser).status == Broadcast.Status.SCHEDULED


def test_writers_are_counted_from_the_last_approval(
    draft: Draft, author: User, chief: User, deputy_chief: User
) -> None:
    broadcast = draft()
    broadcast.text = "Chỉ huy sửa cho bà con."
    edit(broadcast, by=chief)
    approve(submit(broadcast, by=author), by=deputy_chief)
    assert broadcast.writers == [author.pk, chief.pk]

    broadcast.text = "Phó chỉ huy sửa lại cho bà con."
    edit(broadcast, by=deputy_chief)
    submit(broadcast, by=author)

    assert broadcast.writers == [author.pk, deputy_chief.pk]
    for writer in (author, deputy_chief):
        with pytest.raises(NotAllowed, match=r"người khác phải duyệt|không có quyền"):
            approve(broadcast, by=writer)
    assert approve(broadcast, by=chief).status == Broadcast.Status.SCHEDULED


def test_an_edit_that_changes_nothing_makes_no_writer(
    draft: Draft, author: User, chief: User
) -> None:
    broadcast = edit(draft(), by=chief)

    assert broadcast.writers == [author.pk]


def test_database_refuses_an_approval_by_an_earlier_editor(
    draft: Draft, author: User, chief: User, deputy_chief: User
) -> None:
    broadcast = draft()
    for text, editor in (("Chỉ huy sửa.", chief), ("Người soạn sửa.", author)):
        broadcast.text = text
        edit(broadcast, by=editor)
    approve(submit(broadcast, by=author), by=deputy_chief)

    with transaction.atomic(), pytest.raises(IntegrityError, match="approver_wrote_nothing"):
        Broadcast.objects.filter(pk=broadcast.pk).update(approved_by=chief)
    broadcast.approved_by = chief
    with pytest.raises(ValidationError, match="Người đã soạn, sửa hoặc trình bài không được duyệt"):
        broadcast.validate_constraints()


def test_chief_who_submitted_cannot_approve(draft: Draft, chief: User) -> None:
    broadcast = submit(draft(), by=chief)

    with pytest.raises(NotAllowed, match="trình bài này"):
        approve(broadcast, by=chief)


def test_database_refuses_an_approval_by_the_author(
    draft: Draft, author: User, chief: User
) -> None:
    broadcast = approve(submit(draft(), by=author), by=chief)

    with transaction.atomic(), pytest.raises(IntegrityError, match="approver_is_not_author"):
        Broadcast.objects.filter(pk=broadcast.pk).update(approved_by=author)


def test_database_refuses_an_approved_status_without_approval(draft: Draft) -> None:
    with transaction.atomic(), pytest.raises(IntegrityError, match="approval_is_complete"):
        Broadcast.objects.filter(pk=draft().pk).update(status="scheduled")


@pytest.mark.parametrize(
    "change",
    [
        {"text": "Nội dung khác."},
        {"title": "Tên khác"},
        {"scheduled_for": timezone.now() + timedelta(days=1)},
        {"expires_at": timezone.now() + timedelta(days=2)},
        {"priority": "urgent"},
    ],
)
def test_edit_voids_an_approval(
    draft: Draft, author: User, chief: User, change: dict[str, Any]
) -> None:
    broadcast = approve(submit(draft(), by=author), by=chief)

    for name, value in change.items():
        setattr(broadcast, name, value)
    edit(broadcast, by=author)

    broadcast.refresh_from_db()
    assert broadcast.status == Broadcast.Status.DRAFT
    assert broadcast.approved_by is None
    assert broadcast.approved_parts == []
    assert kinds(broadcast)[-2:] == ["approval_voided", "edited"]


def test_edit_without_a_change_keeps_the_approval(draft: Draft, author: User, chief: User) -> None:
    broadcast = approve(submit(draft(), by=author), by=chief)

    edit(broadcast, by=author)

    broadcast.refresh_from_db()
    assert broadcast.status == Broadcast.Status.SCHEDULED
    assert broadcast.approved_by == chief


def test_changing_the_picture_voids_an_approval(draft: Draft, author: User, chief: User) -> None:
    broadcast = approve(submit(draft(), by=author), by=chief)

    broadcast.image = SimpleUploadedFile("anh.png", ONE_PIXEL, "image/png")
    edit(broadcast, by=author)

    broadcast.refresh_from_db()
    assert broadcast.status == Broadcast.Status.DRAFT
    assert len(broadcast.image_sha256) == 64


def test_approve_refuses_a_text_changed_behind_the_service(
    draft: Draft, author: User, chief: User
) -> None:
    broadcast = submit(draft(), by=author)
    Broadcast.objects.filter(pk=broadcast.pk).update(text="Nội dung bị tráo.")

    with pytest.raises(NotAllowed, match="bị sửa sau khi trình"):
        approve(broadcast, by=chief)


def test_tick_does_not_send_a_text_changed_behind_the_service(
    draft: Draft, author: User, chief: User
) -> None:
    broadcast = approve(submit(draft(), by=author), by=chief)
    Broadcast.objects.filter(pk=broadcast.pk).update(text="Nội dung bị tráo.")

    run_tick()

    broadcast.refresh_from_db()
    assert broadcast.status == Broadcast.Status.DRAFT
    assert broadcast.deliveries.count() == 0
    assert kinds(broadcast)[-1] == "approval_voided"


def test_submit_is_stopped_by_the_gate(draft: Draft, author: User) -> None:
    broadcast = draft(text="TỐI MẬT\nKế hoạch")

    with pytest.raises(GateBlocked) as refused:
        submit(broadcast, by=author)

    assert [hit.rule for hit in refused.value.hits] == ["secrecy"]
    broadcast.refresh_from_db()
    assert broadcast.status == Broadcast.Status.DRAFT


def test_submit_needs_a_group_to_go_to(draft: Draft, author: User) -> None:
    broadcast = draft()
    ZaloGroup.objects.update(status=ZaloGroup.Status.PAUSED)

    with pytest.raises(NotAllowed, match="Chưa có nhóm"):
        submit(broadcast, by=author)


def test_officer_cannot_choose_another_hamlets_groups(
    draft: Draft, other_hamlet: Hamlet, author: User
) -> None:
    with pytest.raises(NotAllowed, match="không thuộc địa bàn"):
        draft(audience_groups=[make_group(other_hamlet).pk])
    with pytest.raises(NotAllowed, match="không thuộc địa bàn"):
        draft(audience_hamlets=[other_hamlet.pk])


def test_approve_needs_the_right(
    draft: Draft, author: User, officer_of: Callable[..., User], hamlet: Hamlet
) -> None:
    broadcast = submit(draft(), by=author)

    with pytest.raises(NotAllowed, match="không có quyền"):
        approve(broadcast, by=officer_of(hamlet))


def test_chief_of_another_commune_cannot_approve(
    draft: Draft, author: User, other_commune: Commune, chief: User
) -> None:
    broadcast = submit(draft(), by=author)
    User.objects.filter(pk=chief.pk).update(commune=other_commune)

    with pytest.raises(NotAllowed, match="không có quyền"):
        approve(broadcast, by=User.objects.get(pk=chief.pk))


def test_approve_twice_is_refused(
    draft: Draft, author: User, chief: User, deputy_chief: User
) -> None:
    broadcast = approve(submit(draft(), by=author), by=chief)

    with pytest.raises(TransitionNotAllowed):
        approve(broadcast, by=deputy_chief)


def test_return_and_reject_need_a_reason(draft: Draft, author: User, chief: User) -> None:
    broadcast = submit(draft(), by=author)

    with pytest.raises(NotAllowed, match="lý do"):
        return_for_changes(broadcast, by=chief, reason=" ")
    assert (
        return_for_changes(broadcast, by=chief, reason="Thiếu số điện thoại").status == "returned"
    )
    submit(broadcast, by=author)
    assert reject(broadcast, by=chief, reason="Không phù hợp").status == "rejected"
    with pytest.raises(TransitionNotAllowed):
        submit(broadcast, by=author)


def test_pause_before_the_minute_and_resume(draft: Draft, author: User, chief: User) -> None:
    broadcast = approve(submit(draft(), by=author), by=chief)

    pause(broadcast, by=chief)
    run_tick()
    paused = broadcast.deliveries.count()
    resume(broadcast, by=chief)
    run_tick()

    assert paused == 0
    assert broadcast.deliveries.count() == 2


def test_author_cancels_an_own_draft_but_not_a_scheduled_post(
    draft: Draft, author: User, chief: User
) -> None:
    assert cancel(draft(), by=author).status == Broadcast.Status.CANCELLED
    broadcast = approve(submit(draft(), by=author), by=chief)
    with pytest.raises(NotAllowed):
        cancel(broadcast, by=author)


def test_a_passed_time_means_at_once(draft: Draft, author: User, chief: User) -> None:
    broadcast = draft(scheduled_for=timezone.now() - timedelta(days=3))

    approve(submit(broadcast, by=author), by=chief)
    run_tick()

    assert broadcast.deliveries.count() == 2


def test_a_post_approved_too_late_is_refused(draft: Draft, author: User, chief: User) -> None:
    broadcast = submit(draft(expires_at=timezone.now() + timedelta(hours=1)), by=author)
    expired = timezone.now() - timedelta(seconds=1)
    Broadcast.objects.filter(pk=broadcast.pk).update(expires_at=expired)

    with pytest.raises(NotAllowed, match="không gửi sau"):
        approve(broadcast, by=chief)


def test_a_post_that_expired_before_its_start_reaches_no_group(
    draft: Draft, author: User, chief: User
) -> None:
    broadcast = draft(
        scheduled_for=timezone.now() + timedelta(minutes=1),
        expires_at=timezone.now() + timedelta(minutes=2),
    )
    approve(submit(broadcast, by=author), by=chief)

    run_tick(timezone.now() + timedelta(minutes=3))

    broadcast.refresh_from_db()
    assert broadcast.status == Broadcast.Status.CANCELLED
    assert broadcast.deliveries.count() == 0
    assert kinds(broadcast)[-1] == "expired"


def test_reach_equals_the_fan_out(
    commune: Commune, draft: Draft, author: User, chief: User, hamlet: Hamlet, other_hamlet: Hamlet
) -> None:
    make_group(other_hamlet)
    make_group(None, commune=commune)
    make_group(hamlet, status=ZaloGroup.Status.PAUSED)
    whole = draft()
    one_hamlet = draft(audience_hamlets=[hamlet.pk])

    expected = {post.pk: reach(post).total for post in (whole, one_hamlet)}
    for post in (whole, one_hamlet):
        approve(submit(post, by=author), by=chief)
    run_tick()

    assert expected == {whole.pk: 4, one_hamlet.pk: 2}
    assert {post.pk: post.deliveries.count() for post in (whole, one_hamlet)} == expected
    assert set(one_hamlet.deliveries.values_list("way", "status")) == {
        ("api", "queued"),
        ("hand", "to_post"),
    }


def test_fan_out_never_reaches_another_commune(
    draft: Draft, author: User, chief: User, other_commune: Commune
) -> None:
    make_group(make_hamlet(other_commune))

    broadcast = approve(submit(draft(), by=author), by=chief)
    run_tick()

    assert broadcast.deliveries.exclude(zalo_group__hamlet__commune=broadcast.commune).count() == 0


def test_two_ticks_start_a_post_once(draft: Draft, author: User, chief: User) -> None:
    broadcast = approve(submit(draft(), by=author), by=chief)

    run_tick()
    run_tick()

    assert broadcast.deliveries.count() == 2
    assert kinds(broadcast).count(BroadcastEvent.Kind.STARTED) == 1


def test_submit_on_a_dead_broker_still_commits(
    settings: Any,
    draft: Draft,
    author: User,
    chief: User,
    django_capture_on_commit_callbacks: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def dead(*args: Any, **kwargs: Any) -> None:
        raise ConnectionError("broker")

    monkeypatch.setattr(tick, "delay", dead)
    broadcast = submit(draft(), by=author)

    with django_capture_on_commit_callbacks(execute=True):
        approve(broadcast, by=chief)

    broadcast.refresh_from_db()
    assert broadcast.status == Broadcast.Status.SCHEDULED


def test_edit_by_another_officer_is_refused(
    draft: Draft, officer_of: Callable[..., User], hamlet: Hamlet
) -> None:
    broadcast = draft()
    broadcast.text = "Nội dung của người khác."

    with pytest.raises(NotAllowed, match="Chỉ người soạn"):
        edit(broadcast, by=officer_of(hamlet))


def test_edit_with_a_form_opened_before_the_approval_keeps_the_approval(
    draft: Draft, author: User, chief: User
) -> None:
    broadcast = draft()
    opened = Broadcast.objects.get(pk=broadcast.pk)
    approve(submit(broadcast, by=author), by=chief)

    edit(opened, by=author)

    broadcast.refresh_from_db()
    assert (broadcast.status, broadcast.approved_by) == (Broadcast.Status.SCHEDULED, chief)
