"""Places of figures and their readers."""

from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import Commune, User
from accounts.scoped_admin.asking import Asking, alone
from broadcasts.models import Delivery
from groups.models import ConsultationMeeting, Hamlet, ZaloGroup
from groups.places.querysets import hamlets_of, placed_in
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
    """Hamlets of the figures, and the reader.

    `is_whole`: with rows of the commune that have no hamlet. A reader without the permission for
    tips is outside the police and gets numbers after `oversight.figures.suppression`.
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

    def deliveries(self) -> QuerySet[Delivery]:
        found = Delivery.objects.of_commune(self.commune)
        return found if self.is_whole else found.filter(zalo_group__hamlet__in=self.ids)

    def tips(self) -> QuerySet[TipReport]:
        """Tips visible to the reader, without those that bar them.

        None for outsiders, whose numbers come from `oversight.figures.published`.
        """
        found = TipReport.objects.visible_to(self.reader).filter(commune=self.commune)
        return found if self.is_whole else found.filter(hamlet__in=self.ids)

    @property
    def sees_all_tips(self) -> bool:
        """Whether the reader sees all tips of the place except those that bar them."""
        own = self.reader.commune_id
        is_theirs = own == self.commune.pk or (own is None and self.reader.has_perm(ALL_COMMUNES))
        return self.is_whole and self.is_police and is_theirs and self.reader.has_perm(ALL_TIPS)

    @cached_property
    def speaks_for(self) -> frozenset[str]:
        """Kinds of bodies of the reader, and `HAMLET` if they have a hamlet."""
        return alone(self._bodies_asked())

    def _bodies_asked(self) -> Asking[frozenset[str]]:
        kinds, hamlets = yield [
            bodies_of(self.reader).values_list("kind", flat=True),
            hamlets_of(self.reader).order_by().values("pk")[:1],
        ]
        return frozenset(kinds) | ({HAMLET} if hamlets else set())

    @cached_property
    def barred_months(self) -> frozenset[date]:
        """Months with a tip that bars the reader."""
        tips = TipReport.objects.filter(commune=self.commune).barring(self.reader)
        moments = tips.values_list("received_at", "referrals__handed_over_at")
        days = [timezone.localdate(one) for pair in moments for one in pair if one is not None]
        return frozenset(day.replace(day=1) for day in days)

    def _placed(self) -> Q:
        if not self.is_whole:
            return Q(hamlet__in=self.ids)
        return placed_in(self.commune)


def whole_commune(commune: Commune, *, reader: User) -> Scope:
    """Commune with its hamlets of today; the caller checks the permission."""
    hamlets = Hamlet.objects.of_commune(commune).valid_on(timezone.localdate())
    return Scope(commune, tuple(hamlets.order_by("code")), reader, is_whole=True)


def scope_of(user: User) -> Scope | None:
    """Scope of an account of the police or of a hamlet; None if it has none."""
    if not user.is_active or user.commune is None:
        return None
    if user.has_perm(ALL_HAMLETS):
        return whole_commune(user.commune, reader=user)
    own = Hamlet.objects.of_commune(user.commune).filter(pk__in=hamlets_of(user)).order_by("code")
    hamlets = tuple(own.valid_on(timezone.localdate()))
    return Scope(user.commune, hamlets, user, is_whole=False) if hamlets else None


def asked_scope(user: User, places: str, *, is_of_commune: bool = False) -> Scope | None:
    """Scope of an address: ids of hamlets, or "" for the whole commune.

    None without permission: for hamlets of others, and for a commune of which the account neither
    reads all figures nor sees all hamlets. `is_of_commune`: the police may read the whole commune,
    as in `Listing`. Raises ValueError for other than ids.
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
