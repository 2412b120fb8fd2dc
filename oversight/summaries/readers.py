"""Scopes in which the figures of a summary are counted.

A summary has more readers than its author. So the police count without tips that bar any of its
readers, and for other bodies an account without permissions counts.
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
    """Scope of tips that the reader and all others may see."""

    others: tuple[User, ...] = ()

    def tips(self) -> QuerySet[TipReport]:
        found: Any = super().tips()
        for user in self.others:
            found = found.without_conflict(user)
        return cast("QuerySet[TipReport]", found)

    @cached_property
    def barred_months(self) -> frozenset[date]:
        """Months with a tip that bars any of them."""
        months: set[date] = set()
        for user in (self.reader, *self.others):
            months |= Scope(self.commune, self.hamlets, user, is_whole=True).barred_months
        return frozenset(months)


def signers(commune: Commune, issuer: Issuer) -> QuerySet[User]:
    """Accounts of the commune that sign for this body, oldest first."""
    return holders(issuer).filter(commune=commune).order_by("pk")


def holders(issuer: Issuer) -> QuerySet[User]:
    """Accounts of any commune that sign for such a body."""
    found: QuerySet[User] = User.objects.with_perm(
        SIGNS[issuer], include_superusers=False,
        backend="django.contrib.auth.backends.ModelBackend",
    )  # fmt: skip
    return found.filter(is_active=True)


def shared(scope: Scope, issuer: Issuer) -> Scope:
    """Scope of a summary of this body. Raises NotAllowed."""
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
    """Whole commune for the author, by default the first signer. Raises NotAllowed."""
    reader = by or signers(commune, issuer).first()
    if reader is None:
        raise NotAllowed("Chưa có tài khoản nào ký báo cáo này.")
    return whole_commune(commune, reader=reader)
