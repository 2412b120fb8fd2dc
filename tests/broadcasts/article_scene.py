"""Tests of articles share a clock that is Zalo's too, and a draft with a real cover."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from accounts.models import Commune, User
from broadcasts.articles import publishing
from broadcasts.articles import services as articles
from broadcasts.models import Article, Topic
from tests.factories.articles import small_picture
from zalo.client import codes
from zalo_simulator.server import Simulator

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
TEN = datetime(2026, 12, 1, 10, 0, tzinfo=VIETNAM)


class Clock:
    """Our time and the simulator's, moved together."""

    def __init__(self, simulator: Simulator, patch: pytest.MonkeyPatch) -> None:
        self.now, self.state = TEN, simulator.state
        self.set(TEN)
        patch.setattr(timezone, "now", lambda: self.now)
        wait_for = codes.wait_for  # the client reads the clock of the machine, which is not moved
        patch.setattr(codes, "wait_for", lambda code, now: wait_for(code, self.now))

    def set(self, moment: datetime) -> None:
        self.now = moment
        with self.state.lock:
            self.state.clock_offset_s += moment.timestamp() - self.state.now()
            self.state.tokens.access_until = self.state.tokens.refresh_until = 9e12

    def run(self, *, seconds: float = 11, rounds: int = 1) -> dict[str, int]:
        did: dict[str, int] = {}
        for _ in range(rounds):
            self.set(self.now + timedelta(seconds=seconds))
            did = publishing.run(self.now)
        return did


def draft_article(commune: Commune, author: User, **fields: Any) -> Article:
    """A draft with a real cover, saved by its author."""
    values = {
        "commune": commune,
        "topic": Topic.objects.get(code="chu-truong"),
        "title": "Cấp căn cước cho trẻ em",
        "author": "Công an xã",
        "description": "Trẻ dưới 6 tuổi làm ở đâu.",
        "text": "Đoạn một.\n\nhttps://anh.example.vn/a.jpg\n\nĐoạn hai.",
        "cover": small_picture(),
    }
    return articles.create(Article(**(values | fields)), by=author)
