"""Official phones in the admin: a short dated list that chiefs keep."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.scoped_admin.base import ScopedModelAdmin, display
from accounts.scoped_admin.mixins import AuditedRows
from accounts.scoped_admin.row_page import HomeForm, OwnCommune
from accounts.second_person.admin import SecondPersonRows
from accounts.second_person.rows import register_rows
from broadcasts.content_check.models import OfficialPhone
from groups.admin_mixins import DayInput, OwnDayPicker
from vietnamese.text import local_phone

register_rows("official_phone", "official_phone.changed")


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
class OfficialPhoneAdmin(SecondPersonRows, AuditedRows, OwnDayPicker, OwnCommune, ScopedModelAdmin):
    second_person = "official_phone"
    audited_as = "official_phone.changed"
    trusted = frozenset({"label", "phone", "valid_from", "valid_to"})
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
