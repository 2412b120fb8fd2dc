"""Drafts of forms: saved while somebody types, found again, gone once the form is accepted."""

import json
from collections.abc import Iterable, Sequence
from typing import Any, Final
from uuid import UUID

from django.core.cache import cache
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.form_drafts import stores
from accounts.form_drafts.addresses import saves_with_portal_keys
from accounts.form_drafts.models import ADDRESS, Draft, FormDraft, PendingUpload
from accounts.form_drafts.stores import Store
from accounts.users.models import User
from content_rules.rulebook import GIVES_AWAY, find

LONGEST: Final = 60_000  # characters of one draft
MOST: Final = 3  # drafts of one account for one form: pages open side by side
LATE_S: Final = 30  # a save that is still under way when its form is accepted

# Name and value of each field, and the label of a choice that the page fetches.
type Fields = Sequence[Sequence[str]]


class DraftRefused(Exception):
    """Nothing of the texts is saved; `reason` is a word for the script of the page."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def save(address: str, fields: Fields, *, by: User, number: UUID) -> Draft:
    """Save the texts of one page, which gave its draft the `number`.

    What a store refuses (a mark of secrecy, a form that the account may not use any more) removes
    what was saved before. Raises DraftRefused.
    """
    store = stores.store_at(address)
    if store is None or len(address) > ADDRESS:
        raise DraftRefused("never")
    entries = [field for field in fields if field[0] not in store.left_out]
    text = json.dumps(entries, ensure_ascii=False)
    if len(text) > LONGEST:
        raise DraftRefused("long")
    if reason := store.refusal(value for _name, value, *_label in fields):
        drop(number, by=by)
        raise DraftRefused(reason)
    if (place := store.place_of(address, by)) is None:
        drop(number, by=by)
        raise DraftRefused("shut")
    if store.is_away():
        raise DraftRefused("away")
    draft = _stored(store, {"address": address, **place}, text, by, number)
    if cache.get(_ended(number)):
        drop(number, by=by)
        raise DraftRefused("never")
    return draft


@transaction.atomic
def _stored(store: Store, place: dict[str, Any], text: str, by: User, number: UUID) -> Draft:
    drafts = store.model._default_manager.visible_to(by).filter(address=place["address"])
    draft = drafts.select_for_update(of=("self",)).filter(uuid=number).first()
    if draft is None:
        draft = store.model(account=by, **place)
        if not store.model._default_manager.filter(uuid=number).exists():
            draft.uuid = number
    draft.fields, draft.updated_at = store.padded(text), timezone.now()
    draft.save()
    newest = drafts.order_by("-updated_at").values_list("pk", flat=True)[:MOST]
    drafts.exclude(pk__in=list(newest)).delete()
    return draft


def gives_away(texts: Iterable[str]) -> bool:
    """Whether a text carries a mark of secrecy or tells about who gave information."""
    return any(hit.rule in GIVES_AWAY for text in texts if text for hit in find(text))


def drafts_of(address: str, *, by: User) -> QuerySet[Any]:
    """Drafts of an account for one form, the newest first; none, and none left, where it may not
    use the form any more."""
    store = stores.store_at(address)
    if store is None:
        return FormDraft.objects.none()
    rows = store.model._default_manager.visible_to(by).filter(address=address)
    if rows and store.place_of(address, by) is None:
        rows.delete()
    return rows.all().order_by("-updated_at")


def find_draft(number: UUID, *, by: User) -> tuple[Store, Draft] | None:
    """One draft of an account whose form it may still use, and its store."""
    for store in stores.all_stores():
        draft = store.model._default_manager.visible_to(by).filter(uuid=number).first()
        if draft is not None and store.place_of(draft.address, by) is not None:
            return store, draft
    return None


def drop(number: UUID, *, by: User) -> None:
    """Remove one draft of an account; one that is gone is no fault."""
    for store in stores.all_stores():
        store.model._default_manager.visible_to(by).filter(uuid=number).delete()


def end(number: UUID, *, by: User) -> None:
    """Remove a draft whose form was accepted or given up; a save that comes late leaves none."""
    cache.set(_ended(number), 1, LATE_S)
    drop(number, by=by)


def forget_all(account: User) -> None:
    """Remove whatever an account has half written; it ends."""
    rows: list[Any] = [*(store.model for store in stores.all_stores()), PendingUpload]
    for model in rows:
        model._default_manager.filter(account=account).delete()


def _ended(number: UUID) -> str:
    return f"form-draft-ended:{number}"


stores.register(
    Store(
        FormDraft,
        has_form=saves_with_portal_keys,
        refusal=lambda texts: "secret" if gives_away(texts) else "",
    )
)
