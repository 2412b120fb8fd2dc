"""Admin of directions to many: one form, then one page with all replies side by side."""

from datetime import timedelta
from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from accounts.papers.downloads import handed_out
from accounts.scoped_admin.base import RangeDateFilter, display
from accounts.scoped_admin.work_filter import WorkFilter
from accounts.step_pages.content import RowContent
from accounts.step_pages.pages import StepPage
from documents.new_workbook import XLSX
from oversight.admin_pages import RowAdmin, day_words
from oversight.direction.admin import TONES, sent_file, timing
from oversight.direction.rounds import acts, services
from oversight.direction.rounds.acts import ACTS, Asked
from oversight.direction.rounds.answers import FILTERS, Answers, answers_of
from oversight.direction.rounds.forms import FILES, NUMBERS, RoundForm
from oversight.direction.rounds.models import DirectionRound
from oversight.direction.rounds.workbook import export_workbook
from oversight.direction.services import settles_of

TEMPLATE = "oversight/direction/round.html"
USUAL_DAYS = 7


class RoundWorkFilter(WorkFilter):
    """Filter: replies to settle, replies missing, settled."""

    title = _("việc cần làm")
    works = {
        "xem": (_("Có trả lời chờ ghi nhận"), lambda rows, request: rows.filter(to_settle__gt=0)),
        "cho": (_("Còn nơi chưa trả lời"), lambda rows, request: rows.filter(waiting__gt=0)),
        "qua": (_("Có nơi quá hạn"), lambda rows, request: rows.filter(overdue__gt=0)),
    }


@admin.register(DirectionRound)
class DirectionRoundAdmin(RowAdmin):
    form = RoundForm
    is_written_once = True
    list_display = ["title", "issuer", "progress", "troubles", "due_on"]
    list_filter = [RoundWorkFilter, "issuer", ("given_on", RangeDateFilter)]
    search_fields = ["title"]
    search_help_text = _("Tìm theo việc cần làm")
    day_fields = ("given_on", "due_on")
    fieldsets = [
        (_("Gửi tới"), {"fields": ["recipients", "issuer"]}),
        (_("Cần làm gì"), {"fields": ["title", "text", "directed_by", "document"]}),
        (_("Thời hạn"), {"fields": ["given_on", "due_on", "post_request"]}),
        (
            _("Số cần báo, nếu cần"),
            {
                "fields": list(NUMBERS),
                "description": _(
                    "Mỗi nơi ghi các số này khi trả lời; máy tự cộng. Không hỏi số tin, phản ánh."
                ),
            },
        ),
        (_("Tệp kèm theo, nếu có"), {"fields": list(FILES)}),
    ]

    # Rows that are counted with their parts have no order of their own.
    ordering = ("-given_on", "-pk")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).with_progress(timezone.localdate())

    @display(description=_("đã trả lời"))
    def progress(self, row: Any) -> str:
        return f"{row.answered}/{row.all_parts}"

    @display(description=_("cần để ý"))
    def troubles(self, row: Any) -> str:
        found = ((row.overdue, "quá hạn"), (row.returned, "cần bổ sung"))
        return " · ".join(f"{count} {words}" for count, words in found if count)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        today = timezone.localdate()
        found = {"given_on": today, "due_on": today + timedelta(days=USUAL_DAYS)}
        own = DirectionRound.objects.visible_to(request.user).filter(created_by=request.user.pk)
        last = own.order_by("-pk").first()
        return found | ({"directed_by": last.directed_by} if last is not None else {})

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        data = form.cleaned_data
        services.give(
            obj, to=data["recipients"], by=request.user, asks=data["asks"],  # type: ignore[arg-type]
            files=data["files"],
        )  # fmt: skip

    def response_add(self, request: HttpRequest, obj: Any, *args: Any) -> HttpResponse:
        data = f"Đã giao cho {obj.parts.count()} nơi. Mỗi nơi trả lời riêng."
        self.message_user(request, data, messages.SUCCESS)
        return redirect(self.page_of(obj))

    # The page of one round.

    @property
    def page(self) -> StepPage:
        needs = "oversight.view_directionround"
        return StepPage(self._prefix, needs, self.page_rows, self._extra_of_page, {}, TEMPLATE)

    def page_rows(self, request: HttpRequest) -> Any:
        return DirectionRound.objects.visible_to(request.user).select_related("commune", "document")

    def more_pages(self) -> dict[str, tuple[Any, ...]]:
        return {
            "<int:pk>/nhieu-noi/": (require_POST(self._settle), "settle"),
            "<int:pk>/bang/": (require_POST(self._workbook), "workbook"),
            "<int:pk>/kem-theo/<int:row_id>/tep/": (require_GET(self._sent_file), "sent_file"),
        }

    def _sent_file(self, request: HttpRequest, *, site: Any, row: Any, row_id: int) -> HttpResponse:
        return sent_file(row, row_id, by=request.user)

    def _workbook(self, request: HttpRequest, *, site: Any, row: Any) -> HttpResponse:
        content = export_workbook(row, by=request.user)  # type: ignore[arg-type]
        name = slugify(row.title.replace("đ", "d").replace("Đ", "D"))[:40] or "chi-dao"
        return handed_out(content, kind=XLSX, name=f"tra-loi-{name}.xlsx")

    def _extra_of_page(
        self, request: HttpRequest, row: Any, asked: Asked | None = None
    ) -> dict[str, Any]:
        answers = answers_of(row)
        narrowed = asked.narrowed if asked else request.GET.get(acts.NARROWED, "")
        narrowed = narrowed if narrowed in FILTERS else ""
        may_settle = settles_of(row, request.user)
        forms = [
            (verb, act, _form(verb, asked, request.user)) for verb, act in ACTS.items()
        ] if may_settle else []  # fmt: skip
        return {
            "content": self._content(row, answers),
            "answers": answers,
            "lines": [
                {
                    "answer": line,
                    "url": reverse("admin:oversight_direction_show", args=[line.part.pk]),
                    "tone": "bad" if line.is_overdue else TONES[line.part.state],
                    "timing": timing(line.part)
                    or day_words(line.part.due_on, timezone.localdate(), is_open=line.is_waiting),
                    "numbers": list(zip(answers.asked, line.numbers, strict=True)),
                    "is_chosen": asked is not None and line.part.pk in asked.chosen,
                }
                for line in answers.only(narrowed)
            ],
            "missing": [
                (line, reverse("admin:oversight_direction_show", args=[line.part.pk]))
                for line in answers.missing
            ],
            "chips": [(key, words, answers.count(key)) for key, words in FILTERS.items()],
            "narrowed": narrowed,
            "page_url": self.page_of(row),
            "may_settle": may_settle,
            "presses": [],
            "pressed": [one for one in forms if one[2] is None],
            "asking": [one for one in forms if one[2] is not None],
            "asked_act": asked,
            "names": {"verb": acts.VERB, "chosen": acts.CHOSEN, "all": acts.ALL},
            "settle_url": reverse("admin:oversight_directionround_settle", args=[row.pk]),
            "workbook_url": reverse("admin:oversight_directionround_workbook", args=[row.pk]),
        }

    def _content(self, row: Any, answers: Answers) -> RowContent:
        return RowContent(
            badge=answers.progress,
            tone="good" if answers.is_answered else "warn",
            under=answers.troubles,
            texts=(("Nội dung chỉ đạo", row.text),),
            facts=(
                ("Nơi ra chỉ đạo", str(row.get_issuer_display())),
                ("Người chỉ đạo", row.directed_by),
                ("Theo văn bản", str(row.document or "")),
                ("Ngày chỉ đạo", f"{row.given_on:%d/%m/%Y}"),
                ("Hạn trả lời", f"{row.due_on:%d/%m/%Y}"),
            ),
            links=tuple(
                (
                    f"Tải {one.name}",
                    reverse("admin:oversight_directionround_sent_file", args=[row.pk, one.pk]),
                )
                for one in row.files.all()
            ),
            exports=(
                (
                    "Tải bảng trả lời (.xlsx)",
                    reverse("admin:oversight_directionround_workbook", args=[row.pk]),
                ),
            ),
        )

    def _settle(self, request: HttpRequest, *, site: Any, row: Any) -> HttpResponse:
        """One act for the chosen parts; a refusal of its form keeps what was typed and ticked."""
        asked = acts.asked_of(request.POST, request.user)
        lines = acts.lines_for(asked, answers_of(row))
        if not lines:
            messages.warning(request, acts.NONE_FITS if asked.is_all else acts.NONE_CHOSEN)
            return self._again(request, site, row, asked)
        if asked.form is not None and not asked.form.is_valid():
            return self._again(request, site, row, asked)
        outcome = acts.run(asked, lines, request.user)
        if outcome.done and asked.act is not None:
            messages.success(request, asked.act.done.format(n=outcome.done))
        if outcome.refused:
            messages.warning(request, acts.refused_words(outcome))
        if not outcome.done:
            return self._again(request, site, row, asked)
        return redirect(f"{self.page_of(row)}?{acts.NARROWED}={asked.narrowed}")

    def _again(self, request: HttpRequest, site: Any, row: Any, asked: Asked) -> HttpResponse:
        return self.page.again(
            request, site=site, row=row, extra=self._extra_of_page(request, row, asked)
        )


def _form(verb: str, asked: Asked | None, user: Any) -> Any:
    """The form of an act, as it was sent if it was this one."""
    return asked.form if asked is not None and asked.verb == verb else acts.form_of(verb, user)
