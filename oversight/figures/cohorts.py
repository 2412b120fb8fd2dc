"""Breakdowns (cohorts) of the tips received in a period: each tip is in one row of each cohort.

Police and outsiders count by the same rows. `coarse` maps rows that outsiders never get alone to
the row that includes them. No outsider row may follow from rows of other cohorts: the same tips
under two names could be subtracted (docs/decisions/0080).
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Value, When

from reports.models import ClockRule, Referral, TipClock, TipReport

Disposition = TipReport.Disposition
OTHER_END, REST, PASSED_ON = "other_end", "rest", "passed_on"


@dataclass(frozen=True)
class Cohort:
    """A breakdown: its rows in order, and the row of a tip at a moment."""

    key: str
    rows: Mapping[str, str]
    row_of: Callable[[datetime], Any]
    coarse: Mapping[str, str] = field(default_factory=dict)
    coarse_rows: Mapping[str, str] = field(default_factory=dict)
    police_only: str = ""  # reason why outsiders get none of it
    known: frozenset[str] = frozenset()  # outsider rows that some outsiders can count themselves

    def count(self, tips: QuerySet[TipReport], as_of: datetime) -> dict[str, int]:
        """Count tips by row, all rows included; one query."""
        found = dict(self._told_apart(tips, as_of).values_list("row").annotate(Count("pk")))
        return {key: found.get(key, 0) for key in self.rows}

    def by_commune(
        self, tips: QuerySet[TipReport], as_of: datetime
    ) -> Iterator[tuple[int, str, int]]:
        """Commune, row and number of tips, without zeros; one query."""
        told_apart = self._told_apart(tips, as_of).values_list("commune", "row")
        yield from told_apart.annotate(Count("pk"))

    def of_row(self, tips: QuerySet[TipReport], row: str, as_of: datetime) -> QuerySet[TipReport]:
        """Tips of a row."""
        return tips.annotate(row=self.row_of(as_of)).filter(row=row)

    def _told_apart(self, tips: QuerySet[TipReport], as_of: datetime) -> QuerySet[Any]:
        return tips.order_by().annotate(row=self.row_of(as_of))

    def for_outsiders(self, counts: Mapping[str, int]) -> dict[str, int]:
        """The same tips in the rows for outsiders, in order."""
        coarse = dict.fromkeys([key for key in self.rows if key not in self.coarse], 0)
        coarse |= dict.fromkeys(self.coarse_rows, 0)
        for key, count in counts.items():
            coarse[self.coarse.get(key, key)] += count
        return coarse

    def label(self, key: str) -> str:
        return {**self.rows, **self.coarse_rows}[key]


def _labels(choices: Any) -> dict[str, str]:
    """Labels of choices, the blank one last."""
    pairs = [(str(value), str(label)) for value, label in choices.choices]
    return dict(sorted(pairs, key=lambda pair: not pair[0]))


def _column(name: str) -> Callable[[datetime], Any]:
    return lambda as_of: F(name)


def _is_known(as_of: datetime) -> Q:
    """Whether the tip had a result by then."""
    return Q(resolved_at__lte=as_of) | Q(closed_at__lte=as_of)


def _outcome(as_of: datetime) -> Any:
    return Case(
        When(_is_known(as_of), then=F("disposition")), default=Value(""), output_field=CharField()
    )


def is_late(as_of: datetime) -> Exists:
    """Whether a clock of the tip ran out by then before its step was done."""
    return Exists(
        TipClock.objects.binding()
        .filter(tip=OuterRef("pk"), due_at__lt=as_of)
        .exclude(state=TipClock.State.CANCELLED)
        .filter(Q(stopped_at=None) | Q(stopped_at__gt=F("due_at")))
    )


def _timeliness(as_of: datetime) -> Any:
    is_closed, late = Q(closed_at__lte=as_of), Q(is_late(as_of))
    return Case(
        When(is_closed & ~late, then=Value("closed_in_time")),
        When(is_closed, then=Value("closed_late")),
        When(~late, then=Value("open_in_time")),
        default=Value("open_late"),
        output_field=CharField(),
    )


def _informed(as_of: datetime) -> Any:
    return Case(
        When(told_at__lte=as_of, then=Value("told")),
        When(_is_known(as_of), then=Value("not_told")),
        default=Value("no_result"),
        output_field=CharField(),
    )


def _handed_over(as_of: datetime) -> Any:
    gone = Referral.objects.filter(tip=OuterRef("pk"), handed_over_at__lte=as_of)
    return Case(
        When(Exists(gone), then=Value("handed_over")),
        default=Value("kept"),
        output_field=CharField(),
    )


# The last rows are merged first to hide a small one.
KIND = Cohort(
    "tips_by_kind",
    _labels(TipReport.Kind),
    _column("kind"),
    # Empty for outsiders: see `oversight.figures.freezing.publishable_tips`.
    coarse={TipReport.Kind.PROCEDURE_QUESTION: TipReport.Kind.OUT_OF_SCOPE},
)
CATEGORY = Cohort(
    "tips_by_category",
    _labels(TipReport.Category),
    _column("category"),
    coarse={
        TipReport.Category.ANQG: TipReport.Category.KHAC,
        TipReport.Category.UNSORTED: TipReport.Category.KHAC,  # tips without a kind, too
    },
    coarse_rows={TipReport.Category.KHAC: "Góp ý, hỏi đáp, khác, chưa phân loại"},
)
CHANNEL = Cohort(
    "tips_by_channel",
    _labels(TipReport.Channel),
    _column("channel"),
    coarse=dict.fromkeys(TipReport.PASSED_ON, PASSED_ON),
    coarse_rows={PASSED_ON: "Trưởng ấp, tổ tự quản, Ban Điều hành chuyển"},
    known=frozenset({PASSED_ON}),  # whoever passed them on
)
OUTCOME = Cohort(
    "tips_by_outcome",
    {**_labels(Disposition), "": "Chưa có kết quả"},
    _outcome,
    coarse={
        Disposition.DIVERTED: OTHER_END,
        Disposition.HANDED_OVER: OTHER_END,
        Disposition.NONE: OTHER_END,  # alone it would give the others, by the informed and the rest
        Disposition.DUPLICATE: OTHER_END,  # all closed and hardly any informed: as above
    },
    coarse_rows={OTHER_END: "Kết quả khác hoặc chưa có kết quả"},
)
TIMELINESS = Cohort(
    "tips_in_time",
    {
        "closed_in_time": "Đã đóng, mọi bước đúng hạn",
        "open_in_time": "Đang xử lý, chưa bước nào quá hạn",
        "closed_late": "Đã đóng, có bước quá hạn",
        "open_late": "Đang xử lý, có bước quá hạn",
    },
    _timeliness,
)
INFORMED = Cohort(
    "tips_told",
    {
        "told": "Đã thông báo người báo tin",
        "not_told": "Có kết quả, chưa ghi thông báo",
        "no_result": "Chưa có kết quả",
    },
    _informed,
    coarse={"not_told": REST, "no_result": REST},
    coarse_rows={REST: "Chưa ghi thông báo, kể cả chưa có kết quả"},
)
HANDED_OVER = Cohort(
    "tips_handed_over",
    {"kept": "Không chuyển nơi khác", "handed_over": "Đã chuyển nơi khác"},
    _handed_over,
    police_only="Số này chỉ Công an xã xem; kết quả chuyển cơ quan khác xem ở mục Phản ánh theo "
    "kết quả.",
)
COHORTS = (KIND, CATEGORY, CHANNEL, OUTCOME, TIMELINESS, INFORMED, HANDED_OVER)


def count_each(tips: QuerySet[TipReport], as_of: datetime) -> dict[str, dict[str, int]]:
    """Count tips by cohort key and row, all rows included; one query for all."""
    found = {cohort.key: dict.fromkeys(cohort.rows, 0) for cohort in COHORTS}
    told_apart = tips.order_by().annotate(**{one.key: one.row_of(as_of) for one in COHORTS})
    for *rows, number in told_apart.values_list(*found).annotate(Count("pk")):
        for counts, row in zip(found.values(), rows, strict=True):
            if row in counts:
                counts[row] += number
    return found


STAGES = {
    str(value): str(label)
    for value, label in ClockRule.Stage.choices
    if value != ClockRule.Stage.FOLLOW_UP
}
