"""Nobody approves what they wrote, whoever touched it last; the page names every writer."""

from typing import Any

import pytest
from django.urls import reverse

from accounts.models import User
from accounts.users.roles import Role
from broadcasts.articles import services as articles
from broadcasts.models import Article, Broadcast, Topic
from broadcasts.services import approve, create, edit, submit
from tests.attacks.second_person import verified
from tests.broadcasts.article_scene import draft_article
from tests.factories.accounts import make_user
from tests.factories.groups import make_group
from tests.factories.zalo import make_official_account

pytestmark = pytest.mark.django_db
TRUTH = "Công an xã không yêu cầu bà con chuyển tiền qua điện thoại."
LIE = "Bà con chuyển tiền lệ phí qua cán bộ phụ trách"


@pytest.fixture
def author(officer_of: Any, hamlet: Any) -> User:
    make_group(hamlet)
    return officer_of(hamlet)


@pytest.fixture
def rewritten(commune: Any, author: User, chief: User) -> Broadcast:
    """The chief has rewritten every word, the officer has added the full stop and submitted."""
    topic = Topic.objects.get(code="thu-doan")
    post = create(Broadcast(commune=commune, topic=topic, title="Lệ phí", text=TRUTH), by=author)
    post.text = LIE
    edit(post, by=chief)
    post.text = f"{LIE}."
    edit(post, by=author)
    return submit(post, by=author)


def test_chief_who_rewrote_a_post_does_not_approve_it_behind_a_full_stop(rewritten, chief):
    address = reverse("admin:broadcasts_broadcast_review", args=[rewritten.pk])
    client = verified(chief)
    page = client.get(address).content.decode()
    client.post(
        reverse("admin:broadcasts_broadcast_step", args=[rewritten.pk, "duyet"]),
        {"seen": rewritten.content_hash},
    )

    rewritten.refresh_from_db()
    assert (rewritten.status, rewritten.approved_by) == ("pending_approval", None)
    assert "Đồng chí đã sửa bài này nên người khác phải duyệt" in page


def test_page_of_approval_names_every_writer_to_the_second_person(
    rewritten, author, chief, deputy_chief
):
    address = reverse("admin:broadcasts_broadcast_review", args=[rewritten.pk])
    page = verified(deputy_chief).get(address).content.decode()

    named = page.partition("Đã viết, sửa từ lần duyệt trước")[2].partition("</dd>")[0]
    assert str(chief) in named
    assert str(author) in named
    assert str(deputy_chief) not in named
    assert approve(rewritten, by=deputy_chief).approved_by == deputy_chief


def test_same_trick_with_an_article_is_refused_and_named(commune, author, chief, deputy_chief):
    make_official_account(commune)
    article = draft_article(commune, author)
    for by, text in ((chief, LIE), (author, f"{LIE}.")):
        article = Article.objects.get(pk=article.pk)
        article.text = text
        articles.edit(article, by=by)
    articles.submit(article, by=author)

    with pytest.raises(articles.NotAllowed, match="người khác phải duyệt"):
        articles.approve(article, by=chief)
    shown = reverse("admin:broadcasts_article_show", args=[article.pk])
    named = verified(deputy_chief).get(shown).content.decode()
    named = named.partition("Đã viết, sửa từ lần duyệt trước")[2].partition("</dd>")[0]
    assert str(chief) in named
    assert str(author) in named


def test_chain_of_accomplices_leaves_none_of_them_as_the_second_person(
    commune, rewritten, author, chief, deputy_chief
):
    """Each of three adds a dot: whoever did is out, until somebody else has approved."""
    third = make_user(commune, Role.CHIEF)
    for by in (deputy_chief, chief):
        rewritten.text += "."
        edit(rewritten, by=by)
    submit(rewritten, by=author)

    for by in (author, chief, deputy_chief):
        with pytest.raises(articles.NotAllowed):
            approve(rewritten, by=by)
    assert approve(rewritten, by=third).approved_by == third
