"""The pieces that every step of a row shares: lock and check, move, record.

The order is the same everywhere: lock, sight, right, state. Sight is asked under the lock, so that
a row that moved out of reach a moment before is out of reach. Call inside a transaction.
"""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from operator import attrgetter
from typing import Any, cast

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model, QuerySet

from accounts.audit import services as audit
from accounts.users.models import User
from accounts.workflow.declaration import NotAllowed, TransitionNotAllowed, Workflow

# One codename, several of which one is enough, or a question about the locked row.
Permission = str | Collection[str] | Callable[[Any, User], bool]
States = str | Collection[str]


# For models whose rows are only locked.
_UNDECLARED = Workflow(subject="", denied="Dòng này không còn nữa. Hãy tải lại trang.")


def workflow_of(row: Model) -> Workflow:
    """The rules that the model of a row declares."""
    return cast("Workflow", cast("Any", row).workflow)


def sees(by: User, row: Model) -> bool:
    """Whether the account sees this row at all, at this moment."""
    rows = cast("Any", type(row)._default_manager)
    return bool(rows.visible_to(by).filter(pk=row.pk).exists())


def lock[Row: Model](row: Row, *, missing: str = "") -> Row:
    """Lock a row and read it anew into the given instance. For acts of no account.

    Raises NotAllowed where the row is gone; `missing` says so in place of the model.
    """
    rules = getattr(row, "workflow", _UNDECLARED)
    rows = type(row)._default_manager.select_for_update(of=("self",), no_key=rules.no_key)
    if rules.related:
        rows = rows.select_related(*rules.related)
    try:
        row.refresh_from_db(from_queryset=rows)
    except ObjectDoesNotExist:
        raise NotAllowed(missing or rules.missing or rules.unseen or rules.denied) from None
    row._state.adding, row._state.db = False, rows.db  # also one that was made with its id alone
    return row


def lock_for[Row: Model](
    row: Row,
    by: User,
    *,
    permission: Permission | None,
    denied: str = "",
    unseen: str = "",
    only: States | None = None,
    unless: States | Mapping[Any, str] | None = None,
    refusal: str = "",
) -> Row:
    """Lock a row, read anew into the given instance, for an account that may act on it.

    `permission` None asks for sight alone. The state must be one of `only` and none of `unless`,
    which may map states to sentences. `denied`, `unseen` and `refusal` (of the state) replace the
    sentences of the model. Raises NotAllowed.
    """
    lock(row)
    require(row, by, permission=permission, denied=denied, unseen=unseen)
    require_going_on(row)
    require_state(row, only=only, unless=unless, refusal=refusal)
    return row


def lock_rows_for[Row: Model](
    rows: QuerySet[Row], by: User, *, permission: str, denied: str = ""
) -> list[Row]:
    """Lock those of several rows that an account sees, in one order for all. Raises NotAllowed."""
    rules = cast("Any", rows.model).workflow
    if not by.has_perm(permission):
        raise NotAllowed(denied or rules.denied)
    locked = rows.select_for_update(of=("self",), no_key=rules.no_key).order_by("pk")
    found = list(locked.select_related(*rules.related) if rules.related else locked)
    visible = cast("Any", rows.model._default_manager).visible_to(by)
    seen = set(visible.filter(pk__in=[row.pk for row in found]).values_list("pk", flat=True))
    return [row for row in found if row.pk in seen]


def stored_for[Row: Model](
    row: Row, by: User, *, permission: Permission | None, **rest: Any
) -> Row:
    """Like `lock_for`, into another instance: the given one carries the changes of a form."""
    stored = type(row)(pk=row.pk)
    return lock_for(stored, by, permission=permission, **rest)


def require(
    row: Model, by: User, *, permission: Permission | None, denied: str = "", unseen: str = ""
) -> None:
    """The account sees the row and has the right. Raises NotAllowed."""
    rules = workflow_of(row)
    if not sees(by, row):
        raise NotAllowed(unseen or rules.unseen or denied or rules.denied)
    if permission is not None and not _may(row, by, permission):
        raise NotAllowed(denied or rules.denied)


def _may(row: Model, by: User, permission: Permission) -> bool:
    if callable(permission):
        return permission(row, by)
    codenames = (permission,) if isinstance(permission, str) else permission
    return any(by.has_perm(codename) for codename in codenames)


def require_going_on(row: Model) -> None:
    """Something may still be done with the row. Raises NotAllowed."""
    rules = workflow_of(row)
    if rules.ended is not None and (why := rules.ended(row)):
        raise NotAllowed(why)


def state_of(row: Model) -> str:
    """The present state, as it is stored."""
    return str(getattr(row, workflow_of(row).state_field))


def require_state(
    row: Model,
    *,
    only: States | None = None,
    unless: States | Mapping[Any, str] | None = None,
    refusal: str = "",
) -> None:
    """The state is one of `only` and none of `unless`. Raises NotAllowed."""
    if only is None and unless is None:
        return
    rules, state = workflow_of(row), state_of(row)
    is_refused = unless is not None and state in _states(unless)
    if is_refused or (only is not None and state not in _states(only)):
        own = unless.get(state, "") if isinstance(unless, Mapping) else ""
        raise NotAllowed(
            _sentence(row, own or refusal or rules.in_state.get(state) or rules.wrong_state)
        )


def require_transition(row: Model, to: str, *, refusals: Mapping[Any, str] | None = None) -> None:
    """The transitions of the model allow this state; `refusals` map states to why not.

    Raises TransitionNotAllowed.
    """
    rules = workflow_of(row)
    if to not in rules.transitions[state_of(row)]:
        why = (refusals or {}).get(state_of(row)) or rules.no_transition
        raise TransitionNotAllowed(_sentence(row, why, to))
    if rules.guard is not None and (why := rules.guard(row, to)):
        raise TransitionNotAllowed(why)


def move(row: Model, to: str, *, refusals: Mapping[Any, str] | None = None) -> None:
    """Like `require_transition`, and set the state; saves nothing."""
    require_transition(row, to, refusals=refusals)
    setattr(row, workflow_of(row).state_field, to)


def record(
    row: Model,
    kind: str,
    /,
    *,
    by: User | None = None,
    text: str = "",
    at: datetime | None = None,
    **details: Any,
) -> Any:
    """Append a step to the history of a row and to the audit trail; returns the event, if any.

    Where a model has a history, what no account did stands in the history alone. `details` must be
    JSON without content that the trail may not hold.
    """
    rules, history = workflow_of(row), workflow_of(row).history
    text = text[: history.longest] if history is not None else text
    if by is not None or history is None:
        audit.record(
            f"{rules.subject}.{kind}",
            by=by,
            target=row,
            commune=attrgetter(rules.commune)(row) if rules.commune else None,
            reason=text if rules.audits_text else "",
            **(details if rules.audits_details else {}),
        )
    if history is None:
        return None
    columns: dict[str, Any] = {history.text: text, "kind": kind, "by": by}
    if at is not None:
        columns["at"] = at
    if history.details:
        columns[history.details] = details
    return getattr(row, history.rows).create(**columns)


def _states(states: States | Mapping[Any, str]) -> Collection[Any]:
    return (states,) if isinstance(states, str) else states


def _sentence(row: Model, sentence: str, to: str = "") -> str:
    name = workflow_of(row).state_field
    labels = dict(cast("Any", row._meta.get_field(name)).flatchoices)
    state = str(labels.get(state_of(row), ""))
    return sentence.format(row=row, state=state, state_lower=state.lower(), to=labels.get(to, ""))
