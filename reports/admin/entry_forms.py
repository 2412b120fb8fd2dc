"""Short forms for whoever writes a tip down for somebody else."""

from typing import Any

from django import forms
from django.utils import timezone

from groups.admin.people_forms import choice
from groups.admin.people_forms import words as box
from groups.models import Hamlet, ZaloGroup
from reports.intake import Person, Relayed, Told
from reports.models import TipReport
from reports.services.recording import NAMELESS, SPOKEN_OR_WRITTEN

WORDS, SHORT, ONCE = 4_000, 200, 64
Channel, Urgency = TipReport.Channel, TipReport.Urgency
REASONS = (
    NAMELESS,
    "Sợ bị trả thù",
    "Báo giúp người khác",
    "Gọi vội, chưa kịp hỏi",
)
URGENCIES = [
    (Urgency.NORMAL, "Thường"),
    (Urgency.URGENT, "Gấp"),
    (Urgency.EMERGENCY, "Đang xảy ra"),
]


def _moment(label: str, **options: Any) -> forms.DateTimeField:
    return forms.DateTimeField(
        label=label,
        required=False,
        widget=forms.DateTimeInput(
            attrs={"class": "by-input", "type": "datetime-local"}, format="%Y-%m-%dT%H:%M"
        ),
        input_formats=["%Y-%m-%dT%H:%M", "%H:%M %d/%m/%Y"],
        **options,
    )


class _MatterForm(forms.Form):
    """What, where, when; `once` names the form, so that a second press writes nothing."""

    once = forms.CharField(widget=forms.HiddenInput, max_length=ONCE)
    urgency = forms.ChoiceField(
        label="Việc này", choices=URGENCIES, widget=forms.RadioSelect, initial=Urgency.NORMAL
    )
    words = box("Chuyện gì", lines=4, max_length=WORDS)
    hamlet = choice("Ấp, khu phố", Hamlet.objects.none(), required=False, empty_label="Chưa rõ")
    place = box("Chỗ nào", max_length=SHORT, required=False)
    occurred_words = box("Khi nào", max_length=SHORT, required=False)

    def __init__(self, *args: Any, hamlets: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["hamlet"].queryset = hamlets  # type: ignore[attr-defined]
        self.fields["words"].widget.attrs["autofocus"] = True

    def told(self) -> Told:
        kept = self.cleaned_data
        return Told(
            words=kept["words"],
            place=kept["place"],
            occurred_words=kept["occurred_words"],
            hamlet=kept["hamlet"],
            urgency=kept["urgency"],
        )


def _past(moment: Any) -> Any:
    if moment is not None and moment > timezone.now():
        raise forms.ValidationError("Giờ này còn ở phía trước.")
    return moment


class _PersonForm(_MatterForm):
    """With who told it, as far as they say; none of it is shown again."""

    name = box("Họ tên người báo", max_length=100, required=False)
    phone = box("Điện thoại", max_length=30, required=False)
    why_unnamed = forms.ChoiceField(
        label="Nếu không nêu tên, vì sao",
        choices=[(reason, reason) for reason in REASONS],
        widget=forms.Select(attrs={"class": "by-input"}),
        required=False,
    )
    how_known = box("Vì sao người báo biết", max_length=SHORT, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"].widget.attrs |= {"inputmode": "tel", "autocomplete": "off"}
        self.fields["name"].widget.attrs["autocomplete"] = "off"

    def person(self) -> Person:
        kept = self.cleaned_data
        return Person(
            name=kept["name"],
            phone=kept["phone"],
            how_known=kept["how_known"],
            why_unnamed="" if kept["name"] else kept["why_unnamed"],
        )


class RecordForm(_PersonForm):
    """On the phone, at the desk, on paper, or passed on by somebody of the hamlet."""

    channel = forms.ChoiceField(
        label="Tin đến bằng",
        choices=[(one.value, one.label) for one in SPOKEN_OR_WRITTEN + TipReport.PASSED_ON],
        widget=forms.Select(attrs={"class": "by-input"}),
        initial=Channel.PHONE,
    )
    through = box("Ai chuyển", max_length=SHORT, required=False)
    heard_at = _moment("Người chuyển nghe lúc nào")

    def clean_heard_at(self) -> Any:
        return _past(self.cleaned_data["heard_at"])

    def clean(self) -> dict[str, Any]:
        kept = super().clean() or {}
        if kept.get("channel") in TipReport.PASSED_ON and not kept.get("through"):
            self.add_error("through", "Hãy ghi ai chuyển tin này, ví dụ: Tổ trưởng tổ 5.")
        return kept

    def relayed(self) -> Relayed | None:
        kept = self.cleaned_data
        if kept["channel"] not in TipReport.PASSED_ON:
            return None
        return Relayed(kept["through"], kept["heard_at"])


class CaptureForm(_MatterForm):
    """Seen in a group: the fact in the officer's own words."""

    group = choice("Thấy trong nhóm", ZaloGroup.objects.none())
    is_sure = forms.BooleanField(
        label="Đã xem lại, không có tên hay số của người đăng", required=False
    )

    def __init__(self, *args: Any, groups: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"].queryset = groups  # type: ignore[attr-defined]
        self.fields["words"].label = "Sự việc, ghi bằng lời của mình"


class RelayForm(_PersonForm):
    """A hamlet head passes on what somebody of the hamlet told."""

    heard_at = _moment("Nghe lúc nào")
    through = box(
        "Nghe qua ai", max_length=SHORT, required=False,
        help_text="Để trống nếu người ấy nói thẳng với ông (bà). Ví dụ: tổ trưởng tổ 5.",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hamlet = self.fields["hamlet"]
        hamlet.required, hamlet.empty_label = True, None  # type: ignore[attr-defined]

    def clean_heard_at(self) -> Any:
        return _past(self.cleaned_data["heard_at"])
