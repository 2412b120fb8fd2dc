"""The list of members as the leader of a team sees it: own people, by name and household."""

from typing import Any

from django.http import HttpRequest

LEADS = "groups.lead_team"


def leads_only(user: Any) -> bool:
    """Whether this account sees people as the leader of their team and in no other way."""
    return user.has_perm(LEADS) and not user.has_perm("groups.add_member")


class OwnTeamMixin:
    """Before the admin of members: nothing but names and households for leaders of teams."""

    own_team_display = ["name", "household_code", "team_name"]
    own_team_fieldsets = [
        (None, {"fields": ["full_name", "team", "household_code", "is_representative"]})
    ]

    def get_list_display(self, request: HttpRequest) -> Any:
        if leads_only(request.user):
            return self.own_team_display
        return super().get_list_display(request)  # type: ignore[misc]

    def get_list_filter(self, request: HttpRequest) -> Any:
        return [] if leads_only(request.user) else super().get_list_filter(request)  # type: ignore[misc]

    def get_actions(self, request: HttpRequest) -> Any:
        return {} if leads_only(request.user) else super().get_actions(request)  # type: ignore[misc]

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        """Nothing that the list does not show is guessed in its address."""
        if request is not None and leads_only(request.user):
            return False
        return bool(super().lookup_allowed(lookup, value, request))  # type: ignore[misc]
