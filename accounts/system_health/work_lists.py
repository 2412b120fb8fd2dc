"""One line about the health of the system, for the page of its section."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from accounts.scoped_admin.work_lists import WorkItem, state_line
from accounts.system_health import snapshot
from accounts.system_health.pages import headline, lines_of
from accounts.system_health.parts import State


@state_line(permission="accounts.view_healthsnapshot")
def health_now(user: Any, now: datetime) -> WorkItem:
    row = snapshot.current()
    sentence, tone = headline(row, [] if row is None else lines_of(row), now)
    return WorkItem(
        "Máy chủ, hàng đợi, bản sao",
        reverse("admin:accounts_healthsnapshot_page"),
        sentence,
        is_urgent=tone is State.BAD,
    )
