"""The text that a new notice starts with: who, for what, which data, how long, which rights."""

from datetime import date
from pathlib import Path

from accounts.models import Commune

FOLDER = Path(__file__).parent
DEFAULT_TEXT = (FOLDER / "membership_notice.txt").read_text("utf-8")


def default_text(commune: Commune, day: date, *, purge_days: int) -> str:
    """The text for a commune; “…” stands where a person has to complete it."""
    profile = commune.profile_on(day)
    phone = profile.duty_phone if profile is not None and profile.duty_phone else "…"
    name = str(commune)
    return DEFAULT_TEXT.format(commune=name[:1].lower() + name[1:], days=purge_days, phone=phone)


ZALO_LINK_VERSION = "Liên kết Zalo 01"
ZALO_LINK_NOTICE = (FOLDER / "zalo_link_notice.txt").read_text("utf-8")
