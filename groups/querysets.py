"""Reads of the place and its people, and who may see them."""

import re
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, Self

from django.db import models
from django.db.models import BooleanField, Case, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Least, Reverse
from django.utils import timezone

from accounts.querysets import CommuneScopedQuerySet
from accounts.request_cache import is_reading_once, once
from groups import official_posts
from groups.capabilities import API_KINDS, HAND_KINDS
from groups.vietnamese import fold, normalise_phone
from zalo.models.followers import index_of

SILENT_DAYS = 14
FRESH_DAYS = 30
CROWDED_PERCENT = 90
# How long before its end the package of a group is spoken of.
ENDING_DAYS = 30
# How many rearrangements back an officer reads what became of the own hamlets.
GENERATIONS = 3
# Letters in a row that the index of names is made of.
TRIGRAM = 3
_PHONE_PUNCTUATION = re.compile(r"[\s.+()-]")


def hamlets_of(user: Any) -> models.QuerySet:
    """Ids of the hamlets that an account covers today, through its officer."""
    from groups.models import HamletAssignment  # noqa: PLC0415 -- models import these querysets

    return (
        HamletAssignment.objects.on(timezone.localdate())
        .filter(officer__user=user.pk, officer__is_active=True)
        .values("hamlet")
    )


def places_of(user: Any) -> models.QuerySet:
    """Ids of the covered hamlets and of those they came from: for rows that tell of the past.

    Nobody lives in a hamlet of the past, so this never widens the view on people.
    """
    from groups.models import Hamlet  # noqa: PLC0415 -- models import these querysets

    ids = hamlets_of(user)
    places = Q(pk__in=ids)
    for _generation in range(GENERATIONS):
        links = Hamlet.predecessors.through.objects.filter(from_hamlet__in=ids)
        ids = links.values("to_hamlet")
        places |= Q(pk__in=ids)
    return Hamlet.objects.filter(places).values("pk")


def ids_of_hamlets(user: Any) -> models.QuerySet | list[int]:
    """As `hamlets_of`, for `__in`; read but once for all lists of a page."""
    rows = hamlets_of(user)
    if not is_reading_once():
        return rows
    return once("hamlets", user, lambda: list(rows.values_list("hamlet", flat=True)))


def _ids_of_places(user: Any) -> models.QuerySet | list[int]:
    if not is_reading_once():
        return places_of(user)
    return once("places", user, lambda: list(places_of(user).values_list("pk", flat=True)))


class HamletScopedQuerySet(CommuneScopedQuerySet):
    """Rows that belong to a hamlet; the model names the path in `hamlet_lookup`."""

    def visible_to(self, user: Any) -> Self:
        rows = super().visible_to(user)
        if user.has_perm("groups.view_all_hamlets") or rows.query.is_empty():
            return rows
        return rows.filter(**{f"{self.model.hamlet_lookup}__in": ids_of_hamlets(user)})


class HamletQuerySet(HamletScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """With the hamlets that the covered ones came from: their figures stay readable."""
        rows = CommuneScopedQuerySet.visible_to(self, user)
        if user.has_perm("groups.view_all_hamlets") or rows.query.is_empty():
            return rows
        return rows.filter(pk__in=_ids_of_places(user))

    def offered(self) -> Self:
        """Those that can still be chosen: a hamlet of the past takes nothing in."""
        return self.valid_on(timezone.localdate())

    def succeeding(self, hamlets: list[int]) -> list[int]:
        """Ids of what these hamlets have become; one that is still there stands for itself."""
        past = set(self.filter(pk__in=hamlets).exclude(valid_to=None).values_list("pk", flat=True))
        links = self.model.predecessors.through.objects.filter(to_hamlet__in=past)
        found: list[int] = []
        for pk in hamlets:
            new = links.filter(to_hamlet=pk).order_by("from_hamlet")
            after = list(new.values_list("from_hamlet", flat=True)) if pk in past else []
            found += self.succeeding(after) if after else [pk]
        return list(dict.fromkeys(found))

    def valid_on(self, day: date) -> Self:
        """Hamlets that exist on a day."""
        return self.filter(Q(valid_from=None) | Q(valid_from__lte=day)).filter(
            Q(valid_to=None) | Q(valid_to__gte=day)
        )


class OfficerQuerySet(CommuneScopedQuerySet):
    """Officers are known to everyone of the commune who may see officers at all."""


class HamletAssignmentQuerySet(HamletScopedQuerySet):
    def on(self, day: date) -> Self:
        """Assignments in force on a day."""
        return self.filter(valid_from__lte=day).filter(Q(valid_to=None) | Q(valid_to__gte=day))


def _true(condition: Q) -> Case:
    """A column that is true or false, never unknown."""
    return Case(
        When(condition, then=Value(True)), default=Value(False), output_field=BooleanField()
    )


class ZaloGroupQuerySet(CommuneScopedQuerySet):
    """Groups belong to a hamlet, or to the commune as a whole."""

    def of_commune(self, commune: Any) -> Self:
        return self.filter(Q(hamlet__commune=commune) | Q(commune=commune))

    def visible_to(self, user: Any) -> Self:
        """Commune-wide groups are for those who see all hamlets, and for their owner."""
        rows = super().visible_to(user)
        if user.has_perm("groups.view_all_hamlets") or rows.query.is_empty():
            return rows
        return rows.filter(Q(hamlet__in=ids_of_hamlets(user)) | Q(owner__user=user.pk))

    def of_hamlets(self, hamlets: list[int]) -> Self:
        """Groups of these hamlets; of one of the past, those that stood in it on its last day."""
        from groups.models import HamletChange, HamletChangeSource  # noqa: PLC0415 -- models import these querysets

        then = HamletChangeSource.objects.filter(
            hamlet__in=hamlets,
            change__state=HamletChange.State.DONE,
            change__kind__in=[HamletChange.Kind.MERGE, HamletChange.Kind.SPLIT],
        )
        return self.filter(Q(hamlet__in=hamlets) | Q(pk__in=then.values("groups_then")))

    def active(self) -> Self:
        return self.filter(status=self.model.Status.ACTIVE)

    def with_health(self, today: date) -> Self:
        """What a group lacks, as columns: one for each reason of `groups.health`."""
        from groups.models import HamletAssignment  # noqa: PLC0415 -- models import these querysets

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

    def unattended(self, today: date) -> Self:
        """Groups without an officer inside who still serves and is in charge."""
        return self.with_health(today).filter(is_unattended=True)

    def worst_first(self, today: date) -> Self:
        """Those without an officer before those that are silent, and both before the rest."""
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


class _PlaceQuerySet(CommuneScopedQuerySet):
    """Rows of a hamlet, or of the commune as a whole."""

    def of_commune(self, commune: Any) -> Self:
        return self.filter(Q(hamlet__commune=commune) | Q(commune=commune))

    def visible_to(self, user: Any) -> Self:
        """Who sees only some hamlets sees theirs and what concerns the whole commune."""
        rows = super().visible_to(user)
        if user.has_perm("groups.view_all_hamlets") or rows.query.is_empty():
            return rows
        return rows.filter(Q(hamlet__in=_ids_of_places(user)) | Q(commune__isnull=False))


class RegulationQuerySet(_PlaceQuerySet):
    def of_place(self, place: Any) -> Self:
        """The versions of the same hamlet, or of the same commune, as a group or regulation."""
        return self.filter(hamlet=place.hamlet_id, commune=place.commune_id)

    def in_force(self) -> Self:
        """Agreed or issued ones; the one that counts stands first: issued before newer agreed."""
        return self.filter(status__in=self.model.IN_FORCE).order_by("-status", "-version")


class MeetingQuerySet(_PlaceQuerySet):
    def of_bodies(self, commune: Any) -> Self:
        """Where the bodies of a commune were asked, first things first; planned ones are not."""
        held = self.of_commune(commune).filter(hamlet=None, represented__gt=0)
        return held.order_by("held_on", "pk")


def _holds(word: str) -> Q:
    """Anywhere in a name; words too short for that index begin a word of the name."""
    if len(word) < TRIGRAM:
        return Q(search_text__regex=rf"(^| ){re.escape(word)}")
    return Q(search_text__contains=word)


class MemberQuerySet(HamletScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Absorbed and anonymised rows are nobody's: only the services of `groups` reach them."""
        rows = super().visible_to(user)
        return rows if rows.query.is_empty() else rows.people()

    def people(self) -> Self:
        """Rows that stand for a person; figures over the past count the others too."""
        return self.exclude(status__in=self.model.HIDDEN)

    def active(self) -> Self:
        return self.filter(status=self.model.Status.ACTIVE)

    def out_of_groups(self) -> Self:
        """Active people who left a group and are in none: what they were noted down for ended."""
        from groups.models import Membership  # noqa: PLC0415 -- models import these querysets

        places = Membership.objects.filter(member=OuterRef("pk"))
        inside = places.filter(state__in=[Membership.State.JOINED, Membership.State.INVITED])
        left = places.filter(state=Membership.State.LEFT)
        return self.active().filter(Exists(left) & ~Exists(inside))

    def bound_by(self, regulation: Any) -> Self:
        """The members whom a regulation concerns: of its hamlet, or in groups of the commune."""
        from groups.models import Membership  # noqa: PLC0415 -- models import these querysets

        if regulation.hamlet_id is not None:
            return self.active().filter(hamlet=regulation.hamlet_id)
        inside = Membership.objects.joined().filter(group__commune=regulation.commune_id)
        return self.active().filter(pk__in=inside.values("member"))

    def not_knowing(self, regulation: Any) -> Self:
        """Those not yet noted down as knowing this version."""
        known = regulation.acknowledgements.filter(member=OuterRef("pk"))
        return self.filter(~Exists(known))

    def ended_before(self, moment: datetime) -> Self:
        """Those who left or withdrew before a moment."""
        return self.filter(status__in=self.model.ENDED, ended_at__lt=moment)

    def search(self, text: str) -> Self:
        """By words of the name, with or without marks, or by the end of a phone number."""
        folded = fold(text)
        digits = _PHONE_PUNCTUATION.sub("", folded)
        if digits.isdigit():
            tail = normalise_phone(digits).removeprefix("+84")
            return self.alias(reversed_phone=Reverse("phone")).filter(
                reversed_phone__startswith=tail[::-1]
            )
        words = folded.split(" ")
        if not any(letter.isalnum() for letter in folded):
            return self.none()
        rows = self
        for word in words:
            rows = rows.filter(_holds(word))
        return rows


class MembershipQuerySet(HamletScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Both ends must be visible: the member and the group."""
        from groups.models import Member, ZaloGroup  # noqa: PLC0415 -- models import these querysets

        rows = super().visible_to(user)
        if rows.query.is_empty():
            return rows
        return rows.filter(group__in=ZaloGroup.objects.visible_to(user)).exclude(
            member__status__in=Member.HIDDEN
        )

    def joined(self) -> Self:
        return self.filter(state=self.model.State.JOINED)


class AcknowledgementQuerySet(HamletScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Where the member is, so is the regulation: it is of the hamlet or of everyone."""
        from groups.models import Member  # noqa: PLC0415 -- models import these querysets

        rows = super().visible_to(user)
        return rows if rows.query.is_empty() else rows.exclude(member__status__in=Member.HIDDEN)


class HamletChangeQuerySet(CommuneScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """A change moves whole hamlets: for those alone who see all of them."""
        rows = super().visible_to(user)
        return rows if user.has_perm("groups.view_all_hamlets") else rows.none()


class HandoverQuerySet(CommuneScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """For whoever gives, whoever takes, and those who see all hamlets."""
        rows = super().visible_to(user)
        if user.has_perm("groups.view_all_hamlets") or rows.query.is_empty():
            return rows
        return rows.filter(Q(from_officer__user=user.pk) | Q(to_officer__user=user.pk))


class ConsentNoticeQuerySet(CommuneScopedQuerySet):
    def of_membership(self) -> Self:
        """What people agree to when they come on the list."""
        return self.filter(purpose=self.model.Purpose.MEMBERSHIP)


class ConsentRecordQuerySet(HamletScopedQuerySet):
    def in_force(self) -> Self:
        """Agreements to be on the list, not taken back; the one that counts stands first."""
        return self.of_membership().filter(withdrawn_at=None).order_by("-given_at", "-pk")

    def of_membership(self) -> Self:
        """Agreements to be on the list, whatever became of them."""
        return self.exclude(basis=self.model.Basis.ZALO)

    def of_link(self) -> Self:
        """Agreements to have one's Zalo account known, not taken back."""
        return self.filter(withdrawn_at=None, basis=self.model.Basis.ZALO)


class ZaloLinkQuerySet(HamletScopedQuerySet):
    def behind(self, account: Any, user_ids: Iterable[str]) -> Self:
        """Links of the members who are these people of an account."""
        wanted = [index_of(one) for one in user_ids if one]
        rows = self.filter(follower__account=account, follower__user_index__in=wanted)
        return rows.filter(follower__withdrawn_at=None)


class DataRequestQuerySet(HamletScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Requests of the own hamlets, and those that the account itself wrote down."""
        rows = CommuneScopedQuerySet.visible_to(self, user)
        if user.has_perm("groups.view_all_hamlets") or rows.query.is_empty():
            return rows
        return rows.filter(Q(hamlet__in=ids_of_hamlets(user)) | Q(recorded_by=user.pk))

    def open(self) -> Self:
        return self.filter(status__in=self.model.OPEN)

    def overdue(self, day: date) -> Self:
        """Open requests whose next last day lies before this one."""
        unanswered = Q(status=self.model.Status.RECEIVED, acknowledge_by__lt=day)
        return self.open().filter(unanswered | Q(due_on__lt=day))

    def with_next_due(self) -> Self:
        """What waits first: by `DataRequest.next_due`, and closed ones after all that are open."""
        unanswered = When(status=self.model.Status.RECEIVED, then=Least("acknowledge_by", "due_on"))
        answered = When(status=self.model.Status.ACKNOWLEDGED, then="due_on")
        return self.annotate(comes_first=Case(unanswered, answered)).order_by(
            F("comes_first").asc(nulls_last=True), "-closed_at", "pk"
        )


class MergeQuerySet(HamletScopedQuerySet):
    def reversible(self, now: datetime) -> Self:
        """Merges that can still be taken apart."""
        return self.filter(undo_until__gte=now, absorbed__isnull=False)


class PairQuerySet(HamletScopedQuerySet):
    """Two rows that somebody called two people; both ends are of the same commune."""
