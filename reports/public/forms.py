"""The questions of the form for residents, one a page; no answer but the words must be given."""

import unicodedata
from datetime import date
from typing import Any, ClassVar, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Commune
from groups.disclosure import carries_mark
from groups.models import Hamlet
from reports.public.draft import SUBJECTS, Draft
from reports.services.errors import CarriesSecret

LONGEST_WORDS = 4000
_KEPT_SIGNS = "\n\t"


class PlainText(forms.CharField):
    """Words as a person means them: composed, with plain line ends, without signs nobody sees."""

    def to_python(self, value: Any) -> str:
        text = unicodedata.normalize("NFC", str(value or ""))
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        kept = (
            letter
            for letter in text
            if letter in _KEPT_SIGNS or unicodedata.category(letter) not in {"Cc", "Cs"}
        )
        return super().to_python("".join(kept)) or ""


def _lines(name: str, label: str, longest: int, rows: int, **more: Any) -> PlainText:
    """A field of several lines."""
    return PlainText(
        label=label,
        max_length=longest,
        required=more.pop("required", False),
        widget=forms.Textarea(attrs={"rows": rows, "class": "by-input", "id": name}),
        error_messages={
            "required": _("Bà con viết vài chữ rồi bấm Tiếp tục."),
            "max_length": _("Dài quá. Bà con bớt lại còn khoảng 4.000 chữ cái; phần còn lại gửi "
                            "thêm sau bằng mã biên nhận.")
            if longest == LONGEST_WORDS
            else _("Dài quá. Bà con viết ngắn lại."),
        },
        **more,
    )  # fmt: skip


def _line(name: str, label: str, longest: int, **attrs: str) -> PlainText:
    return PlainText(
        label=label,
        max_length=longest,
        required=False,
        widget=forms.TextInput(attrs={"class": "by-input", "id": name, **attrs}),
        error_messages={"max_length": _("Dài quá. Bà con viết ngắn lại.")},
    )


class StepForm(forms.Form):
    """One page. `answers` puts what was said into a draft."""

    def __init__(self, data: Any = None, *, commune: Commune, draft: Draft) -> None:
        self.commune = commune
        super().__init__(data, initial=dict(draft.answers))
        self.use_required_attribute = False

    def clean(self) -> dict[str, Any]:
        """Raises CarriesSecret: such words are not even carried."""
        cleaned = super().clean() or {}
        if any(isinstance(said, str) and carries_mark(said) for said in cleaned.values()):
            raise CarriesSecret
        return cleaned

    def answers(self) -> dict[str, str]:
        return {name: str(said or "") for name, said in self.cleaned_data.items()}


class NowForm(StepForm):
    now = forms.ChoiceField(
        choices=[("co", ""), ("khong", "")],
        error_messages={"required": _("Bà con chọn một ô."), "invalid_choice": _("Chọn một ô.")},
    )


class SubjectForm(StepForm):
    subject = forms.ChoiceField(
        choices=[(value, words) for value, (words, _category) in SUBJECTS.items()],
        error_messages={"required": _("Bà con chọn một ô."), "invalid_choice": _("Chọn một ô.")},
    )


class WordsForm(StepForm):
    words = _lines("chuyen", "Kể lại chuyện đó", LONGEST_WORDS, 9, required=True)


class WhereForm(StepForm):
    hamlet = forms.ModelChoiceField(
        label=_("Ấp, khu phố"),
        queryset=Hamlet.objects.none(),
        required=False,
        empty_label=_("Không rõ, hoặc nơi khác"),
        widget=forms.Select(attrs={"class": "by-input", "id": "ap"}),
        error_messages={"invalid_choice": _("Bà con chọn lại ấp, khu phố.")},
    )
    place = _lines("cho", "Chỗ nào, gần đâu", 300, 3)

    def __init__(self, *args: Any, **fields: Any) -> None:
        super().__init__(*args, **fields)
        hamlets = Hamlet.objects.filter(commune=self.commune).offered()
        choice = cast("forms.ModelChoiceField", self.fields["hamlet"])
        choice.queryset = hamlets.order_by("kind", "code")

    def answers(self) -> dict[str, str]:
        hamlet = self.cleaned_data.get("hamlet")
        return {
            "hamlet": str(hamlet.pk) if hamlet else "",
            "hamlet_name": str(hamlet) if hamlet else "",
            "place": self.cleaned_data.get("place", ""),
        }


class WhenForm(StepForm):
    EARLIEST: ClassVar[date] = date(1975, 1, 1)

    when = _lines("luc", "Viết theo cách của bà con", 200, 3)
    on = forms.DateField(
        label=_("Ngày (nhớ thì chọn)"),
        required=False,
        input_formats=["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%d/%m/%y"],
        widget=forms.DateInput(format="%Y-%m-%d",
                               attrs={"type": "date", "class": "by-input", "id": "ngay"}),
        error_messages={"invalid": _("Không đọc được ngày này. Bà con gõ như 26/11/2026, hoặc để "
                                     "trống.")},
    )  # fmt: skip

    def clean_on(self) -> date | None:
        on: date | None = self.cleaned_data["on"]
        if on is not None and not self.EARLIEST <= on <= timezone.localdate():
            raise forms.ValidationError(_("Ngày này chưa tới, hoặc xa quá. Bà con xem lại."))
        return on

    def answers(self) -> dict[str, str]:
        on = self.cleaned_data.get("on")
        return {
            "when": self.cleaned_data.get("when", ""),
            "on": on.isoformat() if on else "",
            "on_said": f"ngày {on:%d/%m/%Y}" if on else "",
        }


class HowForm(StepForm):
    how = _lines("biet", "Thấy tận mắt, nghe kể, hay đoán?", 500, 3)


class WhoForm(StepForm):
    who = forms.ChoiceField(
        choices=[("khong", ""), ("co", "")],
        error_messages={"required": _("Bà con chọn một ô."), "invalid_choice": _("Chọn một ô.")},
    )
    why_unnamed = _lines("vi-sao", "Vì sao không nêu tên (không nói cũng được)", 300, 2)

    def answers(self) -> dict[str, str]:
        """Who chose to stay unnamed leaves no name behind, also if one was typed before."""
        said = super().answers()
        if said.get("who") == "khong":
            return {**said, "name": "", "phone": ""}
        return {**said, "why_unnamed": ""}


class ContactForm(StepForm):
    name = _line("ten", "Họ tên", 100, autocomplete="name")
    phone = _line("so", "Số điện thoại", 40, autocomplete="tel", inputmode="tel")


FORMS: dict[str, type[StepForm]] = {
    "now": NowForm,
    "subject": SubjectForm,
    "words": WordsForm,
    "where": WhereForm,
    "when": WhenForm,
    "how": HowForm,
    "who": WhoForm,
    "contact": ContactForm,
}
