"""Changes of a kind by the chief of a commune: its level, silence until a day, back to the usual.

What is done at once cannot be silenced; silence has an end, and hides nothing from the list.
"""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Final

from django.db import transaction
from django.utils import timezone

from accounts.enqueue import enqueue
from accounts.models import Commune, User
from accounts.workflow import services as workflow
from accounts.workflow.declaration import NotAllowed
from duty.occasions.kinds import APART, KINDS, Level
from duty.occasions.models import KindChange, Occasion
from duty.occasions.querysets import OccasionQuerySet
from duty.roster.models import DutySettings

RIGHT: Final = "duty.edit_kinds_of_occasion"
LONGEST_SILENCE: Final = timedelta(days=60)
MIDNIGHT: Final = time(0, 0)


def _change[Made](act: Callable[..., Made]) -> Callable[..., Made]:
    """Run a verb in a transaction, with the locked row of a kind that may be changed."""

    def changed(kind: str, *args: object, commune: Commune, by: User) -> Made:
        if kind not in KINDS or kind in APART:
            raise NotAllowed("Loại việc này không đặt được.")
        with transaction.atomic():
            row, _made = KindChange.objects.get_or_create(commune=commune, kind=kind)
            workflow.lock_for(row, by, permission=RIGHT)
            return act(row, *args, by=by)

    return changed


@_change
def set_level(row: KindChange, level: str, *, by: User) -> KindChange:
    """Change how soon people are told of a kind from now on. Raises NotAllowed."""
    before, after = usual_level(row), Level(level)
    row.level = after
    if after == Level.NOW and row.muted_until is not None:
        row.muted_until = None
        _tell_now(row)
    row.save()
    workflow.record(
        row, "level_changed", by=by, kind=str(row), before=str(before.label), after=str(after.label)
    )
    return row


@_change
def mute(row: KindChange, last_day: date, *, by: User) -> KindChange:
    """Tell nobody of a kind until the end of a day. Raises NotAllowed."""
    now = timezone.now()
    end = timezone.make_aware(datetime.combine(last_day + timedelta(days=1), MIDNIGHT))
    if usual_level(row) == Level.NOW:
        raise NotAllowed("Loại việc báo ngay thì không tắt được. Hãy đổi mức trước.")
    if end <= now:
        raise NotAllowed("Ngày hết tạm tắt phải từ hôm nay trở đi.")
    if end > now + LONGEST_SILENCE:
        raise NotAllowed(f"Chỉ tạm tắt được nhiều nhất {LONGEST_SILENCE.days} ngày.")
    row.muted_until = end
    row.save()
    _waiting(row).filter(next_step_at__lt=end).update(next_step_at=end)
    workflow.record(row, "muted", by=by, kind=str(row), until=f"{last_day:%d/%m/%Y}")
    return row


@_change
def reset(row: KindChange, *, by: User) -> None:
    """Put a kind back to its usual level, without silence. Raises NotAllowed."""
    was_muted = row.muted_until is not None
    workflow.record(row, "reset", by=by, kind=str(row))
    if was_muted:
        _tell_now(row)
    row.delete()


def usual_level(row: KindChange) -> Level:
    """The level of a kind in a commune."""
    return Level(row.level) if row.level else KINDS[row.kind].level


def _waiting(row: KindChange) -> OccasionQuerySet:
    """Matters of the kind that are not told at once and that nobody has."""
    rows = Occasion.objects.open().of_commune(row.commune_id).filter(kind=row.kind, taken_by=None)
    return rows.exclude(level=Level.NOW)


def _tell_now(row: KindChange) -> None:
    """End the wait of matters that a silence held back."""
    if _waiting(row).filter(next_step_at=row.muted_until).update(next_step_at=timezone.now()):
        enqueue("duty.tasks.tick")


@transaction.atomic
def set_night(commune: Commune, night_from: time, night_to: time, *, by: User) -> DutySettings:
    """Change the hours in which only urgent matters are told. Raises NotAllowed."""
    if night_from == night_to:
        raise NotAllowed("Giờ bắt đầu và giờ kết thúc đêm phải khác nhau.")
    row, _made = DutySettings.objects.get_or_create(commune=commune)
    workflow.lock_for(row, by, permission=RIGHT)
    row.night_from, row.night_to = night_from, night_to
    row.save(update_fields=["night_from", "night_to"])
    workflow.record(row, "night_changed", by=by, after=f"{night_from:%H:%M}–{night_to:%H:%M}")
    return row
