"""Celery tasks of the app; each calls one function of a feature."""

from celery import shared_task

from accounts.work_budget import WorkBudget
from groups.linking import replies
from groups.member_import import committing, enqueue
from groups.member_import import services as member_import
from groups.oa_groups import reconciliation as reconciling
from groups.personal_data import occasions


@shared_task(
    name="groups.read_member_import", ignore_result=True, soft_time_limit=150, time_limit=170
)
def read_member_import(batch_id: int) -> None:
    """Read an uploaded member list and compare it with the hamlet."""
    member_import.read(batch_id)


@shared_task(
    name="groups.commit_member_import", ignore_result=True, soft_time_limit=240, time_limit=270
)
def commit_member_import(batch_id: int) -> None:
    """Write a previewed list into the register, from where it stopped."""
    committing.run(batch_id, WorkBudget())


@shared_task(
    name="groups.resume_member_imports", ignore_result=True, soft_time_limit=30, time_limit=60
)
def resume_member_imports() -> None:
    """Wake lists whose worker is gone."""
    enqueue.resume_stale()


@shared_task(
    name="groups.reconcile_oa_groups", ignore_result=True, soft_time_limit=180, time_limit=210
)
def reconcile_oa_groups(run_id: int) -> None:
    """Compare Zalo's groups with ours, from where it stopped."""
    reconciling.run(run_id, WorkBudget())


@shared_task(
    name="groups.open_reconciliations", ignore_result=True, soft_time_limit=30, time_limit=60
)
def open_reconciliations() -> None:
    """Open tonight's comparisons and wake those whose worker is gone."""
    reconciling.tick()


@shared_task(
    name="groups.send_link_replies", ignore_result=True, soft_time_limit=200, time_limit=240
)
def send_link_replies() -> None:
    """Send what the account answers about linking."""
    replies.send_due()


@shared_task(name="groups.follow_requests", ignore_result=True, soft_time_limit=60, time_limit=90)
def follow_requests() -> None:
    """Have somebody told of requests about personal data whose last day is near."""
    occasions.follow_all()
