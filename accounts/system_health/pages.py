"""The page “Sức khỏe hệ thống”: the snapshot in words."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.scoped_admin.pages import own_pages
from accounts.system_health import snapshot
from accounts.system_health.models import HealthSnapshot
from accounts.system_health.parts import State, registered

LABELS: Final = {State.BAD: "Hỏng", State.WARN: "Cần xem", State.GOOD: "Tốt"}
STALE: Final = (
    "Số liệu này đã cũ, không biết lúc này hệ thống ra sao. Khởi động lại beat và worker-periodic."
)


@dataclass(frozen=True, slots=True)
class Line:
    """A part on the page."""

    label: str
    state: State
    since: datetime
    sentence: str
    remedy: str

    @property
    def state_label(self) -> str:
        return LABELS[self.state]


def urls(site: Any) -> list[URLPattern]:
    return own_pages(
        site, "accounts_healthsnapshot", {"suc-khoe-he-thong/": (page, "page")},
        "accounts.view_healthsnapshot",
    )  # fmt: skip


def lines_of(row: HealthSnapshot) -> list[Line]:
    """Parts of a snapshot, those that want a person first; unknown keys are of another release."""
    made = []
    for key, part in registered().items():
        if not (values := row.values(key)):
            continue
        sign = part.sign_of(values)
        state = State.GOOD if sign is None else sign.state
        sentence, remedy = (part.good, "") if sign is None else (sign.sentence, sign.remedy)
        since = datetime.fromisoformat(values["since"])
        made.append(Line(part.label, state, since, sentence, remedy))
    return sorted(made, key=lambda line: list(LABELS).index(line.state))


def headline(row: HealthSnapshot | None, lines: list[Line], now: datetime) -> tuple[str, State]:
    """One sentence about the whole, and its tone."""
    if row is None:
        return "Chưa kiểm tra lần nào. Xem beat và worker-periodic có chạy không.", State.BAD
    if row.is_stale(now):
        return STALE, State.BAD
    bad = sum(line.state is State.BAD for line in lines)
    warn = sum(line.state is State.WARN for line in lines)
    if bad:
        return f"{bad} mục hỏng, {warn} mục cần xem.", State.BAD
    if warn:
        return f"{warn} mục cần xem, không mục nào hỏng.", State.WARN
    return "Mọi mục đều tốt.", State.GOOD


@require_safe
def page(request: HttpRequest, *, site: Any) -> HttpResponse:
    """All parts in words; asks the row alone, so that it opens while other things are broken."""
    now, row = timezone.now(), snapshot.current()
    lines = [] if row is None else lines_of(row)
    sentence, tone = headline(row, lines, now)
    context = {
        **site.each_context(request),
        "title": "Sức khỏe hệ thống",
        "sentence": sentence,
        "tone": tone.value,
        "lines": lines,
        "row": row,
        "age_s": None if row is None else round(row.age_s(now)),
        "version": settings.BINHYEN_VERSION,
    }
    return TemplateResponse(request, "accounts/system_health.html", context)
