"""Forms of the steps of the yearly review."""

from collections.abc import Sequence
from typing import Any

from django import forms

from accounts.scoped_admin.form_versions import seen_of
from accounts.step_pages.declaration import StepForm, reason_field
from groups.models import Hamlet, ZaloGroup
from oversight.admin_forms import DayField
from oversight.checklists import forms as checklists_forms
from oversight.review import services as review
from oversight.review import writers
from oversight.review.models import YearlyReview


class SeenForm(StepForm):
    """Form of texts with optimistic locking by `seen`."""

    texts: tuple[str, ...] = ()

    def _seen(self, row: Any) -> str:
        return seen_of(*(getattr(row, name) for name in self.texts))

    def prepare(self, row: Any, user: Any) -> None:
        self.fields["seen"] = forms.CharField(
            required=False, initial=self._seen(row), widget=forms.HiddenInput()
        )

    def refuse(self, sentences: Sequence[str], stored: Any) -> None:
        """Set `seen` to the stored texts, so that a second save overwrites them."""
        super().refuse(sentences, stored)
        if sentences:
            self.data = {**self.data.dict(), self.add_prefix("seen"): self._seen(stored)}


class WriteForm(SeenForm):
    texts = tuple(writers.PARTS)
    unmarked = tuple(writers.PARTS)

    def prepare(self, row: Any, user: Any) -> None:
        super().prepare(row, user)
        for name, label in writers.HEADINGS.items():
            self.fields[name] = forms.CharField(
                label=label, required=False, initial=getattr(row, name),
                max_length=review.LONGEST, widget=forms.Textarea(attrs={"rows": 6}),
            )  # fmt: skip


class ReviewEvidenceForm(checklists_forms.EvidenceForm):
    hamlet = forms.ModelChoiceField(
        Hamlet.objects.none(), label="Ấp, khu phố", required=False, empty_label="Cả xã"
    )
    group = forms.ModelChoiceField(
        ZaloGroup.objects.none(), label="Nhóm Zalo", required=False, empty_label="Không chọn"
    )

    def prepare(self, row: Any, user: Any) -> None:
        self.fields["hamlet"].queryset = Hamlet.objects.visible_to(user)  # type: ignore[attr-defined]
        self.fields["group"].queryset = ZaloGroup.objects.visible_to(user)  # type: ignore[attr-defined]


class PartEvidenceForm(checklists_forms.EvidenceForm):
    group = forms.ModelChoiceField(
        ZaloGroup.objects.none(), label="Nhóm Zalo", required=False, empty_label="Không chọn"
    )

    def prepare(self, row: Any, user: Any) -> None:
        groups = ZaloGroup.objects.visible_to(user).filter(hamlet=row.hamlet_id)
        self.fields["group"].queryset = groups  # type: ignore[attr-defined]


class PartForm(SeenForm):
    texts = ("text",)

    text = forms.CharField(
        label="Ấp, khu phố tự đánh giá", max_length=review.LONGEST, required=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text="Vài dòng: làm được gì, còn gì vướng, kiến nghị gì. Không ghi tên người dân.",
    )  # fmt: skip

    def prepare(self, row: Any, user: Any) -> None:
        super().prepare(row, user)
        self.fields["text"].initial = row.text


class DiscardForm(StepForm):
    """Target review for the content of one opened by mistake, and the reason."""

    reason = reason_field()

    def prepare(self, row: Any, user: Any) -> None:
        if review.is_used(row):
            self.fields["moved_to"] = forms.ModelChoiceField(
                YearlyReview.objects.named_to(user).exclude(pk=row.pk),
                label="Chuyển đề nghị khen thưởng, minh chứng sang", empty_label="Chọn tổng kết",
            )  # fmt: skip


class OpenForm(StepForm):
    first = DayField(label="Từ ngày")
    last = DayField(label="Đến hết ngày")

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("first") and data.get("last") and data["last"] < data["first"]:
            raise forms.ValidationError("Ngày cuối không được trước ngày đầu.")
        return data
