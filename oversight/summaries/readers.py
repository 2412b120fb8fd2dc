"""On whose behalf the figures of a summary are counted.

A summary is read by more people than the one who drafts it. So the police count what bars none of
those who read it, and for a body outside the police nobody counts: an account without any right.
"""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, cast

from django.db.models import QuerySet

from accounts.models import Commune, User
from accounts.papers.services import Issuer
from accounts.services import NotAllowed
from oversight.figures.scopes import Scope, whole_commune
from oversight.summaries.querysets import SIGNS
from reports.models import TipReport


@dataclass(frozen=True)
class SharedScope(Scope):
    """The tips that the reader and all the others may see."""

    others: tuple[User, ...] = ()

    def tips(self) -> QuerySet[TipReport]:
        found: Any = super().tips()
        for user in self.others:
            found = found.without_conflict(user)
        return cast("QuerySet[TipReport]", found)

    @cached_property
    def barred_months(self) -> frozenset[date]:
        """The months in which a tip counts that bars any of them."""
        months: set[date] = set()
        for user in (self.reader, *self.others):
            months |= Scope(self.commune, self.hamlets, user, is_whole=True).barred_months
        return frozenset(months)


def signers(commune: Commune, issuer: Issuer) -> QuerySet[User]:
    """Accounts of the commune that sign for this body, the oldest one first."""
    return holders(issuer).filter(commune=commune).order_by("pk")


def holders(issuer: Issuer) -> QuerySet[User]:
    """Accounts that sign for such a body, of any commune."""
    found: QuerySet[User] = User.objects.with_perm(
        SIGNS[issuer], include_superusers=False,
        backend="django.contrib.auth.backends.ModelBackend",
    )  # fmt: skip
    return found.filter(is_active=True)


def shared(scope: Scope, issuer: Issuer) -> Scope:
    """The scope of a summary of this body. Raises NotAllowed."""
    if not scope.is_whole:
        raise NotAllowed("Báo cáo số liệu lập cho cả xã.")
    if issuer is not Issuer.POLICE:
        nobody = User(commune=scope.commune, is_active=False)
        return Scope(scope.commune, scope.hamlets, nobody, is_whole=True)
    if not scope.is_police:
        raise NotAllowed("Báo cáo của Công an phải do tài khoản của Công an lập.")
    others = tuple(signers(scope.commune, issuer).exclude(pk=scope.reader.pk))
    return SharedScope(scope.commune, scope.hamlets, scope.reader, is_whole=True, others=others)


def scope_for(commune: Commune, issuer: Issuer, *, by: User | None) -> Scope:
    """The whole commune for who drafts; without a person for the first one who signs."""
    reader = by or signers(commune, issuer).first()
    if reader is None:
        raise NotAllowed("Chưa có tài khoản nào ký báo cáo này.")
    return whole_commune(commune, reader=reader)
