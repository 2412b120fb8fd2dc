"""Verbs of plans and of their steps."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import NotAllowed
from accounts.workflow.services import (
    lock,
    lock_for,
    record,
    require_state,
    require_transition,
    stored_for,
)
from groups.models import Hamlet
from groups.places.querysets import hamlets_of
from oversight.direction.querysets import bodies_of
from oversight.input_checks import (
    blocked_fields,
    is_replaced_in_turn,
    lock_commune,
    page_of,
    require_clean,
)
from oversight.plans.models import Milestone, MilestoneReport, Plan

State = Plan.State
TEXTS = ("subject", "purposes", "targets", "duties")
NO_ISSUE = {
    State.ISSUED: "Kế hoạch này đã ban hành trước đó.",
    State.CLOSED: "Kế hoạch này đã khép lại.",
}
NO_CLOSING = {
    State.DRAFT: "Dự thảo chưa ban hành. Nếu không dùng nữa, hãy xóa dự thảo.",
    State.CLOSED: "Kế hoạch này đã khép lại trước đó.",
}


def refusals(plan: Plan) -> dict[str, list[str]]:
    """Refusals of a plan, by field."""
    found = blocked_fields(plan, TEXTS)
    return found | {"ends_on": [sentence]} if (sentence := _step_outside(plan)) else found


def _step_outside(plan: Plan) -> str:
    """Refusal of a plan with a step due outside its days; else empty."""
    if plan.pk is None:
        return ""
    step = plan.milestones.exclude(due_on__range=(plan.starts_on, plan.ends_on)).exclude(
        due_on=None
    ).order_by("due_on", "pk").first()  # fmt: skip
    if step is None:
        return ""
    return (
        f"Việc “{step.what}” có hạn {step.due_on:%d/%m/%Y}, ngoài thời gian của kế hoạch. Hãy sửa "
        "thời gian, hoặc bỏ việc đó rồi thêm lại."
    )


def _require_steps_inside(plan: Plan) -> None:
    if sentence := _step_outside(plan):
        raise NotAllowed(sentence)


def is_keeper(plan: Plan, by: Any) -> bool:
    """Whether this account keeps the plans of the body."""
    own = by.has_perm("oversight.change_plan") and bodies_of(by).filter(pk=plan.body_id).exists()
    return bool(own)


def require_keeper(plan: Plan, by: User) -> None:
    """Check a plan that is to be stored. Raises NotAllowed."""
    if not is_keeper(plan, by):
        raise NotAllowed(Plan.workflow.denied)


@transaction.atomic
def draft(plan: Plan, *, by: User) -> Plan:
    """Create a plan of an own body. Raises NotAllowed."""
    if not by.has_perm("oversight.add_plan"):
        raise NotAllowed("Tài khoản này không lập kế hoạch.")
    require_keeper(plan, by)
    require_clean(*(getattr(plan, name) for name in TEXTS))
    plan.commune_id, plan.created_by = plan.body.commune_id, by
    plan.save(force_insert=True)
    record(plan, "drafted", by=by)
    return plan


@transaction.atomic
def change(plan: Plan, *, by: User) -> Plan:
    """Save a changed draft. Raises NotAllowed."""
    stored_for(plan, by, permission=is_keeper, only=State.DRAFT)
    require_keeper(plan, by)
    _require_steps_inside(plan)
    require_clean(*(getattr(plan, name) for name in TEXTS))
    plan.save()
    record(plan, "changed", by=by)
    return plan


@transaction.atomic
def issue(plan: Plan, *, number: str, issued_on: date, signed_by: str, by: User) -> Plan:
    """Record the number and day of the signed document. Raises NotAllowed."""
    lock_for(plan, by, permission=is_keeper)
    require_transition(plan, State.ISSUED, refusals=NO_ISSUE)
    if issued_on > timezone.localdate():
        raise NotAllowed("Ngày ban hành chưa tới. Hãy ghi ngày trên văn bản đã ký.")
    if not number.strip() or not signed_by.strip():
        raise NotAllowed("Hãy ghi số, ký hiệu và người ký như trên văn bản.")
    if not plan.milestones.exists():
        raise NotAllowed("Kế hoạch chưa có việc nào. Hãy thêm việc rồi ghi ban hành.")
    _require_steps_inside(plan)
    require_clean(signed_by)
    plan.state, plan.number, plan.issued_on = State.ISSUED, number.strip(), issued_on
    plan.signed_by = signed_by.strip()
    plan.save(update_fields=["state", "number", "issued_on", "signed_by"])
    record(plan, "issued", by=by)
    return plan


@transaction.atomic
def close(plan: Plan, text: str, *, by: User, replaced_by: Plan | None = None) -> Plan:
    """Close a finished or replaced plan. Raises NotAllowed."""
    if replaced_by is not None:
        lock_commune(plan.commune_id)
    lock_for(plan, by, permission=is_keeper)
    require_transition(plan, State.CLOSED, refusals=NO_CLOSING)
    if not text.strip():
        raise NotAllowed("Hãy ghi kết quả, hoặc lý do khép lại.")
    require_clean(text)
    if replaced_by is not None:
        _require_successor(plan, replaced_by)
    plan.state, plan.close_note, plan.closed_on = State.CLOSED, text.strip(), timezone.localdate()
    plan.replaced_by = replaced_by
    plan.save(update_fields=["state", "close_note", "closed_on", "replaced_by"])
    record(plan, "closed", by=by)
    return plan


def _require_successor(plan: Plan, other: Plan) -> None:
    if other.pk == plan.pk or other.body_id != plan.body_id or other.state == State.DRAFT:
        raise NotAllowed("Kế hoạch thay thế phải là kế hoạch khác, đã ban hành, của cùng cơ quan.")
    if is_replaced_in_turn(plan, other):
        raise NotAllowed("Kế hoạch này đã thay cho kế hoạch kia nên không được kế hoạch kia thay.")


@transaction.atomic
def drop_draft(plan: Plan, *, by: User, reason: str = "") -> None:
    """Delete a draft. Raises NotAllowed."""
    lock_for(plan, by, permission=is_keeper, only=State.DRAFT)
    record(plan, "draft_removed", by=by, text=reason.strip())
    plan.delete()


@transaction.atomic
def add_steps(
    plan: Plan, what: str, *, responsible: str, due_on: date | None, by: User,
    hamlets: Iterable[Hamlet | None] = (None,),
) -> list[Milestone]:  # fmt: skip
    """Add a step for each hamlet (None: the whole commune) without it. Raises NotAllowed."""
    lock_for(plan, by, permission=is_keeper, only=State.DRAFT)
    what, responsible = what.strip(), responsible.strip()
    if not what or not responsible:
        raise NotAllowed("Hãy ghi việc cần làm và ai chủ trì.")
    if due_on is not None and not plan.starts_on <= due_on <= plan.ends_on:
        raise NotAllowed(
            f"Hạn phải nằm trong thời gian của kế hoạch, từ {plan.starts_on:%d/%m/%Y} đến "
            f"{plan.ends_on:%d/%m/%Y}."
        )
    require_clean(what, responsible)
    places = list(hamlets)
    if any(place is not None and place.commune_id != plan.commune_id for place in places):
        raise NotAllowed("Ấp, khu phố không thuộc xã của kế hoạch.")
    there = set(plan.milestones.filter(what=what).values_list("hamlet", flat=True))
    steps = [
        Milestone(plan=plan, what=what, hamlet=place, responsible=responsible, due_on=due_on)
        for place in places
        if (place.pk if place else None) not in there
    ]
    if not steps:
        raise NotAllowed("Việc này đã có trong kế hoạch ở nơi đã chọn.")
    made = Milestone.objects.bulk_create(steps)
    record(plan, "steps_added", by=by, rows=len(made))
    return made


@transaction.atomic
def remove_step(step: Milestone, *, by: User, reason: str = "") -> None:
    """Delete a step of a draft. Raises NotAllowed."""
    plan = step.plan
    lock_for(plan, by, permission=is_keeper, only=State.DRAFT)
    record(plan, "step_removed", by=by, text=reason.strip())
    step.delete()


StepState, Kind = Milestone.State, MilestoneReport.Kind
NO_DOING = {
    StepState.DONE: "Việc này đã báo xong trước đó.",
    StepState.DROPPED: "Việc này đã ghi là không làm. Hãy mở lại trước.",
}
NO_BEGINNING = {StepState.DOING: "Việc này đang làm rồi.", **NO_DOING}
NO_REPORTING = {
    Plan.State.DRAFT: "Kế hoạch chưa ban hành nên chưa báo kết quả được.",
    Plan.State.CLOSED: "Kế hoạch đã khép lại nên không báo thêm được.",
}
NO_REOPENING = {
    StepState.PENDING: "Việc này chưa làm nên không cần mở lại.",
    StepState.DOING: "Việc này đang làm nên không cần mở lại.",
}


def may_report(step: Milestone, by: Any) -> bool:
    """Whether the account is of the body of the plan or of the hamlet of the step."""
    if is_keeper(step.plan, by):
        return True
    sees = by.has_perm("oversight.view_milestone") and step.hamlet_id is not None
    return sees and hamlets_of(by).filter(hamlet=step.hamlet_id).exists()


def _is_keeper(step: Milestone, by: User) -> bool:
    return is_keeper(step.plan, by)


def _lock_for(step: Milestone, by: User, *, keeper_only: bool = False) -> None:
    """Lock step and plan: no reports while the plan is being closed. Raises NotAllowed."""
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
    """Mark a step as begun. Raises NotAllowed."""
    _lock_for(step, by)
    require_state(step, unless=NO_BEGINNING)
    step.state = StepState.DOING
    step.save(update_fields=["state"])
    return _record(step, Kind.DOING, "", by)


@transaction.atomic
def report(step: Milestone, text: str, *, by: User) -> Milestone:
    """Report on an open step; the state stays. Raises NotAllowed."""
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
    """Mark a step as done on a day up to today. Raises NotAllowed."""
    _lock_for(step, by)
    require_transition(step, StepState.DONE, refusals=NO_DOING)
    if done_on > timezone.localdate():
        raise NotAllowed("Ngày xong chưa tới. Hãy chọn hôm nay hoặc ngày trước.")
    if done_on < step.plan.starts_on:
        raise NotAllowed("Ngày xong đứng trước ngày đầu của kế hoạch. Hãy xem lại.")
    require_clean(evidence)
    step.state, step.done_on = StepState.DONE, done_on
    step.evidence, step.evidence_link = evidence.strip(), page_of(link)
    step.clean_fields(exclude=["plan", "hamlet"])
    step.save(update_fields=["state", "done_on", "evidence", "evidence_link"])
    return _record(step, Kind.DONE, f"Xong ngày {done_on:%d/%m/%Y}. {evidence}", by)


@transaction.atomic
def drop(step: Milestone, reason: str, *, by: User) -> Milestone:
    """Drop a step with a reason, by its body. Raises NotAllowed."""
    _lock_for(step, by, keeper_only=True)
    require_transition(step, StepState.DROPPED, refusals=NO_DOING)
    if not reason.strip():
        raise NotAllowed("Hãy ghi lý do không làm việc này.")
    require_clean(reason)
    step.state, step.drop_reason = StepState.DROPPED, reason.strip()
    step.save(update_fields=["state", "drop_reason"])
    return _record(step, Kind.DROPPED, reason, by)


@transaction.atomic
def reopen(step: Milestone, reason: str, *, by: User) -> Milestone:
    """Reopen a done or dropped step, by its body. Raises NotAllowed."""
    _lock_for(step, by, keeper_only=True)
    require_state(step, unless=NO_REOPENING)
    if not reason.strip():
        raise NotAllowed("Hãy ghi lý do làm lại.")
    require_clean(reason)
    step.state, step.done_on, step.drop_reason = StepState.DOING, None, ""
    step.save(update_fields=["state", "done_on", "drop_reason"])
    return _record(step, Kind.REOPENED, reason, by)
