"""How long the rows of the year are kept: reviews, thanks and lists for good, links for a while.

Signed reviews and commendations are records of the commune: they stay until its archive takes them.
"""

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from accounts.retention import RetentionRule, register
from oversight.commendations.informant_models import InformantLink, ThankedMark
from oversight.commendations.informants import index_of, mark_of
from oversight.commendations.models import Achievement, Commendation
from reports.models import TipReport

YEARS = 1


def old_links() -> QuerySet[InformantLink]:
    """Links from tokens to tips, once the year after that of the achievement is over.

    For as long as thanks are under way the link stays: without it nobody could hand them over, and
    the tip would be given a second token.
    """
    year = timezone.localdate().year - YEARS
    under_way = Commendation.objects.under_way().filter(achievement=OuterRef("achievement"))
    return InformantLink.objects.filter(~Exists(under_way), achievement__year__lt=year)


def cut(rows: QuerySet[InformantLink]) -> int:
    """Remove these links; of whoever was thanked a mark says so, and not for what."""
    return sum(_cut(pk) for pk in list(rows.values_list("achievement", flat=True)))


@transaction.atomic
def _cut(achievement: int) -> int:
    """Whoever puts the same achievement forward at this moment locks it, too."""
    done = Achievement.objects.select_for_update(of=("self",)).get(pk=achievement)
    link = old_links().filter(achievement=done).first()
    if link is None:
        return 0
    if done.commendations.accepted().exists():  # type: ignore[attr-defined]
        ThankedMark.objects.get_or_create(mark=mark_of(link.tip_index), commune=done.commune)
    link.delete()
    return 1


def needless_marks() -> QuerySet[ThankedMark]:
    """Marks of tips whose vault is empty by now: of them no token is made any more.

    No mark leads to its tip, so the tips of these communes are gone through.
    """
    left = set(ThankedMark.objects.values_list("mark", flat=True))
    tips = TipReport.objects.filter(commune__in=ThankedMark.objects.values("commune"))
    for uuid in tips.with_vault().values_list("uuid", flat=True).iterator():
        left.discard(mark_of(index_of(uuid)))
    return ThankedMark.objects.filter(mark__in=left)


def register_rules() -> None:
    register(
        RetentionRule(
            label="informant_links",
            days=YEARS * 365,
            sentence="Trao xong rồi thì không ai cần biết mã là của phản ánh nào nữa.",
            expired=old_links,
            act=cut,
        )
    )
    register(
        RetentionRule(
            label="thanked_marks",
            days=YEARS * 365,
            sentence="Danh tính đã xóa thì không ai đề nghị khen được nữa.",
            expired=needless_marks,
        )
    )
