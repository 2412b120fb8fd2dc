"""Steps of issued plans: begun, reported on, done, dropped, taken up again."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts import audit
from accounts.models import User
from accounts.services import NotAllowed
from groups.querysets import hamlets_of
from oversight.direction import plans
from oversight.direction.refusals import require_clean, require_move
from oversight.models import Milestone, MilestoneReport, Plan
from oversight.portal_pages import page_of

State, Kind = Milestone.State, MilestoneReport.Kind
NO_DOING = {
    State.DONE: "Việc này đã báo xong trước đó.",
    State.DROPPED: "Việc này đã ghi là không làm. Hãy mở lại trước.",
}
NO_BEGINNING = {State.DOING: "Việc này đang làm rồi.", **NO_DOING}
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


def _locked(step: Milestone, by: User, *, keeper_only: bool = False) -> None:
    """Holds the plan too, so that nothing is reported while it is being closed."""
    Plan.objects.select_for_update(of=("self",)).get(pk=step.plan_id)
    step.refresh_from_db(from_queryset=Milestone.objects.select_for_update(of=("self",)))
    if keeper_only:
        plans.require_keeper(step.plan, by)
    elif not may_report(step, by):
        raise NotAllowed("Chỉ cơ quan của kế hoạch và ấp, khu phố có việc này mới báo được.")
    if step.plan.state == Plan.State.DRAFT:
        raise NotAllowed("Kế hoạch chưa ban hành nên chưa báo kết quả được.")
    if step.plan.state == Plan.State.CLOSED:
        raise NotAllowed("Kế hoạch đã khép lại nên không báo thêm được.")


def _told(step: Milestone, kind: str, text: str, by: User) -> Milestone:
    MilestoneReport.objects.create(
        milestone=step, kind=kind, text=text.strip(), by=by, at=timezone.now()
    )
    audit.record(f"milestone.{kind}", by=by, target=step, commune=step.plan.commune)
    return step


@transaction.atomic
def begin(step: Milestone, *, by: User) -> Milestone:
    """Raises NotAllowed."""
    _locked(step, by)
    if step.state != State.PENDING:
        raise NotAllowed(NO_BEGINNING[State(step.state)])
    step.state = State.DOING
    step.save(update_fields=["state"])
    return _told(step, Kind.DOING, "", by)


@transaction.atomic
def report(step: Milestone, text: str, *, by: User) -> Milestone:
    """A line on how an open step goes; the state stays. Raises NotAllowed."""
    _locked(step, by)
    if step.state in NO_DOING:
        raise NotAllowed(NO_DOING[State(step.state)])
    if not text.strip():
        raise NotAllowed("Hãy ghi việc đang đến đâu.")
    require_clean(text)
    return _told(step, Kind.NOTE, text, by)


@transaction.atomic
def finish(
    step: Milestone, *, done_on: date, by: User, evidence: str = "", link: str = ""
) -> Milestone:
    """Done on a day, which is not to come. Raises NotAllowed."""
    _locked(step, by)
    require_move(step, State.DONE, words=NO_DOING, transitions=Milestone.TRANSITIONS)
    if done_on > timezone.localdate():
        raise NotAllowed("Ngày xong chưa tới. Hãy chọn hôm nay hoặc ngày trước.")
    if done_on < step.plan.starts_on:
        raise NotAllowed("Ngày xong đứng trước ngày đầu của kế hoạch. Hãy xem lại.")
    require_clean(evidence)
    step.state, step.done_on = State.DONE, done_on
    step.evidence, step.evidence_link = evidence.strip(), page_of(link)
    step.clean_fields(exclude=["plan", "hamlet"])
    step.save(update_fields=["state", "done_on", "evidence", "evidence_link"])
    return _told(step, Kind.DONE, f"Xong ngày {done_on:%d/%m/%Y}. {evidence}", by)


@transaction.atomic
def drop(step: Milestone, reason: str, *, by: User) -> Milestone:
    """It will not be done, for a reason; the body decides. Raises NotAllowed."""
    _locked(step, by, keeper_only=True)
    require_move(step, State.DROPPED, words=NO_DOING, transitions=Milestone.TRANSITIONS)
    if not reason.strip():
        raise NotAllowed("Hãy ghi lý do không làm việc này.")
    require_clean(reason)
    step.state, step.drop_reason = State.DROPPED, reason.strip()
    step.save(update_fields=["state", "drop_reason"])
    return _told(step, Kind.DROPPED, reason, by)


@transaction.atomic
def reopen(step: Milestone, reason: str, *, by: User) -> Milestone:
    """What was done or dropped is worked on again; the body decides. Raises NotAllowed."""
    _locked(step, by, keeper_only=True)
    if step.state not in {State.DONE, State.DROPPED}:
        raise NotAllowed(NO_REOPENING[State(step.state)])
    if not reason.strip():
        raise NotAllowed("Hãy ghi lý do làm lại.")
    require_clean(reason)
    step.state, step.done_on, step.drop_reason = State.DOING, None, ""
    step.save(update_fields=["state", "done_on", "drop_reason"])
    return _told(step, Kind.REOPENED, reason, by)
