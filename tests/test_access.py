"""Every role walks through every door of every registered admin and sees nothing of elsewhere.

Each place of the world carries a mark in all its texts; rows that could leak are there. A model
that is registered without a row in `tests/factories/world.py` fails here, so that no new door is
forgotten.
"""

from collections.abc import Iterator
from urllib.parse import urljoin

import pytest
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse

from accounts.models import User
from accounts.users.roles import Role
from groups.models import Team
from tests.factories.accounts import make_user
from tests.factories.groups import (
    make_assignment,
    make_member,
    make_membership,
    make_officer,
    make_team,
)
from tests.factories.scenes import rolled_back, shared_scene
from tests.factories.world import (
    COMMUNE_ROWS,
    HAMLET_ROWS,
    PERSONAL_ROWS,
    SHARED,
    Place,
    World,
    make_world,
)
from tests.walking import (
    CLOSED,
    ROW_BEHIND,
    Walk,
    address,
    custom_addresses,
    forged_lookups,
    form_fields,
    registered,
    relations,
    snapshot,
    targets,
)

OFFERS_PLACES = {"PartyOrganisation.hamlet"}
HAMLET_ROLES = {Role.OFFICER, Role.HAMLET_HEAD}
# Whoever leads a team sees its people, and nobody of the team beside it.
OWN_PEOPLE = {*HAMLET_ROLES, Role.TEAM_LEADER}

world = shared_scene(make_world)


def actor(world: World, role: Role | None) -> User:
    if role is None:  # a superuser that belongs to the commune sees all of it and nothing else
        return make_user(world.commune, is_superuser=True)
    user = make_user(world.commune, role)
    if role in HAMLET_ROLES | {Role.DUTY_OFFICER}:
        officer = make_officer(world.commune, user=user)
        if role in HAMLET_ROLES:
            make_assignment(officer, world.own.hamlet)
    if role == Role.TEAM_LEADER:
        Team.objects.filter(pk=world.own.rows[Team].pk).update(
            leader=make_officer(world.commune, user=user)
        )
    return user


def next_team(world: World) -> Place:
    """Another team of the own hamlet, with somebody in it who is in the groups."""
    place = Place("TEAMZ", world.own.hamlet)
    team = place.add(make_team(place.hamlet, name="TEAMZ tổ"))
    member = place.add(make_member(place.hamlet, team=team, full_name="TEAMZ người"))
    for group in place.hamlet.zalo_groups.all():
        make_membership(member, group)
    return place


def begin(world: World, role: Role | None) -> Walk:
    """An account with this role, and a history that names rows of elsewhere."""
    user = actor(world, role)
    sees_commune = user.has_perm("groups.view_all_hamlets")
    hidden = [world.away] if sees_commune else [world.next_door, world.away]
    if role == Role.TEAM_LEADER:
        hidden.append(next_team(world))
    for place in (world.own, *hidden):
        for model, row in place.rows.items():
            LogEntry.objects.create(
                user=user, content_type=ContentType.objects.get_for_model(model),
                object_id=str(row.pk), object_repr=str(row), action_flag=CHANGE,
                change_message=f"{place.mark} sửa",
            )  # fmt: skip
    return Walk(world, user, hidden, sees_commune or role in OWN_PEOPLE)


@pytest.fixture(scope="module", params=[None, *Role], ids=lambda role: str(role or "superuser"))
def account(
    request: pytest.FixtureRequest, world: World, django_db_blocker: object
) -> Iterator[Walk]:
    with rolled_back(django_db_blocker, lambda: begin(world, request.param)) as walk:
        yield walk


@pytest.fixture
def walk(account: Walk, db: None) -> Walk:
    account.leaks.clear()
    return account


def test_the_world_has_a_row_of_every_registered_model(world):
    known = set(world.away.rows) | SHARED

    assert {model for model, _admin in registered()} - known == set()
    assert set(HAMLET_ROWS) <= set(world.next_door.rows)
    assert set(COMMUNE_ROWS) <= set(world.away.rows)


def test_lists_and_searches_show_nothing_of_elsewhere(walk):
    """The list as it opens, and a search on its page; for the words of every other place the rows
    that are found, which are all that such a page adds."""
    for model, model_admin in registered():
        page, words = address(model, "changelist"), [place.mark.lower() for place in walk.hidden]
        search = {"q": words[0], "o": "1.-2", "all": ""}
        if walk.get("list", page).status in CLOSED:
            walk.get("closed list", page, refused=True, **search)
            continue
        walk.get("sorted whole list of what is found", page, **search)
        for query in ({"o": "1.-2", "all": ""}, *({"q": word} for word in words[1:])):
            if walk.lists_hidden(model, model_admin, query):
                walk.leaks.append(f"{model.__name__}: {query} lists elsewhere")

    assert walk.leaks == []


def test_filters_show_nothing_of_elsewhere(walk):
    """The page itself, with rows of elsewhere chosen in every filter that it allows."""
    for model, model_admin in registered():
        page, request = address(model, "changelist"), walk.request()
        for place in walk.hidden:
            query = {
                f"{relation.name}__id__exact": place.rows[relation.related_model].pk
                for relation in relations(model)
                if relation.related_model in place.rows
            }
            allowed = {
                lookup: value
                for lookup, value in query.items()
                if model_admin.lookup_allowed(lookup, str(value), request)
            }
            if walk.get("filters", page, **allowed).status != 200:
                for lookup, value in allowed.items():
                    walk.get("filter", page, **{lookup: value})

    assert walk.leaks == []


def test_forged_lookups_are_refused_or_find_nothing_of_elsewhere(walk):
    """Every lookup is asked of the admin; of those it refuses, one a model over its address."""
    for model, model_admin in registered():
        request, refused = walk.request(), {}
        may_look = model_admin.has_view_or_change_permission(request)
        filtered = model_admin._filtered_columns(request)
        for one in forged_lookups(walk, model):
            for value in one.values:
                if not model_admin.lookup_allowed(one.lookup, value, request):
                    refused = refused or {one.lookup: value}
                elif may_look and one.is_probe and one.column not in filtered:
                    walk.leaks.append(f"{model.__name__}: {one.lookup} can be asked")
                elif may_look and walk.lists_hidden(model, model_admin, {one.lookup: value}):
                    walk.leaks.append(f"{model.__name__}: {one.lookup}={value} lists elsewhere")
        if refused:
            walk.get("forged lookup", address(model, "changelist"), refused=True, **refused)

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
    """Every field without a term; the terms once for all fields that answered it with one list."""
    page, searched = reverse("admin:autocomplete"), set()
    offered = {model for model, _admin in registered()}
    for model in apps.get_models():
        for relation in relations(model):
            if relation.related_model not in offered:
                continue
            field = {
                "app_label": model._meta.app_label, "model_name": model._meta.model_name,
                "field_name": relation.name,
            }  # fmt: skip
            answer = walk.get("autocomplete", page, term="", **field)
            source = (relation.related_model, answer.status, answer.text)
            if source in searched:
                continue
            searched.add(source)
            for term in ("nextz", "awayz"):
                walk.get("autocomplete", page, term=term, **field)

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
            exported += answer.headers.get("Content-Type", "").startswith("text/csv")
    wanted = walk.user.has_perm("groups.export_team")

    assert walk.leaks == []
    assert bool(exported) is wanted


@pytest.mark.parametrize("method", ["get", "post"])
def test_custom_pages_of_elsewhere_are_refused(walk, method):
    for model, model_admin in registered():
        addresses = list(custom_addresses(model_admin))
        behind = {ROW_BEHIND.get(name, model) for name, parts in addresses if parts}
        touched = [row for one in behind for row in walk.hidden_rows(one)]
        before = snapshot(touched)
        for name, parts in addresses:
            rows = walk.hidden_rows(ROW_BEHIND.get(name, model)) if parts else [None]
            for row in rows:
                for target in targets(name, parts, row):
                    if method == "get":
                        walk.get(name, target, refused=bool(parts))
                    else:
                        walk.post(name, target, {"reason": "x"}, refused=bool(parts))
        assert snapshot(touched) == before, f"a page of {model.__name__} changed a row"

    assert walk.leaks == []


def test_home_and_site_wide_pages_show_nothing_of_elsewhere(walk):
    """Whole pages, with the sidebar, through all middleware."""
    client = walk.client()
    walk.visit("home", client, reverse("admin:index"))
    for label in ("accounts", "groups", "broadcasts", "zalo"):
        walk.visit("app", client, reverse("admin:app_list", args=[label]))
    for place in walk.hidden:
        walk.visit("site search", client, reverse("admin:search"), s=place.mark.lower())
        for model, row in place.rows.items():
            kind = ContentType.objects.get_for_model(model).pk
            walk.visit("shortcut", client, f"/admin/r/{kind}/{row.pk}/")

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
        page = address(model, "change", row.pk)
        answer = walk.get("own row", page)
        while answer.status == 302:
            page = urljoin(page, answer.headers["Location"])
            assert page != "/admin/", model.__name__
            answer = walk.get("own row", page)
        assert answer.status == 200, f"{walk.user} cannot open an own {model.__name__}"


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
