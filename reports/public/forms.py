"""Forms of the public tip form, one question a page, and the sealed draft carried between pages."""

import secrets
import unicodedata
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar, Self, cast

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Commune
from content_rules.rulebook import carries_mark
from groups.models import Hamlet
from reports.public import form_tokens
from reports.public.effort import Effort
from reports.public.form_tokens import CannotOpen
from reports.tips.errors import CarriesSecret

# Choices of the page that asks for the subject: their words, and the category they stand for.
SUBJECTS: dict[str, tuple[str, str]] = {
    "trat-tu": ("Ồn ào, quậy phá, mất trật tự", "ttatxh"),
    "toi-pham": ("Trộm cướp, đánh nhau, đe dọa, hành hung", "toi-pham"),
    "lua-dao": ("Lừa đảo, giả danh công an, tin giả", "tin-gia"),
    "te-nan": ("Ma túy, cờ bạc, số đề, mại dâm", "te-nan"),
    "chay-no": ("Cháy nổ, chỗ dễ cháy, pháo", "chay-no"),
    "tai-nan": ("Tai nạn, đoạn đường nguy hiểm", "tai-nan"),
    "mau-thuan": ("Chòm xóm, trong nhà lục đục, bạo hành", "mau-thuan"),
    "vi-pham": ("Việc khác làm trái pháp luật", "vi-pham"),
    "gop-y": ("Góp ý với Công an", "khac"),
    "khac": ("Chuyện khác, hoặc không biết chọn gì", ""),
    "thu-tuc": ("Hỏi giấy tờ, thủ tục", "khac"),
    "don": ("Nộp đơn tố cáo, đơn khiếu nại", ""),
}
PROCEDURE, LETTER = "thu-tuc", "don"
PLACES = ("now", "call", "subject", "procedure", "letter", "words", "where", "when", "how", "who",
          "contact", "check")  # fmt: skip
# Pages that come only after this answer.
ONLY_AFTER = {
    "call": ("now", "co"), "procedure": ("subject", PROCEDURE), "letter": ("subject", LETTER),
    "contact": ("who", "co"),
}  # fmt: skip
NO_QUESTION = frozenset({"call", "procedure", "letter"})


@dataclass
class Draft:
    """The answers so far. `once` is the form's own name, by which it comes in one time only.

    `is_paid` says that the work asked for was done, so that a picture that is refused afterwards
    does not cost it again.
    """

    answers: dict[str, str] = field(default_factory=dict)
    once: str = field(default_factory=lambda: secrets.token_urlsafe(18))
    effort: Effort | None = None
    is_paid: bool = False

    @classmethod
    def opened(cls, token: str, commune: Commune, *, now: datetime) -> Self:
        """Read a hidden field. Raises CannotOpen."""
        stored = form_tokens.open_draft(token, purpose=_purpose(commune), now=now)
        try:
            effort = stored["effort"]
            return cls(
                dict(stored["answers"]), str(stored["once"]), effort and Effort(**effort),
                bool(stored["is_paid"]),
            )  # fmt: skip
        except (KeyError, TypeError, ValueError):
            raise CannotOpen from None

    def sealed(self, commune: Commune, *, now: datetime) -> str:
        """Seal the draft for the hidden field."""
        return form_tokens.seal_draft(asdict(self), purpose=_purpose(commune), now=now)

    def get(self, name: str) -> str:
        return self.answers.get(name, "")

    @property
    def pages(self) -> list[str]:
        """The pages of this form in their order, as the answers so far lead."""
        skipped = {page for page, (name, value) in ONLY_AFTER.items() if self.get(name) != value}
        pages = [page for page in PLACES if page not in skipped]
        return pages[: pages.index("letter") + 1] if "letter" in pages else pages

    def after(self, place: str) -> str:
        """The next page; the last one stays."""
        pages = self.pages
        at = pages.index(place) if place in pages else -1
        return pages[min(at + 1, len(pages) - 1)]

    def before(self, place: str) -> str:
        """The page before; the first one stays."""
        pages = self.pages
        return pages[max(pages.index(place) - 1, 0)] if place in pages else pages[0]

    def number_of(self, place: str) -> tuple[int, int]:
        """“Page 3 of 8”, for pages that ask something."""
        asked = [name for name in self.pages if name not in NO_QUESTION]
        return (asked.index(place) + 1 if place in asked else 0), len(asked)


def _purpose(commune: Commune) -> str:
    return f"tip:{commune.pk}"


def as_shown(draft: Draft) -> list[dict[str, Any]]:
    """The answers as the last page lists them: asked, said, and where it is changed."""
    subject = SUBJECTS.get(draft.get("subject"), ("", ""))[0]
    person = "\n".join(filter(None, (draft.get("name"), draft.get("phone"))))
    rows = [
        ("now", "Đang xảy ra ngay lúc này", "Có" if draft.get("now") == "co" else "Không"),
        ("subject", "Về chuyện gì", subject),
        ("words", "Chuyện kể", draft.get("words")),
        ("where", "Ở đâu", "\n".join(filter(None, (draft.get("hamlet_name"), draft.get("place"))))),
        ("when", "Lúc nào", "\n".join(filter(None, (draft.get("when"), draft.get("on_said"))))),
        ("how", "Vì sao biết", draft.get("how")),
        ("who", "Người báo tin", person or "Không nêu tên"),
    ]
    return [{"place": place, "asked": asked, "said": answer} for place, asked, answer in rows]


LONGEST_WORDS = 4000


class PlainText(forms.CharField):
    """Words as a person means them: composed, with plain line ends, without signs nobody sees."""

    def to_python(self, value: Any) -> str:
        text = unicodedata.normalize("NFC", str(value or ""))
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        letters = (
            letter
            for letter in text
            if letter in "\n\t" or unicodedata.category(letter) not in {"Cc", "Cs"}
        )
        return super().to_python("".join(letters)) or ""


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


def _boxes(*choices: tuple[str, str]) -> forms.ChoiceField:
    return forms.ChoiceField(
        choices=choices,
        error_messages={"required": _("Bà con chọn một ô."), "invalid_choice": _("Chọn một ô.")},
    )


class StepForm(forms.Form):
    """One page. `answers` gives its values for a draft."""

    def __init__(self, data: Any = None, *, commune: Commune, draft: Draft) -> None:
        self.commune = commune
        super().__init__(data, initial=dict(draft.answers))
        self.use_required_attribute = False

    def clean(self) -> dict[str, Any]:
        """Raises CarriesSecret: such words are not even carried."""
        cleaned = super().clean() or {}
        if any(isinstance(value, str) and carries_mark(value) for value in cleaned.values()):
            raise CarriesSecret
        return cleaned

    def answers(self) -> dict[str, str]:
        return {name: str(value or "") for name, value in self.cleaned_data.items()}


class NowForm(StepForm):
    now = _boxes(("co", ""), ("khong", ""))


class SubjectForm(StepForm):
    subject = _boxes(*((value, words) for value, (words, _category) in SUBJECTS.items()))


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
    who = _boxes(("khong", ""), ("co", ""))
    why_unnamed = _lines("vi-sao", "Vì sao không nêu tên (không nói cũng được)", 300, 2)

    def answers(self) -> dict[str, str]:
        """Leave no name of a reporter who stays unnamed, also if one was typed before."""
        answers = super().answers()
        if answers.get("who") == "khong":
            return {**answers, "name": "", "phone": ""}
        return {**answers, "why_unnamed": ""}


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
