"""Forms of the pages of a tip; the services check everything again."""

from typing import Any

from django import forms
from django.utils import timezone

from accounts.models import User
from groups.admin_mixins import DayInput
from groups.models import Hamlet
from groups.residents.forms import DAY_FORMATS, choice, moment, words
from reports.tips.models import TipReport
from reports.tips.services import MAX_ANSWER, MAX_NOTE, MAX_REASON, MAX_SUMMARY
from reports.triage import finishing
from reports.triage.models import Referral
from reports.triage.services import PLACE, WHEN
from reports.vault.models import IdentityOpening
from reports.work.closing import CHOSEN_MEASURES, OUTCOMES
from reports.work.models import CannedReply

PLAIN_ONLY = "Không nhập bí mật nhà nước."


def _day(label: str, **options: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=DayInput(), input_formats=DAY_FORMATS, **options)


def _chosen(label: str, choices: Any, **options: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect(), **options)


def _without_blank(choices: Any) -> list[Any]:
    return [(value, label) for value, label in choices if value]


class SortForm(forms.Form):
    kind = _chosen("Loại tin", _without_blank(TipReport.Kind.choices))
    category = forms.ChoiceField(
        label="Lĩnh vực",
        choices=[("", "– chọn –")]
        + [(v, n) for v, n in TipReport.Category.choices if v not in ("", TipReport.Category.ANQG)],
        widget=forms.Select(attrs={"class": "by-input"}),
        help_text="Việc liên quan an ninh quốc gia: không phân loại, bấm “Đã nhận, đã bàn giao”.",
    )
    urgency = _chosen("Mức khẩn", TipReport.Urgency.choices)
    is_grave = forms.BooleanField(
        label="Tội phạm phải chuyển ngay (24 giờ)",
        required=False,
        help_text="Quả tang; rất hoặc đặc biệt nghiêm trọng; dư luận quan tâm; người bị báo có thể "
        "bỏ trốn. Phải báo nhanh cơ quan điều tra trước.",
    )
    hamlet = choice(
        "Ấp, khu phố", Hamlet.objects.none(), required=False, empty_label="Chưa rõ ở đâu"
    )

    def __init__(self, *args: Any, tip: TipReport, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hamlets = Hamlet.objects.of_commune(tip.commune_id).offered()
        self.fields["hamlet"].queryset = hamlets  # type: ignore[attr-defined]
        if not self.is_bound:
            known = {
                "kind": tip.kind, "category": tip.category, "urgency": tip.urgency,
                "is_grave": tip.is_grave, "hamlet": tip.hamlet_id,
            }  # fmt: skip
            self.initial = {**known, **self.initial}


class SummaryForm(forms.Form):
    summary = words(
        "Tóm tắt, không để lộ người báo tin", lines=8, max_length=MAX_SUMMARY,
        help_text=f"Tối đa {MAX_SUMMARY} chữ. Không ghi tên, số điện thoại, chỗ ở của người báo "
        f"tin; không ghi chi tiết chỉ người ấy biết. {PLAIN_ONLY}",
    )  # fmt: skip
    place = words("Nơi xảy ra", max_length=PLACE, required=False)
    occurred_words = words(
        "Xảy ra khi nào", max_length=WHEN, required=False, help_text="Ví dụ: các tối cuối tuần."
    )
    occurred_at = moment("Ngày giờ xảy ra, nếu rõ", required=False)


class SplitForm(forms.Form):
    summary = words(
        "Tóm tắt việc thứ hai, không để lộ người báo tin", lines=6, max_length=MAX_SUMMARY,
        help_text=f"Chỉ ghi việc thứ hai; việc đầu ở lại phản ánh này. {PLAIN_ONLY}",
    )  # fmt: skip


class _PeopleForm(forms.Form):
    def __init__(self, *args: Any, people: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = User.objects.filter(pk__in=[one.pk for one in people])
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = rows


class AssignForm(_PeopleForm):
    to = choice("Giao cho", User.objects.none())
    due_on = _day(
        "Xong trước hết ngày", required=False,
        help_text="Ngày của người giao; thời hạn theo quy định vẫn tính riêng.",
    )  # fmt: skip


class HelperForm(_PeopleForm):
    user = choice("Người phối hợp", User.objects.none())
    until = _day("Đến hết ngày", required=False, help_text="Để trống: đến khi xong việc.")


class AnswerForm(forms.Form):
    text = words(
        "Lời trả lời", lines=6, max_length=MAX_ANSWER,
        help_text="Viết như nói với bà con: đã làm gì, bước tiếp theo là gì. Không nhắc tên người "
        f"khác. {PLAIN_ONLY}",
    )  # fmt: skip
    to_all = forms.BooleanField(
        label="Trả lời cả người báo những phản ánh trùng (từng người riêng)", required=False
    )

    def __init__(self, *args: Any, has_duplicates: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not has_duplicates:
            del self.fields["to_all"]


class _EndForm(forms.Form):
    """An ending; of what was handled here the measure is chosen too."""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        is_here = data.get("disposition") == TipReport.Disposition.HANDLED_HERE
        if is_here and not data.get("measure"):
            self.add_error("measure", "Đã xử lý tại xã thì chọn cách giải quyết.")
        return data


def _measure() -> forms.ChoiceField:
    return forms.ChoiceField(
        label="Cách giải quyết", required=False, widget=forms.Select(attrs={"class": "by-input"}),
        choices=[("", "– chọn –"), *((one.value, one.label) for one in CHOSEN_MEASURES)],
        help_text="Chọn khi đã xử lý tại xã; tổng kết năm đếm theo mục này.",
    )  # fmt: skip


class ResolveForm(_EndForm):
    disposition = _chosen("Kết quả", [(one.value, one.label) for one in OUTCOMES])
    measure = _measure()
    outcome = words(
        "Đã xác minh thế nào, kết quả ra sao", lines=5, max_length=MAX_NOTE,
        help_text=f"Ghi trong nội bộ, niêm phong; người báo tin không đọc dòng này. {PLAIN_ONLY}",
    )  # fmt: skip


class CloseNowForm(ResolveForm):
    """For a tip that needs no verifying; the answer goes out at once."""

    answer = words("Lời trả lời người báo tin", lines=5, max_length=MAX_ANSWER, required=False)


class FinishForm(_EndForm, SortForm):
    """A matter dealt with at once, on one page: sorting, summary, outcome, answer."""

    PREFIX = "xong"

    kind = _chosen("Loại tin", finishing.KINDS)
    summary = words(
        "Tóm tắt, không để lộ người báo tin", lines=3, max_length=MAX_SUMMARY,
        help_text=PLAIN_ONLY,
    )  # fmt: skip
    disposition = _chosen("Kết quả", [(one.value, one.label) for one in finishing.ENDS])
    measure = _measure()
    outcome = words("Đã làm gì (ghi nội bộ)", lines=3, max_length=MAX_NOTE)
    answer = words("Lời trả lời người báo tin", lines=4, max_length=MAX_ANSWER, required=False)
    spoken = forms.BooleanField(
        label="Đã nói trực tiếp hoặc qua điện thoại, không gửi lời trên", required=False
    )
    field_order = (
        "kind", "category", "hamlet", "summary", "disposition", "measure", "outcome", "answer",
        "spoken",
    )  # fmt: skip

    def __init__(self, data: Any = None, *, tip: TipReport, canned: Any = None) -> None:
        known = {
            "kind": tip.kind or TipReport.Kind.FEEDBACK,
            "summary": tip.summary,
            "disposition": TipReport.Disposition.HANDLED_HERE,
            "answer": canned.text if canned else "",
        }
        super().__init__(data, tip=tip, prefix=self.PREFIX, initial=known)
        del self.fields["urgency"], self.fields["is_grave"]


class TellForm(forms.Form):
    # Needed unless it was said: not marked as one to leave out.
    unmarked = ("text",)

    text = words(
        "Lời thông báo kết quả", lines=6, max_length=MAX_ANSWER, required=False,
        help_text="Gửi tới người báo tin, và riêng từng người báo những phản ánh trùng.",
    )  # fmt: skip
    spoken = forms.BooleanField(
        label="Đã nói trực tiếp hoặc qua điện thoại, không gửi lời trên", required=False
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("spoken") and not data.get("text"):
            self.add_error("text", "Hãy viết lời thông báo, hoặc đánh dấu đã nói trực tiếp.")
        return data


class QuickForm(forms.Form):
    to = _chosen("Báo nhanh cho", _without_blank(Referral.To.choices))
    to_whom = words("Tên cơ quan nhận", max_length=150)
    told_to = words("Ai nghe", max_length=150)
    told_by = words("Bằng cách nào", max_length=40, initial="Điện thoại")


class ReferForm(forms.Form):
    to = _chosen("Chuyển tới", _without_blank(Referral.To.choices))
    to_whom = words("Tên cơ quan nhận", max_length=150)
    slip_number = words("Số phiếu chuyển", max_length=40)
    slip_on = _day("Ngày phiếu", initial=timezone.localdate)


class ReasonForm(forms.Form):
    """One reason; `label` says of what."""

    reason = words("Lý do", lines=3, max_length=MAX_REASON)

    def __init__(self, *args: Any, label: str = "Lý do", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = label


class OpeningForm(ReasonForm):
    """Why the reporter must be known, and whether the number alone is enough."""

    aim = _chosen("Cần xem gì", IdentityOpening.Aim.choices, initial=IdentityOpening.Aim.IDENTITY)


class ConflictForm(forms.Form):
    user = choice("Tài khoản không được biết phản ánh này", User.objects.none())

    def __init__(self, *args: Any, tip: TipReport, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = tip.conflicts.values("user")
        accounts = User.objects.filter(commune=tip.commune_id, is_active=True)
        self.fields["user"].queryset = accounts.exclude(pk__in=known).exclude(pk=by.pk)  # type: ignore[attr-defined]


class PauseForm(ReasonForm):
    until = _day(
        "Tính tiếp từ ngày",
        help_text="Từ 7 giờ sáng ngày đó. Tạm dừng cộng lại quá một ngày thì chỉ huy khác duyệt.",
    )


class ExtendForm(ReasonForm):
    amount = forms.IntegerField(
        label="Thêm bao nhiêu", min_value=1,
        widget=forms.NumberInput(attrs={"class": "by-input", "inputmode": "numeric"}),
    )  # fmt: skip


def canned_for(tip: TipReport, *stages: str) -> list[CannedReply]:
    """Return canned replies for these stages, those of the commune before the shipped ones."""
    rows = CannedReply.objects.of_commune(tip.commune_id).offered().filter(stage__in=stages)
    order = {stage: place for place, stage in enumerate(stages)}
    return sorted(rows, key=lambda one: (order[one.stage], one.commune_id is None, one.position))
