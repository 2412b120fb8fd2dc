"""The heads of the audit chains leave the machine by mail, each day: number, length, hash.

No name, no act and no commune: what a mail box holds says nothing of anybody, and whoever sets the
trail back on the server cannot set back the mail. Given back by `verify_audit --expect`.
"""

import logging
from datetime import datetime
from smtplib import SMTPException
from typing import Final

from django.conf import settings
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.utils import timezone

from accounts.audit.models import AuditChain

logger = logging.getLogger(__name__)

SENT_KEY: Final = "audit-heads-sent"
SUBJECT: Final = "Mốc nhật ký hệ thống"


def lines() -> list[str]:
    """One line a chain, as `verify_audit --expect` takes it."""
    return [
        f"{chain.pk}:{chain.length}:{chain.last_hash}"
        for chain in AuditChain.objects.order_by("pk")
    ]


def send(now: datetime | None = None) -> bool:
    """Mail today's heads to the address of the installation; False where that could not be done."""
    if not settings.AUDIT_HEADS_MAIL:
        return False
    now = now or timezone.now()
    mail = EmailMessage(
        f"{SUBJECT} {now:%Y-%m-%d}", "\n".join(lines()), to=[settings.AUDIT_HEADS_MAIL]
    )
    try:
        mail.send()
    except (SMTPException, OSError) as error:
        logger.error("heads of the audit trail were not mailed: %s", type(error).__name__)
        return False
    cache.set(SENT_KEY, now.timestamp(), timeout=None)
    return True


def sent_h_ago(now: datetime) -> float | None:
    """Hours since heads last left; None where nobody remembers."""
    sent = cache.get(SENT_KEY)
    return None if sent is None else round((now.timestamp() - sent) / 3600, 1)
