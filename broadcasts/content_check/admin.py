"""Official phones in the admin: a short dated list that chiefs keep."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.audit import services as audit
from accounts.scoped_admin.base import ScopedModelAdmin, display
from accounts.scoped_admin.row_page import HomeForm, OwnCommune
from broadcasts.content_check.models import OfficialPhone
from groups.admin_mixins import BareFields, DayInput
from vietnamese.text import local_phone


class OfficialPhoneForm(HomeForm):
    class Meta:
        model = OfficialPhone
        fields = ["commune", "label", "phone", "valid_from", "valid_to"]
        widgets = {"valid_from": DayInput(), "valid_to": DayInput()}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        commune = cleaned.get("commune") or (self.instance.commune_id and self.instance.commune)
        same = OfficialPhone.objects.filter(
            commune=commune, phone=cleaned.get("phone"), valid_from=cleaned.get("valid_from")
        )
        if same.exclude(pk=self.instance.pk).exists():
            self.add_error("phone", "Số này đã có trong danh sách từ ngày đó.")
        return cleaned


@admin.register(OfficialPhone)
class OfficialPhoneAdmin(BareFields, OwnCommune, ScopedModelAdmin):
    day_fields = ("valid_from", "valid_to")
    form = OfficialPhoneForm
    list_display = ["label", "shown_phone", "valid_from", "valid_to"]
    list_select_related = ["commune"]
    search_fields = ["label"]
    search_help_text = _("Tìm theo tên nơi giữ số")
    actions = None
    compressed_fields = False
    fields = ["commune", "label", "phone", "valid_from", "valid_to"]

    @display(description=_("số điện thoại"), ordering="phone")
    def shown_phone(self, row: OfficialPhone) -> str:
        return local_phone(row.phone)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"valid_from": timezone.localdate()}

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        audit.record(
            "official_phone.changed", by=request.user, target=obj, fields=form.changed_data
        )
