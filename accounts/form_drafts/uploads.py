"""Files of refused forms: they wait on the server, and go along with the next try.

A file waits as the form made it of an upload (a picture made anew, a document cleaned in the
isolated process); a form that leaves an upload as it came keeps none, and its page says so.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from django import forms
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.db import transaction
from django.http import HttpRequest
from django.template.loader import render_to_string

from accounts.form_drafts.models import PendingUpload
from accounts.users.models import User
from content_rules.rulebook import carries_mark

PENDING, DROPPED = "-pending", "-dropped"  # after the name of a field
MOST: Final = 8  # files that wait for one account
MAX_BYTES: Final = 20 * 1024 * 1024
EXPIRED: Final = "Tệp chọn lần trước không còn được giữ. Hãy chọn lại tệp."


class ShowsPending:
    """Before a widget for a file: names the one that waits, or asks to choose it again."""

    pending: PendingUpload | None = None
    is_lost = False

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(name, value, attrs)  # type: ignore[misc]
        context["widget"] |= {"pending": self.pending, "is_lost": self.is_lost}
        return context

    def use_required_attribute(self, initial: Any) -> bool:
        return self.pending is None and super().use_required_attribute(initial)  # type: ignore[misc]


class PendingInput(ShowsPending, forms.FileInput):  # type: ignore[misc]
    """A plain field for a file."""

    def _render(self, template_name: str, context: dict[str, Any], renderer: Any = None) -> str:
        return render_to_string("accounts/pending_input.html", context)


def number_of(text: Any) -> UUID | None:
    """The token of a file or the number of a draft in what a browser sent."""
    try:
        return UUID(str(text))
    except ValueError:
        return None


def waiting(number: UUID | None, *, by: User) -> PendingUpload | None:
    """A file that waits for this account; None for all others."""
    if number is None:
        return None
    return PendingUpload.objects.visible_to(by).filter(uuid=number).first()


# Before the form is read.


def restore(request: HttpRequest) -> None:
    """Put the files that wait among those that were sent, unless others were chosen or dropped.

    In the place of one that is gone stands an empty file, which the form refuses.
    """
    account: Any = request.user
    for name in [key for key in request.POST if key.endswith(PENDING)]:
        field = name.removesuffix(PENDING)
        if request.FILES.get(field) or f"{field}{DROPPED}" in request.POST:
            continue
        pending = waiting(number_of(request.POST[name]), by=account)
        if pending is None or (pending.address, pending.field) != (request.path, field):
            request.FILES[field] = SimpleUploadedFile("tep", b"")
        else:
            request.FILES[field] = SimpleUploadedFile(pending.name, bytes(pending.content))


# After it was accepted or refused.


def forget(posted: Mapping[str, Any], *, by: Any) -> None:
    """Remove the files that a form carried along."""
    posted_numbers = [number_of(posted[name]) for name in posted if name.endswith(PENDING)]
    if numbers := [number for number in posted_numbers if number is not None]:
        PendingUpload.objects.visible_to(by).filter(uuid__in=numbers).delete()


def keep_refused(request: HttpRequest, context: Mapping[str, Any]) -> None:
    """Let the good files of refused forms in the context of a page wait, and mark their fields."""
    refused = [form for form in forms_in(context.values()) if form.is_bound and form._errors]
    found = [
        (form, name, upload)
        for form in refused
        for name, field in form.fields.items()
        if isinstance(field, forms.FileField)
        and isinstance(upload := form.files.get(form.add_prefix(name)), UploadedFile)
    ]
    if found:
        forget(request.POST, by=request.user)
    for form, name, upload in found:
        _keep(request, form, name, upload)


def forms_in(values: Iterable[Any]) -> list[Any]:
    """Forms among the values of a context: themselves, of the admin, of steps."""
    found: dict[int, Any] = {}
    for value in values:
        if isinstance(value, list | tuple):
            found |= {id(form): form for form in forms_in(value)}
        own = getattr(value, "__dict__", {})  # a relation called so is not asked for
        form = value if isinstance(value, forms.BaseForm) else own.get("form")
        if isinstance(form, forms.BaseForm):
            found[id(form)] = form
    return list(found.values())


def _keep(request: HttpRequest, form: Any, name: str, upload: UploadedFile) -> None:
    field, posted_as = form.fields[name], form.add_prefix(name)
    if not upload.size and posted_as + PENDING in request.POST:
        form.errors[name] = form.error_class([EXPIRED])
        return
    if not hasattr(field.widget, "pending"):
        attrs = field.widget.attrs
        field.widget = PendingInput(attrs=attrs)
        field.widget.is_required = field.required
    cleaned = form.cleaned_data.get(name)
    content = _content_of(cleaned) if isinstance(cleaned, ContentFile) else b""
    if content and not carries_mark(upload.name or "", "file_name"):
        called = getattr(cleaned, "display_name", "") or cleaned.name
        field.widget.pending = store(request.path, posted_as, called, content, by=request.user)
    else:
        field.widget.is_lost = name not in form.errors


def _content_of(file: ContentFile) -> bytes:
    file.seek(0)
    content = bytes(file.read())
    file.seek(0)
    return content if len(content) <= MAX_BYTES else b""


@transaction.atomic
def store(address: str, field: str, name: str, content: bytes, *, by: Any) -> PendingUpload:
    """Let a cleaned file wait; of too many the oldest go."""
    made = PendingUpload.objects.create(
        account=by, address=address, field=field, name=name, content=content
    )
    own = PendingUpload.objects.visible_to(by)
    newest = own.order_by("-made_at", "-pk").values_list("pk", flat=True)[:MOST]
    own.exclude(pk__in=list(newest)).delete()
    return made
