"""Verbs over the place and its groups; each checks who asks and raises NotAllowed."""

from accounts.services import NotAllowed
from groups.services.acknowledgements import acknowledge, take_back
from groups.services.activation import activate, close, may_redirect, pause
from groups.services.hamlet_names import correct_name
from groups.services.meetings import count_clusters, record, remove
from groups.services.regulations import (
    agree,
    consult,
    draft,
    draft_everywhere,
    edit,
    issue,
    new_version,
)
from groups.services.upkeep import check_link, confirm_officer, count_heads, pin_rules

__all__ = [
    "NotAllowed",
    "acknowledge",
    "activate",
    "agree",
    "check_link",
    "close",
    "confirm_officer",
    "consult",
    "correct_name",
    "count_clusters",
    "count_heads",
    "draft",
    "draft_everywhere",
    "edit",
    "issue",
    "may_redirect",
    "new_version",
    "pause",
    "pin_rules",
    "record",
    "remove",
    "take_back",
]
