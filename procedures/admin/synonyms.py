"""Everyday words that lead to a procedure or an area."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from accounts.admin_base import ScopedRelatedFilter
from procedures.admin.keeping import FoldedSearch, LibraryAdmin
from procedures.models import Synonym


@admin.register(Synonym)
class SynonymAdmin(FoldedSearch, LibraryAdmin):
    audited_as = "procedure.synonym_changed"
    list_display = ["term", "procedure", "area", "weight", "is_shipped"]
    list_filter = [("area", ScopedRelatedFilter), "is_shipped"]
    list_select_related = ["procedure", "area"]
    search_fields = ["folded", "procedure__folded_name"]
    search_help_text = _("Tìm theo từ hoặc tên thủ tục, không cần dấu")
    autocomplete_fields = ["procedure"]
    fields = ["term", "procedure", "area", "weight"]
