"""Pages of the year that go by steps: what stands, then one short form for each next step."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.own_pages import own_pages
from accounts.services import NotAllowed
from groups.admin_forms import DayInput

TEMPLATE = "oversight/year/page.html"


class DayField(forms.DateField):
    """A day, by the calendar of the phone or the browser."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=DayInput(), **kwargs)


class StepForm(forms.Form):
    """What one step asks. `prepare` gives choices of rows by what the account may see."""

    def __init__(self, *args: Any, row: Any = None, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.prepare(row, user)
        for field in self.fields.values():
            if not isinstance(field.widget, forms.CheckboxInput | forms.RadioSelect):
                field.widget.attrs["class"] = "by-input"

    def prepare(self, row: Any, user: Any) -> None:
        pass


@dataclass(frozen=True)
class Step:
    """One form on the page; `act(row, data, by)` calls the service."""

    label: str
    act: Callable[[Any, dict[str, Any], Any], Any]
    done: str
    form: type[StepForm] = StepForm
    note: str = ""
    tone: str = ""


@dataclass(frozen=True)
class Card:
    """A step with its form, as the page shows it; open where it is next or was refused."""

    name: str
    step: Step
    form: StepForm
    url: str
    is_open: bool


@dataclass(frozen=True)
class Desk:
    """The page of one kind of row: how it is read, shown, and which steps an account may take."""

    prefix: str
    needs: str
    rows: Callable[[HttpRequest], QuerySet[Any]]
    show: Callable[[HttpRequest, Any], dict[str, Any]]
    offers: Callable[[Any, Any], list[str]]
    steps: Mapping[str, Step]
    template: str = TEMPLATE

    def urls(self, site: Any, more: Mapping[str, tuple[Any, ...]] | None = None) -> list[Any]:
        pages = {
            "<int:pk>/xem/": (require_GET(self._page), "show"),
            "<int:pk>/buoc/<slug:name>/": (require_POST(self._step), "step"),
            **(more or {}),
        }
        return own_pages(site, self.prefix, pages, self.needs, row="row", rows=self.rows)

    def address(self, row: Any) -> str:
        return reverse(f"admin:{self.prefix}_show", args=[row.pk])

    def _page(self, request: HttpRequest, *, site: Any, row: Any) -> HttpResponse:
        return self.render(request, site, row)

    def render(
        self, request: HttpRequest, site: Any, row: Any, refused: tuple[str, StepForm] | None = None
    ) -> HttpResponse:
        names = self.offers(row, request.user)
        cards = []
        for place, name in enumerate(names):
            is_refused = refused is not None and refused[0] == name
            form = refused[1] if refused is not None and is_refused else None
            cards.append(
                Card(
                    name, self.steps[name],
                    form or self.steps[name].form(row=row, user=request.user),
                    reverse(f"admin:{self.prefix}_step", args=[row.pk, name]),
                    is_open=is_refused or (refused is None and place == 0),
                )
            )  # fmt: skip
        context = {
            **site.each_context(request),
            "title": str(row),
            "row": row,
            "cards": cards,
            "list_url": reverse(f"admin:{self.prefix}_changelist"),
            "list_name": row._meta.verbose_name_plural,
            **self.show(request, row),
        }
        status = 400 if refused else 200
        return TemplateResponse(request, self.template, context, status=status)

    def _step(self, request: HttpRequest, *, site: Any, row: Any, name: str) -> HttpResponse:
        if name not in self.offers(row, request.user):
            if name in self.steps:
                messages.error(request, "Bước này vừa có người làm, hoặc chưa tới lượt.")
                return redirect(self.address(row))
            raise PermissionDenied
        step = self.steps[name]
        form = step.form(request.POST, request.FILES, row=row, user=request.user)
        if not form.is_valid():
            return self.render(request, site, row, (name, form))
        try:
            step.act(row, form.cleaned_data, request.user)
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
            return self.render(request, site, row, (name, form))
        messages.success(request, step.done)
        return redirect(self.address(row))
