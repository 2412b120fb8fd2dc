"""How long the rows of the year are kept: reviews, thanks and lists for good, links for a while.

Signed reviews and commendations are records of the commune: they stay until its archive takes them.
"""

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from accounts.retention import RetentionRule, register
from oversight.models import Commendation, InformantLink

YEARS = 1


def old_links() -> QuerySet[InformantLink]:
    """Links from tokens to tips, once the year after that of the achievement is over.

    For as long as thanks are under way the link stays: without it nobody could hand them over, and
    the tip would be given a second token.
    """
    year = timezone.localdate().year - YEARS
    under_way = Commendation.objects.under_way().filter(achievement=OuterRef("achievement"))
    return InformantLink.objects.filter(~Exists(under_way), achievement__year__lt=year)


def register_rules() -> None:
    register(
        RetentionRule(
            label="informant_links",
            days=YEARS * 365,
            sentence="Trao xong rồi thì không ai cần biết mã là của phản ánh nào nữa.",
            expired=old_links,
        )
    )
