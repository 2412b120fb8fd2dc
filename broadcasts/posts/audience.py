"""Groups that a post reaches: one query for preview and sending."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from broadcasts.posts.corrections import reached
from broadcasts.posts.models import Broadcast
from groups.models import ZaloGroup
from zalo.channels import registry
from zalo.channels.base import Closed
from zalo.channels.group import GROUP


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
        return groups.filter(pk__in=reached(broadcast.corrects_id).values("zalo_group"))
    if broadcast.goes_to_whole_commune:
        return groups
    named = ZaloGroup.objects.of_hamlets(broadcast.audience_hamlets).values("pk")
    return groups.filter(Q(pk__in=named) | Q(pk__in=broadcast.audience_groups))


def reach(broadcast: Broadcast) -> Reach:
    """Counted now; the sending uses the same query, so a group added since is reached too."""
    machines = registry.for_groups(broadcast.commune_id)
    kinds = groups_of(broadcast).order_by().values_list("kind")
    counts = dict(kinds.annotate(number=Count("pk", distinct=True)))
    by_machine = sum(number for kind, number in counts.items() if kind in machines)
    line = None if GROUP.group_kinds.isdisjoint(set(counts) - set(machines)) else GROUP.line(
        broadcast.commune_id
    )  # fmt: skip
    why = line.sentence if isinstance(line, Closed) else ""
    return Reach(by_machine, sum(counts.values()) - by_machine, why)
