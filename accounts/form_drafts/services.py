"""Drafts of forms: saved while somebody types, found again, gone once the form is accepted."""

import json
from collections.abc import Iterable, Sequence
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.form_drafts.addresses import saves_texts, view_at
from accounts.form_drafts.models import FormDraft
from accounts.users.models import User
from content_rules.rulebook import GIVES_AWAY, find

LONGEST: Final = 60_000  # characters of one draft
MOST: Final = 3  # drafts of one account for one form: pages open side by side

# Name and value of each field, and the label of a choice that the page fetches.
type Fields = Sequence[Sequence[str]]


class DraftRefused(Exception):
    """Nothing of the texts is saved; `reason` is a word for the script of the page."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def save(address: str, fields: Fields, *, by: User, number: UUID) -> FormDraft:
    """Save the texts of one page, which gave its draft the `number`.

    A mark of secrecy, or a word about who gave information, removes what was saved before.
    Raises DraftRefused.
    """
    if not saves_texts(view_at(address)):
        raise DraftRefused("never")
    text = json.dumps(fields, ensure_ascii=False)
    if len(text) > LONGEST:
        raise DraftRefused("long")
    if gives_away(value for _name, value, *_label in fields):
        drop(number, by=by)
        raise DraftRefused("secret")
    return _store(address, text, by, number)


@transaction.atomic
def _store(address: str, text: str, by: User, number: UUID) -> FormDraft:
    drafts = FormDraft.objects.visible_to(by).filter(address=address)
    draft = drafts.select_for_update(of=("self",)).filter(uuid=number).first()
    if draft is None:
        draft = FormDraft(account=by, address=address)
        if not FormDraft.objects.filter(uuid=number).exists():
            draft.uuid = number
    draft.fields, draft.updated_at = text, timezone.now()
    draft.save()
    newest = drafts.order_by("-updated_at").values_list("pk", flat=True)[:MOST]
    drafts.exclude(pk__in=list(newest)).delete()
    return draft


def gives_away(texts: Iterable[str]) -> bool:
    """Whether a text carries a mark of secrecy or tells about who gave information."""
    return any(hit.rule in GIVES_AWAY for text in texts if text for hit in find(text))


def drafts_of(address: str, *, by: User) -> QuerySet[FormDraft]:
    """Drafts of an account for one form, the newest first."""
    return FormDraft.objects.visible_to(by).filter(address=address).order_by("-updated_at")


def drop(number: UUID, *, by: User) -> None:
    """Remove one draft of an account; one that is gone is no fault."""
    FormDraft.objects.visible_to(by).filter(uuid=number).delete()
