"""Forms of the import screen; plain ones, for pages that work without scripts."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from accounts.models import User
from accounts.scoped_admin.pages import number_of
from groups.admin_mixins import DayInput
from groups.member_import import agreements, place_planning
from groups.member_import import services as member_import
from groups.member_import.models import MemberImport, MemberImportRow
from groups.member_import.reader import limits
from groups.places.models import Hamlet
from groups.residents.consent.models import PAPER_BASES, ConsentNotice
from groups.residents.consent.services import SignedConsent
from groups.residents.forms import asker_choice, choice, paper_choices, words

ACCEPTED = (
    ".xlsx,.xls,.ods,.csv,.txt,.tsv,.vcf,.html,.htm,.xml,text/vcard,text/x-vcard"  # phones by type
)
_INPUT = {"class": "by-input"}
CELL_LIMIT = 300


class HamletChoice(forms.ModelChoiceField):
    """Hamlets by name; with their commune for an account that sees several."""

    with_commune = False

    def label_from_instance(self, hamlet: Any) -> str:
        return f"{hamlet}, {hamlet.commune}" if self.with_commune else str(hamlet)


class UploadForm(forms.Form):
    """A file or a pasted table, and the hamlet it belongs to."""

    hamlet = HamletChoice(
        queryset=Hamlet.objects.none(), empty_label="Chọn ấp, khu phố…",
        widget=forms.Select(attrs=_INPUT),
        error_messages={
            "required": "Hãy chọn danh sách này của ấp, khu phố nào.",
            "invalid_choice": "Ấp, khu phố này không thuộc địa bàn của tài khoản.",
        },
    )  # fmt: skip
    file = forms.FileField(
        required=False, allow_empty_file=True,
        widget=forms.FileInput(attrs={"class": "imp-file", "accept": ACCEPTED}),
    )  # fmt: skip
    pasted = forms.CharField(
        required=False,
        strip=False,
        widget=forms.Textarea(attrs=_INPUT | {"rows": 6, "spellcheck": "false", "wrap": "off"}),
    )

    group = forms.ChoiceField(
        label="Danh sách nói ai đã vào nhóm Zalo?", required=False,
        widget=forms.Select(attrs=_INPUT),
        error_messages={"invalid_choice": "Không chọn được nhóm Zalo này. Hãy chọn lại."},
    )  # fmt: skip

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hamlets = (
            Hamlet.objects.visible_to(user)
            .valid_on(timezone.localdate())
            .select_related("commune")
            .order_by("commune__name", "code")
        )
        choice = self.fields["hamlet"]
        choice.queryset = hamlets
        choice.with_commune = user.commune_id is None
        first = list(hamlets[:2])
        self.has_hamlets = bool(first)
        if len(first) == 1:
            choice.initial = first[0].pk
            choice.empty_label = None
        self._offer_groups(user, first)

    def _offer_groups(self, user: User, first: list[Hamlet]) -> None:
        """The groups of the hamlet that is chosen already; of several hamlets the columns tell."""
        if not user.has_perms(("groups.add_membership", "groups.change_membership")):
            del self.fields["group"]
            return
        asked = number_of(str(self["hamlet"].value() or ""))
        hamlet = next((one for one in first if one.pk == asked), None) or (
            self.fields["hamlet"].queryset.filter(pk=asked).first()
        )
        offered = place_planning.groups_for(hamlet, user) if hamlet else []
        self.fields["group"].choices = [
            (place_planning.COLUMNS, "Theo cột trong danh sách, nếu có"),
            *((str(one.pk), f"Tất cả đều ở nhóm {one.name}") for one in offered),
            (place_planning.NOBODY, "Không ghi ai vào nhóm"),
        ]

    def clean_group(self) -> int | str:
        answer = self.cleaned_data["group"] or place_planning.COLUMNS
        return int(answer) if answer.isdecimal() else answer

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        file, pasted = cleaned.get("file"), (cleaned.get("pasted") or "").strip()
        if file and pasted:
            raise forms.ValidationError("Hãy chọn tệp, hoặc dán bảng, không dùng cả hai.")
        if not file and not pasted:
            raise forms.ValidationError("Hãy chọn tệp danh sách, hoặc dán bảng chép từ Excel.")
        if isinstance(file, UploadedFile) and (file.size or 0) > limits.MAX_BYTES:
            raise forms.ValidationError(
                f"Tệp lớn hơn {limits.MAX_BYTES // 1024 // 1024} MB. "
                "Hãy xóa hình ảnh trong tệp hoặc tách thành nhiều tệp."
            )
        return cleaned


class RowsForm(forms.Form):
    """Filter of the rows of a list; anything unreadable counts as not asked for."""

    nhom = forms.ChoiceField(choices=MemberImportRow.Lane, required=False)
    tim = forms.CharField(max_length=100, required=False)
    loc = forms.SlugField(max_length=40, required=False)


class RowForm(forms.Form):
    """The cells of one row, as a person corrects them."""

    full_name = forms.CharField(label="Họ và tên", max_length=CELL_LIMIT, required=False)
    birth = forms.CharField(label="Ngày sinh hoặc năm sinh", max_length=CELL_LIMIT, required=False)
    gender = forms.CharField(label="Giới tính", max_length=CELL_LIMIT, required=False)
    phone = forms.CharField(label="Số điện thoại", max_length=CELL_LIMIT, required=False)
    team = forms.CharField(label="Tổ", max_length=CELL_LIMIT, required=False)
    address = forms.CharField(label="Địa chỉ", max_length=CELL_LIMIT, required=False)
    household_code = forms.CharField(label="Mã hộ", max_length=CELL_LIMIT, required=False)

    def sent_cells(self) -> dict[str, str]:
        """The cells that were sent; others stay as they are."""
        return {
            name: self.cleaned_data[name]
            for name in self.fields
            if name in member_import.EDITABLE and name in self.data
        }


class ConsentForm(forms.Form):
    """Consent form for everybody of the list; nothing unless somebody states it."""

    NONE = ""
    basis = forms.ChoiceField(choices=[(NONE, "Chưa có"), *PAPER_BASES], required=False)
    notice = choice(
        "Đã đọc, phát bản thông báo nào", ConsentNotice.objects.none(), required=False,
        empty_label="Chọn bản thông báo…",
    )  # fmt: skip
    given_on = forms.DateField(
        label="Ngày người dân đồng ý", required=False,
        widget=DayInput(),
        error_messages={"invalid": "Hãy ghi ngày người dân đồng ý."},
    )  # fmt: skip
    collected_by = asker_choice("Người lấy ý kiến", required=False, empty_label="Chọn cán bộ…")
    evidence = words("Giấy tờ lưu ở đâu (không bắt buộc)", max_length=200, required=False)

    def __init__(self, *args: Any, batch: MemberImport, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        notices, officers = paper_choices(user, batch.hamlet.commune_id, [batch.hamlet_id])
        self.fields["collected_by"].queryset = officers
        self.fields["collected_by"].initial = officers.filter(user=user).first()
        self.fields["notice"].queryset = notices
        self.has_notices = notices.exists()
        self.by_line = batch.says_who_agreed()
        if self.by_line:
            self.fields["notice"].initial = notices.first()
            self.fields["given_on"].label = "Ngày đồng ý, cho ai không ghi ngày trong danh sách"
            self.dated = agreements.last_day(batch)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("basis"):
            return cleaned
        if self.by_line and self.dated and not cleaned.get("given_on"):
            cleaned["given_on"] = self.dated
        for name, sentence in (
            ("notice", "Hãy chọn bản thông báo đã đọc hoặc phát cho người dân."),
            ("given_on", "Hãy ghi ngày người dân đồng ý."),
            ("collected_by", "Hãy chọn người lấy ý kiến."),
        ):
            if not cleaned.get(name) and name not in self.errors:
                self.add_error(name, sentence)
        if (given_on := cleaned.get("given_on")) and given_on > timezone.localdate():
            self.add_error("given_on", "Ngày đồng ý không thể sau hôm nay.")
        return cleaned

    def stated(self) -> SignedConsent | None:
        return SignedConsent(**self.cleaned_data) if self.cleaned_data.get("basis") else None
