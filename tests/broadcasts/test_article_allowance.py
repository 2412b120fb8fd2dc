"""How many articles a month Zalo lets go to the followers: learnt, counted, and kept to."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import Commune, User
from broadcasts.articles import services as articles
from broadcasts.articles import settling
from broadcasts.models import Article
from broadcasts.posts.errors import NotAllowed
from tests.broadcasts.article_scene import TEN, Clock, draft_article
from tests.factories.articles import make_article
from tests.factories.zalo import make_follower
from zalo.followers import quota
from zalo.models import OfficialAccount, QuotaLedger
from zalo_simulator.server import Simulator


@pytest.fixture
def clock(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(simulator, monkeypatch)


@pytest.fixture(autouse=True)
def _public_portal(settings: Any, tmp_path: Path) -> None:
    settings.PORTAL_URL = "https://cong.example.vn"
    settings.MEDIA_ROOT = str(tmp_path)


@pytest.fixture
def write(commune: Commune, author: User) -> Callable[..., Article]:
    """`write(**fields)`: a draft of the author."""
    return partial(draft_article, commune, author)


@pytest.fixture
def approved(write: Callable[..., Article], author: User, chief: User) -> Callable[..., Article]:
    """`approved(**fields)`: submitted by its author and approved by the chief."""

    def made(**fields: Any) -> Article:
        article = articles.submit(write(**fields), by=author)
        return articles.approve(article, by=chief)

    return made


def used(month: int = 12) -> int:
    row = QuotaLedger.objects.filter(kind="broadcast", month__month=month).first()
    return 0 if row is None else row.used


def test_each_accepted_article_is_counted_and_the_one_too_many_is_refused(
    account: OfficialAccount, approved: Callable[..., Article], write: Callable[..., Article],
    author: User, clock: Clock,
):  # fmt: skip
    quota.note_broadcasts_allowed(account, 1, TEN)
    article = approved(wants_spread=True)
    clock.run(rounds=8)
    article.refresh_from_db()
    assert (article.spread, used()) == ("accepted", 1)

    one_more = write(wants_spread=True)
    with pytest.raises(NotAllowed, match=r"Tháng này đã hết 1 bài .* bỏ chọn gửi rộng"):
        articles.submit(one_more, by=author)

    assert articles.submit(write(title="Bài trên trang"), by=author).status == "pending_approval"
    in_january = write(wants_spread=True, spread_for=TEN + timedelta(days=31))
    assert articles.submit(in_january, by=author).status == "pending_approval"


def test_articles_that_wait_for_the_followers_take_their_place(
    account: OfficialAccount, approved: Callable[..., Article], write: Callable[..., Article],
    author: User, chief: User, clock: Clock,
):  # fmt: skip
    quota.note_broadcasts_allowed(account, 1, TEN)
    pending = articles.submit(write(wants_spread=True, title="Bài hai"), by=author)
    approved(wants_spread=True, spread_for=TEN + timedelta(days=3))

    with pytest.raises(NotAllowed, match="đã hết 1 bài"):
        articles.approve(pending, by=chief, seen_hash=pending.content_hash)


def test_what_was_allowed_and_is_used_up_meanwhile_does_not_leave(
    account: OfficialAccount, approved: Callable[..., Article], simulator: Simulator,
    chief: User, clock: Clock,
):  # fmt: skip
    article = approved(wants_spread=True)
    quota.note_broadcasts_allowed(account, 0, TEN)
    clock.run(rounds=8)
    article.refresh_from_db()
    assert (article.status, article.spread) == ("published", "failed")
    assert "đã hết 0 bài" in article.error_text
    assert simulator.state.stats["broadcasts"] == 0
    with pytest.raises(NotAllowed, match="đã hết 0 bài"):
        settling.spread_again(article, by=chief)

    quota.declare_broadcasts(account, 4, by=chief)
    settling.spread_again(article, by=chief)
    clock.run(rounds=2)

    article.refresh_from_db()
    assert (article.spread, article.error_text, used()) == ("accepted", "", 1)
    with pytest.raises(NotAllowed):
        settling.spread_again(article, by=chief)


def test_one_that_a_person_found_sent_counts_in_its_own_month(
    commune: Commune, account: OfficialAccount, chief: User
):
    left_at = datetime(2026, 11, 30, 15, 0, tzinfo=TEN.tzinfo)
    article = make_article(
        commune, status="published", spread="uncertain", claimed_at=left_at, wants_spread=True
    )

    settling.settle_spread(article, by=chief, is_sent=True)

    assert (used(11), used(12)) == (1, 0)


def test_figure_is_learnt_from_zalo_for_a_business(account: OfficialAccount, simulator: Simulator):
    assert quota.learn_broadcasts(account) is None  # nobody follows yet
    person = simulator.state.add_person("Trần Thị Bông")
    make_follower(account, zalo_user_id=person.id)

    assert quota.learn_broadcasts(account) == 4
    assert quota.broadcasts_allowed(account, timezone.now()) == (4, True)


def test_refusal_of_the_question_says_nothing(account: OfficialAccount, simulator: Simulator):
    make_follower(account, zalo_user_id="7000000000000009999")  # whom Zalo does not know

    assert quota.learn_broadcasts(account) is None
    assert quota.broadcasts_allowed(account, timezone.now()) == (None, False)
    account.refresh_from_db()
    assert account.last_error == ""


def test_state_agency_is_not_asked_and_a_person_types_the_figure(
    account: OfficialAccount, simulator: Simulator, chief: User, login: Callable[[User], Client]
):
    OfficialAccount.objects.update(oa_type=4, endpoint_family="v2", users_family="v2")
    account.refresh_from_db()
    make_follower(account, zalo_user_id="7000000000000000001")
    assert quota.learn_broadcasts(account) is None
    assert simulator.state.stats["calls /v3.0/oa/quota/message"] == 0
    client = login(chief)
    page = reverse("admin:zalo_officialaccount_health", args=[account.pk])
    address = reverse("admin:zalo_officialaccount_broadcasts", args=[account.pk])
    assert address in client.get(page).content.decode()

    said = client.post(address, {"so-bai": "6"}, follow=True).content.decode()

    assert "Đã ghi: mỗi tháng 6 bài." in said
    assert quota.broadcasts_allowed(account, timezone.now()) == (6, False)
    for typed in ("-1", "sáu", "1001", "²"):
        said = client.post(address, {"so-bai": typed}, follow=True).content.decode()
        assert "Hãy ghi một số từ 0 đến 1000." in said
    assert quota.broadcasts_allowed(account, timezone.now()) == (6, False)
    client.post(address, {"so-bai": ""})
    assert quota.broadcasts_allowed(account, timezone.now()) == (None, False)


def test_figure_that_zalo_said_is_not_asked_of_a_person(
    account: OfficialAccount, chief: User, login: Callable[[User], Client]
):
    quota.note_broadcasts_allowed(account, 4, timezone.now())
    page = reverse("admin:zalo_officialaccount_health", args=[account.pk])

    shown = login(chief).get(page).content.decode()

    assert reverse("admin:zalo_officialaccount_broadcasts", args=[account.pk]) not in shown
    assert "Tháng này còn gửi được 4 bài tới người quan tâm." in shown


def test_officer_types_no_figure(
    account: OfficialAccount, author: User, login: Callable[[User], Client]
):
    address = reverse("admin:zalo_officialaccount_broadcasts", args=[account.pk])

    assert login(author).post(address, {"so-bai": "6"}).status_code == 403
    assert not QuotaLedger.objects.exists()


def test_page_of_an_article_says_what_is_left(
    account: OfficialAccount, commune: Commune, chief: User, login: Callable[[User], Client]
):
    quota.note_broadcasts_allowed(account, 4, timezone.now())
    article = make_article(commune, status="published", wants_spread=True, spread="failed")
    page = reverse("admin:broadcasts_article_show", args=[article.pk])

    with CaptureQueriesContext(connection) as asked:
        shown = login(chief).get(page).content.decode()

    assert "còn gửi được 4 bài" in shown
    assert "Gửi rộng lại" in shown
    assert not [query for query in asked if query["sql"].startswith('INSERT INTO "zalo_quota')]
