"""Admin of the registers of the Party office: documents, bodies, organisations, spreading."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.audit import services as audit
from accounts.scoped_admin.base import (
    RangeDateFilter,
    ScopedModelAdmin,
    ScopedRelatedFilter,
    ScopedTabularInline,
    confirm_page,
    display,
    nobody_may,
)
from accounts.scoped_admin.pages import own_pages
from accounts.step_pages.content import Line, RowContent
from groups.admin_mixins import BareFields, OneButton, SaysRefusals
from oversight.admin_forms import AtHome, HomeForm, OffersHamlets
from oversight.admin_pages import LABELS, RowAdmin
from oversight.direction.admin import prepared
from oversight.direction.models import Direction, Spreading
from oversight.direction.registers import services as registers
from oversight.direction.registers.models import (
    IN_PAPERS,
    Body,
    BodyAccount,
    GuidingDocument,
    PartyOrganisation,
)
from oversight.input_checks import blocked_fields

Standing = GuidingDocument.Standing
TONES: dict[str, str] = {
    Standing.IN_FORCE: "good", Standing.EXPIRED: "warn", Standing.REPLACED: "",
}  # fmt: skip


class DocumentForm(HomeForm):
    class Meta:
        model = GuidingDocument
        fields = [
            "number", "issued_on", "issuer", "kind", "summary", "file", "valid_to", "replaced_by",
            "spread_by",
        ]  # fmt: skip

    def clean_file(self) -> Any:
        return prepared(self.cleaned_data["file"])

    def refusals(self) -> dict[str, list[str]]:
        return registers.document_refusals(self.instance)


class StandingFilter(admin.SimpleListFilter):
    title = _("hiệu lực")
    parameter_name = "hieu-luc"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("con", _("Còn hiệu lực")), ("het", _("Hết hiệu lực, đã thay thế"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        in_force = queryset.in_force(timezone.localdate())
        match self.value():
            case "con":
                return in_force
            case "het":
                return queryset.exclude(pk__in=in_force.values("pk"))
        return queryset


@admin.register(GuidingDocument)
class GuidingDocumentAdmin(RowAdmin):
    form = DocumentForm
    list_display = ["number", "issued_on", "issuer", "summary", "standing"]
    list_filter = [StandingFilter, "kind", ("issued_on", RangeDateFilter)]
    search_fields = ["number", "summary"]
    search_help_text = _("Tìm theo số, trích yếu")
    day_fields = ("issued_on", "valid_to", "spread_by")
    fieldsets = [
        (_("Văn bản"), {"fields": ["number", "issued_on", "issuer", "kind", "summary", "file"]}),
        (_("Hiệu lực"), {"fields": ["valid_to", "replaced_by"]}),
        (_("Quán triệt"), {"fields": ["spread_by"]}),
    ]

    @display(description=_("hiệu lực"), label=LABELS)
    def standing(self, row: GuidingDocument) -> tuple[str, str]:
        standing = row.standing_on(timezone.localdate())
        return TONES[standing], str(standing.label)

    def save_model(
        self, request: HttpRequest, obj: GuidingDocument, form: Any, change: bool
    ) -> None:
        registers.keep_document(obj, by=request.user)

    def page_rows(self, request: HttpRequest) -> Any:
        return self.get_queryset(request).select_related("replaced_by", "commune")

    def content(self, row: GuidingDocument, request: HttpRequest) -> RowContent:
        standing = row.standing_on(timezone.localdate())
        shows = request.user.has_perm("oversight.view_spreading")
        return RowContent(
            badge=str(standing.label),
            tone=TONES[standing],
            under=row.issuer,
            texts=(("Trích yếu", row.summary),),
            facts=(
                ("Số, ký hiệu", row.number), ("Loại", str(row.get_kind_display())),
                ("Ngày ban hành", f"{row.issued_on:%d/%m/%Y}"), ("Cơ quan ban hành", row.issuer),
                ("Hết hiệu lực sau", f"{row.valid_to:%d/%m/%Y}" if row.valid_to else ""),
                ("Thay bằng", str(row.replaced_by or "")),
                ("Hạn quán triệt", f"{row.spread_by:%d/%m/%Y}" if row.spread_by else ""),
            ),
            list_title="Quán triệt, triển khai" if shows else "",
            lines=tuple(_spread(row, request.user)) if shows else (),
        )  # fmt: skip


def _spread(row: GuidingDocument, user: Any) -> list[Line]:
    """A line for each party organisation of today: its spreading, or the address to record it."""
    spreadings = {one.organisation_id: one for one in row.spreadings.all()}
    add = reverse("admin:oversight_spreading_add")
    list_url = reverse("admin:oversight_spreading_changelist")
    may_add = user.has_perm("oversight.add_spreading")
    lines = []
    for one in PartyOrganisation.objects.visible_to(user).valid_on(timezone.localdate()):
        spread = spreadings.get(one.pk)
        if spread is not None:
            remark = f"{spread.held_on:%d/%m/%Y}, {spread.attendees} người dự"
            lines.append(Line(str(one), list_url, "Đã quán triệt", "good", remark))
        else:
            url = f"{add}?document={row.pk}&organisation={one.pk}" if may_add else list_url
            lines.append(Line(str(one), url, "Chưa báo", "warn"))
    return lines


class RegisterAdmin(BareFields, AtHome, OneButton, SaysRefusals, ScopedModelAdmin):
    """Small registers of a commune, without deletion."""

    actions = None
    compressed_fields = False

    has_delete_permission = nobody_may


class NamedForm(HomeForm):
    def refusals(self) -> dict[str, list[str]]:
        return blocked_fields(self.instance, ("name",))


class BodyAccountInline(ScopedTabularInline):
    model = BodyAccount
    fields = ["user"]
    verbose_name = _("tài khoản")
    verbose_name_plural = _("Tài khoản của cơ quan này")
    show_change_link = False
    body: Any = None

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        self.body = obj
        return super().get_formset(request, obj, **kwargs)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer only accounts that may keep plans."""
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "user":
            body = self.body
            none = field.queryset.none()
            field.queryset = registers.accounts_for(body) if body is not None else none
        return field


@admin.register(Body)
class BodyAdmin(RegisterAdmin):
    form = NamedForm
    ordering = [IN_PAPERS, "name"]
    list_display = ["name", "kind", "is_active"]
    list_filter = ["kind", "is_active"]
    search_fields = ["name"]
    fields = ["kind", "name", "is_active"]
    inlines = [BodyAccountInline]
    list_before_template = "oversight/direction/make_ready.html"

    def get_inline_instances(self, request: HttpRequest, obj: Any = None) -> Any:
        """No seats for the police and the Party Committee, which have a role."""
        may = obj is not None and request.user.has_perm("oversight.change_bodyaccount")
        has_seats = may and obj.kind not in Body.BY_OFFICE
        return super().get_inline_instances(request, obj) if has_seats else []

    def get_urls(self) -> list[URLPattern]:
        pages = {"lap-san/": (self._ready, "ready")}
        needs = ("oversight.add_body",)
        return own_pages(self.admin_site, "oversight_body", pages, *needs) + super().get_urls()

    def _ready(self, request: HttpRequest, *, site: Any) -> HttpResponse:
        """Create the usual bodies and the bases of the letter."""
        user: Any = request.user
        there = reverse("admin:oversight_body_changelist")
        if user.commune is None:
            self.message_user(request, "Hãy dùng tài khoản của một xã.", messages.ERROR)
            return redirect(there)
        if request.method == "POST":
            made = registers.make_ready(user.commune, by=user)
            self.message_user(request, f"Đã ghi sẵn {made} dòng.", messages.SUCCESS)
            return redirect(there)
        missing = [
            *registers.missing_bodies(user.commune), *registers.missing_bases(user.commune)
        ]  # fmt: skip
        return confirm_page(
            self, request, None, title="Ghi sẵn cơ quan và văn bản thường dùng",
            sentence="Những dòng sau chưa có và sẽ được ghi vào sổ. Sau đó vẫn sửa được."
            if missing else "Sổ đã có đủ các cơ quan và văn bản thường dùng.",
            points=[str(one) for one in missing], points_title="Sẽ ghi",
            button="Ghi sẵn" if missing else "", back_url=there,
        )  # fmt: skip

    def save_model(self, request: HttpRequest, obj: Body, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        audit.record("body.changed" if change else "body.added", by=request.user, target=obj)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        super().save_formset(request, form, formset, change)
        if formset.has_changed():
            audit.record(
                "body.accounts_changed", by=request.user, target=form.instance,
                rows=form.instance.seats.count(),
            )  # fmt: skip


@admin.register(PartyOrganisation)
class PartyOrganisationAdmin(OffersHamlets, RegisterAdmin):
    form = NamedForm
    list_display = ["name", "kind", "valid_to"]
    list_filter = ["kind"]
    search_fields = ["name"]
    fields = ["name", "kind", "hamlet", "valid_from", "valid_to"]
    day_fields = ("valid_from", "valid_to")

    def save_model(
        self, request: HttpRequest, obj: PartyOrganisation, form: Any, change: bool
    ) -> None:
        super().save_model(request, obj, form, change)
        action = "partyorganisation.changed" if change else "partyorganisation.added"
        audit.record(action, by=request.user, target=obj)


class SpreadingForm(forms.ModelForm):
    class Meta:
        model = Spreading
        fields = ["document", "direction", "organisation", "held_on", "attendees"]

    def clean_held_on(self) -> Any:
        held_on = self.cleaned_data["held_on"]
        if held_on > timezone.localdate():
            raise forms.ValidationError("Ngày quán triệt chưa tới. Hãy ghi sau khi đã họp.")
        return held_on

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean() or {}
        source, held_on = (
            cleaned.get("document") or cleaned.get("direction"),
            cleaned.get("held_on"),
        )
        if source and held_on and (refusal := registers.too_early(source, held_on)):
            self.add_error("held_on", refusal)
        return cleaned


def _named(row: Direction) -> str:
    return f"{row.title} ({row.addressee}, {row.given_on:%d/%m/%Y})"


@admin.register(Spreading)
class SpreadingAdmin(RegisterAdmin):
    form = SpreadingForm
    list_display = ["organisation", "about", "held_on", "attendees"]
    list_select_related = ["organisation", "document", "direction"]
    list_filter = [
        ("organisation", ScopedRelatedFilter), ("document", ScopedRelatedFilter),
        ("held_on", RangeDateFilter),
    ]  # fmt: skip
    fields = ["document", "direction", "organisation", "held_on", "attendees"]
    day_fields = ("held_on",)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Name directions with their addressee: a direction to many has one title."""
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if db_field.name == "direction":
            field.queryset = field.queryset.select_related("body", "hamlet", "organisation")
            field.label_from_instance = _named
        return field

    @display(description=_("về"))
    def about(self, row: Spreading) -> str:
        return str(row.document or row.direction)

    def save_model(self, request: HttpRequest, obj: Spreading, form: Any, change: bool) -> None:
        registers.spread(obj, by=request.user)
