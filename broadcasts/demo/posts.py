"""Posts in every state, with deliveries in every state."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.utils import timezone

from accounts.models import Commune, User
from broadcasts import services
from broadcasts.demo import texts
from broadcasts.demo.texts import Text
from broadcasts.models import Broadcast, BroadcastEvent, Delivery, OfficialPhone, Topic
from groups.models import ZaloGroup
from zalo.channels.base import MANUAL

Kind, Status, Arrival = BroadcastEvent.Kind, Broadcast.Status, Delivery.Status
# What went wrong in single groups: code, explanation.
REFUSALS = (
    ("-237", "Nhóm đã hết hạn gói. Hãy gia hạn gói nhóm trên trang quản lý OA rồi gửi lại."),
    ("-403", "OA không còn trong nhóm này. Hãy mời OA vào lại nhóm rồi gửi lại."),
)
NO_ANSWER = "Đã gửi yêu cầu nhưng Zalo không trả lời. Hãy mở nhóm xem bài đã có chưa."


@dataclass(frozen=True)
class DemoScene:
    """Commune, accounts, groups and moment of the demo posts."""

    commune: Commune
    writer: User
    second_writer: User
    chief: User
    deputy: User
    groups: list[ZaloGroup]
    users_of: Mapping[int | None, User]
    now: datetime
    random: Random

    def draft(self, text: Text, *, by: User | None = None, **fields: Any) -> Broadcast:
        urgent = text.topic == "canh-bao-khan"
        broadcast = Broadcast(
            commune=self.commune,
            title=text.title,
            text=text.body,
            topic=Topic.objects.get(code=text.topic),
            priority=Broadcast.Priority.URGENT if urgent else Broadcast.Priority.ROUTINE,
            **fields,
        )
        return services.create(broadcast, by=by or self.writer)

    def reached(self) -> list[ZaloGroup]:
        return [group for group in self.groups if group.status == ZaloGroup.Status.ACTIVE]


def at_hour(now: datetime, days: int, hour: int) -> datetime:
    """A full hour on another day, local time."""
    day = timezone.localtime(now) + timedelta(days=days)
    return day.replace(hour=hour, minute=0, second=0, microsecond=0)


def make_waiting(scene: DemoScene) -> None:
    """Posts not sent yet, made by the services."""
    OfficialPhone.objects.create(
        commune=scene.commune,
        label="Trạm y tế xã",
        phone="0900009115",
        valid_from=timezone.localdate(scene.now),
    )
    scene.draft(texts.LAW)
    scene.draft(texts.MEETING, by=scene.second_writer)
    for text, author in ((texts.TAX_FRAUD, scene.writer), (texts.THEFT, scene.second_writer)):
        services.submit(scene.draft(text, by=author), by=author)
    services.submit(
        scene.draft(texts.LEFT_MOTORBIKE, by=scene.writer),
        by=scene.writer,
        reasons="Tìm chủ xe để quên ba ngày, đã hỏi các hộ quanh nhà văn hóa.",
    )
    expiring = scene.draft(texts.STORM, by=scene.deputy, expires_at=scene.now + timedelta(hours=12))
    services.submit(expiring, by=scene.deputy)
    returned = services.submit(scene.draft(texts.WEAPONS), by=scene.writer)
    services.return_for_changes(
        returned,
        by=scene.chief,
        reason="Ghi thêm thời gian, nơi tiếp nhận ở từng ấp rồi trình lại.",
    )
    rejected = services.submit(
        scene.draft(texts.RESULTS, by=scene.second_writer), by=scene.second_writer
    )
    services.reject(rejected, by=scene.chief, reason="Số liệu chưa chốt, tháng sau đăng.")
    for text, days, hour in ((texts.VNEID, 1, 17), (texts.TRAFFIC, 3, 7)):
        planned = scene.draft(text, scheduled_for=at_hour(scene.now, days, hour))
        services.approve(services.submit(planned, by=scene.writer), by=scene.chief)
    approved = scene.draft(texts.RESIDENCE, scheduled_for=at_hour(scene.now, 6, 8))
    services.approve(services.submit(approved, by=scene.writer), by=scene.deputy)
    Broadcast.objects.filter(pk=approved.pk).update(status=Status.APPROVED)


Outcome = Callable[[int, ZaloGroup], str]


def make_sent(
    scene: DemoScene,
    text: Text,
    *,
    started: timedelta,
    status: str,
    outcome: Outcome,
) -> Broadcast:
    """A post that has begun to leave, with a row for each active group."""
    start = scene.now - started
    broadcast = scene.draft(text)
    broadcast.created_at = start - timedelta(hours=20)
    broadcast.submitted_by, broadcast.submitted_at = scene.writer, start - timedelta(hours=18)
    broadcast.approved_by, broadcast.approved_at = scene.chief, start - timedelta(hours=2)
    broadcast.scheduled_for = broadcast.started_at = start
    if broadcast.is_urgent:
        broadcast.expires_at = start + timedelta(hours=6)
    broadcast.approved_parts = services.text_parts(text.body)
    broadcast.content_hash = broadcast.approved_hash = broadcast.compute_hash()
    broadcast.status = status
    if status == Status.COMPLETED:
        broadcast.completed_at = start + timedelta(hours=6)
    broadcast.save()
    rows = [
        _delivery(scene, broadcast, group, outcome(number, group), number)
        for number, group in enumerate(scene.reached())
    ]
    Delivery.objects.bulk_create(rows)
    _tell_history(scene, broadcast, len(rows))
    return broadcast


def _delivery(
    scene: DemoScene, broadcast: Broadcast, group: ZaloGroup, status: str, number: int
) -> Delivery:
    start = broadcast.started_at or scene.now
    by_api = group.capabilities.sends_by_api
    row = Delivery(
        broadcast=broadcast,
        zalo_group=group,
        commune=scene.commune,
        way="api" if by_api else MANUAL.key,
        status=status,
        is_urgent=broadcast.is_urgent,
        target_group_id=group.zalo_group_id,
    )
    row.attempts = 1 if by_api and status not in (Arrival.QUEUED, Arrival.CANCELLED) else 0
    if status == Arrival.SENT:
        row.sent_at = start + timedelta(seconds=1 + number / 4)
        row.parts_sent = len(broadcast.approved_parts)
        row.zalo_message_ids = [
            f"{scene.random.getrandbits(64):016x}" for _ in range(row.parts_sent)
        ]
    elif status == Arrival.FAILED:
        row.error_code, row.error_text = REFUSALS[number % len(REFUSALS)]
    elif status == Arrival.UNCERTAIN:
        row.error_code, row.error_text = "uncertain", NO_ANSWER
        row.claimed_at = start + timedelta(seconds=2)
    elif status == Arrival.QUEUED:
        row.next_attempt_at = start
    elif status == Arrival.SENDING:
        row.claimed_at = scene.now
    elif status == Arrival.EXPIRED:
        row.error_text = "Đã quá giờ “không gửi sau” nên không gửi."
    elif status == Arrival.POSTED:
        row.posted_by = scene.users_of.get(group.hamlet_id, scene.writer)
        later = start + timedelta(minutes=scene.random.randrange(8, 180))
        row.posted_at = min(later, scene.now)
    elif status == Arrival.MISSED:
        row.error_text = "Không vào được nhóm để đăng."
    return row


def _tell_history(scene: DemoScene, broadcast: Broadcast, groups: int) -> None:
    steps = [
        (Kind.SUBMITTED, broadcast.submitted_at, broadcast.submitted_by, ""),
        (Kind.APPROVED, broadcast.approved_at, broadcast.approved_by, ""),
        (Kind.STARTED, broadcast.started_at, None, f"Gửi tới {groups} nhóm."),
    ]
    end = (broadcast.started_at or scene.now) + timedelta(minutes=3)
    if broadcast.status == Status.PAUSED:
        steps.append((Kind.PAUSED, end, scene.chief, "Chờ xác minh lại thông tin."))
    elif broadcast.status == Status.CANCELLED:
        steps.append(
            (Kind.CANCELLED, end, scene.chief, "Thông tin đã thay đổi, thay bằng bài khác.")
        )
    elif broadcast.status == Status.COMPLETED:
        steps.append((Kind.COMPLETED, broadcast.completed_at, None, ""))
    broadcast.events.update(at=broadcast.created_at)
    for kind, at, by, remark in steps:
        event = BroadcastEvent.objects.create(broadcast=broadcast, kind=kind, by=by, note=remark)
        BroadcastEvent.objects.filter(pk=event.pk).update(at=at)


def _arrived(number: int, group: ZaloGroup) -> str:
    return Arrival.SENT if group.capabilities.sends_by_api else Arrival.POSTED


def _except(special: Mapping[int, str], hand: Mapping[int, str] | None = None) -> Outcome:
    """Arrived everywhere but in some groups, counted separately for each way of posting."""
    counts = {"oa": 0, "ordinary": 0}

    def outcome(number: int, group: ZaloGroup) -> str:
        place = counts[group.kind]
        counts[group.kind] += 1
        table = special if group.kind == "oa" else (hand or {})
        return table.get(place, _arrived(number, group))

    return outcome


def make_all_sent(scene: DemoScene) -> None:
    """Posts sent earlier, and under way now."""
    done, days, hours = Status.COMPLETED, timedelta(days=1), timedelta(hours=1)
    to_post = dict.fromkeys(range(0, 14, 2), Arrival.TO_POST)
    make_sent(scene, texts.GOOD_DEED, started=20 * days, status=done, outcome=_arrived)
    make_sent(
        scene, texts.PARCEL, started=12 * days, status=done,
        outcome=_except({4: Arrival.FAILED}, {2: Arrival.MISSED}),
    )  # fmt: skip
    make_sent(
        scene, texts.LOST_CHILD, started=7 * days, status=done,
        outcome=_except({17: Arrival.EXPIRED, 18: Arrival.EXPIRED}, {9: Arrival.MISSED}),
    )  # fmt: skip
    make_sent(scene, texts.FOUND, started=7 * days - 3 * hours, status=done, outcome=_arrived)
    make_sent(
        scene, texts.FIRE, started=2 * days, status=done,
        outcome=_except({3: Arrival.UNCERTAIN, 7: Arrival.FAILED, 11: Arrival.UNCERTAIN}),
    )  # fmt: skip
    make_sent(
        scene, texts.FAKE_POLICE, started=2 * hours, status=Status.SENDING,
        outcome=_except({20: Arrival.SENDING}, to_post),
    )  # fmt: skip
    make_sent(
        scene, texts.NOISE, started=3 * days, status=Status.PAUSED,
        outcome=_except(dict.fromkeys(range(9, 24), Arrival.QUEUED), to_post),
    )  # fmt: skip
    make_sent(
        scene, texts.OUTAGE, started=9 * days, status=Status.CANCELLED,
        outcome=_except(
            dict.fromkeys(range(2, 24), Arrival.CANCELLED),
            dict.fromkeys(range(16), Arrival.CANCELLED),
        ),
    )  # fmt: skip
