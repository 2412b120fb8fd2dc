"""Everyday words that lead to a procedure or an area."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.admin_base import ScopedRelatedFilter
from procedures.admin.keeping import FoldedSearch, LibraryAdmin
from procedures.models import Synonym
from procedures.searching import Kind, find

_KINDS = {
    Kind.SURE: _("Rõ: {}"),
    Kind.CHOICE: _("Chưa rõ, máy đưa ra để chọn: {}"),
    Kind.NONE: _("Máy không đưa thủ tục nào"),
}


@admin.register(Synonym)
class SynonymAdmin(FoldedSearch, LibraryAdmin):
    audited_as = "procedure.synonym_changed"
    is_searched = True
    list_display = ["term", "procedure", "area", "weight", "is_active", "is_shipped"]
    list_filter = [("area", ScopedRelatedFilter), "is_elsewhere", "is_active", "is_shipped"]
    list_select_related = ["procedure", "area"]
    search_fields = ["folded", "procedure__folded_name"]
    search_help_text = _("Tìm theo từ hoặc tên thủ tục, không cần dấu")
    autocomplete_fields = ["procedure"]
    fields = ["term", "procedure", "area", "is_elsewhere", "weight", "is_active", "tried"]
    readonly_fields = ["tried"]

    @admin.display(description=_("thử tìm"))
    def tried(self, synonym: Synonym) -> str:
        """What a resident who types these words gets now."""
        if synonym.pk is None:
            return _("Lưu rồi sẽ thấy từ này dẫn tới thủ tục nào.")
        found = find(synonym.term, today=timezone.localdate())
        names = "; ".join(hit.procedure.name for hit in found.hits)
        return _KINDS[found.kind].format(names) + "."

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What came with the portal is switched off: a later file would bring it back."""
        may = super().has_delete_permission(request, obj)
        return may and not (isinstance(obj, Synonym) and obj.shipped_as)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        obj.is_shipped = False  # a person's now; no data file changes it any more
        super().save_model(request, obj, form, change)
