"""Doors for the workers; the work is in `groups.member_list`."""

from celery import shared_task

from groups.member_list import batches, committing, waking


@shared_task(
    name="groups.read_member_import", ignore_result=True, soft_time_limit=150, time_limit=170
)
def read_member_import(batch_id: int) -> None:
    """Read an uploaded member list and compare it with the hamlet."""
    batches.read(batch_id)


@shared_task(name="groups.commit_member_import", ignore_result=True)
def commit_member_import(batch_id: int) -> None:
    """Write a previewed list into the register, from where it stopped."""
    committing.run(batch_id)


@shared_task(
    name="groups.resume_member_imports", ignore_result=True, soft_time_limit=30, time_limit=60
)
def resume_member_imports() -> None:
    """Wake lists whose worker is gone."""
    waking.resume_stale()
