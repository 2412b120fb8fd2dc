"""The admin site: the product for everyone with an account."""

from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _

from accounts.alarms import pages as alarm_pages
from accounts.live import pages as live_pages
from accounts.scoped_admin.base import LabelledChoices, UnfoldAdminSite
from accounts.scoped_admin.work_lists import WorkItem, WorkList
from accounts.sign_in import pages as sign_in_pages
from accounts.sign_in import passkey_pages, second_factor
from accounts.system_health import pages as system_health_pages
from accounts.vault.proofs import pages as proof_pages
from accounts.views import redirect_via
from duty.occasions import list_pages as occasion_pages
from duty.shifts import pages as roster_pages
from duty.ways import pages as ways_pages
from duty.ways.push import pages as device_pages
from oversight.dashboards import list_page, urls
from oversight.dashboards import pages as dashboards_pages
from oversight.dashboards import report_pages as papers
from oversight.plans import pages as plans_pages
from oversight.review import pages as review_pages
from zalo.hold import pages as hold_pages


def home_actions(work_lists: list[WorkList]) -> list[WorkItem]:
    """The large buttons of the home page: the first matter that presses, then what lists offer."""
    pressing = [item for work_list in work_lists for item in work_list.items if item.presses]
    return pressing[:1] + [action for work_list in work_lists for action in work_list.actions]


class ProjectAdminSite(UnfoldAdminSite):
    """Our site: Vietnamese titles, work lists as home page, a sidebar by role."""

    site_title = _("Bình Yên")
    site_header = _("Bình Yên")
    index_title = _("Hôm nay")
    enable_nav_sidebar = True

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

    def index(self, request: HttpRequest, extra_context: Any = None) -> TemplateResponse:
        """Today's work of this account instead of the list of tables."""
        live = live_pages.live_page(request, "tips", "posts", "hand", "progress", "duty", "home")
        response = super().index(request, extra_context)
        context = response.context_data
        lists = context.get("work_lists", [])
        context["live"] = live.soon(any(one.presses for one in lists))
        context["home_actions"] = home_actions(lists)
        context["role_names"] = ", ".join(request.user.groups.values_list("name", flat=True))
        return response

    def has_permission(self, request: HttpRequest) -> bool:
        """Staff, with nothing owed: the middleware leads to the second step, this refuses."""
        is_staff = bool(request.user.is_active and request.user.is_staff)
        return is_staff and not second_factor.is_owed(request)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        own = {"held_sentence": hold_pages.banner(), "push": device_pages.head(request)}
        return super().each_context(request) | own

    def _search_apps(self, app_list: Any, search_term: str) -> list[Any]:
        """Results as plain texts: the theme keeps them in the cache, which holds JSON."""
        found = super()._search_apps(app_list, search_term)
        return [{name: str(text or "") for name, text in vars(one).items()} for one in found]

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
        held = live_pages.urls(self) + alarm_pages.urls(self) + hold_pages.urls(self)
        held += occasion_pages.urls(self) + ways_pages.urls(self)
        figures = urls.urls(self) + list_page.urls(self) + papers.urls(self)
        sheets = plans_pages.DOCUMENT.urls(self) + review_pages.DOCUMENT.urls(self)
        health = system_health_pages.urls(self)
        duty = device_pages.urls(self) + roster_pages.urls(self)
        return own + duty + held + figures + sheets + health + super().get_urls()


def stylesheet(request: HttpRequest) -> str:
    return static("accounts/admin.css")


def script(request: HttpRequest) -> str:
    return static("accounts/admin.js")


def favicon(request: HttpRequest) -> str:
    return static("accounts/logo.svg")


def _item(request: HttpRequest, title: Any, icon: str, name: str) -> dict[str, Any] | None:
    """A sidebar line, or None when the account may not see the list behind it."""
    app, _sep, model = name.partition(".")
    if not request.user.has_perm(f"{app}.view_{model}"):
        return None
    return {"title": title, "icon": icon, "link": reverse(f"admin:{app}_{model}_changelist")}


SECTIONS: list[tuple[Any, list[tuple[Any, str, str]]]] = [
    (
        _("Tuyên truyền"),
        [
            (_("Bài đăng"), "campaign", "broadcasts.broadcast"),
            (_("Lịch đăng"), "event_repeat", "broadcasts.schedule"),
            (_("Lượt gửi"), "outgoing_mail", "broadcasts.delivery"),
            (_("Bài viết OA"), "article", "broadcasts.article"),
            (_("Yêu cầu đăng bài"), "assignment", "broadcasts.postrequest"),
            (_("Mẫu bài"), "description", "broadcasts.posttemplate"),
            (_("Số điện thoại chính thức"), "contact_phone", "broadcasts.officialphone"),
            (_("Chủ đề"), "label", "broadcasts.topic"),
        ],
    ),
    (
        _("Phản ánh"),
        [
            (_("Phản ánh"), "contact_support", "reports.tipreport"),
            (_("Danh tính chờ duyệt"), "lock_open", "reports.identityopening"),
            (_("Lời có tên cán bộ"), "gavel", "reports.conflictproposal"),
            (_("Mẫu trả lời"), "quickreply", "reports.cannedreply"),
            (_("Thời hạn"), "timer", "reports.clockrule"),
            (_("Lần hướng dẫn nộp đơn"), "signpost", "reports.diversion"),
        ],
    ),
    (
        _("Chỉ đạo, kế hoạch"),
        [
            (_("Chỉ đạo"), "flag", "oversight.direction"),
            (_("Kế hoạch"), "checklist", "oversight.plan"),
            (_("Việc trong kế hoạch"), "task", "oversight.milestone"),
            (_("Kiến nghị gửi Đảng ủy"), "outbox", "oversight.proposal"),
            (_("Văn bản chỉ đạo"), "history_edu", "oversight.guidingdocument"),
            (_("Quán triệt, triển khai"), "record_voice_over", "oversight.spreading"),
            (_("Tổ chức đảng"), "account_tree", "oversight.partyorganisation"),
            (_("Cơ quan, đoàn thể"), "apartment", "oversight.body"),
        ],
    ),
    (
        _("Thủ tục hành chính"),
        [
            (_("Bản thủ tục"), "menu_book", "procedures.edition"),
            (_("Câu hỏi của bà con"), "help", "procedures.question"),
            (_("Danh mục thủ tục"), "list_alt", "procedures.procedure"),
            (_("Văn bản pháp luật"), "balance", "procedures.legaltext"),
            (_("Từ đồng nghĩa"), "translate", "procedures.synonym"),
            (_("Lĩnh vực"), "category", "procedures.procedurearea"),
        ],
    ),
    (
        _("Địa bàn"),
        [
            (_("Ấp, khu phố"), "holiday_village", "groups.hamlet"),
            (_("Sắp xếp ấp"), "account_tree", "groups.hamletchange"),
            (_("Tổ nhân dân"), "diversity_3", "groups.team"),
            (_("Nhóm Zalo"), "forum", "groups.zalogroup"),
            (_("Đối chiếu nhóm"), "compare_arrows", "groups.groupreconciliation"),
            (_("Thành viên"), "group", "groups.member"),
            (_("Nhập danh sách"), "upload_file", "groups.memberimport"),
            (_("Đề nghị liên kết Zalo"), "link", "groups.linkproposal"),
            (_("Yêu cầu về dữ liệu"), "privacy_tip", "groups.datarequest"),
            (_("Thông báo dữ liệu"), "fact_check", "groups.consentnotice"),
            (_("Cán bộ"), "badge", "groups.officer"),
            (_("Bàn giao địa bàn"), "swap_horiz", "groups.handover"),
            (_("Quy chế"), "gavel", "groups.regulation"),
            (_("Họp lấy ý kiến"), "how_to_vote", "groups.consultationmeeting"),
        ],
    ),
    (
        _("Chỉ đạo, báo cáo"),
        [
            (_("Báo cáo số liệu"), "summarize", "oversight.periodsummary"),
        ],
    ),
    (
        _("Tổng kết, khen thưởng"),
        [
            (_("Tổng kết năm"), "summarize", "oversight.yearlyreview"),
            (_("Phần của ấp, khu phố"), "edit_note", "oversight.reviewhamlet"),
            (_("Khen thưởng"), "military_tech", "oversight.commendation"),
            (_("Hình thức khen"), "workspace_premium", "oversight.commendationform"),
            (_("Bảng kiểm an toàn"), "checklist", "oversight.safetychecklist"),
            (_("Tiêu chí an toàn"), "rule", "oversight.safetycriterion"),
        ],
    ),
    (
        _("Hệ thống"),
        [
            (_("Tài khoản Zalo OA"), "cell_tower", "zalo.officialaccount"),
            (_("Gói nhóm của OA"), "inventory_2", "zalo.groupasset"),
            (_("Cuộc gọi tới Zalo"), "sync_alt", "zalo.apicall"),
            (_("Hộp thư Zalo"), "inbox", "zalo.webhookevent"),
            (_("Tài khoản"), "manage_accounts", "accounts.user"),
            (_("Việc cần người thứ hai"), "how_to_reg", "accounts.changeproposal"),
            (_("Vai trò"), "key", "auth.group"),
            (_("Xã, phường"), "location_city", "accounts.commune"),
            (_("Thông tin xã theo thời gian"), "id_card", "accounts.communeprofile"),
            (_("Lịch nghỉ lễ"), "event_busy", "accounts.holiday"),
            (_("Nhật ký hệ thống"), "history", "accounts.auditevent"),
        ],
    ),
]


# Pages above the lists: title, icon, address, permission.
PAGES = [
    (_("Việc cần xem"), "notification_important", "duty_occasion_list", "duty.take_occasion"),
    (_("Lịch trực"), "calendar_view_week", "duty_roster_show", "duty.view_roster"),
    (_("Ca của tôi"), "badge", "duty_shift_mine", "duty.view_roster"),
    (_("Nghỉ, ủy quyền"), "event_busy", "duty_absence_show", "duty.write_absence"),
    (_("Máy nhận báo việc"), "notifications_active", "duty_device_show", "duty.receive_notice"),
    (_("Lịch tháng"), "calendar_month", "broadcasts_broadcast_month", "broadcasts.view_broadcast"),
    (_("Việc đăng tay"), "pan_tool", "broadcasts_delivery_hand_list", "broadcasts.post_by_hand"),
    (_("Kho bài đã đăng"), "local_library", "broadcasts_broadcast_library",
     "broadcasts.view_delivery"),
    (_("Sức khỏe nhóm"), "monitor_heart", "groups_zalogroup_care", "groups.tend_zalogroup"),
    (_("Độ phủ"), "donut_large", "groups_hamlet_coverage", "groups.view_team"),
    (_("Ghi tin báo"), "add_call", "reports_tipreport_record", "reports.record_tipreport"),
    (_("Tin thấy trong nhóm"), "speaker_notes", "reports_tipreport_capture",
     "reports.record_tipreport"),
    (_("Chuyển tin cho Công an"), "forward_to_inbox", "reports_tipreport_relay",
     "reports.relay_tipreport"),
    (_("Cảnh báo an toàn"), "crisis_alert", "alarms_show", "accounts.view_alarm"),
    (_("Kết nối Zalo"), "cable", "zalo_officialaccount_health_home",
     "zalo.connect_officialaccount"),
    (_("Giữ việc gửi"), "front_hand", "hold_show", "zalo.open_sending"),
    (_("Sức khỏe hệ thống"), "monitor_heart", "accounts_healthsnapshot_page",
     "accounts.view_healthsnapshot"),
    (_("Người quan tâm OA"), "groups", "groups_linkproposal_followers", "zalo.view_follower"),
    (_("Tôi được báo bằng cách nào"), "notifications_active", "duty_ways_own",
     "duty.receive_notice"),
]  # fmt: skip


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """The sidebar of this account: only what it may open."""
    first = [{"title": _("Hôm nay"), "icon": "home", "link": reverse("admin:index")}]
    first += [
        {"title": f"Số liệu: {dashboard.name}", "icon": dashboard.icon, "link": dashboard.address()}
        for dashboard in dashboards_pages.open_to(request.user)
    ]
    first += [
        {"title": title, "icon": icon, "link": reverse(f"admin:{name}")}
        for title, icon, name, permission in PAGES
        if request.user.has_perm(permission)
    ]
    sections: list[dict[str, Any]] = [{"items": first}]
    for title, entries in SECTIONS:
        items = [item for entry in entries if (item := _item(request, *entry))]
        if items:
            sections.append({"title": title, "separator": True, "items": items})
    return sections
