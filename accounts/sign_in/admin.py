"""Admin actions on another's second step: reset it, report the phone lost."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import services
from accounts.scoped_admin.base import (
    UnfoldAdminTextareaWidget,
    action,
    confirm_page,
    visible_object,
)
from accounts.second_person.pages import sent
from accounts.second_person.table import needs_second
from accounts.sign_in import second_factor, two_persons
from accounts.sign_in.models import SecondFactor
from accounts.users.models import User


class ReasonForm(forms.Form):
    """Why another's second step or password is set anew."""

    reason = forms.CharField(
        label=_("Lý do"),
        max_length=300,
        widget=UnfoldAdminTextareaWidget,
        help_text=_(
            "Chủ tài khoản đọc được dòng này khi đăng nhập. Ví dụ: đổi điện thoại, đã gặp mặt."
        ),
        error_messages={"required": _("Hãy ghi lý do.")},
    )


class SecondFactorActions:
    """For the admin of accounts: a column, and two pages with a confirmation each."""

    def has_reset_second_factor_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("accounts.reset_second_factor")

    @admin.display(description=_("bước hai"))
    def second_step(self, user: User) -> str:
        factor: SecondFactor | None = getattr(user, "second_factor", None)
        if user.passkeys.all():
            return "Đã cài, có khóa truy cập"
        if factor is not None and factor.is_enrolled:
            return "Đã cài"
        if factor is not None and factor.lost_at is not None:
            return "Báo mất điện thoại"
        if factor is not None and factor.permitted_until and not _is_past(factor.permitted_until):
            return f"Được cài đến {timezone.localtime(factor.permitted_until):%d/%m/%Y}"
        return "Chưa cài"

    @action(  # type: ignore[untyped-decorator]
        description=_("Cho cài lại bước hai"),
        url_path="cai-lai-buoc-hai",
        permissions=["reset_second_factor"],
    )
    def reset_second_factor(self, request: HttpRequest, object_id: str) -> HttpResponse:
        user = visible_object(self, request, object_id)
        form, refusal = ReasonForm(request.POST or None), ""
        try:
            second_factor.check_may_reset(user, by=request.user)
            if request.method == "POST" and form.is_valid():
                reason = form.cleaned_data["reason"]
                if needs_second(user):
                    asked = two_persons.propose_reset(user, by=request.user, reason=reason)
                    return sent(request, asked)
                second_factor.reset(user, by=request.user, reason=reason)
                return self._done(request, user, f"Đã cho {user} cài lại bước hai trong 7 ngày.")
        except services.NotAllowed as refused:
            refusal = str(refused)
        return confirm_page(
            self,
            request,
            user,
            title=f"Cho {user} cài lại bước hai",
            sentence=(
                "Ứng dụng trên điện thoại cũ và các mã dự phòng hết hiệu lực, người này bị thoát "
                "khỏi mọi máy và tự cài lại ở lần đăng nhập tới, trong 7 ngày. Chỉ làm khi đã gặp "
                "đúng người."
                + (" Chỉ đổi khi người thứ hai xác nhận." if needs_second(user) else "")
            ),
            form=None if refusal else form,
            refusal=refusal,
            button="" if refusal else "Đề nghị" if needs_second(user) else "Cho cài lại",
            back_url=_page_of(user),
        )

    @action(  # type: ignore[untyped-decorator]
        description=_("Báo mất điện thoại"),
        url_path="mat-dien-thoai",
        permissions=["reset_second_factor"],
    )
    def phone_lost(self, request: HttpRequest, object_id: str) -> HttpResponse:
        user = visible_object(self, request, object_id)
        refusal = ""
        if request.method == "POST":
            try:
                second_factor.report_lost(user, by=request.user)
            except services.NotAllowed as refused:
                refusal = str(refused)
            else:
                return self._done(request, user, f"Đã khóa điện thoại bị mất của {user}.")
        return confirm_page(
            self,
            request,
            user,
            title=f"Báo mất điện thoại của {user}",
            sentence=(
                "Người này bị thoát khỏi mọi máy ngay, điện thoại cũ không mở được nữa. Muốn vào "
                "lại phải dùng mã dự phòng, hoặc được người có thẩm quyền cho cài lại bước hai; "
                "tài khoản chưa cài bước hai thì phải được cấp mật khẩu tạm."
            ),
            refusal=refusal,
            button="" if refusal else "Khóa ngay",
            back_url=_page_of(user),
        )

    def _done(self, request: HttpRequest, user: User, sentence: str) -> HttpResponse:
        messages.success(request, sentence)
        return redirect(_page_of(user))


def _is_past(moment: Any) -> bool:
    return bool(moment <= timezone.now())


def _page_of(user: User) -> str:
    return reverse("admin:accounts_user_change", args=[user.pk])
