"""Pages and forms for recording a tip for somebody else: one screen, made for a phone.

The answer to a saved form is the page itself, for the receipt is shown once and stored nowhere.
"""

import secrets
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.form_drafts import pages as draft_pages
from accounts.scoped_admin.pages import own_pages
from accounts.workflow.services import sees
from content_rules.rulebook import find
from groups.models import Hamlet, ZaloGroup
from groups.places.querysets import hamlets_served_by
from groups.residents.forms import choice, moment
from groups.residents.forms import words as box
from reports.intake import Person, Relayed, TipContent
from reports.recording import services as recording
from reports.recording.services import NAMELESS, SPOKEN_OR_WRITTEN, AlreadyTaken
from reports.tips import receipts
from reports.tips.errors import NotAllowed
from reports.tips.models import TipReport
from reports.vault import passed_on_days
from reports.work import conversation, page_frame
from reports.work import services as work
from reports.work.forms import canned_for
from reports.work.models import CannedReply

WORDS, SHORT, ONCE = 4_000, 200, 64
Channel, Urgency = TipReport.Channel, TipReport.Urgency
REASONS = (
    NAMELESS,
    "Sợ bị trả thù",
    "Báo giúp người khác",
    "Gọi vội, chưa kịp hỏi",
)
URGENCIES = [
    (Urgency.NORMAL, "Thường"),
    (Urgency.URGENT, "Gấp"),
    (Urgency.EMERGENCY, "Đang xảy ra"),
]


class _MatterForm(forms.Form):
    """Matter, place and time; `once` names the form, so that a second press writes nothing."""

    once = forms.CharField(widget=forms.HiddenInput, max_length=ONCE)
    urgency = forms.ChoiceField(
        label="Việc này", choices=URGENCIES, widget=forms.RadioSelect, initial=Urgency.NORMAL
    )
    words = box("Chuyện gì", lines=4, max_length=WORDS)
    hamlet = choice("Ấp, khu phố", Hamlet.objects.none(), required=False, empty_label="Chưa rõ")
    place = box("Chỗ nào", max_length=SHORT, required=False)
    occurred_words = box("Khi nào", max_length=SHORT, required=False)

    def __init__(self, *args: Any, hamlets: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["hamlet"].queryset = hamlets  # type: ignore[attr-defined]
        self.fields["words"].widget.attrs["autofocus"] = True

    def content(self) -> TipContent:
        names = ("words", "place", "occurred_words", "hamlet", "urgency")
        return TipContent(**{name: self.cleaned_data[name] for name in names})


class _PersonForm(_MatterForm):
    """With the reporter, as far as they say; none of it is shown again."""

    name = box("Họ tên người báo", max_length=100, required=False)
    phone = box("Điện thoại", max_length=30, required=False)
    why_unnamed = forms.ChoiceField(
        label="Nếu không nêu tên, vì sao",
        choices=[(reason, reason) for reason in REASONS],
        widget=forms.Select(attrs={"class": "by-input"}),
        required=False,
    )
    how_known = box("Vì sao người báo biết", max_length=SHORT, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"].widget.attrs |= {"inputmode": "tel", "autocomplete": "off"}
        self.fields["name"].widget.attrs["autocomplete"] = "off"

    def clean_heard_at(self) -> Any:
        at = self.cleaned_data["heard_at"]
        if at is not None and at > timezone.now():
            raise forms.ValidationError("Giờ này còn ở phía trước.")
        return at

    def person(self) -> Person:
        data = self.cleaned_data
        return Person(
            name=data["name"],
            phone=data["phone"],
            how_known=data["how_known"],
            why_unnamed="" if data["name"] else data["why_unnamed"],
        )


class RecordForm(_PersonForm):
    """A tip by phone, visit or letter, or passed on by somebody of the hamlet."""

    channel = forms.ChoiceField(
        label="Tin đến bằng",
        choices=[(one.value, one.label) for one in SPOKEN_OR_WRITTEN + TipReport.PASSED_ON],
        widget=forms.Select(attrs={"class": "by-input"}),
        initial=Channel.PHONE,
    )
    through = box("Ai chuyển", max_length=SHORT, required=False)
    heard_at = moment("Người chuyển nghe lúc nào", required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("channel") in TipReport.PASSED_ON and not data.get("through"):
            self.add_error("through", "Hãy ghi ai chuyển tin này, ví dụ: Tổ trưởng tổ 5.")
        return data

    def relayed(self) -> Relayed | None:
        data = self.cleaned_data
        if data["channel"] not in TipReport.PASSED_ON:
            return None
        return Relayed(data["through"], data["heard_at"])


class CaptureForm(_MatterForm):
    """Seen in a group: the fact in the officer's own words."""

    group = choice("Thấy trong nhóm", ZaloGroup.objects.none())
    is_sure = forms.BooleanField(
        label="Đã xem lại, không có tên hay số của người đăng", required=False
    )

    def __init__(self, *args: Any, groups: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"].queryset = groups  # type: ignore[attr-defined]
        self.fields["words"].label = "Sự việc, ghi bằng lời của mình"


class RelayForm(_PersonForm):
    """A tip that a hamlet head passes on."""

    heard_at = moment("Nghe lúc nào", required=False)
    through = box(
        "Nghe qua ai", max_length=SHORT, required=False,
        help_text="Để trống nếu người ấy nói thẳng với ông (bà). Ví dụ: tổ trưởng tổ 5.",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hamlet = self.fields["hamlet"]
        hamlet.required, hamlet.empty_label = True, None  # type: ignore[attr-defined]


RECORD, RELAY = "reports.record_tipreport", "reports.relay_tipreport"
# Rules that find the writer of a post in a group, or how to reach them.
TELLS_WHO = frozenset({"named_person", "phone", "national_id", "passport", "bank_account", "plate"})


def urls(site: Any) -> list[URLPattern]:
    """Addresses under the admin of tips."""
    pages = {
        "ghi/": (record, "record"),
        "tu-nhom/": (capture, "capture"),
        "<int:pk>/go-tin/": (removal, "removal"),
    }
    return [
        *own_pages(site, "reports_tipreport", pages, RECORD, row="tip", rows=page_frame.rows),
        *own_pages(site, "reports_tipreport", {"chuyen-tin/": (relay, "relay")}, RELAY),
        *conversation.urls(site),
    ]


def _hamlets(request: HttpRequest) -> Any:
    """Return the hamlets of the commune: callers speak of places that are not the officer's."""
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
    """Record a call, a visit or a letter in under a minute; then show the receipt, once."""
    form = RecordForm(request.POST or None, hamlets=_hamlets(request), initial=_fresh())
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            made = recording.record(
                form.content(), by=request.user, channel=data["channel"], person=form.person(),
                relayed=form.relayed(), once=data["once"],
            )  # fmt: skip
        except AlreadyTaken as again:
            draft_pages.accept(request)
            return _page(request, site, "again", "Đã ghi", tip=again.tip)
        except NotAllowed as refused:
            form.add_error(None, str(refused))
        else:
            draft_pages.accept(request)
            return _page(
                request, site, "recorded", "Đã ghi", tip=made.tip,
                blocks=receipts.blocks(made.receipt) if made.receipt else [],
                spoken=receipts.spoken(made.receipt) if made.receipt else "",
                is_seen=sees(request.user, made.tip),  # type: ignore[arg-type]
            )  # fmt: skip
    return _page(request, site, "record", "Ghi tin báo", form=form)


@never_cache
@require_http_methods(["GET", "POST"])
def capture(request: HttpRequest, *, site: Any) -> HttpResponse:
    """Record a matter seen in a group: the fact, without the writer of the post."""
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
        data = form.cleaned_data
        found = [] if data["is_sure"] else _who(data["words"])
        if not found and (tip := _captured(request, form)) is not None:
            return redirect("admin:reports_tipreport_removal", tip.pk)
    return _page(
        request, site, "capture", "Tin thấy trong nhóm", form=form, found=found,
        asks_again=bool(found) or bool(request.POST.get("is_sure")),
    )  # fmt: skip


def _who(text: str) -> list[str]:
    """Return the pieces of a text that name somebody or how to reach them."""
    hits = (hit for hit in find(text) if hit.rule in TELLS_WHO)
    return list(dict.fromkeys(f"{hit.label}: {hit.excerpt}" for hit in hits))


def _captured(request: HttpRequest, form: CaptureForm) -> TipReport | None:
    data = form.cleaned_data
    try:
        return recording.capture(data["group"], form.content(), by=request.user, once=data["once"])
    except AlreadyTaken as again:
        return again.tip
    except NotAllowed as refused:
        form.add_error(None, str(refused))
        return None


@never_cache
@require_http_methods(["GET", "POST"])
def removal(request: HttpRequest, *, site: Any, tip: TipReport) -> HttpResponse:
    """Show the words that lead a post in a group to a private channel, and record its removal."""
    if tip.exposure != TipReport.Exposure.PUBLIC_IN_GROUP:
        raise PermissionDenied
    problem = ""
    if request.method == "POST":
        verb = work.note_removed if "removed" in request.POST else work.ask_removal
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
    """Pass on and forget, for heads of hamlets and leaders of teams.

    The days stay, and say nothing of any tip.
    """
    hamlets = (
        Hamlet.objects.offered().filter(pk__in=hamlets_served_by(request.user)).order_by("code")
    )
    form = RelayForm(request.POST or None, hamlets=hamlets, initial=_fresh())
    is_done = False
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            recording.relay(
                form.content(), by=request.user, person=form.person(), through=data["through"],
                heard_at=data["heard_at"], once=data["once"],
            )  # fmt: skip
            is_done = True
        except AlreadyTaken:
            is_done = True
        except NotAllowed as refused:
            form.add_error(None, str(refused))
    if is_done:
        draft_pages.accept(request)
    return _page(
        request, site, "relay", "Chuyển tin cho Công an xã", form=form, is_done=is_done,
        has_hamlets=hamlets.exists(), days=passed_on_days.days_of(request.user),
    )  # fmt: skip
