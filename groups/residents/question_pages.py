"""Actions on people: buttons above their page, each leads to a page with one question."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse

from accounts.scoped_admin.base import action, in_sight, visible_object
from accounts.scoped_admin.pages import try_out
from accounts.scoped_admin.request_cache import once_shown
from groups.admin_mixins import SaysRefusals

# So many of the chosen people are named.
NAMED = 20


def ask_page(
    model_admin: Any, request: HttpRequest, *, title: str, back_url: str, **context: Any
) -> HttpResponse:
    """One question, one form, one button."""
    request.current_app = model_admin.admin_site.name
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": title,
        "back_url": back_url,
        **context,
    }
    return TemplateResponse(request, "groups/people/ask.html", context)


def do_or_ask(
    model_admin: Any, request: HttpRequest, row: Any, verb: Callable[..., Any],
    form_class: type[forms.Form], *, back_url: str, done: str, done_url: str = "", **context: Any,
) -> HttpResponse:  # fmt: skip
    """Ask, then do it: the verb gets the row, `by` and what the form says.

    What the verb refuses (NotAllowed) stands above the form. Afterwards to `done_url`, else back.
    """
    is_answer = request.method == "POST"
    form = form_class(request.POST if is_answer else None)
    refusal = ""
    if is_answer and "chi-tim" not in request.POST and form.is_valid():
        _done, refusal = try_out(lambda: verb(row, by=request.user, **form.cleaned_data))
        if not refusal:
            model_admin.message_user(request, done, messages.SUCCESS)
            return HttpResponseRedirect(done_url or back_url)
    return ask_page(model_admin, request, back_url=back_url, form=form, refusal=refusal, **context)


def carried_on(request: HttpRequest, action: str) -> list[tuple[str, Any]]:
    """The hidden fields by which a page after an action of a list knows the chosen rows."""
    return [
        ("action", action),
        ("select_across", request.POST.get("select_across", "0")),
        *((ACTION_CHECKBOX_NAME, pk) for pk in request.POST.getlist(ACTION_CHECKBOX_NAME)),
    ]


@dataclass(frozen=True)
class Question:
    """A button above the page of a row, and its page: one question, then `verb(row, by=…)`.

    For accounts with all `permissions`, on rows that are `offered`; or as `has_…_permission` of
    the admin says, named by `needs`. `title` and `button` default to `label`.
    """

    label: str
    path: str
    verb: Callable[..., Any]
    form: type[forms.Form]
    sentence: str
    permissions: tuple[str, ...] = ()
    offered: Callable[[Any], bool] | None = None
    needs: str = ""
    title: str = ""
    button: str = ""
    tone: str = "primary"
    done: str = ""
    to_list: bool = False


def _add_question(cls: type, name: str, question: Question) -> None:
    def ask(self: Any, request: HttpRequest, object_id: str) -> HttpResponse:
        row = visible_object(self, request, object_id)
        address = f"admin:{row._meta.app_label}_{row._meta.model_name}"
        return do_or_ask(
            self, request, row, question.verb, question.form,
            title=self.question_title(question.title or question.label, row),
            sentence=question.sentence, button=question.button or question.label,
            tone=question.tone, back_url=reverse(f"{address}_change", args=[row.pk]),
            done=question.done or f"{question.label}: xong.",
            done_url=reverse(f"{address}_changelist") if question.to_list else "",
        )  # fmt: skip

    def may(self: Any, request: HttpRequest, object_id: str | None = None) -> bool:
        rows = in_sight(self, request, object_id)
        if not request.user.has_perms(question.permissions):
            return False
        if question.offered is None:
            return True
        place = rows.model, object_id
        return bool(object_id) and bool(question.offered(once_shown(request, place, rows.get)))

    ask.__name__ = name  # by which the theme knows a detail action
    needs = question.needs or name
    button = action(description=question.label, url_path=question.path, permissions=[needs])
    setattr(cls, name, button(ask))
    if not question.needs:
        setattr(cls, f"has_{name}_permission", may)


class StepsMixin(SaysRefusals):
    """The actions of a page as buttons above its form, where a thumb finds them.

    The theme would put them in the head of the page, on a phone behind three dots.
    """

    change_form_outer_before_template = "groups/people/steps.html"
    # The first of these that may be taken is the large button.
    main_steps: tuple[str, ...] = ()
    questions: ClassVar[Mapping[str, Question]] = {}

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        for name, question in cls.__dict__.get("questions", {}).items():
            _add_question(cls, name, question)

    def question_title(self, title: str, row: Any) -> str:
        return f"{title}: {row}"

    def get_main_steps(self, request: HttpRequest, object_id: str) -> tuple[str, ...]:
        return self.main_steps

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        return []

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        context = {**(extra_context or {}), "show_save_and_add_another": object_id is None}
        if object_id is not None:
            context["main_step"], context["other_steps"] = self._steps(request, object_id)
        return super().changeform_view(request, object_id, form_url, context)

    def _steps(self, request: HttpRequest, object_id: str) -> tuple[Any, list[Any]]:
        allowed = super().get_actions_detail(request, object_id)
        steps = {
            action.action_name.rpartition(f"_{self.opts.model_name}_")[2]: {
                "title": action.description,
                "url": reverse(f"admin:{action.action_name}", args=[object_id]),
            }
            for action in allowed
        }
        main = next(
            (name for name in self.get_main_steps(request, object_id) if name in steps), None
        )
        return steps.pop(main, None) if main else None, list(steps.values())
