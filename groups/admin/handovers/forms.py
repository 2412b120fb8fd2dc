"""The form of a first signature: from whom, to whom, what, and for a cover from when to when."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from groups.admin_forms import DayInput
from groups.models import Hamlet, Handover, Officer, ZaloGroup
from groups.services import handovers
from groups.services.handover_moves import groups_held, hamlets_held


class HandoverForm(forms.ModelForm):
    """Everything that the giver holds is ticked at first: most handovers are of everything."""

    hamlets = forms.ModelMultipleChoiceField(
        label=_("Ấp, khu phố"), queryset=Hamlet.objects.none(), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    groups = forms.ModelMultipleChoiceField(
        label=_("Nhóm Zalo đang làm trưởng nhóm"), queryset=ZaloGroup.objects.none(),
        required=False, widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip

    class Meta:
        model = Handover
        fields = ["kind", "to_officer", "starts_on", "ends_on", "reason"]
        widgets = {
            "kind": forms.RadioSelect,
            "starts_on": DayInput(),
            "ends_on": DayInput(),
            "reason": forms.TextInput(attrs={"class": "by-input"}),
        }

    def __init__(self, giver: Officer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.from_officer, self.instance.commune = giver, giver.commune
        taker: Any = self.fields["to_officer"]
        taker.queryset = handovers.possible_takers(giver)
        taker.widget.attrs["class"] = "by-input"
        hamlets: Any = self.fields["hamlets"]
        groups: Any = self.fields["groups"]
        hamlets.queryset = hamlets_held(giver, timezone.localdate())
        groups.queryset = groups_held(giver)
        self.initial.setdefault("hamlets", [row.pk for row in hamlets.queryset])
        self.initial.setdefault("groups", [row.pk for row in groups.queryset])
        self.fields["reason"].help_text = _("Ví dụ: điều động công tác, nghỉ phép năm.")
        self.fields["starts_on"].help_text = _("Chỉ ghi khi trực thay.")

    def clean(self) -> dict[str, Any]:
        """The dates of a cover mean nothing for a transfer, so they go."""
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("kind") == Handover.Kind.TRANSFER:
            cleaned["starts_on"] = cleaned["ends_on"] = None
        elif cleaned.get("kind") == Handover.Kind.COVER:
            for name in ("starts_on", "ends_on"):
                if not cleaned.get(name) and name not in self.errors:
                    self.add_error(name, _("Trực thay phải ghi ngày này."))
        return cleaned
