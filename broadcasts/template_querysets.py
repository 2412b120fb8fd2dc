"""Reads of templates: which version of each a commune works with."""

from typing import Any, Self

from django.db.models import Exists, F, OuterRef, Q

from accounts.querysets import CommuneScopedQuerySet


class PostTemplateQuerySet(CommuneScopedQuerySet):
    """Versions of templates; those without a commune serve every commune."""

    def visible_to(self, user: Any) -> Self:
        if not user.is_active or not user.has_perm("broadcasts.view_posttemplate"):
            return self.none()
        return super().visible_to(user)

    def of_commune(self, commune: Any) -> Self:
        return self.filter(Q(commune=None) | Q(commune=commune))

    def newest(self) -> Self:
        """One row a template: its last version, in each commune and in what came along."""
        later = self.model._default_manager.filter(
            code=OuterRef("code"), version__gt=OuterRef("version")
        )
        own = Exists(later.filter(commune=OuterRef("commune")))
        shipped = Q(commune=None) & Exists(later.filter(commune=None))
        return self.exclude(own | shipped)

    def in_force(self, commune: Any) -> Self:
        """What a commune works with: its own last version, else what came with the portal."""
        own_first = F("commune").asc(nulls_last=True)
        chosen = (
            self.model._default_manager.of_commune(commune)
            .order_by("code", own_first, "-version")
            .distinct("code")
        )
        return self.filter(pk__in=chosen.values("pk"))

    def usable(self, commune: Any) -> Self:
        """What an author may start from."""
        return self.in_force(commune).filter(is_active=True, topic__is_active=True)
