"""Pages and forms for recording a tip on behalf of somebody else; one screen, made for a phone."""

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

from accounts.scoped_admin.pages import own_pages
from content_rules.rulebook import find
from groups.models import Hamlet, ZaloGroup
from groups.places.querysets import hamlets_of
from groups.residents.forms import choice
from groups.residents.forms import words as box
from reports.intake import Person, Relayed, Told
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


def _moment(label: str, **options: Any) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        required=False,
        widget=forms.DateTimeInput(
            attrs={"class": "by-input", "type": "datetime-local"}, format="%Y-%m-%dT%H:%M"
        ),
        input_formats=["%Y-%m-%dT%H:%M", "%H:%M %d/%m/%Y"],
        **options,
    )


class _MatterForm(forms.Form):
    """What, where, when; `once` names the form, so that a second press writes nothing."""

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

    def told(self) -> Told:
        kept = self.cleaned_data
        return Told(
            words=kept["words"],
            place=kept["place"],
            occurred_words=kept["occurred_words"],
            hamlet=kept["hamlet"],
            urgency=kept["urgency"],
        )


def _past(moment: Any) -> Any:
    if moment is not None and moment > timezone.now():
        raise forms.ValidationError("Giờ này còn ở phía trước.")
    return moment


class _PersonForm(_MatterForm):
    """With who told it, as far as they say; none of it is shown again."""

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

    def person(self) -> Person:
        kept = self.cleaned_data
        return Person(
            name=kept["name"],
            phone=kept["phone"],
            how_known=kept["how_known"],
            why_unnamed="" if kept["name"] else kept["why_unnamed"],
        )


class RecordForm(_PersonForm):
    """On the phone, at the desk, on paper, or passed on by somebody of the hamlet."""

    channel = forms.ChoiceField(
        label="Tin đến bằng",
        choices=[(one.value, one.label) for one in SPOKEN_OR_WRITTEN + TipReport.PASSED_ON],
        widget=forms.Select(attrs={"class": "by-input"}),
        initial=Channel.PHONE,
    )
    through = box("Ai chuyển", max_length=SHORT, required=False)
    heard_at = _moment("Người chuyển nghe lúc nào")

    def clean_heard_at(self) -> Any:
        return _past(self.cleaned_data["heard_at"])

    def clean(self) -> dict[str, Any]:
        kept = super().clean() or {}
        if kept.get("channel") in TipReport.PASSED_ON and not kept.get("through"):
            self.add_error("through", "Hãy ghi ai chuyển tin này, ví dụ: Tổ trưởng tổ 5.")
        return kept

    def relayed(self) -> Relayed | None:
        kept = self.cleaned_data
        if kept["channel"] not in TipReport.PASSED_ON:
            return None
        return Relayed(kept["through"], kept["heard_at"])


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
    """A hamlet head passes on what somebody of the hamlet told."""

    heard_at = _moment("Nghe lúc nào")
    through = box(
        "Nghe qua ai", max_length=SHORT, required=False,
        help_text="Để trống nếu người ấy nói thẳng với ông (bà). Ví dụ: tổ trưởng tổ 5.",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hamlet = self.fields["hamlet"]
        hamlet.required, hamlet.empty_label = True, None  # type: ignore[attr-defined]

    def clean_heard_at(self) -> Any:
        return _past(self.cleaned_data["heard_at"])


# Pages on which a tip is written down for somebody else: one screen, made for a phone.
#
# The answer to a saved form is the page itself, for the receipt is shown once and kept nowhere.


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
        *own_pages(site, "reports_tipreport", pages, RECORD, row="tip", rows=page_frame.rows),
        *own_pages(site, "reports_tipreport", {"chuyen-tin/": (relay, "relay")}, RELAY),
        *conversation.urls(site),
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
        has_hamlets=hamlets.exists(), days=passed_on_days.days_of(request.user),
    )  # fmt: skip
