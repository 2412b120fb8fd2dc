"""Directions with a day, a correction, and a group that began after the posts."""

from dataclasses import replace
from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from broadcasts.demo import texts
from broadcasts.demo.posts import DemoScene, make_sent
from broadcasts.models import Broadcast, BroadcastEvent, Delivery, PostRequest, Topic
from broadcasts.posts import corrections
from broadcasts.requests import services as requests
from groups.models import ZaloGroup

Arrival, Status = Delivery.Status, Broadcast.Status


def make_requests(scene: DemoScene, office: User, front: User) -> None:
    """One that waits for a writer, due soon; one that is answered by a post."""
    today = timezone.localdate(scene.now)
    waiting = PostRequest(
        commune=scene.commune,
        source=PostRequest.Source.PARTY_COMMITTEE,
        source_name="Phó Bí thư Thường trực",
        document_number="25-CV/ĐU",
        document_date=today - timedelta(days=2),
        title="Mời dự Ngày hội Toàn dân bảo vệ an ninh Tổ quốc",
        message="Mời mỗi hộ một người dự ngày hội tại sân Ủy ban, 7 giờ 30 Chủ Nhật tuần này. Tham "
        "gia là tự nguyện.",
        topic=Topic.objects.get(code="chi-dao"),
        due_on=today + timedelta(days=2),
    )
    requests.receive(waiting, by=office)
    answered = PostRequest(
        commune=scene.commune,
        source=PostRequest.Source.FRONT,
        title="Nhắc phòng cháy mùa khô",
        message="Nhắc bà con phòng cháy nhà ở, nhà trọ, vườn rẫy.",
        topic=Topic.objects.get(code="pccc"),
        audience="Cả xã, nhất là nơi có nhà trọ",
        due_on=today - timedelta(days=1),
    )
    requests.receive(answered, by=front)
    PostRequest.objects.filter(pk=answered.pk).update(
        created_at=scene.now - timedelta(days=4),
        taken_by=scene.writer,
        taken_at=scene.now - timedelta(days=3),
    )
    Broadcast.objects.filter(title=texts.FIRE.title).update(request=answered)


def make_correction(scene: DemoScene) -> None:
    """A post with a wrong hour, and its correction in the groups that had it."""
    started = timedelta(days=5)
    wrong = make_sent(
        scene, texts.WATER, started=started, status=Status.COMPLETED,
        outcome=_outcome,
    )  # fmt: skip
    had_it = set(corrections.reached(wrong).values_list("zalo_group", flat=True))
    there = replace(scene, groups=[group for group in scene.groups if group.pk in had_it])
    right = make_sent(
        there, texts.WATER_RIGHT, started=started - timedelta(hours=2), status=Status.COMPLETED,
        outcome=lambda number, group: _arrived(group),
    )  # fmt: skip
    right.corrects = wrong
    right.content_hash = right.approved_hash = right.compute_hash()
    right.save(update_fields=["corrects", "content_hash", "approved_hash"])
    event = BroadcastEvent.objects.create(
        broadcast=wrong, kind=BroadcastEvent.Kind.CORRECTED, by=scene.chief, note=right.title
    )
    BroadcastEvent.objects.filter(pk=event.pk).update(at=right.approved_at)


def _arrived(group: ZaloGroup) -> str:
    return Arrival.SENT if group.capabilities.sends_by_api else Arrival.POSTED


def _outcome(number: int, group: ZaloGroup) -> str:
    """Some groups never had the wrong words, and need no others."""
    if number % 6 == 5:
        return Arrival.FAILED if group.capabilities.sends_by_api else Arrival.MISSED
    return _arrived(group)


def make_late_group(scene: DemoScene) -> None:
    """A group that began today: the page of a valid post offers to give it the post."""
    first = next(group for group in scene.reached() if group.hamlet is not None)
    ZaloGroup.objects.create(
        hamlet=first.hamlet,
        name=f"Khu nhà trọ ấp {first.hamlet.name if first.hamlet else ''}",
        owner=first.owner,
        status=ZaloGroup.Status.ACTIVE,
        capacity=1000,
        head_count=41,
        head_count_on=timezone.localdate(scene.now),
        link="https://zalo.me/g/demo0040",
    )
