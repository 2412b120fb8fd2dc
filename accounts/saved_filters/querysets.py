"""Query sets of saved filters."""

from typing import TYPE_CHECKING, Self

from accounts.communes.querysets import OwnRowsQuerySet

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.users.models import User


class SavedFilterQuerySet(OwnRowsQuerySet):
    """Filters that an account saved."""

    account_field = "user"

    def of_list(self, user: "User | AnonymousUser", listed: str) -> Self:
        return self.visible_to(user).filter(listed=listed)
