"""Addresses whose forms leave something on the server before they are accepted."""

import re
from typing import Final

from django.http import HttpRequest
from django.urls import Resolver404, resolve

# By the start of a view's name. Closed for all others: a new app asks for it here.
_TEXTS: Final = re.compile(
    r"admin:(?:broadcasts|duty|groups|oversight|procedures|reports_cannedreply)_"
)
# Names, numbers and consent of residents are written by short forms, and stay out.
_OF_PERSONS: Final = re.compile(
    r"admin:groups_(?:member|membermerge|membership|memberimport|linkproposal|datarequest|officer)_"
)
_FILES: Final = re.compile(r"admin:(?:broadcasts|groups|oversight|procedures)_")


def saves_texts(view: str) -> bool:
    """Whether texts typed into the form of this view are saved as a draft.

    Pages of tips never: words of tips lie nowhere but in the vault.
    """
    return bool(_TEXTS.match(view)) and not _OF_PERSONS.match(view)


def saves_files(view: str) -> bool:
    """Whether files of the refused form of this view wait for the next try."""
    return bool(_FILES.match(view))


def view_of(request: HttpRequest) -> str:
    """The name of the view that answers a request."""
    match = request.resolver_match
    return match.view_name if match is not None else ""


def view_at(address: str) -> str:
    """The name of the view at an address; blank where there is none."""
    try:
        return resolve(address).view_name
    except Resolver404:
        return ""
