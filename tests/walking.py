"""An account that asks every address of the admin and records each leak.

`Walk` calls the view behind an address, as the handler does, without the middleware: what the
middleware refuses besides would only hide a leak. What is the same on every page of an account (the
sidebar) is left out of these; the site-wide pages are asked through `client()`, whole.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

import pytest
from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.postgres.fields import ArrayField
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.db import models
from django.http import Http404
from django.template import Template, engines
from django.test import Client, RequestFactory
from django.urls import resolve, reverse
from django.urls.resolvers import URLPattern
from unfold.sites import UnfoldAdminSite

from accounts.encryption.fields import EncryptedField
from accounts.models import User
from broadcasts.approval import steps
from broadcasts.models import Delivery
from tests.conftest import MODEL_BACKEND
from tests.factories.world import Place, World

REFUSED = {302, 400, 403, 404, 405}
# Refused before a word of the query is read.
CLOSED = {403, 404}
# Pages whose row is of another model than the admin they hang on.
ROW_BEHIND = {"broadcasts_broadcast_settle": Delivery}
# Whoever writes a tip down hears of places that are not their own; hamlets and groups are public.
# So does whoever directs the hamlets of the commune.
NAMES_PLACES = (
    "reports_tipreport_record", "reports_tipreport_capture", "/oversight/directionround/add/",
    "/oversight/partyorganisation/",
)  # fmt: skip
IDS = {"pk", "object_id", "row_id"}
STEPS = list(steps.STEPS)
SAME_EVERYWHERE = (
    "admin/nav_sidebar.html", "unfold/helpers/modal.html", "unfold/helpers/command.html",
    "unfold/helpers/shortcuts.html", "navigation/bar.html",
)  # fmt: skip


@contextmanager
def without_sidebar() -> Iterator[None]:
    """Draw pages without the parts that are the same on every page of an account."""
    cache = engines["django"].engine.template_loaders[0].get_template_cache  # type: ignore[attr-defined]
    empty = Template("")
    with pytest.MonkeyPatch.context() as patch:
        for name in SAME_EVERYWHERE:
            patch.setitem(cache, name, empty)
        patch.setattr(UnfoldAdminSite, "get_sidebar_list", lambda _site, _request: [])
        yield


view_behind = lru_cache(resolve)


@dataclass
class Answer:
    """A response as far as a walk looks at it; `text` has body, headers and messages."""

    status: int
    text: str = ""
    headers: Any = field(default_factory=dict)

    @classmethod
    def of(cls, response: Any, messages: str = "") -> "Answer":
        body = b"".join(response) if response.streaming else response.content
        text = f"{body.decode(errors='replace')}{response.headers}{messages}"
        return cls(response.status_code, text, response.headers)


@dataclass
class Walk:
    """One account in the world: asks, and records every leak."""

    world: World
    user: User
    hidden: list[Place]
    sees_own_hamlet: bool
    session: dict[str, Any] = field(default_factory=dict)
    leaks: list[str] = field(default_factory=list)
    asked: dict[tuple[str, str], Answer] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.user.get_all_permissions()  # read once: each request gets a copy of the account

    def request(self, address: str = "/", method: str = "GET", data: Any = None) -> Any:
        make = getattr(RequestFactory(), method.lower())
        request = make(address, data or {})
        request._dont_enforce_csrf_checks = True
        request.user = copy(self.user)  # keeps what is known of its rights, not what a view adds
        request.session = SessionStore()
        request.session.update(self.session)
        request._messages = FallbackStorage(request)
        return request

    def ask(self, method: str, address: str, data: Any = None) -> Answer:
        """Call the view behind an address; a refusal has its status and no page."""
        request = self.request(address, method, data)
        try:
            match = request.resolver_match = view_behind(request.path_info)
            with without_sidebar():
                response = match.func(request, *match.args, **match.kwargs)
                if hasattr(response, "render"):
                    response = response.render()
        except Http404:
            return Answer(404)
        except PermissionDenied:
            return Answer(403)
        except (BadRequest, SuspiciousOperation):
            return Answer(400)
        except Exception as error:
            return Answer(500, repr(error))
        messages = " ".join(str(one.message) for one in request._messages._queued_messages)
        return Answer.of(response, messages)

    def look(self, name: str, answer: Answer, *, refused: bool = False) -> None:
        """Record the marks of elsewhere in an answer, and a status that is none of those due."""
        text = answer.text
        if any(public in name for public in NAMES_PLACES):
            for public in ("ấp", "nhóm"):
                text = text.replace(f"{self.world.next_door.mark} {public}", "")
        for place in self.hidden:
            if place.mark in text:
                self.leaks.append(f"{name}: shows {place.mark}")
        if refused and answer.status not in REFUSED:
            self.leaks.append(f"{name}: answered {answer.status}")
        if answer.status >= 500:
            self.leaks.append(f"{name}: broke with {answer.status} {text[:300]}")

    def get(self, name: str, address: str, *, refused: bool = False, **query: Any) -> Answer:
        """Ask for a page, once in the life of the account where nothing leaked; the answer of
        before has its status and no text."""
        known = self.asked.get((address, repr(query)))
        answer = known or self.ask("GET", address, query)
        before = len(self.leaks)
        self.look(f"GET {name} {address} {query or ''}", answer, refused=refused)
        if known is None and len(self.leaks) == before:
            self.asked[address, repr(query)] = Answer(answer.status, "", answer.headers)
        return answer

    def post(self, name: str, address: str, data: Any = None, *, refused: bool = False) -> Answer:
        answer = self.ask("POST", address, data)
        self.look(f"POST {name} {address} {data or ''}", answer, refused=refused)
        return answer

    def client(self) -> Client:
        """A signed-in browser, for whole pages through all middleware."""
        client = Client(raise_request_exception=False)
        client.force_login(self.user, backend=MODEL_BACKEND)
        return client

    def visit(self, name: str, client: Client, address: str, **query: Any) -> None:
        """GET a whole page; a shortcut to a row has to be refused."""
        answer = Answer.of(client.get(address, query))
        self.look(f"GET {name} {address} {query or ''}", answer, refused=name == "shortcut")

    def hidden_rows(self, model: type[models.Model]) -> list[models.Model]:
        return [place.rows[model] for place in self.hidden if model in place.rows]

    def lists_hidden(self, model: type[models.Model], model_admin: Any, query: Any) -> bool:
        """Whether a list with this query has a hidden row; the rows alone, not the page."""
        request = self.request(address(model, "changelist"), data=query)
        try:
            found = model_admin.get_changelist_instance(request).queryset
        except (SuspiciousOperation, IncorrectLookupParameters):
            return False
        ids = [row.pk for row in self.hidden_rows(model)]
        return bool(ids) and bool(found.filter(pk__in=ids).exists())


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


def form_fields(model_admin: Any, request: Any, row: Any) -> Iterator[tuple[str, Any]]:
    yield from model_admin.get_form(request, row)().fields.items()
    for inline in model_admin.get_inline_instances(request, row):
        yield from inline.get_formset(request, row).form.base_fields.items()


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


class Forged(NamedTuple):
    """A query that no page offers; a probe asks about values that no page shows."""

    column: str
    lookup: str
    values: list[str]
    is_probe: bool = False


def forged_lookups(walk: Walk, model: type[models.Model]) -> Iterator[Forged]:
    for relation in relations(model):
        ids = [str(row.pk) for row in walk.hidden_rows(relation.related_model)]
        yield Forged(relation.name, f"{relation.name}__id__exact", ids)
        yield Forged(relation.name, f"{relation.name}__name__startswith", ["NEXT"])
    yield Forged("pk", "pk__in", [str(row.pk) for row in walk.hidden_rows(model)])
    for column in model._meta.concrete_fields:
        if isinstance(column, models.CharField | models.TextField) and not column.choices:
            yield Forged(column.name, f"{column.name}__startswith", ["a"], is_probe=True)
        if isinstance(column, ArrayField):
            yield Forged(column.name, column.name, ["a"])
    for relation in model._meta.related_objects:
        yield Forged(relation.name, f"{relation.name}__isnull", ["0"], is_probe=True)
