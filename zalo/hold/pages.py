"""The page on which persons look through what was due after a restore, and open again."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.views.decorators.http import require_GET, require_POST
from redis import RedisError

from accounts.models import User
from accounts.scoped_admin.pages import attempt, number_of, own_pages
from zalo.hold import kinds, services
from zalo.hold.models import HeldRow, SendGate
from zalo.hold.services import HELD_KEY

RIGHTS = ("zalo.hold_sending", "zalo.settle_heldrow", "zalo.open_sending")
State, Decision, Finding = SendGate.State, HeldRow.Decision, HeldRow.Finding
MOST_ROWS = 500
TONES = {
    Finding.ANSWERED: "good", Finding.AT_ZALO: "good", Finding.NOT_AT_ZALO: "info",
    Finding.ATTEMPTED: "warn", Finding.UNKNOWN: "warn",
}  # fmt: skip


def urls(site: Any) -> list[URLPattern]:
    """Addresses under the admin."""
    pages = {
        "giu-viec-gui/": (show, "show"),
        "giu-viec-gui/<str:kind>/<int:subject>/": (show_subject, "subject"),
        "giu-viec-gui/buoc/<str:step>/": (take_step, "step"),
    }
    return own_pages(site, "hold", pages)


def banner() -> str:
    """Sentence for every page while nothing leaves; blank while all is well."""
    try:
        return str(cache.get(HELD_KEY) or "")
    except (RedisError, OSError):
        return ""


@dataclass
class Subject:
    """One post (or other matter) with its rows, as the page shows it."""

    kind: str
    pk: int
    title: str
    due_at: Any
    places: list[str] = field(default_factory=list)
    findings: dict[str, int] = field(default_factory=dict)
    proposed: int = 0
    left: int = 0

    @property
    def label(self) -> str:
        return kinds.kinds[self.kind].label

    @property
    def badges(self) -> list[tuple[str, str, int]]:
        """Tone, label and number of each finding."""
        return [
            (TONES[Finding(key)], str(Finding(key).label), count)
            for key, count in sorted(self.findings.items())
        ]


def subjects(rows: Iterable[HeldRow]) -> list[Subject]:
    """Rows by what they belong to: those with something to decide first."""
    found: dict[tuple[str, int], Subject] = {}
    for row in rows:
        key = (row.kind, row.subject_id)
        one = found.setdefault(key, Subject(row.kind, row.subject_id, row.title, row.due_at))
        one.places.append(row.place)
        if row.decision:
            continue
        one.left += 1
        one.proposed += Finding(row.finding) in services.PROPOSED
        one.findings[row.finding] = one.findings.get(row.finding, 0) + 1
    return sorted(found.values(), key=lambda one: (not one.left, -one.left, one.title))


@require_GET
def show(request: HttpRequest, site: Any) -> HttpResponse:
    """The gate: its state, what is to be decided, who opens."""
    user = _reader(request)
    gate = services.current()
    may_settle = user.has_perm("zalo.settle_heldrow")
    is_begun = gate.state == State.RECONCILING
    # The technical administrator reads no posts: numbers alone.
    listed = subjects(services.visible_rows(user)) if is_begun and may_settle else []
    context = {
        "title": "Giữ việc gửi",
        "gate": gate,
        "subjects": listed,
        "left": sum(one.left for one in listed),
        "proposed": sum(one.proposed for one in listed),
        "left_elsewhere": HeldRow.objects.filter(decision="").count()
        - sum(one.left for one in listed),
        "asking": HeldRow.objects.filter(
            finding=Finding.UNKNOWN, decision="", asked_zalo_at=None
        ).exclude(group_id="").exists(),
        "accounts": _accounts(user) if gate.is_restored else [],
        "missing": services.missing_before_opening(gate),
        "is_open": gate.state == State.OPEN,
        "is_held": gate.state == State.HELD,
        "may_hold": user.has_perm("zalo.hold_sending"),
        "may_settle": may_settle,
        "may_open": user.has_perm("zalo.open_sending"),
        "asked_by_me": gate.asked_by_id == user.pk,
    }  # fmt: skip
    return TemplateResponse(request, "zalo/hold.html", {**site.each_context(request), **context})


@require_GET
def show_subject(request: HttpRequest, site: Any, kind: str, subject: int) -> HttpResponse:
    """The rows of one post, each to be decided by itself."""
    user = _reader(request)
    if not user.has_perm("zalo.settle_heldrow"):
        raise PermissionDenied
    rows = services.visible_rows(user).filter(kind=kind, subject_id=subject)
    listed = list(rows.order_by("decision", "place", "pk")[:MOST_ROWS])
    if not listed:
        raise Http404
    context = {
        "title": listed[0].title,
        "rows": [
            (row, TONES[Finding(row.finding)], services.PROPOSED.get(Finding(row.finding), ""))
            for row in listed
        ],
        "decisions": Decision.choices,
        "subject": subjects(listed)[0],
    }
    return TemplateResponse(
        request, "zalo/hold_subject.html", {**site.each_context(request), **context}
    )


@require_POST
def take_step(request: HttpRequest, site: Any, step: str) -> HttpResponse:
    """One step of a person; refusals are told on the page that is shown next."""
    user = _reader(request)
    if step not in STEPS:
        raise Http404
    act, done = STEPS[step]
    attempt(request, lambda: act(request, user), done)
    subject = number_of(request.POST.get("viec"))
    kind = request.POST.get("loai", "")
    if subject and kind in kinds.kinds and request.POST.get("o-lai"):
        return redirect("admin:hold_subject", kind=kind, subject=subject)
    return redirect("admin:hold_show")


def _reader(request: HttpRequest) -> User:
    user = request.user
    if not isinstance(user, User) or not any(user.has_perm(right) for right in RIGHTS):
        raise PermissionDenied
    return user


def _accounts(user: User) -> list[User]:
    """Accounts whose rights may have come back with the older data."""
    rows = User.objects.filter(is_active=True).prefetch_related("groups")
    if user.commune_id is not None:
        rows = rows.filter(commune=user.commune_id)
    return list(rows.order_by("username")[:200])


def _settle(request: HttpRequest, user: User) -> int:
    """Rows by what was chosen: one row, one subject, or everything that has a proposal."""
    rows = services.visible_rows(user).filter(decision="")
    if row := number_of(request.POST.get("dong")):
        rows = rows.filter(pk=row)
    elif subject := number_of(request.POST.get("viec")):
        rows = rows.filter(kind=request.POST.get("loai", ""), subject_id=subject)
    decision = request.POST.get("ket-luan", "")
    if decision not in {"", *Decision.values}:
        raise Http404
    count = services.settle(rows.order_by("pk"), decision, by=user)
    if count:
        messages.success(request, f"Đã ghi kết luận cho {count} nơi nhận.")
    else:
        messages.warning(
            request, "Không có dòng nào được ghi: chưa có đề xuất, hoặc đã có kết luận."
        )
    return count


type Act = Callable[[HttpRequest, User], object]
STEPS: dict[str, tuple[Act, str]] = {
    "giu": (
        lambda request, user: services.hold(by=user, reason=request.POST.get("ly-do", "")[:500]),
        "Đã giữ việc gửi. Không bài nào, lời nào rời khỏi hệ thống cho tới khi hai người mở lại.",
    ),
    "bat-dau": (lambda _request, user: services.start(by=user), "Đã bắt đầu rà soát."),
    "ket-luan": (_settle, ""),
    "tai-khoan": (
        lambda _request, user: services.confirm_accounts(by=user),
        "Đã ghi là tài khoản và quyền đã được soát lại.",
    ),
    "de-nghi": (
        lambda _request, user: services.ask_to_open(by=user),
        "Đã đề nghị mở lại. Cần người thứ hai bấm “Mở lại việc gửi”.",
    ),
    "mo": (lambda _request, user: services.open_again(by=user), "Đã mở lại việc gửi."),
}
