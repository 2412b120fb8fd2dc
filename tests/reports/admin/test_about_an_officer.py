"""An officer walks through every page and finds no trace of a tip about himself."""

from functools import partial
from typing import Any

import pytest
from django.contrib import admin

from accounts.audit import services as audit
from accounts.models import AuditEvent
from accounts.users.roles import Role
from groups.models import Hamlet
from reports.models import IdentityOpening, TipConflict, TipReport
from tests import test_access as doors
from tests.factories.accounts import make_user
from tests.factories.tips import make_message, make_opening, make_tip, make_worked
from tests.factories.world import Place, World

MARK = "ABOUTZ"
WALKED = (TipReport, IdentityOpening, AuditEvent, Hamlet)


def fill(hamlet: Hamlet, about: Any) -> Place:
    """A tip with everything on it, one that came this minute, and the trail that both left."""
    place = Place(MARK, hamlet)
    worker = make_user(hamlet.commune, Role.CHIEF)
    tip = make_worked(
        worker, hamlet=hamlet, words=f"{MARK} lời", summary=f"{MARK} việc", place=f"{MARK} nơi",
        code=f"{MARK}-1",
    )  # fmt: skip
    make_message(tip, text=f"{MARK} nói thêm")
    new = make_tip(hamlet=hamlet, words=f"{MARK} mới", code=f"{MARK}-2")
    for one in (tip, new):
        TipConflict.objects.create(tip=one, user=about)
        audit.record("tip.viewed", by=worker, target=one, commune=one.commune)
    place.add(tip)
    asker = make_user(hamlet.commune, Role.CHIEF)
    place.add(make_opening(tip, asker, reason=f"{MARK} lý do"))
    return place


@pytest.fixture(params=[Role.CHIEF, Role.OFFICER, Role.DUTY_OFFICER, None], ids=str)
def walk(request, commune, hamlet, officer_of, monkeypatch) -> doors.Walk:
    monkeypatch.setattr(
        doors, "registered",
        lambda: [(model, admin.site._registry[model]) for model in WALKED],
    )  # fmt: skip
    if request.param is None:
        user = make_user(commune, is_superuser=True)
    else:
        user = officer_of(hamlet, role=request.param)
    place = fill(hamlet, user)
    return doors.Walk(World(commune, place, place, place), user, [place], True)


@pytest.mark.parametrize(
    "looked_through",
    [
        doors.test_lists_and_searches_show_nothing_of_elsewhere,
        doors.test_pages_of_elsewhere_are_refused,
        partial(doors.test_custom_pages_of_elsewhere_are_refused, method="get"),
        partial(doors.test_custom_pages_of_elsewhere_are_refused, method="post"),
        doors.test_home_and_site_wide_pages_show_nothing_of_elsewhere,
        doors.test_autocomplete_offers_nothing_of_elsewhere,
        doors.test_no_form_accepts_a_row_of_elsewhere,
    ],
)
def test_the_one_it_is_about_finds_nothing(walk, looked_through):
    looked_through(walk)


def test_another_chief_finds_it_behind_the_same_doors(walk, commune, login):
    other = login(make_user(commune, Role.CHIEF))

    for model in (TipReport, AuditEvent, IdentityOpening):
        listed = other.get(doors.address(model, "changelist"))
        assert MARK in listed.content.decode(), model
