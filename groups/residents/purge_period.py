"""Days after which the personal data of ended members goes: one reader for rule, pages and notice.

The environment asks for a number; another one than before counts once a second person confirms it.
"""

from typing import Final

from django.conf import settings

from accounts.second_person.periods import compare, days_in_force

LABEL: Final = "groups.Member"


def purge_days() -> int:
    """The number of days in force."""
    return days_in_force(LABEL, _asked())


def have_confirmed() -> None:
    """Put a changed number of the environment before a second person."""
    compare(LABEL, _asked())


def _asked() -> int:
    return max(1, int(settings.MEMBER_PURGE_DAYS))
