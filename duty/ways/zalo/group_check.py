"""The weekly look at the people in the duty group: whoever left the service must leave the group.

Of strangers nothing is written down but their number; names are shown on the page that asked.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.utils import timezone

from accounts.audit import services as audit
from accounts.models import Commune, User
from accounts.work_budget import WorkBudget
from accounts.workflow.declaration import NotAllowed
from duty.roster.models import KEEPS_SHIFTS, DutySettings
from duty.services import close_occasions, open_occasion
from duty.signals import residents_group_asked
from duty.ways.zalo.models import DutyGroupCheck, OwnZalo
from zalo import services as zalo
from zalo.client.errors import ZaloError, ZaloRejected

logger = logging.getLogger(__name__)

KIND: Final = "duty_group_people"
EVERY: Final = timedelta(days=7)
# The round comes once a night: the seventh night after the last look is a week, to the hour or not.
MARGIN: Final = timedelta(hours=12)
LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)
NO_GROUP: Final = "Chưa đặt nhóm trực ban."
NO_ACCOUNT: Final = "Xã chưa kết nối tài khoản Zalo OA."


@dataclass(frozen=True, slots=True)
class People:
    """People of the group; `ended` are accounts that keep no shifts any more."""

    known: list[User]
    ended: list[User]
    strangers: list[str] = field(repr=False)
    absent: list[User]

    @property
    def to_remove(self) -> int:
        return len(self.ended) + len(self.strangers)


def keeps_shifts(user: Any) -> bool:
    """Whether an account is one of those who keep shifts of its commune."""
    return bool(user.is_active and user.has_perms(KEEPS_SHIFTS))


def _group_of(commune: Commune) -> str:
    row = DutySettings.objects.filter(commune=commune).first()
    if row is None or not row.duty_group:
        raise NotAllowed(NO_GROUP)
    return row.duty_group


def _read(commune: Commune, group: str, *, paced: bool) -> People:
    """Ask Zalo for the people in a group now."""
    account = zalo.account_for(commune.pk)
    if account is None:
        raise NotAllowed(NO_ACCOUNT)
    inside = zalo.group_people(account, group, paced=paced)
    links = OwnZalo.objects.filter(user__commune=commune, follower__account=account)
    links = links.filter(follower__withdrawn_at=None).select_related("user", "follower")
    by_id = {link.follower.zalo_user_id: link.user for link in links.order_by("user")}
    found = {person.user_id: by_id.get(person.user_id) for person in inside}
    accounts = [user for user in found.values() if user is not None]
    return People(
        known=[user for user in accounts if keeps_shifts(user)],
        ended=[user for user in accounts if not keeps_shifts(user)],
        strangers=[one.name for one in inside if found[one.user_id] is None],
        absent=[
            user for pk, user in by_id.items() if pk not in found and keeps_shifts(user)
        ],
    )  # fmt: skip


def look(commune: Commune, *, by: User | None = None, paced: bool = False) -> People:
    """Ask Zalo for the people in the duty group and keep what was found as numbers; who must leave
    it becomes an occasion. Call outside transactions.

    Raises NotAllowed without a group or an account, and what `zalo.client.errors` describes; a
    refusal that concerns this group is kept first.
    """
    group = _group_of(commune)
    try:
        people = _read(commune, group, paced=paced)
    except ZaloRejected as error:
        if not error.is_account_wide:  # that has an alarm of its own
            _keep(commune, group, None, by, trouble=str(error))
        raise
    _keep(commune, group, people, by)
    return people


@transaction.atomic
def _keep(
    commune: Commune, group: str, people: People | None, by: User | None, *, trouble: str = ""
) -> None:
    """Of a group that is the duty's no more nothing is kept."""
    settings = DutySettings.objects.select_for_update(of=("self",)).get(commune=commune)
    if settings.duty_group != group:
        return
    numbers: dict[str, Any] = {"trouble": trouble[:255]}
    if people is not None:
        numbers |= {
            "known": len(people.known), "strangers": people.to_remove, "absent": len(people.absent),
        }  # fmt: skip
    row, _made = DutyGroupCheck.objects.update_or_create(
        commune=commune,
        defaults={"duty_group": group, "checked_at": timezone.now(), **numbers},
    )
    written = {name: value for name, value in numbers.items() if value != ""}
    audit.record("duty_group.checked", by=by, commune=commune, target=row, **written)
    follow(row)


def follow(row: DutyGroupCheck) -> None:
    """Open or close by what the last look found. Call in its transaction."""
    if not row.needs_a_person:
        close_occasions(row, KIND)
    else:
        open_occasion(KIND, row, commune=row.commune)


def due(now: datetime) -> Sequence[Commune]:
    """Communes whose duty group was not looked at for a week, the longest unseen first."""
    rows = DutySettings.objects.exclude(duty_group="").select_related("commune")
    seen = dict(DutyGroupCheck.objects.values_list("commune", "checked_at"))
    fresh = now - EVERY + MARGIN
    late = [one for one in rows if (at := seen.get(one.commune_id)) is None or at <= fresh]
    late.sort(key=lambda one: seen.get(one.commune_id) or LONG_AGO)
    return [one.commune for one in late]


def look_at_all(now: datetime, budget: WorkBudget) -> bool:
    """Look at the groups that are due; returns whether some are left for another step.

    One that Zalo does not answer for waits for the next night.
    """
    looked = 0
    for commune in due(now):
        if budget.is_spent:
            return looked > 0
        try:
            look(commune, paced=True)
        except (ZaloError, NotAllowed) as error:
            logger.warning("the duty group of commune %s was not read: %s", commune.pk, error)
            continue
        looked += 1
    logger.info("duty: %s duty groups looked at", looked)
    return False


def is_of_residents(commune_id: int, zalo_group_id: str) -> bool:
    """Whether some app above knows this group as one of residents."""
    answers = residents_group_asked.send(
        DutySettings, commune=commune_id, zalo_group_id=zalo_group_id
    )
    return any(answer for _receiver, answer in answers)
