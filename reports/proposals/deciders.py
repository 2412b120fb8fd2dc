"""Accounts that decide a proposal: chief, deputy, another reader of the words, or a superior.

Never one whom the words name: the words are not visible to these.
"""

from collections.abc import Collection, Iterable
from typing import Any

from django.db.models import QuerySet

from accounts.models import User
from accounts.scoped_admin.account_ahead import rights_asked
from accounts.scoped_admin.asking import Asking, alone
from accounts.scoped_admin.questions import Later
from accounts.scoped_admin.request_cache import read_ahead_asked
from accounts.users.roles import MODEL_BACKEND
from accounts.workflow.services import sees
from reports.proposals.models import ConflictProposal
from reports.tips.occasions import is_superior
from vietnamese.text import fold

State, Level = ConflictProposal.State, ConflictProposal.Level
DECIDES = "reports.decide_conflictproposal"
ALL_TIPS = "reports.view_all_tipreports"
STANDS_IN = "reports.stand_in_tipreport"
_CHIEF, _DEPUTY, _OTHER = range(3)


def may_decide(user: User, row: ConflictProposal) -> bool:
    """Whether it is for this account, at this moment, to decide."""
    return bool(decidable(user, [row]))


def decidable(user: User, rows: Iterable[ConflictProposal]) -> list[ConflictProposal]:
    """Return the rows that are for this account, at this moment, to decide."""
    return alone(decidable_asked(user, rows))


def decidable_asked(user: User, rows: Iterable[ConflictProposal]) -> Asking[list[ConflictProposal]]:
    """The same, read together with what else a page asks for.

    Asks as often, however many accounts stand above and however many rows there are.
    """
    waiting = [row for row in rows if row.state == State.WAITING and row.follows_id is None]
    if not waiting or not user.has_perm(DECIDES):
        return []
    ids = frozenset(row.pk for row in waiting)
    seen = set((yield Later("seen words", lambda: _seen_by(user, ids), given=ids)))
    mine = [row for row in waiting if row.pk in seen]
    if not mine:
        return []
    rank = _rank(user)
    if rank == _CHIEF or is_superior(user):
        return mine
    passed_on = {row.pk for row in mine if rank == _DEPUTY and row.level != Level.CHIEF}
    open_ids = {row.pk for row in mine} - passed_on
    if open_ids:
        deciding = yield Later("deciding", lambda: _deciding(user))
        others = [one for one in deciding if rank == _OTHER or not _is_deputy(one)]
        yield from rights_asked(others)
        yield from read_ahead_asked(others)
        for ids in (yield [_seen_by(other, open_ids) for other in others]):
            open_ids -= set(ids)
    return [row for row in mine if row.pk in open_ids | passed_on]


def _seen_by(user: User, ids: Collection[int]) -> Any:
    rows = ConflictProposal.objects.visible_to(user).filter(pk__in=ids)
    return rows.values_list("pk", flat=True)


def _deciding(user: User) -> QuerySet[User]:
    """The chiefs of the commune and the deputies."""
    all_tips = User.objects.with_perm(ALL_TIPS, backend=MODEL_BACKEND, include_superusers=False)
    users = User.objects.with_perm(DECIDES, backend=MODEL_BACKEND, include_superusers=False)
    rows = users.filter(commune=user.commune_id, pk__in=all_tips.values("pk"))
    return rows.select_related("officer").order_by("pk")


def deciders_now(row: ConflictProposal) -> list[User]:
    """Accounts whose turn it is to decide; a superior too, where only a superior may."""
    able = User.objects.with_perm(DECIDES, backend=MODEL_BACKEND, include_superusers=False)
    rows = able.filter(commune=row.tip.commune_id).select_related("officer").order_by("pk")
    return [user for user in rows if may_decide(user, row)]


def _deciders(row: ConflictProposal) -> list[User]:
    """Accounts of the commune that may read the words and decide."""
    users = User.objects.with_perm(DECIDES, backend=MODEL_BACKEND, include_superusers=False)
    rows = users.filter(commune=row.tip.commune_id).select_related("officer").order_by("pk")
    return [user for user in rows if not is_superior(user) and sees(user, row)]


def _rank(user: User) -> int:
    if not user.has_perm(ALL_TIPS):
        return _OTHER
    return _DEPUTY if _is_deputy(user) else _CHIEF


def _is_deputy(user: User) -> bool:
    officer = getattr(user, "officer", None)
    return officer is not None and fold(officer.title).startswith("pho ")


def level_of(row: ConflictProposal, above: str = "") -> str:
    """The first level with somebody to decide, above the given one."""
    ranks = {_rank(user) for user in _deciders(row)}
    if not above and _CHIEF in ranks:
        return Level.CHIEF
    if _DEPUTY in ranks and above in ("", Level.CHIEF):
        return Level.DEPUTY
    if not above and ranks:
        return Level.DEPUTY  # no chief at all: whoever else reads the words
    return Level.SUPERIOR
