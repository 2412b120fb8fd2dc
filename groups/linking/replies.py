"""The few fixed answers of the account about linking: a row first, sent once, never for money.

No answer names the person: whoever holds the phone reads it.
"""

import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.templatetags.static import static
from django.utils import timezone

from accounts.enqueue import enqueue
from groups.linking.models import LinkReply
from zalo.channels.base import ContactButton, Content, Text
from zalo.channels.person import PERSON
from zalo.models import Follower
from zalo.outbox.outcomes import Outcome, Verdict
from zalo.outbox.rows import Letter, Message, Outbox

Kind, State = LinkReply.Kind, LinkReply.State
STATES: Final = {
    Verdict.SENT: State.SENT,
    Verdict.QUEUED: State.WAITING,
    Verdict.UNCERTAIN: State.UNCERTAIN,
    Verdict.FAILED: State.FAILED,
    Verdict.CLOSED: State.FAILED,
}
PICTURE: Final = "groups/lien-ket.png"
_WORDS: Final = tomllib.loads((Path(__file__).parent / "replies.toml").read_text("utf-8"))
TEXTS: Final[dict[str, str]] = _WORDS["texts"]
WAITS_S: Final = (10, 60, 300, 1800, 7200)
KEEP_DAYS: Final = 8
MOST_AN_HOUR: Final = 6


def make(follower: Follower, kind: str, at: datetime, *, heard_at: datetime) -> None:
    """Have an answer sent to what the person did at `heard_at`; the same event twice makes one.

    Who asks again and again is not answered again and again: each answer takes a slot from posts.
    """
    lately = LinkReply.objects.filter(follower=follower, made_at__gt=at - timedelta(hours=1))
    if lately.count() >= MOST_AN_HOUR:
        return
    LinkReply.objects.bulk_create(
        [LinkReply(follower=follower, kind=kind, made_at=at, heard_at=heard_at)],
        ignore_conflicts=True,
    )
    enqueue("groups.tasks.send_link_replies")


def send_due() -> int:
    """Send what waits; returns how many were tried. The door of the task."""
    return Replies().drain()


def picture_address() -> str:
    """Public address of the picture of the button; empty where the portal is not on the web."""
    address = str(settings.PORTAL_URL or "").rstrip("/")
    return f"{address}{static(PICTURE)}" if address.startswith("https://") else ""


class Replies(Outbox[LinkReply]):
    channel, waiting = PERSON, State.WAITING
    related = ("follower__account",)
    waits_s = WAITS_S

    def rows(self) -> QuerySet[LinkReply]:
        return LinkReply.objects.all()

    def eligible(self, waiting: QuerySet[LinkReply]) -> QuerySet[LinkReply]:
        """Of one person one at a time, in their order."""
        on_its_way = Q(state=State.SENDING) | Q(
            state=State.WAITING, next_attempt_at__lte=timezone.now()
        )
        earlier = self.rows().filter(
            on_its_way, follower=OuterRef("follower"), pk__lt=OuterRef("pk")
        )
        return waiting.filter(~Exists(earlier))

    def message(self, row: LinkReply) -> Message:
        follower = row.follower
        return Message(
            follower.account, lambda: Letter(follower.zalo_user_id, _content(row.kind)),
            row.heard_at, reference=f"link:{row.pk}",
        )  # fmt: skip

    def record(self, claimed: QuerySet[LinkReply], row: LinkReply, outcome: Outcome) -> None:
        state = STATES[outcome.verdict]
        if state == State.WAITING and outcome.is_attempt and row.attempts > len(WAITS_S):
            state = State.FAILED
        claimed.update(state=state, next_attempt_at=outcome.next_at(timezone.now()))


def _content(kind: str) -> Content:
    picture = picture_address() if kind == Kind.ASK else ""
    if picture:
        return ContactButton(_WORDS["ask"]["title"], _WORDS["ask"]["subtitle"], picture)
    return Text(TEXTS.get(kind, _WORDS["ask"]["instead"]))
