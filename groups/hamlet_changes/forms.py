"""Forms of a change of hamlets: the decision, what comes out of it, who goes where."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.scoped_admin.base import UnfoldAdminCheckboxSelectMultipleWidget
from accounts.scoped_admin.pages import number_of
from documents import uploads
from groups.hamlet_changes.checks import suggested_code
from groups.hamlet_changes.models import HamletChange, HamletChangeResult
from groups.hamlet_changes.services import PLACES
from groups.places.models import Hamlet

MOST_RESULTS = 8


class HamletChangeForm(forms.ModelForm):
    """The decision and the hamlets that it touches. `user` is set by the admin on the class."""

    user: Any = None
    sources = forms.ModelMultipleChoiceField(
        label=_("Ấp, khu phố trong quyết định"), queryset=Hamlet.objects.none(),
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        help_text=_("Nhập: chọn từ hai nơi. Chia hoặc đổi tên: chọn một nơi."),
    )  # fmt: skip

    class Meta:
        model = HamletChange
        fields = [
            "commune", "kind", "decision_number", "decision_on", "effective_on", "decision_file",
        ]  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        hamlets = Hamlet.objects.visible_to(self.user).offered().filter(valid_to=None)
        if self.instance.pk:
            hamlets = hamlets.of_commune(self.instance.commune_id)
            self.initial["sources"] = list(self.instance.sources.values_list("hamlet", flat=True))
        self.fields["sources"].queryset = hamlets.order_by("code")

    def clean_decision_file(self) -> Any:
        file = self.cleaned_data["decision_file"]
        return uploads.prepare(file) if isinstance(file, UploadedFile) else file

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        decided = cleaned.get("decision_on")
        if decided and decided > timezone.localdate():
            self.add_error("decision_on", _("Ngày ban hành không thể ở tương lai."))
        if "sources" not in cleaned or "kind" not in cleaned:
            return cleaned
        is_merge, count = cleaned["kind"] == HamletChange.Kind.MERGE, len(cleaned["sources"])
        if is_merge and count < 2:
            self.add_error("sources", _("Hãy chọn ít nhất hai nơi để nhập với nhau."))
        if not is_merge and count != 1:
            self.add_error("sources", _("Hãy chọn đúng một nơi."))
        return cleaned


class ResultForm(forms.ModelForm):
    """One hamlet that comes out of the decision."""

    class Meta:
        model = HamletChangeResult
        fields = ["kind", "name", "code", "households", "is_remote"]
        widgets = {
            "households": forms.NumberInput(attrs={"min": 0, "inputmode": "numeric"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if name != "is_remote":
                field.widget.attrs["class"] = "by-input"
        self.fields["name"].help_text = _("Không kèm chữ Ấp, Khu phố.")


class ResultsForm:
    """All results of a change on one page; on a split one of them takes what is not placed."""

    def __init__(
        self, change: HamletChange, data: QueryDict | None = None, *, wanted: str = ""
    ) -> None:
        self.change = change
        self.is_split = change.kind == HamletChange.Kind.SPLIT
        known = list(change.results.all())
        rest = str(next((n for n, row in enumerate(known) if row.takes_rest), 0))
        self.rest = data.get("rest", "0") if data else rest
        count = self._count(data.get("count", "") if data else wanted, len(known))
        self.forms = [self._form(number, known, data) for number in range(count)]

    def _count(self, asked: str, known: int) -> int:
        if not self.is_split:
            return 1
        if asked.isdecimal() and len(asked) < 3:
            return min(max(int(asked), 2), MOST_RESULTS)
        return min(max(known, 2), MOST_RESULTS)

    def _form(
        self, number: int, known: list[HamletChangeResult], data: QueryDict | None
    ) -> ResultForm:
        row = known[number] if number < len(known) else None
        form = ResultForm(
            data, instance=row, prefix=f"ap-{number}",
            initial=None if row else self._guess(number),
        )  # fmt: skip
        form.number = str(number)
        return form

    def _guess(self, number: int) -> dict[str, Any]:
        """Values of the largest old hamlet; its name and code go on with the first result."""
        sources = [source.hamlet for source in self.change.sources.select_related("hamlet")]
        sources.sort(key=lambda hamlet: (-hamlet.households, hamlet.pk))
        if not sources:
            return {}
        first = sources[0]
        households = sum(hamlet.households for hamlet in sources)
        if number:
            code = suggested_code(self.change, skip=number - 1)
            return {"kind": first.kind, "code": code, "households": 0}
        return {
            "kind": first.kind, "name": first.name, "code": first.code, "households": households,
            "is_remote": first.is_remote,
        }  # fmt: skip

    def is_valid(self) -> bool:
        valid = [form.is_valid() for form in self.forms]  # each, so that each shows its errors
        return all(valid)

    def rows(self) -> list[HamletChangeResult]:
        for form in self.forms:
            form.instance.takes_rest = form.number == self.rest
        return [form.instance for form in self.forms]


def placements(data: QueryDict) -> dict[str, dict[int, int | None]]:
    """`team-7=3` → `{"team": {7: 3}}`; blank takes a row back, anything else is ignored."""
    found: dict[str, dict[int, int | None]] = {what: {} for what in PLACES}
    for name, value in data.items():
        what, _sep, asked = name.partition("-")
        pk, result = number_of(asked), number_of(str(value))
        if what in found and pk and (result or not value):
            found[what][pk] = result or None
    return found
