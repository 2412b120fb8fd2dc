"""The form of a first signature: from whom, to whom, what, and for a cover from when to when."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.audit import services as audit
from accounts.scoped_admin.base import ScopedModelAdmin, visible_object
from accounts.scoped_admin.columns import choice_column
from accounts.scoped_admin.pages import guarded, number_of, own_pages
from accounts.services import NotAllowed
from groups.admin_mixins import DayInput, FoldedSearchMixin, do
from groups.handovers import services as handovers
from groups.handovers.models import Handover, HandoverGroup
from groups.handovers.moves import groups_held, hamlets_held
from groups.places.models import Hamlet, Officer
from groups.zalo_groups.models import ZaloGroup


class HandoverForm(forms.ModelForm):
    """Everything that the giver holds is ticked at first: most handovers are of everything."""

    hamlets = forms.ModelMultipleChoiceField(
        label=_("Ấp, khu phố"), queryset=Hamlet.objects.none(), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    groups = forms.ModelMultipleChoiceField(
        label=_("Nhóm Zalo đang làm trưởng nhóm"), queryset=ZaloGroup.objects.none(),
        required=False, widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    class Meta:
        model = Handover
        fields = ["kind", "to_officer", "starts_on", "ends_on", "reason"]
        widgets = {
            "kind": forms.RadioSelect,
            "starts_on": DayInput(),
            "ends_on": DayInput(),
            "reason": forms.TextInput(attrs={"class": "by-input"}),
        }

    def __init__(self, giver: Officer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.from_officer, self.instance.commune = giver, giver.commune
        taker: Any = self.fields["to_officer"]
        taker.queryset = handovers.possible_takers(giver)
        taker.widget.attrs["class"] = "by-input"
        hamlets: Any = self.fields["hamlets"]
        groups: Any = self.fields["groups"]
        hamlets.queryset = hamlets_held(giver, timezone.localdate())
        groups.queryset = groups_held(giver)
        self.initial.setdefault("hamlets", [row.pk for row in hamlets.queryset])
        self.initial.setdefault("groups", [row.pk for row in groups.queryset])
        self.fields["reason"].help_text = _("Ví dụ: điều động công tác, nghỉ phép năm.")
        self.fields["starts_on"].help_text = _("Chỉ ghi khi trực thay.")

    def clean(self) -> dict[str, Any]:
        """The dates of a cover mean nothing for a transfer, so they go."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("kind") == Handover.Kind.TRANSFER:
            cleaned["starts_on"] = cleaned["ends_on"] = None
        elif cleaned.get("kind") == Handover.Kind.COVER:
            for name in ("starts_on", "ends_on"):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, _("Trực thay phải ghi ngày này."))
        return cleaned


# Pages of a handover: the first signature with its rehearsal, the second one, the record.


State = Handover.State
TITLES = {
    Handover.Kind.TRANSFER: {
        "waiting_title": "Sẽ chuyển khi người nhận ký", "done_title": "Đã chuyển",
    },
    Handover.Kind.COVER: {
        "waiting_title": "Người nhận sẽ phụ trách thay", "done_title": "Phụ trách thay",
    },
}  # fmt: skip


def _rows(request: HttpRequest) -> Any:
    return Handover.objects.visible_to(request.user).select_related(
        "from_officer", "to_officer__user", "commune", "given_by", "accepted_by"
    )


def _page(request: HttpRequest, site: Any, template: str, **context: Any) -> HttpResponse:
    context = {**site.each_context(request), "opts": Handover._meta, **context}
    return TemplateResponse(request, f"admin/groups/handover/{template}.html", context)


# The first signature


def _giver(request: HttpRequest) -> Officer | None:
    """The officer asked for, or the own one of who signs for nobody else; 404 out of reach."""
    asked = request.POST.get("nguoi-giao") or request.GET.get("nguoi-giao")
    rows = handovers.possible_givers(request.user)
    if not asked:
        if request.user.has_perm("groups.view_all_hamlets"):
            return None  # so that nothing of the own is signed away by taking it for another's
        return rows.filter(user=request.user.pk).first()
    return get_object_or_404(rows, pk=number_of(asked))


@require_http_methods(["GET", "POST"])
def offer(request: HttpRequest, *, site: Any) -> HttpResponse:
    """The form of the first signature; “Xem trước” rehearses, “Ký giao” signs."""
    user = request.user
    giver = _giver(request)
    givers = handovers.possible_givers(user) if user.has_perm("groups.view_all_hamlets") else None
    if giver is None:
        return _page(
            request, site, "offer", title="Bàn giao địa bàn", form=None, givers=givers, giver=None
        )
    form = HandoverForm(giver, request.POST or None)
    outcome, refusal = None, ""
    if request.method == "POST" and form.is_valid():
        chosen = (form.instance, form.cleaned_data["hamlets"], form.cleaned_data["groups"])
        is_signed = request.POST.get("buoc") == "ky"
        try:
            if is_signed:
                made = handovers.offer(*chosen, by=request.user)
                messages.success(request, f"Đã ký giao. Chờ {made.to_officer.full_name} ký nhận.")
                return redirect("admin:groups_handover_show", made.pk)
            outcome = handovers.rehearse_offer(*chosen, by=request.user)
        except NotAllowed as refused:
            refusal = str(refused)
        except ValidationError as error:
            refusal = " ".join(error.messages)
    return _page(
        request, site, "offer", title="Bàn giao địa bàn", form=form, givers=givers, giver=giver,
        outcome=outcome, refusal=refusal,
    )  # fmt: skip


# Afterwards


@require_GET
def show(request: HttpRequest, *, site: Any, handover: Handover) -> HttpResponse:
    """Hamlets, groups, signatures, moves, and the steps left."""
    user = request.user
    today = timezone.localdate()
    return _page(
        request, site, "show", title=str(handover), **_parts(handover, user),
        **TITLES[Handover.Kind(handover.kind)],
        is_waiting=handover.state == State.OFFERED,
        may_accept=handovers.may_accept(handover, user),
        may_withdraw=handovers.may_withdraw(handover, user),
        may_end=handovers.may_end(handover, user),
        may_mark=handovers.may_mark(handover, user),
        is_over=handover.ends_on is not None and handover.ends_on < today,
    )  # fmt: skip


def _parts(handover: Handover, user: Any) -> dict[str, Any]:
    """Rows that change hands: as recorded, or as a signature would move them now."""
    is_open = handover.state == State.OFFERED
    groups = handover.group_items.select_related("group__hamlet", "changed_on_zalo_by")
    return {
        "handover": handover,
        "outcome": handovers.rehearse(handover, by=user) if is_open else handover.record,
        "hamlets": handover.hamlet_items.select_related("hamlet"),
        "groups": groups.order_by("changed_on_zalo_at", "group__search_text", "pk"),
    }


def _accept(request: HttpRequest, handover: Handover) -> str:
    if request.POST.get("sure") != "yes":
        raise NotAllowed("Hãy đánh dấu đã xem phần nhận trước khi ký.")
    handovers.accept(handover, by=request.user, answer=request.POST.get("answer", "")[:300])
    return "Đã ký nhận."


def _decline(request: HttpRequest, handover: Handover) -> str:
    handovers.decline(handover, by=request.user, answer=request.POST.get("answer", "")[:300])
    return "Đã ghi không nhận. Không có gì thay đổi."


def _withdraw(request: HttpRequest, handover: Handover) -> str:
    handovers.withdraw(handover, by=request.user)
    return "Đã rút lại bàn giao. Không có gì thay đổi."


def _end(request: HttpRequest, handover: Handover) -> str:
    handovers.end_cover(handover, by=request.user)
    return "Đã kết thúc trực thay."


def _mark(request: HttpRequest, handover: Handover) -> str:
    items = HandoverGroup.objects.filter(handover=handover)
    item = get_object_or_404(items, pk=number_of(request.POST.get("nhom")))
    handovers.mark_changed_on_zalo(item, by=request.user)
    return f"Đã ghi: {item.group} đổi trưởng nhóm trên Zalo."


DEEDS = {
    "nhan": _accept,
    "khong-nhan": _decline,
    "rut-lai": _withdraw,
    "ket-thuc": _end,
    "da-doi": _mark,
}


@require_POST
def take_step(request: HttpRequest, *, site: Any, handover: Handover) -> HttpResponse:
    """One step of a handover: signed for, declined, withdrawn, ended, or marked."""
    act = DEEDS.get(request.POST.get("viec", ""))
    if act is None:
        raise Http404
    do(request, lambda: act(request, handover), str)
    return redirect("admin:groups_handover_show", handover.pk)


@require_GET
def record(request: HttpRequest, *, site: Any, handover: Handover) -> HttpResponse:
    """The record of a handover on paper, for both signatures in ink."""
    parts = _parts(handover, request.user)
    audit.record("handover.printed", by=request.user, target=handover)
    context = {
        **parts,
        "commune": handover.commune,
        "profile": handover.commune.profile_on(timezone.localdate(handover.given_at)),
    }
    return TemplateResponse(request, "admin/groups/handover/record.html", context)


# Handovers between officers in the admin: offered, shown, signed for, printed.

TONES = {
    State.OFFERED: "warning", State.ACCEPTED: "success", State.DECLINED: "danger",
    State.WITHDRAWN: "info",
}  # fmt: skip


@admin.register(Handover)
class HandoverAdmin(FoldedSearchMixin, ScopedModelAdmin):
    list_display = ["__str__", "kind", "days", "places", "shown_state"]
    list_select_related = ["from_officer", "to_officer"]
    list_filter = ["kind", "state"]
    search_fields = ["from_officer__search_text", "to_officer__search_text"]
    search_help_text = _("Tìm theo tên người giao hoặc người nhận")
    actions = None
    shown_state = choice_column("state", _("trạng thái"), TONES)

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)
        return rows.prefetch_related("hamlet_items__hamlet", "group_items")

    @admin.display(description=_("thời gian"))
    def days(self, handover: Handover) -> str:
        if handover.starts_on is None or handover.ends_on is None:
            return f"Ký giao {handover.given_at:%d/%m/%Y}"
        return f"{handover.starts_on:%d/%m/%Y} – {handover.ends_on:%d/%m/%Y}"

    @admin.display(description=_("phần bàn giao"))
    def places(self, handover: Handover) -> str:
        hamlets = ", ".join(str(row) for row in handover.hamlet_items.all())
        groups = len(handover.group_items.all())
        return ", ".join(part for part in (hamlets, f"{groups} nhóm" if groups else "") if part)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A signed handover is not edited; its page has the steps."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def add_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return guarded(self.admin_site, offer, "groups.add_handover")(request)

    def change_view(
        self, request: HttpRequest, object_id: str, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        handover = visible_object(self, request, object_id)
        return redirect("admin:groups_handover_show", handover.pk)

    def get_urls(self) -> list[URLPattern]:
        pages = {
            "<int:pk>/xem/": (show, "show"),
            "<int:pk>/ky/": (take_step, "deed"),
            "<int:pk>/bien-ban/": (record, "record"),
        }
        site, needs = self.admin_site, "groups.view_handover"
        own = own_pages(site, "groups_handover", pages, needs, row="handover", rows=_rows)
        return own + super().get_urls()
