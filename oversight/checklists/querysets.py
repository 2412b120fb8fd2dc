"""Visibility of lines of a row."""

from typing import Any, Self

from accounts.communes.querysets import CommuneScopedQuerySet


class PartQuerySet(CommuneScopedQuerySet):
    """Lines of a list or a nomination: shown on its page, offered nowhere else."""

    def visible_to(self, user: Any) -> Self:
        return self.none()
