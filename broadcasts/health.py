"""Part of the health: deliveries that should have left."""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import DateTimeField, Exists, F, Max, Min, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Greatest, Least

from accounts.system_health.parts import Sign, State, Values, part
from broadcasts.models import Broadcast, BroadcastEvent, Delivery
from zalo.models import OfficialAccount
from zalo.official_accounts.alarms import alarm_of

LATE: Final = timedelta(seconds=120)
AGAIN: Final = (BroadcastEvent.Kind.RESUMED, BroadcastEvent.Kind.RESENT)


def late_since(now: datetime, late: timedelta = LATE) -> dict[int, datetime]:
    """Communes with a healthy account and a delivery due for too long: since when it is due.

    Attempts move `next_attempt_at`, so a delivery is due from the start of its post, from the last
    time that a person let it go on, or from the consent of the account, whichever is latest. A lane
    that sent something meanwhile keeps to its rate and is not late.
    """
    again = BroadcastEvent.objects.filter(broadcast=OuterRef("broadcast"), kind__in=AGAIN)
    sent = Delivery.objects.alias(
        arrived=Coalesce("sent_at", "posted_at", "settled_at")  # as the index has it
    ).filter(
        commune=OuterRef("commune"), is_urgent=OuterRef("is_urgent"), status=Delivery.Status.SENT,
        arrived__gt=now - late,
    )  # fmt: skip
    waiting = (
        Delivery.objects.filter(
            Q(broadcast__expires_at=None) | Q(broadcast__expires_at__gt=now),
            Q(created_at__lt=now - late) | Q(next_attempt_at__lt=now - late),
            status=Delivery.Status.QUEUED,
            broadcast__status=Broadcast.Status.SENDING,
            zalo_group__status="active",
        )
        .alias(
            due_at=Greatest(
                Least("created_at", "next_attempt_at"),
                F("commune__official_account__connected_at"),
                Subquery(
                    again.order_by().values("broadcast").annotate(last=Max("at")).values("last"),
                    output_field=DateTimeField(),
                ),
            )
        )
        .filter(~Exists(sent), due_at__lt=now - late)
    )
    found = dict(waiting.order_by().values_list("commune").annotate(since=Min("due_at")))
    accounts = OfficialAccount.objects.filter(is_active=True, commune__in=found)
    return {
        account.commune_id: found[account.commune_id]
        for account in accounts
        if not ((alarm := alarm_of(account, now)) and alarm.stops_sending)
    }


@part(
    "deliveries", "Bài chờ gửi",
    good="Bài tới giờ đều được gửi đi.",
    signs=(
        Sign("late_accounts", State.BAD, "Có bài tới giờ đã hơn 2 phút mà không gửi được.",
             "Xem mục Đường tới Zalo; mục ấy tốt thì khởi động lại worker-send, worker-urgent."),
        Sign("uncertain", State.WARN, "Có lượt gửi mà Zalo không trả lời rõ.",
             "Báo chỉ huy mở từng nhóm để xem rồi xác minh ở trang Hôm nay."),
    ),
)  # fmt: skip
def deliveries(now: datetime) -> Values:
    late = late_since(now)
    since = min(late.values(), default=None)
    return Delivery.objects.backlog(now) | {
        "ok": not late,
        "late_accounts": len(late),
        "due_s": 0 if since is None else round((now - since).total_seconds()),
    }
