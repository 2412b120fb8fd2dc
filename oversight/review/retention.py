"""Retention of links and marks of informants. Reviews, commendations and lists stay for good."""

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from accounts.retention import RetentionRule, register
from accounts.vault.calls import Call
from accounts.vault.client import ask
from accounts.vault.operations import operation
from oversight.commendations.informants import mark_of, marks_of
from oversight.commendations.models import Achievement, Commendation, InformantLink, ThankedMark
from reports.models import TipReport

YEARS = 1
AT_ONCE = 50  # rows of one call


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
    numbers = list(rows.values_list("achievement", flat=True))
    chunks = (numbers[at : at + AT_ONCE] for at in range(0, len(numbers), AT_ONCE))
    return sum(ask("oversight.cut_links", achievements=chunk) for chunk in chunks)


@operation("oversight.cut_links", caller="work", needs_session=False)
def _cut_links(_call: Call, *, achievements: list[int]) -> int:
    return sum(_cut(pk) for pk in achievements)


@transaction.atomic
def _cut(achievement: int) -> int:
    """Remove the link of an achievement, locked against a nomination at the same moment."""
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
    rows = ThankedMark.objects.all()
    return rows.filter(mark__in=ask("oversight.needless_marks")) if rows.exists() else rows.none()


@operation("oversight.needless_marks", caller="work", needs_session=False)
def _needless_marks(_call: Call) -> list[str]:
    """No mark leads to its tip, so all tips of these communes are compared."""
    left = set(ThankedMark.objects.values_list("mark", flat=True))
    tips = TipReport.objects.filter(commune__in=ThankedMark.objects.values("commune"))
    for uuid in tips.with_vault().values_list("uuid", flat=True).iterator():
        left.difference_update(marks_of(uuid))
    return sorted(left)[:AT_ONCE]


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
