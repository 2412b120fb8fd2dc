"""The sheet with the code of a group, for a wall: one content for the police and for anyone."""

from typing import Any

from django.utils import timezone

from accounts.models import Commune
from accounts.public_pages import code_of, inside_a_sentence
from groups.models import ZaloGroup


def poster_of(group: ZaloGroup, commune: Commune) -> dict[str, Any]:
    """What the sheet says: which group this is, its code, whom to ask."""
    today = timezone.localdate()
    return {
        "group": group,
        "commune": commune,
        "said_commune": inside_a_sentence(commune),
        "place": group.team or group.hamlet or commune,
        "profile": commune.profile_on(today),
        "qr": code_of(group.link),
        "today": today,
    }
