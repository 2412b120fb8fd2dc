"""Verbs of yearly reviews: open, freeze, write, hand in, sign."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Min
from django.utils import timezone

from accounts.models import Commune, User
from accounts.papers.services import Issuer
from accounts.scoped_admin.form_versions import seen_of
from accounts.services import NotAllowed
from accounts.workflow.services import lock, move, record, require_state, sees, stored_for
from broadcasts.models import Broadcast
from content_rules.rulebook import carries_mark
from groups.models import Membership
from oversight.checklists import services as checklists
from oversight.commendations import services as commendations
from oversight.commendations.models import Commendation
from oversight.direction.models import Direction, Spreading
from oversight.figures.registry import FIGURES, compute
from oversight.figures.scopes import Scope, whole_commune
from oversight.figures.table import Counted
from oversight.input_checks import require_clean, require_not_future
from oversight.periods import Period
from oversight.review import writers
from oversight.review.models import ReviewEvidence, ReviewHamlet, ReviewWriter, YearlyReview
from oversight.review.writers import PARTS
from oversight.summaries import services as summaries
from oversight.summaries.models import PeriodSummary
from procedures.models import Question

LONGEST_DAYS = 366
TOO_LONG = "Một bản tổng kết dài nhất một năm. Hãy xem lại ngày đầu, ngày cuối: có thể gõ nhầm năm."


def check_span(commune: Commune, period: Period, *, by: User) -> None:
    """Raise NotAllowed for a wrong period.

    This year and the last are always allowed, an earlier one if the portal has figures of it: a
    frozen review of nothing could not be removed.
    """
    today = timezone.localdate()
    if period.first > today:
        raise NotAllowed("Kỳ này chưa bắt đầu.")
    if period.days > LONGEST_DAYS:
        raise NotAllowed(TOO_LONG)
    if period.last.year >= today.year - 1:
        return
    first = first_day(commune, by=by)
    if first is None:
        raise NotAllowed(
            "Cổng chưa có số liệu nào của xã, nên chỉ mở tổng kết năm nay hoặc năm trước."
        )
    if period.last < first:
        raise NotAllowed(
            f"Cổng có số liệu của xã từ ngày {first:%d/%m/%Y}. Kỳ này kết thúc trước ngày đó nên "
            "không có gì để tổng kết. Hãy chọn kỳ sau."
        )


def first_day(commune: Commune, *, by: User) -> date | None:
    """Day of the oldest record that figures count and this account may see."""
    scope = whole_commune(commune, reader=by)
    counted = (
        (Membership.objects.of_commune(commune), "joined_on"),
        (scope.meetings(), "held_on"),
        (Broadcast.objects.of_commune(commune), "started_at"),
        (scope.tips(), "received_at"),
        (Question.objects.of_commune(commune), "asked_on"),
        (Direction.objects.of_commune(commune), "given_on"),
        (Spreading.objects.of_commune(commune), "held_on"),
        (Commendation.objects.of_commune(commune), "decided_on"),
    )
    found = [rows.order_by().aggregate(day=Min(name))["day"] for rows, name in counted]
    return min((_day(one) for one in found if one is not None), default=None)


def _day(moment: date | datetime) -> date:
    return timezone.localdate(moment) if isinstance(moment, datetime) else moment


Status = YearlyReview.Status
LONGEST = 6000
HANDED_IN = (
    "Tổng kết đã trình hoặc đã ký, nên phần của ấp không sửa được nữa. Cần sửa thì báo chỉ huy "
    "Công an xã."
)
ALREADY = "Kỳ này đã mở tổng kết. Hãy mở bản đang có."


@transaction.atomic
def open_review(commune: Commune, period: Period, *, by: User) -> YearlyReview:
    """Open a review of a period. Raises NotAllowed."""
    if not by.has_perms(["oversight.add_yearlyreview", "groups.view_all_hamlets"]):
        raise NotAllowed("Chỉ huy Công an xã mở tổng kết năm.")
    check_span(commune, period, by=by)
    try:
        with transaction.atomic():
            review = YearlyReview.objects.create(
                commune=commune, year=period.last.year, first=period.first, last=period.last,
                opened_by=by,
            )  # fmt: skip
    except IntegrityError as error:
        raise NotAllowed(ALREADY) from error
    record(review, "opened", by=by)
    return review


def _stored_for(review: YearlyReview, by: User, right: str = "change_yearlyreview") -> YearlyReview:
    return stored_for(review, by, permission=f"oversight.{right}", unless=Status.SIGNED)


@transaction.atomic
def discard(
    review: YearlyReview, *, by: User, moved_to: YearlyReview | None = None, reason: str = ""
) -> None:
    """Delete a review opened by mistake, before freezing. Raises NotAllowed.

    Its nominations and evidence move to another open review of the commune.
    """
    if not by.has_perm("groups.view_all_hamlets"):
        raise NotAllowed("Chỉ huy Công an xã bỏ bản tổng kết mở nhầm.")
    locked = _stored_for(review, by, "add_yearlyreview")
    require_state(
        locked, only=Status.PREPARING, refusal="Đã chốt số liệu nên không bỏ bản này được nữa."
    )
    if is_used(locked):
        rows = YearlyReview.objects.select_for_update(of=("self",)).named_to(by)
        own = rows.filter(commune=locked.commune).exclude(pk=locked.pk)
        target = own.filter(pk=moved_to.pk).first() if moved_to else None
        if target is None:
            raise NotAllowed(
                "Bản này đã có đề nghị khen thưởng hoặc minh chứng. Hãy mở tổng kết đúng kỳ trước, "
                "rồi chọn bản đó để chuyển sang."
            )
        locked.commendations.update(review=target)
        locked.evidence.update(review=target)
    record(locked, "discarded", by=by, text=reason.strip())
    locked.delete()


def is_used(review: YearlyReview) -> bool:
    """Whether it has nominations or evidence."""
    return review.commendations.exists() or review.evidence.exists()


@transaction.atomic
def freeze(review: YearlyReview, *, by: User) -> YearlyReview:
    """Freeze on the signed summary of the police for these days, and count each hamlet.

    A missing summary is drafted and signed now. `frozen_at` is the moment of the hamlets, the
    summary has its own. Raises NotAllowed.
    """
    locked = _stored_for(review, by)
    move(locked, Status.FROZEN)
    scope = whole_commune(locked.commune, reader=by)
    now = timezone.now()
    summary = _signed_summary(scope, locked.period, by, now)
    locked.summary, locked.frozen_by, locked.frozen_at = summary, by, now
    locked.save()
    nobody = User(commune=locked.commune, is_active=False)  # reads as the head of a hamlet does
    for hamlet in scope.hamlets:
        own = Scope(scope.commune, (hamlet,), nobody, is_whole=False)
        ReviewHamlet.objects.create(
            review=locked, hamlet=hamlet, figures=figures_of_place(own, locked.period, now)
        )
    record(locked, "frozen", by=by)
    return locked


def _signed_summary(scope: Scope, period: Period, by: User, now: datetime) -> PeriodSummary:
    found = (
        PeriodSummary.objects.visible_to(by)
        .in_force()
        .filter(commune=scope.commune, issuer=Issuer.POLICE, first=period.first, last=period.last)
    )
    if (signed := found.first()) is not None:
        return signed
    made = summaries.draft(scope, period, issuer=Issuer.POLICE, by=by, as_of=now)
    return summaries.sign(made, by=by)


def figures_of_place(scope: Scope, period: Period, as_of: datetime) -> list[dict[str, Any]]:
    """Numbers of a hamlet without tips: the head of the hamlet reads them."""
    counted = [
        compute(key, scope, period, as_of=as_of)
        for key, figure in FIGURES.items()
        if not figure.is_sensitive
    ]
    return [_figure_json(one) for one in counted if one.table.rows]


def _figure_json(counted: Counted) -> dict[str, Any]:
    table = counted.table
    return {
        "key": counted.figure.key,
        "name": counted.figure.name,
        "unit": counted.figure.unit,
        "definition": counted.figure.definition,
        "columns": list(table.columns),
        "rows": [[row.label, *row.values] for row in table.rows],
    }


def _changes(
    row: Any, names: Mapping[str, str], sent: Mapping[str, str], seen: str
) -> dict[str, str]:
    """Texts that differ from those shown to the writer (`seen`) and from the stored ones.

    Raises NotAllowed if somebody changed the same text meanwhile.
    """
    now = {name: seen_of(getattr(row, name)) for name in names}
    before = dict(zip(names, seen.split(","), strict=False)) if seen else now
    changed = {
        name: text
        for name, text in sent.items()
        if name in names and seen_of(text) not in {before.get(name), now[name]}
    }
    if late := [names[name] for name in changed if before.get(name) != now[name]]:
        raise NotAllowed(
            f"Người khác vừa sửa: {', '.join(late)}. Lời đang lưu có ở dưới trang này. Muốn lưu "
            "theo lời của mình, hãy lưu lại."
        )
    return {name: _checked(text) for name, text in changed.items()}


@transaction.atomic
def write_part(part: ReviewHamlet, text: str, *, by: User, seen: str = "") -> ReviewHamlet:
    """Save the text of a hamlet; `seen` is `seen_of` the shown text. Raises NotAllowed."""
    review = lock(YearlyReview(pk=part.review_id))
    locked = stored_for(part, by, permission="oversight.change_reviewhamlet")
    require_state(review, only=Status.FROZEN, refusal=HANDED_IN)
    changed = _changes(locked, {"text": "phần của ấp, khu phố"}, {"text": text}, seen)
    if not changed:
        return locked
    locked.text = changed["text"]
    locked.prepared_by = by if locked.text else None
    locked.prepared_at = timezone.now() if locked.text else None
    locked.save()
    writers.record(ReviewWriter(review=locked.review, part=locked, user=by), locked.text)
    record(locked, "part_written", by=by)
    return locked


def _checked(text: str) -> str:
    words = text.strip()
    if len(words) > LONGEST:
        raise NotAllowed(f"Mỗi mục viết nhiều nhất {LONGEST} chữ.")
    if carries_mark(words):
        raise NotAllowed("Lời viết mang dấu mật. Nội dung mật không ghi vào cổng.")
    require_clean(words)
    return words


@transaction.atomic
def write(review: YearlyReview, *, by: User, seen: str = "", **parts: str) -> YearlyReview:
    """Save the assessment; if it waits for a signature it must be handed in again.

    `seen` is `seen_of` all shown parts. Raises NotAllowed.
    """
    locked = _stored_for(review, by)
    if locked.status == Status.PREPARING:
        raise NotAllowed("Hãy chốt số liệu trước, rồi viết đánh giá theo số đã chốt.")
    changed = _changes(locked, PARTS, parts, seen)
    if not changed:
        return locked
    for name, text in changed.items():
        setattr(locked, name, text)
        writers.record(ReviewWriter(review=locked, name=name, user=by), text)
    locked.written_by = by
    if locked.status == Status.ASSESSED:
        locked.status, locked.assessed_by, locked.assessed_at = Status.FROZEN, None, None
    locked.save()
    record(locked, "written", by=by)
    return locked


@transaction.atomic
def hand_in(review: YearlyReview, *, by: User) -> YearlyReview:
    """Hand in the assessment for the signature of another person."""
    locked = _stored_for(review, by)
    move(locked, Status.ASSESSED)
    missing = [PARTS[name] for name in ("strengths", "shortcomings") if not getattr(locked, name)]
    if missing:
        raise NotAllowed(f"Chưa viết: {', '.join(missing)}.")
    locked.assessed_by, locked.assessed_at = by, timezone.now()
    locked.save()
    record(locked, "handed_in", by=by)
    return locked


@transaction.atomic
def sign(review: YearlyReview, *, by: User) -> YearlyReview:
    """Sign; from now on the database refuses every change. Raises NotAllowed."""
    locked = _stored_for(review, by, "sign_yearlyreview")
    move(locked, Status.SIGNED)
    if refusal := writers.refusal(locked, by):
        raise NotAllowed(refusal)
    rows = locked.commendations.select_related("achievement", "form")
    locked.nominations = commendations.lines_of(rows.order_by("pk"))
    locked.signed_by, locked.signed_at = by, timezone.now()
    locked.save()
    record(locked, "signed", by=by)
    return locked


@transaction.atomic
def add_evidence(row: ReviewEvidence, *, by: User) -> ReviewEvidence:
    """Add evidence; accounts of hamlets add to their own ones. Raises NotAllowed."""
    if not by.has_perm("oversight.change_reviewhamlet"):
        raise NotAllowed(ReviewHamlet.workflow.denied)
    review = lock(YearlyReview(pk=row.review_id))
    require_state(
        review, unless=Status.SIGNED,
        refusal="Tổng kết đã ký nên không thêm minh chứng được nữa.",
    )  # fmt: skip
    _require_place(row, review, by)
    require_not_future(row.on, "Ngày của minh chứng")
    row.added_by = by
    checklists.check_evidence(row)
    try:
        row.full_clean(exclude=["review", "hamlet", "group", "added_by", "file"])
    except ValidationError as error:
        raise NotAllowed(" ".join(error.messages)) from error
    row.save()
    record(review, "evidence_added", by=by)
    return row


def _require_place(row: ReviewEvidence, review: YearlyReview, by: User) -> None:
    """Raise NotAllowed for a place outside the review or the account."""
    if not sees(by, review):
        own = ReviewHamlet.objects.visible_to(by).filter(review=review, hamlet=row.hamlet_id)
        if not own.exists():
            raise NotAllowed("Hãy thêm minh chứng ở phần của ấp, khu phố mình phụ trách.")
    if row.hamlet is not None and row.hamlet.commune_id != review.commune_id:
        raise NotAllowed("Ấp, khu phố này không thuộc xã của tổng kết.")
    if row.group is None:
        return
    if not sees(by, row.group):
        raise NotAllowed("Tài khoản này không xem được nhóm đã chọn.")
    if row.hamlet is not None and row.group.hamlet_id != row.hamlet_id:
        raise NotAllowed("Nhóm này không thuộc ấp, khu phố đã chọn.")
