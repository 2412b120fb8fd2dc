"""Mergers, splits and renamings of hamlets: prepared, rehearsed, carried out.

A rehearsal runs the very change in a transaction and rolls it back, so that what it shows is what
will happen. Carrying out is one transaction: everything follows, or nothing has changed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from accounts.services import NotAllowed
from accounts.workflow.services import lock_for, record
from documents import uploads
from groups.coverage import households
from groups.hamlet_changes import checks
from groups.hamlet_changes.models import (
    HamletChange,
    HamletChangePlacement,
    HamletChangeResult,
    HamletChangeSource,
)
from groups.hamlet_changes.moves import MOVES, Plan, staying
from groups.places.models import Hamlet
from groups.signals import Moved, gather, hamlets_changing

Kind, State = HamletChange.Kind, HamletChange.State
PLACES = ("team", "group", "member")


@dataclass(frozen=True)
class Outcome:
    """Result of a change: rows moved, figures of each new hamlet, warnings."""

    moved: list[Moved] = field(default_factory=list)
    stays: list[Moved] = field(default_factory=list)
    results: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    @property
    def is_possible(self) -> bool:
        return not self.problems


class CannotCarryOut(NotAllowed):
    """The change is impossible as it stands; `problems` are sentences."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = problems


def _may(by: User, permission: str) -> bool:
    return by.has_perm(f"groups.{permission}") and by.has_perm("groups.view_all_hamlets")


def _lock_for(change: HamletChange, by: User, permission: str) -> HamletChange:
    """Lock a change that is still open, for an account that may touch it. Raises NotAllowed."""
    return lock_for(
        change, by, permission=lambda _row, user: _may(user, permission), unless=State.DONE
    )


def _back_to_draft(change: HamletChange) -> None:
    change.state, change.rehearsed_at, change.outcome = State.DRAFT, None, {}
    change.save(update_fields=["state", "rehearsed_at", "outcome"])


@transaction.atomic
def prepare(change: HamletChange, sources: Sequence[Hamlet], *, by: User) -> HamletChange:
    """Save the decision and the hamlets that it touches; a rehearsal of before no longer counts.

    Raises NotAllowed for a hamlet out of reach or no longer in force.
    """
    before = None
    if change.pk:
        before = _lock_for(HamletChange(pk=change.pk), by, "change_hamletchange").decision_file
    else:
        if not _may(by, "add_hamletchange"):
            raise NotAllowed(change.workflow.denied)
        change.created_by = by
    wanted = {hamlet.pk for hamlet in sources}
    reachable = Hamlet.objects.visible_to(by).of_commune(change.commune_id).filter(valid_to=None)
    if by.commune_id not in {None, change.commune_id} or len(wanted) != len(
        reachable.filter(pk__in=wanted)
    ):
        raise NotAllowed("Có ấp không thuộc xã này hoặc đã hết hiệu lực.")
    is_new = change.pk is None
    change.state, change.rehearsed_at, change.outcome = State.DRAFT, None, {}
    change.save()
    known = set(change.sources.values_list("hamlet", flat=True))
    if wanted != known:
        change.placements.all().delete()
        change.sources.exclude(hamlet__in=wanted).delete()
        HamletChangeSource.objects.bulk_create(
            HamletChangeSource(change=change, hamlet_id=pk) for pk in sorted(wanted - known)
        )
    if before != change.decision_file:
        uploads.forget(before)
    record(change, "change_prepared", by=by, is_new=is_new)
    return change


@transaction.atomic
def discard(change: HamletChange, *, by: User) -> None:
    """Take away what is being prepared, with its paper; nothing has moved. Raises NotAllowed."""
    _lock_for(change, by, "delete_hamletchange")
    record(change, "change_discarded", by=by)
    uploads.forget(change.decision_file)
    change.delete()


@transaction.atomic
def set_results(
    change: HamletChange, results: Sequence[HamletChangeResult], *, by: User
) -> HamletChange:
    """Say which hamlets come out of it; rows that are not given go. Raises NotAllowed."""
    _lock_for(change, by, "change_hamletchange")
    given = {row.pk for row in results if row.pk}
    if given - set(change.results.values_list("pk", flat=True)):
        raise NotAllowed("Có ấp mới không thuộc quyết định này.")
    rest = next((row for row in results if row.takes_rest), next(iter(results), None))
    change.results.exclude(pk__in=given).delete()
    change.results.update(takes_rest=False)
    for row in results:  # in the order given; only then does one of them take the rest
        row.change, row.takes_rest = change, False
        row.full_clean(exclude=["change"])
        row.save()
    if rest is not None:
        rest.takes_rest = True
        rest.save(update_fields=["takes_rest"])
    _back_to_draft(change)
    return change


@transaction.atomic
def place(
    change: HamletChange, where: Mapping[str, Mapping[int, int | None]], *, by: User
) -> HamletChange:
    """On a split: `{"team": {id: result id}, "group": …, "member": …}`; None takes a row back.

    Raises NotAllowed where a row is not of the old hamlet, or has a team that decides for it.
    """
    _lock_for(change, by, "change_hamletchange")
    results = {row.pk: row for row in change.results.all()}
    source = change.sources.values("hamlet")
    for what in PLACES:
        chosen = where.get(what, {})
        model = HamletChangePlacement._meta.get_field(what).related_model
        rows = model.objects.filter(hamlet__in=source, pk__in=chosen)  # type: ignore[union-attr]
        if what != "team":
            rows = rows.filter(team=None)
        if rows.count() != len(chosen) or not set(chosen.values()) <= {None, *results}:
            raise NotAllowed("Có dòng không thuộc ấp đang chia, hoặc đã theo tổ của mình.")
        change.placements.filter(**{f"{what}__in": chosen}).delete()
        HamletChangePlacement.objects.bulk_create(
            HamletChangePlacement(change=change, result=results[to], **{f"{what}_id": pk})
            for pk, to in chosen.items()
            if to is not None
        )
    _back_to_draft(change)
    return change


def rehearse(change: HamletChange, *, by: User) -> Outcome:
    """Carry the change out and roll it back: what would move, and what stands against it."""
    try:
        with transaction.atomic():
            outcome = _apply(_lock_for(change, by, "change_hamletchange"), by)
            transaction.set_rollback(True)
    except CannotCarryOut as refused:
        outcome = Outcome(problems=refused.problems)
    with transaction.atomic():
        _lock_for(change, by, "change_hamletchange")
        change.outcome = asdict(outcome)
        change.state = State.REHEARSED if outcome.is_possible else State.DRAFT
        change.rehearsed_at = timezone.now()
        change.save(update_fields=["outcome", "state", "rehearsed_at"])
        record(change, "change_rehearsed", by=by, possible=outcome.is_possible)
    return outcome


@transaction.atomic
def carry_out(change: HamletChange, *, by: User) -> Outcome:
    """Do what was rehearsed, in one transaction.

    Raises NotAllowed: not rehearsed since the last edit, before its first day, or impossible by
    now; and whatever a receiver of `hamlets_changing` raises.
    """
    _lock_for(change, by, "carry_out_hamlet_change")
    if change.state != State.REHEARSED:
        raise NotAllowed("Hãy chạy thử trước khi thực hiện.")
    if change.effective_on > timezone.localdate():
        raise NotAllowed(
            f"Quyết định có hiệu lực từ {change.effective_on:%d/%m/%Y}. Hãy thực hiện từ ngày đó."
        )
    outcome = _apply(change, by)
    change.state, change.outcome = State.DONE, asdict(outcome)
    change.carried_out_by, change.carried_out_at = by, timezone.now()
    change.save(update_fields=["state", "outcome", "carried_out_by", "carried_out_at"])
    return outcome


def _apply(change: HamletChange, by: User) -> Outcome:
    """The change itself; the caller's transaction keeps it or undoes it."""
    listed = change.sources.values("hamlet")
    rows = Hamlet.objects.filter(pk__in=listed).select_for_update(of=("self",))
    sources = list(rows.order_by("pk"))  # the order in which a handover locks them too
    sources.sort(key=lambda hamlet: (-hamlet.households, hamlet.pk))
    results = list(change.results.all())
    if found := checks.problems(change, sources, results):
        raise CannotCarryOut(found)
    warnings = checks.warnings(change, sources, results)
    _freeze(change)
    is_rename = change.kind == Kind.RENAME
    try:
        with transaction.atomic():
            new = [_rename(sources[0], results[0], by)] if is_rename else _found(
                change, sources, results
            )  # fmt: skip
    except ValidationError as error:
        raise CannotCarryOut(error.messages) from error
    moved: list[Moved] = []
    stays: list[Moved] = []
    if not is_rename:
        plan = _plan(change, sources, results)
        plan.warnings = warnings
        for move in MOVES.values():
            moved += move(plan)
        stays = staying(sources)
    successors = {hamlet.pk: [row.pk for row in new] for hamlet in sources}
    moved += gather(
        hamlets_changing.send(HamletChange, change=change, successors=successors, by=by)
    )
    record(
        change, change.kind, by=by,
        before=[str(row) for row in change.sources.all()], after=[str(row) for row in new],
    )  # fmt: skip
    connection.check_constraints()
    figures = [{"name": str(row), "figures": households.figures_of(row)} for row in new]
    moved = [line for line in moved if line.count]
    return Outcome(moved, stays, figures, warnings)


def _freeze(change: HamletChange) -> None:
    """Keep what each hamlet is now; these columns are written here and nowhere else."""
    for source in change.sources.select_related("hamlet"):
        source.name_then, source.code_then = str(source.hamlet), source.hamlet.code
        source.last_day = change.effective_on - timedelta(days=1)
        source.figures = households.figures_of(source.hamlet)
        source.save(update_fields=["name_then", "code_then", "last_day", "figures"])
        source.groups_then.set(source.hamlet.zalo_groups.all())


def _former_names(name: str, *hamlets: Hamlet) -> str:
    """The names by which people go on looking for a hamlet, each once."""
    lines = [line for row in hamlets for line in (row.name, *row.former_names.splitlines())]
    return "\n".join(dict.fromkeys(line for line in lines if line and line != name))


def _rename(hamlet: Hamlet, result: HamletChangeResult, by: User) -> Hamlet:
    """The hamlet stays the same row under a new name; the old one stays searchable."""
    hamlet.former_names = _former_names(result.name, hamlet)
    hamlet.kind, hamlet.name, hamlet.code = result.kind, result.name, result.code
    hamlet.households = result.households or hamlet.households
    hamlet.full_clean()
    hamlet.save()
    result.hamlet = hamlet
    result.save(update_fields=["hamlet"])
    return hamlet


def _found(
    change: HamletChange, sources: list[Hamlet], results: list[HamletChangeResult]
) -> list[Hamlet]:
    """End the old hamlets on the day before, and make the new ones."""
    continued = {result.code for result in results}
    for hamlet in sources:
        hamlet.valid_to = change.effective_on - timedelta(days=1)
        if hamlet.code in continued:
            hamlet.code = checks.retired_code(hamlet.code, hamlet.valid_to)
        hamlet.save(update_fields=["valid_to", "code"])
    for result in results:
        result.hamlet = Hamlet(
            commune_id=change.commune_id, kind=result.kind, name=result.name, code=result.code,
            households=result.households, is_remote=result.is_remote,
            valid_from=change.effective_on, former_names=_former_names(result.name, *sources),
        )  # fmt: skip
        result.hamlet.full_clean()
        result.hamlet.save(force_insert=True)
        result.hamlet.predecessors.set(sources)
        result.save(update_fields=["hamlet"])
    return [result.hamlet for result in results if result.hamlet]


def _plan(change: HamletChange, sources: list[Hamlet], results: list[HamletChangeResult]) -> Plan:
    hamlets = {result.pk: result.hamlet for result in results if result.hamlet}
    rest = next((row.hamlet for row in results if row.takes_rest), results[0].hamlet)
    plan = Plan(change, sources, list(hamlets.values()), rest or hamlets[results[0].pk])
    for row in change.placements.all():
        for what in PLACES:
            if (pk := getattr(row, f"{what}_id")) is not None:
                getattr(plan, f"{what}s")[pk] = hamlets[row.result_id]
    return plan
