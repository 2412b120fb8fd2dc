"""Breaches of personal data: a short form to write one down, a page with its hours and buttons."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.scoped_admin.base import ScopedModelAdmin, action, in_sight, visible_object
from accounts.scoped_admin.columns import choice_column
from groups.personal_data.breaches import papers, services
from groups.personal_data.breaches.models import DataBreach
from groups.residents.forms import moment, words
from groups.residents.question_pages import Question, StepsMixin

Status = DataBreach.Status
NO_NAMES = "Không ghi tên, số điện thoại, số căn cước của người dân."


class ContainForm(forms.Form):
    contained = words("Đã làm gì để dữ liệu không lộ thêm", lines=3, max_length=500)


class AssessForm(forms.Form):
    """The judgement by which the hours of the law run."""

    is_harmful = forms.TypedChoiceField(
        label="Có thể gây hại không",
        choices=[
            ("co", "Có thể gây hại cho an ninh, trật tự, tính mạng, sức khỏe, danh dự, tài sản"),
            ("khong", "Không, nhưng vẫn là vi phạm phải báo"),
        ],
        coerce=lambda value: value == "co",
        widget=forms.RadioSelect,
    )
    reason = words("Vì sao", lines=3, max_length=500, help_text=NO_NAMES)


class TellForm(forms.Form):
    """Time and way in which the authority was told."""

    at = moment("Đã báo lúc")
    how = words(
        "Báo bằng cách nào", max_length=300,
        help_text="Ví dụ: qua Cổng thông tin quốc gia về bảo vệ dữ liệu cá nhân, số biên nhận …",
    )  # fmt: skip
    is_partly = forms.BooleanField(label="Mới báo phần đã biết, còn báo bổ sung", required=False)
    late_reason = words(
        "Nếu đã quá 72 giờ: vì sao", lines=2, max_length=500, required=False, help_text=NO_NAMES
    )


class TellPeopleForm(forms.Form):
    """Time and way in which each person was told."""

    at = moment("Đã báo lúc")
    how = words(
        "Báo bằng cách nào", max_length=300,
        help_text="Không gặp được từng người thì thông báo công khai, ghi ở đâu.",
    )  # fmt: skip


class RemedyForm(forms.Form):
    remedy = words("Đã khắc phục thế nào", lines=3, max_length=500, help_text=NO_NAMES)


def _is(*states: str) -> Any:
    return lambda row: row.status in states


STEP = ("groups.settle_databreach",)


@admin.register(DataBreach)
class DataBreachAdmin(StepsMixin, ScopedModelAdmin):
    """Written down once; the facts may be completed, the rest is moved by the buttons."""

    list_display = ["__str__", "state_label", "clock", "source"]
    list_filter = ["status"]
    actions = None
    actions_detail = [
        "assess", "tell", "contain", "tell_people", "tell_rest", "close", "print_minutes",
        "print_notice",
    ]  # fmt: skip
    main_steps = ("assess", "tell", "tell_rest", "close")
    questions = {
        "contain": Question(
            "Ghi đã ngăn chặn", "ngan-chan", services.contain, ContainForm,
            "Ngăn trước, báo sau: khóa tài khoản, thu tệp về, đổi mật khẩu, gỡ bài.",
            permissions=STEP, offered=_is(*DataBreach.OPEN), done="Đã ghi.",
        ),
        "assess": Question(
            "Đánh giá", "danh-gia", services.assess, AssessForm,
            "Có thể gây hại thì phải báo cơ quan chuyên trách trong 72 giờ từ lúc phát hiện.",
            permissions=STEP, offered=_is(*DataBreach.UNTOLD), done="Đã ghi đánh giá.",
        ),
        "tell": Question(
            "Đã báo cơ quan chuyên trách", "da-bao", services.tell, TellForm,
            "Cổng không tự gửi. Báo qua Cổng thông tin quốc gia hoặc gửi Mẫu số 08, rồi ghi ở đây.",
            permissions=STEP, offered=_is(Status.ASSESSED), done="Đã ghi.",
        ),
        "tell_rest": Question(
            "Đã báo đủ", "bao-du", services.tell_rest, forms.Form,
            "Bấm khi đã gửi nốt phần còn thiếu.",
            permissions=STEP, offered=lambda row: row.is_partly_told, done="Đã ghi.",
        ),
        "tell_people": Question(
            "Đã báo người dân", "bao-nguoi-dan", services.tell_people, TellPeopleForm,
            "Lộ vị trí hoặc dữ liệu sinh trắc học thì phải báo từng người trong 72 giờ.",
            permissions=STEP, offered=_is(*DataBreach.OPEN), done="Đã ghi.",
        ),
        "close": Question(
            "Kết thúc", "ket-thuc", services.close, RemedyForm,
            "Hồ sơ được giữ lại, ít nhất 5 năm theo quy định.",
            permissions=STEP, offered=_is(Status.TOLD), done="Đã kết thúc.",
        ),
    }  # fmt: skip
    facts = [
        (None, {"fields": ["found_at", "source", "what"]}),
        (
            _("Dữ liệu nào, của bao nhiêu người"),
            {
                "fields": [
                    "has_contacts", "has_tips", "has_location", "has_biometric", "people_count",
                ]
            },
        ),
    ]  # fmt: skip
    steps_taken = (
        _("Các việc đã làm"),
        {
            "fields": [
                "recorded_at", "recorded_by", "contained", "contained_at", "harm", "harm_reason",
                "assessed_at", "assessed_by", "told_at", "told_how", "late_reason",
                "is_partly_told", "people_told_at", "people_told_how", "remedy", "closed_at",
                "closed_by",
            ]
        },
    )  # fmt: skip

    def get_fieldsets(self, request: HttpRequest, obj: DataBreach | None = None) -> Any:
        if obj is None:
            return self.facts
        return [(None, {"fields": ["status", "clock"]}), *self.facts, self.steps_taken]

    def get_readonly_fields(self, request: HttpRequest, obj: DataBreach | None = None) -> Any:
        if obj is None:
            return []
        fixed = ["status", "clock", "found_at", "source", *self.steps_taken[1]["fields"]]
        return fixed if self.has_change_permission(request, obj) else [*fixed, *services.FACTS]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Facts become known with time, and are completed by who settles it."""
        if not request.user.has_perm(services.SETTLES):
            return False
        return obj is None or obj.status in DataBreach.OPEN

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_settle_permission(self, request: HttpRequest, object_id: str | None = None) -> bool:
        in_sight(self, request, object_id)
        return request.user.has_perm(services.SETTLES)

    def save_model(self, request: HttpRequest, obj: DataBreach, form: Any, change: bool) -> None:
        if not change:
            services.write_down(obj, by=request.user)
        elif form.changed_data:
            services.complete_facts(obj, by=request.user)

    def response_add(
        self, request: HttpRequest, obj: DataBreach, post_url_continue: Any = None
    ) -> Any:
        """To the page of the breach: it has to be contained and judged."""
        until = timezone.localtime(obj.due_at)
        self.message_user(
            request,
            f"Đã ghi, chỉ huy được báo. Nếu có thể gây hại thì phải báo cơ quan chuyên trách trước "
            f"{until:%H:%M ngày %d/%m/%Y}.",
            messages.SUCCESS,
        )
        return HttpResponseRedirect(reverse("admin:groups_databreach_change", args=[obj.pk]))

    def get_urls(self) -> list[URLPattern]:
        return [*papers.urls(self.admin_site), *super().get_urls()]

    state_label = choice_column(
        "status", _("tình trạng"),
        {
            Status.FOUND: "danger", Status.ASSESSED: "warning", Status.TOLD: "info",
            Status.CLOSED: "success",
        },
    )  # fmt: skip

    @admin.display(description=_("hạn"), ordering="found_at")
    def clock(self, breach: DataBreach) -> str:
        return services.clock_in_words(breach, timezone.now())

    @admin.display(description=_("có thể gây hại"))
    def harm(self, breach: DataBreach) -> str:
        return {None: "Chưa đánh giá", True: "Có", False: "Không"}[breach.is_harmful]

    @action(description=_("In biên bản"), url_path="bien-ban", permissions=["settle"])
    def print_minutes(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return papers.page(request, visible_object(self, request, object_id), "bien-ban")

    @action(description=_("In thông báo gửi cơ quan chuyên trách"), url_path="thong-bao",
            permissions=["settle"])  # fmt: skip
    def print_notice(self, request: HttpRequest, object_id: str) -> HttpResponse:
        return papers.page(request, visible_object(self, request, object_id), "thong-bao")
