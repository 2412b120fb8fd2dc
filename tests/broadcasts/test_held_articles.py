"""Articles after a restore: none is handed in twice, none goes to the followers twice."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from accounts.models import Commune, User
from broadcasts.articles import publishing
from broadcasts.articles.settling import look_again, settle_spread
from broadcasts.models import Article
from tests.broadcasts.article_scene import TEN, Clock
from tests.factories.articles import make_article
from tests.flows.harness import forget_redis
from tests.zalo.gate import rows_after_restore
from zalo.hold import journal, process, services
from zalo.models import HeldRow, OfficialAccount, SendGate
from zalo_simulator.server import Simulator

Decision, Finding = HeldRow.Decision, HeldRow.Finding


@pytest.fixture(autouse=True)
def _outside(tmp_path: Path, settings: Any) -> Iterator[None]:
    settings.WITNESS_DIR = tmp_path
    settings.PORTAL_URL = "https://cong.example.vn"
    process.forget()
    yield
    process.forget()
    forget_redis()


@pytest.fixture
def clock(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(simulator, monkeypatch)


@pytest.fixture
def due(commune: Commune, account: OfficialAccount, clock: Clock) -> Callable[..., Article]:
    """`due(**fields)`: approved, and due to be handed in."""

    return partial(make_article, commune, status="approved", next_attempt_at=TEN)


def lines() -> list[tuple[str, str, str]]:
    found = journal.tail(SendGate.objects.get().installation)
    return [(line.kind, line.state, line.message_id) for line in found]


def settle(decision: str, chief: User) -> None:
    services.settle(list(HeldRow.objects.all()), decision, by=chief)


def back(article: Article, **values: Any) -> None:
    """The row as an older copy of the database has it."""
    Article.objects.filter(pk=article.pk).update(**values)


def now(article: Article) -> Article:
    article.refresh_from_db()
    return article


def test_journal_knows_each_claim_and_what_zalo_named(due, clock, simulator):
    due(wants_spread=True, spread="waiting", spread_due_at=TEN)

    clock.run(rounds=8)

    (message,) = Article.objects.values_list("spread_message_id", flat=True)
    assert lines() == [("article", "", ""), ("spread", "", ""), ("spread", "sent", message)]


def test_due_article_counts_as_handed_in_until_somebody_looked(due, clock, simulator, chief):
    article = due()
    clock.run(rounds=4)
    assert now(article).status == "published"
    back(article, status="approved", zalo_article_id="", link="", next_attempt_at=TEN)
    simulator.state.stats.clear()

    (row,) = rows_after_restore()
    settle("", chief)

    assert (row.kind, row.finding) == ("article", Finding.ATTEMPTED)
    assert now(article).status == "uncertain"
    assert look_again(article, by=chief)
    assert (article.status, article.zalo_article_id != "") == ("published", True)
    assert simulator.state.stats["calls /v2.0/article/create"] == 0


def test_due_article_without_a_journal_is_not_handed_in_either(due, chief):
    article = due()

    (row,) = rows_after_restore()
    settle("", chief)

    assert (row.finding, now(article).status) == (Finding.ATTEMPTED, "uncertain")


@pytest.mark.parametrize(
    ("decision", "status"),
    [("sent", "uncertain"), ("send", "approved"), ("drop", "cancelled")],
)
def test_a_person_decides_otherwise(decision, status, due, chief):
    article = due(status="publishing", next_attempt_at=None, claimed_at=TEN)

    rows_after_restore()
    settle(decision, chief)

    assert now(article).status == status
    assert (article.next_attempt_at is not None) == (decision == "send")


def test_article_that_zalo_processes_goes_on(due, chief):
    due(status="publishing", zalo_token="t1")

    assert rows_after_restore() == []


def test_article_approved_in_the_lost_time_is_closed(due, clock, simulator, chief):
    article = due()
    clock.run(seconds=0)
    empty = {"approved_by": None, "approved_at": None, "approved_hash": "", "zalo_token": ""}
    back(article, status="pending_approval", **empty)

    (row,) = rows_after_restore()
    settle("", chief)

    assert (row.finding, now(article).status) == (Finding.ATTEMPTED, "cancelled")
    assert "không đăng lần hai" in article.note


def test_broadcast_whose_hour_came_waits_for_a_person(due, clock, simulator, chief):
    article = due(
        status="published", wants_spread=True, spread="waiting", spread_due_at=TEN,
        next_attempt_at=None,
    )  # fmt: skip

    (row,) = rows_after_restore()
    settle("", chief)
    process.forget()
    publishing.run(clock.now)

    assert (row.kind, row.finding) == ("spread", Finding.ATTEMPTED)
    assert now(article).spread == "uncertain"
    assert simulator.state.stats["broadcasts"] == 0
    assert settle_spread(article, by=chief, is_sent=True).spread == "accepted"


def test_broadcast_that_the_journal_knows_is_accepted(due, clock, simulator, chief):
    article = due(wants_spread=True, spread="waiting", spread_due_at=TEN)
    clock.run(rounds=8)
    message = now(article).spread_message_id
    back(article, spread="waiting", spread_due_at=TEN, spread_message_id="", spread_at=None)

    (row,) = rows_after_restore()
    settle("", chief)

    assert message
    assert (row.finding, row.message_ids) == (Finding.ANSWERED, [message])
    assert (now(article).spread, article.spread_message_id) == ("accepted", message)


@pytest.mark.parametrize(("decision", "spread"), [("send", "waiting"), ("drop", "cancelled")])
def test_broadcast_that_a_person_decides(decision, spread, due, chief):
    article = due(status="published", spread="sending", spread_due_at=TEN, claimed_at=TEN)

    rows_after_restore()
    settle(decision, chief)

    assert now(article).spread == spread


def test_claim_that_the_row_does_not_know_is_a_restore(due, clock):
    article = due()
    clock.run(seconds=0)
    process.forget()
    first = process.begin()
    back(article, claimed_at=None, status="approved", zalo_token="")
    process.forget()

    assert (first, process.begin()) == (True, False)


def test_held_by_hand_lists_none(due, chief):
    due()
    services.hold(by=chief, reason="Thử")
    services.start(by=chief)

    assert not HeldRow.objects.exists()
