"""Answers in Zalo to an officer's own message: the link is made, the window is open.

A fixed sentence each, by the way and the outbox of every notice, inside the window that the very
message has opened. What waits under the gate for longer than ten minutes is not sent any more.
"""

from datetime import timedelta
from typing import Final

from django.utils import timezone

from accounts.models import User
from duty.ways import trial
from duty.ways.models import Notice
from duty.ways.zalo.person import OWN_ZALO

KIND: Final = "zalo_reply"  # `duty.occasions.kinds.REPLY`, which stands above
LASTS: Final = timedelta(minutes=10)
# Each answer takes a slot of the account from posts.
MOST_AN_HOUR: Final = 6


def answer(person: User, text: str) -> None:
    """Have one of the fixed answers sent. Call in the transaction of what it answers.

    None to an account that is told of nothing, nor to who asks again and again.
    """
    now = timezone.now()
    if not person.has_perm("duty.receive_notice"):
        return
    lately = Notice.objects.filter(
        user=person, occasion__kind=KIND, made_at__gt=now - timedelta(hours=1)
    )
    places = list(OWN_ZALO.places(person, now))
    if places and lately.count() < MOST_AN_HOUR:
        trial.begin(KIND, person, OWN_ZALO.key, places, by=person, lasts=LASTS, text=text)
