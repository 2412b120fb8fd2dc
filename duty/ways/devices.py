"""Devices that take notices: enrolling, switching off, and what becomes of them with their person.

Endpoint and keys of a browser stay sealed in the row; nothing here says them, not even an error.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Final, Self

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.audit import services as audit
from accounts.models import User
from accounts.workflow import services as workflow
from accounts.workflow.declaration import NotAllowed
from duty.services import close_occasions, is_on_duty, open_occasion
from duty.ways.models import Device, Notice
from duty.ways.push import keys
from duty.ways.push.base64url import decoded, encoded
from duty.ways.push.encryption import AUTH_BYTES, receiver_key
from duty.ways.push.endpoints import Refused, check

RECEIVE: Final = "duty.receive_notice"
MOST: Final = 10  # devices of one person
SEEN_EVERY: Final = timedelta(hours=1)

NOT_FOR_YOU: Final = "Tài khoản này không thuộc diện nhận báo việc."
OFF: Final = (
    "Cổng chưa bật báo việc trên điện thoại. Hãy nhờ quản trị kỹ thuật đặt khóa VAPID_PRIVATE_KEY."
)
UNKNOWN_SERVICE: Final = (
    "Trình duyệt này dùng dịch vụ đẩy mà cổng không gửi tới. Hãy dùng Chrome, Edge, Firefox hoặc "
    "Safari."
)


@dataclass(frozen=True, slots=True)
class Subscription:
    """The address and the keys of one browser; never in a repr."""

    endpoint: str = field(repr=False)
    p256dh: bytes = field(repr=False)
    auth: bytes = field(repr=False)

    @classmethod
    def read(cls, given: Any) -> Self:
        """From what a browser sent: `{"endpoint": …, "keys": {"p256dh": …, "auth": …}}`.

        Raises NotAllowed, also for an address to which nothing would ever leave.
        """
        try:
            endpoint = str(given["endpoint"])
            p256dh, auth = (decoded(str(given["keys"][name])) for name in ("p256dh", "auth"))
            receiver_key(p256dh)
            if len(auth) != AUTH_BYTES:
                raise ValueError("wrong secret")
        except (KeyError, TypeError, ValueError):
            raise NotAllowed(
                "Trình duyệt gửi đăng ký không đủ. Hãy tải lại trang rồi thử lại."
            ) from None
        try:
            check(endpoint)
        except Refused:
            raise NotAllowed(UNKNOWN_SERVICE) from None
        return cls(endpoint, p256dh, auth)

    @classmethod
    def of(cls, device: Device) -> Self:
        """From the row of a device."""
        stored = json.loads(device.subscription)
        return cls(stored["endpoint"], decoded(stored["p256dh"]), decoded(stored["auth"]))

    @property
    def hash(self) -> str:
        """By which the same address is found again."""
        return hashlib.sha256(self.endpoint.encode()).hexdigest()

    @property
    def host(self) -> str:
        """The push service, which a page may show."""
        return check(self.endpoint).host

    def as_json(self) -> str:
        """The text that a row keeps, sealed."""
        return json.dumps(
            {"endpoint": self.endpoint, "p256dh": encoded(self.p256dh), "auth": encoded(self.auth)}
        )


def _may_receive(user: User) -> None:
    if not keys.is_on():
        raise NotAllowed(OFF)
    if user.commune_id is None or not user.has_perm(RECEIVE):
        raise NotAllowed(NOT_FOR_YOU)


@transaction.atomic
def enrol(user: User, subscription: Subscription, *, label: str, replaces: str = "") -> Device:
    """Let a browser take the notices of a person; repeating it changes nothing but the keys.

    A browser that took those of another person goes over to this one. `replaces` is the hash of the
    address that the same browser had before. Raises NotAllowed.
    """
    _may_receive(user)
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)  # one at a time
    rows = Device.objects.on().select_for_update(of=("self",))
    if replaces and replaces != subscription.hash:
        _switch_off(rows.filter(user=user, endpoint_hash=replaces), Device.Off.REPLACED)
    known = rows.filter(endpoint_hash=subscription.hash)
    _switch_off(known.exclude(user=user), Device.Off.OTHER_ACCOUNT)
    _switch_off(known.exclude(made_for=keys.made_for()), Device.Off.REPLACED)
    device = known.filter(user=user).first()
    is_new = device is None
    if device is None:
        if rows.filter(user=user).count() >= MOST:
            raise NotAllowed(f"Mỗi người có nhiều nhất {MOST} máy. Hãy tắt bớt máy không dùng nữa.")
        device = Device(user=user, endpoint_hash=subscription.hash)
    device.subscription, device.host = subscription.as_json(), subscription.host
    device.made_for, device.seen_at = keys.made_for(), timezone.now()
    device.label = label[:60] or device.label
    try:
        with transaction.atomic():
            device.save()
    except IntegrityError:  # another account was on this browser at the same moment
        raise NotAllowed("Máy này vừa được đăng ký ở nơi khác. Hãy thử lại.") from None
    for lost in user.devices.filter(off_because=Device.Off.GONE):
        close_occasions(lost, "device_lost")
    if is_new:
        audit.record("device.enrolled", by=user, target=device)
    return device


@transaction.atomic
def compare(user: User, subscription: Subscription, *, label: str, before: str) -> Device | None:
    """A browser says which address it has now, and had before; None: it takes nothing any more.

    An address that was lost or renewed is taken on in the place of the old one. One that a person
    or the end of all sessions switched off is not: that takes a tap.
    """
    _may_receive(user)
    rows = Device.objects.filter(user=user, endpoint_hash__in={before, subscription.hash})
    last = rows.order_by("-pk").first()
    is_on = rows.on().exists()
    if last is None or not (is_on or last.off_because in (Device.Off.GONE, Device.Off.REPLACED)):
        return None
    return enrol(user, subscription, label=label, replaces=before)


@transaction.atomic
def turn_off(device: Device, *, by: User) -> Device:
    """“Tắt”: nothing goes to this device any more. Raises NotAllowed for another's device."""
    if device.user_id != by.pk:
        raise NotAllowed("Máy này của người khác.")
    workflow.lock(device)
    if _switch_off(Device.objects.on().filter(pk=device.pk), Device.Off.BY_PERSON):
        audit.record("device.turned_off", by=by, target=device)
    device.refresh_from_db(fields=["off_at", "off_because"])
    return device


def turn_off_all(users: Iterable[int]) -> int:
    """The devices of accounts that were shut, lost their role or ended all their sessions.

    Called in the transaction of that act, which stands in the trail by itself.
    """
    return _switch_off(Device.objects.on().filter(user__in=list(users)), Device.Off.ACCOUNT)


def lose(device: Device) -> None:
    """The push service knows it no more: off, and its owner hears of it by another way, at once
    while on duty."""
    if not _switch_off(Device.objects.on().filter(pk=device.pk), Device.Off.GONE):
        return
    if device.user.commune is not None:
        level = "now" if is_on_duty(device.user) else ""
        open_occasion("device_lost", device, commune=device.user.commune, level=level)


def _switch_off(rows: Any, because: str) -> int:
    """Switch off rows and call off what waits for them; returns how many."""
    ids = list(rows.values_list("pk", flat=True))
    if not ids:
        return 0
    Device.objects.on().filter(pk__in=ids).update(off_at=timezone.now(), off_because=because)
    places = [str(pk) for pk in ids]
    Notice.objects.pending().filter(way="push", place__in=places).update(
        state=Notice.State.CANCELLED, reason="máy đã tắt"
    )
    return len(ids)


def note_shown(token: str) -> None:
    """A device showed a notice; the word for it is good once, repeating it changes nothing."""
    now = timezone.now()
    rows = Notice.objects.filter(shown_token=token, shown_at=None, way="push")
    place = rows.values_list("place", flat=True).first()
    if place is not None and rows.update(shown_at=now):
        Device.objects.filter(pk=int(place)).update(shown_at=now)
