"""The question which Zalo group a list is about: one, several by column, or none."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.scoped_admin.pages import attempt
from groups.admin_mixins import DayInput
from groups.member_import import place_planning
from groups.member_import import services as member_import
from groups.member_import.models import MemberImport
from groups.member_import.pages import State, batch_of, page_of, render
from groups.member_import.place_writing import day_of
from groups.zalo_groups.models import ZaloGroup
from vietnamese.text import grouped

NONE = "0"
INPUT = {"class": "by-input"}


class GroupsForm(forms.Form):
    """A group for each column of marks, one for the whole list, and the day of the list."""

    everyone = forms.TypedChoiceField(
        label="Cả danh sách này là người của một nhóm?", coerce=int, required=False, empty_value=0,
        widget=forms.Select(attrs=INPUT),
    )  # fmt: skip
    on = forms.DateField(
        label="Danh sách đúng với ngày nào", widget=DayInput(),
        error_messages={"required": "Hãy ghi ngày.", "invalid": "Hãy ghi ngày, tháng, năm."},
    )  # fmt: skip

    def __init__(
        self, *args: Any, batch: MemberImport, groups: list[ZaloGroup], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        offered = [(str(group.pk), group.name) for group in groups]
        self.columns = batch.group_columns
        answers = batch.groups.get("columns") or place_planning.suggested_answers(batch, groups)
        for number, (key, heading) in enumerate(self.columns.items()):
            answer = answers.get(key)
            marked = batch.rows.filter(zalo__places__contains=[{"column": key}]).count()
            self.fields[f"column-{number}"] = forms.ChoiceField(
                label=f"Cột “{heading}”",
                help_text=f"{grouped(marked)} người có dấu, ngày hoặc tên nhóm ở cột này.",
                choices=[
                    *([] if answer is not None else [("", "Hãy chọn …")]),
                    *offered,
                    (place_planning.NAMES, "Theo tên nhóm ghi trong từng ô"),
                    (place_planning.TEAMS, "Nhóm của tổ mà từng người thuộc về"),
                    (NONE, "Không ghi ai vào nhóm theo cột này"),
                ],
                initial="" if answer is None else str(answer),
                error_messages={"required": "Hãy chọn nhóm của cột này, hoặc “Không ghi ai”."},
                widget=forms.Select(attrs=INPUT),
            )
        self.fields["everyone"].choices = [(NONE, "Không"), *offered]
        self.fields["everyone"].initial = str(batch.groups.get("everyone") or NONE)
        self.fields["on"].initial = day_of(batch)
        self.fields["on"].widget.attrs["max"] = timezone.localdate().isoformat()
        self.order_fields([f"column-{number}" for number in range(len(self.columns))])

    def answers(self) -> dict[str, int | str]:
        """Group, NAMES, TEAMS or 0 by the key of the column."""
        found: dict[str, int | str] = {}
        for number, key in enumerate(self.columns):
            answer = self.cleaned_data[f"column-{number}"]
            found[key] = int(answer) if answer.isdecimal() else answer
        return found


@require_http_methods(["GET", "POST"])
def choose(request: HttpRequest, *, site: Any, pk: int) -> HttpResponse:
    """Ask which group each column is about."""
    batch = batch_of(request, pk)
    if batch.state != State.PREVIEW:
        return redirect(page_of(batch))
    groups = place_planning.choices(batch, request.user)
    form = GroupsForm(request.POST or None, batch=batch, groups=groups)
    if request.method == "POST" and form.is_valid():
        done = attempt(
            request,
            lambda: member_import.choose_groups(
                batch, columns=form.answers(), everyone=form.cleaned_data["everyone"],
                on=form.cleaned_data["on"], by=request.user,
            ),
        )  # fmt: skip
        if done:
            return redirect(page_of(batch, "review"))
    return render(
        request, site, "groups", batch, step="review", form=form, groups=groups,
        group_list=reverse("admin:groups_zalogroup_changelist"),
    )  # fmt: skip
