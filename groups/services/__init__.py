"""Verbs over the place and its groups; each checks who asks and raises NotAllowed."""

from accounts.services import NotAllowed
from groups.consultation.meetings import count_clusters, record, remove
from groups.consultation.services import (
    agree,
    consult,
    draft,
    draft_everywhere,
    edit,
    issue,
    new_version,
)
from groups.places.services import correct_name
from groups.residents.acknowledgements import acknowledge, take_back
from groups.zalo_groups.services import (
    activate,
    check_link,
    close,
    confirm_officer,
    count_heads,
    may_redirect,
    pause,
    pin_rules,
)

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
