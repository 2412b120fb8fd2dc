"""Forms of the steps of a commendation."""

from typing import Any

from django import forms

from accounts.scoped_admin.mixins import NOT_CHOSEN
from accounts.step_pages.declaration import StepForm
from groups.models import Hamlet, Team, ZaloGroup
from oversight.admin_forms import DayField
from oversight.commendations import checks, informants
from oversight.commendations.models import Achievement, CommendationForm, EligibilityAnswer
from oversight.review.models import YearlyReview
from reports.models import TipReport

Kind = Achievement.Kind
SUBJECTS = [
    (str(one.value), one.label)
    for one in (Achievement.Subject.COLLECTIVE, Achievement.Subject.INDIVIDUAL)
]


class OccasionForm(StepForm):
    """Form of commendation and occasion: the last fields of every nomination."""

    LAST = ("form", "review", "occasion")
    unmarked = ("review", "occasion")

    form = forms.ModelChoiceField(
        CommendationForm.objects.none(), label="Hình thức", empty_label="Chọn hình thức"
    )
    review = forms.ModelChoiceField(
        YearlyReview.objects.none(), label="Trong tổng kết", required=False,
        empty_label="Không theo tổng kết",
    )  # fmt: skip
    occasion = forms.CharField(label="Hoặc dịp khen", max_length=150, required=False)

    def prepare(self, row: Any, user: Any) -> None:
        """Offer the forms of commendation and open reviews of the own commune."""
        self.order_fields([*(name for name in self.fields if name not in self.LAST), *self.LAST])
        offered = CommendationForm.objects.visible_to(user).filter(is_offered=True)
        self.fields["form"].queryset = offered  # type: ignore[attr-defined]
        reviews = YearlyReview.objects.named_to(user)
        self.fields["review"].queryset = reviews  # type: ignore[attr-defined]


class NominationForm(OccasionForm):
    subject_kind = forms.ChoiceField(label="Khen", choices=[NOT_CHOSEN, *SUBJECTS])
    name = forms.CharField(label="Tên tập thể, cá nhân", max_length=150)
    place = forms.CharField(label="Nơi công tác, cư trú", max_length=150, required=False)
    hamlet = forms.ModelChoiceField(
        Hamlet.objects.none(), label="Ấp, khu phố", required=False, empty_label="Không chọn"
    )
    team = forms.ModelChoiceField(
        Team.objects.none(), label="Tổ (nếu khen tổ)", required=False, empty_label="Không chọn"
    )
    group = forms.ModelChoiceField(
        ZaloGroup.objects.none(), label="Nhóm Zalo (nếu khen nhóm)", required=False,
        empty_label="Không chọn",
    )  # fmt: skip
    kind = forms.ChoiceField(label="Loại thành tích", choices=[NOT_CHOSEN, *Kind.choices])
    what = forms.CharField(
        label="Thành tích", max_length=500, widget=forms.Textarea(attrs={"rows": 4})
    )
    where = forms.CharField(label="Ở đâu", max_length=150, required=False)
    first_on = DayField(label="Từ ngày", required=False)
    last_on = DayField(label="Đến ngày", required=False)
    year = forms.IntegerField(label="Năm")
    occasion = forms.CharField(
        label="Hoặc dịp khen", max_length=150, required=False,
        help_text="Ví dụ: Ngày hội Toàn dân bảo vệ an ninh Tổ quốc 19/8.",
    )  # fmt: skip

    def prepare(self, row: Any, user: Any) -> None:
        super().prepare(row, user)
        hamlets = Hamlet.objects.visible_to(user).offered()
        self.fields["hamlet"].queryset = hamlets  # type: ignore[attr-defined]
        teams = Team.objects.visible_to(user).filter(hamlet__in=hamlets).select_related("hamlet")
        self.fields["team"].queryset = teams  # type: ignore[attr-defined]
        self.fields["group"].queryset = ZaloGroup.objects.visible_to(user)  # type: ignore[attr-defined]


class InformantForm(OccasionForm):
    """Nomination of an informant; has no field for a name, place or day. `row`: what is open."""

    tip = forms.ModelChoiceField(
        TipReport.objects.none(), label="Phản ánh đang được mở danh tính", empty_label="Chọn"
    )
    kind = forms.ChoiceField(
        label="Loại thành tích", choices=[(one.value, one.label) for one in Kind], initial="helping"
    )
    what = forms.CharField(
        label="Một câu chung về thành tích", max_length=checks.LONGEST,
        help_text="Không tên, không nơi, không ngày giờ, không số. Ví dụ: Giúp ngăn chặn kịp thời "
        "một vụ vi phạm.",
    )  # fmt: skip
    occasion = forms.ChoiceField(
        label="Hoặc dịp khen", required=False,
        choices=[("", "Chọn"), *((one, one) for one in informants.OCCASIONS)],
    )  # fmt: skip

    def prepare(self, row: Any, user: Any) -> None:
        super().prepare(row, user)
        free = [one.tip.pk for one in row if one.is_free]
        tips = TipReport.objects.visible_to(user).filter(pk__in=free)
        self.fields["tip"].queryset = tips  # type: ignore[attr-defined]


class ConditionsForm(StepForm):
    def prepare(self, row: Any, user: Any) -> None:
        for one in row.conditions.all():
            self.fields[f"line_{one.position}"] = forms.ChoiceField(
                label=f"{one.position}. {one.text}", choices=EligibilityAnswer.Answer,
                initial=one.answer, required=False,
            )  # fmt: skip
        self.unmarked = tuple(self.fields)


class VoteForm(StepForm):
    council = forms.CharField(
        label="Hội đồng", max_length=150, initial="Hội đồng Thi đua - Khen thưởng xã"
    )
    on = DayField(label="Biểu quyết ngày")
    votes_for = forms.IntegerField(label="Số đồng ý", min_value=0, max_value=999)
    votes_against = forms.IntegerField(label="Số không đồng ý", min_value=0, max_value=999)
    votes_other = forms.IntegerField(label="Ý kiến khác", min_value=0, max_value=999, initial=0)


class AcceptForm(StepForm):
    number = forms.CharField(label="Số quyết định", max_length=60)
    on = DayField(label="Ngày quyết định")

    def prepare(self, row: Any, user: Any) -> None:
        """Add a confirmation for a rewarded duplicate and for doubts."""
        ticks = {}
        if checks.rewarded_like(row.achievement):
            ticks["is_another"] = "Đây là thành tích khác"
        if against := checks.doubts(row):
            ticks["is_despite"] = f"Vẫn ghi quyết định khen, dù {'; '.join(against)}"
        for name, label in ticks.items():
            self.fields[name] = forms.BooleanField(label=label, required=False)
        self.unmarked = tuple(ticks)


class CorrectForm(StepForm):
    number = forms.CharField(label="Số quyết định đúng", max_length=60)
    on = DayField(label="Ngày quyết định đúng")
    reason = forms.CharField(
        label="Vì sao sửa", max_length=200,
        help_text="Vào nhật ký, không nêu tên ai. Ví dụ: chép nhầm số.",
    )  # fmt: skip

    def prepare(self, row: Any, user: Any) -> None:
        self.fields["number"].initial = row.decision_number
        self.fields["on"].initial = row.decided_on


class HandOverForm(StepForm):
    on = DayField(label="Trao ngày")


class DeclineForm(StepForm):
    reason = forms.CharField(label="Lý do", max_length=300)


class PublishForm(StepForm):
    consent_on = DayField(label="Đồng ý bằng văn bản ngày", required=False)
    paper = forms.CharField(label="Văn bản đồng ý số", max_length=60, required=False)
