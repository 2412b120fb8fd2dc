"""Words that name the officer of `conftest`, and what became of them."""

from typing import Any

from django.utils import timezone

from accounts.models import User
from accounts.workflow.services import sees
from reports.models import ConflictProposal, TipMessage, TipReport
from reports.public import services as public

ACCUSED = "Chính anh Đặng Quốc Vinh nhận tiền của chủ sòng."
THANKS = "Cảm ơn đồng chí Đặng Quốc Vinh đã giúp đỡ bà con."
WHY = "Đọc kỹ lời báo."
DEPUTY = "Phó Trưởng Công an xã"


def say(tip: TipReport, text: str, **more: Any) -> TipMessage:
    """Later words of the reporter, with the receipt."""
    message = public.say_more(tip, text, now=timezone.now(), **more)
    assert message is not None
    return message


def waiting(tip: TipReport, **about: Any) -> ConflictProposal:
    """The one proposal of the tip that waits for a decision of its own."""
    return ConflictProposal.objects.to_decide().get(tip=tip, **about)


def readers_of(tip: TipReport, *users: User) -> list[User]:
    return [user for user in users if sees(user, tip)]
