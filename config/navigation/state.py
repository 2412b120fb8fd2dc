"""How a section stands: its work lists as numbers, the gravest first, and what they do not say.

Read from the same lists as the queue of the home page (`accounts.scoped_admin.work_lists`), those
of the section's apps alone.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode

from django.urls import reverse

from accounts.scoped_admin.hours import due_words
from accounts.scoped_admin.questions import many
from accounts.scoped_admin.queue import KINDS
from accounts.scoped_admin.terms import PLAIN
from accounts.scoped_admin.work_lists import Place, WorkItem, WorkList, lists_of_apps
from config.navigation.sections import apps_of

LINES: Final = {Place.LINE, Place.NEXT}
# The gravest lists stand open; the others unfold.
OPEN: Final = 6


@dataclass(frozen=True, slots=True)
class Waiting:
    """A work list in one line: how many, whether one presses, and the first term."""

    title: str
    url: str
    number: str
    presses: bool
    due: str
    is_late: bool


@dataclass(frozen=True, slots=True)
class State:
    """Lists that wait in a section, lines about it, and the address of the same matters."""

    waiting: list[Waiting]
    lines: list[WorkItem]
    queue: str

    @property
    def open(self) -> list[Waiting]:
        return self.waiting[:OPEN]

    @property
    def folded(self) -> list[Waiting]:
        return self.waiting[OPEN:]


def state_of(user: Any, key: str, now: datetime) -> State:
    """The state of a section for an account, in its own scope."""
    apps = apps_of(key)
    lists, lines = lists_of_apps(user, now, apps)
    kind = next(name for app, name in KINDS.items() if app in apps)
    queue = f"{reverse('admin:index')}?{urlencode({'loc': kind})}"
    waits = [made for made in lists if made.place == Place.QUEUE and made.count]
    waits.sort(key=lambda made: (not made.presses, made.level))
    return State(
        waiting=[_waiting(made, queue, now) for made in waits],
        lines=[item for made in lists if made.place in LINES for item in made.items] + lines,
        queue=queue if waits else "",
    )


def _waiting(made: WorkList, queue: str, now: datetime) -> Waiting:
    terms = [(item.due_at, item.term) for item in made.items if item.due_at]
    due_at, term = min(terms, key=lambda one: one[0], default=(None, PLAIN))
    is_late = due_at is not None and due_at < now
    alone = made.items[0].url if made.count == 1 and made.items else ""
    return Waiting(
        title=made.title,
        url=alone or made.url or queue,
        number=many(made.count),
        presses=made.presses,
        due="" if is_late and made.says_late else due_words(due_at, now, term),
        is_late=is_late,
    )
