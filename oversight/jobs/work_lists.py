"""Work lists of jobs: those to do, and those that their givers decide about."""

from datetime import date
from typing import Any

from oversight.jobs.models import Job
from oversight.jobs.querysets import GIVES, VIEWS
from oversight.work_lists import rows_list


def _to_do(user: Any, today: date) -> Any:
    rows = Job.objects.visible_to(user).to_do().filter(doer=user.pk)
    return rows.select_related("given_by").order_by("due_on", "pk")


jobs_to_do = rows_list(
    "Việc được giao", "job", _to_do,
    lambda row, today: (
        row.title, f"{row.given_by} giao. Hạn {row.due_on:%d/%m/%Y}.", row.due_on <= today,
    ),
    right=VIEWS, query="?viec=lam", verb="Mở việc", due=lambda row: row.due_on,
)  # fmt: skip


def _to_look_after(user: Any, today: date) -> Any:
    rows = Job.objects.visible_to(user).to_look_after(today).filter(given_by=user.pk)
    return rows.select_related("doer").order_by("due_on", "pk")


def _standing(row: Job) -> str:
    if row.state == Job.State.RETURNED:
        return f"{row.doer} trả lại."
    return f"{row.doer} chưa xong, hạn {row.due_on:%d/%m/%Y}."


jobs_to_look_after = rows_list(
    "Việc đã giao cần xem", "job", _to_look_after,
    lambda row, today: (row.title, _standing(row)),
    right=GIVES, query="?viec=xem", verb="Xem việc", due=lambda row: row.due_on,
    begins=(("Giao việc", "admin:oversight_job_add"),),
)  # fmt: skip
