"""The most short messages a day: each costs money, and a fault could send hundreds.

A message over the limit is folded with the reason and never dropped: the matter stands in the list
and goes on by other ways; where that person has no other, as if the person could not be reached.
Both numbers are the commune's (`DutySettings`).
"""

from collections import Counter
from datetime import datetime
from typing import Final

from django.db.models import QuerySet
from django.utils import timezone

from duty.roster.models import DutySettings
from duty.ways.models import Notice

KEY: Final = "sms"
# Left, or may leave still.
COUNTED: Final = ("waiting", "sending", "accepted", "uncertain")


def settings_of(commune_id: int) -> DutySettings:
    """The limits of a commune, the usual ones where none are set."""
    return DutySettings.objects.filter(commune=commune_id).first() or DutySettings()


def sent_today(commune_id: int, now: datetime) -> QuerySet[Notice]:
    """Short messages of a commune since midnight."""
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    rows = Notice.objects.of_commune(commune_id)
    found: QuerySet[Notice] = rows.filter(way=KEY, made_at__gte=midnight, state__in=COUNTED)
    return found


def fold(notices: list[Notice], now: datetime) -> None:
    """Mark those of one matter that are too many for a person or the commune today."""
    wanted = [one for one in notices if one.state == Notice.State.WAITING]
    if not wanted:
        return
    commune_id = wanted[0].occasion.commune_id
    limits = settings_of(commune_id)
    by_person: Counter[int | None] = Counter(
        sent_today(commune_id, now).values_list("user", flat=True)
    )
    for one in wanted:
        if reason := _reason(limits, by_person, one.user_id):
            one.state, one.reason = Notice.State.FOLDED, reason
        else:
            by_person[one.user_id] += 1


def _reason(limits: DutySettings, by_person: Counter[int | None], person: int | None) -> str:
    if by_person[person] >= limits.sms_person_day:
        return f"Đã đủ {limits.sms_person_day} tin SMS hôm nay cho người này. Việc vẫn ở danh sách."
    if by_person.total() >= limits.sms_commune_day:
        return f"Đã đủ {limits.sms_commune_day} tin SMS hôm nay của xã. Việc vẫn ở danh sách."
    return ""
