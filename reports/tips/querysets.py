"""Reads of tips, and who may see them."""

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from accounts.communes.querysets import CommuneScopedQuerySet, among
from accounts.scoped_admin.account_ahead import rights_asked
from accounts.scoped_admin.asking import Asking, alone, side_by_side
from accounts.scoped_admin.request_cache import ahead, is_reading_once, once, read_ahead_asked
from accounts.users.roles import MODEL_BACKEND
from duty.roster.services import is_on_duty
from groups.places.querysets import hamlets_of, ids_of_hamlets

if TYPE_CHECKING:
    from reports.tips.models import TipReport

SHIFT = timedelta(hours=24)
ALL_TIPS = "reports.view_all_tipreports"
_SEE_WITHOUT_SEAT = (
    "reports.view_all_tipreports", "reports.assign_tipreport", "reports.stand_in_tipreport",
)  # fmt: skip


class TipReportQuerySet(CommuneScopedQuerySet):
    """A tip is seen by chiefs, its workers, officers of its hamlet, and the shift (the desk, and
    whoever keeps a seat of the roster) until it is given to somebody. An account that it is about
    sees nothing of it, whatever else it may."""

    def visible_to(self, user: Any) -> Self:
        rows = super().visible_to(user)
        if rows.query.is_empty() or not user.has_perm("reports.view_tipreport"):
            return rows.none()
        rows = rows.without_conflict(user)
        if user.has_perm("reports.view_all_tipreports"):
            return rows
        if user.has_perm("reports.stand_in_tipreport"):
            ids = once("read by nobody", user, lambda: read_by_nobody(user.commune_id))
            return rows.filter(pk__in=ids, emptied_at=None)
        return rows.filter(self._worked_by(user) | self._of_shift(user) | self._same_matter(user))

    def without_conflict(self, user: Any) -> Self:
        from reports.tips.models import barred_as  # noqa: PLC0415 -- models import these querysets
        from reports.work.models import TipConflict  # noqa: PLC0415 -- models import these querysets

        named = TipConflict.objects.filter(user=user.pk)
        if is_reading_once():
            ids = once("conflicts", user, lambda: alone(conflicts_asked(user)))
            rows = self.exclude(pk__in=ids) if ids else self.all()
        else:
            rows = self.exclude(Exists(named.filter(tip=OuterRef("pk"))))
        return rows.exclude(barred__contains=[barred_as(user.pk)])

    def barring(self, user: Any) -> Self:
        """Tips that bar this account; found by what bars, as there are few."""
        from reports.tips.models import barred_as  # noqa: PLC0415 -- models import these querysets
        from reports.work.models import TipConflict  # noqa: PLC0415 -- models import these querysets

        named = TipConflict.objects.filter(user=user.pk).values("tip")
        marked = self.model.objects.filter(barred__contains=[barred_as(user.pk)]).values("pk")
        return self.filter(pk__in=named.union(marked))

    def barring_nobody(self) -> Self:
        """Tips from which no account is barred."""
        from reports.work.models import TipConflict  # noqa: PLC0415 -- models import these querysets

        named = TipConflict.objects.filter(tip=OuterRef("pk"))
        return self.filter(~Exists(named), barred=[])

    @staticmethod
    def _done_by(user: Any) -> Q:
        """Tips that this account owns, or helps with today."""
        if is_reading_once():
            ids = once("helped", user, lambda: alone(helped_asked(user)))
            return Q(owner=user.pk) | Q(pk__in=ids)
        return Q(owner=user.pk) | Q(among("pk", _helps_of(user).values("tip")))

    def _worked_by(self, user: Any) -> Q:
        if not user.has_perm("reports.work_tipreport"):
            return self._done_by(user)
        if is_reading_once():
            return self._done_by(user) | Q(hamlet__in=ids_of_hamlets(user))
        return self._done_by(user) | Q(among("hamlet", hamlets_of(user)))

    def _same_matter(self, user: Any) -> Q:
        """Duplicates of what this account works on: their reporters are answered from there."""
        main = self.model.objects.filter(self._done_by(user), pk=OuterRef("duplicate_of"))
        return Q(Exists(main), duplicate_of__isnull=False)

    @staticmethod
    def _of_shift(user: Any) -> Q:
        """New tips without owner: all of this shift, for accounts that hand tips out and for the
        keepers of seats while they are on duty; else those that this account wrote down."""
        if not user.has_perm("reports.record_tipreport"):
            return Q(pk__in=[])
        seen = Q(recorded_by=user.pk)
        if user.has_perm("reports.assign_tipreport") or is_on_duty(user):
            seen |= Q(received_at__gte=timezone.now() - SHIFT)
        return Q(owner=None, status="new") & seen

    def by_seat_alone(self, user: Any) -> Self:
        """Of tips in the sight of this account, those that only its seat of the roster shows."""
        if any(user.has_perm(right) for right in _SEE_WITHOUT_SEAT):
            return self.none()
        own = self._worked_by(user) | self._same_matter(user) | Q(recorded_by=user.pk)
        return self.exclude(pk__in=self.filter(own).values("pk"))

    def open(self) -> Self:
        return self.exclude(status="closed")

    def talked_about(self) -> Self:
        """Tips that are open, or duplicates of an open one: their reporters are still in talk."""
        twins = Q(disposition="duplicate") & ~Q(duplicate_of__status="closed")
        return self.filter(~Q(status="closed") | twins)

    def with_news(self, user: Any) -> Self:
        """Tips with unread words of a reporter; of duplicates that this account sees the main one
        is listed."""
        seen = self.model.objects.visible_to(user)
        twins = seen.filter(has_unread=True, duplicate_of__isnull=False)
        return self.filter(
            Q(has_unread=True, duplicate_of=None) | Q(among("pk", twins.values("duplicate_of")))
        )

    def unassigned(self) -> Self:
        """Sorted, and nobody's work, or that of an account that was locked; what is new is sorted
        first."""
        return self.open().exclude(status="new").exclude(owner__is_active=True)

    def owner_due_by(self, day: date) -> Self:
        """With work left that its owner was to end by a day."""
        return self.filter(
            owner_due_on__lte=day, status__in=("new", "triaged", "in_progress"), emptied_at=None
        )

    def overdue(self, now: datetime) -> Self:
        """With a clock that ran out while nobody stopped it."""
        return self.open().filter(next_due_at__lt=now)

    def with_vault(self) -> Self:
        """Tips with a vault not emptied yet, whether or not a name is in it."""
        from reports.work.models import TipEvent  # noqa: PLC0415 -- models import these querysets

        emptied = TipEvent.objects.filter(
            tip=OuterRef("pk"), kind=TipEvent.Kind.EMPTIED, details__what=TipEvent.VAULT
        )
        return self.filter(~Exists(emptied), emptied_at=None)

    def mine(self, user: Any) -> Self:
        """Open tips that this account owns or helps with, the most pressing first."""
        return self.open().filter(self._done_by(user))

    def most_pressing_first(self) -> Self:
        order = models.Case(
            models.When(urgency="emergency", then=0),
            models.When(urgency="urgent", then=1),
            default=2,
        )
        return self.order_by(order, models.F("next_due_at").asc(nulls_last=True), "pk")


class TipPartQuerySet(CommuneScopedQuerySet):
    """Rows of a tip: seen by who sees the tip."""

    def visible_to(self, user: Any) -> Self:
        from reports.tips.models import TipReport  # noqa: PLC0415 -- models import these querysets

        rows = super().visible_to(user)
        return rows.filter(tip__in=TipReport.objects.visible_to(user).values("pk"))


def _held_words(user: Any) -> Any:
    from reports.proposals.models import ConflictProposal  # noqa: PLC0415 -- as above

    return ConflictProposal.objects.holding(user)


class TipMessageQuerySet(TipPartQuerySet):
    def visible_to(self, user: Any) -> Self:
        return super().visible_to(user).open_to(user)

    def open_to(self, user: Any) -> Self:
        """Without words that are kept from this account, and what others said after them."""
        held = _held_words(user)
        rows = self.exclude(Exists(held.filter(message=OuterRef("pk"))))
        answers = Q(direction="out") & ~Q(by=user.pk)
        return rows.exclude(
            Exists(held.filter(tip=OuterRef("tip"), message__lt=OuterRef("pk"))), answers
        )

    def unread(self) -> Self:
        """Words of the reporter that nobody has read, and that wait for no decision on names."""
        return self.filter(direction="in", read_at=None).exclude(proposals__state="waiting")


class TipAttachmentQuerySet(TipPartQuerySet):
    def visible_to(self, user: Any) -> Self:
        return super().visible_to(user).open_to(user)

    def open_to(self, user: Any) -> Self:
        """Without the files of words that are kept from this account."""
        return self.exclude(Exists(_held_words(user).filter(message=OuterRef("message"))))


class TipClockQuerySet(TipPartQuerySet):
    """A pause names its end, and the end of the clock counts it: what is past its end is late,
    whether or not somebody said in the meantime that it runs again."""

    def open(self) -> Self:
        return self.filter(state__in=("running", "paused"))

    def binding(self) -> Self:
        """Without the reminders to ask another authority, which nobody here can be late with."""
        return self.exclude(stage="follow_up")

    def overdue(self, now: datetime) -> Self:
        return self.open().binding().filter(due_at__lt=now)

    def to_decide(self, user: Any, now: datetime) -> Self:
        """Open clocks for which another account asked for more time, or for a pause."""
        more = Q(extension_asked__isnull=False) & ~Q(extension_asked_by=user.pk)
        rest = Q(pause_asked_until__gt=now) & ~Q(pause_asked_by=user.pk)
        return self.open().filter(more | rest)

    def to_ask_about(self, now: datetime) -> Self:
        """Clocks that say it is time to ask the receiving authority for the result."""
        return self.open().filter(stage="follow_up", due_at__lte=now)


class IdentityOpeningQuerySet(TipPartQuerySet):
    def open_for(self, user: Any, tip: "TipReport", now: datetime) -> Self:
        """The leave that this account has for this tip at this moment."""
        return self.filter(tip=tip, asked_by=user.pk, state="approved", until__gt=now)


class DiversionQuerySet(CommuneScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Without the letters of tips that bar this account: it would see when one came."""
        from reports.tips.models import barred_as  # noqa: PLC0415 -- models import these querysets

        return super().visible_to(user).exclude(barred__contains=[barred_as(user.pk)])


class NobodysQuerySet(CommuneScopedQuerySet):
    """Rows that no list, page or choice ever shows."""

    def visible_to(self, user: Any) -> Self:
        return self.none()


class _SharedOrOwnQuerySet(CommuneScopedQuerySet):
    """Rows of a commune, and those without one, which are shipped for all."""

    def of_commune(self, commune: Any) -> Self:
        return self.filter(Q(commune=commune) | Q(commune=None))


class CannedReplyQuerySet(_SharedOrOwnQuerySet):
    def offered(self, stage: str = "") -> Self:
        rows = self.filter(is_active=True)
        return rows.filter(stage=stage) if stage else rows


class ClockRuleQuerySet(_SharedOrOwnQuerySet):
    def on(self, day: date) -> Self:
        """Rules in force on a day."""
        return self.filter(valid_from__lte=day).filter(Q(valid_to=None) | Q(valid_to__gte=day))


def _helps_of(user: Any) -> Any:
    from reports.work.models import TipHelper  # noqa: PLC0415 -- models import these querysets

    until = Q(until=None) | Q(until__gte=timezone.localdate())
    return TipHelper.objects.filter(until, user=user.pk)


@ahead("helped")
def helped_asked(user: Any) -> Asking[list[int]]:
    """The tips that an account helps with today."""
    return (yield _helps_of(user).values_list("tip", flat=True))


@ahead("conflicts")
def conflicts_asked(user: Any) -> Asking[list[int]]:
    """The tips that name an account."""
    from reports.work.models import TipConflict  # noqa: PLC0415 -- models import these querysets

    return (yield TipConflict.objects.filter(user=user.pk).values_list("tip", flat=True))


def read_by_nobody(commune: int | None, *, only: int | None = None) -> list[int]:
    """The ids of the tips of a commune that no account there may read, whole or in some words.

    Only a superior may, and only as long as it is so: asked anew each time. `only`: of one tip.
    """
    return alone(read_by_nobody_asked(commune, only=only))


def read_by_nobody_asked(commune: int | None, *, only: int | None = None) -> Asking[list[int]]:
    """The same, read together with what else a page asks for."""
    from accounts.models import User  # noqa: PLC0415 -- models import these querysets
    from reports.proposals.models import ConflictProposal  # noqa: PLC0415 -- as above
    from reports.work.models import TipConflict  # noqa: PLC0415 -- as above

    held = ConflictProposal.objects.exclude(state="lifted").filter(tip__commune=commune)
    bars = TipConflict.objects.filter(tip__commune=commune)
    if only is not None:
        held, bars = held.filter(tip=only), bars.filter(tip=only)
    held_in, barred = yield [held.values_list("message", "tip"), bars.values_list("tip", flat=True)]
    words = {message for message, _tip in held_in if message is not None}
    tips = {*barred, *(tip for _message, tip in held_in)}
    if not tips:
        return []
    able = User.objects.with_perm(
        "reports.view_tipreport", backend=MODEL_BACKEND, include_superusers=False
    ).filter(commune=commune)
    left, people = yield [
        _tip_ids(tips).filter(emptied_at=None).values_list("pk", flat=True), able,
    ]  # fmt: skip
    yield from rights_asked(people)
    readers = [one for one in people if not _is_superior(one)]
    tips = set(left)
    # Who sees all tips first: little is left to ask the others about.
    for sees_all in (True, False):
        some = [one for one in readers if one.has_perm(ALL_TIPS) is sees_all]
        if some and (tips or words):
            yield from read_ahead_asked(some)
            seen, heard = yield from side_by_side(
                [_seen_of(_tip_ids(tips), some), _heard_of(words, some)]
            )
            tips, words = tips - seen, words - heard
    if not words:
        return [*tips]
    return [*tips, *(yield _messages(words).values_list("tip", flat=True))]


def _seen_of(rows: Any, readers: list[Any]) -> Asking[set[int]]:
    found = yield [rows.visible_to(one).values_list("pk", flat=True) for one in readers]
    return set().union(*found)


def _heard_of(words: set[int], readers: list[Any]) -> Asking[set[int]]:
    ears = [one for one in readers if words and one.has_perm("reports.read_sealed_words")]
    return (yield from _seen_of(_messages(words), ears))


def _is_superior(reader: Any) -> bool:
    return not reader.has_perm(ALL_TIPS) and reader.has_perm("reports.stand_in_tipreport")


@ahead("read by nobody")
def unread_asked(user: Any) -> Asking[list[int]] | None:
    """Tips that a superior may read; None for others."""
    if not user.has_perm("reports.stand_in_tipreport") or not _is_superior(user):
        return None
    return read_by_nobody_asked(user.commune_id)


def _messages(ids: set[int]) -> Any:
    from reports.work.models import TipMessage  # noqa: PLC0415 -- models import these querysets

    return TipMessage.objects.filter(pk__in=ids)


def _tip_ids(ids: set[int]) -> Any:
    from reports.tips.models import TipReport  # noqa: PLC0415 -- models import these querysets

    return TipReport.objects.filter(pk__in=ids)
