"""The sheet with the code of a group, for a wall: one content for the police and for anyone."""

from typing import Any

import segno
from django.utils import timezone

from accounts.models import Commune
from groups.genuine import inside_a_sentence
from groups.models import ZaloGroup


def code_of(link: str) -> str:
    """The link as a picture that a phone reads, made here and by no other host."""
    return segno.make(link, error="m", micro=False).svg_data_uri(border=2, light="#fff", nl=False)


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
