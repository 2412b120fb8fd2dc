"""Pages that go by steps: what stands, then what this account may do next and what that asks.

An admin module says what stands on a page and which steps there are. `offered` decides what is
shown; the service behind a step checks person and moment again, and refuses with a sentence.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied, ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.views.decorators.http import require_GET, require_POST

from accounts.own_pages import own_pages
from accounts.services import NotAllowed
from groups.admin_forms import DayInput
from reports.register.days import FIRST_YEAR, LAST_YEAR

NOT_OFFERED = "Bước này vừa có người làm, hoặc không phải việc của tài khoản này."


FIRST_DAY, LAST_DAY = date(FIRST_YEAR, 1, 1), date(LAST_YEAR, 12, 31)
TOO_FAR = f"Hãy ghi ngày từ năm {FIRST_YEAR} đến năm {LAST_YEAR}."


class DayField(forms.DateField):
    """A day, by the calendar of the phone or the browser; none that is a slip of the keys.

    Spans around the first and last days of the calendar itself cannot be counted with.
    """

    default_validators = (
        MinValueValidator(FIRST_DAY, TOO_FAR), MaxValueValidator(LAST_DAY, TOO_FAR)
    )  # fmt: skip

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=DayInput(), **kwargs)


class StepForm(forms.Form):
    """What one step asks. `prepare` gives choices of rows by what the account may see."""

    # Fields that may be empty, yet are not marked so: one of them is needed, or later all are.
    unmarked: tuple[str, ...] = ()

    def __init__(self, *args: Any, row: Any = None, user: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        self.prepare(row, user)
        for field in self.fields.values():
            field.widget.attrs["class"] = "by-input"

    def prepare(self, row: Any, user: Any) -> None:
        pass

    def refuse(self, sentences: Sequence[str], stored: Any) -> None:
        """Say what the service said of this form; `stored` is the row as it is by now."""
        for sentence in sentences:
            self.add_error(None, sentence)


def words_form(label: str, *, rows: int = 4) -> type[StepForm]:
    """A form with one box of text."""
    box = forms.CharField(label=label, max_length=5000, widget=forms.Textarea(attrs={"rows": rows}))
    return type("WordsForm", (StepForm,), {"text": box})


@dataclass(frozen=True)
class Step:
    """One step: its button, what is said after it, what it does, and when it is offered.

    `act(row, by, said)` calls the service with what the form said; `offered(row, user)`. A rare
    one, which puts something right, never stands open by itself.
    """

    label: str
    done: str
    act: Callable[[Any, Any, Mapping[str, Any]], Any]
    offered: Callable[[Any, Any], bool]
    form: type[StepForm] | None = None
    note: str = ""
    tone: str = "plain"
    is_rare: bool = False


@dataclass(frozen=True)
class Offer:
    """A step on the page; one that asks or explains opens first, any other is pressed at once."""

    name: str
    step: Step
    form: StepForm | None
    url: str
    is_open: bool

    @property
    def opens(self) -> bool:
        return self.form is not None or bool(self.step.note)


@dataclass(frozen=True)
class StepPage:
    """The page of one kind of row: who reads it, which rows, what it shows, its steps in order."""

    prefix: str
    needs: str
    rows: Callable[[HttpRequest], QuerySet[Any]]
    show: Callable[[HttpRequest, Any], dict[str, Any]]
    steps: Mapping[str, Step]
    template: str
    opens_first: bool = False

    def urls(
        self, site: Any, more: Mapping[str, tuple[Any, ...]] | None = None
    ) -> list[URLPattern]:
        pages = {
            "<int:pk>/xem/": (require_GET(self._show), "show"),
            "<int:pk>/buoc/<slug:name>/": (require_POST(self._step), "step"),
            **(more or {}),
        }
        return own_pages(site, self.prefix, pages, self.needs, row="row", rows=self.rows)

    def address(self, row: Any) -> str:
        return reverse(f"admin:{self.prefix}_show", args=[row.pk])

    def _show(
        self, request: HttpRequest, *, site: Any, row: Any,
        refused: Mapping[str, StepForm] | None = None, shown: Mapping[str, Any] | None = None,
    ) -> HttpResponse:  # fmt: skip
        offers = self._offers(row, request.user, refused or {})
        context = {
            **site.each_context(request),
            "title": str(row),
            "row": row,
            "offers": offers,
            "presses": [offer for offer in offers if not offer.opens],
            "name": row._meta.verbose_name,
            "list_name": row._meta.verbose_name_plural,
            "list_url": reverse(f"admin:{self.prefix}_changelist"),
            **self.show(request, row),
            **(shown or {}),
        }
        status = 400 if refused or shown else 200
        return TemplateResponse(request, self.template, context, status=status)

    def again(
        self, request: HttpRequest, *, site: Any, row: Any, shown: Mapping[str, Any]
    ) -> HttpResponse:
        """The page after a form of its own was refused, with what was typed in `shown`."""
        return self._show(request, site=site, row=row, shown=shown)

    def _offers(self, row: Any, user: Any, refused: Mapping[str, StepForm]) -> list[Offer]:
        names = [name for name, step in self.steps.items() if step.offered(row, user)]
        usual = [name for name in names if not self.steps[name].is_rare]
        next_one = usual[0] if usual and self.opens_first and not refused else ""
        offers = []
        for name in names:
            step = self.steps[name]
            form = refused.get(name)
            if form is None and step.form is not None:
                form = step.form(row=row, user=user, prefix=name)
            url = reverse(f"admin:{self.prefix}_step", args=[row.pk, name])
            offers.append(Offer(name, step, form, url, is_open=name in (*refused, next_one)))
        return offers

    def _step(self, request: HttpRequest, *, site: Any, row: Any, name: str) -> HttpResponse:
        step = self.steps.get(name)
        if step is None:
            raise PermissionDenied
        form = None
        if step.form is not None:
            form = step.form(request.POST, request.FILES, row=row, user=request.user, prefix=name)
            if not form.is_valid():
                return self._refuse(request, site, row.pk, name, form)
        pk = row.pk  # which a step that removes the row takes from it
        try:
            step.act(row, request.user, form.cleaned_data if form is not None else {})
        except (NotAllowed, ValidationError) as refusal:
            sentences = getattr(refusal, "messages", [str(refusal)])
            return self._refuse(request, site, pk, name, form, sentences)
        except ObjectDoesNotExist:
            if self.rows(request).filter(pk=pk).exists():
                raise  # something else is missing, which is a fault
            return self._refuse(request, site, pk, name, form)
        messages.success(request, step.done)
        return self._back(self.rows(request).filter(pk=pk).first())

    def _refuse(
        self, request: HttpRequest, site: Any, pk: Any, name: str, form: StepForm | None,
        sentences: Sequence[str] = (),
    ) -> HttpResponse:  # fmt: skip
        """What was typed stays on the page for as long as the step is offered."""
        stored = self.rows(request).filter(pk=pk).first()
        is_offered = stored is not None and self.steps[name].offered(stored, request.user)
        if form is not None and is_offered:
            form.refuse(sentences, stored)
            return self._show(request, site=site, row=stored, refused={name: form})
        for sentence in sentences or (NOT_OFFERED,):
            messages.error(request, sentence)
        return self._back(stored)

    def _back(self, stored: Any) -> HttpResponse:
        """To the page, or to the list once this account no longer sees the row."""
        if stored is None:
            return redirect(f"admin:{self.prefix}_changelist")
        return redirect(self.address(stored))
