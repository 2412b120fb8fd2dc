"""The action on the list of members: these people have joined a group."""

from datetime import date
from functools import partial
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.scoped_admin.pages import try_out
from groups.admin_mixins import DayInput
from groups.residents.forms import DAY_FORMATS, choice
from groups.residents.question_pages import NAMED, ask_page, carried_on
from groups.roll_call import services
from groups.roll_call.querysets import CALLS, roll_groups
from groups.zalo_groups.models import ZaloGroup

MOST = 1_000


def _not_later(on: date) -> None:
    if on > timezone.localdate():
        raise forms.ValidationError(services.LATER)


class DayForm(forms.Form):
    """The day of joining and leaving, where it is known."""

    on = forms.DateField(
        label="Vào nhóm ngày", widget=DayInput(), input_formats=DAY_FORMATS, required=False,
        help_text="Để trống nếu không rõ: máy ghi ngày hôm nay, có đánh dấu là ước tính.",
        error_messages={"invalid": "Hãy ghi ngày, tháng, năm."}, validators=[_not_later],
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on"].widget.attrs["max"] = f"{timezone.localdate():%Y-%m-%d}"


class JoinedForm(DayForm):
    """The group that they joined, and the day."""

    group = choice("Đã vào nhóm nào", ZaloGroup.objects.none())
    field_order = ("group", "on")

    def __init__(self, *args: Any, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"].queryset = roll_groups(user).order_by("search_text", "pk")  # type: ignore[attr-defined]


class RollCallActionMixin:
    """Before the admin of members: the action `record_joined`."""

    def has_record_joined_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(CALLS))  # type: ignore[union-attr]

    @admin.action(
        description=_("Ghi những người đã chọn đã vào nhóm …"), permissions=["record_joined"]
    )
    def record_joined(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        count = queryset.count()
        if count > MOST:
            words = f"Mỗi lần ghi tối đa {MOST} người. Hãy lọc theo ấp rồi chọn lại."
            messages.error(request, words)
            return None
        form = JoinedForm(request.POST if "group" in request.POST else None, user=request.user)
        refusal = ""
        if form.is_bound and form.is_valid():
            group, on = form.cleaned_data["group"], form.cleaned_data["on"]
            refusal = self._joined(request, group, queryset, on)
            if not refusal:
                return HttpResponseRedirect(request.get_full_path())
        named = list(queryset.select_related("hamlet")[:NAMED])
        return ask_page(
            self, request, title="Ghi đã vào nhóm", back_url=request.get_full_path(), form=form,
            sentence="Người đã có trong nhóm thì giữ nguyên. Không ghi gì về người không ở trong "
            "nhóm.",
            button="Ghi đã vào nhóm", people=named, count=count, hidden_count=-len(named),
            carried=carried_on(request, "record_joined"), refusal=refusal,
        )  # fmt: skip

    def _joined(
        self, request: HttpRequest, group: ZaloGroup, queryset: Any, on: date | None
    ) -> str:
        """Write it and say so; returns the sentence of a refusal."""
        by: Any = request.user
        outcome, refusal = try_out(partial(services.join, group, queryset, by=by, on=on))
        if outcome is not None:
            messages.success(request, f"{group}: {outcome.sentence}")
            for words in outcome.warnings:
                messages.warning(request, words)
        return refusal
