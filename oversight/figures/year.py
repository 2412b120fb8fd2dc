"""Figures of commendations and safety checklists."""

from datetime import datetime
from typing import Any

from django.db.models import Case, CharField, Q, QuerySet, Value, When
from django.db.models.functions import Cast

from accounts.scoped_admin.asking import Asking
from accounts.scoped_admin.questions import Number
from oversight.checklists.models import SafetyChecklist
from oversight.commendations.models import Achievement, Commendation, CommendationForm
from oversight.figures.listing import Grid, Listing, figure, ordered, page_at
from oversight.figures.scopes import Scope
from oversight.figures.table import ALL, Ask, Row, Table, asking
from oversight.periods import Period

VIEW_COMMENDATIONS = "oversight.view_commendation"
VIEW_CHECKLISTS = "oversight.view_safetychecklist"
COLLECTIVE, INDIVIDUAL = "collective", "individual"
# Dated steps of the checklist of a hamlet.
STEPS = {
    "registered": "Đã đăng ký",
    "recognised": "Được công nhận theo văn bản",
    "refused": "Không được công nhận theo văn bản",
}


def _thanked(scope: Scope) -> QuerySet[Commendation]:
    """Decided commendations; for readers outside the police only the public ones.

    A total beside a list of names would reveal the number of informants.
    """
    rows = Commendation.objects.of_commune(scope.commune).accepted()
    if scope.is_police:
        rows = rows.filter(pk__in=Commendation.objects.visible_to(scope.reader).values("pk"))
    else:
        rows = rows.filter(is_public=True)
    return rows if scope.is_whole else rows.filter(achievement__hamlet__in=scope.ids)


def _forms(scope: Scope) -> dict[str, str]:
    """A line for each form; outside the police only for forms with public commendations."""
    forms = CommendationForm.objects.of_commune(scope.commune)
    if not scope.is_police:
        forms = forms.filter(pk__in=_thanked(scope).order_by().values("form"))
    return {str(form.pk): str(form) for form in forms}


def _told_apart(scope: Scope, period: Period, as_of: datetime) -> QuerySet[Any]:
    """Informants count as individuals: no number is of them alone."""
    is_collective = When(
        achievement__subject_kind=Achievement.Subject.COLLECTIVE, then=Value(COLLECTIVE)
    )
    decided = _thanked(scope).filter(decided_on__gte=period.first, decided_on__lte=period.last)
    return decided.annotate(
        line=Cast("form", CharField()), column=Case(is_collective, default=Value(INDIVIDUAL))
    )


THANKS = Grid(_forms, {COLLECTIVE: "Tập thể", INDIVIDUAL: "Cá nhân"}, _told_apart)


def _thanks_cells(row: Commendation) -> tuple[str, ...]:
    decided = f"{row.decision_number} ngày {row.decided_on:%d/%m/%Y}" if row.decided_on else ""
    return (row.achievement.subject, row.achievement.what, str(row.form), decided)


def _lists(scope: Scope, period: Period, step: str) -> QuerySet[SafetyChecklist]:
    """Checklists of hamlets, without that of the commune."""
    span = (period.first, period.last)
    decided = Q(decided_on__range=span)
    which = {
        "registered": Q(registered_on__range=span),
        "recognised": decided & Q(is_recognised=True),
        "refused": decided & Q(is_recognised=False),
    }
    rows = SafetyChecklist.objects.of_commune(scope.commune).filter(hamlet__isnull=False)
    rows = rows if scope.is_whole else rows.filter(hamlet__in=scope.ids)
    wanted = which[step] if step != ALL else which["registered"] | decided
    return rows.filter(wanted)


@asking
def _checklists(scope: Scope, period: Period, as_of: datetime) -> Asking[Table]:
    counts = yield [Number(_lists(scope, period, step), most=None) for step in STEPS]
    lines = zip(STEPS.items(), counts, strict=True)
    rows = tuple(Row(label, (count,), step) for (step, label), count in lines)
    return Table(("Ấp, khu phố",), rows)


def _checklist_rows(ask: Ask) -> QuerySet[Any]:
    rows = _lists(ask.scope, ask.period, ask.line).select_related("hamlet", "commune")
    return rows.order_by("hamlet__code", "year", "pk")


def _checklist_cells(row: SafetyChecklist) -> tuple[str, ...]:
    registered = f"{row.registered_on:%d/%m/%Y}" if row.registered_on else ""
    decided = f"{row.decision_number} ngày {row.decided_on:%d/%m/%Y}" if row.decided_on else ""
    return (row.place, str(row.year), registered, decided)


FIGURES = (
    figure(
        "commendations", THANKS.table,
        Listing(
            VIEW_COMMENDATIONS, ("Khen ai", "Thành tích", "Hình thức", "Quyết định"),
            _thanks_cells, page_at("oversight_commendation_show"),
            ordered(THANKS.rows, "decided_on", "pk", related=["achievement", "form"]),
        ),
    ),
    figure(
        "checklists", _checklists,
        Listing(
            VIEW_CHECKLISTS, ("Ấp, khu phố", "Năm xét", "Đăng ký ngày", "Văn bản"),
            _checklist_cells, page_at("oversight_safetychecklist_show"), _checklist_rows,
        ),
    ),
)  # fmt: skip
