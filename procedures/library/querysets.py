"""Reads of the library."""

from datetime import date, timedelta
from typing import Any, Final, Self

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, Subquery

from accounts.communes.querysets import CommuneScopedQuerySet, SharedQuerySet

# Days after which what was verified is shown red and no machine sends it.
STALE_DAYS: Final = 180


def in_force(today: date) -> Q:
    """Rows whose first and last day, where they have them, hold a day between them."""
    started = Q(valid_from=None) | Q(valid_from__lte=today)
    return started & (Q(valid_to=None) | Q(valid_to__gte=today))


def is_in_force(row: Any, today: date) -> bool:
    """`in_force` for one row."""
    started = row.valid_from is None or row.valid_from <= today
    return started and (row.valid_to is None or row.valid_to >= today)


def verified_since(today: date) -> date:
    """First day that is not stale."""
    return today - timedelta(days=STALE_DAYS)


class ProcedureQuerySet(SharedQuerySet):
    """Procedures."""

    def active(self) -> Self:
        return self.filter(is_active=True)

    def with_published(self) -> Self:
        """With the published edition of each, if there is one, as `published_editions`."""
        editions = self.model.editions.rel.related_model.objects
        return self.prefetch_related(
            Prefetch("editions", queryset=editions.published(), to_attr="published_editions")
        )


class EditionQuerySet(SharedQuerySet):
    """Editions of procedures."""

    def published(self) -> Self:
        return self.filter(status=self.model.Status.PUBLISHED)

    def open(self) -> Self:
        """Being written or waiting for their publication."""
        return self.filter(status__in=self.model.OPEN)

    def current(self, today: date) -> Self:
        """Published and in force today, whether or not it may be sent."""
        return self.published().filter(in_force(today), procedure__is_active=True)

    def sendable(self, today: date) -> Self:
        """Editions that the machine may send today: published, in force, verified, not reopened."""
        return self.current(today).filter(verified_on__gte=verified_since(today), reopened_at=None)

    def stale(self, today: date) -> Self:
        """Published, and verified too long ago."""
        return self.published().filter(verified_on__lt=verified_since(today))

    def to_review(self, today: date) -> Self:
        """Published, and stale, reopened, or at the day of their next review."""
        return self.published().filter(
            Q(verified_on__lt=verified_since(today))
            | Q(reopened_at__isnull=False)
            | Q(next_review_on__lte=today)
        )

    def worst_first(self) -> Self:
        """Reopened ones first, then by the day of their next review."""
        return self.order_by(
            F("reopened_at").asc(nulls_last=True), F("next_review_on").asc(nulls_last=True), "pk"
        )

    def citing(self, text: object) -> Self:
        """That rest on a legal text."""
        return self.filter(citations__text=text).distinct()

    def with_parts(self) -> Self:
        """With everything that a page or a message says."""
        return self.select_related("procedure__area").prefetch_related(
            "dossier", "time_limits", "fees", "citations__text"
        )


class FeeQuerySet(SharedQuerySet):
    """Fees of editions."""

    def on(self, today: date) -> Self:
        return self.filter(in_force(today))


class QuestionQuerySet(CommuneScopedQuerySet):
    """Questions of residents."""

    def unanswered(self) -> Self:
        return self.filter(outcome=self.model.Outcome.UNANSWERED)

    def most_asked(self, since: date, *, at_least: int) -> Any:
        """Keys of the procedures that answered so many questions since a day, the most first."""
        rows = self.filter(asked_on__gte=since, edition__isnull=False)
        counted = rows.order_by().values("edition__procedure").annotate(times=Count("pk"))
        often = counted.filter(times__gte=at_least).order_by("-times", "edition__procedure")
        return often.values_list("edition__procedure", flat=True)

    def each_once(self) -> Self:
        """The newest question of each wording and outcome, with the number of `times` asked."""
        same = self.model.objects.filter(
            commune=OuterRef("commune"), same_as=OuterRef("same_as"), outcome=OuterRef("outcome")
        ).order_by()
        counted = same.values("same_as").annotate(count=Count("pk")).values("count")
        newer = same.filter(
            Q(asked_on__gt=OuterRef("asked_on"))
            | Q(asked_on=OuterRef("asked_on"), pk__gt=OuterRef("pk"))
        )
        return self.filter(~Exists(newer)).annotate(times=Subquery(counted))

    def asked_before(self, day: date) -> Self:
        return self.filter(asked_on__lt=day)
