"""How long the rows of the year are kept: reviews, thanks and lists for good, links for a while.

Signed reviews and commendations are records of the commune: they stay until its archive takes them.
"""

from django.db.models import QuerySet
from django.utils import timezone

from accounts.retention import RetentionRule, register
from oversight.models import InformantLink

YEARS = 1


def old_links() -> QuerySet[InformantLink]:
    """Links from tokens to tips, once the year after that of the achievement is over."""
    year = timezone.localdate().year - YEARS
    return InformantLink.objects.filter(achievement__year__lt=year)


def register_rules() -> None:
    register(
        RetentionRule(
            label="informant_links",
            days=YEARS * 365,
            sentence="Trao xong rồi thì không ai cần biết mã là của phản ánh nào nữa.",
            expired=old_links,
        )
    )
