"""Groups whose people an account may tick, and the people that it sees there."""

from typing import Any

from django.db.models import Q, QuerySet

from groups.places.querysets import teams_of
from groups.residents.models import Member
from groups.residents.querysets import MemberQuerySet
from groups.zalo_groups.capabilities import ROLL_KINDS
from groups.zalo_groups.models import ZaloGroup

CALLS = "groups.call_roll"


def roll_groups(user: Any) -> QuerySet[ZaloGroup]:
    """Groups made by people, not closed: those that the account sees, and those of teams it leads.

    Whoever leads a team alone sees no group as such, only the roll of its own people there.
    """
    if not user.has_perm(CALLS):
        return ZaloGroup.objects.none()
    within = Q(pk__in=[])
    if user.has_perm("groups.view_zalogroup"):
        within |= Q(pk__in=ZaloGroup.objects.visible_to(user).values("pk"))
    if user.has_perm("groups.lead_team"):
        teams = teams_of(user)
        within |= Q(team__in=teams) | Q(team=None, hamlet__teams__in=teams)
    rows = ZaloGroup.objects.filter(within, kind__in=ROLL_KINDS)
    return rows.exclude(status=ZaloGroup.Status.CLOSED).distinct()


def roll_people(user: Any, group: ZaloGroup) -> MemberQuerySet:
    """The people of the place of a group that the account sees, whatever their status."""
    rows = Member.objects.visible_to(user)
    if group.hamlet_id is not None:
        return rows.filter(hamlet=group.hamlet_id)
    return rows.of_commune(group.commune_id)
