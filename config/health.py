"""The probes: /healthz (alive), /readyz (usable), /health/deep (every part), /metrics."""

from typing import Any, Final

from django.conf import settings
from django.db import Error
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, JsonResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts.system_health import checks, readiness, snapshot
from accounts.system_health.models import STALE_S, HealthSnapshot
from accounts.system_health.parts import values_of
from broadcasts.models import Delivery

NEVER: Final = "Chưa có lần kiểm tra nào: beat hoặc worker-periodic không chạy."
STALE: Final = (
    f"Lần kiểm tra cuối đã quá {STALE_S} giây: beat hoặc worker-periodic không chạy, hoặc cơ sở dữ "
    "liệu không ghi được."
)
NO_DATABASE: Final = "Không đọc được cơ sở dữ liệu."
# Values of these parts under names of their own; all others are `binhyen_<part>_<value>`.
METRICS: Final = {
    ("deliveries", "queued"): "queued",
    ("deliveries", "oldest_late_s"): "oldest_late_s",
    ("deliveries", "uncertain"): "uncertain",
    ("zalo_tokens", "needing_consent"): "zalo_accounts_needing_consent",
    ("zalo_tokens", "alarms"): "zalo_alarms",
    ("zalo_tokens", "days_left"): "zalo_refresh_days_left",
}
WHOLE_PARTS: Final = ("webhooks", "tips", "procedures", "figures", "summaries")
NO_NUMBERS: Final = {"ok", "error", "state", "since"}


def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return HttpResponse("ok\n", content_type="text/plain")


def _presents_token(request: HttpRequest) -> bool:
    expected = f"Bearer {settings.METRICS_TOKEN}"
    offered = request.headers.get("Authorization", "")
    return bool(settings.METRICS_TOKEN) and constant_time_compare(offered, expected)


def _forbidden() -> HttpResponse:
    return HttpResponseForbidden("forbidden\n", content_type="text/plain")


def readyz(request: HttpRequest) -> JsonResponse:
    """200 once the portal can be used, else 503; the checks need the token of /metrics."""
    found = readiness.checks()
    ready = readiness.is_ready(found)
    answer: dict[str, Any] = {"ready": ready}
    if _presents_token(request):
        answer["checks"] = found
    return JsonResponse(answer, status=200 if ready else 503)


def deep(request: HttpRequest) -> HttpResponse:
    """Every part as the last snapshot has it, with its age; 503 only where it cannot be read."""
    if not _presents_token(request):
        return _forbidden()
    try:
        row = snapshot.current()
    except Error as error:
        answer = {"ok": False, "sentence": NO_DATABASE, "error": type(error).__name__}
        return JsonResponse(answer, status=503)
    if row is None:
        return JsonResponse({"ok": False, "sentence": NEVER})
    now = timezone.now()
    return JsonResponse(
        {
            "ok": row.is_ok(now),
            "sentence": STALE if row.is_stale(now) else "",
            "age_s": round(row.age_s(now), 1),
            "recorded_at": row.recorded_at,
            "duration_ms": row.duration_ms,
            "checks": row.parts,
        }
    )


def metrics(request: HttpRequest) -> HttpResponse:
    """Numbers for a Prometheus scraper that presents `Authorization: Bearer <METRICS_TOKEN>`.

    All come from the snapshot but two: deliveries by status, counted at the scraper's pace, and the
    age of the beat, which must not stand still with the snapshot.
    """
    if not _presents_token(request):
        return _forbidden()
    now, row = timezone.now(), snapshot.current()
    lines = [
        f'binhyen_deliveries{{status="{status}"}} {count}'
        for status, count in Delivery.objects.counts_by_status()
    ]
    lines.append(f"binhyen_snapshot_age_seconds {_number(row and round(row.age_s(now), 1))}")
    if row is not None:
        lines += _lines_of(row)
    beat = values_of(lambda: {"age_s": checks.beat_age_s(now)})
    if beat.get("age_s") is not None:
        lines.append(f"binhyen_beat_age_seconds {beat['age_s']}")
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; version=0.0.4")


def _number(value: Any) -> Any:
    return "NaN" if value is None else value


def _lines_of(row: HealthSnapshot) -> list[str]:
    lines = [
        f'binhyen_part_ok{{part="{key}"}} {int(values["ok"])}' for key, values in row.parts.items()
    ]
    for (key, name), metric in METRICS.items():
        if name in (values := row.values(key)):
            lines.append(f"binhyen_{metric} {_number(values[name])}")
    for key in WHOLE_PARTS:
        lines += [
            f"binhyen_{key}_{name} {_number(value)}"
            for name, value in row.values(key).items()
            if name not in NO_NUMBERS
        ]
    return lines
