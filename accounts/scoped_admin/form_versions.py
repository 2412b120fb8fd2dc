"""Optimistic locking for forms: detect that a row changed since the form was opened."""

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from django import forms
from django.contrib.admin.models import DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.http import HttpRequest
from django.utils import timezone

from accounts.audit.models import AuditEvent
from accounts.users.models import User

SEEN: Final = "seen"
# Acts that only look at a row.
_LOOKS: Final = r"opened|printed|exported|taken|viewed|shown"


def seen_of(*texts: str) -> str:
    """Return the hashes of the texts that a page shows, to compare when they are saved."""
    plain = (text.replace("\r\n", "\n").strip() for text in texts)
    return ",".join(sha256(text.encode()).hexdigest() for text in plain)


class _SeenField(forms.CharField):
    """Never counts as changed: it is no column of the row."""

    widget = forms.HiddenInput

    def has_changed(self, initial: Any, data: Any) -> bool:
        return False


class VersionedForm:
    """Before a model form: `seen` holds hashes of the stored values.

    Fields that changed since are named before they are overwritten, with the account and the hour;
    what was typed stays, and the second save holds.
    """

    reader: Any = None
    refusal = ""  # of the service that was to save it

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        form: Any = self
        is_new = form.instance.pk is None
        self._asked = [] if is_new else [name for name in form.fields if name in form.initial]
        if self._asked:
            form.fields[SEEN] = _SeenField(required=False, initial=self._stored_hashes())

    def _stored_hashes(self) -> str:
        form: Any = self
        return seen_of(*(_words(form.initial[name]) for name in self._asked))

    def _changed_by_others(self) -> list[str]:
        """Labels of fields saved since the page opened and changed by this form."""
        form: Any = self
        seen = form.data.get(form.add_prefix(SEEN), "")
        if not seen or seen == self._stored_hashes():
            return []
        both = zip(self._asked, seen.split(","), self._stored_hashes().split(","), strict=False)
        late = [name for name, was, now in both if was != now and name in form.changed_data]
        return [f"“{form.fields[name].label}”" for name in late]

    def clean(self) -> Any:
        form: Any = self
        if self._asked and (late := self._changed_by_others()):
            form.add_error(
                None,
                f"{changed_by(form.instance, self.reader, late)} Hãy mở lại trang ở thẻ khác để "
                "xem bản đang lưu. Muốn lưu theo lời của mình, hãy lưu lần nữa.",
            )
            sent = form.data.copy()
            sent[form.add_prefix(SEEN)] = self._stored_hashes()
            form.data = sent
        if self.refusal:
            form.add_error(None, self.refusal)
        return super().clean()  # type: ignore[misc]


class VersionedForms:
    """Before a model admin: its forms lock optimistically."""

    change_form_before_template = "accounts/form_version.html"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.form: Any = versioned(self.form)

    def get_form(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, **kwargs)  # type: ignore[misc]
        form.reader = request.user
        form.refusal = getattr(request, "refused_because", "")
        return form


def versioned(form: type[forms.ModelForm]) -> type[forms.ModelForm]:
    """The form of a model admin with optimistic locking."""
    if issubclass(form, VersionedForm):
        return form
    made: type[forms.ModelForm] = type(form)(form.__name__, (VersionedForm, form), {})
    return made


def changed_by(row: Model, reader: Any, labels: Iterable[str]) -> str:
    """Sentence: account and moment of the change of these fields, as far as recorded."""
    found, what = last_writer(row), ", ".join(labels)
    if found is None:
        return f"Người khác vừa sửa: {what}."
    name, account, at = found
    when = f"lưu lúc {timezone.localtime(at):%H:%M ngày %d/%m/%Y}"
    if reader is not None and account == reader.pk:
        return f"Đồng chí vừa sửa ở thẻ hoặc máy khác: {what}, {when}."
    return f"Người khác vừa sửa: {what}. {name} {when}."


def last_writer(row: Model) -> tuple[str, int, datetime] | None:
    """The account behind the last recorded change of a row: its name, its id, the moment."""
    kind = ContentType.objects.get_for_model(type(row))
    entries = LogEntry.objects.filter(content_type=kind, object_id=str(row.pk))
    entry = entries.exclude(action_flag=DELETION).order_by("-action_time").first()
    events = AuditEvent.objects.filter(
        target_type=row._meta.label_lower, target_id=str(row.pk), actor__isnull=False
    ).exclude(action__iregex=_LOOKS)
    event = events.order_by("-at", "-pk").first()
    moments = [
        *([(entry.action_time, entry.user_id)] if entry is not None else []),
        *([(event.at, event.actor_id)] if event is not None else []),
    ]
    if not moments:
        return None
    at, account = max(moments)
    name = str(User.objects.filter(pk=account).first() or "")
    return name, int(account or 0), at


def _words(value: Any) -> str:
    """A value as text for `seen_of`; rows by their sorted keys."""
    if value is None:
        return ""
    if (
        isinstance(value, Iterable)
        and not isinstance(value, str | bytes | dict)
        and not hasattr(
            value,
            "storage",  # a stored file
        )
    ):
        return " ".join(sorted(str(one.pk if isinstance(one, Model) else one) for one in value))
    return str(value)
