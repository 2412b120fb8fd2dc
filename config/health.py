"""Is the process up, can it be used, and how is it doing: /healthz, /readyz, /metrics."""

import shutil
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import redis
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, JsonResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts.tasks import BEAT_HEARTBEAT_KEY
from broadcasts.models import Delivery
from groups.models import (
    DataRequest,
    GroupAtZalo,
    GroupCreation,
    GroupReconciliation,
    ReconciliationLine,
    ZaloGroup,
)
from groups.zalo_groups.querysets import ENDING_DAYS
from oversight import health as oversight_health
from procedures import health as procedures_health
from reports import health as reports_health
from zalo.inbox import services as inbox
from zalo.models import FollowerSync, HistoryReading, InboundFile, OfficialAccount, WebhookEvent
from zalo.official_accounts.alarms import alarms, refresh_dies_at

DISK_ALARM_BYTES = 1 << 30
LATE_EVENTS_S = 300
PUBLIC = ("ok", "age_s")


def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return HttpResponse("ok\n", content_type="text/plain")


def _database() -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return {"ok": True}


def _broker() -> dict[str, Any]:
    client = redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=2)
    with client:
        client.ping()
    return {"ok": True}


def _beat() -> dict[str, Any]:
    seen = cache.get(BEAT_HEARTBEAT_KEY)
    age = None if seen is None else round(timezone.now().timestamp() - seen)
    return {"ok": age is not None and age < 60, "age_s": age}


def _tokens() -> dict[str, Any]:
    """Not well while any connection needs a person: lost, or about to be."""
    now = timezone.now()
    accounts = list(OfficialAccount.objects.filter(is_active=True))
    found = alarms(accounts, now)
    ends = [dies_at for account in accounts if (dies_at := refresh_dies_at(account)[0])]
    return {
        "ok": not found,
        "accounts": len(accounts),
        "needing_consent": sum(alarm.stops_sending for alarm in found),
        "alarms": len(found),
        "days_left": min(((moment - now).days for moment in ends), default=None),
    }


def _deliveries() -> dict[str, Any]:
    return {"ok": True} | Delivery.objects.backlog(timezone.now())


def _follower_lists() -> dict[str, Any]:
    """Lists of followers whose last reading failed: who no longer follows is then not known."""
    states = [sync.state for sync in FollowerSync.objects.newest()]
    failed = states.count(FollowerSync.State.FAILED)
    return {"ok": not failed, "failed": failed, "running": states.count(FollowerSync.State.RUNNING)}


def _data_requests() -> dict[str, Any]:
    """Late answers to residents are no fault of the machine: numbers for readers with the token."""
    waiting = DataRequest.objects.open()
    late = waiting.overdue(timezone.localdate())
    return {"ok": True, "open": waiting.count(), "overdue": late.count()}


def _webhooks() -> dict[str, Any]:
    """Events that wait, that broke, and callers who could not prove to be Zalo."""
    now = timezone.now()
    heard = WebhookEvent.objects.last_heard()
    found = WebhookEvent.objects.backlog(now) | InboundFile.objects.backlog()
    return {
        "ok": not found["failed"] and found["oldest_waiting_s"] < LATE_EVENTS_S,
        # In hours: a second would tell when somebody wrote.
        "heard_h_ago": (now - heard) // timedelta(hours=1) if heard else None,
        "bad_signatures_24h": inbox.bad_signatures(),
        # Accounts whose chats could not be read for what was missed.
        "histories_failed": HistoryReading.objects.newest_failed().count(),
        **found,
    }


def _tips() -> dict[str, Any]:
    return reports_health.counts(timezone.now())


def _procedures() -> dict[str, Any]:
    return procedures_health.counts(timezone.localdate())


def _figures() -> dict[str, Any]:
    return oversight_health.recounting_state(timezone.now())


def _summaries() -> dict[str, Any]:
    return oversight_health.summary_drafts(timezone.localdate())


def _disk() -> dict[str, Any]:
    free = shutil.disk_usage(settings.BASE_DIR).free
    return {"ok": free > DISK_ALARM_BYTES, "free_mib": free >> 20}


def _oa_groups() -> dict[str, Any]:
    """Groups that Zalo refuses, packages that end, comparisons and attempts that want a person."""
    today = timezone.localdate()
    in_use = ZaloGroup.objects.exclude(status=ZaloGroup.Status.CLOSED)
    last = GroupReconciliation.objects.filter(state=GroupReconciliation.State.DONE).first()
    age = None if last is None else round((timezone.now() - last.created_at).total_seconds())
    unclear = GroupCreation.objects.filter(state=GroupCreation.State.UNCERTAIN).count()
    refused = GroupAtZalo.objects.disabled().count()
    return {
        "ok": not refused and not unclear,
        "disabled": refused,
        "ending_within_30_days": in_use.filter(
            asset_expires_on__range=(today, today + timedelta(days=ENDING_DAYS))
        ).count(),
        "unclear_creations": unclear,
        "differences_open": ReconciliationLine.objects.open().count(),
        "compared_s_ago": age,
    }


# What must answer before the portal can be used, then what is only reported.
REQUIRED: dict[str, Callable[[], dict[str, Any]]] = {"database": _database, "broker": _broker}
REPORTED: dict[str, Callable[[], dict[str, Any]]] = {
    "beat": _beat,
    "zalo_tokens": _tokens,
    "deliveries": _deliveries,
    "data_requests": _data_requests,
    "oa_groups": _oa_groups,
    "follower_lists": _follower_lists,
    "webhooks": _webhooks,
    "tips": _tips,
    "procedures": _procedures,
    "figures": _figures,
    "summaries": _summaries,
    "disk": _disk,
}


def _checked(check: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    try:
        return check()
    except (DatabaseError, redis.RedisError, OSError) as error:
        return {"ok": False, "error": type(error).__name__}


def _presents_token(request: HttpRequest) -> bool:
    expected = f"Bearer {settings.METRICS_TOKEN}"
    offered = request.headers.get("Authorization", "")
    return bool(settings.METRICS_TOKEN) and constant_time_compare(offered, expected)


def readyz(request: HttpRequest) -> JsonResponse:
    """200 once the portal can be used; 503 only without database or broker.

    Anyone learns what is well and how old the last tick is; the rest needs the token of /metrics.
    """
    required = {name: _checked(check) for name, check in REQUIRED.items()}
    ready = all(part["ok"] for part in required.values())
    reported = {name: _checked(check) for name, check in REPORTED.items()} if ready else {}
    checks = required | reported
    if not _presents_token(request):
        checks = {
            name: {key: part[key] for key in PUBLIC if key in part} for name, part in checks.items()
        }
    return JsonResponse({"ready": ready, "checks": checks}, status=200 if ready else 503)


def metrics(request: HttpRequest) -> HttpResponse:
    """Counts for a Prometheus scraper that presents `Authorization: Bearer <METRICS_TOKEN>`."""
    if not _presents_token(request):
        return HttpResponseForbidden("forbidden\n", content_type="text/plain")
    lines = []
    for status, count in Delivery.objects.counts_by_status():
        lines.append(f'binhyen_deliveries{{status="{status}"}} {count}')
    for name, value in Delivery.objects.backlog(timezone.now()).items():
        lines.append(f"binhyen_{name} {value if value is not None else 'NaN'}")
    tokens = _tokens()
    lines.append(f"binhyen_zalo_accounts_needing_consent {tokens['needing_consent']}")
    lines.append(f"binhyen_zalo_alarms {tokens['alarms']}")
    days = tokens["days_left"]
    lines.append(f"binhyen_zalo_refresh_days_left {days if days is not None else 'NaN'}")
    parts = {
        "webhooks": _webhooks, "tips": _tips, "procedures": _procedures, "figures": _figures,
        "summaries": _summaries,
    }  # fmt: skip
    for part, check in parts.items():
        for name, value in _checked(check).items():
            if name not in {"ok", "error"}:
                lines.append(f"binhyen_{part}_{name} {value if value is not None else 'NaN'}")
    beat = _checked(_beat)
    if beat.get("age_s") is not None:
        lines.append(f"binhyen_beat_age_seconds {beat['age_s']}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4")
