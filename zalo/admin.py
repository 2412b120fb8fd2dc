"""The account's health and the call log: to be looked at; connecting is done by command."""

from datetime import timedelta
from typing import Any, cast
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.audit import services as audit
from accounts.models import Commune, User
from accounts.scoped_admin.base import ReadOnlyAdminMixin, ScopedModelAdmin, display
from accounts.scoped_admin.pages import number_of, own_pages
from accounts.scoped_admin.work_filter import WorkFilter
from accounts.services import NotAllowed
from zalo import services
from zalo.client.errors import ZaloError
from zalo.followers import quota
from zalo.inbox import admin as inbox_admin  # noqa: F401 -- registers the inbox
from zalo.inbox import history
from zalo.official_accounts.health import health_of
from zalo.official_accounts.models import ApiCall, GroupAsset, OfficialAccount
from zalo.tokens import consenting

# Pages of the connection: its health, a look at Zalo now, and having access granted.


PERMISSIONS = [
    ("Gửi tin nhắn và thông báo", "gửi bài, trả lời người dân"),
    ("Quản lý tin nhắn", "xem lại hội thoại khi chưa rõ đã gửi hay chưa"),
    ("Quản lý thông tin OA", "biết loại OA, gói, hạn"),
    ("Quản lý thông tin người dùng", "danh sách người quan tâm"),
    ("Quản lý thông tin nhóm", "nhóm của OA: lập, gửi bài, thành viên"),
    ("Quản lý bài viết", "đăng bài viết"),
]

DAYS_BACK = (1, 3, history.USUAL_DAYS, history.MOST_DAYS)


def urls(site: Any) -> list[URLPattern]:
    """Addresses under the admin of accounts."""
    needs = "zalo.view_officialaccount"
    pages = {
        "suc-khoe/": (home, "health_home"),
        "<int:pk>/suc-khoe/": (health, "health"),
        "<int:pk>/kiem-tra/": (check, "check"),
        "<int:pk>/so-bai-gui-rong/": (
            declare_broadcasts,
            "broadcasts",
            "zalo.connect_officialaccount",
        ),
        "<int:pk>/doc-lai-hoi-thoai/": (
            read_history,
            "read_history",
            "zalo.connect_officialaccount",
        ),
        "ket-noi/": (connect, "connect", "zalo.connect_officialaccount"),
    }
    return own_pages(site, "zalo_officialaccount", pages, needs)


def callback_url(request: HttpRequest) -> str:
    """Our address to which Zalo sends the browser back: exactly this is to be registered there."""
    path = reverse("zalo_oauth_callback")
    if settings.PORTAL_URL:
        return f"{settings.PORTAL_URL}{path}"
    return request.build_absolute_uri(path)


def _user(request: HttpRequest) -> User:
    """The account that asks; the admin lets nobody else come here."""
    return cast(User, request.user)


def _account(request: HttpRequest, pk: int) -> OfficialAccount:
    rows = OfficialAccount.objects.visible_to(request.user).select_related("commune")
    return get_object_or_404(rows, pk=pk)


@require_GET
def home(request: HttpRequest, *, site: Any) -> HttpResponse:
    """The health of the account, or the way to one; a choice where there are several."""
    accounts = list(OfficialAccount.objects.visible_to(request.user).select_related("commune")[:2])
    if len(accounts) == 1:
        return redirect("admin:zalo_officialaccount_health", pk=accounts[0].pk)
    if not accounts and request.user.has_perm("zalo.connect_officialaccount"):
        return redirect("admin:zalo_officialaccount_connect")
    return redirect("admin:zalo_officialaccount_changelist")


@require_GET
def health(request: HttpRequest, *, site: Any, pk: int) -> HttpResponse:
    """How the connection is doing, in sentences; nothing is asked of Zalo for it."""
    account = _account(request, pk)
    context = {
        **site.each_context(request),
        "title": "Sức khỏe kết nối Zalo",
        "health": health_of(account, timezone.now()),
        "account": account,
        "may_connect": request.user.has_perm("zalo.connect_officialaccount"),
        "days_back": DAYS_BACK,
    }
    return _leading_to_zalo(TemplateResponse(request, "zalo/health.html", context))


@require_POST
def check(request: HttpRequest, *, site: Any, pk: int) -> HttpResponse:
    """“Kiểm tra ngay”: ask Zalo who the account is and what it may do."""
    account = _account(request, pk)
    try:
        services.refresh_profile(account)
        services.probe(account, is_asked=True)
        quota.learn_broadcasts(account)
    except ZaloError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, "Đã hỏi Zalo. Kết quả ở dưới là của lúc này.")
    audit.record("zalo.checked", by=_user(request), target=account)
    return redirect("admin:zalo_officialaccount_health", pk=account.pk)


@require_POST
def declare_broadcasts(request: HttpRequest, *, site: Any, pk: int) -> HttpResponse:
    """The monthly number of articles, as a person read it in Zalo's own tool."""
    account = _account(request, pk)
    typed = request.POST.get("so-bai", "").strip()
    total = number_of(typed) if typed else None
    if total is not None and (not typed.isdecimal() or total > quota.MOST_BROADCASTS):
        messages.error(request, f"Hãy ghi một số từ 0 đến {quota.MOST_BROADCASTS}.")
    else:
        quota.declare_broadcasts(account, total, by=_user(request))
        sentence = f"mỗi tháng {total} bài" if typed else "chưa rõ số bài mỗi tháng"
        messages.success(request, f"Đã ghi: {sentence}.")
    return redirect("admin:zalo_officialaccount_health", pk=account.pk)


@require_POST
def read_history(request: HttpRequest, *, site: Any, pk: int) -> HttpResponse:
    """Look for what residents wrote while nobody heard, as many days back as chosen."""
    account = _account(request, pk)
    days = min(number_of(request.POST.get("so-ngay")) or history.USUAL_DAYS, history.MOST_DAYS)
    try:
        history.start(account, since=timezone.now() - timedelta(days=days), by=_user(request))
    except NotAllowed as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, "Đã bắt đầu đọc lại hội thoại. Vài phút nữa hãy xem lại.")
    return redirect("admin:zalo_officialaccount_health", pk=account.pk)


def _commune(request: HttpRequest) -> Commune | None:
    """The commune to connect: one's own, or the choice of a city-wide account."""
    if own := _user(request).commune:
        return own
    communes = Commune.objects.visible_to(request.user)
    chosen = number_of(request.POST.get("xa") or request.GET.get("xa"))
    if chosen:
        return get_object_or_404(communes, pk=chosen)
    only = list(communes[:2])
    return only[0] if len(only) == 1 else None


@require_http_methods(["GET", "POST"])
def connect(request: HttpRequest, *, site: Any) -> HttpResponse:
    """Explain the consent and who must press; the button leads to Zalo's own page."""
    commune = _commune(request)
    if request.method == "POST":
        if commune is None:
            raise PermissionDenied
        try:
            address = consenting.begin(
                commune, by=_user(request), redirect_uri=callback_url(request)
            )
        except consenting.ConsentFailed as failure:
            messages.error(request, str(failure))
            return redirect("admin:zalo_officialaccount_connect")
        return redirect(address)
    account = OfficialAccount.objects.filter(commune=commune).first() if commune else None
    context = {
        **site.each_context(request),
        "title": "Kết nối Zalo OA" if account is None else "Cấp quyền Zalo OA lại",
        "commune": commune,
        "communes": None if commune else Commune.objects.visible_to(request.user),
        "account": account,
        "callback_url": callback_url(request),
        "webhook_url": callback_url(request).replace("/zalo/oauth/callback/", "/zalo/webhook/"),
        "permissions": PERMISSIONS,
        "is_ready": bool(settings.ZALO_APP_ID and settings.ZALO_APP_SECRET),
    }
    return _leading_to_zalo(TemplateResponse(request, "zalo/connect.html", context))


def _leading_to_zalo(response: TemplateResponse) -> TemplateResponse:
    """The button's answer leads to Zalo, which browsers count among the targets of the form."""
    zalo = urlsplit(settings.ZALO_OAUTH_URL)
    response._csp_update = {"form-action": [f"{zalo.scheme}://{zalo.netloc}"]}
    return response


class OutcomeFilter(WorkFilter):
    """Success or trouble, without a DISTINCT over the whole log."""

    title = _("kết quả")
    parameter_name = "outcome"
    works = {
        "failed": (_("Có lỗi"), lambda rows, request: rows.failed()),
        "ok": (_("Thành công"), lambda rows, request: rows.filter(code="0")),
    }


@admin.register(OfficialAccount)
class OfficialAccountAdmin(ReadOnlyAdminMixin, ScopedModelAdmin):
    """The state of the connection; the tokens are on no screen."""

    list_display = ["name", "oa_id", "commune", "health", "token_expires_at", "is_active"]
    list_select_related = ["commune"]
    search_fields = ["name", "oa_id"]
    search_help_text = _("Tìm theo tên hoặc mã OA")
    fieldsets = [
        (None, {"fields": ["commune", "name", "oa_id", "health", "last_error", "last_error_at"]}),
        (
            _("Theo Zalo"),
            {"fields": ["oa_type_label", "is_verified", "package_name", "checked_at"]},
        ),
        (
            _("Quyền truy cập"),
            {
                "fields": [
                    "connected_at",
                    "refreshed_at",
                    "token_expires_at",
                    "refresh_expires_at",
                    "endpoint_family",
                    "is_active",
                ]
            },
        ),
    ]
    readonly_fields = ["health", "oa_type_label"]

    def get_urls(self) -> list[Any]:
        return [*urls(self.admin_site), *super().get_urls()]

    @display(  # type: ignore[untyped-decorator]
        description=_("tình trạng"),
        label={"Tốt": "success", "Có lỗi": "warning", "Cần cấp quyền lại": "danger"},
    )
    def health(self, account: OfficialAccount) -> str:
        if account.needs_consent or not account.has_tokens:
            return "Cần cấp quyền lại"
        if account.last_error:
            return "Có lỗi"
        return "Tốt" if account.is_active else "Tạm ngừng"

    @admin.display(description=_("loại tài khoản"))
    def oa_type_label(self, account: OfficialAccount) -> str:
        return {2: "Doanh nghiệp", 4: "Cơ quan nhà nước"}.get(account.oa_type or 0, "Chưa rõ")


@admin.register(ApiCall)
class ApiCallAdmin(ReadOnlyAdminMixin, ScopedModelAdmin):
    """Calls of Zalo's API and their results; no text, no person, no token."""

    list_title = "endpoint"
    list_display = ["at", "endpoint", "answer", "duration_ms", "reference", "account"]
    list_select_related = ["account"]
    list_filter = [OutcomeFilter]
    search_fields = ["reference"]
    search_help_text = _("Tìm theo tham chiếu")
    fields = ["at", "account", "endpoint", "answer", "duration_ms", "reference"]
    readonly_fields = ["answer"]

    @admin.display(description=_("Zalo trả lời"))
    def answer(self, call: ApiCall) -> str:
        return call.answer_sentence


@admin.register(GroupAsset)
class GroupAssetAdmin(ReadOnlyAdminMixin, ScopedModelAdmin):
    """Group packages bought at Zalo; bought and renewed there by a person, never from here."""

    list_state = "status"
    list_display = ["said_capacity", "status", "valid_through", "renewal", "used_by", "account"]
    list_select_related = ["account"]
    list_filter = ["status", "is_auto_renewed"]
    search_fields = ["asset_id", "used_by"]
    search_help_text = _("Tìm theo mã gói hoặc mã nhóm")
    fields = [
        "account", "asset_id", "product_type", "capacity", "quota_type", "status", "used_by",
        "valid_through", "is_auto_renewed", "seen_at", "gone_at",
    ]  # fmt: skip

    @display(  # type: ignore[untyped-decorator]
        description=_("tự gia hạn"), label={"Tự gia hạn": "success", "Không tự gia hạn": "warning"}
    )
    def renewal(self, asset: GroupAsset) -> str:
        return "Tự gia hạn" if asset.is_auto_renewed else "Không tự gia hạn"

    @admin.display(description=_("gói"), ordering="capacity")
    def said_capacity(self, asset: GroupAsset) -> str:
        return asset.said_capacity
