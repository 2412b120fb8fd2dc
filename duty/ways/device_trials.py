"""“Gửi thử”: one notice to one device of one's own, by the way of every other."""

from datetime import timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.workflow import services as workflow
from accounts.workflow.declaration import NotAllowed
from duty.ways import trial
from duty.ways.models import Device, Notice
from duty.ways.push import keys

KIND: Final = "device_trial"  # `duty.occasions.kinds.TRIAL`, which stands above
LASTS: Final = timedelta(minutes=2)
MOST_A_MINUTE: Final = 5


def is_reached(device: Device) -> bool:
    """Whether a notice could go to this device now."""
    return keys.is_on() and device.off_at is None and device.made_for == keys.made_for()


@transaction.atomic
def send_trial(device: Device, *, by: User) -> Notice:
    """Send a notice to one's own device. Raises NotAllowed."""
    if device.user_id != by.pk or by.commune is None:
        raise NotAllowed("Máy này của người khác.")
    workflow.lock(device)
    if not is_reached(device):
        raise NotAllowed("Máy này không còn nhận báo việc. Hãy bật lại trên chính máy đó.")
    now = timezone.now()
    sent = Notice.objects.filter(occasion__kind=KIND, way="push", place=str(device.pk))
    if sent.filter(made_at__gt=now - timedelta(minutes=1)).count() >= MOST_A_MINUTE:
        raise NotAllowed("Vừa gửi thử nhiều lần. Hãy đợi một phút rồi thử lại.")
    (notice,) = trial.begin(KIND, device, "push", [str(device.pk)], by=by, lasts=LASTS)
    return notice
