"""The way by mail: to a person's own address, and to the office's box at the last step."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.conf import settings
from django.core.mail import EmailMessage
from django.utils.translation import gettext_lazy as _

from accounts.encryption.services import blind_index
from accounts.models import User
from duty.occasions.models import Occasion
from duty.roster.models import DutySettings
from duty.ways import base
from duty.ways.mail import smtp
from duty.ways.models import Notice
from zalo.outbox.outcomes import Outcome, Verdict

OFFICE: Final = "office"
NO_ADDRESS: Final = "Chưa có địa chỉ thư."


def _own(user: User, now: datetime) -> Iterable[str]:
    return (f"own:{user.pk}",) if settings.MAIL_FROM and user.email else ()


def _office(occasion: Occasion, now: datetime) -> Iterable[str]:
    """Asked only at steps that tell the office."""
    return (OFFICE,) if settings.MAIL_FROM and _office_box(occasion) else ()


def _office_box(occasion: Occasion) -> str:
    row = DutySettings.objects.filter(commune=occasion.commune_id).first()
    return row.office_mail if row else ""


def _in_words(user: User, now: datetime) -> str:
    if not settings.MAIL_FROM:
        return "Máy chủ chưa cài gửi thư."
    return f"Gửi tới {user.email}." if user.email else "Tài khoản này chưa có địa chỉ thư."


def letter(notice: Notice) -> EmailMessage | Outcome:
    """The mail of a notice: the name of the app, a fixed text and the address, nothing else."""
    if notice.user is None and not base.may_be_shared(notice.occasion):
        return Outcome(Verdict.CLOSED, base.NOT_FOR_ALL)
    to = _office_box(notice.occasion) if notice.user is None else notice.user.email
    if not to or not settings.MAIL_FROM:
        return Outcome(Verdict.CLOSED, NO_ADDRESS)
    mark = blind_index(str(notice.pk), purpose="duty_notice.message_id")[:32]
    host = settings.MAIL_FROM.rpartition("@")[2].rstrip(">")
    return EmailMessage(
        base.APP_NAME,
        base.words(notice),
        from_email=settings.MAIL_FROM,
        to=[to],
        headers={"Message-ID": f"<{mark}@{host}>", "Auto-Submitted": "auto-generated"},
    )


def _send(notice: Notice, mail: EmailMessage) -> Outcome:
    return smtp.post(mail, attempts=notice.attempts)


MAIL: Final = base.Way(
    "mail", _("Thư điện tử"), base.Doubt.ONCE,
    places=_own, load=letter, send=_send, shared=_office, in_words=_in_words,
    waits_s=smtp.WAITS_S, at_once=4, stuck_after=timedelta(minutes=3), is_slow=True,
)  # fmt: skip
base.register(MAIL)
