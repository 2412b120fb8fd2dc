"""“Gửi thử”: notices to the person alone, about nothing."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from django.db import models, transaction
from django.utils import timezone

from accounts.audit import services as audit
from accounts.enqueue import enqueue
from accounts.models import User
from accounts.workflow.declaration import NotAllowed
from duty.services import open_occasion
from duty.ways import base
from duty.ways.choice import NO_WAY, NOT_YOURS, personal_ways
from duty.ways.models import Notice

KIND: Final = "own_trial"  # `duty.occasions.kinds.OWN_TRIAL`, which stands above
# So long it may be opened: mails take their time.
LASTS: Final = timedelta(minutes=10)
LOOKED_BACK: Final = timedelta(days=7)
UNREACHABLE: Final = "Đường này chưa tới được tài khoản này. Hãy xem dòng tình trạng."
TOO_MANY: Final = "Đã thử nhiều lần. Hãy chờ mười phút."
MOST: Final = 12


def begin(
    kind: str, subject: models.Model, key: str, places: Iterable[str], *, by: User,
    lasts: timedelta, text: str = Notice.Text.SEE,
) -> list[Notice]:  # fmt: skip
    """Notices by one way to these places of a person. Call in a transaction.

    Their occasion is nobody's duty: it stands for nothing (`own_kinds`) and ends at its first step,
    after `lasts`.
    """
    assert by.commune is not None  # noqa: S101 -- asked by the callers
    now = timezone.now()
    occasion = open_occasion(kind, subject, commune=by.commune)
    occasion.next_step_at = now + lasts
    occasion.save(update_fields=["next_step_at"])
    last = occasion.notices.order_by("-step").values_list("step", flat=True).first()
    made = [
        Notice(
            occasion=occasion, step=0 if last is None else last + 1, user=by, way=key, place=place,
            text=text, made_at=now, next_attempt_at=now, expires_at=now + lasts,
        )
        for place in places
    ]  # fmt: skip
    base.fold_over_limits(made, now)
    Notice.objects.bulk_create(made)
    enqueue("duty.tasks.send", key)
    return made


@transaction.atomic
def send_trial(key: str, *, by: User) -> list[Notice]:
    """Send a notice by one way to the person alone. Raises NotAllowed."""
    found = {one.key: one for one in personal_ways()}.get(key)
    if not by.has_perm("duty.receive_notice") or by.commune is None:
        raise NotAllowed(NOT_YOURS)
    if found is None:
        raise NotAllowed(NO_WAY)
    places = list(found.places(by, timezone.now()))
    if not places:
        raise NotAllowed(UNREACHABLE)
    made = begin(KIND, by, key, places, by=by, lasts=LASTS)
    if made[0].step >= MOST:
        raise NotAllowed(TOO_MANY)
    if made[0].state == Notice.State.FOLDED:
        raise NotAllowed(made[0].reason)
    audit.record("ownways.tried", by=by, ways=str(found.label))
    return made


def last_trials(user: User) -> dict[str, list[Notice]]:
    """The notices of the last trial of each way, within a week."""
    rows = Notice.objects.filter(
        user=user, occasion__kind=KIND, made_at__gt=timezone.now() - LOOKED_BACK
    ).order_by("-made_at", "-pk")
    found: dict[str, list[Notice]] = {}
    for row in rows:
        newest = found.setdefault(row.way, [])
        if not newest or newest[0].made_at == row.made_at:
            newest.append(row)
    return found
