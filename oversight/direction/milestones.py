"""Steps of issued plans: begun, reported on, done, dropped, taken up again."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import NotAllowed
from accounts.workflow.services import lock, lock_for, record, require_state, require_transition
from groups.querysets import hamlets_of
from oversight.direction import plans
from oversight.direction.refusals import require_clean
from oversight.models import Milestone, MilestoneReport, Plan
from oversight.portal_pages import page_of

State, Kind = Milestone.State, MilestoneReport.Kind
NO_DOING = {
    State.DONE: "Việc này đã báo xong trước đó.",
    State.DROPPED: "Việc này đã ghi là không làm. Hãy mở lại trước.",
}
NO_BEGINNING = {State.DOING: "Việc này đang làm rồi.", **NO_DOING}
NO_REPORTING = {
    Plan.State.DRAFT: "Kế hoạch chưa ban hành nên chưa báo kết quả được.",
    Plan.State.CLOSED: "Kế hoạch đã khép lại nên không báo thêm được.",
}
NO_REOPENING = {
    State.PENDING: "Việc này chưa làm nên không cần mở lại.",
    State.DOING: "Việc này đang làm nên không cần mở lại.",
}


def may_report(step: Milestone, by: Any) -> bool:
    """The body of the plan, and whoever has the hamlet of the step."""
    if plans.is_keeper(step.plan, by):
        return True
    sees = by.has_perm("oversight.view_milestone") and step.hamlet_id is not None
    return sees and hamlets_of(by).filter(hamlet=step.hamlet_id).exists()


def _is_keeper(step: Milestone, by: User) -> bool:
    return plans.is_keeper(step.plan, by)


def _lock_for(step: Milestone, by: User, *, keeper_only: bool = False) -> None:
    """Lock the plan too: nothing is reported while it is being closed. Raises NotAllowed."""
    plan = lock(Plan(pk=step.plan_id))
    if keeper_only:
        lock_for(step, by, permission=_is_keeper, denied=Plan.workflow.denied)
    else:
        lock_for(step, by, permission=may_report)
    require_state(plan, unless=NO_REPORTING)


def _record(step: Milestone, kind: str, text: str, by: User) -> Milestone:
    record(step, kind, by=by, at=timezone.now(), text=text.strip())
    return step


@transaction.atomic
def begin(step: Milestone, *, by: User) -> Milestone:
    """Raises NotAllowed."""
    _lock_for(step, by)
    require_state(step, unless=NO_BEGINNING)
    step.state = State.DOING
    step.save(update_fields=["state"])
    return _record(step, Kind.DOING, "", by)


@transaction.atomic
def report(step: Milestone, text: str, *, by: User) -> Milestone:
    """A line on how an open step goes; the state stays. Raises NotAllowed."""
    _lock_for(step, by)
    require_state(step, unless=NO_DOING)
    if not text.strip():
        raise NotAllowed("Hãy ghi việc đang đến đâu.")
    require_clean(text)
    return _record(step, Kind.NOTE, text, by)


@transaction.atomic
def finish(
    step: Milestone, *, done_on: date, by: User, evidence: str = "", link: str = ""
) -> Milestone:
    """Done on a day, which is not to come. Raises NotAllowed."""
    _lock_for(step, by)
    require_transition(step, State.DONE, refusals=NO_DOING)
    if done_on > timezone.localdate():
        raise NotAllowed("Ngày xong chưa tới. Hãy chọn hôm nay hoặc ngày trước.")
    if done_on < step.plan.starts_on:
        raise NotAllowed("Ngày xong đứng trước ngày đầu của kế hoạch. Hãy xem lại.")
    require_clean(evidence)
    step.state, step.done_on = State.DONE, done_on
    step.evidence, step.evidence_link = evidence.strip(), page_of(link)
    step.clean_fields(exclude=["plan", "hamlet"])
    step.save(update_fields=["state", "done_on", "evidence", "evidence_link"])
    return _record(step, Kind.DONE, f"Xong ngày {done_on:%d/%m/%Y}. {evidence}", by)


@transaction.atomic
def drop(step: Milestone, reason: str, *, by: User) -> Milestone:
    """It will not be done, for a reason; the body decides. Raises NotAllowed."""
    _lock_for(step, by, keeper_only=True)
    require_transition(step, State.DROPPED, refusals=NO_DOING)
    if not reason.strip():
        raise NotAllowed("Hãy ghi lý do không làm việc này.")
    require_clean(reason)
    step.state, step.drop_reason = State.DROPPED, reason.strip()
    step.save(update_fields=["state", "drop_reason"])
    return _record(step, Kind.DROPPED, reason, by)


@transaction.atomic
def reopen(step: Milestone, reason: str, *, by: User) -> Milestone:
    """What was done or dropped is worked on again; the body decides. Raises NotAllowed."""
    _lock_for(step, by, keeper_only=True)
    require_state(step, unless=NO_REOPENING)
    if not reason.strip():
        raise NotAllowed("Hãy ghi lý do làm lại.")
    require_clean(reason)
    step.state, step.done_on, step.drop_reason = State.DOING, None, ""
    step.save(update_fields=["state", "done_on", "drop_reason"])
    return _record(step, Kind.REOPENED, reason, by)
