"""The technical administrator runs accounts and sees no one's data, whatever door is tried."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.audit import services as audit
from accounts.models import (
    AuditEvent,
    ChangeProposal,
    Commune,
    CommuneProfile,
    Holiday,
    SignIn,
    User,
)
from accounts.sign_in import sessions
from accounts.users.roles import Role, permissions_of
from groups.models import Member
from tests.accounts.test_second_factor import where
from tests.accounts.test_second_factor_reset import as_verified
from tests.factories.accounts import make_user
from tests.factories.scenes import shared_scene
from tests.factories.world import World, make_world
from tests.walking import (
    CLOSED,
    REFUSED,
    ROW_BEHIND,
    Answer,
    Walk,
    address,
    custom_addresses,
    registered,
    relations,
    snapshot,
    targets,
)
from zalo.models import ApiCall, GroupAsset, OfficialAccount, WebhookEvent

# What the job is about; everything else that is registered is somebody's data.
OWN_JOB = {
    User, Group, Commune, CommuneProfile, Holiday, OfficialAccount, ApiCall, AuditEvent,
    WebhookEvent, GroupAsset, ChangeProposal,
}  # fmt: skip
# Beside somebody's data, of counts alone: nothing of that data may stand there.
OWN_PAGES = ("admin:groups_linkproposal_followers",)
TERMS = ("ownz", "cư dân", "0919", "nhóm")


@pytest.fixture(autouse=True)
def required(settings) -> None:
    settings.SECOND_FACTOR_REQUIRED = True


def build() -> World:
    """Residents are named unlike the signatory of the commune, who may be known."""
    world = make_world()
    for place in places(world):
        member = place.rows[Member]
        member.full_name = f"{place.mark} cư dân"
        member.save()
    return world


world = shared_scene(build)


@pytest.fixture
def tech(world, db) -> User:
    return make_user(world.commune, Role.TECH_ADMIN, username="quantri")


@pytest.fixture
def client(tech, login) -> Client:
    client = as_verified(login, tech)
    client.raise_request_exception = False
    return client


@pytest.fixture
def walk(tech, world) -> Walk:
    verified = {sessions.MARK: {"second_step_at": timezone.now().timestamp()}}
    return Walk(world, tech, places(world), True, session=verified)


def places(world: World) -> list[Any]:
    return [world.own, world.next_door, world.away]


def data_models() -> list[tuple[type[models.Model], Any]]:
    return [(model, one) for model, one in registered() if model not in OWN_JOB]


def data_rows(world: World, model: type[models.Model]) -> list[models.Model]:
    return [place.rows[model] for place in places(world) if model in place.rows]


def texts(world: World) -> set[str]:
    """Every text in somebody's data: names, phones, addresses, posts, minutes."""
    found = {
        str(column.value_from_object(row))
        for place in places(world)
        for model, row in place.rows.items()
        if model not in OWN_JOB
        for column in model._meta.concrete_fields
        if isinstance(column, models.CharField | models.TextField) and not column.choices
    }
    return {text for text in found if "Z " in text or "900000919" in text}


def leaked(answer: Answer, secret: set[str]) -> set[str]:
    return {one for one in secret if one in answer.text}


def test_the_role_names_nothing_but_accounts_and_the_system():
    apps = {name.partition(".")[0] for name in permissions_of(Role.TECH_ADMIN)}

    assert apps == {"accounts", "auth", "duty", "zalo"}
    assert "accounts.view_whole_trail" not in permissions_of(Role.TECH_ADMIN)


def test_there_is_data_to_be_seen(world):
    """The walk is worth nothing where there is none."""
    secret = texts(world)

    assert {"OWNZ cư dân", "NEXTZ nhà", "AWAYZ nội dung"} <= secret
    assert any("900000919" in text for text in secret)
    assert len({model for model, _admin in data_models()} & set(world.own.rows)) > 10


def pages_of(model: type[models.Model], model_admin: Any, rows: list[Any]) -> Iterator[str]:
    """Every address of a model's admin, for every row."""
    yield from (address(model, "changelist"), address(model, "add"))
    for row in rows:
        for page in ("change", "history", "delete"):
            yield address(model, page, row.pk)
    if hasattr(model_admin, "export_action"):
        yield from (address(model, "import"), address(model, "export"))
    for name, parts in custom_addresses(model_admin):
        behind = rows if parts else [None]
        for row in behind:
            yield from targets(name, parts, row)


APPS = {"broadcasts": 60, "groups": 100, "oversight": 60, "procedures": 30, "reports": 30}


def test_all_apps_with_somebodys_data_are_walked():
    assert {model._meta.app_label for model, _admin in data_models()} == set(APPS)


@pytest.mark.parametrize(("app", "fewest"), APPS.items())
def test_every_door_to_somebodys_data_is_shut(walk, world, app, fewest):
    secret, open_doors, doors = texts(world), [], 0
    own_pages = {reverse(name) for name in OWN_PAGES}
    for model, model_admin in data_models():
        if model._meta.app_label != app:
            continue
        rows = data_rows(world, model)
        before = snapshot(rows)
        behind = {
            name: data_rows(world, other)
            for name, other in ROW_BEHIND.items()
            if name in dict(custom_addresses(model_admin))
        }
        pages = [*pages_of(model, model_admin, rows)]
        for name, others in behind.items():
            pages += [page for row in others for page in targets(name, ["pk"], row)]
        for page in pages:
            for data in (None, {"post": "yes", "format": "1"}):
                answer = walk.ask("POST" if data else "GET", page, data)
                doors += 1
                is_shut = answer.status in REFUSED or page in own_pages
                if not is_shut or leaked(answer, secret):
                    open_doors.append(f"{page}: {answer.status} {leaked(answer, secret)}")
        assert snapshot(rows) == before, f"{model.__name__} was changed"

    assert open_doors == []
    assert doors > fewest


def test_pages_of_the_own_job_show_nobodys_data(walk, world):
    secret, leaks = texts(world), []
    for model, model_admin in registered():
        if model not in OWN_JOB:
            continue
        rows = [place.rows[model] for place in places(world) if model in place.rows]
        for page in pages_of(model, model_admin, rows):
            answer = walk.ask("GET", page)
            if leaked(answer, secret) or answer.status >= 500:
                leaks.append(f"{page}: {answer.status} {leaked(answer, secret)}")

    assert leaks == []
    assert walk.ask("GET", address(User, "changelist")).status == 200


def test_search_home_and_shortcuts_show_nobodys_data(client, world):
    """Whole pages, with the sidebar, through all middleware."""
    secret = texts(world)
    asked = [(reverse("admin:index"), {}), (reverse("admin:own_account"), {})]
    asked += [(reverse("admin:app_list", args=[app]), {}) for app in ("accounts", "zalo")]
    asked += [(reverse("admin:search"), {"s": term}) for term in TERMS]
    for place in places(world):
        for model, row in place.rows.items():
            kind = ContentType.objects.get_for_model(model).pk
            asked.append((f"/admin/r/{kind}/{row.pk}/", {}))
    leaks = [f"{page} {query}" for page, query in asked
             if leaked(Answer.of(client.get(page, query)), secret)]  # fmt: skip

    assert leaks == []


def test_autocomplete_shows_nobodys_data(walk, world):
    secret, leaks, page = texts(world), [], reverse("admin:autocomplete")
    for model, _admin in registered():
        for relation in relations(model):
            if not admin.site.is_registered(relation.related_model):
                continue
            field = {"app_label": model._meta.app_label, "model_name": model._meta.model_name,
                     "field_name": relation.name}  # fmt: skip
            for term in TERMS:
                answer = walk.ask("GET", page, {"term": term, **field})
                if leaked(answer, secret) or answer.status >= 500:
                    leaks.append(f"{field} {term}: {answer.status}")
                if answer.status in CLOSED:
                    break

    assert leaks == []


def test_trail_shows_accounts_and_the_system_alone(client, world, tech):
    member = world.own.rows[Member]
    hidden = [
        audit.record(action, by=tech, target=member, reason="OWNZ vì sao")
        for action in ("member.viewed", "consent.given", "import.committed", "group.activated")
    ]
    audit.record("account.locked", by=tech, target=world.own.rows[User], reason="Chuyển công tác")
    page = address(AuditEvent, "changelist")
    listed = client.get(page).content.decode()

    assert "Chuyển công tác" in listed
    for query in ({}, {"q": "OWNZ cư dân"}, {"loai": "member"}, {"all": ""}):
        answer = client.get(page, query).content.decode()
        assert "OWNZ vì sao" not in answer
        assert "OWNZ cư dân<" not in answer
    for event in hidden:
        assert client.get(address(AuditEvent, "change", event.pk)).status_code in REFUSED


def test_sessions_and_second_steps_of_others_are_on_no_page(client, world):
    """No page shows others where and with which browser somebody signed in."""
    victim = world.own.rows[User]
    SignIn.objects.filter(user=victim).delete()
    row = sessions.begin(as_request(victim), victim)
    SignIn.objects.filter(pk=row.pk).update(browser="Trình duyệt của người khác")

    for page in ("change", "history"):
        answer = client.get(address(User, page, victim.pk))
        assert answer.status_code == 200
        assert "Trình duyệt của người khác" not in answer.content.decode()
    assert not admin.site.is_registered(SignIn)


def as_request(user: User) -> Any:
    class Bare:
        META: dict[str, str] = {}
        session: dict[str, Any] = {}

    return Bare()


def test_before_the_second_step_not_even_accounts(tech, login):
    assert where(login(tech), address(User, "changelist")) == "/admin/xac-thuc/"
