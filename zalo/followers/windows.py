"""How long after their last word a person may still be answered, and who pays for it.

Rules of Zalo: free within 48 hours of an interaction, out of the account's package (or its money)
until the seventh day, not at all afterwards.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from django.utils import timezone
from django.utils.translation import gettext as _

FREE_FOR: Final = timedelta(hours=48)
OPEN_FOR: Final = timedelta(days=7)


class Reach(StrEnum):
    """Whether a person can be answered now."""

    FREE = "free"
    PAID = "paid"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Window:
    """Whether a person can be answered, and until when that stays so (None: it is closed)."""

    reach: Reach
    until: datetime | None = None

    @property
    def sentence(self) -> str:
        """The same for a person who wants to answer."""
        if self.until is None:
            return _(
                "Đã quá 7 ngày từ lần tương tác gần nhất nên Zalo không cho nhắn nữa. Hãy chờ "
                "người dân nhắn trước, hoặc liên hệ bằng cách khác."
            )
        until = f"{timezone.localtime(self.until):%H:%M %d/%m/%Y}"
        if self.reach is Reach.FREE:
            return _("Trả lời được, không mất tiền, đến %(until)s.") % {"until": until}
        return _("Trả lời được đến %(until)s, nhưng tính vào hạn mức của gói.") % {"until": until}


def window(last_interaction_at: datetime | None, now: datetime) -> Window:
    """The window that an interaction opened, as it stands at `now`."""
    if last_interaction_at is None or now - last_interaction_at >= OPEN_FOR:
        return Window(Reach.CLOSED)
    if now - last_interaction_at < FREE_FOR:
        return Window(Reach.FREE, last_interaction_at + FREE_FOR)
    return Window(Reach.PAID, last_interaction_at + OPEN_FOR)
