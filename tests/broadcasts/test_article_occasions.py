"""Articles of which somebody is told: approval, return. The same approvers as for posts."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import Commune, User
from accounts.users.roles import Role
from broadcasts import services as posts
from broadcasts.articles import services as articles
from broadcasts.articles.held import HeldArticles
from broadcasts.models import Article
from duty.models import Absence, Occasion
from duty.occasions import subjects
from tests.broadcasts.article_scene import draft_article
from tests.factories.accounts import make_user
from tests.factories.duty import Hours, ends, everybody_is_reached, hours, make_shift, open_kinds
from tests.factories.groups import make_ordinary_group
from zalo.hold.models import HeldRow

# A Tuesday in Vietnam, at two in the afternoon; the night before it.
NOON = datetime(2026, 12, 1, 7, 0, tzinfo=UTC)
AT_TWO = datetime(2026, 11, 30, 19, 0, tzinfo=UTC)
MORNING = datetime(2026, 11, 30, 23, 31, tzinfo=UTC)  # 06:31
Submitted = Callable[..., Article]


@pytest.fixture(autouse=True)
def _public_portal(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.PORTAL_URL = "https://cong.example.vn"
    settings.MEDIA_ROOT = str(tmp_path)
    everybody_is_reached(monkeypatch)


@pytest.fixture
def day() -> Iterator[Hours]:
    with hours(NOON) as clock:
        yield clock


@pytest.fixture
def submitted(commune: Commune, author: User) -> Submitted:
    """`submitted(**fields)`: an article that its author has submitted."""
    write = partial(draft_article, commune, author)
    return lambda **fields: articles.submit(write(**fields), by=author)


def address_for(user: User) -> str:
    occasion = Occasion.objects.open().get()
    return subjects.subject(occasion).address(user, occasion.subject_pk)


def test_approvers_of_an_article_are_those_of_a_post(
    day, submitted, draft, author, chief, deputy_chief, hamlet, actor, other_commune
):
    make_user(other_commune, Role.CHIEF)
    actor(Role.TECH_ADMIN)
    make_ordinary_group(hamlet)

    submitted()
    of_article = day.after(120)
    posts.submit(draft(), by=author)
    of_post = day.after(120)

    assert of_article == of_post == sorted([chief.username, deputy_chief.username])
    assert open_kinds() == ["approval_routine", "approval_routine"]


def test_article_submitted_at_night_waits_for_the_morning(submitted, chief):
    with hours(AT_TWO) as night:
        submitted()

        assert night.after(600) == []
        assert night.at(MORNING) == [chief.username]


def test_hour_at_which_it_goes_to_followers_is_when_it_is_due(day, submitted, chief):
    at = NOON + timedelta(hours=3)

    submitted(wants_spread=True, spread_for=at)

    assert Occasion.objects.get().due_at == at


def test_chief_who_wrote_in_it_is_not_asked_to_approve_it(
    day, submitted, author, chief, deputy_chief
):
    article = submitted()
    article.text += "\n\nThêm một đoạn."
    articles.submit(articles.edit(article, by=chief), by=author)

    told = [name for seconds in (120, 1800, 1800) for name in day.after(seconds)]

    assert chief.username not in told
    assert deputy_chief.username in told
    assert not subjects.may_open(Occasion.objects.open().get(), chief)


def test_right_to_approve_posts_that_is_lent_opens_no_article(
    day, submitted, commune, chief, officer_of, hamlet
):
    other = officer_of(hamlet, username="duoc.uy.quyen")
    Absence.objects.create(
        commune=commune, person=chief, stand_in=other, written_by=chief, may_approve=True,
        starts_at=NOON - timedelta(hours=1), ends_at=NOON + timedelta(days=1),
    )  # fmt: skip
    submitted()

    assert not subjects.may_open(Occasion.objects.get(), other)
    assert day.after(120) == [chief.username]


@pytest.mark.parametrize(
    ("verb", "because"),
    [
        (lambda article, by: articles.approve(article, by=by), "done"),
        (lambda article, by: articles.return_for_changes(article, by=by, reason="Sửa"), "done"),
        (lambda article, by: articles.cancel(article, by=by), "gone"),
    ],
    ids=["approved", "returned", "cancelled"],
)
def test_decision_ends_the_asking(day, submitted, chief, verb, because):
    article = submitted()
    day.after(120)

    verb(article, chief)

    assert ends() == [("approval_routine", because)]
    assert "approval_routine" not in open_kinds()


def test_edit_replaces_what_was_asked_and_the_next_submission_asks_anew(
    day, submitted, author, chief
):
    article = submitted()
    article.text += "\n\nThêm một đoạn."
    article = articles.edit(article, by=author)

    assert ends() == [("approval_routine", "replaced")]
    articles.submit(article, by=author)
    assert day.after(120) == [chief.username]
    assert Occasion.objects.open().get().round == 2


def test_returned_article_is_told_to_its_author_and_ends_by_submitting(
    day, submitted, author, chief, login
):
    article = articles.return_for_changes(submitted(), by=chief, reason="Ghi rõ giờ")

    assert day.after(120) == [author.username]
    assert open_kinds() == ["post_returned"]
    assert "Ghi rõ giờ" in login(author).get(address_for(author)).content.decode()
    articles.submit(article, by=author)
    assert open_kinds() == ["approval_routine"]


def test_returned_article_is_open_to_its_author_and_to_who_leads_the_shift(
    day, submitted, author, chief, commune, officer_of, hamlet
):
    articles.return_for_changes(submitted(), by=chief, reason="Ghi rõ giờ")
    occasion, other = Occasion.objects.open().get(), officer_of(hamlet, username="can.bo.khac")

    assert subjects.may_open(occasion, author)
    assert not subjects.may_open(occasion, other)
    assert not subjects.may_open(occasion, chief)
    make_shift(commune, chief, NOON, "leader")
    assert subjects.may_open(occasion, chief)


def test_address_of_an_approval_is_the_page_on_which_it_is_approved(
    day, submitted, chief, login, other_commune
):
    article = submitted()

    page = login(chief).get(address_for(chief)).content.decode()

    assert reverse("admin:broadcasts_article_step", args=[article.pk, "duyet"]) in page
    assert not subjects.may_open(Occasion.objects.get(), make_user(other_commune, Role.CHIEF))


def test_numbers_of_posts_and_articles_are_not_mixed_up(
    day, submitted, draft, author, chief, hamlet
):
    """A post and an article with the same number: each occasion asks its own row."""
    make_ordinary_group(hamlet)
    article = submitted()
    post = posts.submit(draft(pk=article.pk), by=author)
    articles.approve(article, by=chief)

    occasion = Occasion.objects.open().get()

    assert occasion.subject == f"broadcasts.broadcast:{post.pk}"
    assert ends() == [("approval_routine", "done")]
    assert subjects.subject(occasion).stands(post.pk)


def test_article_closed_after_a_restore_is_asked_for_no_more(day, submitted, chief):
    article = submitted()
    held = HeldRow(
        kind=HeldArticles.key, row_id=article.pk, decision=HeldRow.Decision.DROP, decided_by=chief
    )

    HeldArticles().apply(held)

    assert ends() == [("approval_routine", "gone")]


def test_forgotten_close_tells_nobody_for_long(day, submitted):
    article = submitted()
    Article.objects.filter(pk=article.pk).update(status="cancelled")

    assert day.after(120) == []
    assert ends() == [("approval_routine", "gone")]
