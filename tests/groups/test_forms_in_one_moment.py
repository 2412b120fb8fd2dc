"""A form that was opened before a pause, a merger or a handover undoes none of them."""

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.admin.options import ModelAdmin
from django.urls import reverse

from groups import services
from groups.hamlet_changes import services as hamlet_changes
from groups.models import Hamlet, Officer, ZaloGroup
from tests.factories.groups import (
    make_hamlet,
    make_member,
    make_officer,
    make_ordinary_group,
    make_regulation,
)
from tests.groups.test_admin import group_form, no_inlines
from tests.groups.test_hamlet_changes import make_change, result
from tests.groups.test_hamlet_names import form_of


def in_between(monkeypatch: Any, model: type, deed: Any) -> None:
    """Let the deed happen once, after the form was checked and before it is saved."""
    done: list[bool] = []

    def save_form(self: Any, request: Any, form: Any, change: bool) -> Any:
        found = ModelAdmin.save_form(self, request, form, change)
        if not done:
            done.append(True)
            deed()
        return found

    monkeypatch.setattr(type(admin.site._registry[model]), "save_form", save_form)


@pytest.fixture
def group(hamlet, chief) -> ZaloGroup:
    make_regulation(hamlet)
    return make_ordinary_group(hamlet, name="Bà con ấp")


def save_group(client: Any, group: ZaloGroup, hamlet: Hamlet, **fields: Any) -> None:
    page = reverse("admin:groups_zalogroup_change", args=[group.pk])
    values = {"name": group.name, "link": group.link} | fields
    client.post(page, group_form(hamlet, **values))
    group.refresh_from_db()


@pytest.mark.parametrize("verb", [services.pause, services.close])
def test_saved_form_of_a_group_starts_no_service(monkeypatch, login, chief, hamlet, group, verb):
    in_between(monkeypatch, ZaloGroup, lambda: verb(group, by=chief))

    save_group(login(chief), group, hamlet, name="Bà con ấp mới")

    assert (group.name, group.search_text) == ("Bà con ấp mới", "ba con ap moi")
    assert group.status in {"paused", "closed"}


def test_group_that_moves_does_not_begin_on_the_way(
    monkeypatch, login, chief, hamlet, other_hamlet, group
):
    services.pause(group, by=chief)
    in_between(monkeypatch, ZaloGroup, lambda: services.activate(group, by=chief))

    save_group(login(chief), group, other_hamlet)

    assert (group.hamlet, group.status) == (other_hamlet, "paused")


def test_heads_counted_meanwhile_are_kept(monkeypatch, login, chief, hamlet, group):
    in_between(monkeypatch, ZaloGroup, lambda: services.count_heads(group, 77, by=chief))

    save_group(login(chief), group, hamlet, capacity=500)

    assert (group.capacity, group.head_count) == (500, 77)


def test_saved_form_of_a_hamlet_brings_no_merged_one_back(monkeypatch, login, chief, commune):
    old, other = make_hamlet(commune, code="AP01"), make_hamlet(commune)
    make_member(old)
    change = make_change("merge", [old, other], [result("Mới", "AP801", 900)], chief)
    hamlet_changes.rehearse(change, by=chief)
    in_between(monkeypatch, Hamlet, lambda: hamlet_changes.carry_out(change, by=chief))
    page = reverse("admin:groups_hamlet_change", args=[old.pk])

    login(chief).post(page, form_of(old, households=131))

    old.refresh_from_db()
    assert old.households == 131
    assert not old.is_in_force


def test_officer_who_left_meanwhile_stays_gone(monkeypatch, login, chief, commune):
    officer = make_officer(commune, full_name="Lê An", title="Cán bộ")
    rows = Officer.objects.filter(pk=officer.pk)
    in_between(monkeypatch, Officer, lambda: rows.update(is_active=False))

    login(chief).post(
        reverse("admin:groups_officer_change", args=[officer.pk]),
        {"full_name": "Lê Văn An", "title": "Cán bộ", "is_active": "on"}
        | no_inlines("assignments"),
    )

    officer.refresh_from_db()
    assert (officer.full_name, officer.search_text, officer.is_active) == (
        "Lê Văn An", "le van an", False,
    )  # fmt: skip
