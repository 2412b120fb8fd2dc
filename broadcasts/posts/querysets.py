"""Reads of posts and deliveries, named for the question that they answer."""

from datetime import datetime, timedelta
from typing import Any, Self

from django.db import models, transaction
from django.db.models import Case, Count, F, Func, Q, Value, When
from django.utils import timezone

from accounts.communes.querysets import CommuneScopedQuerySet
from accounts.scoped_admin.asking import Asking
from accounts.scoped_admin.request_cache import ahead, asking_anew, once
from accounts.workflow.four_eyes import written_by_others
from duty.roster.services import is_on_duty
from groups.models import ZaloGroup
from groups.places.querysets import ids_of_hamlets, places_of
from vietnamese.text import LETTERS_FOLDED, LETTERS_MARKED, fold
from zalo.channels import registry


def folded(column: str) -> Func:
    """A text column as `fold` writes it, computed by the database."""
    composed = Func(F(column), function="NORMALIZE", output_field=models.TextField())
    plain = Func(
        composed,
        Value(LETTERS_MARKED),
        Value(LETTERS_FOLDED),
        function="TRANSLATE",
        output_field=models.TextField(),
    )
    return Func(plain, function="LOWER", output_field=models.TextField())


class TopicQuerySet(models.QuerySet):
    def visible_to(self, user: Any) -> Self:
        """Topics are the same for all communes."""
        return self.all() if user.is_authenticated and user.is_active else self.none()


def _ids(rows: models.QuerySet) -> list[int]:
    return list(rows.values_list("pk", flat=True))


@ahead("groups")
def groups_asked(user: Any) -> Asking[list[int]] | None:
    """Ids of the groups of an account, known to a page before its lists are read."""
    if user.has_perm("groups.view_all_hamlets") or not any(map(user.has_perm, _READERS)):
        return None
    return _groups_asked(user)


def _groups_asked(user: Any) -> Asking[list[int]]:
    with asking_anew():
        rows = ZaloGroup.objects.visible_to(user).values_list("pk", flat=True)
    return (yield rows)


# Who has to do with posts at all: those who write or approve them, those who post by hand.
_READERS = ("broadcasts.view_broadcast", "broadcasts.view_delivery")


class BroadcastQuerySet(CommuneScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """An officer sees posts to the whole commune, to own hamlets and groups, and own ones."""
        rows = super().visible_to(user)
        if not any(user.has_perm(right) for right in _READERS):
            return rows.none()
        if user.has_perm("groups.view_all_hamlets") or rows.query.is_empty():
            return rows
        hamlets = once("places", user, lambda: _ids(places_of(user)))
        own_groups = once("groups", user, lambda: _ids(ZaloGroup.objects.visible_to(user)))
        # For days a stand-in approves for the whole commune, wherever its own hamlets are.
        lent = ~Q(status="draft") if user.has_perm("broadcasts.approve_broadcast") else Q()
        return rows.filter(
            lent
            | Q(created_by=user.pk)
            | Q(audience_hamlets=[], audience_groups=[])
            | Q(audience_hamlets__overlap=hamlets)
            | Q(audience_groups__overlap=own_groups)
        )

    def due(self, now: datetime) -> Self:
        """Approved posts whose minute has come (no minute set means at once).

        Not those of a schedule that is paused, also where one date has words of its own.
        """
        return self.filter(
            Q(scheduled_for=None) | Q(scheduled_for__lte=now),
            schedule__paused_at=None,
            status__in=[self.model.Status.APPROVED, self.model.Status.SCHEDULED],
            is_pattern=False,
        )

    def without_planned(self) -> Self:
        """Without untouched occurrences made ahead by a schedule; the calendar has them."""
        status = self.model.Status
        return self.exclude(
            schedule__isnull=False, is_own_version=False, started_at=None,
            status__in=[status.DRAFT, status.SCHEDULED],
        )  # fmt: skip

    def leaving_soon(self, now: datetime) -> Self:
        """Approved posts to come; of schedules those of a week, so that they drown no other."""
        status = self.model.Status
        return self.filter(
            Q(schedule=None) | Q(scheduled_for__lte=now + timedelta(days=7)),
            status__in=[status.APPROVED, status.SCHEDULED],
            is_pattern=False,
        )

    def approvable_by(self, user: Any) -> Self:
        """Posts that this account may approve: it wrote, edited and submitted none of them."""
        return written_by_others(self.filter(status="pending_approval"), user)

    def search(self, text: str) -> Self:
        """By title or text, with or without marks."""
        return self.filter(search_text__contains=fold(text))

    def under_way(self) -> Self:
        return self.filter(status__in=[self.model.Status.SENDING, self.model.Status.PAUSED])


def _of_duty(user: Any) -> Q:
    if not (user.has_perm("broadcasts.post_by_hand") and is_on_duty(user)):
        return Q(pk__in=[])
    left = Q(status="to_post", broadcast__status__in=["sending", "paused"])
    done = Q(posted_by=user.pk)
    return Q(left | done, is_urgent=True, way__in=registry.hand_keys())


class DeliveryQuerySet(CommuneScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """An account with some hamlets sees theirs and own groups; whoever is on duty, for as long
        as the shift lasts, what is left of urgent posts by hand and what that one posted."""
        rows = super().visible_to(user)
        if user.has_perm("groups.view_all_hamlets") or rows.query.is_empty():
            return rows
        own = Q(zalo_group__hamlet__in=ids_of_hamlets(user)) | Q(zalo_group__owner__user=user.pk)
        return rows.filter(own | _of_duty(user))

    @transaction.atomic
    def update_free(self, **values: Any) -> int:
        """Update the rows that nobody else is writing now; returns how many.

        It waits for no row, so no two writers of many deliveries wait for each other. What it
        leaves is being sent, or the next tick finds it.
        """
        free = self.order_by().select_for_update(of=("self",), skip_locked=True, no_key=True)
        if not (locked := list(free.values_list("pk", flat=True))):
            return 0
        return self.model._default_manager.filter(pk__in=locked).update(**values)

    def with_names(self) -> Self:
        """With group, hamlet, post and persons."""
        return self.select_related("broadcast", "zalo_group__hamlet", "posted_by", "settled_by")

    def by_need(self) -> Self:
        """Order: needs a person, under way, done."""
        status = self.model.Status
        order = (
            status.UNCERTAIN, status.FAILED, status.MISSED, status.EXPIRED, status.SENDING,
            status.QUEUED, status.TO_POST, status.POSTED, status.SENT, status.CANCELLED,
        )  # fmt: skip
        whens = [
            When(status=status.UNCERTAIN, settled_at__isnull=False, then=Value(len(order))),
            *(When(status=value, then=Value(place)) for place, value in enumerate(order)),
        ]
        return self.annotate(need=Case(*whens, output_field=models.IntegerField())).order_by(
            "need", "zalo_group__hamlet__code", "zalo_group__search_text", "pk"
        )

    def sendable(self, now: datetime) -> Self:
        """Queued deliveries that may be sent now."""
        return self.filter(
            Q(broadcast__expires_at=None) | Q(broadcast__expires_at__gt=now),
            status=self.model.Status.QUEUED,
            next_attempt_at__lte=now,
            broadcast__status="sending",
        )

    def uncertain(self) -> Self:
        """The worklist: the request left, no answer came, and no person has looked yet."""
        return self.filter(status=self.model.Status.UNCERTAIN, settled_at=None)

    def with_echo(self) -> Self:
        """Deliveries whose unanswered message Zalo reported in the group."""
        return self.filter(echo_at__isnull=False, echo_part=F("parts_sent"))

    def failed(self) -> Self:
        return self.filter(status=self.model.Status.FAILED)

    def failed_lately(self, now: datetime) -> Self:
        """Failures that can still be mended: of the last two weeks, of posts not called off."""
        return self.failed().filter(
            created_at__gte=now - timedelta(days=14),
            broadcast__status__in=["sending", "completed", "paused"],
        )

    def to_post(self) -> Self:
        """Hand-posting tasks that wait for an officer."""
        return self.filter(status=self.model.Status.TO_POST, broadcast__status="sending")

    def given_up(self) -> Self:
        """Groups of urgent posts that a person could not post to, of which nobody has found out
        since whether the post is there after all. Past its hour it is none any more."""
        return self.filter(
            Q(broadcast__expires_at=None) | Q(broadcast__expires_at__gt=timezone.now()),
            status=self.model.Status.MISSED,
            is_urgent=True,
            posted_by__isnull=False,
            settled_at=None,
            broadcast__status__in=["sending", "completed"],
        )

    def by_hand(self) -> Self:
        """Deliveries posted by a person."""
        return self.filter(way__in=registry.hand_keys())

    def stuck_in_sending(self, before: datetime) -> Self:
        """Claimed before a moment and never answered."""
        return self.filter(status=self.model.Status.SENDING, claimed_at__lt=before)

    def progress(self, broadcasts: Any) -> dict[int, dict[str, int]]:
        """Counts of these deliveries for each post: total, done, trouble, what is still open."""
        return {row.pop("broadcast"): row for row in self.counted(broadcasts)}

    def counted(self, broadcasts: Any) -> Any:
        """The rows of `progress`, not read yet, each with its `broadcast`."""
        status = self.model.Status
        unclear = Q(status=status.UNCERTAIN, settled_at=None)
        counted = {
            "done": Q(status__in=[status.SENT, status.POSTED]) | Q(finding="arrived"),
            "failed": Q(status=status.FAILED),
            "unclear": unclear,
            "trouble": Q(status__in=[status.FAILED, status.EXPIRED, status.MISSED]) | unclear,
            "by_machine": Q(status__in=[status.QUEUED, status.SENDING]),
            "by_hand": Q(status=status.TO_POST),
        }
        by_post = self.filter(broadcast__in=broadcasts).order_by().values("broadcast")
        return by_post.annotate(
            total=Count("pk"),
            **{name: Count("pk", filter=condition) for name, condition in counted.items()},
        )

    def counts_by_status(self) -> list[tuple[str, int]]:
        return list(self.order_by("status").values_list("status").annotate(n=Count("pk")))

    def backlog(self, now: datetime) -> dict[str, Any]:
        """Figures for health and metrics: how many wait, how late, how many are unclear."""
        waiting = self.filter(status=self.model.Status.QUEUED, broadcast__status="sending")
        oldest = waiting.aggregate(at=models.Min("next_attempt_at"))["at"]
        late = max(now - oldest, timedelta()) if oldest else timedelta()
        return {
            "queued": waiting.count(),
            "oldest_late_s": round(late.total_seconds()),
            "uncertain": self.uncertain().count(),
        }
