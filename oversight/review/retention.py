"""Retention of links and marks of informants. Reviews, commendations and lists stay for good."""

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from accounts.retention import RetentionRule, register
from oversight.commendations import asking
from oversight.commendations.informants import mark_of, marks_of
from oversight.commendations.models import Achievement, Commendation, InformantLink, ThankedMark
from reports.models import TipReport

YEARS = 1


def old_links() -> QuerySet[InformantLink]:
    """Links from tokens to tips, one full year after the year of the achievement.

    An open nomination keeps its link: without it the commendation could not be handed over, and
    the tip would get a second token.
    """
    year = timezone.localdate().year - YEARS
    under_way = Commendation.objects.under_way().filter(achievement=OuterRef("achievement"))
    return InformantLink.objects.filter(~Exists(under_way), achievement__year__lt=year)


def cut(rows: QuerySet[InformantLink]) -> int:
    """Remove these links; a mark remains for rewarded informants."""
    return asking.cut_links(list(rows.values_list("achievement", flat=True)))


@transaction.atomic
def cut_link(achievement: int) -> int:
    """Remove the link of an achievement, locked against a nomination at the same moment. In the
    vault."""
    done = Achievement.objects.select_for_update(of=("self",)).get(pk=achievement)
    link = old_links().filter(achievement=done).first()
    if link is None:
        return 0
    if done.commendations.accepted().exists():  # type: ignore[attr-defined]
        ThankedMark.objects.get_or_create(mark=mark_of(link.tip_index), commune=done.commune)
    link.delete()
    return 1


def needless_marks() -> QuerySet[ThankedMark]:
    """Some of the marks of tips of whose reporter nothing is left, which get no token any more."""
    return ThankedMark.objects.filter(mark__in=asking.needless_marks())


def marks_without_reporter() -> list[str]:
    """The same marks, all of them. In the vault.

    No mark leads to its tip, so all tips of these communes are compared.
    """
    left = set(ThankedMark.objects.values_list("mark", flat=True))
    tips = TipReport.objects.filter(commune__in=ThankedMark.objects.values("commune"))
    for uuid in tips.with_vault().values_list("uuid", flat=True).iterator():
        left.difference_update(marks_of(uuid))
    return sorted(left)


register(
    RetentionRule(
        label="informant_links",
        days=YEARS * 365,
        sentence="Trao xong rồi thì không ai cần biết mã là của phản ánh nào nữa.",
        expired=old_links,
        act=cut,
    ),
    RetentionRule(
        label="thanked_marks",
        days=YEARS * 365,
        sentence="Danh tính đã xóa thì không ai đề nghị khen được nữa.",
        expired=needless_marks,
    ),
)
