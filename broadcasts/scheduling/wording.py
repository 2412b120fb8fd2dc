"""Words of schedules and their dates for the screens."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from broadcasts.posts.models import Broadcast
from broadcasts.posts.wording import POST_TONES, StateWords, when
from broadcasts.scheduling.calendar import next_dates
from broadcasts.scheduling.materialise import approver_stays
from broadcasts.scheduling.models import Schedule
from broadcasts.scheduling.rules import ZONE, Calendar, Occurrence, rule_of, spoken_day
from groups.models import Hamlet

Status = Broadcast.Status


def state_of(schedule: Schedule) -> StateWords:
    """State of a schedule, and what to do about it."""
    status = schedule.pattern.status
    if status == Status.CANCELLED:
        return StateWords("Đã kết thúc", "plain")
    if schedule.is_paused:
        who = f"{schedule.paused_by} tạm dừng: {schedule.pause_reason}"
        return StateWords("Tạm dừng", "warn", who, "Bấm “Chạy tiếp” khi muốn đăng lại.")
    if status == Status.APPROVED:
        if schedule.plan_due_at is None:
            return StateWords("Đã hết lịch", "plain", "Không còn ngày nào để đăng.")
        if lapsed := approver_gone(schedule):
            return StateWords(
                "Cần duyệt lại", "bad", lapsed, "Sửa hoặc trình lại để người khác duyệt."
            )
        return StateWords("Đang chạy", "good")
    return StateWords(schedule.pattern.get_status_display(), POST_TONES[status])


def approver_gone(schedule: Schedule) -> str:
    """Why the approval carries over no more; blank as long as it does."""
    pattern = schedule.pattern
    if pattern.status != Status.APPROVED or approver_stays(pattern):
        return ""
    return (
        f"{pattern.approved_by}, người duyệt lịch này, không còn duyệt bài nữa. Các lần đã lập vẫn "
        "đăng; các lần mới không được duyệt."
    )


def hamlets_gone(schedule: Schedule, today: date) -> str:
    """Sentence naming chosen hamlets that are no longer valid; blank without any."""
    chosen = schedule.pattern.audience_hamlets
    if not chosen:
        return ""
    there = set(Hamlet.objects.filter(pk__in=chosen).valid_on(today).values_list("pk", flat=True))
    gone = [str(one) for one in Hamlet.objects.filter(pk__in=set(chosen) - there)]
    if not gone:
        return ""
    return (
        f"{', '.join(gone)} đã hết hiệu lực. Lịch vẫn gửi tới những nhóm cũ của nơi đó; hãy chọn "
        "lại nơi nhận rồi trình duyệt."
    )


def next_in_words(schedule: Schedule, now: datetime, calendar: Calendar | None = None) -> str:
    if schedule.is_paused or schedule.is_over:
        return "–"
    for one in next_dates(rule_of(schedule), now, 5, schedule, calendar):
        if one.at is not None:
            return when(one.at, now)
    return "–"


@dataclass(frozen=True)
class DateLine:
    """One date of a schedule on a screen."""

    on: date
    said: str
    note: str
    is_posted: bool
    is_skipped: bool
    post: Any = None
    state: StateWords | None = None
    warnings: tuple[str, ...] = ()


def date_line(one: Occurrence, post: Any = None, warnings: tuple[str, ...] = ()) -> DateLine:
    if one.at is None:
        said = spoken_day(one.on)
    else:
        local = timezone.localtime(one.at, ZONE)
        said = f"{local:%H:%M} {spoken_day(local.date())}"
    state = None
    if post is not None:
        state = StateWords(post.get_status_display(), POST_TONES[post.status])
        if post.status == Status.DRAFT:
            state = StateWords("Chưa duyệt", "warn")
    return DateLine(
        one.on, said, one.note, one.at is not None, one.is_skipped, post, state, warnings
    )
