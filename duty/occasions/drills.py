"""“Thử báo việc”: a matter about nothing, to see who is reached, by which way, how fast."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from accounts.models import Commune, User
from accounts.workflow import services as workflow
from accounts.workflow.declaration import NotAllowed
from duty.occasions import services
from duty.occasions.kind_changes import RIGHT
from duty.occasions.kinds import DRILL
from duty.occasions.models import Occasion
from duty.ways import base
from duty.ways.models import Notice


@transaction.atomic
def begin(commune: Commune, *, by: User) -> Occasion:
    """Open a drill; it climbs like an urgent matter, an hour at most. Raises NotAllowed."""
    _require_right(commune, by)
    if Occasion.objects.open().of_commune(commune).filter(kind=DRILL).exists():
        raise NotAllowed("Đang có một lần thử. Hãy kết thúc lần đó trước.")
    occasion = services.open_occasion(DRILL, commune, commune=commune)
    workflow.record(occasion, "drill_begun", by=by)
    return occasion


@transaction.atomic
def end(commune: Commune, *, by: User) -> None:
    """Close the drill of a commune. Raises NotAllowed."""
    _require_right(commune, by)
    occasion = Occasion.objects.open().of_commune(commune).filter(kind=DRILL).first()
    if occasion is None:
        raise NotAllowed("Không có lần thử nào đang chạy.")
    workflow.record(occasion, "drill_ended", by=by)
    services.close_rows(Occasion.objects.filter(pk=occasion.pk), Occasion.Ended.DONE)


def _require_right(commune: Commune, by: User) -> None:
    if not (by.is_active and by.has_perm(RIGHT) and by.commune_id == commune.pk):
        raise NotAllowed("Chỉ chỉ huy thử được việc báo của xã mình.")


def last_of(commune: Commune) -> Occasion | None:
    """The running drill of a commune, or the last one."""
    return Occasion.objects.of_commune(commune).filter(kind=DRILL).order_by("-pk").first()


@dataclass(frozen=True, slots=True)
class Line:
    """One notice: seconds count from when it was made; None where it did not come so far."""

    notice: Notice
    label: str
    made_at: datetime
    accepted_s: float | None
    shown_s: float | None
    opened_s: float | None


def lines_of(occasion: Occasion) -> list[Line]:
    """Each notice of a drill with what is known of it."""
    labels = {each.key: each.label for each in base.ways()}

    def seconds(notice: Notice, at: datetime | None) -> float | None:
        return None if at is None else round((at - notice.made_at).total_seconds(), 1)

    return [
        Line(
            one, str(labels.get(one.way, one.way)), one.made_at, seconds(one, one.accepted_at),
            seconds(one, one.shown_at), seconds(one, one.opened_at),
        )
        for one in occasion.notices.select_related("user").order_by("made_at", "pk")
    ]  # fmt: skip
