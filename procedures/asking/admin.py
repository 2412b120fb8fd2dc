"""Questions of residents in the admin, and the everyday words that the search knows."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from accounts.scoped_admin.base import (
    ReadOnlyAdminMixin,
    ScopedModelAdmin,
    ScopedRelatedFilter,
    display,
    scoped,
)
from accounts.scoped_admin.pages import attempt, own_pages
from procedures.asking import services as asking
from procedures.asking.models import Question, Synonym
from procedures.editions.models import Edition
from procedures.editions.services import keeps_library
from procedures.library.admin import FoldedSearch, LibraryAdmin
from procedures.library.models import Procedure
from procedures.library.wording import clip
from procedures.searching import services as searching
from procedures.searching.services import Kind, find

TONES = {
    "unanswered": "warning", "answered": "success", "settled": "success", "offered": "info",
    "set_aside": "",
}  # fmt: skip
EXCERPT = 140
TERM = 100


class OutcomeFilter(admin.SimpleListFilter):
    """Unanswered questions unless another outcome is chosen."""

    title = _("kết quả")
    parameter_name = "ket-qua"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Any:
        waiting = Question.Outcome.UNANSWERED
        others = [choice for choice in Question.Outcome.choices if choice[0] != waiting]
        return [*others, ("tat-ca", _("Tất cả"))]

    def choices(self, changelist: Any) -> Any:
        first, *others = super().choices(changelist)
        return [first | {"display": Question.Outcome.UNANSWERED.label}, *others]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() in Question.Outcome.values:
            return queryset.filter(outcome=self.value())
        return queryset if self.value() else queryset.unanswered()


@admin.register(Question)
class QuestionAdmin(ReadOnlyAdminMixin, ScopedModelAdmin):
    """The words are encrypted: each view of the list or of one question is audited."""

    list_display = ["words", "times", "asked_on", "channel", "shown_outcome"]
    list_display_links = ["words"]
    list_filter = [OutcomeFilter, "channel"]
    actions = None

    def get_queryset(self, request: HttpRequest) -> Any:
        return scoped(Question.objects.each_once(), request)

    def get_ordering(self, request: HttpRequest) -> Any:
        return ["-times", "-asked_on", "-pk"]

    @admin.display(description=_("bà con hỏi"))
    def words(self, question: Question) -> str:
        return clip(" ".join(str(question.asked).split()), EXCERPT)

    @admin.display(description=_("số lần hỏi"), ordering="times")
    def times(self, question: Any) -> int:
        return int(question.times)

    @display(description=_("kết quả"), ordering="outcome", label=TONES)  # type: ignore[untyped-decorator]
    def shown_outcome(self, question: Question) -> tuple[str, str]:
        label = question.get_outcome_display()
        if question.is_lost:
            label = f"{label}: {question.get_told_display().lower()}"
        return question.outcome, label

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        response = super().changelist_view(request, extra_context)
        changelist = getattr(response, "context_data", {}).get("cl")
        if changelist is not None:
            asking.read(changelist.result_list, by=request.user)
        return response

    def changeform_view(
        self, request: HttpRequest, object_id: Any = None, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        found = self.get_object(request, object_id) if object_id else None
        if found is not None and self.has_view_permission(request, found):
            return redirect("admin:procedures_question_show", found.pk)
        return super().changeform_view(request, object_id, *args, **kwargs)

    def get_urls(self) -> list[URLPattern]:
        return [*_urls(self.admin_site), *super().get_urls()]


def _urls(site: Any) -> list[URLPattern]:
    change = "procedures.change_question"
    pages = {
        "<int:pk>/xem/": (show, "show"),
        "<int:pk>/tra-loi/": (settle, "settle", change),
        "<int:pk>/bo-qua/": (set_aside, "set_aside", change),
        "<int:pk>/them-tu/": (teach, "teach", change, "procedures.add_synonym"),
    }
    return own_pages(
        site, "procedures_question", pages, "procedures.view_question", row="question", rows=_rows
    )


def _rows(request: HttpRequest) -> Any:
    rows = Question.objects.visible_to(request.user).each_once()
    return rows.select_related("commune", "edition__procedure", "settled_by")


class EditionForm(forms.Form):
    """The edition that answers a question."""

    edition = forms.ModelChoiceField(
        Edition.objects.none(), label="Thủ tục trả lời được câu này",
        empty_label="– chọn thủ tục –", widget=forms.Select(attrs={"class": "by-input"}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Edition.objects.current(timezone.localdate()).select_related("procedure__area")
        self.fields["edition"].queryset = rows.order_by(  # type: ignore[attr-defined]
            "procedure__area__order", "procedure__order", "pk"
        )


class TermForm(forms.Form):
    """Everyday words for a procedure."""

    term = forms.CharField(
        label="Từ bà con hay nói", max_length=TERM,
        help_text="Ngắn, chỉ những từ nói tới thủ tục: “đổi bằng xe”, không phải cả câu. Không "
        "ghi tên, số của ai.",
        widget=forms.TextInput(attrs={"class": "by-input"}),
    )  # fmt: skip
    procedure = forms.ModelChoiceField(
        Procedure.objects.active(), label="Là thủ tục", empty_label="– chọn thủ tục –",
        widget=forms.Select(attrs={"class": "by-input"}),
    )  # fmt: skip


@require_GET
def show(request: HttpRequest, *, site: Any, question: Any) -> HttpResponse:
    """Page of one question: its words, the search result, the actions."""
    user: Any = request.user
    asking.read([question], by=user)
    found = searching.find(question.asked, today=timezone.localdate())
    is_waiting = question.outcome == Question.Outcome.UNANSWERED
    may_change = user.has_perm("procedures.change_question")
    context = {
        **site.each_context(request),
        "title": str(question),
        "question": question,
        "tone": {"unanswered": "warn", "answered": "good", "settled": "good"}.get(
            question.outcome, ""
        ),
        "hits": [hit for hit in found.hits if hit.edition is not None],
        "may_settle": is_waiting and may_change,
        "may_teach": may_change and user.has_perm("procedures.add_synonym") and keeps_library(user),
        "edition_form": EditionForm(),
        "term_form": TermForm(initial={"term": clip(question.asked, TERM)}),
    }
    return TemplateResponse(request, "procedures/question/show.html", context)


def _settled(request: HttpRequest, question: Question, edition: Edition | None) -> HttpResponse:
    by: Any = request.user
    count = attempt(request, lambda: asking.settle(question, by=by, edition=edition))
    if count is None:
        return redirect("admin:procedures_question_show", question.pk)
    messages.success(request, f"Đã ghi cho {count} lần hỏi.")
    return redirect("admin:procedures_question_changelist")


@require_POST
def settle(request: HttpRequest, *, site: Any, question: Question) -> HttpResponse:
    form = EditionForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Hãy chọn thủ tục trả lời được câu này.")
        return redirect("admin:procedures_question_show", question.pk)
    return _settled(request, question, form.cleaned_data["edition"])


@require_POST
def set_aside(request: HttpRequest, *, site: Any, question: Question) -> HttpResponse:
    return _settled(request, question, None)


@require_POST
def teach(request: HttpRequest, *, site: Any, question: Question) -> HttpResponse:
    """Add a synonym; the question stays open, to be settled with what is found now."""
    form, by = TermForm(request.POST), cast("Any", request.user)
    if not form.is_valid():
        messages.error(request, f"Hãy ghi từ (tối đa {TERM} chữ) và chọn thủ tục.")
    elif made := attempt(request, lambda: asking.teach(question, by=by, **form.cleaned_data)):
        messages.success(request, f"Từ giờ máy hiểu “{made.term}” là {made.procedure}.")
    return redirect("admin:procedures_question_show", question.pk)


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
        """Search result for these words now."""
        if synonym.pk is None:
            return _("Lưu rồi sẽ thấy từ này dẫn tới thủ tục nào.")
        found = find(synonym.term, today=timezone.localdate())
        names = "; ".join(hit.procedure.name for hit in found.hits)
        return _KINDS[found.kind].format(names) + "."

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Shipped rows are switched off, never deleted: a later file would bring them back."""
        may = super().has_delete_permission(request, obj)
        return may and not (isinstance(obj, Synonym) and obj.shipped_as)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        obj.is_shipped = False  # a person's now; no data file changes it any more
        super().save_model(request, obj, form, change)
