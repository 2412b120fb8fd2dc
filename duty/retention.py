"""How long what was told is kept."""

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from accounts.retention import RetentionRule, register
from duty.occasions.models import Occasion
from duty.roster.models import HandOver
from duty.ways.models import Device

OCCASION_DAYS = 400
DEVICE_DAYS = 30
HANDOVER_DAYS = 400


def closed_occasions() -> QuerySet[Occasion]:
    """Matters closed long ago, with their notices: figures are told by month before."""
    return Occasion.objects.filter(closed_at__lt=timezone.now() - timedelta(days=OCCASION_DAYS))


def devices_off() -> QuerySet[Device]:
    """Devices that have got nothing for a month; endpoint and keys are personal data."""
    return Device.objects.filter(off_at__lt=timezone.now() - timedelta(days=DEVICE_DAYS))


def old_handovers() -> QuerySet[HandOver]:
    """Hand-overs of shifts that ended long ago, with their sealed words."""
    return HandOver.objects.filter(
        shift__ends_at__lt=timezone.now() - timedelta(days=HANDOVER_DAYS)
    )


def register_rules() -> None:
    """Make all rules known to the nightly purge."""
    for rule in (
        RetentionRule(
            label="duty.Occasion",
            days=OCCASION_DAYS,
            sentence="Việc đã báo và các lượt báo: đã đóng từ lâu.",
            expired=closed_occasions,
        ),
        RetentionRule(
            label="duty.Device",
            days=DEVICE_DAYS,
            sentence="Máy không còn nhận báo việc: xóa địa chỉ và khóa của máy.",
            expired=devices_off,
        ),
        RetentionRule(
            label="duty.HandOver",
            days=HANDOVER_DAYS,
            sentence="Lời bàn giao ca trực: ca đã hết từ lâu.",
            expired=old_handovers,
        ),
    ):
        register(rule)
