"""Half-typed texts about tips: sealed as they are saved, opened by the vault for their account.

Web seals and removes; it asks the vault to open one when its writer goes on
(docs/decisions/0137-half-typed-tips.md).
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from itertools import groupby
from typing import Any, Final
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import ResolverMatch
from django.utils import timezone

from accounts.form_drafts import stores
from accounts.form_drafts.models import Draft
from accounts.form_drafts.stores import Store
from accounts.models import User
from accounts.vault import client, sealing
from accounts.vault.calls import Call
from accounts.vault.errors import ForgedCall
from accounts.vault.operations import NOT_UNDERSTOOD, operation
from content_rules.rulebook import carries_mark
from reports.tips.errors import NotAllowed
from reports.tips.models import TipReport
from reports.vault.draft_models import TipDraft

OPEN: Final = "reports.open_draft"
GONE: Final = "Bản đang ghi này không còn."
STEP_BYTES: Final = 1024

VIEW: Final = "reports.view_tipreport"
_RECORD, _RELAY = "reports.record_tipreport", "reports.relay_tipreport"
_WORK, _CLOSE = "reports.work_tipreport", "reports.close_tipreport"
# By name of the view after its prefix: the rights that its page asks for.
OF_NEW_TIPS: Final = {"record": (_RECORD,), "capture": (_RECORD,), "relay": (_RELAY,)}
OF_WORK: Final = {
    "summary": (VIEW,), "step": (VIEW,), "talk": (VIEW, "reports.read_sealed_words"),
    "tell": (VIEW, _WORK), "refer": (VIEW, _WORK), "terms": (VIEW, _WORK),
    "resolve": (VIEW, _CLOSE), "close_now": (VIEW, _CLOSE), "finish": (VIEW, _CLOSE),
    "split": (VIEW, "reports.triage_tipreport"),
}  # fmt: skip
# Pages that show a form of one of these views.
_BESIDE: Final = frozenset({"show", "read", "strike"})
_PREFIX: Final = "admin:reports_tipreport_"
# The reporter, whom nobody reads again without the proofs of two officers.
OF_REPORTER: Final = frozenset({"name", "phone", "how_known", "why_unnamed"})


def _rights(view: str) -> tuple[str, ...]:
    name = view.removeprefix(_PREFIX) if view.startswith(_PREFIX) else ""
    return OF_NEW_TIPS.get(name) or OF_WORK.get(name, ())


def _refusal(texts: Iterable[str]) -> str:
    return "marked" if any(carries_mark(text) for text in texts if text) else ""


def _may_use(match: ResolverMatch, by: User) -> bool:
    return by.is_active and by.is_staff and by.has_perms(_rights(match.view_name))


def _place(match: ResolverMatch, by: User) -> Mapping[str, Any] | None:
    """Columns of a draft: the tip, where there is one. None without the right, or out of sight."""
    if not _may_use(match, by):
        return None
    if "pk" not in match.kwargs:
        return {"tip": None}
    rows = TipReport.objects.visible_to(by).filter(emptied_at=None)
    tip = rows.only("pk").filter(pk=match.kwargs["pk"]).first()
    return None if tip is None else {"tip": tip}


def _is_away() -> bool:
    return not sealing.can_seal() or not client.is_there()


def _asked(draft: Draft) -> str:
    return str(client.ask(OPEN, number=str(draft.uuid)))


STORE: Final = Store(
    TipDraft,
    has_form=lambda view: bool(_rights(view)),
    shows_form=lambda view: view.removeprefix(_PREFIX) in _BESIDE and view.startswith(_PREFIX),
    refusal=_refusal,
    place=_place,
    open_later=_asked,
    is_away=_is_away,
    left_out=OF_REPORTER,
    multiple_of=STEP_BYTES,
)
stores.register(STORE)


# In the vault.


@operation(OPEN, subject="number", is_page=True)
def _open(call: Call, *, number: str) -> str:
    """The texts of a draft of this account whose form it may use now; counts as its tip.

    Drafts of others, and of tips out of sight, no page of ours asks for. Raises ForgedCall.
    """
    try:
        draft = TipDraft.objects.filter(uuid=UUID(number)).first()
    except (ValueError, TypeError, AttributeError):
        raise ForgedCall(NOT_UNDERSTOOD) from None
    if draft is None:  # sent or given up meanwhile, in another tab
        raise NotAllowed(GONE)
    place = STORE.place_of(draft.address, call.officer)
    if draft.account_id != call.officer.pk or place is None:
        raise ForgedCall("Tài khoản này không mở được bản đang ghi này.")
    if getattr(place["tip"], "pk", None) != draft.tip_id:
        raise ForgedCall(NOT_UNDERSTOOD)
    return draft.fields


# What is over.


def expired() -> QuerySet[TipDraft]:
    """Drafts that nobody wrote on for seven days, and those whose account lost right or sight."""
    old = timezone.now() - timedelta(days=TipDraft.KEEP_DAYS)
    return TipDraft.objects.filter(Q(updated_at__lt=old) | Q(pk__in=_lost()))


def drop_lost() -> int:
    """Remove drafts whose account may not use their form any more; returns how many."""
    lost = _lost()
    TipDraft.objects.filter(pk__in=lost).delete()
    return len(lost)


def _lost() -> list[int]:
    drafts = TipDraft.objects.defer("fields").select_related("account").order_by("account", "pk")
    found = []
    for account, rows in groupby(drafts, key=lambda draft: draft.account):
        places = [(row, STORE.place_of(row.address, account)) for row in rows]
        found += [row.pk for row, place in places if place is None]
    return found
