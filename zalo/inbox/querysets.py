"""Questions asked of the inbox of events, and of the files that hung on them."""

from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any, Self

from django.db.models import Count, Max, Min, Q

from accounts.communes.querysets import CommuneScopedQuerySet
from zalo.inbox import events

if TYPE_CHECKING:
    from zalo.inbox.models import GroupActivity, InboundFile, WebhookEvent  # noqa: F401 -- named in quotes below
    from zalo.official_accounts.models import OfficialAccount

KEEP_DAYS = 30


def _private() -> Q:
    """The filter of private events, by their names."""
    begins = reduce(or_, (Q(event_name__startswith=one) for one in events.PRIVATE_BEGINNINGS))
    of_groups = reduce(or_, (Q(event_name__startswith=one) for one in events.GROUP_BEGINNINGS))
    return Q(event_name=events.WITHDRAWN) | (begins & ~of_groups)


class WebhookEventQuerySet(CommuneScopedQuerySet["WebhookEvent"]):
    """Events of Zalo."""

    def due(self, now: datetime) -> Self:
        """Events that may be interpreted now, in the order of arrival."""
        return self.filter(state="new", next_attempt_at__lte=now).order_by("next_attempt_at", "pk")

    def of_people(self) -> Self:
        """Events of private talks, which the vault interprets."""
        return self.filter(_private())

    def of_the_portal(self) -> Self:
        """All other events."""
        return self.exclude(_private())

    def unread(self) -> Self:
        """Rows with a sealed body that nobody waits for."""
        return self.filter(state__in=["held", "unknown", "failed"])

    def unowned(self) -> Self:
        """Rows whose named account is missing."""
        return self.filter(state="held", account=None)

    def last_heard(self, account: "OfficialAccount | None" = None) -> datetime | None:
        """When Zalo last told anything (of this account); None for never."""
        rows = self.order_by("-pk")  # rows come in the order of their arrival
        if account is not None:
            rows = self.filter(account=account).order_by("-received_at")
        return rows.values_list("received_at", flat=True).first()

    def backlog(self, now: datetime) -> dict[str, Any]:
        """Numbers for the health signs: only rows that wait or failed are looked at."""
        waiting = self.filter(state="new").aggregate(waiting=Count("pk"), oldest=Min("received_at"))
        oldest = waiting["oldest"]
        unread = self.unread().aggregate(
            **{state: Count("pk", filter=Q(state=state)) for state in ("held", "unknown", "failed")}
        )
        return {
            "waiting": waiting["waiting"],
            "oldest_waiting_s": round((now - oldest).total_seconds()) if oldest else 0,
            **unread,
        }

    def received_on(self, day: date) -> Self:
        """Events received on this local day."""
        return self.filter(received_at__date=day)


class InboundFileQuerySet(CommuneScopedQuerySet["InboundFile"]):
    """Files that residents sent."""

    def due(self, now: datetime) -> Self:
        """Files still to be fetched."""
        return self.filter(state="waiting", next_attempt_at__lte=now).order_by(
            "next_attempt_at", "pk"
        )

    def backlog(self) -> dict[str, int]:
        """How many wait, and how many were not taken in the last days."""
        return self.aggregate(
            files_waiting=Count("pk", filter=Q(state="waiting")),
            files_refused=Count("pk", filter=Q(state__in=["refused", "gone"])),
        )


class GroupActivityQuerySet(CommuneScopedQuerySet["GroupActivity"]):
    """How many messages were written in a group on a day; nothing of who or what."""

    def last_day(self, account: "OfficialAccount", zalo_group_id: str) -> date | None:
        """The last day on which somebody wrote in the group."""
        rows = self.filter(account=account, zalo_group_id=zalo_group_id)
        found: date | None = rows.aggregate(last=Max("day"))["last"]
        return found
