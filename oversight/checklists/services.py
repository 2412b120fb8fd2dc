"""Opening, ticking and deciding the safety checklists of a year."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.audit import services as audit
from accounts.models import Commune, User
from accounts.services import NotAllowed
from accounts.text_fields import clean
from accounts.workflow.services import record, stored_for
from broadcasts.requests import services as requests
from content_rules.rulebook import carries_mark
from groups.models import Hamlet
from oversight import data_files
from oversight.checklists.models import (
    ChecklistEvidence,
    ChecklistItem,
    Evidence,
    SafetyChecklist,
    SafetyCriterion,
)
from oversight.input_checks import (
    in_trail,
    lock_commune,
    page_of,
    require_clean,
    require_not_future,
)
from oversight.periods import commune_year


def check_evidence(evidence: Evidence) -> None:
    """Check and normalise evidence before it is stored. Raises NotAllowed."""
    if carries_mark(f"{evidence.what}\n{evidence.paper}"):
        raise NotAllowed("Dòng này mang dấu mật. Tài liệu mật không ghi vào cổng.")
    require_clean(evidence.what, evidence.paper)
    evidence.page = page_of(evidence.page)
    if evidence.file and not getattr(evidence.file, "_committed", True):
        evidence.file = _prepared(evidence.file.file, evidence.file.name)
    if not (evidence.paper.strip() or evidence.page or evidence.file):
        raise NotAllowed("Hãy tải tệp lên, chép địa chỉ trang trong cổng, hoặc ghi số hồ sơ giấy.")


def _prepared(handed_in: Any, name: str | None) -> Any:
    handed_in.name = name or "tep"
    try:
        return requests.prepare_attachment(handed_in)
    except ValidationError as error:
        raise NotAllowed(" ".join(error.messages)) from error


CRITERIA = data_files.read("initial_rows")["criteria"]
Answer = ChecklistItem.Answer
SETTLED = "Kết quả của năm này đã ghi, nên bảng kiểm không sửa nữa."


def year_of(day: date) -> int:
    """Safety year current on a day: from 16/11 on the next one."""
    return day.year + (day > commune_year(day.year).last)


@transaction.atomic
def prepare_criteria(commune: Commune, year: int) -> int:
    """Complete the criteria of a year from the last edition or the shipped one; return the count.

    Lines are matched by text. Once a list of that level is open its edition is not completed any
    more, so that removed or reworded lines do not come back.
    """
    lock_commune(commune.pk)
    lists = SafetyChecklist.objects.filter(commune=commune, year=year)
    made = 0
    for level in SafetyCriterion.Level.values:
        edition = SafetyCriterion.objects.filter(commune=commune, level=level, year=year)
        there = set(edition.values_list("text", flat=True))
        is_of_commune = level == SafetyCriterion.Level.COMMUNE
        if there and lists.filter(hamlet__isnull=is_of_commune).exists():
            continue
        lines = [one for one in _former(commune, level, year) if one.text not in there]
        made += len(SafetyCriterion.objects.bulk_create(lines))
    return made


def _former(commune: Commune, level: str, year: int) -> list[SafetyCriterion]:
    """Lines of the last edition before a year, else the shipped ones."""
    new = partial(SafetyCriterion, commune=commune, level=level, year=year)
    own = SafetyCriterion.objects.filter(commune=commune, level=level, year__lt=year)
    last = own.order_by("-year").values_list("year", flat=True).first()
    if last is None:
        return [
            new(position=place, text=text, is_tick_only=is_tick_only)
            for place, (text, is_tick_only) in enumerate(CRITERIA[level], 1)
        ]
    return [
        new(position=one.position, text=one.text, source=one.source, is_tick_only=one.is_tick_only)
        for one in own.filter(year=last)
    ]


@transaction.atomic
def open_year(commune: Commune, year: int, *, by: User) -> int:
    """Open a list for the commune and each of today's hamlets; return how many are new."""
    if not by.has_perms(["oversight.add_safetychecklist", "groups.view_all_hamlets"]):
        raise NotAllowed("Chỉ huy Công an xã lập bảng kiểm cho cả năm.")
    if not 2022 <= year <= timezone.localdate().year + 1:
        raise NotAllowed("Hãy ghi năm xét từ 2022 đến năm sau.")
    prepare_criteria(commune, year)
    hamlets = Hamlet.objects.of_commune(commune).valid_on(timezone.localdate())
    there = set(SafetyChecklist.objects.filter(commune=commune, year=year).values_list("hamlet"))
    places: list[Hamlet | None] = [None, *hamlets.order_by("code")]
    new = [place for place in places if (place.pk if place else None,) not in there]
    for place in new:
        _open(commune, place, year)
    if new:
        audit.record(
            "checklist.opened", by=by, target=commune, commune=commune, year=year, lists=len(new)
        )
    return len(new)


def _open(commune: Commune, hamlet: Hamlet | None, year: int) -> None:
    """Create a list with the criteria, renumbered: two criteria may share a position."""
    made = SafetyChecklist.objects.create(commune=commune, hamlet=hamlet, year=year)
    lines = SafetyCriterion.objects.filter(commune=commune, level=made.level, year=year)
    ChecklistItem.objects.bulk_create(
        ChecklistItem(
            checklist=made, position=place, text=one.text, source=one.source,
            is_tick_only=one.is_tick_only,
        )
        for place, one in enumerate(lines.order_by("position", "pk"), 1)
    )  # fmt: skip


def _open_for(checklist: SafetyChecklist, by: User) -> SafetyChecklist:
    """Lock a list for an account that may tick it. Raises NotAllowed."""
    locked = stored_for(checklist, by, permission="oversight.change_safetychecklist")
    if locked.is_recognised is not None:
        raise NotAllowed(SETTLED)
    return locked


@dataclass(frozen=True)
class LineAnswer:
    """Answer to a line; `seen` is the stored (answer, note) that the page showed."""

    answer: str
    note: str
    seen: tuple[str, str]


class LinesRefused(NotAllowed):
    """Refusals by item id; no line was saved."""

    def __init__(self, by_line: dict[int, str]) -> None:
        super().__init__("Chưa lưu dòng nào. Hãy xem lời nhắc ở từng dòng rồi lưu lại.")
        self.by_line = by_line


@transaction.atomic
def tick_lines(checklist: SafetyChecklist, answers: Mapping[int, LineAnswer], *, by: User) -> None:
    """Save all changed lines or none. Raises NotAllowed; LinesRefused for refused lines."""
    _open_for(checklist, by)
    refused = {}
    for item in checklist.items.filter(pk__in=list(answers)).select_related("checklist"):
        one = answers[item.pk]
        try:
            tick(item, one.answer, by=by, remark=one.note, seen=one.seen)
        except NotAllowed as refusal:
            refused[item.pk] = str(refusal)
    if refused:
        raise LinesRefused(refused)


@transaction.atomic
def tick(
    item: ChecklistItem, answer: str, *, by: User, remark: str = "",
    seen: tuple[str, str] | None = None,
) -> ChecklistItem:  # fmt: skip
    """Answer a line, or clear it ("").

    Raises NotAllowed, also if the line differs from `seen` by now.
    """
    checklist = _open_for(item.checklist, by)
    item = ChecklistItem.objects.select_for_update(of=("self",)).get(pk=item.pk)
    remark = clean(remark)[:300]
    if answer not in Answer.values:
        raise NotAllowed("Hãy chọn Có, Không hoặc Không áp dụng.")
    if item.is_tick_only and remark:
        raise NotAllowed(
            "Dòng này chỉ đánh dấu, không ghi nội dung. Việc về an ninh quốc gia báo theo đường "
            "riêng."
        )
    if carries_mark(remark):
        raise NotAllowed("Ghi chú mang dấu mật. Nội dung mật không ghi vào cổng.")
    require_clean(remark)
    stored = (item.answer, item.note)
    if stored == (answer, remark):
        return item
    if seen is not None and stored != seen:
        now = str(item.get_answer_display()) + (f", ghi chú “{item.note}”" if item.note else "")
        raise NotAllowed(
            f"Người khác vừa sửa dòng này: {now}. Muốn ghi theo ý của mình, hãy lưu lại."
        )
    item.answer, item.note = answer, remark
    item.answered_by = by if answer else None
    item.answered_at = timezone.now() if answer else None
    item.save()
    record(checklist, "ticked", by=by, line=item.position, answer=answer)
    return item


@transaction.atomic
def register(
    checklist: SafetyChecklist, *, by: User, on: date, number: str = ""
) -> SafetyChecklist:
    """Record the registration of the place by its document. Raises NotAllowed."""
    locked = _open_for(checklist, by)
    if locked.registered_on is not None:
        raise NotAllowed("Bảng kiểm này đã ghi đăng ký trước đó.")
    require_not_future(on, "Ngày đăng ký")
    if not locked.window.first <= on <= locked.window.last:
        raise NotAllowed(
            f"Ngày đăng ký phải nằm trong năm xét: từ {locked.window.first:%d/%m/%Y} đến "
            f"{locked.window.last:%d/%m/%Y}."
        )
    locked.registered_on, locked.registration_paper = on, number
    locked.save(update_fields=["registered_on", "registration_paper"])
    record(locked, "registered", by=by)
    return locked


@transaction.atomic
def add_evidence(row: ChecklistEvidence, *, by: User) -> ChecklistEvidence:
    """Add a document to a list. Raises NotAllowed."""
    checklist = _open_for(row.checklist, by)
    if row.item is not None:
        if row.item.checklist_id != checklist.pk:
            raise NotAllowed("Dòng này không thuộc bảng kiểm đang mở.")
        if row.item.is_tick_only:
            raise NotAllowed("Dòng này chỉ đánh dấu, không kèm tài liệu.")
    require_not_future(row.on, "Ngày của tài liệu")
    row.added_by = by
    check_evidence(row)
    row.save()
    record(checklist, "evidence_added", by=by)
    return row


@transaction.atomic
def decide(
    checklist: SafetyChecklist, *, by: User, is_recognised: bool, number: str, on: date,
    is_another: bool = False,
) -> SafetyChecklist:  # fmt: skip
    """Copy the decision from a document.

    A recorded result is replaced only with `is_another`. Raises NotAllowed.
    """
    locked = stored_for(
        checklist, by, permission="oversight.decide_safetychecklist",
        denied="Chỉ huy Công an xã ghi kết quả theo văn bản.",
    )  # fmt: skip
    if not clean(number):
        raise NotAllowed("Hãy ghi số văn bản.")
    if locked.is_recognised is not None and not is_another:
        raise NotAllowed(SETTLED)
    require_not_future(on, "Ngày văn bản")
    if on < locked.window.first:
        raise NotAllowed(f"Năm xét này bắt đầu ngày {locked.window.first:%d/%m/%Y}.")
    require_clean(number)
    details: dict[str, Any] = {}
    if locked.is_recognised is not None:
        details["before"] = _decision_in_trail(locked)
    locked.is_recognised, locked.decision_number, locked.decided_on = is_recognised, number, on
    locked.recorded_by = by
    locked.save(update_fields=["is_recognised", "decision_number", "decided_on", "recorded_by"])
    record(locked, "decided", by=by, **details, after=_decision_in_trail(locked))
    return locked


def _decision_in_trail(checklist: SafetyChecklist) -> str:
    """Decision as text for the audit trail."""
    result = "công nhận" if checklist.is_recognised else "không công nhận"
    return in_trail(checklist.decision_number, checklist.decided_on, result)
