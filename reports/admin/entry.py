"""Pages on which a tip is written down for somebody else: one screen, made for a phone.

The answer to a saved form is the page itself, for the receipt is shown once and kept nowhere.
"""

import secrets
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.admin_pages import own_pages
from groups.disclosure import find
from groups.models import Hamlet, ZaloGroup
from groups.querysets import hamlets_of
from reports import receipts
from reports.admin import answers, frame
from reports.admin.entry_forms import CaptureForm, RecordForm, RelayForm
from reports.admin.forms import canned_for
from reports.models import CannedReply, TipReport
from reports.services import passed_on, recording, working
from reports.services.errors import NotAllowed
from reports.services.recording import AlreadyTaken

RECORD, RELAY = "reports.record_tipreport", "reports.relay_tipreport"
# What a note of a post in a group should not hold: who posted it, and how they are reached.
TELLS_WHO = frozenset({"named_person", "phone", "national_id", "passport", "bank_account", "plate"})


def urls(site: Any) -> list[URLPattern]:
    """Addresses under the admin of tips."""
    pages = {
        "ghi/": (record, "record"),
        "tu-nhom/": (capture, "capture"),
        "<int:pk>/go-tin/": (removal, "removal"),
    }
    return [
        *own_pages(site, "reports_tipreport", pages, RECORD, row="tip", rows=frame.rows),
        *own_pages(site, "reports_tipreport", {"chuyen-tin/": (relay, "relay")}, RELAY),
        *answers.urls(site),
    ]


def _hamlets(request: HttpRequest) -> Any:
    """Those of the commune: whoever takes a call hears of places that are not their own."""
    rows = Hamlet.objects.offered().select_related("commune").order_by("code", "pk")
    commune = request.user.commune_id  # type: ignore[union-attr]
    return rows.filter(commune=commune) if commune else rows


def _page(
    request: HttpRequest, site: Any, template: str, title: str, **context: Any
) -> HttpResponse:
    commune = request.user.commune  # type: ignore[union-attr]
    profile = commune.profile_on(timezone.localdate()) if commune else None
    return TemplateResponse(
        request,
        f"reports/entry/{template}.html",
        {
            **site.each_context(request),
            "title": title,
            "duty_phone": profile.duty_phone if profile else "",
            "sees_queue": request.user.has_perm("reports.view_tipreport"),
            **context,
        },
    )


def _fresh() -> dict[str, str]:
    return {"once": secrets.token_urlsafe(16)}


@never_cache
@require_http_methods(["GET", "POST"])
def record(request: HttpRequest, *, site: Any) -> HttpResponse:
    """A call, a visit or a letter in under a minute; then the receipt to read out, once."""
    form = RecordForm(request.POST or None, hamlets=_hamlets(request), initial=_fresh())
    if request.method == "POST" and form.is_valid():
        kept = form.cleaned_data
        try:
            taken = recording.record(
                form.told(), by=request.user, channel=kept["channel"], person=form.person(),
                relayed=form.relayed(), once=kept["once"],
            )  # fmt: skip
        except AlreadyTaken as again:
            return _page(request, site, "again", "Đã ghi", tip=again.tip)
        except NotAllowed as refused:
            form.add_error(None, str(refused))
        else:
            return _recorded(request, site, taken)
    return _page(request, site, "record", "Ghi tin báo", form=form)


def _recorded(request: HttpRequest, site: Any, taken: Any) -> HttpResponse:
    return _page(
        request, site, "recorded", "Đã ghi",
        tip=taken.tip,
        blocks=receipts.blocks(taken.receipt) if taken.receipt else [],
        spoken=receipts.spoken(taken.receipt) if taken.receipt else "",
        is_seen=TipReport.objects.visible_to(request.user).filter(pk=taken.tip.pk).exists(),
    )  # fmt: skip


@never_cache
@require_http_methods(["GET", "POST"])
def capture(request: HttpRequest, *, site: Any) -> HttpResponse:
    """What stands in a group: the fact, without who posted it."""
    groups = ZaloGroup.objects.exclude(status=ZaloGroup.Status.CLOSED)
    commune = request.user.commune_id  # type: ignore[union-attr]
    if commune:
        groups = groups.of_commune(commune)
    groups = groups.select_related("hamlet").order_by("hamlet__code", "name")
    form = CaptureForm(
        request.POST or None, groups=groups, hamlets=_hamlets(request), initial=_fresh()
    )
    found: list[str] = []
    if request.method == "POST" and form.is_valid():
        kept = form.cleaned_data
        found = [] if kept["is_sure"] else _who(kept["words"])
        if not found and (tip := _captured(request, form)) is not None:
            return redirect("admin:reports_tipreport_removal", tip.pk)
    return _page(
        request, site, "capture", "Tin thấy trong nhóm", form=form, found=found,
        asks_again=bool(found) or bool(request.POST.get("is_sure")),
    )  # fmt: skip


def _who(text: str) -> list[str]:
    """The pieces of a text that name somebody or how to reach them."""
    hits = (hit for hit in find(text) if hit.rule in TELLS_WHO)
    return list(dict.fromkeys(f"{hit.label}: {hit.excerpt}" for hit in hits))


def _captured(request: HttpRequest, form: CaptureForm) -> TipReport | None:
    kept = form.cleaned_data
    told = form.told()
    try:
        return recording.capture(kept["group"], told, by=request.user, once=kept["once"])
    except AlreadyTaken as again:
        return again.tip
    except NotAllowed as refused:
        form.add_error(None, str(refused))
        return None


@never_cache
@require_http_methods(["GET", "POST"])
def removal(request: HttpRequest, *, site: Any, tip: TipReport) -> HttpResponse:
    """After a post was seen in a group: the words that lead it to a private place, and its end."""
    if tip.exposure != TipReport.Exposure.PUBLIC_IN_GROUP:
        raise PermissionDenied
    problem = ""
    if request.method == "POST":
        verb = working.note_removed if "removed" in request.POST else working.ask_removal
        try:
            verb(tip, by=request.user)
            return redirect("admin:reports_tipreport_removal", tip.pk)
        except NotAllowed as refused:
            problem = str(refused)
    scripts = canned_for(tip, CannedReply.Stage.TAKE_IT_PRIVATE)
    return _page(
        request, site, "removal", "Chuyển sang kênh riêng", tip=tip, scripts=scripts,
        problem=problem,
    )  # fmt: skip


@never_cache
@require_http_methods(["GET", "POST"])
def relay(request: HttpRequest, *, site: Any) -> HttpResponse:
    """For hamlet heads: pass on and forget; the days stay, and say nothing of any tip."""
    hamlets = Hamlet.objects.offered().filter(pk__in=hamlets_of(request.user)).order_by("code")
    form = RelayForm(request.POST or None, hamlets=hamlets, initial=_fresh())
    is_done = False
    if request.method == "POST" and form.is_valid():
        kept = form.cleaned_data
        try:
            recording.relay(
                form.told(), by=request.user, person=form.person(), through=kept["through"],
                heard_at=kept["heard_at"], once=kept["once"],
            )  # fmt: skip
            is_done = True
        except AlreadyTaken:
            is_done = True
        except NotAllowed as refused:
            form.add_error(None, str(refused))
    return _page(
        request, site, "relay", "Chuyển tin cho Công an xã", form=form, is_done=is_done,
        has_hamlets=hamlets.exists(), days=passed_on.days_of(request.user),
    )  # fmt: skip
