"""The watch of each minute: what is amiss opens an occasion, what is well again closes it.

Facts without a moment of their own (a token dies, a disk fills, a neighbour is silent) are read
from rows and the clock, so a minute that was missed changes nothing.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Final, cast

from django.db import models, transaction
from django.utils import timezone

from accounts.models import Commune, HealthSnapshot, User
from accounts.users.roles import Role
from duty.neighbours import services as neighbours
from duty.occasions.kinds import Level
from duty.occasions.models import Occasion, subject_of
from duty.occasions.services import close_rows, open_occasion
from duty.signals import Waiting, waiting_asked
from zalo.models import OfficialAccount
from zalo.official_accounts.alarms import Kind, alarm_of

logger = logging.getLogger(__name__)

REFUSED: Final = frozenset({Kind.REFUSED, Kind.NOT_REFRESHED})
# Part of the health: kind of occasion.
OF_HEALTH: Final = {"backup": "backup_old", "disk": "disk_full"}
# A row that is amiss, its commune, and a graver level or none.
type Found = tuple[models.Model, Commune, str]


def watch(now: datetime | None = None) -> None:
    """Look at everything once; what breaks is logged and does not keep the others."""
    at = now or timezone.now()
    for look in LOOKS:
        try:
            look(at)
        except Exception:
            logger.exception("the watch broke at %s", look.__name__)


@transaction.atomic
def _agree(kind: str, found: Iterable[Found]) -> None:
    """Make the open occasions of a kind those of the rows that are amiss."""
    known = {one.subject: one for one in Occasion.objects.open().filter(kind=kind)}
    for row, commune, level in found:
        occasion = known.pop(subject_of(row), None)
        is_graver = occasion is not None and level == Level.NOW != occasion.level
        if occasion is None or is_graver:
            open_occasion(kind, row, commune=commune, level=level)
    if known:
        well = [one.pk for one in known.values()]
        close_rows(Occasion.objects.filter(pk__in=well), Occasion.Ended.DONE)


def waiting(now: datetime) -> Waiting:
    """Messages of all apps that wait."""
    answered = waiting_asked.send(Waiting, now=now)
    answers = [cast("Waiting", one) for _receiver, one in answered]
    return Waiting(
        stuck=frozenset().union(*(one.stuck for one in answers)),
        urgent=frozenset().union(*(one.urgent for one in answers)),
    )


def look_at_official_accounts(now: datetime) -> None:
    """Consent needed or soon needed, Zalo refusing, nothing leaving; at once if it is urgent."""
    messages = waiting(now)
    consent: list[Found] = []
    refusing: list[Found] = []
    stuck: list[Found] = []
    accounts = OfficialAccount.objects.filter(is_active=True).select_related("commune")
    for account in accounts.order_by("pk"):
        level = str(Level.NOW) if account.commune_id in messages.urgent else ""
        if account.commune_id in messages.stuck:
            stuck.append((account, account.commune, level))
        alarm = alarm_of(account, now)
        if alarm is None:
            continue
        of_kind = refusing if alarm.kind in REFUSED else consent
        of_kind.append((account, account.commune, level if alarm.stops_sending else ""))
    _agree("zalo_consent", consent)
    _agree("zalo_refuses", refusing)
    _agree("nothing_leaves", stuck)


def look_at_health(now: datetime) -> None:
    """Backup and disk, as the last snapshot has them; an old snapshot says nothing."""
    snapshot = HealthSnapshot.objects.first()
    if snapshot is None or snapshot.is_stale(now):
        return
    for part, kind in OF_HEALTH.items():
        is_well = snapshot.values(part).get("ok", True)
        _agree(kind, () if is_well else [(one, one, "") for one in _communes_that_mind()])


def _communes_that_mind() -> list[Commune]:
    """Communes with a technical administrator; without any, those with a chief."""
    for role in (Role.TECH_ADMIN, Role.CHIEF):
        people = User.objects.with_roles([role]).filter(is_active=True)
        if found := list(Commune.objects.filter(pk__in=people.values("commune")).order_by("pk")):
            return found
    return []


def look_at_neighbours(now: datetime) -> None:
    """Portals that promised to be heard and are not."""
    silent = neighbours.silent(now).select_related("commune")
    _agree("neighbour_silent", [(one, one.commune, "") for one in silent])


LOOKS: Final[tuple[Callable[[datetime], None], ...]] = (
    look_at_official_accounts,
    look_at_health,
    look_at_neighbours,
)
