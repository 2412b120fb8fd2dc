"""The page of an edition: what it says, how it differs, what residents get, its next step."""

from collections.abc import Callable
from copy import copy
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.own_pages import own_pages
from procedures import services
from procedures.content import content_of, differences
from procedures.models import MOST_WORDS, Edition
from procedures.rendering import FeeNotVerified, answer, fee_for_post, why_not_sendable
from procedures.services.publishing import SURE, missing_for_publication
from procedures.services.steps import keeps_library

Status = Edition.Status
TONES = {"draft": "info", "checked": "warn", "published": "good", "superseded": ""}


class VerificationForm(forms.Form):
    """Compared with what, and when to look again."""

    with_what = forms.CharField(label="Đã đối chiếu với", max_length=200)
    on = forms.DateField(label="Ngày đối chiếu")
    next_review_on = forms.DateField(label="Rà soát lại ngày", required=False)


class CheckForm(VerificationForm):
    confidence = forms.ChoiceField(
        label="Độ tin cậy", choices=[(value, value.label) for value in SURE]
    )


def urls(site: Any) -> list[URLPattern]:
    """Addresses under the admin of editions."""
    pages = {
        "<int:pk>/xem/": (show, "show"),
        "<int:pk>/ban-moi/": (renew, "renew", "procedures.change_edition"),
        "<int:pk>/ra-soat/": (check, "check", "procedures.check_edition"),
        "<int:pk>/cong-bo/": (publish, "publish", "procedures.publish_edition"),
        "<int:pk>/kiem-chung/": (verify, "verify", "procedures.publish_edition"),
        "<int:pk>/thoi-dung/": (supersede, "supersede", "procedures.change_edition"),
    }
    return own_pages(
        site, "procedures_edition", pages, "procedures.view_edition", row="edition", rows=_rows
    )


def _rows(request: HttpRequest) -> Any:
    rows = Edition.objects.visible_to(request.user).with_parts()
    return rows.select_related(
        "procedure__area", "verified_by", "drafted_by", "checked_by", "published_by"
    )


def freshness(edition: Edition, today: date) -> str:
    """How an edition in use stands with its review, in two or three words; blank for others."""
    if edition.status != Status.PUBLISHED:
        return ""
    if edition.reopened_at is not None:
        return "mở lại"
    if edition.is_stale(today):
        return "quá hạn"
    is_due = edition.next_review_on is not None and edition.next_review_on <= today
    return "đến hạn rà soát" if is_due else "còn hạn"


def _former(edition: Edition) -> Edition | None:
    """What an edition is compared with: the one in use, for older ones the one before."""
    others = Edition.objects.filter(procedure=edition.procedure_id).exclude(pk=edition.pk)
    if edition.is_open and (in_use := others.published().with_parts().first()):
        return in_use
    earlier = others.filter(number__lt=edition.number).order_by("-number")
    found: Edition | None = earlier.with_parts().first()
    return found


def _as_published(edition: Edition, today: date) -> Edition:
    """An open edition as it would be told if it were checked and published today."""
    if not edition.is_open:
        return edition
    shown = copy(edition)
    shown.status, shown.verified_on = Status.PUBLISHED, edition.verified_on or today
    return shown


def _fee(edition: Edition, today: date) -> tuple[str, bool]:
    try:
        return fee_for_post(edition, today), True
    except FeeNotVerified as refusal:
        return str(refusal), False


@require_GET
def show(request: HttpRequest, *, site: Any, edition: Edition) -> HttpResponse:
    """Everything about one edition, with the steps that this account may take."""
    today, user = timezone.localdate(), request.user
    former = _former(edition)
    keeps = keeps_library(user)
    writes = keeps and user.has_perm("procedures.change_edition")
    publishes = keeps and user.has_perm("procedures.publish_edition")
    is_alone = edition.procedure.editions.open().exclude(pk=edition.pk).first() is None
    shown = _as_published(edition, today)
    fee, is_fee_told = _fee(shown, today)
    context = {
        **site.each_context(request),
        "title": str(edition),
        "edition": edition,
        "tone": TONES[edition.status],
        "facts": _facts(edition),
        "former": former,
        "changes": differences(content_of(former), content_of(edition)) if former else [],
        "events": edition.events.select_related("by"),
        "message": answer(shown, today, commune=user.commune, by_officer=True),
        "why_not": why_not_sendable(shown, today),
        "fee": fee,
        "is_fee_told": is_fee_told,
        "freshness": freshness(edition, today),
        "is_stale": edition.status == Status.PUBLISHED and edition.is_stale(today),
        "most_words": MOST_WORDS,
        "lacks": missing_for_publication(edition) if edition.status == Status.DRAFT else [],
        "today": today,
        "sure": [(value, value.label) for value in SURE],
        "may_edit": writes and edition.status == Status.DRAFT,
        "may_check": keeps
        and edition.status == Status.DRAFT
        and user.has_perm("procedures.check_edition"),
        "may_publish": publishes and edition.status == Status.CHECKED,
        "may_verify": publishes and edition.status == Status.PUBLISHED,
        "may_renew": writes and is_alone and edition.status != Status.DRAFT,
        "may_supersede": (writes if edition.status == Status.DRAFT else publishes)
        and edition.status != Status.SUPERSEDED,
    }
    return TemplateResponse(request, "procedures/edition/show.html", context)


def _facts(edition: Edition) -> list[tuple[str, str]]:
    """The columns of the content that say something, under their names."""
    found = []
    for name in ("who", "in_person", "where", "when", "how", "online", "result"):
        label = str(Edition._meta.get_field(name).verbose_name)
        found.append((label[:1].upper() + label[1:], getattr(edition, name)))
    found.append(("Mã biểu mẫu", ", ".join(edition.forms)))
    return [(label, text) for label, text in found if text]


def _take_step(
    request: HttpRequest, edition: Edition, done: str, verb: Callable[[], Edition]
) -> HttpResponse:
    try:
        result = verb()
    except services.NotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect("admin:procedures_edition_show", edition.pk)
    messages.success(request, done)
    return redirect("admin:procedures_edition_show", result.pk)


def _filled_in(form: forms.Form) -> dict[str, Any]:
    """What was written into a form. Raises NotAllowed with what is missing."""
    if not form.is_valid():
        said = [f"{form[name].label}: {' '.join(texts)}" for name, texts in form.errors.items()]
        raise services.NotAllowed(" ".join(said))
    return form.cleaned_data


@require_POST
def renew(request: HttpRequest, *, site: Any, edition: Edition) -> HttpResponse:
    try:
        made = services.draft_from(edition, by=request.user)
    except services.NotAllowed as refusal:
        messages.error(request, str(refusal))
        return redirect("admin:procedures_edition_show", edition.pk)
    messages.success(request, "Đã lập bản nháp từ bản này. Bản đang dùng vẫn dùng tới khi công bố.")
    return redirect("admin:procedures_edition_change", made.pk)


@require_POST
def check(request: HttpRequest, *, site: Any, edition: Edition) -> HttpResponse:
    return _take_step(
        request, edition, "Đã xác nhận rà soát. Chờ người khác công bố.",
        lambda: services.check(edition, by=request.user, **_filled_in(CheckForm(request.POST))),
    )  # fmt: skip


@require_POST
def publish(request: HttpRequest, *, site: Any, edition: Edition) -> HttpResponse:
    return _take_step(
        request, edition, "Đã công bố. Từ giờ bà con đọc bản này.",
        lambda: services.publish(edition, by=request.user),
    )  # fmt: skip


@require_POST
def verify(request: HttpRequest, *, site: Any, edition: Edition) -> HttpResponse:
    return _take_step(
        request, edition, "Đã ghi kiểm chứng. Máy gửi lại được bản này.",
        lambda: services.verify(
            edition, by=request.user, **_filled_in(VerificationForm(request.POST))
        ),
    )  # fmt: skip


@require_POST
def supersede(request: HttpRequest, *, site: Any, edition: Edition) -> HttpResponse:
    return _take_step(
        request, edition, "Đã thôi dùng bản này.",
        lambda: services.supersede(
            edition, by=request.user, reason=request.POST.get("reason", "")
        ),
    )  # fmt: skip
