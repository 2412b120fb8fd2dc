"""The receipt: shown once, typed back, and stored as a slow hash alone."""

import uuid
from datetime import datetime

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.communes.public_pages import full_address
from accounts.models import Commune
from reports.public import effort, form_tokens
from reports.public.demands import Purpose
from reports.public.effort import Effort
from reports.public.form_tokens import CannotOpen
from reports.public.forms import Draft
from reports.public.pages import show, unseen
from reports.public.services import confirm_receipt, renew_receipt, tip_of_form
from reports.tips import receipts
from reports.tips.errors import TransitionNotAllowed
from reports.tips.models import TipReport

_PURPOSE = "receipt"


def receipt_page(
    request: HttpRequest, tip: TipReport, receipt: str, *, now: datetime, is_wrong: bool = False
) -> HttpResponse:
    """The twenty digits, and the question for the last four."""
    # With its hash, by which a receipt that was replaced is known without another slow one.
    carried = {"tip": tip.uuid.hex, "receipt": receipt, "hash": tip.receipt_hash}
    sealed = form_tokens.seal_draft(carried, purpose=_PURPOSE, now=now)
    return show(
        request, "receipt", tip.commune, blocks=receipts.blocks(receipt), kept=sealed,
        qr=qr_of(request, receipt), is_wrong=is_wrong, day=timezone.localtime(tip.received_at),
        is_emergency=tip.urgency == TipReport.Urgency.EMERGENCY,
        address=full_address(request, reverse("tip_answers")).partition("://")[2],
    )  # fmt: skip


def already_in(
    request: HttpRequest,
    commune: Commune,
    tip: TipReport,
    draft: Draft,
    *,
    sum_failed: bool = False,
) -> HttpResponse:
    """Answer a form that was sent before: no second tip, and no receipt shown for nothing."""
    now = timezone.now()
    demand = effort.weigh(request, Purpose.RECEIPT)
    work = Effort.asked(demand, Purpose.RECEIPT, now=now)
    return show(
        request, "already", commune, draft=draft.sealed(commune, now=now),
        may_renew=not tip.receipt_confirmed,
        **effort.context_of(demand, work, now=now, failed=sum_failed),
    )  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@unseen
def receipt(request: HttpRequest, code: str) -> HttpResponse:
    """Check the last four digits, or renew a receipt that nobody saw."""
    commune = get_object_or_404(Commune, code=code)
    if request.method != "POST":
        return redirect("tip_home", code=commune.code)
    now = timezone.now()
    if request.POST.get("go") == "renew":
        return _renew(request, commune, now=now)
    try:
        stored = form_tokens.open_draft(request.POST.get("kept", ""), purpose=_PURPOSE, now=now)
        tip = TipReport.objects.get(uuid=uuid.UUID(stored["tip"]), commune=commune)
        digits = str(stored["receipt"])
    except (CannotOpen, KeyError, TypeError, ValueError, TipReport.DoesNotExist):
        return show(request, "receipt_gone", commune)
    if tip.receipt_confirmed:
        return show(request, "receipt_kept", commune)
    if stored.get("hash") != tip.receipt_hash:
        return show(request, "receipt_gone", commune)
    if not receipts.is_last_block(request.POST.get("cuoi", ""), digits):
        return receipt_page(request, tip, digits, now=now, is_wrong=True)
    if not confirm_receipt(tip, digits):
        return show(request, "receipt_gone", commune)
    return show(request, "receipt_kept", commune)


def _renew(request: HttpRequest, commune: Commune, *, now: datetime) -> HttpResponse:
    try:
        draft = Draft.opened(request.POST.get("draft", ""), commune, now=now)
    except CannotOpen:
        return show(request, "receipt_gone", commune)
    tip = tip_of_form(draft.once)
    if tip is None:
        return show(request, "receipt_gone", commune)
    if tip.receipt_confirmed:
        return show(request, "receipt_kept", commune)
    # Each renewal costs a slow hash, like each look.
    demand = effort.weigh(request, Purpose.RECEIPT)
    if not effort.is_met(demand, Purpose.RECEIPT, Effort.sent(request.POST), request.POST, now=now):
        return already_in(request, commune, tip, draft, sum_failed=True)
    effort.count(request, Purpose.RECEIPT)
    try:
        return receipt_page(request, tip, renew_receipt(tip), now=now)
    except TransitionNotAllowed:
        return show(request, "receipt_kept", commune)


def qr_of(request: HttpRequest, digits: str) -> str:
    """A code that opens the page of answers. The digits stand behind `#`, which no browser sends.

    A code of bare digits would be looked up by the camera's search engine.
    """
    address = full_address(request, reverse("tip_answers"))
    made = segno.make(f"{address}#{digits}", error="m", micro=False)
    return str(made.svg_data_uri(border=2, light="#fff", nl=False))
