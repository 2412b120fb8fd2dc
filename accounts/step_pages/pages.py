"""Pages of one row: its content, then each step that this account may do now, with its form."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.forms import CharField
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.scoped_admin.pages import own_pages
from accounts.step_pages.declaration import Offer, Step, StepForm
from accounts.views import WORTH_COPYING
from accounts.workflow.declaration import NotAllowed

NOT_OFFERED = "Bước này vừa có người làm, hoặc không phải việc của tài khoản này."


def long_texts(form: StepForm | None) -> list[tuple[str, str]]:
    """Texts typed into a form, by label: those that nobody would like to type again."""
    fields = form.fields if form is not None else {}
    typed = {name: form.data.get(form.add_prefix(name), "") for name in fields} if form else {}
    return [
        (str(fields[name].label), text)
        for name, text in typed.items()
        if isinstance(fields[name], CharField) and len(text.strip()) >= WORTH_COPYING
    ]


@dataclass(frozen=True)
class StepPage:
    """The page of one kind of row.

    Accounts with `needs` open it for the rows that `rows` gives; `show` returns its context. Steps
    stand in the order of `steps`.
    """

    prefix: str
    needs: str
    rows: Callable[[HttpRequest], QuerySet[Any]]
    show: Callable[[HttpRequest, Any], dict[str, Any]]
    steps: Mapping[str, Step]
    template: str
    # The first usual step stands open.
    opens_first: bool = False
    # URL name of the page, after the prefix.
    url_name: str = "show"
    # Names of fields carry the name of the step; otherwise all forms share them.
    has_prefixes: bool = True
    # Refusal of a step that is not offered, before its service is called; blank: the service says.
    not_offered: str = ""

    def urls(
        self, site: Any, more: Mapping[str, tuple[Any, ...]] | None = None
    ) -> list[URLPattern]:
        pages: dict[str, tuple[Any, ...]] = {
            "<int:pk>/xem/": (require_GET(self._show), self.url_name)
        }
        for name, step in self.steps.items():
            if step.route:
                view = require_POST(partial(self.run, name=name))
                needs = [step.permission] if step.permission else []
                pages[f"<int:pk>/{step.route}/"] = (view, name, *needs)
        if not self.steps or any(not step.route for step in self.steps.values()):
            pages["<int:pk>/buoc/<slug:name>/"] = (require_POST(self.run), "step")
        pages |= more or {}
        return own_pages(site, self.prefix, pages, self.needs, row="row", rows=self.rows)

    def address(self, row: Any) -> str:
        return reverse(f"admin:{self.prefix}_{self.url_name}", args=[row.pk])

    def _show(
        self, request: HttpRequest, *, site: Any, row: Any,
        refused: Mapping[str, StepForm] | None = None, extra: Mapping[str, Any] | None = None,
    ) -> HttpResponse:  # fmt: skip
        context = {
            **self.offers_for(row, request.user, refused or {}),
            **self.show(request, row),
            **(extra or {}),
        }
        response = self.respond(request, site, row, context)
        response.status_code = 400 if refused or extra else 200
        return response

    def respond(
        self, request: HttpRequest, site: Any, row: Any, context: Mapping[str, Any]
    ) -> HttpResponse:
        context = {
            **site.each_context(request),
            "title": str(row),
            "row": row,
            "name": row._meta.verbose_name,
            "list_name": row._meta.verbose_name_plural,
            "list_url": reverse(f"admin:{self.prefix}_changelist"),
            **context,
        }
        return TemplateResponse(request, self.template, context)

    def again(
        self, request: HttpRequest, *, site: Any, row: Any, extra: Mapping[str, Any]
    ) -> HttpResponse:
        """The page after a form of its own was refused, with what was typed in `extra`."""
        return self._show(request, site=site, row=row, extra=extra)

    def offers_for(
        self, row: Any, user: Any, refused: Mapping[str, StepForm] | None = None
    ) -> dict[str, list[Offer]]:
        """Context of the templates: all offers, those that open, those that are one press."""
        offers = self._offers(row, user, refused or {})
        usable = [offer for offer in offers if not offer.refusal]
        return {
            "offers": offers,
            "asks": [offer for offer in usable if offer.opens],
            "presses": [offer for offer in usable if not offer.opens],
        }

    def _offers(self, row: Any, user: Any, refused: Mapping[str, StepForm]) -> list[Offer]:
        names = [name for name, step in self.steps.items() if step.is_offered(row, user)]
        usual = [name for name in names if not self.steps[name].is_rare]
        next_one = usual[0] if usual and self.opens_first and not refused else ""
        offers = []
        for name in names:
            step = self.steps[name]
            offers.append(
                Offer(
                    name,
                    step.label if isinstance(step.label, str) else step.label(row),
                    step,
                    refused.get(name) or self._form(name, row, user),
                    self._step_url(row, name),
                    is_open=name in (*refused, next_one),
                    refusal=step.closed(row, user) if step.closed is not None else "",
                )
            )
        return offers

    def _step_url(self, row: Any, name: str) -> str:
        if self.steps[name].route:
            return reverse(f"admin:{self.prefix}_{name}", args=[row.pk])
        return reverse(f"admin:{self.prefix}_step", args=[row.pk, name])

    def _form(self, name: str, row: Any, user: Any, *filled: Any) -> StepForm | None:
        form = self.steps[name].form
        if form is None:
            return None
        if self.has_prefixes:
            return form(*filled, row=row, user=user, prefix=name)
        return form(*filled, row=row, user=user, auto_id=f"id_{name}-%s")

    def run(self, request: HttpRequest, *, site: Any, row: Any, name: str) -> HttpResponse:
        """Do one step. A refusal stands at its form, with what was typed."""
        step = self.steps.get(name)
        if step is None:
            raise PermissionDenied
        if self.not_offered and not step.is_offered(row, request.user):
            messages.warning(request, self.not_offered)
            form = self._form(name, row, request.user, request.POST)
            return self._gone(request, site, row, form)
        form = self._form(name, row, request.user, request.POST, request.FILES)
        if form is not None and not form.is_valid():
            return self._refuse(request, site, row.pk, name, form)
        pk = row.pk  # a step that deletes the row clears it
        try:
            result = step.act(row, request.user, form.cleaned_data if form is not None else {})
        except (NotAllowed, ValidationError) as refusal:
            return self._refuse(request, site, pk, name, form, self.sentences(refusal))
        except ObjectDoesNotExist:
            if self.rows(request).filter(pk=pk).exists():
                raise  # something else is missing, which is a fault
            return self._refuse(request, site, pk, name, form)
        messages.success(request, result if isinstance(result, str) else step.done)
        if step.follow is not None:
            return redirect(step.follow(result))
        return self._back(request, self.rows(request).filter(pk=pk).first())

    def attempt(self, request: HttpRequest, row: Any, name: str) -> bool:
        """Do one step from another page; a message says the result."""
        form = self._form(name, row, request.user, request.POST, request.FILES)
        data = form.cleaned_data if form is not None and form.is_valid() else {}
        try:
            result = self.steps[name].act(row, request.user, data)
        except NotAllowed as refusal:
            for sentence in self.sentences(refusal):
                messages.error(request, sentence)
            return False
        messages.success(request, result if isinstance(result, str) else self.steps[name].done)
        return True

    def sentences(self, refusal: Exception) -> Sequence[str]:
        """The refusal of a service for a person."""
        return getattr(refusal, "messages", None) or [str(refusal)]

    def _refuse(
        self, request: HttpRequest, site: Any, pk: Any, name: str, form: StepForm | None,
        sentences: Sequence[str] = (),
    ) -> HttpResponse:  # fmt: skip
        """Show the refusal; typed values stay as long as the step is offered."""
        stored = self.rows(request).filter(pk=pk).first()
        is_offered = stored is not None and self.steps[name].is_offered(stored, request.user)
        if form is not None and form.visible_fields() and is_offered:
            form.refuse(sentences, stored)
            return self._show(request, site=site, row=stored, refused={name: form})
        for sentence in sentences or (NOT_OFFERED,):
            messages.error(request, sentence)
        return self._gone(request, site, stored, form)

    def _gone(
        self, request: HttpRequest, site: Any, stored: Any, form: StepForm | None
    ) -> HttpResponse:
        """The page without the step, and with what was typed into its form, to be copied."""
        if stored is not None and (unsent := long_texts(form)):
            return self._show(request, site=site, row=stored, extra={"unsent": unsent})
        return self._back(request, stored)

    def _back(self, request: HttpRequest, stored: Any) -> HttpResponse:
        """To the page, or to the list once this account no longer sees the row."""
        if stored is None:
            return redirect(f"admin:{self.prefix}_changelist")
        return redirect(self.back_to(request, stored))

    def back_to(self, request: HttpRequest, row: Any) -> str:
        """Address to return to after a step."""
        return self.address(row)
