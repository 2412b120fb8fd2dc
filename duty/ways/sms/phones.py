"""The way by short message to the phone that a person named."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.audit import services as audit
from accounts.models import User
from accounts.workflow.declaration import NotAllowed
from duty.ways import base
from duty.ways.models import Notice
from duty.ways.sms import limits
from duty.ways.sms import provider as providers
from duty.ways.sms.models import OwnPhone
from vietnamese.text import is_landline, masked_phone, normalise_phone, without_marks
from zalo.outbox.outcomes import Outcome, Verdict

MOST_LETTERS: Final = 160
NO_PHONE: Final = "Chưa ghi số điện thoại."
NO_NUMBER: Final = "Số này không phải số di động Việt Nam."
NOT_YOURS: Final = "Tài khoản này không nhận báo việc."


@transaction.atomic
def set_phone(text: str, *, by: User) -> OwnPhone:
    """Keep the person's own phone. Raises NotAllowed."""
    if not by.has_perm("duty.receive_notice"):
        raise NotAllowed(NOT_YOURS)
    phone = normalise_phone(text)
    if not phone.startswith("+84") or is_landline(phone):
        raise NotAllowed(NO_NUMBER)
    row = OwnPhone.objects.select_for_update(of=("self",)).filter(user=by).first()
    row = row or OwnPhone(user=by)
    row.phone = phone
    row.save()
    audit.record("ownways.phone_set", by=by)
    return row


@transaction.atomic
def remove_phone(*, by: User) -> bool:
    """Forget the phone; returns whether there was one."""
    deleted, _by_model = OwnPhone.objects.filter(user=by).delete()
    if deleted:
        audit.record("ownways.phone_removed", by=by)
    return bool(deleted)


def short_words(notice: Any) -> str:
    """The text of a notice in plain letters; without its address where that would be too long."""
    words = without_marks(f"{base.APP_NAME}: {base.TEXTS[notice.text]}.")
    if not settings.PORTAL_URL:
        return words
    whole = f"{words} {base.address(notice.occasion, settings.PORTAL_URL)}"
    return whole if len(whole) <= MOST_LETTERS else words


def _own(user: User, now: datetime) -> Iterable[str]:
    is_able = providers.provider() is not None and OwnPhone.objects.filter(user=user).exists()
    return (f"own:{user.pk}",) if is_able else ()


def _in_words(user: User, now: datetime) -> str:
    if providers.provider() is None:
        return providers.IS_OFF
    row = OwnPhone.objects.filter(user=user).first()
    if row is None:
        return NO_PHONE
    words = f"Gửi tới số {masked_phone(row.phone)}."
    if user.commune_id is None:
        return words
    most = limits.settings_of(user.commune_id).sms_person_day
    sent = limits.sent_today(user.commune_id, now).filter(user=user).count()
    return f"{words} Hôm nay đã gửi {sent}, nhiều nhất {most} tin một ngày."


def _load(notice: Notice) -> tuple[str, str] | Outcome:
    row = OwnPhone.objects.filter(user=notice.user).first()
    if row is None:
        return Outcome(Verdict.CLOSED, NO_PHONE)
    return row.phone, short_words(notice)


def _send(notice: Notice, loaded: tuple[str, str]) -> Outcome:
    found = providers.provider()
    if found is None:
        return Outcome(Verdict.CLOSED, providers.IS_OFF)
    return found.send(*loaded, attempts=notice.attempts)


SMS: Final = base.Way(
    "sms", _("Tin nhắn SMS"), base.Doubt.LEAVE,
    places=_own, load=_load, send=_send, in_words=_in_words, fold_over_limit=limits.fold,
    waits_s=providers.WAITS_S, at_once=4, stuck_after=timedelta(minutes=2), is_slow=True,
)  # fmt: skip
base.register(SMS)
