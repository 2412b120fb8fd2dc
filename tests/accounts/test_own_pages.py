"""The guard of our own pages, and numbers that a browser sends."""

from types import SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404

from accounts.models import Commune
from accounts.scoped_admin.pages import guarded, number_of
from tests.factories.accounts import make_commune

SITE = SimpleNamespace(name="admin")


def view_of_nothing(request, *, site, **kwargs):
    return kwargs


def asked_by(*held):
    return SimpleNamespace(user=SimpleNamespace(has_perms=lambda needs: set(needs) <= set(held)))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("7", 7),
        ("999999999999999999", 999999999999999999),
        ("9999999999999999999", 0),
        ("-7", 0),
        ("7.0", 0),
        ("²", 0),
        ("", 0),
        (None, 0),
    ],
)
def test_number_of_what_a_browser_sent(text, number):
    assert number_of(text) == number


def test_guard_wants_every_permission():
    view = guarded(SITE, view_of_nothing, "a.view", "a.change")

    assert view(asked_by("a.view", "a.change")) == {}
    with pytest.raises(PermissionDenied):
        view(asked_by("a.view"))


@pytest.mark.django_db
def test_guard_hands_over_the_row_that_is_in_sight_and_no_other():
    mine, other = make_commune(), make_commune()
    view = guarded(
        SITE,
        view_of_nothing,
        row="commune",
        rows=lambda request: Commune.objects.filter(pk=mine.pk),
    )

    assert view(asked_by(), pk=mine.pk) == {"commune": mine}
    with pytest.raises(Http404):
        view(asked_by(), pk=other.pk)
