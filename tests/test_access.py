"""Every role walks through every door of every registered admin and sees nothing of elsewhere.

Each place of the world carries a mark in all its texts; rows that could leak are there. A model
that is registered without a row in `tests/factories/world.py` fails here, so that no new door is
forgotten.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.test import Client, RequestFactory
from django.urls import reverse
from django.urls.resolvers import URLPattern

from accounts.fields import EncryptedField
from accounts.models import User
from accounts.roles import Role
from broadcasts import steps
from broadcasts.models import Delivery
from tests.conftest import MODEL_BACKEND
from tests.factories.accounts import make_user
from tests.factories.groups import make_assignment, make_officer
from tests.factories.world import (
    COMMUNE_ROWS,
    HAMLET_ROWS,
    PERSONAL_ROWS,
    SHARED,
    Place,
    World,
    make_world,
)

REFUSED = {302, 400, 403, 404, 405}
# Pages whose row is of another model than the admin they hang on.
ROW_BEHIND = {"broadcasts_broadcast_settle": Delivery}
# Whoever writes a tip down hears of places that are not their own; hamlets and groups are public.
# So does whoever directs the hamlets of the commune.
NAMES_PLACES = (
    "reports_tipreport_record", "reports_tipreport_capture", "/oversight/direction/add/",
    "/oversight/partyorganisation/",
)  # fmt: skip
OFFERS_PLACES = {"PartyOrganisation.hamlet"}
IDS = {"pk", "object_id", "row_id"}
STEPS = [step.name for step in steps.STEPS]
HAMLET_ROLES = {Role.OFFICER, Role.HAMLET_HEAD}


@dataclass
class Walk:
    """One account in the world: asks, and writes down every leak."""

    world: World
    user: User
    client: Client
    hidden: list[Place]
    sees_own_hamlet: bool
    leaks: list[str] = field(default_factory=list)
    doors: int = 0

    def look(self, door: str, response: Any, *, refused: bool = False) -> None:
        self.doors += 1
        body = b"".join(response) if response.streaming else response.content
        text = body.decode(errors="replace") + str(response.headers)
        if any(name in door for name in NAMES_PLACES):
            for public in ("ấp", "nhóm"):
                text = text.replace(f"{self.world.next_door.mark} {public}", "")
        for place in self.hidden:
            if place.mark in text:
                self.leaks.append(f"{door}: shows {place.mark}")
        if refused and response.status_code not in REFUSED:
            self.leaks.append(f"{door}: answered {response.status_code}")
        if response.status_code >= 500:
            self.leaks.append(f"{door}: broke with {response.status_code}")

    def get(self, door: str, address: str, *, refused: bool = False, **query: Any) -> Any:
        response = self.client.get(address, query)
        self.look(f"GET {door} {address} {query or ''}", response, refused=refused)
        return response

    def post(self, door: str, address: str, data: Any = None, *, refused: bool = False) -> Any:
        response = self.client.post(address, data or {})
        self.look(f"POST {door} {address} {data or ''}", response, refused=refused)
        return response

    def hidden_rows(self, model: type[models.Model]) -> list[models.Model]:
        return [place.rows[model] for place in self.hidden if model in place.rows]

    def request(self) -> Any:
        request = RequestFactory().get("/")
        request.user = self.user
        return request


def actor(world: World, role: Role | None) -> User:
    if role is None:  # a superuser that belongs to the commune sees all of it and nothing else
        return make_user(world.commune, is_superuser=True)
    user = make_user(world.commune, role)
    if role in HAMLET_ROLES | {Role.DUTY_OFFICER}:
        officer = make_officer(world.commune, user=user)
        if role in HAMLET_ROLES:
            make_assignment(officer, world.own.hamlet)
    return user


@pytest.fixture(params=[None, *Role], ids=lambda role: str(role or "superuser"))
def walk(request: pytest.FixtureRequest, db: None) -> Walk:
    world = make_world()
    user = actor(world, request.param)
    client = Client(raise_request_exception=False)
    client.force_login(user, backend=MODEL_BACKEND)
    sees_commune = user.has_perm("groups.view_all_hamlets")
    hidden = [world.away] if sees_commune else [world.next_door, world.away]
    for place in (world.own, *hidden):  # history that names rows of elsewhere
        for model, row in place.rows.items():
            LogEntry.objects.create(
                user=user, content_type=ContentType.objects.get_for_model(model),
                object_id=str(row.pk), object_repr=str(row), action_flag=CHANGE,
                change_message=f"{place.mark} sửa",
            )  # fmt: skip
    return Walk(world, user, client, hidden, sees_commune or request.param in HAMLET_ROLES)


def registered() -> list[tuple[type[models.Model], Any]]:
    return list(admin.site._registry.items())


def address(model: type[models.Model], page: str, *args: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def relations(model: type[models.Model]) -> Iterator[Any]:
    for relation in (*model._meta.fields, *model._meta.many_to_many):
        if relation.is_relation and relation.related_model is not None:
            yield relation


def snapshot(rows: list[models.Model]) -> str:
    """All columns of rows, as they are stored now."""
    fresh = [type(row)._base_manager.filter(pk=row.pk).first() for row in rows]
    assert None not in fresh, "a row is gone"
    plain = [
        [f.value_from_object(row) for f in row._meta.concrete_fields
         if not isinstance(f, EncryptedField)]
        for row in fresh
    ]  # fmt: skip
    return repr(plain)


def test_the_world_has_a_row_of_every_registered_model(db):
    world = make_world()
    known = set(world.away.rows) | SHARED

    assert {model for model, _admin in registered()} - known == set()
    assert set(HAMLET_ROWS) <= set(world.next_door.rows)
    assert set(COMMUNE_ROWS) <= set(world.away.rows)


def test_lists_and_searches_show_nothing_of_elsewhere(walk):
    for model, _model_admin in registered():
        page = address(model, "changelist")
        walk.get("list", page)
        for place in walk.hidden:
            walk.get("search", page, q=place.mark.lower())
        walk.get("sorted list", page, o="1.-2")
        walk.get("whole list", page, all="")

    assert walk.leaks == []


def test_filters_and_forged_lookups_show_nothing_of_elsewhere(walk):
    for model, model_admin in registered():
        page = address(model, "changelist")
        for relation in relations(model):
            for row in walk.hidden_rows(relation.related_model):
                walk.get("filter", page, **{f"{relation.name}__id__exact": row.pk})
            walk.get("deep lookup", page, **{f"{relation.name}__name__startswith": "NEXT"})
        for row in walk.hidden_rows(model):
            walk.get("key lookup", page, pk__in=str(row.pk))
        for column in model._meta.concrete_fields:
            if isinstance(column, models.CharField | models.TextField) and not column.choices:
                filtered = model_admin._filtered_columns(walk.request())
                answer = walk.get("probe", page, **{f"{column.name}__startswith": "a"})
                if column.name not in filtered and answer.status_code == 200:
                    walk.leaks.append(f"{model.__name__}.{column.name} can be probed")
            if isinstance(column, ArrayField):
                walk.get("list of values", page, **{column.name: "a"})
        for relation in model._meta.related_objects:
            name = relation.get_accessor_name()
            answer = walk.get("what hangs on it", page, **{f"{relation.name}__isnull": "0"})
            filtered = model_admin._filtered_columns(walk.request())
            if relation.name not in filtered and answer.status_code == 200:
                walk.leaks.append(f"{model.__name__}: whether it has {name} can be asked")

    assert walk.leaks == []


def test_pages_of_elsewhere_are_refused(walk):
    for model, _model_admin in registered():
        for row in walk.hidden_rows(model):
            before = snapshot([row])
            for page in ("change", "history", "delete"):
                walk.get(page, address(model, page, row.pk), refused=True)
            walk.post("change", address(model, "change", row.pk), {"name": "x"}, refused=True)
            walk.post("delete", address(model, "delete", row.pk), {"post": "yes"}, refused=True)
            walk.get("to_field", address(model, "change", row.pk), refused=True, _to_field="id")
            assert snapshot([row]) == before

    assert walk.leaks == []


def test_own_pages_show_nothing_of_elsewhere(walk):
    for model, _model_admin in registered():
        if model in walk.world.own.rows:
            row = walk.world.own.rows[model]
            for page in ("change", "history", "delete"):
                walk.get(page, address(model, page, row.pk))
        query = {
            relation.name: row.pk
            for relation in relations(model)
            for row in walk.hidden_rows(relation.related_model)
        }
        walk.get("add", address(model, "add"))
        walk.get("add", address(model, "add"), **query)

    assert walk.leaks == []


def form_fields(model_admin: Any, request: Any, row: Any) -> Iterator[tuple[str, Any]]:
    yield from model_admin.get_form(request, row)().fields.items()
    for inline in model_admin.get_inline_instances(request, row):
        yield from inline.get_formset(request, row).form.base_fields.items()


def test_no_form_accepts_a_row_of_elsewhere(walk):
    for model, model_admin in registered():
        assert not model_admin.raw_id_fields, f"{model_admin} reads labels past the scope"
        for row in (None, walk.world.own.rows.get(model)):
            for name, form_field in form_fields(model_admin, walk.request(), row):
                offered = getattr(form_field, "queryset", None)
                if offered is None or offered.model in SHARED:
                    continue
                ids = [hidden.pk for hidden in walk.hidden_rows(offered.model)]
                if f"{model.__name__}.{name}" in OFFERS_PLACES:
                    ids = [pk for pk in ids if pk != walk.world.next_door.hamlet.pk]
                if offered.filter(pk__in=ids).exists():
                    walk.leaks.append(f"{model.__name__}.{name} offers a row of elsewhere")

    assert walk.leaks == []


def test_autocomplete_offers_nothing_of_elsewhere(walk):
    for model in apps.get_models():
        for relation in relations(model):
            if not admin.site.is_registered(relation.related_model):
                continue
            for term in ("", "nextz", "awayz"):
                walk.get(
                    "autocomplete", reverse("admin:autocomplete"), term=term,
                    app_label=model._meta.app_label, model_name=model._meta.model_name,
                    field_name=relation.name,
                )  # fmt: skip

    assert walk.leaks == []


def test_actions_do_not_reach_elsewhere(walk):
    for model, model_admin in registered():
        rows = walk.hidden_rows(model)
        if not rows:
            continue
        before = snapshot(rows)
        for name in {*model_admin.get_actions(walk.request()), "delete_selected"}:
            for across in ("0", "1"):
                walk.post(
                    f"action {name}", address(model, "changelist"),
                    {
                        "action": name, "select_across": across, "index": "0", "post": "yes",
                        "_selected_action": [str(row.pk) for row in rows],
                    },
                )  # fmt: skip
        assert snapshot(rows) == before, f"an action of {model.__name__} reached elsewhere"

    assert walk.leaks == []


def test_exports_carry_nothing_of_elsewhere(walk):
    exported = 0
    for model, model_admin in registered():
        if not hasattr(model_admin, "export_action"):
            continue
        walk.get("import page", address(model, "import"))
        walk.get("export page", address(model, "export"))
        ids = [str(row.pk) for row in walk.hidden_rows(model)]
        for extra in ({}, {"export_items": ids}):
            answer = walk.post("export", address(model, "export"), {"format": "1"} | extra)
            exported += answer.get("Content-Type", "").startswith("text/csv")
    wanted = walk.user.has_perm("groups.export_team")

    assert walk.leaks == []
    assert bool(exported) is wanted


def custom_addresses(model_admin: Any) -> Iterator[tuple[str, list[str]]]:
    """Names of addresses beyond the standard ones, and the parts that they take."""
    standard = {"changelist", "add", "change", "history", "delete", "import", "export"}
    standard |= {"process_import"}
    for pattern in model_admin.get_urls():
        if isinstance(pattern, URLPattern) and pattern.name:
            page = pattern.name.rpartition("_")[2]
            page = "process_import" if pattern.name.endswith("process_import") else page
            if page not in standard:
                yield pattern.name, list(pattern.pattern.converters)


def targets(name: str, parts: list[str], row: models.Model | None) -> Iterator[str]:
    """Every address of a custom page for one row; a second part is the name of a step."""
    if row is None or len(parts) < 2:
        yield reverse(f"admin:{name}", args=[row.pk] if row else [])
        return
    for step in STEPS:
        values = {part: row.pk if part in IDS else step for part in parts}
        yield reverse(f"admin:{name}", kwargs=values)


def test_custom_pages_of_elsewhere_are_refused(walk):
    for model, model_admin in registered():
        for name, parts in custom_addresses(model_admin):
            rows = walk.hidden_rows(ROW_BEHIND.get(name, model)) if parts else [None]
            for row in rows:
                before = snapshot([row]) if row else ""
                for target in targets(name, parts, row):
                    walk.get(name, target, refused=bool(parts))
                    walk.post(name, target, {"reason": "x"}, refused=bool(parts))
                assert (snapshot([row]) if row else "") == before

    assert walk.leaks == []


def test_home_and_site_wide_pages_show_nothing_of_elsewhere(walk):
    walk.get("home", reverse("admin:index"))
    for label in ("accounts", "groups", "broadcasts", "zalo"):
        walk.get("app", reverse("admin:app_list", args=[label]))
    for place in walk.hidden:
        walk.get("site search", reverse("admin:search"), s=place.mark.lower())
        for model, row in place.rows.items():
            kind = ContentType.objects.get_for_model(model).pk
            walk.get("shortcut", f"/admin/r/{kind}/{row.pk}/", refused=True)

    assert walk.leaks == []


def test_own_rows_are_there_for_who_may_see_them(walk):
    """The walk is worth nothing where everything is empty."""
    for model, model_admin in registered():
        row = walk.world.own.rows.get(model)
        if row is None or not model_admin.has_view_permission(walk.request()):
            continue
        if model in HAMLET_ROWS and not walk.sees_own_hamlet:
            continue
        if model in PERSONAL_ROWS and not walk.user.has_perm("groups.view_all_hamlets"):
            continue
        answer = walk.client.get(address(model, "change", row.pk), follow=True)
        assert answer.status_code == 200, f"{walk.user} cannot open an own {model.__name__}"
        assert answer.redirect_chain[-1:] != [("/admin/", 302)], model.__name__


def test_the_checks_ask_no_database_which_an_action_needs():
    """A permission named with its app is looked up before the first migration has run."""
    for model, model_admin in registered():
        for action in (
            *model_admin._get_base_actions_list(),
            *model_admin._get_base_actions_detail(),
            *model_admin._get_base_actions_row(),
            *model_admin._get_base_actions_submit_line(),
        ):
            named = getattr(action.method, "allowed_permissions", None) or []
            assert [name for name in named if "." in name] == [], model.__name__


def test_anonymous_is_led_to_the_login(db, client):
    for model, _model_admin in registered():
        answer = client.get(address(model, "changelist"))

        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/admin/login/")


def test_a_resident_account_without_staff_rights_is_led_to_the_login(db, login, commune):
    stranger = make_user(commune, is_staff=False)

    answer = login(stranger).get("/admin/groups/member/")

    assert answer.status_code == 302
