"""Contracts that Django and Celery know once everything is loaded."""

import inspect
import os
import re
import runpy
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import environ
from celery import current_app
from celery.schedules import crontab
from django.apps import apps
from django.conf import settings
from django.contrib.auth.models import Group, Permission
from django.core.exceptions import ImproperlyConfigured
from django.urls import URLPattern, URLResolver, get_resolver

from accounts.users.roles import sync_roles
from dev.contracts.database import OURS, digest
from dev.places import PROJECT

PICTURES = {".svg", ".png", ".jpg", ".ico", ".webp", ".woff2"}


def tasks() -> dict[str, Any]:
    """Tasks with queue, limits and arguments; the queues; what beat wakes and when."""
    current_app.loader.import_default_modules()
    found = {}
    for name, task in current_app.tasks.items():
        if name.split(".")[0] in OURS:
            found[name] = {
                "queue": settings.CELERY_TASK_ROUTES[name]["queue"],
                "limit": task.time_limit or settings.CELERY_TASK_TIME_LIMIT,
                "soft limit": task.soft_time_limit or settings.CELERY_TASK_SOFT_TIME_LIMIT,
                "acks late": bool(task.acks_late),
                "arguments": list(inspect.signature(task.run).parameters),
            }
    beat = {
        name: {**entry, "schedule": _when(entry["schedule"])}
        for name, entry in settings.CELERY_BEAT_SCHEDULE.items()
    }
    queues = sorted(settings.CELERY_TASK_QUEUES)
    default = settings.CELERY_TASK_DEFAULT_QUEUE
    return {"tasks": found, "queues": queues, "default queue": default, "beat": beat}


def _when(schedule: Any) -> str:
    if not isinstance(schedule, crontab):
        return f"every {schedule:g} s"
    minute, hour, day = (
        getattr(schedule, f"_orig_{part}") for part in ("minute", "hour", "day_of_month")
    )
    return f"minute {minute}, hour {hour}, day {day}"


def permissions() -> dict[str, Any]:
    """Permissions by model with their names, and those of each role as `sync_roles` writes them."""
    sync_roles()
    known: dict[str, dict[str, str]] = {}
    for row in Permission.objects.select_related("content_type"):
        model = f"{row.content_type.app_label}.{row.content_type.model}"
        known.setdefault(model, {})[row.codename] = row.name
    roles = {
        group.name: sorted(
            f"{app}.{codename}"
            for app, codename in group.permissions.values_list(
                "content_type__app_label", "codename"
            )
        )
        for group in Group.objects.all()
    }
    return {"permissions": known, "roles": roles}


def models() -> dict[str, Any]:
    """Labels of models (content types follow from them) and the values of choices in columns."""
    ours = [model for model in apps.get_models() if model._meta.app_label in OURS]
    values = {
        f"{model._meta.label}.{field.name}": sorted(
            str(value) for value, _label in field.flatchoices
        )
        for model in ours
        for field in model._meta.local_concrete_fields
        if field.flatchoices
    }
    everything = apps.get_models(include_auto_created=True)
    types = sorted(f"{m._meta.app_label}.{m._meta.model_name}" for m in everything)
    return {"labels": sorted(m._meta.label for m in ours), "content types": types, "values": values}


def addresses() -> dict[str, Any]:
    """Every address of the portal with its name."""
    return {"addresses": sorted(_addresses(get_resolver(), "", ""))}


def _addresses(resolver: URLResolver, before: str, space: str) -> Iterator[str]:
    for one in resolver.url_patterns:
        route = before + _route(str(one.pattern))
        if isinstance(one, URLPattern):
            yield f"/{route} {space}{one.name or '-'}"
        else:
            inner = f"{space}{one.namespace}:" if one.namespace else space
            yield from _addresses(one, route, inner)


def _route(pattern: str) -> str:
    # The admin joins labels of apps in the order of registration.
    return re.sub(
        r"\(\?P<app_label>([^)]+)\)",
        lambda found: f"(?P<app_label>{'|'.join(sorted(found.group(1).split('|')))})",
        pattern,
    )


def static_files() -> dict[str, Any]:
    """Names of our static files; the digest of pictures and of styles that a printer follows."""
    root = PROJECT / "static"
    files = {}
    for path in sorted(root.rglob("*")):
        if path.is_file():
            content = path.read_bytes()
            is_carried = path.suffix in PICTURES or (
                path.suffix == ".css" and (b"@page" in content or b"@media print" in content)
            )
            files[path.relative_to(root).as_posix()] = digest(content) if is_carried else ""
    return {"files": files}


class _Recorded(dict):
    """An environment that remembers which names were asked for."""

    def __init__(self, values: dict[str, str], asked: set[str]) -> None:
        super().__init__(values)
        self._asked = asked

    def get(self, key: str, default: Any = None) -> Any:
        self._asked.add(key)
        return super().get(key, default)

    def __getitem__(self, key: str) -> str:
        self._asked.add(key)
        return super().__getitem__(key)


def environment() -> dict[str, Any]:
    """The variables that the settings read: `required`, or the start of the portal without it."""
    asked: set[str] = set()
    given = {
        name: os.environ[name]
        for name in ("SECRET_KEY", "DATA_ENCRYPTION_KEYS", "BLIND_INDEX_KEY")
        if name in os.environ
    } | {"DATABASE_URL": "postgres://nobody@127.0.0.1:9/none", "REDIS_URL": "redis://127.0.0.1:9/0"}
    _start(given, asked)
    variables = {
        name: "has a default" if _start(given, set(), without=name) else "required"
        for name in sorted(asked)
    }
    return {"variables": variables}


def _start(given: dict[str, str], asked: set[str], *, without: str = "") -> bool:
    """Whether the settings load in this environment."""
    values = {name: value for name, value in given.items() if name != without}
    with patch.object(environ.Env, "ENVIRON", _Recorded(values, asked)):
        try:
            runpy.run_path(str(Path(PROJECT) / "config" / "settings.py"))
        except ImproperlyConfigured:
            return False
    return True
