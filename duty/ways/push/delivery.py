"""Web push as a way of telling people."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.utils import timezone

from accounts.alarms import raise_alarm
from accounts.alarms.kinds import AlarmKind
from accounts.models import User
from duty.ways import base, devices
from duty.ways.models import Device, Notice
from duty.ways.push import answers, keys, payload, transport
from duty.ways.push.encryption import encrypt
from duty.ways.push.endpoints import Endpoint, Refused, check
from zalo.outbox.outcomes import Outcome, Verdict

GONE: Final = Outcome(Verdict.FAILED, "máy không còn nhận báo")
FORBIDDEN: Final = Outcome(Verdict.FAILED, "địa chỉ không được phép")


@dataclass(frozen=True, slots=True)
class Push:
    """One push that may leave."""

    endpoint: Endpoint
    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(repr=False)


def places(user: User, now: datetime) -> Iterable[str]:
    """Numbers of the devices of a person that take pushes of this portal."""
    if not (keys.is_on() and user.is_active and user.has_perm(devices.RECEIVE)):
        return ()
    rows = Device.objects.reached_from(keys.made_for()).filter(user=user).order_by("pk")
    return [str(pk) for pk in rows.values_list("pk", flat=True)]


def load(notice: Notice) -> Push | Outcome:
    """The push for the device of a notice, sealed for it alone."""
    if not keys.is_on():
        return GONE
    rows = Device.objects.reached_from(keys.made_for()).filter(user=notice.user_id)
    device = rows.filter(pk=int(notice.place)).first()
    if device is None:
        return GONE
    subscription = devices.Subscription.of(device)
    try:
        endpoint = check(subscription.endpoint)
    except Refused:
        return FORBIDDEN
    if pause_s := answers.pause_of(endpoint.origin):
        return Outcome(Verdict.QUEUED, "dịch vụ đẩy bảo chờ", "", pause_s, is_attempt=False)
    body = encrypt(
        payload.words_of(notice), length=payload.LENGTH,
        p256dh=subscription.p256dh, auth=subscription.auth,
    )  # fmt: skip
    headers = payload.headers_of(notice, endpoint.host, timezone.now())
    signature = {"Authorization": keys.authorization(endpoint.origin)}
    return Push(endpoint, body, headers | signature)


def send(notice: Notice, push: Push) -> Outcome:
    """Make the one request; from any thread."""
    try:
        answer = transport.post(push.endpoint, push.body, push.headers)
    except Refused:
        return FORBIDDEN
    outcome = answers.outcome_of(answer, attempts=notice.attempts)
    answers.note_pause(push.endpoint.origin, outcome)
    answers.tell_operator(push.endpoint.host, answer)
    return outcome


def recorded(notice: Notice, outcome: Outcome) -> None:
    """A device that is gone is switched off, and its owner hears of it; of what a service refuses
    for our own fault those hear who look after the portal."""
    devices_on = Device.objects.on().filter(pk=int(notice.place))
    if outcome.verdict == Verdict.SENT:
        devices_on.update(accepted_at=timezone.now())
    elif answers.is_gone(outcome):
        for device in devices_on.select_related("user__commune"):
            devices.lose(device)
    elif answers.is_our_fault(outcome):
        for device in devices_on:
            host = check(devices.Subscription.of(device).endpoint).host
            raise_alarm(AlarmKind.PUSH_REFUSED, f"{host} ({outcome.code})")


base.register(
    base.Way(
        "push", "Máy của người trực", base.Doubt.AGAIN,
        places=places, load=load, send=send, recorded=recorded, waits_s=answers.WAITS_S,
    )
)  # fmt: skip
