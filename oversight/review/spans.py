"""Which spans a review may look back on: none of which the portal has nothing to say."""

from datetime import date, datetime

from django.db.models import Min
from django.utils import timezone

from accounts.models import Commune, User
from accounts.services import NotAllowed
from broadcasts.models import Broadcast
from groups.models import Membership
from oversight.models import Commendation, Direction, Spreading
from oversight.periods import Period
from oversight.scopes import whole_commune
from procedures.models import Question

LONGEST_DAYS = 366
TOO_LONG = "Một bản tổng kết dài nhất một năm. Hãy xem lại ngày đầu, ngày cuối: có thể gõ nhầm năm."


def check(commune: Commune, period: Period, *, by: User) -> None:
    """Raises NotAllowed with what is wrong with these days.

    This year and the last are looked back on in any case; an earlier one, if anything that figures
    count had begun by then. Once frozen, a review of nothing could not be taken away any more.
    """
    today = timezone.localdate()
    if period.first > today:
        raise NotAllowed("Kỳ này chưa bắt đầu.")
    if period.days > LONGEST_DAYS:
        raise NotAllowed(TOO_LONG)
    if period.last.year >= today.year - 1:
        return
    first = first_day(commune, by=by)
    if first is None:
        raise NotAllowed(
            "Cổng chưa có số liệu nào của xã, nên chỉ mở tổng kết năm nay hoặc năm trước."
        )
    if period.last < first:
        raise NotAllowed(
            f"Cổng có số liệu của xã từ ngày {first:%d/%m/%Y}. Kỳ này kết thúc trước ngày đó nên "
            "không có gì để tổng kết. Hãy chọn kỳ sau."
        )


def first_day(commune: Commune, *, by: User) -> date | None:
    """The day of the first thing that figures count, as far as this account may know of it."""
    scope = whole_commune(commune, reader=by)
    counted = (
        (Membership.objects.of_commune(commune), "joined_on"),
        (scope.meetings(), "held_on"),
        (Broadcast.objects.of_commune(commune), "started_at"),
        (scope.tips(), "received_at"),
        (Question.objects.of_commune(commune), "asked_on"),
        (Direction.objects.of_commune(commune), "given_on"),
        (Spreading.objects.of_commune(commune), "held_on"),
        (Commendation.objects.of_commune(commune), "decided_on"),
    )
    found = [rows.order_by().aggregate(day=Min(name))["day"] for rows, name in counted]
    return min((_day(one) for one in found if one is not None), default=None)


def _day(moment: date | datetime) -> date:
    return timezone.localdate(moment) if isinstance(moment, datetime) else moment
