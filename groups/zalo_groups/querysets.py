"""Groups: who sees them, and which need care."""

from datetime import date, datetime, time, timedelta
from typing import Any, Self

from django.db.models import BooleanField, Case, CharField, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Cast
from django.utils import timezone

from accounts.communes.querysets import CommuneScopedQuerySet, among
from groups.places.querysets import ids_of_hamlets, placed_in
from groups.zalo_groups import official_posts
from groups.zalo_groups.capabilities import API_KINDS, HAND_KINDS

SILENT_DAYS = 14
FRESH_DAYS = 30
CROWDED_PERCENT = 90
# How long before its end the package of a group is spoken of.
ENDING_DAYS = 30


CLOSINGS = ("group.closed", "group.dissolved_at_zalo")  # in the audit trail


def end_of(day: date) -> datetime:
    """The first moment after a day."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def _true(condition: Q) -> Case:
    """A column that is true or false, never unknown."""
    return Case(
        When(condition, then=Value(True)), default=Value(False), output_field=BooleanField()
    )


class ZaloGroupQuerySet(CommuneScopedQuerySet):
    """Groups belong to a hamlet, or to the commune as a whole."""

    def of_commune(self, commune: Any) -> Self:
        return self.filter(placed_in(commune))

    def visible_to(self, user: Any) -> Self:
        """Commune-wide groups are for those who see all hamlets, and for their owner."""
        rows = super().visible_to(user)
        if user.has_perm("groups.view_all_hamlets") or rows.query.is_empty():
            return rows
        return rows.filter(Q(hamlet__in=ids_of_hamlets(user)) | Q(owner__user=user.pk))

    def of_hamlets(self, hamlets: list[int]) -> Self:
        """Groups of these hamlets; of one of the past, those that stood in it on its last day."""
        from groups.hamlet_changes.models import HamletChange, HamletChangeSource  # noqa: PLC0415 -- models import these querysets

        then = HamletChangeSource.objects.filter(
            hamlet__in=hamlets,
            change__state=HamletChange.State.DONE,
            change__kind__in=[HamletChange.Kind.MERGE, HamletChange.Kind.SPLIT],
        )
        return self.filter(Q(hamlet__in=hamlets) | Q(among("pk", then.values("groups_then"))))

    def active(self) -> Self:
        return self.filter(status=self.model.Status.ACTIVE)

    def closed_by(self, day: date) -> Self:
        """Groups that were closed at the end of a day: closed now, and not since."""
        from accounts.models import AuditEvent  # noqa: PLC0415 -- models import these querysets

        since = AuditEvent.objects.filter(
            target_type="groups.zalogroup", target_id=Cast(OuterRef("pk"), CharField()),
            action__in=CLOSINGS, at__gte=end_of(day),
        )  # fmt: skip
        return self.filter(~Exists(since), status=self.model.Status.CLOSED)

    def with_health(self, today: date) -> Self:
        """Annotate what is lacking: a column for each reason of `groups.zalo_groups.health`."""
        from groups.places.models import HamletAssignment  # noqa: PLC0415 -- models import these querysets

        covers = HamletAssignment.objects.on(today).filter(
            hamlet=OuterRef("hamlet"), officer=OuterRef("officer_inside")
        )
        in_charge: Any = Q(hamlet=None) | Q(owner=F("officer_inside")) | Exists(covers)
        month_ago = today - timedelta(days=FRESH_DAYS)
        return self.annotate(
            is_silent=_true(~Q(official_posts.since(today - timedelta(days=SILENT_DAYS)))),
            is_unattended=_true(~(Q(officer_inside__is_active=True) & in_charge)),
            is_crowded=_true(Q(head_count__gt=F("capacity") * CROWDED_PERCENT / 100)),
            is_link_stale=_true(
                (~Q(link="") & (Q(link_is_broken=True) | ~Q(link_checked_on__gte=month_ago)))
                | Q(kind__in=HAND_KINDS, link="")
            ),
            is_count_old=_true(Q(kind__in=HAND_KINDS) & ~Q(head_count_on__gte=month_ago)),
            is_unpinned=_true(Q(rules_pinned_on=None) | Q(rules_pinned__status="superseded")),
            is_refused=_true(Q(at_zalo__status__in=["disabled", "gone"])),
            is_ending=_true(
                Q(kind__in=API_KINDS, asset_expires_on__lte=today + timedelta(days=ENDING_DAYS))
            ),
            is_awaited=_true(Q(at_zalo__waiting__gt=0)),
        )

    def with_counts_since(self, day: date) -> Self:
        """Annotate `is_counted`: people counted from that day on; of API groups always, by Zalo."""
        return self.annotate(is_counted=_true(Q(kind__in=API_KINDS) | Q(head_count_on__gte=day)))

    def unattended(self, today: date) -> Self:
        """Groups without an officer inside who still serves and is in charge."""
        return self.with_health(today).filter(is_unattended=True)

    def worst_first(self, today: date) -> Self:
        """Groups without an officer before silent ones, and both before the rest."""
        return self.needing_care(today).order_by(
            "-is_refused", "-is_unattended", "-is_silent", "search_text", "pk"
        )

    def needing_care(self, today: date) -> Self:
        """Groups in service, or held by the machine, with at least one reason for a look."""
        in_use = self.filter(Q(status=self.model.Status.ACTIVE) | Q(at_zalo__is_held=True))
        return in_use.with_health(today).filter(
            Q(is_refused=True) | Q(is_ending=True) | Q(is_awaited=True)
            | Q(is_silent=True) | Q(is_unattended=True) | Q(is_crowded=True)
            | Q(is_link_stale=True) | Q(is_count_old=True) | Q(is_unpinned=True)
        )  # fmt: skip
