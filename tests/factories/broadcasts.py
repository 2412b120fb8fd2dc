"""Posts and their deliveries, in any state, made as rows without the services."""

from datetime import date, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from accounts.models import Commune
from accounts.users.roles import Role
from broadcasts.models import Broadcast, Delivery, OfficialPhone, PostRequest, PostTemplate, Topic
from groups.models import ZaloGroup
from tests.factories.accounts import make_user

_numbers = count(1)
SUBMITTED = {"pending_approval", "returned", "rejected", *map(str, Broadcast.UNDER_APPROVAL)}
STARTED = {"sending", "completed"}


def make_broadcast(
    commune: Commune, *, status: str = Broadcast.Status.DRAFT, **fields: Any
) -> Broadcast:
    """A post in a state, with the columns that prove it; author and approver are made if absent."""
    number, now = next(_numbers), timezone.now()
    author = fields.pop("created_by", None) or make_user(commune, Role.OFFICER)
    values: dict[str, Any] = {
        "title": f"Bài {number}",
        "text": f"Công an xã thông báo số {number}. Đề nghị bà con lưu ý.",
        "topic": Topic.objects.get(code="thong-bao-antt"),
        "last_edited_by": author,
    }
    if status in SUBMITTED:
        values |= {"submitted_by": author, "submitted_at": now}
    if status in STARTED:
        values |= {"started_at": now}
    if status == Broadcast.Status.COMPLETED:
        values |= {"completed_at": now}
    if status == Broadcast.Status.SCHEDULED:
        values |= {"scheduled_for": now + timedelta(hours=1)}
    broadcast = Broadcast(commune=commune, created_by=author, status=status, **(values | fields))
    broadcast.content_hash = broadcast.compute_hash()
    if status in Broadcast.UNDER_APPROVAL:
        broadcast.approved_by = fields.get("approved_by") or make_user(commune, Role.CHIEF)
        broadcast.approved_at = fields.get("approved_at") or now
        broadcast.approved_hash = broadcast.content_hash
        broadcast.approved_parts = fields.get("approved_parts") or [broadcast.text]
    broadcast.save()
    return broadcast


def make_template(commune: Commune | None, **fields: Any) -> PostTemplate:
    """A template of a commune, or one that came with the portal."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "code": f"mau-{number}",
        "topic": Topic.objects.get(code="chu-truong"),
        "name": f"Mẫu {number}",
        "title": "Điểm mới",
        "what_happened": "Từ {ngày | ví dụ: 1/12} có quy định mới.",
        "what_to_do": "Bà con {việc cần làm}.",
        "whom_to_call": "Trực ban: {số máy (nếu có)}.",
    }
    return PostTemplate.objects.create(commune=commune, **(values | fields))


def make_request(commune: Commune, **fields: Any) -> PostRequest:
    """A request for a post, entered by the Party Committee's office unless told otherwise."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "source": PostRequest.Source.PARTY_OFFICE,
        "title": f"Yêu cầu {number}",
        "message": "Nhắc bà con treo cờ.",
        "topic": Topic.objects.get(code="chu-truong"),
    }
    author = fields.pop("created_by", None) or make_user(commune, Role.PARTY_OFFICE)
    return PostRequest.objects.create(commune=commune, created_by=author, **(values | fields))


def make_official_phone(commune: Commune, **fields: Any) -> OfficialPhone:
    """A number that posts of the commune may name, since the beginning of 2026."""
    number = next(_numbers)
    values: dict[str, Any] = {
        "label": f"Trạm {number}",
        "phone": f"0900001{number % 1000:03d}",
        "valid_from": date(2026, 1, 1),
    }
    return OfficialPhone.objects.create(commune=commune, **(values | fields))


def make_delivery(
    broadcast: Broadcast, zalo_group: ZaloGroup, *, status: str = "", **fields: Any
) -> Delivery:
    """One post in one group, in a state, with the columns that prove it."""
    now = timezone.now()
    by_api = zalo_group.capabilities.sends_by_api
    status = status or (Delivery.Status.QUEUED if by_api else Delivery.Status.TO_POST)
    values: dict[str, Any] = {
        "way": "api" if by_api else "hand",
        "is_urgent": broadcast.is_urgent,
        "target_group_id": zalo_group.zalo_group_id,
    }
    if status == Delivery.Status.QUEUED:
        values |= {"next_attempt_at": now}
    elif status == Delivery.Status.SENDING:
        values |= {"claimed_at": now, "attempts": 1}
    elif status == Delivery.Status.SENT:
        values |= {
            "sent_at": now,
            "attempts": 1,
            "parts_sent": 1,
            "zalo_message_ids": [f"msg{next(_numbers)}"],
        }
    elif status == Delivery.Status.POSTED:
        values |= {"posted_at": now, "posted_by": broadcast.created_by}
    elif status in (Delivery.Status.FAILED, Delivery.Status.UNCERTAIN):
        values |= {"attempts": 1, "error_code": "-200", "error_text": "Zalo báo lỗi."}
    return Delivery.objects.create(
        broadcast=broadcast,
        zalo_group=zalo_group,
        commune_id=broadcast.commune_id,
        status=status,
        **(values | fields),
    )
