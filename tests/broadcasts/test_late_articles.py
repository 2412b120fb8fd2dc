"""The late rule for articles: the page gets them whenever it can, the followers do not."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from accounts.models import Commune, User
from broadcasts.articles import services as articles
from broadcasts.articles import settling
from broadcasts.models import Article
from tests.broadcasts.article_scene import TEN, Clock, draft_article
from zalo.models import OfficialAccount
from zalo_simulator.server import Simulator

HELD = (
    "Bài chờ gửi rộng từ 11:00 ngày 01/12/2026. Đến 14:00 ngày 01/12/2026 vẫn chưa gửi, trễ quá 2 "
    "giờ nên máy giữ lại. Chưa gửi cho ai. Bấm “Gửi rộng lại” thì gửi ngay; không bấm thì máy "
    "không gửi nữa."
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(simulator, monkeypatch)


@pytest.fixture
def approved(
    commune: Commune, account: OfficialAccount, author: User, chief: User, clock: Clock,
    settings: Any, tmp_path: Path,
) -> Callable[..., Article]:  # fmt: skip
    settings.PORTAL_URL = "https://cong.example.vn"
    settings.MEDIA_ROOT = str(tmp_path)

    def made(**fields: Any) -> Article:
        article = articles.submit(draft_article(commune, author, **fields), by=author)
        return articles.approve(article, by=chief)

    return made


def at(hour: int, minute: int = 0) -> Any:
    return TEN.replace(hour=hour, minute=minute)


def on_the_page(approved: Callable[..., Article], clock: Clock) -> Article:
    """Published, and to go to the followers at eleven."""
    article = approved(wants_spread=True, spread_for=at(11))
    clock.run(rounds=8)
    return after(article)


def after(article: Article) -> Article:
    article.refresh_from_db()
    return article


def test_article_three_hours_late_waits_until_a_person_lets_it_go(
    approved: Callable[..., Article], clock: Clock, chief: User
) -> None:
    article = on_the_page(approved, clock)
    clock.set(at(14))
    clock.run(seconds=0)
    held = (after(article).status, article.spread, article.error_text)

    settling.spread_again(article, by=chief)
    clock.run()

    assert held == ("published", "failed", HELD)
    assert after(article).spread == "accepted"


def test_article_a_little_late_goes_by_itself(
    approved: Callable[..., Article], clock: Clock
) -> None:
    article = on_the_page(approved, clock)
    clock.set(at(13))
    clock.run(seconds=0)

    assert after(article).spread == "accepted"


def test_page_gets_a_late_article_and_the_followers_do_not(
    approved: Callable[..., Article], clock: Clock
) -> None:
    """Nobody's phone rings for what stands on a page."""
    article = approved(wants_spread=True)
    clock.set(at(14))
    clock.run(rounds=8)

    assert (after(article).status, article.spread) == ("published", "failed")
    assert article.error_text.startswith("Bài chờ gửi rộng từ 10:00 ngày 01/12/2026.")


def test_what_the_machine_put_off_is_not_late(
    approved: Callable[..., Article], clock: Clock, account: OfficialAccount
) -> None:
    """Its sentence said that it goes once the account is connected again."""
    article = on_the_page(approved, clock)
    state = OfficialAccount.objects.filter(pk=account.pk)
    clock.set(at(11))
    state.update(needs_consent=True)
    for _ in range(25):
        clock.run(seconds=timedelta(minutes=10).total_seconds())
    waiting = after(article).spread
    state.update(needs_consent=False)
    clock.run(seconds=70)

    assert (waiting, after(article).spread) == ("waiting", "accepted")
