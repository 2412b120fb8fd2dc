"""Pages of the admin are light: what a browser fetches for the first one, and for later ones."""

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.users.roles import Role
from benchmarks._walk import Page, weigh
from tests.conftest import MODEL_BACKEND
from tests.factories.accounts import make_commune, make_user

FIRST, LATER = 250 * 1024, 40 * 1024
# A list, forms with every kind of field, an editor with rows below it, pages of our own.
VIEWS = (
    "broadcasts_broadcast_changelist", "broadcasts_broadcast_add", "groups_member_changelist",
    "groups_member_add", "groups_zalogroup_add", "procedures_edition_add", "sections",
    "oversight_police", "own_account",
)  # fmt: skip


@pytest.fixture
def chief(db: None) -> User:
    return make_user(make_commune("Bình Minh"), Role.CHIEF)


def test_first_page_and_later_ones_are_light(chief: User) -> None:
    client = Client()
    client.force_login(chief, MODEL_BACKEND)
    pages = []
    for view in ("index", *VIEWS):
        answer = client.get(reverse(f"admin:{view}"))
        assert answer.status_code == 200, view
        pages.append(Page("chief", view, "", answer.content.decode()))

    weigh(pages)

    heavy = {page.view: page.first_bytes // 1024 for page in pages if page.first_bytes > FIRST}
    slow = {page.view: page.later_bytes // 1024 for page in pages if page.later_bytes > LATER}
    assert (heavy, slow) == ({}, {})


def test_no_page_loads_the_charts_of_the_theme_or_what_makes_slugs(chief: User) -> None:
    client = Client()
    client.force_login(chief, MODEL_BACKEND)
    answer = client.get(reverse("admin:procedures_edition_add"))

    scripts = [part for part in Page("", "", "", answer.content.decode()).parts if ".js" in part]

    unused = ("chart", "sort", "xregexp", "urlify", "prepopulate.js", "select2.full.js")
    assert scripts
    assert [one for one in scripts if any(word in one for word in unused)] == []
