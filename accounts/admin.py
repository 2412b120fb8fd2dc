"""Accounts, roles, the commune and the audit trail."""

from typing import Any

import django.contrib.auth.admin  # noqa: F401 -- registers what is exchanged below
from django.contrib import admin, messages
from django.contrib.auth.models import Group
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from accounts import services
from accounts.audit import services as audit
from accounts.audit.models import AuditEvent
from accounts.audit.words import SECTIONS, action_words, detail_words
from accounts.communes.models import Commune, CommuneProfile, Holiday
from accounts.scoped_admin.base import (
    AutocompleteSelectFilter,
    RangeDateFilter,
    ReadOnlyAdminMixin,
    ScopedModelAdmin,
    ScopedRelatedFilter,
    ScopedStackedInline,
    action,
    confirm_page,
    display,
    report_outcomes,
    visible_object,
)
from accounts.scoped_admin.mixins import AuditedRows
from accounts.second_person.admin import SecondPersonRows
from accounts.second_person.pages import sent
from accounts.second_person.rows import PROFILE_FIELDS
from accounts.second_person.table import needs_second
from accounts.sign_in import second_factor, two_persons
from accounts.sign_in.admin import ReasonForm, SecondFactorActions
from accounts.users.forms import AccountForm
from accounts.users.models import User, in_words
from accounts.users.next_steps import NextStep, next_step, next_steps
from accounts.users.permission_words import describe

TAKES_TWO = (
    "Chưa đổi gì ngay: một người khác, cùng phía với tài khoản này, xác nhận rồi chính người đó "
    "nhận mật khẩu tạm và đưa tận tay. Mật khẩu cũ còn dùng được đến lúc ấy."
)


def outcomes_of(verb: Any, rows: Any, request: HttpRequest) -> list[tuple[Any, str | None]]:
    """Apply a service to each row; what it refuses is reported with its sentence."""
    outcomes: list[tuple[Any, str | None]] = []
    for row in rows:
        try:
            verb(row, by=request.user)
        except services.NotAllowed as refusal:
            outcomes.append((row, str(refusal)))
        else:
            outcomes.append((row, None))
    return outcomes


@next_step
def _password(user: User, by: User) -> NextStep | None:
    """Before any step of the apps above, which register later."""
    if user.has_usable_password():
        return None
    if services.password_is_a_chiefs(user) and not by.has_perm("accounts.vouch_police_account"):
        chiefs = in_words(User.objects.chiefs_of(user.commune_id)[:2])
        return NextStep(f"Mật khẩu tạm do chỉ huy cấp: báo {chiefs}, việc có ở trang Hôm nay.")
    address = reverse("admin:accounts_user_temporary_password", args=[user.pk])
    words = "Cấp mật khẩu tạm, ghi ra phiếu, đưa tận tay đúng người."
    return NextStep(words, address, "Cấp mật khẩu tạm")


@admin.register(User)
class UserAdmin(SecondFactorActions, ScopedModelAdmin):
    """Staff accounts of the commune. Passwords are only ever issued as temporary ones."""

    list_display = [
        "username", "full_name", "role_names", "second_step", "is_active", "last_login"
    ]  # fmt: skip
    list_select_related = ["second_factor"]
    list_filter = ["is_active", ("groups", ScopedRelatedFilter)]
    search_fields = ["username", "last_name", "first_name"]
    search_help_text = _("Tìm theo tên đăng nhập hoặc họ tên")
    form = AccountForm
    change_form_outer_before_template = "accounts/next_steps.html"
    actions = ["lock_accounts", "unlock_accounts"]
    actions_detail = ["temporary_password", "reset_second_factor", "phone_lost"]
    readonly_fields = [
        "is_active", "must_change_password", "second_step", "last_login", "date_joined"
    ]  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("groups", "passkeys")

    def get_fieldsets(self, request: HttpRequest, obj: User | None = None) -> Any:
        person = ["username", "last_name", "first_name", "email", "groups"]
        if request.user.commune_id is None:
            person.insert(0, "commune")
        if request.user.is_superuser:
            person.append("is_superuser")
        state = self.readonly_fields
        sections = [(None, {"fields": person}), (_("Tình trạng"), {"fields": state})]
        return sections if obj else sections[:1]

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        own = ["username", "groups", "is_superuser", "commune"] if obj == request.user else []
        return [*super().get_readonly_fields(request, obj), *own]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        if (user := context.get("original")) is not None and user != request.user:
            by: Any = request.user
            context["next_steps"] = next_steps(user, by=by)
        return super().render_change_form(request, context, *args, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        allowed = super().has_change_permission(request, obj)
        if not isinstance(obj, User):
            return allowed
        return allowed and (obj == request.user or services.may_manage(obj, by=request.user))

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Writes what the form shows: a lock or a password of the same moment stays."""
        if change:
            columns = {column.name for column in obj._meta.concrete_fields}
            obj.save(update_fields=columns & set(form.changed_data))
            return
        obj.is_staff = True
        obj.set_unusable_password()
        if request.user.commune_id is not None:
            obj.commune_id = request.user.commune_id
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Of an account that comes from another commune every role is new."""
        stays = "commune" not in form.changed_data
        before = set(form.instance.groups.values_list("name", flat=True)) if stays else set()
        super().save_related(request, form, formsets, change)
        second_factor.roles_changed(form.instance, before=before, by=request.user)
        audit.record(
            "account.changed" if change else "account.created",
            by=request.user,
            target=form.instance,
            fields=form.changed_data,
            roles=sorted(group.name for group in form.instance.groups.all()),
        )

    def response_add(self, request: HttpRequest, obj: User, post_url_continue: Any = None) -> Any:
        """A new account has no password and no place yet: its page says what comes next."""
        if {"_popup", "_addanother"} & set(request.POST):
            return super().response_add(request, obj, post_url_continue)
        done = f"Đã lập tài khoản {obj.username}. Việc tiếp theo ghi ở đầu trang này."
        self.message_user(request, done, messages.SUCCESS)
        if services.password_is_a_chiefs(obj):
            self.message_user(request, _("Mật khẩu tạm của tài khoản này do chỉ huy cấp."))
        return redirect("admin:accounts_user_change", obj.pk)

    @admin.display(description=_("họ và tên"), ordering="first_name")
    def full_name(self, user: User) -> str:
        return user.get_full_name()

    @admin.display(description=_("vai trò"))
    def role_names(self, user: User) -> str:
        return ", ".join(group.name for group in user.groups.all()) or "Chưa có"

    @admin.action(description=_("Khóa tài khoản đã chọn"), permissions=["change"])
    def lock_accounts(self, request: HttpRequest, queryset: Any) -> None:
        report_outcomes(self, request, outcomes_of(services.lock, queryset, request), "Đã khóa")

    @admin.action(description=_("Mở khóa tài khoản đã chọn"), permissions=["change"])
    def unlock_accounts(self, request: HttpRequest, queryset: Any) -> None:
        outcomes = outcomes_of(services.unlock, queryset, request)
        report_outcomes(self, request, outcomes, "Đã mở khóa")

    def has_issue_password_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The technical administrator's work; for those who keep the people's lists the chief's."""
        if request.user.has_perm("accounts.change_user"):
            return True
        rows = self.get_queryset(request)
        user = rows.filter(pk=obj).first() if str(obj).isdecimal() else None
        return (
            request.user.has_perm("accounts.vouch_police_account")
            and user is not None
            and services.is_keeper(user)
        )

    @action(  # type: ignore[untyped-decorator]
        description=_("Cấp mật khẩu tạm"), url_path="mat-khau-tam", permissions=["issue_password"]
    )
    def temporary_password(self, request: HttpRequest, object_id: str) -> HttpResponse:
        user = visible_object(self, request, object_id)
        page: dict[str, Any] = {
            "title": f"Cấp mật khẩu tạm cho {user}",
            "back_url": reverse("admin:accounts_user_change", args=[user.pk]),
            "sentence": (
                "Mật khẩu cũ hết hiệu lực ngay và người này bị thoát khỏi mọi máy. Mật khẩu tạm "
                "chỉ hiện một lần; khi đăng nhập người này phải tự đổi."
            ),
            "button": "Cấp mật khẩu tạm",
        }
        takes_two = needs_second(user)
        form = ReasonForm(request.POST or None) if takes_two else None
        if takes_two:
            page |= {"form": form, "button": "Đề nghị", "sentence": TAKES_TWO}
        try:
            services.check_may_issue_password(user, by=request.user)
            if form is not None and form.is_valid():
                reason = form.cleaned_data["reason"]
                return sent(
                    request, two_persons.propose_password(user, by=request.user, reason=reason)
                )
            if request.method == "POST" and not takes_two:
                page["secret"] = services.issue_temporary_password(user, by=request.user)
                page["sentence"] = (
                    f"Hãy đọc hoặc đưa tận tay mật khẩu này cho {user} (tên đăng nhập "
                    f"{user.username}). Rời trang này là không xem lại được."
                )
                left = next_steps(user, by=request.user)
                page |= {"points_title": "Rồi", "points": [step.words for step in left]}
        except services.NotAllowed as refusal:
            page |= {"refusal": str(refusal), "button": "", "form": None}
        response = confirm_page(self, request, user, **page)
        response["Cache-Control"] = "no-store"
        return response


admin.site.unregister(Group)  # registered by the import of `django.contrib.auth.admin`


@admin.register(Group)
class RoleAdmin(ReadOnlyAdminMixin, ScopedModelAdmin):
    """Roles as `sync_roles` wrote them, in words."""

    list_display = ["name"]
    ordering = ["name"]
    fields = ["name", "powers"]
    readonly_fields = ["powers"]
    search_fields = ["name"]

    @admin.display(description=_("được làm"))
    def powers(self, role: Group) -> Any:
        rows = describe(role.permissions.select_related("content_type"))
        return format_html_join("", "<p><strong>{}</strong>: {}</p>", rows) or "Chưa có quyền nào."


class CommuneProfileInline(ReadOnlyAdminMixin, ScopedStackedInline):
    """To be read here; changed on its own form, which asks a second person."""

    model = CommuneProfile
    show_change_link = True


@admin.register(Commune)
class CommuneAdmin(AuditedRows, ScopedModelAdmin):
    audited_as = "commune.changed"
    list_display = ["name", "kind", "code"]
    search_fields = ["name", "code"]
    inlines = [CommuneProfileInline]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Only a city-wide account founds a commune; others would not see what they made."""
        return request.user.commune_id is None and super().has_add_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(CommuneProfile)
class CommuneProfileAdmin(SecondPersonRows, AuditedRows, ScopedModelAdmin):
    audited_as = "commune.changed"
    second_person = "commune_profile"
    trusted = PROFILE_FIELDS
    list_display = ["commune", "valid_from", "province_label", "chief_name", "duty_phone"]
    list_select_related = ["commune"]


@admin.register(Holiday)
class HolidayAdmin(AuditedRows, ScopedModelAdmin):
    """The calendar that clocks count by; where many communes share it, the city keeps it."""

    audited_as = "holiday.changed"
    list_title = "name"
    list_display = ["day", "name", "kind", "standing"]
    list_filter = ["kind", "is_provisional", ("day", RangeDateFilter)]
    search_fields = ["name"]
    search_help_text = _("Tìm theo tên ngày nghỉ")
    ordering = ["-day"]

    @display(  # type: ignore[untyped-decorator]
        description=_("theo"),
        ordering="is_provisional",
        label={"Chờ thông báo": "warning", "Đã công bố": "success"},
    )
    def standing(self, day: Holiday) -> str:
        return "Chờ thông báo" if day.is_provisional else "Đã công bố"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return super().has_add_permission(request) and request.user.keeps_calendar

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and request.user.keeps_calendar

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and request.user.keeps_calendar

    def delete_model(self, request: HttpRequest, obj: Holiday) -> None:
        audit.record("holiday.changed", by=request.user, target=obj, reason="Xóa ngày này")
        super().delete_model(request, obj)


class SectionFilter(admin.SimpleListFilter):
    """By what the action is about; the actions of one kind share a prefix."""

    title = _("loại việc")
    parameter_name = "loai"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(SECTIONS.items())

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() not in SECTIONS:
            return queryset
        return queryset.filter(action__startswith=f"{self.value()}.")


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnlyAdminMixin, ScopedModelAdmin):
    """The audit trail, read only; `verify_audit` proves that nothing was changed."""

    list_title = "action_label"
    list_display = ["at", "actor_label", "action_label", "target_label", "reason"]
    list_filter = [SectionFilter, ("at", RangeDateFilter), ("actor", AutocompleteSelectFilter)]
    search_fields = ["target_label", "actor_name", "reason"]
    search_help_text = _("Tìm theo người thực hiện, tên đối tượng hoặc lý do")
    # Without the number in the chain: a gap in it dates an event that is kept from the reader.
    fields = ["at", "actor_label", "action_label", "target_label", "reason", "more"]
    readonly_fields = fields

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        """Nor may the address ask for that number."""
        if lookup.split("__")[0] == "sequence":
            return False
        return super().lookup_allowed(lookup, value, request)

    @admin.display(description=_("người thực hiện"), ordering="actor_name")
    def actor_label(self, event: AuditEvent) -> str:
        return event.actor_name or "Hệ thống"

    @admin.display(description=_("việc"), ordering="action")
    def action_label(self, event: AuditEvent) -> str:
        return action_words(event.action)

    @admin.display(description=_("chi tiết"))
    def more(self, event: AuditEvent) -> str:
        return detail_words(event.details) or "–"
