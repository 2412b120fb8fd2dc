"""Addresses whose forms leave something on the server before they are accepted."""

import re
from typing import Final

from django.http import HttpRequest

# By the start of a view's name. Closed for all others: a new app asks for it here.
_TEXTS: Final = re.compile(
    r"admin:(?:broadcasts|duty|groups|oversight|procedures|reports_cannedreply)_"
)
# Names, numbers and consent of residents are written by short forms, and stay out.
_OF_PERSONS: Final = re.compile(
    r"admin:groups_(?:member|membermerge|membership|memberimport|linkproposal|datarequest|officer)_"
)
_FILES: Final = re.compile(r"admin:(?:broadcasts|groups|oversight|procedures)_")


def saves_with_portal_keys(view: str) -> bool:
    """Whether texts typed into the form of this view are saved under a key of the portal.

    Of tips never: their words lie nowhere but with the vault (`reports.vault.drafts`).
    """
    return bool(_TEXTS.match(view)) and not _OF_PERSONS.match(view)


def saves_files(view: str) -> bool:
    """Whether files of the refused form of this view wait for the next try."""
    return bool(_FILES.match(view))


def view_of(request: HttpRequest) -> str:
    """The name of the view that answers a request."""
    match = request.resolver_match
    return match.view_name if match is not None else ""
