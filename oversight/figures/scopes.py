"""Of which places figures are told, and to whom."""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Commune, User
from broadcasts.models import Delivery
from groups.models import ConsultationMeeting, Hamlet, Regulation, ZaloGroup
from groups.places.querysets import hamlets_of
from oversight.direction.querysets import bodies_of
from oversight.figures.rollups.reading import Read
from reports.models import TipReport

READ_TIPS = "reports.view_tipreport"
VIEW_FIGURES = "accounts.view_figures"
ALL_HAMLETS = "groups.view_all_hamlets"
ALL_TIPS = "reports.view_all_tipreports"
HAMLET = "hamlet"
ALL_COMMUNES = "accounts.view_all_communes"


@dataclass(frozen=True)
class Scope:
    """The hamlets that figures are told of and the account that reads them.

    `is_whole`: with what belongs to the commune and to no hamlet. Whoever may not read tips is
    outside the police: of tips they get what `oversight.figures.suppression` leaves.
    """

    commune: Commune
    hamlets: tuple[Hamlet, ...]
    reader: User
    is_whole: bool
    read: Read = field(default_factory=Read, compare=False, repr=False, kw_only=True)

    @property
    def is_police(self) -> bool:
        return self.reader.has_perm(READ_TIPS)

    @property
    def ids(self) -> list[int]:
        return [hamlet.pk for hamlet in self.hamlets]

    def groups(self) -> QuerySet[ZaloGroup]:
        return ZaloGroup.objects.filter(self._placed())

    def meetings(self) -> QuerySet[ConsultationMeeting]:
        return ConsultationMeeting.objects.filter(self._placed())

    def regulations(self) -> QuerySet[Regulation]:
        return Regulation.objects.filter(self._placed())

    def deliveries(self) -> QuerySet[Delivery]:
        found = Delivery.objects.of_commune(self.commune)
        return found if self.is_whole else found.filter(zalo_group__hamlet__in=self.ids)

    def tips(self) -> QuerySet[TipReport]:
        """Those that the reader may see, so that a number tells of no tip that bars them.

        None for outsiders: what they get goes through `oversight.figures.published`.
        """
        found = TipReport.objects.visible_to(self.reader).filter(commune=self.commune)
        return found if self.is_whole else found.filter(hamlet__in=self.ids)

    @property
    def sees_all_tips(self) -> bool:
        """Whether only a conflict could keep a tip of this place from the reader."""
        own = self.reader.commune_id
        is_theirs = own == self.commune.pk or (own is None and self.reader.has_perm(ALL_COMMUNES))
        return self.is_whole and self.is_police and is_theirs and self.reader.has_perm(ALL_TIPS)

    @cached_property
    def speaks_for(self) -> frozenset[str]:
        """The kinds of bodies that the reader speaks for, and `HAMLET` where they cover one."""
        kinds = frozenset(bodies_of(self.reader).values_list("kind", flat=True))
        return kinds | ({HAMLET} if hamlets_of(self.reader).exists() else set())

    @cached_property
    def barred_months(self) -> frozenset[date]:
        """The months in which a tip counts that bars the reader, found once."""
        tips = TipReport.objects.filter(commune=self.commune).barring(self.reader)
        moments = tips.values_list("received_at", "referrals__handed_over_at")
        days = [timezone.localdate(one) for pair in moments for one in pair if one is not None]
        return frozenset(day.replace(day=1) for day in days)

    def _placed(self) -> Q:
        if not self.is_whole:
            return Q(hamlet__in=self.ids)
        return Q(hamlet__commune=self.commune) | Q(commune=self.commune)


def whole_commune(commune: Commune, *, reader: User) -> Scope:
    """The commune with its hamlets of today; the caller has asked whether the reader may."""
    hamlets = Hamlet.objects.of_commune(commune).valid_on(timezone.localdate())
    return Scope(commune, tuple(hamlets.order_by("code")), reader, is_whole=True)


def scope_of(user: User) -> Scope | None:
    """What an account of the police or of a hamlet has to do with; None where that is nothing."""
    if not user.is_active or user.commune is None:
        return None
    if user.has_perm(ALL_HAMLETS):
        return whole_commune(user.commune, reader=user)
    own = Hamlet.objects.of_commune(user.commune).filter(pk__in=hamlets_of(user)).order_by("code")
    hamlets = tuple(own.valid_on(timezone.localdate()))
    return Scope(user.commune, hamlets, user, is_whole=False) if hamlets else None


def asked_scope(user: User, places: str, *, is_of_commune: bool = False) -> Scope | None:
    """The scope that an address names: the ids of hamlets, or nothing for the whole commune.

    None for what this account is not told of: hamlets that are not its own, and a commune of which
    it neither reads all figures nor sees all hamlets. `is_of_commune`: of what has no hamlet, or
    knows its readers by itself, the police are told for the whole commune. Raises ValueError for
    what are no ids.
    """
    if not user.is_active or user.commune is None:
        return None
    reads_all = user.has_perm(VIEW_FIGURES) or user.has_perm(ALL_HAMLETS)
    if not places:
        may = reads_all or (is_of_commune and user.has_perm(READ_TIPS))
        return whole_commune(user.commune, reader=user) if may else None
    asked = {int(text) for text in places.split(",")}
    own = whole_commune(user.commune, reader=user) if reads_all else scope_of(user)
    hamlets = tuple(one for one in own.hamlets if one.pk in asked) if own else ()
    if len(hamlets) != len(asked):
        return None
    return Scope(user.commune, hamlets, user, is_whole=False)
