"""Forms about people: papers of consent, requests, merges, exports."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils import timezone

from groups.admin_mixins import DayInput
from groups.personal_data.models import DataRequest
from groups.places.models import Hamlet, Officer
from groups.residents.consent import services as consent
from groups.residents.consent.models import PAPER_BASES, ConsentNotice
from groups.residents.consent.services import SignedConsent
from groups.residents.models import Member
from vietnamese.text import clean

DAY_FORMATS = ["%Y-%m-%d", "%d/%m/%Y"]
NAMELESS = "Nằm lại trong nhật ký: không ghi tên, số điện thoại của người dân."
NO_ID_CARDS = "Không ghi số căn cước, không chụp căn cước. Giấy có chữ ký cất tại trụ sở."


def words(label: str, *, lines: int = 1, **options: Any) -> forms.CharField:
    """A box for words, one line or several, cleaned like everything that is kept."""
    widget = (
        forms.TextInput(attrs={"class": "by-input"})
        if lines == 1
        else forms.Textarea(attrs={"class": "by-input", "rows": lines})
    )
    return forms.CharField(label=label, widget=widget, **options)


def moment(label: str, **options: Any) -> forms.DateTimeField:
    """A day and an hour."""
    return forms.DateTimeField(
        label=label,
        widget=forms.DateTimeInput(
            attrs={"class": "by-input", "type": "datetime-local"}, format="%Y-%m-%dT%H:%M"
        ),
        input_formats=["%Y-%m-%dT%H:%M", "%H:%M %d/%m/%Y"],
        **options,
    )


def choice(label: str, rows: Any, **options: Any) -> forms.ModelChoiceField:
    """One of the rows that this account may choose."""
    return forms.ModelChoiceField(
        rows, label=label, widget=forms.Select(attrs={"class": "by-input"}), **options
    )


class AskerChoice(forms.ModelChoiceField):
    """The officer who asked people, with the last day of one who covers the hamlet no more."""

    def label_from_instance(self, officer: Any) -> str:
        until = getattr(officer, "served_until", None)
        return f"{officer}, đến {until:%d/%m/%Y}" if until else str(officer)


def asker_choice(label: str, **options: Any) -> AskerChoice:
    return AskerChoice(
        Officer.objects.none(), label=label, widget=forms.Select(attrs={"class": "by-input"}),
        **options,
    )  # fmt: skip


def paper_choices(user: Any, commune: Any, hamlets: Iterable[int]) -> tuple[Any, Any]:
    """Notices that may have been read out, and who may have asked people of these hamlets (ids),
    as querysets: not the heads of others."""
    notices = ConsentNotice.objects.visible_to(user).of_commune(commune).of_membership()
    officers = Officer.objects.visible_to(user).of_commune(commune)
    asking = officers.who_may("groups.add_consentrecord", hamlets)
    return notices.filter(valid_from__lte=timezone.localdate()), asking


class PaperForm(forms.Form):
    """Content of the signed list, the meeting or the form; no basis is chosen beforehand."""

    basis = forms.ChoiceField(
        label="Người dân đồng ý bằng cách nào",
        choices=PAPER_BASES,
        widget=forms.RadioSelect,
    )
    given_on = forms.DateField(
        label="Ngày đồng ý ghi trên giấy", widget=DayInput(), input_formats=DAY_FORMATS
    )
    notice = choice("Bản thông báo đã đọc cho người dân", ConsentNotice.objects.none())
    collected_by = asker_choice("Ai lấy ý kiến")
    evidence = words(
        "Giấy cất ở đâu", max_length=200, required=False,
        help_text=f"Ví dụ: Hồ sơ 12, tủ 2. {NO_ID_CARDS}",
    )  # fmt: skip

    def __init__(
        self, *args: Any, user: Any, commune: Any, hamlets: Iterable[int], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        notices, officers = paper_choices(user, commune, hamlets)
        self.fields["notice"].queryset = notices
        self.fields["collected_by"].queryset = officers
        self.fields["notice"].initial = notices.first()
        self.fields["collected_by"].initial = officers.filter(user=user.pk).first()

    def clean_given_on(self) -> Any:
        day = self.cleaned_data["given_on"]
        if day > timezone.localdate():
            raise forms.ValidationError("Ngày đồng ý không thể sau hôm nay.")
        return day

    def stated(self) -> SignedConsent:
        """The statement, for `consent.give`."""
        return SignedConsent(**self.cleaned_data)


class WithdrawForm(forms.Form):
    """When the person took the agreement back."""

    withdrawn_on = forms.DateField(
        label="Người dân rút đồng ý ngày", widget=DayInput(), input_formats=DAY_FORMATS,
        initial=timezone.localdate,
    )  # fmt: skip


class WhyForm(forms.Form):
    """A reason that has to be given."""

    reason = words("Lý do", lines=3, max_length=500, help_text=NAMELESS)


class MayBeWhyForm(forms.Form):
    """A reason that may be given."""

    reason = words("Ghi chú, nếu cần", lines=2, max_length=500, required=False, help_text=NAMELESS)


class NationalIdForm(forms.Form):
    """The number as the card says it; an empty box takes it away."""

    number = words(
        "Số căn cước", max_length=20, required=False,
        help_text="Đủ 12 chữ số, xem trên thẻ; không chụp thẻ. Để trống để bỏ số đang lưu.",
    )  # fmt: skip

    def clean_number(self) -> str:
        return "".join(letter for letter in self.cleaned_data["number"] if letter not in " .-")


class ResultForm(forms.Form):
    """Result of a request."""

    result = words(
        "Đã làm gì, đã trả lời người dân thế nào", lines=3, max_length=500, required=False
    )


class DataRequestForm(forms.ModelForm):
    """A request as it comes in; the place is the one of the chosen person."""

    class Meta:
        model = DataRequest
        fields = (
            "kind", "person_name", "contact", "channel", "received_at", "member", "hamlet",
            "detail",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "kind" in self.fields:  # nothing is chosen beforehand: the clock hangs on it
            kinds = [("", "Chọn điều người dân yêu cầu"), *DataRequest.Kind.choices]
            self.fields["kind"].choices = kinds
            self.initial.setdefault("kind", "")

    def clean_received_at(self) -> Any:
        moment = self.cleaned_data["received_at"]
        if moment > timezone.now():
            raise forms.ValidationError("Ngày giờ nhận không thể ở tương lai.")
        return moment

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        member: Member | None = data.get("member")
        hamlet: Hamlet | None = data.get("hamlet")
        if member is not None and hamlet is not None and member.hamlet_id != hamlet.pk:
            self.add_error("hamlet", "Người đã chọn không ở ấp này. Hãy để trống ô ấp.")
        return data


class NoticeForm(forms.ModelForm):
    """A version of the notice; the default text is a start that the commune completes."""

    class Meta:
        model = ConsentNotice
        fields = ("commune", "version", "text", "valid_from")

    def clean_text(self) -> str:
        lines = str(self.cleaned_data["text"]).splitlines()
        text = "\n".join(clean(line) for line in lines).strip()
        if "…" in text:
            raise forms.ValidationError("Hãy điền nốt những chỗ còn dấu “…” rồi lưu.")
        return text

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if self.instance.pk and consent.is_used(self.instance):
            raise forms.ValidationError(
                "Đã có người đồng ý với bản này nên không sửa được. Hãy lập bản mới."
            )
        return data


SHAPES = (("xlsx", "Tệp Excel"), ("print", "Trang in"))


class HoldingsForm(forms.Form):
    """Why a copy of what is held about a person is made, and in which shape."""

    reason = words(
        "Lý do lập bản", lines=2, min_length=10, max_length=500,
        help_text="Ví dụ: người này đến trụ sở xin xem dữ liệu của mình, yêu cầu số 12.",
    )  # fmt: skip
    shape = forms.ChoiceField(
        label="Dạng", choices=SHAPES, initial="print", widget=forms.RadioSelect
    )


class ExportForm(forms.Form):
    """Why a list of people leaves the portal, and in which shape."""

    reason = words(
        "Lý do lấy danh sách", lines=3, min_length=10, max_length=500,
        help_text="Ghi việc cụ thể, ví dụ: đối chiếu danh sách đại diện hộ với trưởng ấp 3.",
    )  # fmt: skip
    shape = forms.ChoiceField(label="Dạng", choices=SHAPES, widget=forms.RadioSelect)
    in_full = forms.BooleanField(
        label="Ghi đủ số điện thoại, ngày sinh và địa chỉ", required=False,
        help_text="Không chọn thì chỉ có năm sinh và ba số cuối điện thoại. Người đã rút đồng ý "
        "thì không bao giờ ghi đủ.",
    )  # fmt: skip

    def __init__(self, *args: Any, may_reveal: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not may_reveal:
            del self.fields["in_full"]
