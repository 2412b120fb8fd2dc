"""The form of a direction to many: whom, what, until when, files, asked numbers."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.scoped_admin.base import (
    KeptFileInput,
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminSelectWidget,
)
from broadcasts.requests.services import prepare_attachment
from groups.admin_mixins import DayInput
from oversight.admin_forms import HomeForm, hamlets_for
from oversight.direction.querysets import issuers_of
from oversight.direction.registers.models import IN_PAPERS, Body, PartyOrganisation
from oversight.direction.rounds import asked, services
from oversight.direction.rounds.asked import Ask
from oversight.direction.rounds.models import MOST_FILES, MOST_NUMBERS, DirectionRound
from oversight.direction.rounds.services import Attached
from oversight.input_checks import blocked_fields
from vietnamese.text import clean

# Labels of the choices that stand for all of a side.
EVERYONE = {"hamlet": _("Mọi ấp, khu phố"), "organisation": _("Mọi chi bộ, tổ chức đảng")}
LONGEST_NAME = 120
NUMBERS = tuple((f"asked_{place}", f"unit_{place}") for place in range(1, MOST_NUMBERS + 1))
FILES = tuple(f"file_{place}" for place in range(1, MOST_FILES + 1))


def _words(label: str, longest: int, example: str) -> forms.CharField:
    widget = forms.TextInput(attrs={"class": "by-input max-w-2xl", "placeholder": example})
    return forms.CharField(label=label, max_length=longest, required=False, widget=widget)


def _extra_fields() -> dict[str, forms.Field]:
    found: dict[str, forms.Field] = {}
    for place, (label, unit) in enumerate(NUMBERS, 1):
        found[label] = _words(f"Số cần báo {place}", 80, "Hộ đã tham gia nhóm")
        found[unit] = _words("Đơn vị", 20, "hộ")
    for place, name in enumerate(FILES, 1):
        found[name] = forms.FileField(
            label=f"Tệp {place}", required=False, widget=KeptFileInput,
        )  # fmt: skip
    return found


# Fields of the asked numbers and of the files, which are no columns of the round.
_Extended: Any = type("_Extended", (HomeForm,), _extra_fields())


class RoundForm(_Extended):  # type: ignore[misc]
    recipients = forms.MultipleChoiceField(
        label=_("Gửi tới"), widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_("Mỗi nơi nhận trả lời riêng; nơi này không đọc trả lời của nơi kia."),
    )  # fmt: skip

    class Meta:
        model = DirectionRound
        fields = [
            "issuer", "title", "text", "directed_by", "document", "post_request", "given_on",
            "due_on",
        ]  # fmt: skip
        widgets = {
            "given_on": DayInput(), "due_on": DayInput(), "issuer": UnfoldAdminSelectWidget(),
        }  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        issuers = issuers_of(self.reader) if self.reader is not None else []
        self.offered = dict(_recipients(self.reader, issuers)) if issuers else {}
        if "recipients" in self.fields:
            self.fields["recipients"].choices = [  # type: ignore[attr-defined]
                *((key, label) for key, label in EVERYONE.items() if self._all_of(key)),
                *((key, str(row)) for key, row in self.offered.items()),
            ]
        self._offer_issuers(issuers)

    def _offer_issuers(self, issuers: list[str]) -> None:
        """An account with one issuer is not asked for it."""
        field: Any = self.fields.get("issuer")
        if field is None or not issuers:
            return
        field.choices = [one for one in DirectionRound.Issuer.choices if one[0] in issuers]
        field.initial = issuers[0]
        if len(issuers) == 1:
            field.widget, field.required = forms.HiddenInput(), False

    def clean_issuer(self) -> str:
        return self.cleaned_data["issuer"] or str(self.fields["issuer"].initial)

    def _all_of(self, side: str) -> list[str]:
        return [key for key in self.offered if key.startswith(f"{side}-")]

    def clean_recipients(self) -> list[Any]:
        """Recipients without duplicates, in the order of the form; “all” is expanded."""
        chosen = set(self.cleaned_data["recipients"])
        for side in EVERYONE.keys() & chosen:
            chosen.update(self._all_of(side))
        return [row for key, row in self.offered.items() if key in chosen]

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        for label, unit in NUMBERS:
            words, counted = data.get(label, ""), data.get(unit, "")
            if bool(words) != bool(counted):
                self.add_error(label, "Ghi cả tên số và đơn vị, hoặc bỏ trống cả hai.")
            elif words and (sentences := asked.refusals([Ask(words, counted)])):
                self.add_error(label, sentences)
        data["asks"] = [
            Ask(clean(data[label]), clean(data[unit]))
            for label, unit in NUMBERS
            if data.get(label) and data.get(unit)
        ]
        if not self.errors and (sentences := asked.refusals(data["asks"])):
            self.add_error(None, sentences)
        data["files"] = [self._attached(name) for name in FILES if data.get(name)]
        return data

    def _attached(self, name: str) -> Attached:
        handed_in = self.cleaned_data[name]
        called = clean(str(handed_in.name).rpartition("/")[2])[-LONGEST_NAME:]
        if not isinstance(handed_in, UploadedFile):
            return Attached(handed_in, called)
        try:
            return Attached(prepare_attachment(handed_in), called)
        except forms.ValidationError as refusal:
            self.add_error(name, refusal)
            return Attached(None, called)

    def refusals(self) -> dict[str, list[str]]:
        return blocked_fields(self.instance, services.TEXTS)


def _recipients(user: Any, issuers: list[str]) -> list[tuple[str, Any]]:
    """Rows that one of these issuers directs, by the keys of the form."""
    bodies = Body.objects.visible_to(user).filter(is_active=True).exclude(kind=Body.Kind.PARTY)
    organisations = PartyOrganisation.objects.visible_to(user).valid_on(timezone.localdate())
    rows = (
        *((f"body-{row.pk}", row) for row in bodies.order_by(IN_PAPERS, "name", "pk")),
        *((f"organisation-{row.pk}", row) for row in organisations),
        *((f"hamlet-{row.pk}", row) for row in hamlets_for(user)),
    )
    return [
        (key, row) for key, row in rows
        if any(services.may_direct(issuer, row) for issuer in issuers)
    ]  # fmt: skip
