"""The admin site: the product for everyone with an account."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils.cache import patch_cache_control
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from accounts.alarms import pages as alarm_pages
from accounts.form_drafts import pages as draft_pages
from accounts.live import pages as live_pages
from accounts.saved_filters import pages as saved_filter_pages
from accounts.scoped_admin.account_ahead import know_rights
from accounts.scoped_admin.base import LabelledChoices, UnfoldAdminSite
from accounts.scoped_admin.deleting import delete_selected
from accounts.sign_in import pages as sign_in_pages
from accounts.sign_in import passkey_pages, second_factor
from accounts.system_health import pages as system_health_pages
from accounts.vault.proofs import pages as proof_pages
from accounts.views import redirect_via
from config.guides import pages as guide_pages
from config.navigation import pages as section_pages
from config.navigation import sections
from duty.occasions import list_pages as occasion_pages
from duty.shifts import pages as roster_pages
from duty.ways import pages as ways_pages
from duty.ways.push import pages as device_pages
from oversight.dashboards import list_page, urls
from oversight.dashboards import report_pages as papers
from oversight.plans import pages as plans_pages
from oversight.review import pages as review_pages
from zalo.hold import pages as hold_pages


class ProjectAdminSite(UnfoldAdminSite):
    """Our site: Vietnamese titles, work lists as home page, a sidebar by role."""

    site_title = _("Bình Yên")
    site_header = _("Bình Yên")
    index_title = _("Hôm nay")
    enable_nav_sidebar = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_action(delete_selected, "delete_selected")

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponseBase:
        """The sign-in page says when a session ends; who owes the second step is led there."""
        if request.method == "GET" and second_factor.is_owed(request):
            return redirect_via("second_step", sign_in_pages.next_of(request))
        extra = {**passkey_pages.login_context(request), **(extra_context or {})}
        response = super().login(request, extra)
        has_signed_in = request.method == "POST" and response.status_code == 302
        return passkey_pages.after_password(request, response) if has_signed_in else response

    def password_change(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponseBase:
        """One's own password; doing so ends the duty to change a temporary one."""
        request.current_app = self.name  # type: ignore[attr-defined]
        view = sign_in_pages.OwnPasswordView.as_view(
            success_url=reverse(f"{self.name}:password_change_done"),
            extra_context={**self.each_context(request), **(extra_context or {})},
            template_name=self.password_change_template or "registration/password_change_form.html",
        )
        return view(request)

    def autocomplete_view(self, request: HttpRequest) -> HttpResponseBase:
        return LabelledChoices.as_view(admin_site=self)(request)

    def i18n_javascript(self, request: HttpRequest, extra_context: Any = None) -> HttpResponseBase:
        """Words of the stock scripts, which a browser keeps for an hour; every form loads them."""
        response = super().i18n_javascript(request, extra_context)
        patch_cache_control(response, private=True, max_age=3600)
        return response

    def index(self, request: HttpRequest, extra_context: Any = None) -> TemplateResponse:
        """The queue of this account instead of the list of tables."""
        live = live_pages.live_page(request, "tips", "posts", "hand", "progress", "duty", "home")
        response = super().index(request, extra_context)
        context = response.context_data
        context["live"] = live.soon(context["queue"].presses)
        return response

    def has_permission(self, request: HttpRequest) -> bool:
        """Staff, with nothing owed: the middleware leads to the second step, this refuses."""
        is_staff = bool(request.user.is_active and request.user.is_staff)
        if not is_staff or second_factor.is_owed(request):
            return False
        if not live_pages.is_asked(request):  # it asks for no right
            know_rights(request.user)
        return True

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        own = {
            "held_sentence": hold_pages.banner(),
            "push": device_pages.head(request),
            "form_drafts": draft_pages.head(request),
        }
        return super().each_context(request) | own

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Each page; what a form of it sends is not lost where it is refused."""
        return super().admin_view(draft_pages.around(view), cacheable)

    def app_index(
        self, request: HttpRequest, app_label: str, extra_context: Any = None
    ) -> HttpResponseBase:
        """An app is no place that people know: its address leads to a section."""
        key = sections.of_app(app_label)
        return redirect("admin:section", key) if key else redirect("admin:sections")

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> Any:
        """List the tables once a page shows them: each page asks, and the sidebar needs none."""
        return SimpleLazyObject(
            lambda: super(ProjectAdminSite, self).get_app_list(request, app_label)
        )

    def get_urls(self) -> list[Any]:
        own = [
            # Before the stock one, which asks for the second step; a temporary password goes first.
            path("password_change/", sign_in_pages.signed_in(self.password_change),
                 name="password_change"),
            path("xac-thuc/", sign_in_pages.second_step, name="second_step"),
            path("xac-thuc/cai-dat/", sign_in_pages.enrol, name="enrol_second_factor"),
            path("xac-thuc/ma-du-phong/", sign_in_pages.recovery_codes, name="recovery_codes"),
            path("tai-khoan-cua-toi/", sign_in_pages.own_account, name="own_account"),
            path("tai-khoan-cua-toi/dang-xuat-moi-noi/", sign_in_pages.sign_out_everywhere,
                 name="sign_out_everywhere"),
            path("tai-khoan-cua-toi/mat-dien-thoai/", sign_in_pages.lost_phone, name="lost_phone"),
        ]  # fmt: skip
        own += passkey_pages.urls() + proof_pages.urls()
        own += section_pages.urls(self) + guide_pages.urls(self) + saved_filter_pages.urls(self)
        held = live_pages.urls(self) + alarm_pages.urls(self) + hold_pages.urls(self)
        held += occasion_pages.urls(self) + ways_pages.urls(self)
        figures = urls.urls(self) + list_page.urls(self) + papers.urls(self)
        sheets = plans_pages.DOCUMENT.urls(self) + review_pages.DOCUMENT.urls(self)
        health = system_health_pages.urls(self)
        duty = device_pages.urls(self) + roster_pages.urls(self)
        own += draft_pages.urls(self)
        return own + duty + held + figures + sheets + health + super().get_urls()


def stylesheet(request: HttpRequest) -> str:
    return static("accounts/admin.css")


def script(request: HttpRequest) -> str:
    return static("accounts/admin.js")


def favicon(request: HttpRequest) -> str:
    return static("accounts/logo.svg")
