"""Which groups a post reaches: one query for the preview and for the sending."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from broadcasts.models import Broadcast
from broadcasts.services.correcting import reached_groups
from groups.capabilities import API_KINDS, HAND_KINDS
from groups.models import ZaloGroup
from zalo import services as zalo
from zalo.capabilities import Answer, Capability, State, may


@dataclass(frozen=True)
class Reach:
    """How many groups a post reaches, by machine and by hand.

    `why_by_hand`: why groups of the account are posted to by hand too, where Zalo does not let it.
    """

    by_api: int
    by_hand: int
    why_by_hand: str = ""

    @property
    def total(self) -> int:
        return self.by_api + self.by_hand


def groups_of(broadcast: Broadcast) -> Any:
    """The active groups that the audience rule names, as a queryset of ZaloGroup.

    Of a correction: those where the original may stand.
    """
    groups = ZaloGroup.objects.of_commune(broadcast.commune_id).active()
    if broadcast.corrects_id:
        return groups.filter(pk__in=reached_groups(broadcast.corrects_id))
    if broadcast.goes_to_whole_commune:
        return groups
    named = ZaloGroup.objects.of_hamlets(broadcast.audience_hamlets).values("pk")
    return groups.filter(Q(pk__in=named) | Q(pk__in=broadcast.audience_groups))


def reach(broadcast: Broadcast) -> Reach:
    """Counted now; the sending uses the same query, so a group added since is reached too."""
    counts = groups_of(broadcast).aggregate(
        by_api=Count("pk", filter=Q(kind__in=API_KINDS), distinct=True),
        by_hand=Count("pk", filter=Q(kind__in=HAND_KINDS), distinct=True),
    )
    answer = group_sending(broadcast.commune_id)
    if answer.is_no and counts["by_api"]:
        return Reach(0, counts["by_api"] + counts["by_hand"], answer.sentence)
    return Reach(**counts)


def group_sending(commune_id: int) -> Answer:
    """Whether the commune's account may post into groups; without an account it may come yet."""
    account = zalo.account_for(commune_id)
    if account is None:
        return Answer(Capability.GROUPS, State.UNKNOWN, "")
    return may(account, Capability.GROUPS)
